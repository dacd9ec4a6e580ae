"""The builder in a real browser: pointing, editing by mouse and by keyboard, saving pictures."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from benchmarks.painting import IDLE
from cnnviz.builder.codec import decode, encode
from cnnviz.builder.edits import change_arguments, change_input_shape
from cnnviz.builder.places import set_reads, taken_apart
from cnnviz.models import joined_networks, networks
from cnnviz.models.specs import Conv2d, Dropout, Join, MaxPool2d, NetworkSpec, ReLU, Residual
from cnnviz.summary import summarize
from cnnviz.ui.finding.terms import meaning
from cnnviz.zoo.on_meta import build_on_meta
from tests.support.slow_link import followed, slow_down


@pytest.fixture(scope="module")
def address(app: str) -> str:
    return app + "/build"


def open_at(page: Page, address: str) -> None:
    page.goto(address)
    page.locator(".graph .box").first.wait_for()
    page.locator(".network tbody tr").first.wait_for()
    page.wait_for_function(IDLE)


def network_in(page: Page) -> NetworkSpec:
    """The network of the address, which follows the page when the hands rest."""
    return network_of(page.url)


def network_of(url: str) -> NetworkSpec:
    """The network that an address says."""
    found = re.search(r"net=([^&]*)", url)
    return decode(found[1]) if found else networks.lenet()


def test_pointing_at_a_row_lights_the_layer_in_table_and_graph_without_a_word(page, address):
    frames: list[int] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda data: frames.append(1)))
    open_at(page, address)
    page.wait_for_timeout(800)
    before = len(frames)
    for path in ("1", "8", "12"):
        page.locator(f"tr[data-path='{path}']").hover()
        expect(page.locator(".box.pointed")).to_have_attribute("data-path", path)
    page.locator(".box[data-path='3']").hover()
    expect(page.locator("tr.pointed")).to_have_attribute("data-path", "3")
    page.wait_for_timeout(600)
    assert len(frames) == before
    page.locator(".box[data-path='3']").click()
    expect(page.locator(".network h2")).to_have_text("3 · MaxPool2d")


def test_pointing_at_a_row_shows_its_maps_and_its_field_while_the_network_is_edited(page, address):
    page.goto(f"{address}?view=volumes")
    forward, field = page.locator(".forward"), page.locator(".forward rect.mark")
    expect(forward.locator(".head")).to_contain_text("4 · conv2")
    expect(field).to_have_attribute("width", "14")
    page.locator("tr[data-path='1']").hover()
    expect(forward.locator(".head")).to_contain_text("1 · conv16 × 28 × 28")
    expect(field).to_have_attribute("width", "5")
    expect(forward.locator(".maps img")).to_be_in_viewport(ratio=1)
    forward.locator(".maps").focus()
    page.keyboard.press("ArrowRight")
    expect(field).to_have_attribute("x", "15")
    expect(forward.locator(".words")).to_contain_text("Trained on CIFAR-10")
    page.locator("#field-padding_mode").select_option("reflect")
    expect(forward.locator(".words")).to_contain_text("padding_mode of layer 4 is reflect")
    page.locator("tr[data-path='4']").focus()
    page.keyboard.press("Control+z")  # which is heard once, and not by the whole page too
    expect(forward.locator(".words")).to_contain_text("Trained on CIFAR-10")


def test_groups_fold_in_table_and_graph_and_what_is_sought_is_found_in_them(page, address):
    open_at(page, f"{address}?inspect=densenet201")
    row, box = (f"{kind}='features.denseblock3']" for kind in ("tr[data-fold", ".box[data-key"))
    assert page.locator(row).get_attribute("aria-expanded") == "false"
    page.locator(box).scroll_into_view_if_needed()
    spent = page.locator(".graph").evaluate(CLICK_AND_MEASURE, "features.denseblock3")
    assert spent < 2000  # ms for 49 boxes, drawn beside other work; alone it takes about 30
    assert page.locator(row).get_attribute("aria-expanded") == "true"
    expect(page.locator(box)).to_have_class(re.compile("open"))
    page.locator(row.replace("]", "] .triangle")).click()
    expect(page.locator(box)).to_have_class(re.compile("folded"))
    page.get_by_label("Find layers").fill("denseblock3.denselayer48.conv2")
    expect(page.locator(".find .count")).to_have_text("1 layer")
    expect(page.locator(f"{box} .badge")).to_have_count(1)
    page.get_by_label("Find layers").press("Enter")
    expect(page.locator(".box.pointed")).to_have_attribute(
        "data-key", "features.denseblock3.denselayer48.conv2"
    )
    expect(page.locator("tr.pointed.found")).to_have_count(1)
    page.get_by_role("button", name="Fold or unfold all groups").click()
    expect(page.locator(".box.open")).to_have_count(0)
    page.wait_for_url(re.compile("unfolded=none"))
    page.locator("tr[data-fold='features'] .triangle").click()
    page.wait_for_url(re.compile("unfolded=0$"))
    page.reload()
    expect(page.locator("tr[data-fold='features']")).to_have_attribute("aria-expanded", "true")
    expect(page.locator("tr[data-fold='features.denseblock1']")).to_have_attribute(
        "aria-expanded", "false"
    )
    expect(page.locator(".box.open")).to_have_count(1)


CLICK_AND_MEASURE = """(graph, key) => {
  const box = graph.querySelector(`.box[data-key="${key}"]`), begun = performance.now();
  box.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  return performance.now() - begun;
}"""


def test_the_graph_fills_the_screen_and_comes_back(page, address):
    open_at(page, address)
    page.get_by_role("button", name="Full screen, and back").click()
    page.wait_for_function("() => document.fullscreenElement !== null")
    wide = page.locator(".graph").bounding_box()
    assert wide and wide["width"] >= 1270
    page.get_by_role("button", name="Full screen, and back").click()
    page.wait_for_function("() => document.fullscreenElement === null")


@pytest.mark.parametrize("size", [(1280, 720), (390, 844)])
def test_an_inspected_network_opens_with_no_box_beyond_the_edge(page, address, size):
    """ResNet-18 has the widest: a shortcut with its convolution beside the two of the path."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    open_at(page, f"{address}?inspect=resnet18")
    expect(page.locator(".graph .box[data-key='layer2.0']")).to_have_class(re.compile("open"))
    room = page.locator(".graph .room").bounding_box()
    boxes = [box.bounding_box() for box in page.locator(".graph .box .frame").all()]
    assert room["x"] <= min(box["x"] for box in boxes)
    assert max(box["x"] + box["width"] for box in boxes) <= room["x"] + room["width"]
    assert float(page.locator(".graph .percent").inner_text().removesuffix("\xa0%")) >= 80


