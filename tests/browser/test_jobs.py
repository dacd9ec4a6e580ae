"""Long work in a real browser: told before, and found again when the page is loaded anew."""

from __future__ import annotations

from playwright.sync_api import Page, expect


def test_work_goes_on_when_its_page_is_loaded_again_and_can_be_stopped(page: Page, serve) -> None:
    page.goto(serve("job_app.py"))
    expect(page.get_by_text("For ever")).to_be_visible()
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_text("Working")).to_be_visible()
    page.wait_for_function("sessionStorage.getItem('cnnviz-jobs')")  # the tab knows who it is
    page.reload()
    expect(page.get_by_text("Working")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Begin")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Begin")).to_be_visible()
