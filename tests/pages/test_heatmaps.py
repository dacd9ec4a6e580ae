"""The page heatmaps: what it shows is what the network computes."""

from __future__ import annotations

import contextlib
import io
import json
import re
import time
from collections.abc import Iterator
from itertools import pairwise

import pytest
import torch

from cnnviz.heatmaps import METHODS, Difference, grad_cam
from cnnviz.images import sample
from cnnviz.models import pretrained
from cnnviz.ui.foresight import views
from cnnviz.ui.heatmaps import planted
from cnnviz.ui.heatmaps.address import ADDRESS
from cnnviz.ui.heatmaps.guess import NO_MAP
from cnnviz.ui.heatmaps.views import PRESETS
from cnnviz.ui.jobs import jobs
from tests.support.opening import component, drawn_as, html_text, open_page, page_text, say

DIGIT = "model=lenet-mnist&image=digit_7"
WITHIN = 240  # seconds; long, for a machine that does much else


@pytest.fixture(autouse=True)
def nothing_goes_on_afterwards() -> Iterator[None]:
    """The long work that a test has asked for would slow the next one: nobody waits for it."""
    yield
    for job in list(jobs()._known.values()):
        for watcher in list(job.watchers):
            jobs().leave(job.key, watcher)


def run(script: str) -> str:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(script, "page", "exec"), {"__name__": "pasted"})
    return printed.getvalue()


def number(name: str, printed: str) -> float:
    found = re.search(rf"{name}: ([\d.e+-]+)", printed)
    assert found, printed
    return float(found[1])


def digit():
    network = pretrained("lenet-mnist")
    return network, network.transform(sample("digit_7"))


def test_the_seven_is_a_seven() -> None:
    network, batch = digit()
    with torch.inference_mode():
        assert int(network.model(batch).argmax()) == 7
    assert "Class explained7" in html_text(open_page("heatmaps", DIGIT))


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("against", [None, 1])
def test_the_script_of_every_method_prints_the_numbers_of_the_page(name, against) -> None:
    network, batch = digit()
    asked = "" if against is None else f"&class_idx=7&against={against}"
    app = open_page("heatmaps", f"{DIGIT}&method={name}&layer=feature_extractor.5{asked}")
    target = 7 if against is None else Difference(7, against)
    expected = METHODS[name](network.model, batch, target, "feature_extractor.5")
    printed = run(app.code[0].value)
    assert number("strongest", printed) == pytest.approx(float(expected.abs().max()), rel=1e-3)
    assert f"size: {tuple(expected.shape)}" in printed


def test_all_methods_have_a_card_and_the_random_one_is_marked_as_the_control() -> None:
    cards = component(open_page("heatmaps", DIGIT), "heatmaps_overlays")["cards"]
    assert {card["name"] for card in cards} == set(METHODS)
    assert [card["name"] for card in cards if card["badge"]] == ["random", "edges"]
    assert all(card["heat"] for card in cards)


def test_the_strongest_cell_is_written_under_each_map_and_the_scale_is_said() -> None:
    network, batch = digit()
    shown = component(open_page("heatmaps", DIGIT + "&layer=feature_extractor.5"), "overlays")
    top = float(grad_cam(network.model, batch, 7, "feature_extractor.5").max())
    assert f"5 × 5, strongest {top:.3f}" in shown["cards"][0]["note"]
    assert "share of the map's own strongest cell" in shown["scale_words"]
    assert [(scale["low"], scale["high"]) for scale in shown["scales"]] == [
        ("0", "1"),
        ("−1", "+1"),
    ]


def test_another_class_and_layer_can_be_explained() -> None:
    app = open_page("heatmaps", DIGIT + "&class_idx=1&layer=feature_extractor.3")
    assert "Class explained1" in html_text(app)
    assert "Layerfeature_extractor.3" in html_text(app)