@pytest.mark.slow
def test_lenet_is_built_from_an_empty_page_by_keyboard_alone(page, address):
    empty = NetworkSpec("LeNet", (3, 32, 32))
    open_at(page, f"{address}?net={encode(empty)}&layer=0")
    for place, layer in enumerate(networks.lenet().layers, start=1):
        page.locator("tr[tabindex='0']").focus()
        page.keyboard.press("a")
        while page.evaluate(ACTIVE_KIND) != layer.kind:
            page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        expect(page.locator(".network h2")).to_have_text(f"{place} · {layer.kind}")
        for name in ("out_channels", "out_features", "kernel_size", "padding"):
            field = page.locator(f"#field-{name}")
            wanted = str(getattr(layer, name, ""))
            if not wanted or field.input_value() == wanted:
                continue
            field.focus()
            page.keyboard.type(wanted)
            page.keyboard.press("Enter")
            expect(page.locator(f"#field-{name}[data-said='{wanted}']")).to_be_visible()
    expect(page.locator("tfoot .count").first).to_have_text("62,006")
    page.wait_for_function(f"() => location.search.includes('{encode(networks.lenet())}')"
                           " || !location.search.includes('net=')")  # fmt: skip
    assert network_in(page) == networks.lenet()


ACTIVE_KIND = """() => {
  let node = document.activeElement;
  while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
  return node?.dataset.kind;
}"""


def test_a_mend_is_one_click_and_undo_takes_it_back(page, address):
    large = change_input_shape(networks.lenet(), (3, 64, 64))
    open_at(page, f"{address}?net={encode(large)}")
    expect(page.locator(".doctor .sentence")).to_contain_text("2,704 arrive")
    page.locator(".doctor .mend").first.click()
    expect(page.locator(".doctor")).to_be_hidden()
    page.wait_for_function(IDLE)  # the mend is known to Python, which undoes it
    page.keyboard.press("Control+z")
    expect(page.locator(".doctor .sentence")).to_contain_text("2,704 arrive")


