"""Changing the picture: the page says what its script prints, and takes only what is a painting."""

from __future__ import annotations

import contextlib
import io
import re

import pytest

from cnnviz.changing import Stroke
from cnnviz.ui.brush.painting import STATE, Painting, read_painting, written
from cnnviz.ui.heatmaps.change.words import HINT
from cnnviz.ui.models import title_of
from tests.support.opening import component, open_page, page_text, spaced

DIGIT = "view=change&model=lenet-mnist&digit=7"
STROKES = (
    Stroke(((120, 120), (120, 800)), 80),
    Stroke(((300, 250), (620, 250)), 90),
    Stroke(((300, 250),), 60, brings_back=True),
)


def painted_page(query: str, strokes=STROKES, at: int | None = None):
    app = open_page("heatmaps", query)
    digest = "pen-digit-7" if "digit" in query else "cat"
    app.session_state[STATE] = Painting(digest, strokes, len(strokes) if at is None else at)
    return app.run()


def run(script: str) -> list[str]:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(script, "page", "exec"), {"__name__": "pasted"})
    return printed.getvalue().splitlines()


def test_before_the_first_stroke_nothing_is_gone():
    told = component(open_page("heatmaps", DIGIT), "heatmaps_brush")
    assert told["words"] == [HINT]
    assert [step["gone"] for step in told["steps"]] == ["0.0 %"]
    assert told["control"] is None


@pytest.mark.parametrize("query", [DIGIT, f"{DIGIT}&fill=grey", "view=change&fill=mean"])
def test_the_script_prints_what_the_page_says_after_each_stroke(query):
    app = painted_page(query)
    steps = component(app, "heatmaps_brush")["steps"]
    lines = run(app.code[0].value)
    assert len(lines) == len(steps) == 4
    for line, step in zip(lines, steps, strict=True):
        share, answer, score = re.findall(r": ([\d.]+) gone, (.+), score ([-\d.]+),", line)[0]
        assert step["answer"] == answer
        assert float(step["gone"].rstrip(" %")) == pytest.approx(100 * float(share), abs=0.06)
        assert float(step["score"].replace("−", "-")) == pytest.approx(float(score), abs=0.06)
        assert step["share"] == pytest.approx(float(line.split("probability ")[1]), abs=2e-3)


def test_the_way_back_counts_fewer_strokes_and_keeps_the_others():
    told = component(painted_page(DIGIT, at=1), "heatmaps_brush")
    assert (told["at"], len(told["strokes"]), len(told["steps"])) == (1, 3, 2)


def test_a_small_network_tries_the_stroke_elsewhere_at_once():
    control = component(painted_page(DIGIT, at=2), "heatmaps_brush")["control"]
    assert "in 100 places" in control["words"]
    left, top, wide, tall = control["area"]
    assert left >= 0 and top >= 0 and left + wide <= 100 and top + tall <= 100


def test_a_large_network_tries_it_when_asked():
    app = painted_page("view=change", at=1)
    assert component(app, "heatmaps_brush")["control"] is None
    assert any("100 other places" in button.label for button in app.button)


def test_another_picture_is_a_clean_one():
    app = painted_page(DIGIT)
    app.session_state["heatmaps-digit"] = 3
    assert component(app.run(), "heatmaps_brush")["strokes"] == []


def test_a_painting_is_read_as_it_was_sent():
    strokes = [written(one) for one in STROKES]
    told = read_painting({"of": "cat", "strokes": strokes, "at": 2, "done": True})
    assert told is not None
    assert (told.digest, told.strokes, told.at, told.is_done) == ("cat", STROKES, 2, True)


def test_strokes_over_one_picture_never_come_over_another():
    told = read_painting({"of": "cat", "strokes": [GOOD], "at": 1, "done": True})
    assert told is not None
    late, right = Painting("pen-digit-7"), Painting("cat")
    assert (late.take(told), late.strokes) == (False, ())
    assert (right.take(told), right.done) == (True, told.strokes)


GOOD = {"r": 50, "back": False, "p": [1, 2]}


@pytest.mark.parametrize(
    "value",
    [None, 3, [], {"strokes": []}, {"strokes": [], "at": 0}, {"strokes": [], "at": 0, "of": 3},
     *({"of": "cat"} | bad for bad in (
         {"strokes": 3, "at": 0}, {"strokes": [], "at": 1}, {"strokes": [], "at": -1},
         {"strokes": [GOOD] * 31, "at": 0}, {"strokes": [GOOD], "at": True})),
     *({"of": "cat", "strokes": [GOOD | bad], "at": 0} for bad in (
         {"r": 0}, {"r": 1e9}, {"r": None}, {"p": []}, {"p": [1]}, {"p": [1, 2, 3]},
         {"p": [1, 2000]}, {"p": [1, -1]}, {"p": [1.5, 2]}, {"p": "12"}, {"p": [1, 2] * 161},
         {"p": [float("nan"), 1]}))],
)  # fmt: skip
def test_what_is_no_painting_is_not_taken(value):
    assert read_painting(value) is None