def test_a_seven_is_explained_against_a_one() -> None:
    app = open_page("heatmaps", "model=lenet-mnist&digit=7&class_idx=7&against=1&method=occlusion")
    shown = component(app, "heatmaps_overlays")
    assert shown["question"].startswith("Why 7 (")
    assert "and not 1 (" in shown["question"]
    classes = component(app, "heatmaps_classes")
    assert (classes["explained"], classes["against"]) == (7, 1)
    assert sum(row["share"] for row in classes["rows"]) == pytest.approx(1, abs=0.01)
    assert "Red speaks for 7 and against 1, blue for 1 and against 7" in page_text(app)


def test_a_network_without_maps_offers_the_methods_that_look_at_pixels() -> None:
    cards = component(open_page("heatmaps", "model=mlp-mnist&image=digit_3"), "heatmaps_overlays")
    assert {card["name"] for card in cards["cards"]}.isdisjoint({"grad_cam", "layer_cam"})
    assert cards["selected"] == "saliency"


def test_all_ten_sample_digits_are_what_they_are_called() -> None:
    for wanted in range(10):
        app = open_page("heatmaps", f"model=lenet-mnist&digit={wanted}&method=saliency")
        assert f"Class explained{wanted}" in html_text(app)


def test_only_useful_sizes_are_offered_with_their_accuracy() -> None:
    app = open_page("heatmaps")
    sizes = next(box for box in app.selectbox if box.label == "Input size").options
    assert [size.split(" ×")[0] for size in sizes] == ["64", "32", "96", "128", "160", "224"]
    assert all(re.search(r"[678]\d % right", size) for size in sizes)


@pytest.mark.parametrize("view", PRESETS, ids=lambda view: view.label)
def test_every_view_worth_a_link_opens_without_a_notice(view) -> None:
    app = open_page("heatmaps", view.query)
    assert not [warning for warning in app.warning if "address" in warning.value]
    said = {part.split("=")[0] for part in view.query.split("&") if part}
    assert said <= ADDRESS.parameters.keys()


@pytest.mark.parametrize(
    ("query", "right"),
    [("", "cat"), ("image=boat", "ship"), ("image=horse", "horse"), ("size=96", "cat"),
     ("model=lenet-cifar10&image=boat", "ship"), (DIGIT, "7")],
)  # fmt: skip
def test_the_networks_answer_the_presets_rightly(query, right) -> None:
    assert any(query == view.query or query in view.query for view in PRESETS)
    assert f"Class explained{right}" in html_text(open_page("heatmaps", query))


def test_curves_have_all_methods_their_areas_and_the_control() -> None:
    shown = component(open_page("heatmaps", DIGIT + "&view=belief"), "heatmaps_curves")
    assert {line["name"] for line in shown["lines"]} == set(METHODS)
    for line in shown["lines"]:
        values = line["deletion"]
        by_hand = sum((a + b) / 2 for a, b in pairwise(values)) / 20
        assert float(line["deletion_area"]) == pytest.approx(by_hand, abs=0.006)
    assert [line["name"] for line in shown["lines"] if line["is_control"]] == ["random", "edges"]
    assert shown["frames"]


def test_verdicts_on_curves_lie_outside_what_chance_gives() -> None:
    app = open_page("heatmaps", DIGIT + "&view=belief")
    shown = component(app, "heatmaps_curves")
    told = re.search(r"(\d+) random .* of ([\d.]+) to ([\d.]+) and .* of ([\d.]+) to ([\d.]+) \(",
                     shown["chance_words"])  # fmt: skip
    assert told and told[1] == "40"
    low, high, least, most = map(float, told.groups()[1:])
    for kind, ends in (("deletion", (low, high)), ("insertion", (least, most))):
        lowest, highest = shown["chance"][kind]
        assert len(lowest) == len(highest) == 21
        assert all(a <= b for a, b in zip(lowest, highest, strict=True))
        assert lowest[0] == highest[0]  # all curves begin at the same picture
        middle = (sum(lowest) / 21 + sum(highest) / 21) / 2
        assert ends[0] - 0.1 < middle < ends[1] + 0.1
    for line in shown["lines"]:
        better = (line["deletion_share"] < low, line["insertion_share"] > most)
        if line["verdict"] == "better than chance in both":
            assert better == (True, True)
        elif line["verdict"] == "not told from chance":
            assert not any(better)
    verdicts = {line["name"]: line["verdict"] for line in shown["lines"]}
    assert verdicts["random"] == "the control"
    assert verdicts["integrated_gradients"].startswith("better in deletion")


