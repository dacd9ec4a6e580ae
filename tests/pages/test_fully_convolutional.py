"""The page fully_convolutional: the tutorial's numbers, torch's errors, and nonsense."""

from __future__ import annotations

import contextlib
import io
import re
import time
from base64 import b64decode
from typing import Any

import numpy as np
import pytest

from tests.support.opening import component, html_text, open_page, page_text

VERDICT = "fullyconv_size_verdict"
WITHIN = 120  # seconds; long, for a machine that does much else


def number(pattern: str, text: str) -> float:
    """The number that the first group of a pattern finds."""
    match = re.search(pattern, text)
    assert match, f"{pattern} is not in {text}"
    return float(match[1].replace("−", "-"))


@pytest.mark.parametrize(
    ("size", "map_shape", "one_pass", "crops"),
    [
        (32, "(1, 10, 1, 1)", "651,720", "651,720"),
        (64, "(1, 10, 9, 9)", "8,014,920", "52,789,320"),
        (128, "(1, 10, 25, 25)", None, None),
    ],
)
def test_the_tutorials_sizes_show_its_maps_and_costs(size, map_shape, one_pass, crops):
    app = open_page("fully_convolutional", f"view=size&model=random&size={size}")
    text = html_text(app)
    assert f"Map{map_shape}" in text
    if one_pass:
        assert f"One pass{one_pass}" in text
        assert re.search(rf"crops?{crops}", text)
    assert ("2,704 ≠ 400" in text) == (size == 64)


def test_at_64_the_true_error_stands_there_and_at_32_none():
    app = open_page("fully_convolutional", "view=size")
    verdict = component(app, VERDICT)
    assert verdict["kind"] == "verdict bad"
    assert "mat1 and mat2 shapes cannot be multiplied (1x2704 and 400x120)" in verdict["html"]
    assert "32 to 35" in verdict["html"]
    fits = component(open_page("fully_convolutional", "view=size&size=32"), VERDICT)
    assert fits["kind"] == "verdict good"


def test_below_32_both_are_refused_with_the_reason():
    app = open_page("fully_convolutional", "view=size&size=31")
    assert component(app, VERDICT)["kind"] == "verdict bad"
    said = html_text(app)
    assert "31 × 31" in said
    assert "Kernel size can't be greater than actual input size" in said
    assert component(app, "fullyconv_size_map")["map"] is None


def test_the_surgery_shows_400_weights_as_16_planes_and_two_equal_answers():
    app = open_page("fully_convolutional", "view=surgery&unit=3&model=random")
    assert component(app, "fullyconv_kernel_0")["count"] == 16
    assert component(app, "fullyconv_row")["count"] == 16
    difference = number(r"at most (\S+):", app.success[0].value)
    assert difference <= 1e-6


def test_beside_the_map_stands_the_surgery_of_the_output_that_answers_the_cell_strongest():
    app = open_page("fully_convolutional", "cell=9,3&canvas=160x128")
    card = next(e.proto.body for e in app.get("html") if "fc_folded" in e.proto.body)
    on_crop, at_cell = re.findall(r"<b>(-?[\d.]+)</b> (?:on the crop|at the cell)", card)
    assert on_crop == at_cell
    unit = re.search(r"Output (\d+) of Linear\(400, 120\)", card)[1]
    assert f'href="fully_convolutional?view=surgery&amp;unit={unit}' in card
    assert "<b>48,120</b>" in card  # the tutorial's 120 · 400, and a bias for each


def test_the_surgery_is_told_step_by_step_and_its_step_is_in_the_link():
    app = open_page("fully_convolutional", "view=surgery&unit=61&step=60")
    told = component(app, "fullyconv_sliding")
    assert (told["size"], told["step"], told["shape"]) == ([13, 13], 60, [16, 5, 5])
    planes, sums, response, by_linear = (
        np.frombuffer(b64decode(told[name]), kind)
        for name, kind in
        (("planes", "u1"), ("sums", "<f4"), ("response", "<f4"), ("by_linear", "<f4"))
    )  # fmt: skip
    assert len(planes) == 400
    added = sums.reshape(16, -1).sum(0) + told["bias"]
    assert added == pytest.approx(response, abs=1e-4)
    assert by_linear == pytest.approx(response, abs=1e-4)
    assert "400 weights of output 61 in a row fold into 16 planes" in told["alt"]
    beyond = open_page("fully_convolutional", "view=surgery&step=9999")
    assert component(beyond, "fullyconv_sliding")["step"] == 0
    assert "step = “9999”" in beyond.warning[0].value
    last = open_page("fully_convolutional", "view=surgery&step=171")
    assert component(last, "fullyconv_sliding")["step"] == 3 + 169 - 1 and not last.warning


def test_the_first_view_names_every_digit_where_it_lies_and_nothing_else():
    shown = component(open_page("fully_convolutional"), "fullyconv_map")
    assert (shown["map"]["rows"], shown["map"]["columns"]) == (13, 26)
    found = speaking(shown)
    assert len(found) == 43
    for row, column, name in found:
        middle = (4 * row + 16, 4 * column + 16)
        near = [item["kind"] for item in shown["canvas"]["items"] if holds(item, middle)]
        assert near == [name], (row, column)
    assert {name for *_, name in found} == {item["kind"] for item in shown["canvas"]["items"]}