def test_a_mend_of_joins_is_seen_in_table_and_graph_before_it_is_done(page, address):
    odd = change_input_shape(joined_networks.unet(width=2), (1, 65, 65))
    open_at(page, f"{address}?net={encode(odd)}&layer=33")
    here = page.locator(".mend[data-scope=here]")
    expect(here).to_have_count(4)
    expect(here.first).to_be_hidden()
    page.get_by_role("button", name="Mend at cat3").click()
    here.filter(has_text="Pad").hover()
    join, box = page.locator("tr[data-path='33']"), page.locator(".box[data-path='33']")
    expect(join.locator(".shape")).to_have_text("4 × 65 × 65")
    expect(box).to_have_class(re.compile(r"\bnew\b"))
    expect(page.locator(".doctor .about")).to_contain_text("it fits 23")
    page.locator(".doctor .sentence").hover()
    expect(join.locator(".shape")).to_have_text("—")
    expect(box).to_have_class(re.compile(r"\bwrong\b"))
    page.get_by_role("button", name="Mend at all 3 joins").click()
    page.locator(".mend[data-scope=everywhere]").filter(has_text="Pad").click()
    expect(page.locator(".doctor")).to_be_hidden()
    expect(join.locator(".shape")).to_have_text("4 × 65 × 65")
    left = "old => location.search.includes('net=') && !location.search.includes(old)"
    page.wait_for_function(left, arg=encode(odd))
    joins = [layer for layer in network_in(page).layers if isinstance(layer, Join)]
    assert [join.sizes for join in joins] == ["pad"] * 3


def test_a_block_is_taken_apart_and_its_sum_reads_another_place_by_chips(page, address):
    block = Residual((Conv2d(1, 4, 3, padding=1), ReLU(), Conv2d(4, 1, 3, padding=1)))
    spec = NetworkSpec("n", (1, 8, 8), (block,))
    page.goto(f"{address}?net={encode(spec)}&layer=1")
    page.get_by_role("button", name="Its layers, its sum").click()
    expect(page.locator(".network h2")).to_have_text("4 · Join")
    chips = page.locator(".places .read")
    expect(chips).to_have_text(["before 1 × 8 × 8 ×", "input 1 × 8 × 8 ×"])
    page.get_by_label("One more place to read").select_option("1")
    expect(chips).to_have_count(3)
    chips.nth(1).click()
    expect(chips).to_have_text(["before 1 × 8 × 8 ×", "place1 4 × 8 × 8 ×"])
    wanted = set_reads(taken_apart(spec, (0,))[0], (3,), "before, 1")
    page.wait_for_function("code => location.search.includes(code)", arg=encode(wanted))


def test_a_mend_is_seen_in_the_rows_of_sizes(page, address):
    odd = change_input_shape(joined_networks.unet(width=2), (1, 65, 65))
    page.goto(f"{address}?net={encode(odd)}&layer=33&view=sizes")
    join = page.locator(".station[data-layer='33']")
    expect(join).to_have_class(re.compile("wrong.*selected"))
    expect(join.locator(".shape")).to_have_text("does not fit")
    page.locator(".mend[data-scope=everywhere]").filter(has_text="Crop").hover()
    expect(join.locator(".shape")).to_have_text("4 × 64 × 64")
    page.locator(".station[data-layer~='28']").click()
    expect(page.locator(".network h2")).to_have_text("28 · Conv2d")


def test_keys_faster_than_the_answers_all_count(page, address):
    open_at(page, address)
    rows = page.locator(".network tbody tr")
    before = rows.count()
    page.locator("tr[data-path='2']").focus()
    for _ in range(3):
        page.keyboard.press("Control+d")
    expect(rows).to_have_count(before + 3)
    for _ in range(3):
        page.keyboard.press("Control+z")
    expect(rows).to_have_count(before)


def names_in(page: Page) -> list[str]:
    return page.locator(".network tbody td.name b").all_inner_texts()[1:]