def test_where_chance_was_not_measured_there_is_no_verdict() -> None:
    query = "model=resnet18-cifar10&image=cat&view=belief"
    shown = component(open_page("heatmaps", query), "heatmaps_curves")
    assert shown["chance"] is None
    assert "no verdict yet" in shown["chance_words"]
    assert {line["verdict"] for line in shown["lines"]} == {""}


def test_the_curves_script_prints_the_areas_of_the_page() -> None:
    app = open_page("heatmaps", DIGIT + "&view=belief&method=occlusion")
    shown = component(app, "heatmaps_curves")["lines"]
    areas = next(line for line in shown if line["name"] == "occlusion")
    printed = run(app.code[0].value)
    assert f"{number('deletion', printed):.2f}" == areas["deletion_area"]
    assert f"{number('insertion', printed):.2f}" == areas["insertion_area"]


def test_the_verdicts_of_random_weights_stand_beside_their_numbers() -> None:
    app = open_page("heatmaps", DIGIT + "&view=belief&test=random&method=guided_backprop")
    text = html_text(app)
    assert "ignores the weights" in text
    assert "follows the model" in text
    printed = run(app.code[0].value).strip().splitlines()
    assert len(printed) == 6  # five stages of LeNet and the verdict
    assert printed[-1] in text
    assert all(f"{float(line.split()[1]):.2f}".replace("-", "−") in text for line in printed[:-1])


def test_the_edges_fail_the_test_of_random_weights_and_the_test_is_said_to_be_disputed() -> None:
    query = "model=mlp-mnist&image=digit_7&view=belief&test=random&method=edges"
    app = open_page("heatmaps", query)
    assert "ignores the weights" in html_text(app)
    assert "Yona and Greenfeld, 2021" in page_text(app)
    assert "share of each map's own strongest cell" in html_text(app)


def test_tiny_noise_is_measured_as_the_script_says() -> None:
    query = "model=lenet-mnist&image=digit_7&view=belief&test=noise&noise=4&method=saliency"
    app = open_page("heatmaps", query)
    alike = number("alike", run(app.code[0].value))
    row = re.search(r"Saliency◐ stays in part(\d.\d\d)", html_text(app))
    assert row
    assert float(row[1]) == pytest.approx(alike, abs=0.006)
    assert html_text(app).count("±4 of 255") == 3


GUESS = "model=lenet-mnist&view=belief&test=guess"


@pytest.mark.parametrize("asked", ["class", "right"])
def test_a_riddle_is_guessed_told_and_counted(asked) -> None:
    app = open_page("heatmaps", f"{GUESS}&guess={asked}&riddle=2")
    assert "The network says" not in html_text(app)
    printed = run(app.code[0].value)
    said = re.search(r"the network says: (\d)", printed)
    assert said
    is_right = "which is right" in printed
    buttons = {button.label: button for button in app.button}
    wanted = said[1] if asked == "class" else ("It is wrong", "It is right")[is_right]
    buttons[wanted].click().run()
    assert f"The network says {said[1]} (" in html_text(app)
    assert "well guessed" in html_text(app)
    assert "1 of 1" in html_text(app)
    assert "none yet" in html_text(app)
    app.button(key="heatmaps_guess_next").click().run()
    assert "Riddle **3**" in page_text(app)
    assert "1 of 1" in html_text(app)


