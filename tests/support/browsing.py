"""Pages of small apps in a real browser."""

from playwright.sync_api import BrowserContext, Page


def page_with(selector: str, context: BrowserContext, address: str) -> Page:
    """A new page at an address, when the first thing that a selector finds is there."""
    page = context.new_page()
    page.goto(address)
    page.locator(selector).first.wait_for()
    return page
