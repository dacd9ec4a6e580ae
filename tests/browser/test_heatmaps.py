"""The page heatmaps in a real browser: draw a 7, ask why it is not a 1, and whether to trust it."""

from __future__ import annotations

import re

import pytest
import torch
from playwright.sync_api import Locator, Page, expect

from benchmarks.painting import IDLE
from cnnviz.images import sample
from cnnviz.models import pretrained
from tests.support.slow_link import slow_down, slow_processor

MUTE = "() => { WebSocket.prototype.send = () => {}; }"  # nothing reaches the server then
FORESEEN = rb"\"heatmaps_numbers\""  # within what a hand near the classes makes Python send
ONE = ((0.5, 0.15), (0.5, 0.85))
SEVEN = ((0.25, 0.2), (0.5, 0.2), (0.75, 0.2), (0.62, 0.5), (0.48, 0.85))
VIEWS = (
    "",
    "?model=lenet-mnist&digit=7&class_idx=7&against=1&view=large",
    "?model=lenet-mnist&view=belief&test=curves",
    "?model=lenet-mnist&view=belief&test=random",
    "?model=lenet-mnist&view=belief&test=sum",
    "?model=lenet-mnist&view=belief&test=planted",
)
# The slider moved in six steps, a frame apart, by the browser itself: a busy machine is no rest.
OPACITIES = """async slider => {
  const send = WebSocket.prototype.send, seen = [];
  let sent = 0;
  WebSocket.prototype.send = function (...told) { sent += 1; return send.apply(this, told); };
  for (const percent of [0, 15, 30, 45, 60, 75]) {
    slider.value = percent;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    seen.push(getComputedStyle(slider.getRootNode().querySelector(".big .heat")).opacity);
    await new Promise(requestAnimationFrame);
  }
  WebSocket.prototype.send = send;
  return [sent, seen];
}"""
NUM_WHITE = """canvas => canvas.getContext("2d")
  .getImageData(0, 0, canvas.width, canvas.height).data
  .filter((grey, i) => i % 4 === 0 && grey > 128).length"""
WIDER_LETTERS = """() => {
  const add = root => {
    const style = document.createElement("style");
    style.textContent = "* { letter-spacing: 0.04em !important }";
    (root.head || root).append(style);
    for (const node of root.querySelectorAll("*")) if (node.shadowRoot) add(node.shadowRoot);
  };
  add(document);
}"""


@pytest.fixture(scope="module")
def heatmaps(app: str) -> str:
    return app + "/heatmaps"


def question(page: Page) -> Locator:
    return page.locator(".question")


def draw(page: Page, points: tuple[tuple[float, float], ...]) -> None:
    page.locator("canvas").hover()  # waits until it stands still
    box = page.locator("canvas").bounding_box()
    assert box
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=8)
    page.mouse.up()


@pytest.mark.slow
def test_a_drawn_seven_is_explained_and_why_it_is_not_a_one(heatmaps: str, page: Page) -> None:
    page.goto(heatmaps)
    page.get_by_role("button", name="Draw a digit instead").click()
    page.locator("canvas").wait_for()
    expect(question(page)).to_contain_text(
        "Which pixels speak for 7"
    )  # the sample, until one draws
    draw(page, SEVEN)
    expect(question(page)).to_contain_text("Which pixels speak for 7 (")
    expect(page.get_by_text("What you draw is not part of the link.")).to_be_visible()
    page.get_by_role("button", name="Why 7 and not 1?").click()
    expect(question(page)).to_contain_text("and not 1 (")
    page.get_by_role("radio", name="Integrated gradients").click()
    expect(page.get_by_text("Red speaks for 7 and against 1")).to_be_visible()
    expect(page).to_have_url(re.compile("against=1"))
    page.get_by_role("button", name="Sample digit 4").click()
    expect(question(page)).to_contain_text("Why 4 (")
    expect(page).to_have_url(re.compile("digit=4"))
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_text("Draw a digit")).to_be_visible()


@pytest.mark.slow
def test_what_is_drawn_stays_where_answers_come_late(heatmaps: str, page: Page) -> None:
    gone: list[str] = []
    page.on("response", lambda told: gone.append(told.url) if told.status == 404 else None)
    slow_down(page, 400)
    page.goto(heatmaps + "?model=lenet-mnist&digit=3")
    expect(question(page)).to_contain_text("Which pixels speak for 3")
    slow_processor(page, 4)
    draw(page, SEVEN)  # in the place of the 3
    expect(page.get_by_text("What you draw is not part of the link.")).to_be_visible()
    expect(question(page)).to_contain_text("Which pixels speak for 7")
    page.get_by_role("button", name="Clear").click()
    draw(page, ONE)  # before Clear is answered
    drawn = page.locator("canvas").evaluate(NUM_WHITE)
    expect(question(page)).to_contain_text("Which pixels speak for 1")
    page.get_by_role("button", name="Why 1 and not 7?").click()
    expect(question(page)).to_contain_text("and not 7 (")  # so everything before is answered
    assert page.locator("canvas").evaluate(NUM_WHITE) == drawn > 2_000
    assert [url for url in gone if "/media/" in url] == []