def test_hands_quicker_than_the_answers_get_what_they_meant(page, address):
    slow_down(page, 200)
    empty = NetworkSpec("Mine", (3, 32, 32))
    open_at(page, f"{address}?net={encode(empty)}&layer=0")
    pressed = ["Conv2d", "ReLU", "MaxPool2d", "BatchNorm2d", "Dropout", "Flatten"]
    rows, title = page.locator(".network tbody tr"), page.locator(".network h2")
    undo = page.locator(".network .steps button").first
    for button in (page.locator("[data-kind='Linear']"), undo):
        button.evaluate("node => node.click()")  # one that is not enabled yet hears nothing
    for kind in pressed:
        page.locator(f"[data-kind='{kind}']").click(delay=20)
        page.wait_for_timeout(80)
    expect(title).to_have_text("6 · Flatten")
    assert names_in(page) == pressed
    rows.nth(2).focus()
    for _ in range(3):
        page.keyboard.press("Alt+ArrowDown")
    expect(title).to_have_text("5 · ReLU")
    assert names_in(page) == ["Conv2d", "MaxPool2d", "BatchNorm2d", "Dropout", "ReLU", "Flatten"]
    page.keyboard.press("Delete")
    page.keyboard.press("Delete")
    expect(title).to_have_text("3 · BatchNorm2d")
    assert names_in(page) == ["Conv2d", "MaxPool2d", "BatchNorm2d", "Flatten"]
    rows.nth(1).click()
    expect(title).to_have_text("1 · Conv2d")
    field = page.locator("#field-out_channels")
    field.fill("6")
    seen = followed(field)
    for _ in range(20):
        page.keyboard.press("ArrowUp")
    expect(page.locator("#field-out_channels[data-said='26']")).to_be_visible()
    assert field.input_value() == "26"
    assert seen.json_value() == [str(n) for n in range(7, 27)]  # it never went back


def test_keys_that_walk_wait_for_the_edits_before_them(page, address):
    """Each sequence as fast as a hand can on a slow link; wanted is what patience gives."""
    slow_down(page, 200)
    drops = tuple(Dropout(n / 10) for n in (1, 2, 3, 4, 6))
    block = Residual((ReLU(),))
    code = encode(NetworkSpec("Mine", (3, 8, 8), (*drops[:3], block, *drops[3:])))
    open_at(page, f"{address}?net={code}&layer=0")
    rows = page.locator(".network tbody tr")
    left = page.locator(".network tbody td.name span", has_text=re.compile(r"^0\.\d+$"))

    def press(*keys: str) -> None:
        for key in keys:
            page.keyboard.press(key)

    rows.nth(2).focus()
    press("Alt+ArrowDown", "ArrowUp", "Delete", "ArrowDown", "Control+d")  # 1 3 2 → 1 2 → 1 2 2
    expect(left).to_have_text(["0.1", "0.2", "0.2", "0.4", "0.6"])
    press("Delete", "Delete")
    page.locator("tr", has_text="0.6").click()  # the hand has gone elsewhere
    press("Control+d")
    expect(left).to_have_text(["0.1", "0.4", "0.6", "0.6"])
    page.locator("tr", has_text="Residual").click()
    expect(page.locator(".network h2")).to_have_text("2 · Residual")
    page.locator("[data-side=inside]").click()
    for kind in ("Residual", "Flatten"):  # the second comes behind the first, not into it
        page.locator(f"[data-kind='{kind}']").click()
    expect(page.locator(".network h2")).to_have_text("2.3 · Flatten")


def test_a_press_counts_though_the_page_moves_under_it(page, address):
    open_at(page, address)
    chip, rows = page.locator("[data-kind='Dropout']"), page.locator(".network tbody tr")
    before = rows.count()
    for slip in (60, 0):  # a hand that goes away before it lets go takes its press back
        chip.evaluate("node => node.closest('.palette').style.marginTop = 0")
        box = chip.bounding_box()
        assert box
        page.mouse.move(box["x"] + 20, box["y"] + 10)
        page.mouse.down()
        chip.evaluate("node => node.closest('.palette').style.marginTop = '90px'")
        page.mouse.move(box["x"] + 20 + slip, box["y"] + 10)
        page.mouse.up()
    expect(rows).to_have_count(before + 1)


def test_what_is_typed_into_a_field_before_its_layer_is_there_is_of_that_layer(page, address):
    slow_down(page, 300)
    open_at(page, address)
    field = page.locator("#field-out_channels")
    expect(field).to_have_value("16")
    page.get_by_role("row", name="Conv2d").first.click()
    field.click()
    expect(field).to_have_value("16")  # still of the layer before
    page.keyboard.type("12")
    expect(page.locator(".network h2")).to_have_text("1 · Conv2d")
    expect(field).to_have_value("12")
    page.keyboard.press("Enter")
    wanted = change_arguments(networks.lenet(), (0,), out_channels=12)
    page.wait_for_function("code => location.search.includes(code)", arg=encode(wanted))