def test_half_of_the_riddles_come_without_a_heatmap() -> None:
    shown = [NO_MAP in html_text(open_page("heatmaps", f"{GUESS}&riddle={n}")) for n in (1, 2)]
    assert sorted(shown) == [False, True]


def test_a_covers_effect_is_shared_by_its_pixels() -> None:
    network, batch = digit()
    text = html_text(open_page("heatmaps", DIGIT + "&class_idx=7&view=belief&test=sum&steps=8"))
    falls = METHODS["occlusion"](network.model, batch, 7)
    shared = re.search(r"Occlusion, shared by 5×5 pixels([+−][\d.]+)", text)
    assert shared
    total = float(shared[1].replace("−", "-"))
    assert total == pytest.approx(falls.sum().item() / 25, rel=0.02)


def test_what_the_page_chooses_itself_is_no_change_and_a_layer_of_its_own_in_no_link() -> None:
    app = open_page("heatmaps", "model=lenet-mnist").run()
    assert app.selectbox(key="heatmaps-layer").value == ""
    assert "layer" not in component(app, "heatmaps_toolbar")["query"]
    past = "_address:heatmaps:past"
    assert past not in app.session_state  # so there is nothing to undo
    app.session_state["heatmaps-view"] = "large"
    app.run().run()
    query = component(app, "heatmaps_toolbar")["query"]
    assert "view=large" in query and "layer" not in query


def test_a_layer_that_is_the_pages_own_leaves_the_address() -> None:
    own = component(open_page("heatmaps", DIGIT), "heatmaps_numbers")["html"]
    app = open_page("heatmaps", f"{DIGIT}&layer=feature_extractor.5")
    assert component(app, "heatmaps_numbers")["html"] == own
    app.run()
    assert "layer" not in component(app, "heatmaps_toolbar")["query"]


def test_occlusion_has_its_row_before_it_is_computed_and_the_map_its_scale() -> None:
    text = html_text(open_page("heatmaps", "image=cat&view=belief&test=sum&steps=8"))
    assert "Occlusion, shared by 10×10 pixels………" in text
    assert "share of each map" in text


def test_what_chance_gives_is_told_for_as_many_cells_as_a_map_has() -> None:
    app = open_page("heatmaps", f"{DIGIT}&view=belief&test=random&layer=feature_extractor.5")
    rows = dict(re.findall(r"<tr.*?><td>(.*?)</td>.*?<td>±([\d.]+)</td>", app.html[-1].value))
    assert float(rows["Grad-CAM"]) > 1.3 * float(rows["Saliency"])  # 5 × 5 cells, 32 × 32 pixels


def test_why_not_is_asked_of_any_of_a_thousand_classes() -> None:
    network = pretrained("squeezenet1.1")
    siamese = network.classes.index("Siamese cat")
    app = open_page("heatmaps", "model=squeezenet1.1&image=coffee")
    app.selectbox(key="heatmaps-against").select(siamese).run()
    shown = component(app, "heatmaps_classes")
    assert shown["against"] == siamese and "Siamese cat" in json.dumps(shown["rows"])
    assert "not Siamese cat" in component(app, "heatmaps_overlays")["question"]
    app.selectbox(key="heatmaps-class_idx").select(siamese).run()  # then it is explained itself
    assert component(app, "heatmaps_classes")["against"] is None
    assert app.session_state["heatmaps-against"] == -1


@pytest.mark.parametrize("against", ["", "&class_idx=7&against=1"])
def test_the_parts_add_up_as_the_script_says(against) -> None:
    app = open_page("heatmaps", DIGIT + f"&view=belief&test=sum&steps=128{against}")
    printed = run(app.code[0].value)
    whole, total = number("to explain", printed), number("sum", printed)
    assert total == pytest.approx(whole, rel=0.08)
    assert f"+{total:.3g}"[:4] in html_text(app)
    assert f"+{whole:.3g}"[:4] in html_text(app)


