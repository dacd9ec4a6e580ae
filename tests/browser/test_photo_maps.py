"""The class map of a whole photo in a real browser: pointed at, searched in, made larger."""

from __future__ import annotations

import re

from playwright.sync_api import expect

PATIENCE = 60_000  # ms


def test_a_cell_is_pointed_at_a_class_is_found_by_typing_and_the_photo_grows(page, app):
    page.goto(app + "/fully_convolutional?model=squeezenet1.1&image=coffee&side=192&cell=3,5")
    said = page.locator(".said")
    expect(said).to_contain_text("row 4, column 6: gasmask", timeout=PATIENCE)
    field = page.get_by_role("application", name=re.compile("7 × 11 cells"))
    field.focus()
    page.keyboard.press("ArrowRight")
    expect(said).to_contain_text("row 4, column 7: ")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("cell=3,6"))
    expect(
        page.get_by_text(re.compile(r"on the 128\s×\s192 round it, alone: espresso"))
    ).to_be_visible()

    chooser = page.get_by_role("combobox", name=re.compile("Class"))
    chooser.click()
    chooser.press_sequentially("siamese")
    expect(page.get_by_role("option", name="Siamese cat")).to_be_visible()
    chooser.press("Enter")
    page.wait_for_url(re.compile("class_idx=284"))
    expect(page.locator(".legend.scale")).to_contain_text("probability in each cell")
    expect(said).to_contain_text(re.compile(r"row 4, column 7: probability in each cell 0\.?\d*"))

    page.get_by_role("slider", name=re.compile("Longer side")).press("ArrowRight")
    page.wait_for_url(re.compile("side=224"))
    expect(page.get_by_role("application", name=re.compile("9 × 13 cells"))).to_be_visible()

    for view, address in (("Linear → Conv2d", "view=surgery"), ("Map of answers", "side=224")):
        page.get_by_role("radio", name=view).click()
        page.wait_for_url(re.compile(f"{address}.*class_idx=284|class_idx=284.*{address}"))
        expect(page.get_by_role("radio", name=view)).to_be_checked()
    expect(page.get_by_text("not possible")).to_have_count(0)