def test_a_row_pressed_is_the_layer_chosen_though_another_comes_under_the_hand(page, address):
    open_at(page, f"{address}?layer=1")
    box = page.locator("tr[data-path='6'] .shape").bounding_box()
    assert box
    page.mouse.move(box["x"] + 20, box["y"] + 10)
    page.mouse.down()
    page.locator("[data-kind='Dropout']").evaluate("node => node.click()")
    expect(page.locator("tr[data-path='7'] b")).to_have_text("MaxPool2d")
    page.mouse.up()
    expect(page.locator(".network h2")).to_have_text("7 · MaxPool2d")


@pytest.mark.parametrize("size", [(1280, 720), (1280, 1500), (820, 1180), (390, 844)])
def test_chips_stay_under_the_hand_that_presses_one_again(page, address, size):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    open_at(page, f"{address}?layer=4")
    rows = page.locator(".network tbody tr")
    before = rows.count()
    box = page.locator("[data-kind='Linear']").bounding_box()
    assert box
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for more in range(1, 4):  # the first does not fit: the doctor comes
        page.mouse.click(*middle)
        expect(rows).to_have_count(before + more)
        expect(page.locator(".palette .side, .palette .where").first).to_contain_text(f"{4 + more}")
    assert page.locator(".doctor").is_visible()


def test_a_field_stays_under_the_hand_when_the_doctor_comes_and_goes(page, address):
    page.set_viewport_size({"width": 1280, "height": 720})
    open_at(page, address)
    field = page.locator("#field-stride")
    field.click()
    before = field.bounding_box()
    for value, count in (("100", 1), ("1", 0)):
        field.fill(value)
        field.press("Enter")
        expect(page.locator(".doctor:visible .mend").filter(has_text="Undo")).to_have_count(count)
        after = field.bounding_box()
        assert before and after and abs(after["y"] - before["y"]) < 2


DEAF = "() => { WebSocket.prototype.send = () => {}; }"  # the server hears nothing from now on


def test_what_nobody_has_answered_is_done_where_the_page_is_opened_again(page, address):
    def press() -> None:
        page.locator("tr[data-path='3']").click()
        for kind in ("Residual", "Dropout"):
            page.locator(f"[data-kind='{kind}']").click()
        page.locator("tr[data-path='1']").focus()
        for key in ("Alt+ArrowDown", "Alt+ArrowDown", "Delete"):
            page.keyboard.press(key)

    def is_edited(url: str) -> bool:
        """Whether an address says all: the first convolution is gone, two layers have come."""
        begins = [type(layer) for layer in network_of(url).layers[:4]]
        return "edits=" not in url and begins == [ReLU, MaxPool2d, Residual, Dropout]

    open_at(page, f"{address}?net={encode(networks.lenet())}&columns=params")
    press()
    page.wait_for_url(is_edited)
    count = page.locator(".network tbody tr").count()
    meant, chosen = network_in(page), page.locator(".network h2").inner_text()
    open_at(page, f"{address}?columns=params")
    page.evaluate(DEAF)
    press()
    page.wait_for_function("() => location.search.includes('remove')")
    page.reload()
    page.wait_for_url(is_edited)
    expect(page.locator(".network h2")).to_have_text(chosen)
    assert network_in(page) == meant
    assert "columns=params" in page.url
    page.locator("[data-kind='ReLU']").click()  # and what was done is not said once more
    expect(page.locator(".network tbody tr")).to_have_count(count + 1)


def test_a_row_is_dragged_to_another_place(page, address):
    open_at(page, address)
    handle, goal = (page.locator(f"tr[data-path='{n}'] td.number").bounding_box() for n in (3, 1))
    assert handle and goal
    page.mouse.move(handle["x"] + 5, handle["y"] + 10)
    page.mouse.down()
    page.mouse.move(goal["x"] + 5, goal["y"] + 20, steps=4)
    page.mouse.move(goal["x"] + 5, goal["y"] + 4)
    page.mouse.up()
    expect(page.locator("tr.selected b")).to_have_text("MaxPool2d")
    expect(page.locator("tr.selected td").first).to_have_text("1")


