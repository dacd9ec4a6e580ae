"""The page residual: what it shows is what torch computes."""

from __future__ import annotations

import contextlib
import io
import re
from dataclasses import replace

import pytest

from cnnviz.builder.codec import encode
from cnnviz.gradients import gradient_flow
from cnnviz.models.networks import resnet
from cnnviz.residual.race import new_net, run_race
from cnnviz.ui.residual import live
from cnnviz.ui.residual.address import ADDRESS
from cnnviz.ui.residual.live import (
    around,
    around_tasks,
    live_digits,
    race,
    race_recipe,
    race_tasks,
)
from cnnviz.ui.residual.views import PRESETS
from cnnviz.ui.residual.whole import FIRST_LAYERS
from tests.support.opening import component, html_text, open_page, page_text


def run(script: str) -> str:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(script, "page", "exec"), {"__name__": "pasted"})
    return printed.getvalue()


@pytest.mark.parametrize("start", ["pytorch", "he"])
def test_the_script_prints_the_gradients_of_the_page(start) -> None:
    app = open_page("residual", f"view=gradients&depth=14&width=8&initialisation={start}&seed=2")
    lines = [line.split() for line in run(app.code[0].value).splitlines()]
    assert len(lines) == 4
    for name, norm, first, last in lines:
        rows = gradient_flow(
            14, 8, name == "residual", norm == "norm", initialisation=start, seed=2
        )
        assert float(first) == pytest.approx(rows[0].gradient_norm, rel=0.01)
        assert float(last) == pytest.approx(rows[-1].gradient_norm, rel=0.01)


def test_the_words_and_charts_are_those_of_the_run() -> None:
    app = open_page("residual", "view=gradients")
    told = component(app, "residual_gradients")
    assert told["places"][-1] == "layer 55"
    without, with_norm = told["panels"]
    words = [" ".join(part["text"] for part in panel["title"]) for panel in told["panels"]]
    assert "Without batch norm the plain net’s gradient dies" in words[0]
    assert "With batch norm the plain net’s gradient explodes" in words[1]
    plain = without["charts"][0]["series"][0]
    assert plain["texts"][0] == "9.4 · 10⁻²⁴"
    assert "nothing in 36 of 55 plain layers" in without["charts"][1]["alt"]
    assert without["foot"][1]["text"].startswith("0.394⁵⁴ = 1.")
    assert with_norm["foot"][2]["text"].startswith("1.031⁵⁴ = 5.")
    assert "only skips and norm together stay near 1" in page_text(app)


def test_one_kind_of_norm_is_one_panel() -> None:
    app = open_page("residual", "view=gradients&batch_norm=with&activation=tanh&depth=8&width=4")
    panels = component(app, "residual_gradients")["panels"]
    assert [panel["title"][0]["text"] for panel in panels] == ["With batch norm"]
    assert panels[0]["title"][2]["text"] == "stays"


def test_a_block_taken_away_leaves_a_cat() -> None:
    app = open_page("residual", "view=identity")
    text = html_text(app)
    assert "90.7 %" in text
    assert "16,384 of 16,384" in text
    assert "any one main path but group0.0 can go and it is still: cat" in text
    assert "all five at once leave 5.2 %" in text
    assert "all ten scores stay, bit for bit" in page_text(app)
    columns = component(app, "residual_columns")["columns"]
    assert [column["kind"] for column in columns].count("identity") == 5
    assert columns[0]["rows"][0] == {
        "share": pytest.approx(0.195, abs=0.001),
        "before": pytest.approx(0.904, abs=0.001),
        "text": "19.5 %",
        "word": "deer",
        "is_changed": True,
    }


def test_the_script_of_the_identity_prints_the_scores_of_the_page() -> None:
    app = open_page("residual", "view=identity&block=group3.1&main=1&shortcut=0")
    printed = run(app.code[0].value)
    shown = re.search(r"cat: ([\d.]+) ([\d.]+)", printed)
    assert shown
    assert float(shown[1]) == pytest.approx(0.904, abs=0.001)
    assert float(shown[2]) == pytest.approx(0.105, abs=0.001)
    assert "10.5 %" in html_text(app)


