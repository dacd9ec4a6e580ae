"""The page training in a real browser: a run is started, pointed at, and known again."""

from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, Page, expect

WAIT = 60_000  # ms


def test_a_run_is_trained_pointed_at_and_outlives_a_reload(page: Page, app: str) -> None:
    page.goto(f"{app}/training?epochs=1")
    page.get_by_role("button", name="Start").click(timeout=WAIT)
    state = page.locator(".bar .state")
    expect(state).to_have_text("Done", timeout=WAIT)
    charts = page.locator(".charts")
    charts.focus()
    page.keyboard.press("Home")
    expect(page.locator(".tip")).to_contain_text("Step 0, before training")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".tip")).to_contain_text("Step 1,")
    expect(page.locator(".grid canvas.mid")).to_have_count(6)
    page.get_by_text("Rewind", exact=True).click()
    expect(page.locator(".slide.b")).to_contain_text("step 78", timeout=WAIT)
    page.get_by_role("slider", name="Moment A").press("ArrowRight")
    expect(page.locator(".side").first).to_contain_text("step 1")
    page.wait_for_url("**a=1*")
    page.get_by_role("radio", name="Two runs").click()  # of which there is one so far
    expect(page.locator(".slide").first).to_contain_text("step 78")  # both at their ends
    page.get_by_role("radio", name="Two moments").click()
    expect(page.locator(".slide").first).to_contain_text("step 0")
    page.get_by_text("Live", exact=True).click()
    expect(state).to_have_text("Done", timeout=WAIT)
    page.wait_for_url(re.compile(r"training\?(?!.*rewind)"))  # the address follows the picture
    page.reload()
    expect(state).to_have_text("Done", timeout=WAIT)
    page.get_by_text("Mistakes", exact=True).click()
    page.locator(".mistakes .pair").first.click(timeout=WAIT)
    expect(page.locator(".mistakes")).to_contain_text(" taken for ", timeout=WAIT)
    names = page.locator(".mistakes .picture canvas").evaluate_all(
        "all => all.map(one => one.getAttribute('aria-label'))"
    )
    assert None not in names and len(set(names)) == len(names)  # each file is named by its own
    page.locator(".mistakes .picture").last.click()
    expect(page.locator(".mistakes .picture").last).to_have_class("picture on", timeout=WAIT)
    page.locator(".means .frame").last.hover()
    expect(page.locator(".shared .tip")).to_contain_text("ink in ")
    page.get_by_text("Draw over it", exact=True).click()
    sheet = page.locator(".brush .sheet")
    expect(page.locator(".brush .step")).to_have_count(1, timeout=WAIT)
    sheet.hover(position={"x": 40, "y": 40})
    page.mouse.down()
    sheet.hover(position={"x": 150, "y": 40})
    page.mouse.up()
    expect(page.locator(".brush .step")).to_have_count(2, timeout=WAIT)
    expect(page.locator(".brush .words")).to_contain_text(re.compile("Still|made it"))
    expect(page.locator(".mistakes .matrix")).to_be_hidden()
    page.wait_for_url("**drawing=true*")
    page.get_by_role("button", name="Ask Heatmaps").click()
    expect(page.locator(".number", has_text="Class explained").first).to_contain_text(" − ")


def test_a_click_on_the_curve_looks_back_at_that_moment(page: Page, app: str) -> None:
    page.goto(f"{app}/training?epochs=1&network=mlp")
    page.get_by_role("button", name="Start").click(timeout=WAIT)
    expect(page.locator(".bar .state")).to_have_text("Done", timeout=WAIT)
    charts = page.locator(".charts")
    charts.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator(".side.b")).to_contain_text("step 1", timeout=WAIT)
    page.wait_for_url("**view=rewind*b=1*")
    column = page.locator(".strip .column").first
    page.locator(".strip").evaluate("strip => strip.style.setProperty('--columns', 2)")
    assert column.evaluate("column => column.clientWidth") < 40  # however few snapshots there are


def test_what_is_said_of_a_run_is_read_whole_on_a_phone(phone: BrowserContext, app: str) -> None:
    page = phone.new_page()
    page.goto(f"{app}/training")
    note = page.locator(".bar .note")
    note.wait_for(state="attached")
    note.evaluate(
        "note => { note.textContent = 'the learning rate of AdamW is too high '.repeat(9) }"
    )
    assert note.evaluate("note => note.scrollWidth <= note.parentElement.clientWidth")


def test_on_a_phone_the_pad_its_map_and_the_answers_share_the_screen(
    phone: BrowserContext, app: str
) -> None:
    page = phone.new_page()
    page.goto(f"{app}/training?view=mistakes&drawing=true&network=mlp")
    sheet, frame, swap = (
        page.locator(f".brush {one}") for one in (".sheet", ".map .frame", ".swap")
    )
    swap.wait_for(timeout=WAIT)
    answers = page.locator(".brush .row").last
    drawn, small, last = (one.bounding_box() for one in (sheet, frame, answers))
    assert drawn and small and last
    assert last["y"] + last["height"] - drawn["y"] < 844
    assert drawn["x"] < small["x"] and small["y"] > drawn["y"]  # in the picture's corner
    assert small["y"] + small["height"] < drawn["y"] + drawn["height"]
    swap.click()
    large = frame.bounding_box()
    assert large and large["width"] == drawn["width"] and abs(large["y"] - drawn["y"]) < 2
