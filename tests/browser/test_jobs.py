"""Long work in a real browser: told before, found again when the page is loaded anew, stopped."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cnnviz.machine_memory import workers_beside
from tests.browser.conftest import Mortal
from tests.support.processes import children
from tests.support.waiting import until


def test_work_goes_on_when_its_page_is_loaded_again_and_can_be_stopped(
    page: Page, small: str
) -> None:
    page.goto(f"{small}/job_app")
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


def test_slow_heatmaps_of_the_app_as_shipped_go_on_beside_the_server_and_stop(
    page: Page, mortal: Callable[..., Mortal], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CNNVIZ_WORKERS")  # which the tests set
    server = mortal()
    page.goto(f"{server.address}/heatmaps?image=cat&class_idx=3")
    page.locator(".st-key-heatmaps_slow_start").get_by_role("button").click()
    progress = page.locator(".st-key-heatmaps_slow_progress")
    expect(progress.get_by_text(re.compile(r"^[^:]+: \d of \d"))).to_be_visible()  # a worker has it
    workers = children(server.pid, "cnnviz.cluster.process")
    assert len(workers) == min(1, workers_beside())  # none where there is no memory for one
    progress.get_by_role("button", name="Stop").click()
    expect(page.locator(".st-key-heatmaps_slow_start").get_by_role("button")).to_be_visible()
    expect(progress).to_have_count(0)
    server.kill()
    until(lambda: not any(is_there(pid) for pid in workers))  # nobody is left behind


def is_there(pid: int) -> bool:
    with suppress(OSError):
        return bool(Path(f"/proc/{pid}/cmdline").read_bytes())  # of a dead one, nothing
    return False