def test_a_block_with_a_convolution_in_its_shortcut_says_that_it_cannot() -> None:
    text = html_text(open_page("residual", "view=identity&block=group1.0"))
    assert "goes from (64, 16, 16) to (128, 8, 8)" in text


def test_the_table_has_the_tutorials_shapes_and_its_script_prints_them() -> None:
    app = open_page("residual", "view=whole")
    printed = run(app.code[0].value)
    text = html_text(app)
    for shape in ("(1, 64, 112, 112)", "(1, 64, 56, 56)", "(1, 10)", "(1, 512, 7, 7)"):
        assert shape in text
        assert shape in printed
    assert "11,181,642" in text


@pytest.mark.parametrize("view", PRESETS, ids=lambda view: view.label)
def test_every_view_worth_a_link_opens_without_a_notice(view) -> None:
    app = open_page("residual", view.query)
    assert not app.warning
    said = {part.split("=")[0] for part in view.query.split("&") if part}
    assert said <= ADDRESS.parameters.keys()


def test_what_an_address_cannot_have_is_said_in_a_sentence() -> None:
    app = open_page("residual", "view=gradients&depth=57&width=8")
    assert "depth = “57”" in app.warning[0].value


BLOCK_QUERIES = [
    "view=block",
    "view=block&block=group1.0&map=128&cell=3,4",
    "view=block&weights=fresh&in_channels=3&out_channels=64&first_stride=2&map=5&cell=2,3",
    "view=block&weights=fresh&in_channels=128&out_channels=16&map=2&cell=9,9&seed=4",
]


@pytest.mark.parametrize("query", BLOCK_QUERIES)
def test_the_script_of_a_block_prints_the_numbers_of_its_cell(query) -> None:
    app = open_page("residual", query)
    told = component(app, "residual_block")
    printed = run(app.code[0].value)
    place = told["cell"][0] * told["columns"] + told["cell"][1]
    maps = {"half way": "half_way", "F(x)": "main", "shortcut": "shortcut", "sum": "total",
            "output": "output"}  # fmt: skip
    for name, key in maps.items():
        found = re.search(rf"^{re.escape(name)}: ([-\d.]+)", printed, re.M)
        assert found, printed
        shown = float(told["texts"][key].split()[place])
        assert float(found[1]) == pytest.approx(shown, abs=0.006)
    shapes = re.findall(r"\(\d+, \d+, \d+, \d+\)", printed)
    assert all(shape in html_text(app) for shape in shapes)


def test_a_cell_is_written_out_from_convolution_to_relu() -> None:
    told = component(open_page("residual", "view=block"), "residual_block")
    place = told["cell"][0] * told["columns"] + told["cell"][1]
    assert [line["name"] for line in told["lines"]] == ["convolution", "batch norm", "sum", "ReLU"]
    results = [told["texts"][line["results"]].split()[place] for line in told["lines"]]
    assert results == ["-0.86", "-1.22", "-0.35", "0.00"]
    assert told["ways"]["shortcut"] == {
        "title": "shortcut",
        "note": "the identity",
        "below": "0 parameters",
    }
    assert "73,984 parameters" in told["ways"]["main"]["note"]


def test_the_tutorials_block_has_a_convolution_in_its_shortcut() -> None:
    app = open_page("residual", BLOCK_QUERIES[2] + "&image=horse")
    assert "(1, 64, 16, 16)" in html_text(app)
    assert "conv 1×1, stride 2" in component(app, "residual_block")["ways"]["shortcut"]["note"]
    assert "Why a 1×1 convolution?" in page_text(app)


def test_recorded_curves_say_that_they_are_recorded_and_the_script_prints_their_ends() -> None:
    app = open_page("residual", "view=degradation")
    text = page_text(app)
    assert "**Recorded** on" in text
    assert "plain: deeper is worse; residual: deeper is as good" in text
    ends = [line.split() for line in run(app.code[1].value).splitlines()]
    assert len(ends) == 4
    for name, depth, error, *_ in ends:
        assert f"{name}, {depth} layers{100 * float(error):.1f} %" in text