def test_planted_truth_is_measured_in_the_background_and_kept(monkeypatch) -> None:
    monkeypatch.setattr(planted, "COUNT", 30)
    query = "model=mlp-mnist&image=digit_7&view=belief&test=planted&method=saliency"
    app = open_page("heatmaps", query)
    app.button(key="heatmaps_planted_start").click().run()
    deadline = time.monotonic() + WITHIN
    while "beats chance" not in html_text(app) and time.monotonic() < deadline:
        time.sleep(0.2)
        app.run()
    assert "beats chance" in html_text(app)
    again = html_text(open_page("heatmaps", query))
    assert "beats chance" in again
    assert "✓ hit" in again or "✗ miss" in again


def waiting(app) -> list[str]:
    """The slow methods whose maps are not there."""
    cards = component(app, "heatmaps_overlays")["cards"]
    return [card["name"] for card in cards if card["waiting"] and card["note"] == "slow"]


def test_what_looks_at_a_layer_is_shown_first_and_the_chosen_method_with_it() -> None:
    query = "image=coffee&size=32&class_idx=4"
    shown = component(open_page("heatmaps", query), "heatmaps_overlays")
    first = {"grad_cam", "grad_cam_plus_plus", "layer_cam", "hires_cam"}
    assert {card["name"] for card in shown["cards"] if card["heat"]} == first
    assert shown["follows"] == len(METHODS) - len(first) - len(SLOW)
    chosen = component(open_page("heatmaps", query + "&method=guided_backprop"), "overlays")
    assert {card["name"] for card in chosen["cards"] if card["heat"]} == first | {"guided_backprop"}


SLOW = ["smooth_grad", "integrated_gradients", "occlusion"]


def wait_for_all(app) -> None:
    deadline = time.monotonic() + WITHIN
    while waiting(app) and time.monotonic() < deadline:
        time.sleep(0.2)
        app.run()
    assert not waiting(app)


def test_slow_methods_wait_to_be_asked_for_and_come_for_the_next_question_too() -> None:
    app = open_page("heatmaps", "image=horse&size=32&class_idx=7")
    assert waiting(app) == SLOW
    app.button(key="heatmaps_slow_start").click().run()
    wait_for_all(app)
    app.session_state["heatmaps-class_idx"] = 2
    app.run()
    wait_for_all(app)


@pytest.mark.parametrize(
    "asked",
    [
        "model=gpt",
        "layer=../..",
        "size=13",
        "size=224",
        "image=digit_7",
        "layer=no.such.layer",
        "against=999",
        "digit=11",
        "steps=0",
        "view=all&test=none",
        DIGIT + "&class_idx=999",
        DIGIT + "&class_idx=3&against=3",
        "model=mlp-mnist&layer=group3.1&method=grad_cam&view=belief",
        "model=mlp-mnist&method=grad_cam&view=belief&test=random",
        "model=lenet-cifar10&digit=4&against=9&view=belief&test=sum",
    ],
)
def test_no_address_breaks_the_page(asked) -> None:
    assert "?" in page_text(open_page("heatmaps", asked))


@pytest.mark.parametrize("frame", ["frame=whole", "frame=hand&zoom=2&crop_x=100&crop_y=0"])
def test_what_the_network_gets_of_a_picture_is_what_the_script_gives_it(frame):
    at = open_page("heatmaps", f"image=coffee&{frame}")
    found = {"__name__": "pasted"}
    exec(compile(at.code[0].value, "page", "exec"), found)
    with torch.inference_mode():
        chances = found["network"].model(found["batch"])[0].softmax(0).tolist()
    rows = component(at, "classes")["rows"]
    assert [row["share"] for row in rows] == pytest.approx(chances, abs=1e-4)
    assert not torch.equal(found["batch"], found["network"].transform(sample("coffee")))


