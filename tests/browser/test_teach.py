"""The page teach in a real browser: a picture of one's own is given, asked about, taken away."""

from __future__ import annotations

import io
import re
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.sync_api import FilePayload, Page, expect

from cnnviz.teaching import load_head


def ball() -> FilePayload:
    """A picture of a red ball."""
    picture, written = Image.new("RGB", (120, 120), "white"), io.BytesIO()
    ImageDraw.Draw(picture).ellipse((20, 20, 100, 100), "red")
    picture.save(written, "PNG")
    return {"name": "ball.png", "mimeType": "image/png", "buffer": written.getvalue()}


def test_a_picture_is_given_asked_about_and_taken_away(page: Page, app: str) -> None:
    page.goto(f"{app}/teach?classes=animal:cat,dog;vehicle:truck,airplane&ask=pony&give=upload")
    pictures = page.locator(".classes .picture")
    expect(pictures).to_have_count(4, timeout=60_000)
    page.get_by_text("Give it pictures of your own").click()
    page.locator("input[type=file]").first.set_input_files(ball())
    expect(pictures).to_have_count(5)
    page.get_by_role("button", name="ball.png").first.click()
    page.get_by_role("button", name="Ask about it").click()
    expect(
        page.get_by_role("img", name="ball.png, a picture of your own", exact=True)
    ).to_be_visible()
    expect(page.get_by_role("radio", name="Samples").last).to_be_checked()  # it stays where it was
    expect(page.locator("code", has_text="my_pictures/1 animal/ball.png")).to_be_visible()
    page.get_by_role("button", name="Take it away").click()
    expect(pictures).to_have_count(4)
    page.evaluate("navigator.mediaDevices.enumerateDevices = async () => []")
    page.get_by_role("radio", name="Camera").first.click()
    word = page.locator(".word")
    expect(word).to_contain_text("finds no camera")
    page.evaluate("navigator.permissions.query = async () => ({ state: 'denied' })")
    expect(word).to_contain_text("refuses this page the camera")
    page.evaluate("navigator.permissions.query = async () => ({ state: 'granted' })")
    page.evaluate("navigator.mediaDevices.enumerateDevices = async () => [{ kind: 'videoinput' }]")
    expect(word).to_be_hidden()


def test_a_head_is_saved_and_answers_in_a_fresh_session(
    page: Page, app: str, tmp_path: Path
) -> None:
    page.goto(f"{app}/teach?classes=living:cat,dog;driven:truck,automobile&ask=pony")
    shares = page.locator(".asked button.explain")
    expect(shares).to_have_count(2, timeout=60_000)
    said = shares.all_inner_texts()
    line = page.locator(".asked figcaption .scale")  # "0 ▬ 0.185" is one line, "for living" another
    assert line.evaluate("one => one.getBoundingClientRect().height") < 24
    expect(page.locator(".asked figcaption .whose")).to_have_text(re.compile("^for "))
    shares.filter(has_text="living").click()  # where it would look
    page.wait_for_url(re.compile("class_idx=0"))
    expect(page.get_by_role("img", name=re.compile("Grad-CAM for living"))).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("img", name=re.compile("Grad-CAM for driven"))).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the head").click()
    file = tmp_path / saved.value.suggested_filename
    saved.value.save_as(file)
    assert load_head(file.read_bytes()).classes == ("living", "driven")

    page.goto(f"{app}/teach?ask=pony")  # loaded anew: another session, with four other classes
    expect(shares).to_have_count(4, timeout=60_000)
    page.get_by_text("Open a head").click()
    page.locator("input[type=file]").last.set_input_files(file)
    expect(page.get_by_text("A head that was opened answers: living, driven.")).to_be_visible()
    expect(shares).to_have_count(2)
    assert shares.all_inner_texts() == said
    with page.expect_download() as saved:  # what answers, not the four that are taught here
        page.get_by_role("button", name="Save the head").click()
    assert load_head(Path(saved.value.path()).read_bytes()).classes == ("living", "driven")
    expect(page.locator("code", has_text=re.compile("load_head"))).to_be_visible()
    page.get_by_role("button", name="Back to the one taught here").click()
    expect(shares).to_have_count(4)
