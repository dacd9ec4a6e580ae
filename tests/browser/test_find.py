"""Find: opened by a key or a button, steered by keys, answered by the browser, gone to in place."""

from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, Page, expect


def test_a_term_is_found_by_keys_and_gone_to_within_the_visit(app: str, page: Page):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{app}/?view=glossary")
    expect(page.get_by_role("heading", name="Glossary")).to_be_visible()
    assert not any("find.json" in url for url in asked)  # opening a page costs nothing of it
    page.keyboard.press("/")
    field = page.get_by_role("combobox", name="Find")
    found = page.get_by_role("option")
    expect(found.first).to_contain_text("Home")
    field.fill("xyzzy")
    expect(page.locator("dialog [role=status]")).to_have_text("Nothing here is called “xyzzy”.")
    field.fill("dilatoin/")  # a slip; a slash in a field is a slash
    expect(found.first).to_contain_text("The distance between the cells the kernel reads")
    expect(field).to_have_attribute("aria-activedescendant", "cnnviz-found-0")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.evaluate("window.stays = true")
    page.keyboard.press("Enter")
    expect(page.locator(".glossary.asked dt")).to_have_text("Dilation")
    assert page.url.endswith("/?view=glossary&term=dilation")
    assert page.evaluate("window.stays")  # the page was not loaded anew
    page.go_back()
    expect(page.locator(".glossary.asked")).to_have_count(0)


def test_on_a_phone_a_button_opens_it_and_a_tap_goes_to_a_page(app: str, phone: BrowserContext):
    page = phone.new_page()
    page.goto(f"{app}/?view=glossary")
    page.get_by_role("button", name="Find", exact=True).tap()
    page.get_by_role("combobox", name="Find").fill("resnet152")
    inspected = page.get_by_role("option").filter(has_text="layer by layer")
    expect(inspected).to_have_attribute("href", re.compile(r"/build\?inspect=resnet152$"))
    page.keyboard.press("Escape")
    expect(page.locator("dialog.cnnviz-find")).to_be_hidden()
    page.get_by_role("button", name="Find", exact=True).tap()
    page.get_by_role("combobox", name="Find").fill("glossary")
    page.get_by_role("option").first.tap()
    expect(page.locator("dialog.cnnviz-find")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.close()