def test_what_hangs_on_ties_is_told_where_it_can_be_seen() -> None:
    told = r"\*\*Ties.\*\* In 1,\d\d\d of 1,576 windows"
    assert re.search(told, page_text(open_page("heatmaps", f"{DIGIT}&method=saliency")))
    assert not re.search(told, page_text(open_page("heatmaps", f"{DIGIT}&method=grad_cam")))


def test_what_a_class_leads_to_is_what_the_page_then_shows(monkeypatch) -> None:
    monkeypatch.setattr(views, "MOST_SECONDS", WITHIN)
    app = open_page("heatmaps", "image=cat")
    app.session_state["heatmaps_is_near"] = True
    app.run()
    foreseen = json.loads(component(app, "heatmaps_classes")["foresight"]["foreseen"])
    assert len(foreseen) == 10  # also the one that is explained: a hand may come back to it
    shown = open_page("heatmaps", "image=cat&class_idx=7")
    for key, told in foreseen["7"].items():
        now = component(shown, key)
        for name in told.keys() - {"follows", "foresight", "cards"}:
            assert told[name] == now[name], name
    cards = zip(
        foreseen["7"]["heatmaps_overlays"]["cards"],
        component(shown, "heatmaps_overlays")["cards"],
        strict=True,
    )
    assert any(early["heat"] for early, _ in cards)
    for early, late in cards:
        assert not early["heat"] or early == late


OF_A_QUESTION = ("heatmaps_classes", "heatmaps_overlays", "heatmaps_numbers")


@pytest.mark.parametrize(
    ("query", "key", "word", "then"),
    [
        (DIGIT, "heatmaps_classes", ("explain", 1), "class_idx=1"),
        (DIGIT, "heatmaps_classes", ("compare", 1), "against=1"),
        (f"{DIGIT}&view=large", "heatmaps_overlays", ("choose", "saliency"), "method=saliency"),
    ],
)
def test_another_question_draws_what_it_changes_and_nothing_else(query, key, word, then) -> None:
    app, fresh = open_page("heatmaps", query), open_page("heatmaps", f"{query}&{then}")
    say(app, key, *word)
    assert drawn_as(app, fresh, *OF_A_QUESTION)
    said = component(app, "heatmaps_answer")["query"]
    assert then in said.split("&")
    assert said == component(fresh, "heatmaps_answer")["query"]


def test_a_class_that_comes_with_another_picture_makes_the_page_anew() -> None:
    app = open_page("heatmaps", DIGIT)
    app.selectbox(key="heatmaps-image").set_value("digit_3")
    say(app, "heatmaps_classes", "explain", 1)
    fresh = open_page("heatmaps", "model=lenet-mnist&image=digit_3&class_idx=1")
    assert not drawn_as(app, fresh, *OF_A_QUESTION)


def test_where_the_maps_are_tested_another_class_makes_the_page_anew(monkeypatch) -> None:
    app = open_page("heatmaps", f"{DIGIT}&view=belief&test=curves")
    again: list[tuple[str, ...]] = []
    monkeypatch.setattr("cnnviz.ui.heatmaps.stage.run_again", lambda *keys: again.append(keys))
    say(app, "heatmaps_classes", "explain", 1)
    assert again == [("heatmaps",)]


@pytest.mark.parametrize("page", ["heatmaps", "feature_maps"])
def test_nothing_above_the_pad_comes_or_goes_with_what_lies_on_it(page):
    above = [_above_the_pad(page, asked) for asked in ("image=digit_7", "digit=3")]
    assert above[0] == above[1] != []


def _above_the_pad(page: str, asked: str) -> list[str]:
    """What stands above the pad, by kind, in the order of the page."""
    kinds: list[str] = []
    for node in open_page(page, f"model=lenet-mnist&{asked}").main:
        if node.type == "bidi_component" and node.proto.id.endswith(f"{page}_pad"):
            return kinds
        kinds.append(node.type)
    raise AssertionError("no pad")