@pytest.mark.parametrize(
    "query",
    ["change=adversarial&model=lenet-mnist&digit=7&epsilon=16", "change=adversarial&size=96",
     "change=adversarial&direction=towards&class_idx=5&epsilon=2.5",
     "change=adversarial&model=lenet-mnist&digit=7&class_idx=7&against=2&epsilon=24"],
)  # fmt: skip
def test_the_script_of_a_step_prints_both_answers_of_the_page(query):
    app = open_page("heatmaps", f"view=change&{query}")
    (table,) = [html.proto.body for html in app.get("html") if "cnnviz changed" in html.proto.body]
    answers = re.findall(r"<figcaption><b>(.+?), (.+?)\s%</b>", table)
    for line, (name, share) in zip(run(app.code[0].value), answers, strict=True):
        said, probability = re.findall(r": (.+?), ([\d.]+);", line)[0]
        assert said == name
        assert abs(float(share.lstrip("<>")) - 100 * float(probability)) < 0.15


def test_a_step_goes_from_one_class_to_the_other_that_is_asked_for():
    query = "view=change&change=adversarial&model=lenet-mnist&digit=7&class_idx=7&epsilon=32"
    for against in (2, 3):
        app = open_page("heatmaps", f"{query}&against={against}")
        assert f"and towards **{against}**" in page_text(app)
        (table,) = [h.proto.body for h in app.get("html") if "cnnviz changed" in h.proto.body]
        rows = re.findall(r"<tr><td>(\d)</td><td>([<>\d.]+)\s%</td><td><b>([<>\d.]+)\s%", table)
        assert [row[0] for row in rows[:2]] == ["7", str(against)]
        before, now = (float(share.strip("<>")) for share in rows[1][1:])
        assert now > before
        assert float(rows[0][2].strip("<>")) < float(rows[0][1].strip("<>"))


def test_a_step_of_nothing_changes_nothing():
    app = open_page(
        "heatmaps", "view=change&change=adversarial&epsilon=0&model=lenet-mnist&digit=3"
    )
    (table,) = [html.proto.body for html in app.get("html") if "cnnviz changed" in html.proto.body]
    assert "nothing was changed" in table
    first, last = re.findall(r"<figcaption><b>(.+?)</b>", table)
    assert first == last


@pytest.mark.parametrize(
    ("query", "count"),
    [("beside=layer&model=lenet-mnist&digit=7", 1), ("beside=picture&method=layer_cam", 2),
     ("beside=network&image=horse&method=input_x_gradient", 1),
     ("beside=layer&other_layer=nonsense&method=saliency", 1),
     ("beside=network&other_model=resnet18-cifar10&class_idx=3&against=5", 1)],
)  # fmt: skip
def test_both_maps_stand_on_one_scale_and_the_script_makes_them(query, count):
    app = open_page("heatmaps", f"view=change&change=compare&{query}")
    (shown,) = [html.proto.body for html in app.get("html") if "cnnviz compare" in html.proto.body]
    said = re.findall(r", (\d+) × (\d+), strongest ([^.]*\.?[^. ]*)\. It says", spaced(shown))
    printed = [re.findall(r"\((\d+), (\d+)\) ([\d.e-]+)", line)[0] for line in
               run(app.code[0].value)]  # fmt: skip
    assert [one[:2] for one in said] == [one[:2] for one in printed]
    strongest = [float(one[2]) for one in printed]
    assert [float(one[2]) for one in said] == pytest.approx(strongest, rel=6e-3)
    top = float(re.findall(r"</i> ([\d.]+)</p>", shown)[0])
    assert top == pytest.approx(max(strongest), rel=6e-3)
    assert shown.count("It says") == 2
    assert ("ρ" in shown) == (count == 1 and "both are the same" not in shown)


@pytest.mark.parametrize(
    ("model", "other"),
    [("efficientnet-lite0", "squeezenet1.1"), ("squeezenet1.1", "efficientnet-lite0"),
     ("resnet18-cifar10", "lenet-cifar10")],
)  # fmt: skip
def test_beside_a_network_stands_another_that_knows_the_same_things(model, other):
    app = open_page("heatmaps", f"view=change&change=compare&beside=network&model={model}")
    (chooser,) = (box for box in app.selectbox if box.label == "The other network")
    assert chooser.format_func(chooser.value) == title_of(other)
    assert "other_model" not in component(app, "heatmaps_toolbar")["query"]