def speaking(shown: dict[str, Any]) -> list[tuple[int, int, str]]:
    """Row, column and class of the cells that are shown."""
    cells = shown["map"]
    return [
        (*divmod(index, cells["columns"]), shown["names"][kind])
        for index, kind in enumerate(cells["classes"])
        if cells["shares"][index] >= shown["least"] and not cells["skipped"][index]
    ]


def holds(item: dict[str, Any], middle: tuple[int, int], within: int = 9) -> bool:
    """Whether a window's middle is that of the item, give or take."""
    half = item["size"] / 2
    return max(abs(item["y"] + half - middle[0]), abs(item["x"] + half - middle[1])) <= within


def test_without_the_rule_the_cells_say_what_the_caption_says():
    caption = next(
        c.value for c in open_page("fully_convolutional").caption if "guesses" in c.value
    )
    more, most, name = re.search(
        r"\*\*(\d+) more cells\*\* would speak, \*\*(\d+)\*\* of them would say (\d)", caption
    ).groups()
    silent, all_ = (
        speaking(component(open_page("fully_convolutional", query), "fullyconv_map"))
        for query in ("", "skip_empty=false")
    )
    guessed = [kind for *_, kind in set(all_) - set(silent)]
    assert len(guessed) == int(more)
    assert guessed.count(name) == int(most)


def test_the_cost_is_told_by_its_parts():
    text = html_text(open_page("fully_convolutional"))
    assert "LeNet on 338 crops140.8" in text
    assert "convolutions 120.9 → 6.4" in text
    assert "classifier 19.9 both ways" in text


def test_a_map_without_the_cell_of_the_address_shows_its_middle():
    shown = component(open_page("fully_convolutional", "view=size"), "fullyconv_size_map")
    assert (shown["map"]["rows"], shown["cell"]) == (9, [4, 4])
    shown = component(open_page("fully_convolutional", "view=size&cell=8,8"), "fullyconv_size_map")
    assert shown["cell"] == [8, 8]


def test_a_cell_of_the_address_is_shown_beside_its_crop():
    shown = component(open_page("fully_convolutional", "cell=3,5"), "fullyconv_map")
    assert shown["cell"] == [3, 5]
    assert shown["checked"]["cell"] == [3, 5]
    assert "says the same" in shown["checked"]["words"]
    assert number(r"at most (\S+)\.$", shown["checked"]["words"]) <= 1e-5


def test_all_crops_are_checked_in_the_background_and_the_answer_is_kept():
    query = "view=map&canvas=96x96"
    app = open_page("fully_convolutional", query)
    app.button(key="fullyconv_all_start").click().run()
    deadline = time.monotonic() + WITHIN
    while not (said := [c.value for c in app.caption if "Largest difference of all" in c.value]):
        assert time.monotonic() < deadline
        time.sleep(0.05)
        app.run()
    assert number(r"\*\*([\d.e−]+)\*\*", said[0]) < 1e-3
    captions = [c.value for c in open_page("fully_convolutional", query).caption]
    assert said[0] in captions


def test_random_weights_are_called_random_and_trained_ones_are_not():
    assert "weights are random" in page_text(open_page("fully_convolutional", "model=random"))
    assert "weights are random" not in page_text(open_page("fully_convolutional"))


def test_the_script_prints_the_numbers_of_the_page():
    app = open_page("fully_convolutional", "view=size&model=random&size=64")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(app.code[0].value, "page", "exec"), {"__name__": "pasted"})
    assert "(1x2704 and 400x120)" in printed.getvalue()
    assert "map: (1, 10, 9, 9)" in printed.getvalue()
    assert "crops: 81" in printed.getvalue()
    assert float(printed.getvalue().split("largest difference:")[1]) <= 1e-5


@pytest.mark.parametrize(
    ("query", "term"),
    [("size=9999", "size"), ("size=x", "size"), ("model=lenet", "model"),
     ("view=map&items=dog:1:2:3", "items"), ("view=map&cell=-1,0", "cell"),
     ("canvas=9x9", "canvas"), ("class_idx=10", "class_idx"), ("unit=120", "unit")],
)  # fmt: skip
def test_nonsense_falls_back_with_a_word_about_it(query, term):
    app = open_page("fully_convolutional", query)
    assert f"asks for {term} =" in app.warning[0].value


@pytest.mark.parametrize(
    "query",
    ["view=map&cell=256,256&canvas=64x64", "view=surgery&linear=3&unit=119",
     "view=surgery&linear=4&unit=119", "view=map&items=cat:1:2:28;7:0:0:160&class_idx=9",
     "view=map&source=picture&size=16&model=random", "view=map&items=drawn:0:0:28"],
)  # fmt: skip
def test_values_that_do_not_go_together_are_shown_without_trouble(query):
    assert "Map(1, 10," in html_text(open_page("fully_convolutional", query))
