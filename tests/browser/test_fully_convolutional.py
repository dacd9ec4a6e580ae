"""The canvas and the class map in a real browser: dragged, typed at, pointed at."""

from __future__ import annotations

import re

from playwright.sync_api import expect

PATIENCE = 60_000  # ms


def test_an_item_moves_by_key_and_by_hand_and_a_cell_is_chosen(chromium, serve):
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(PATIENCE)
    page.goto(serve("app.py") + "/fully_convolutional?view=map&least=0&skip_empty=false")
    seven = page.get_by_role("button", name=re.compile("^7 at "))
    expect(seven).to_have_attribute(
        "aria-label", re.compile("7 at 8 from the left, 8"), timeout=PATIENCE
    )

    seven.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile("items=7:9:8:28"))

    page.wait_for_timeout(1500)  # the answer to the key has come
    box = seven.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * 1.5)
    page.mouse.up()
    page.wait_for_url(re.compile(r"items=7:9:3[5-7]:28"))

    field = page.get_by_role("application")
    field.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text(re.compile("row 2, column 3: "))).to_be_visible(timeout=PATIENCE)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("cell=2,3"))
    expect(page.get_by_text("Rows 8–39, columns 12–43.")).to_be_visible(timeout=PATIENCE)
    page.close()
