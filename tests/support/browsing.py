"""Pages in a real browser."""

from playwright.sync_api import BrowserContext, Page

from benchmarks.painting import IDLE


def page_with(selector: str, context: BrowserContext, address: str) -> Page:
    """A new page at an address, when the first thing that a selector finds is there."""
    page = context.new_page()
    page.goto(address)
    page.locator(selector).first.wait_for()
    return page


def visit(page: Page, address: str) -> None:
    """Go to an address of the app, and wait until its page has a title and nothing runs."""
    page.goto(address)
    page.locator("[data-testid=stMain] h1").first.wait_for()
    page.wait_for_function(IDLE)