def test_pictures_are_saved_as_svg_and_png(page, address, tmp_path: Path):
    open_at(page, address)
    kinds = (("SVG", b"<svg"), ("PNG", b"\x89PNG"))
    for label, (kind, start) in product(("Volumes", "Table with bars", "Graph"), kinds):
        with page.expect_download() as download:
            page.get_by_role("button", name=f"{label} as {kind}", exact=True).click()
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
        assert path.suffix == f".{kind.lower()}"
        assert path.read_bytes().startswith(start)
        assert path.stat().st_size > 1500


def test_the_page_is_no_wider_than_a_phone(phone, address):
    page = phone.new_page()
    open_at(page, f"{address}?net={encode(networks.resnet())}")
    wide = page.evaluate("() => document.documentElement.scrollWidth")
    assert wide <= 390
    page.locator("tr[data-path='1']").click()
    page.locator("#field-out_channels").fill("3*5")
    page.keyboard.press("Enter")
    outcome = page.locator(".network .outcome")
    expect(outcome).to_contain_text("It stops at layer 2")
    expect(page.locator(".field", has=page.locator("#field-out_channels"))).to_contain_text("stops")
    expect(outcome).to_be_in_viewport(ratio=1)
    ways = outcome.get_by_role("button")
    count = page.locator(".doctor .mend").count()
    mend = page.locator(".doctor .mend").nth(1).inner_text()
    expect(ways).to_have_text(["↶ Undo", mend, f"All {count} mends"])
    ways.nth(1).click()
    expect(outcome).to_contain_text("It fits")
    page.locator(".steps button").first.click()
    expect(outcome).to_contain_text("It stops at layer 2")
    outcome.get_by_role("button", name="Undo").click()
    expect(outcome).to_contain_text("It fits")
    field = page.locator("#field-out_channels")
    number = field.get_attribute("data-said")
    field.fill(
        f"1*{number}"
    )  # what it was already: the product is written as a number all the same
    page.keyboard.press("Enter")
    expect(field).to_have_value(str(number))
    meant = page.get_by_role("button", name=f"Jump: {meaning('jump')}")
    meant.tap()
    expect(meant.locator(".tip")).to_be_visible()
    page.get_by_role("button", name="Add ReLU").click()  # a screen away from the fields
    expect(page.locator(".palette + .outcome")).to_be_in_viewport(ratio=1)
    page.goto(f"{address}?inspect=resnet18")
    expect(page.locator("tr[data-path='1'] .name span")).to_contain_text("conv1")
    seen = page.locator("tr[data-path='1'] td:last-child")
    box, card = seen.bounding_box(), page.locator(".network .main").bounding_box()
    assert box and card and box["x"] + box["width"] <= card["x"] + card["width"]
    page.close()


def test_what_columns_and_layers_mean_is_told_by_the_keyboard(page: Page, address: str):
    open_at(page, address)
    for before, name, words in (
        (page.get_by_role("combobox", name="Add another kind"), "What they do", "ReLU: Cuts what"),
        (page.get_by_role("checkbox", name="Fit the rest"), "Fit the rest", "in_features"),
        (page.get_by_role("button", name="Remove the layer"), "What these do", "Ctrl+D"),
        (page.get_by_role("checkbox", name="Sees"), "Sees", meaning("receptive_field")),
        (page.get_by_role("checkbox", name="Memory"), "Memory", meaning("activation_memory")),
    ):
        mark = page.locator(f"button.help[aria-label^='{name}']")
        tip = mark.locator(".tip")
        expect(tip).to_be_hidden()
        before.focus()
        page.keyboard.press("Tab")
        expect(tip).to_be_visible()
        expect(tip).to_contain_text(words)


def test_an_inspected_table_is_sorted_by_a_column_and_back(page: Page, address: str):
    page.goto(f"{address}?inspect=squeezenet1_1")
    numbers = page.locator(".network tbody tr:not([hidden]) td.number")
    head = page.locator(".network [data-column=params]")
    head.click()
    rows = summarize(build_on_meta("squeezenet1_1"), (1, 3, 224, 224)).rows
    heaviest = max(rows, key=lambda row: row.num_params)
    expect(numbers.nth(1)).to_have_text(str(1 + rows.index(heaviest)))
    expect(page.locator(".network tbody tr").nth(1)).to_contain_text(f"{heaviest.num_params:,}")
    expect(page.locator(".network th[aria-sort=descending]")).to_have_text("Parameters ↓")
    expect(head).to_be_focused()
    head.press("Enter")
    expect(page.locator(".network th[aria-sort]")).to_have_count(0)
    expect(page.locator(".network tbody tr[aria-expanded]").first).to_be_visible()