def test_opacity_follows_the_hand_without_a_word_to_the_server(heatmaps: str, page: Page) -> None:
    page.goto(heatmaps + "?model=lenet-mnist&image=digit_7&view=large")
    page.locator(".big .heat").wait_for()
    page.wait_for_timeout(1500)
    sent, seen = page.get_by_label("Opacity of the heatmaps").evaluate(OPACITIES)
    assert sent == 0
    assert seen == ["0", "0.15", "0.3", "0.45", "0.6", "0.75"]
    expect(page).to_have_url(re.compile("opacity=75"))  # told once, at rest
    page.get_by_role("radio", name="Can I believe it?").click()
    page.get_by_label("Pixels gone, or back").wait_for()
    page.wait_for_timeout(500)  # what the maps have said of the address goes with them
    expect(page).to_have_url(re.compile("view=belief"))


def test_long_work_outlives_other_clicks_and_ends_with_stop(heatmaps: str, page: Page) -> None:
    page.goto(heatmaps + "?size=128&view=belief&test=random")
    page.get_by_role("button", name="Shuffle the weights").click()
    stop = page.get_by_role("button", name="Stop")
    stop.wait_for()
    page.get_by_role("radio", name="Explain dog").click()
    expect(page.locator(".cnnviz .strip")).to_contain_text("dog")
    page.get_by_role("radio", name="Explain cat").click()
    stop.wait_for()
    stop.click()
    expect(page.get_by_role("button", name="Shuffle the weights")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_count(0)


def test_the_curves_show_the_picture_with_pixels_gone(heatmaps: str, page: Page) -> None:
    page.goto(heatmaps + "?model=lenet-mnist&digit=3&view=belief&method=occlusion")
    slider = page.get_by_label("Pixels gone, or back")
    slider.fill("0")
    expect(page.locator(".said").first).to_contain_text("0 % gone; “3”: 9")
    slider.fill("20")
    expect(page.locator(".said").last).to_contain_text("100 % back; “3”: 9")
    page.get_by_role("button", name="Saliency").click()
    expect(page).to_have_url(re.compile("method=saliency"))


@pytest.mark.slow
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_fits_a_small_phone_with_wider_letters(heatmaps, phone, view) -> None:
    page = phone.new_page()
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(heatmaps + view)
    page.get_by_role("heading", name="The same in PyTorch").wait_for()
    page.wait_for_timeout(500)
    page.evaluate(WIDER_LETTERS)
    main = page.locator("[data-testid=stMain]")
    assert main.evaluate("main => main.scrollWidth - main.clientWidth") <= 1
    page.close()


def test_the_first_maps_are_painted_before_the_others_which_follow(
    heatmaps: str, page: Page
) -> None:
    page.goto(heatmaps + "?image=coffee&size=224&class_idx=5")
    first = page.locator(".overlays .card:nth-child(2) .heat")
    first.wait_for()
    painted = first.get_attribute("src")
    quick = ["Saliency", "Input × gradient", "Guided backprop", "Random", "Edges"]
    for title in quick:
        expect(page.locator(".overlays .card", has_text=title).locator(".heat")).to_be_visible()
    expect(page.locator(".overlays .heat")).to_have_count(4 + len(quick))
    assert first.get_attribute("src") == painted


def test_on_a_phone_a_digit_and_its_heatmaps_are_seen_together(heatmaps, phone) -> None:
    page = phone.new_page()
    page.goto(f"{heatmaps}?model=lenet-mnist&digit=7")
    pad, cards = page.locator(".sheet canvas"), page.locator(".cards .card")
    expect(cards.nth(1).locator(".heat")).to_be_visible()
    expect(pad).to_be_in_viewport(ratio=1)
    expect(cards.nth(1)).to_be_in_viewport(ratio=1)
    cards.nth(8).scroll_into_view_if_needed()
    expect(cards.nth(8)).to_be_in_viewport(ratio=1)
    expect(pad).to_be_in_viewport(ratio=1)  # it stays, so that one can draw and look
    kept = "pad => parseFloat(getComputedStyle(pad).getPropertyValue('--room')) - pad.offsetHeight"
    assert page.locator(".st-key-heatmaps_pad").evaluate(kept) == 0  # nothing moved when it came
    page.close()


@pytest.mark.parametrize("asked", ["model=lenet-mnist&digit=7", "image=cat"])
def test_on_a_phone_a_class_is_asked_for_by_a_thumb_and_its_heatmaps_are_seen(
    heatmaps, phone, asked
) -> None:
    page = phone.new_page()
    page.goto(f"{heatmaps}?{asked}")
    card = page.locator(".cards .card").nth(1)
    expect(card.locator(".heat")).to_be_visible()
    card.scroll_into_view_if_needed()
    explained, other = (page.locator(f".classes .explain[aria-checked={is_so}]") for is_so in
                        ("true", "false"))  # fmt: skip
    expect(explained).to_be_in_viewport(ratio=1)
    asks = other.nth(5)
    name = asks.locator(".name").inner_text()
    assert asks.bounding_box()["height"] >= 44
    asks.tap()
    expect(page.locator(".overlays .question")).to_contain_text(f"speak for {name}")
    expect(page.locator(".overlays .question")).to_be_in_viewport(ratio=1)
    expect(card).to_be_in_viewport(ratio=1)
    expect(explained.locator(".name")).to_have_text(name)
    expect(explained).to_be_in_viewport(ratio=1)
    page.close()


def test_the_network_is_guessed_and_the_score_counts_it(page: Page, heatmaps: str) -> None:
    page.goto(f"{heatmaps}?model=lenet-mnist&view=belief&test=guess&guess=right")
    page.get_by_role("button", name="It is right").click()
    told = page.get_by_text("You said")
    expect(told).to_contain_text("right")
    expect(page.get_by_text("no verdict yet")).to_be_visible()
    page.get_by_role("button", name="Next riddle").click()
    expect(page.get_by_text("Riddle 2")).to_be_visible()
    expect(page.get_by_role("button", name="It is wrong")).to_be_visible()
    expect(told).to_have_count(0)
    expect(page).to_have_url(re.compile(r"riddle=2"))


def test_a_class_that_a_hand_is_near_is_shown_before_the_server_hears_of_it(
    page: Page, app: str
) -> None:
    with page.expect_websocket() as opened:
        page.goto(f"{app}/heatmaps?model=lenet-mnist&image=digit_7")
    network, rows = pretrained("lenet-mnist"), page.locator(".classes .explain")
    with torch.inference_mode():
        scores = network.model(network.transform(sample("digit_7")))[0]
    likeliest = int(scores.argsort(descending=True)[1])  # it is computed first
    other, question = rows.nth(likeliest), page.locator(".overlays .question")
    expect(question).to_contain_text("speak for 7")
    told: list[bool] = []
    opened.value.on("framereceived", lambda frame: told.append(True) if FORESEEN in frame else None)
    with page.expect_request(lambda request: bool(told) and "/media/" in request.url):
        other.hover()  # and its picture is fetched
    page.evaluate(MUTE)
    other.click()
    expect(question).to_contain_text(f"speak for {likeliest}")
    expect(page.locator(".cnnviz.numbers")).to_contain_text(f"Class explained{likeliest}")
    expect(other).to_have_attribute("aria-checked", "true")


def test_any_of_a_thousand_classes_is_found_by_keyboard(page: Page, heatmaps: str) -> None:
    page.goto(f"{heatmaps}?model=squeezenet1.1&image=cat")
    chooser = page.get_by_role("combobox", name="Another class")
    chooser.wait_for()
    chooser.focus()
    chooser.press_sequentially("cat")
    expect(page.get_by_role("option", name="tiger cat")).to_be_visible()
    chooser.press("Escape")  # nothing is chosen
    expect(page.get_by_role("option")).to_have_count(0)
    assert "class_idx" not in page.url
    chooser.press_sequentially("siamese")
    expect(page.get_by_role("option")).to_have_count(1)
    chooser.press("ArrowDown")
    chooser.press("Enter")
    page.wait_for_url(re.compile("class_idx=284"))
    expect(page.locator(".question")).to_contain_text("Siamese cat")


def test_the_ways_to_frame_a_picture_stand_in_one_line(page, app):
    page.goto(f"{app}/heatmaps?frame=whole")
    frame = page.locator(".st-key-heatmaps-frame")
    for name in ("Middle", "Whole", "By hand"):
        expect(frame.get_by_text(name, exact=True)).to_be_visible()
    tops = "ways => new Set(ways.map(way => way.getBoundingClientRect().top)).size"
    page.wait_for_function(IDLE)
    assert frame.get_by_role("radio").evaluate_all(tops) == 1