def test_a_race_that_has_begun_is_shown_as_far_as_it_is() -> None:
    query = "view=degradation&source=live&race_steps=50&seed=77"
    app = open_page("residual", query)
    assert "Nothing has been trained with these settings yet" in page_text(app)
    running = race(50, 77)
    race_tasks(running)[0].work(lambda _: True)
    app = open_page("residual", query)
    panels = component(app, "residual_degradation")["panels"]
    for panel, residual in zip(panels, (False, True), strict=True):
        for series, depth in zip(panel["charts"][0]["series"], (8, 32), strict=True):
            errors = [step.error for step in running.told[depth, residual]]
            assert series["texts"] == [f"{100 * sum(errors) / 10:.1f} %", "", "", "", ""]
            assert series["heights"][1:] == [None] * 4
            assert series["named"] is not None


def test_the_script_of_a_race_gives_its_numbers() -> None:
    script = open_page("residual", "view=degradation&source=live&race_steps=50&seed=77").code[0]
    short = script.value.replace("for depth in (8, 32)", "for depth in (8,)")
    recipe = race_recipe(50, 77)
    for line in run(short).splitlines():
        name, depth, error = line.split()
        net = new_net(int(depth), name == "residual", recipe)
        steps = list(run_race(net, live_digits(), recipe))
        assert float(error) == pytest.approx(sum(s.error for s in steps[-20:]) / 20, abs=0.05)


def test_the_recorded_landscape_says_so_and_how_long_its_networks_were_trained() -> None:
    app = open_page("residual", "view=landscape")
    text = page_text(app)
    assert "**Recorded** on" in text
    assert "56, 60059.0 %98.6 %" in text
    assert "the residual net’s weights lie deeper (0.04 against 1.07)" in text
    assert "the residual one’s surroundings rise higher (23.5 against 6.5)" in text
    assert "flat" not in text.partition("Why")[0]
    told = component(app, "residual_landscape")
    printed = run(app.code[1].value)
    row, column = told["cell"]
    for one in told["maps"]:
        shown = float(one["texts"][row * told["count"] + column])
        line = next(line for line in printed.splitlines() if line.startswith(one["tone"]))
        assert float(line.rpartition(" ")[2]) == pytest.approx(shown, abs=0.006)


def test_reach_keeps_the_middle_of_the_landscape() -> None:
    near = component(open_page("residual", "view=landscape&reach=0.4"), "residual_landscape")
    whole = component(open_page("residual", "view=landscape"), "residual_landscape")
    assert (near["count"], whole["count"]) == (9, 21)
    assert near["maps"][1]["texts"][4 * 9 + 4] == whole["maps"][1]["texts"][10 * 21 + 10]


def test_a_landscape_computed_here_is_shown_when_it_is_whole_and_its_script_gives_it(
    monkeypatch,
) -> None:
    monkeypatch.setattr(live, "AROUND_PICTURES", 24)
    query = "view=landscape&source=live&points=7&seed=3&first=5&second=6"
    asked = around((5, 6), 7, 3)
    asked.race.recipe = replace(asked.race.recipe, steps=6)
    app = open_page("residual", query)
    assert "Nothing has been computed with these settings yet" in page_text(app)
    for task in around_tasks(asked):
        task.work(lambda _: True)
    app = open_page("residual", query)
    told = component(app, "residual_landscape")
    assert told["count"] == 7
    script = (
        app.code[0]
        .value.replace("steps=120", "steps=6")
        .replace("points:", "points[3:4]:")
        .replace("some(256)", "some(24)")
    )
    lines = run(script).splitlines()
    for one, line in zip(told["maps"], lines, strict=True):
        middle = float(re.search(r"middle: ([\d.]+)", line)[1])
        assert middle == pytest.approx(float(one["texts"][24]), rel=0.02)


def test_the_ways_from_a_stage_lead_where_they_say() -> None:
    code = encode(resnet())
    for stage, layer in FIRST_LAYERS.items():
        app = open_page("build", f"net={code}&layer={layer}")
        assert not app.warning, stage
    assert [layer.kind for layer in resnet().layers].index("Residual") + 1 == FIRST_LAYERS["group0"]
    assert not open_page("feature_maps", "model=resnet18-cifar10&layer=group3.1").warning
