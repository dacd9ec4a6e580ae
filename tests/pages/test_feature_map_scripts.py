"""The scripts of the page feature_maps give the numbers of the page, in a process of their own."""

from __future__ import annotations

import contextlib
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cnnviz.activations import record
from cnnviz.builder.codec import encode
from cnnviz.figures.pictures import nice_limit
from cnnviz.images import sample
from cnnviz.models import pretrained
from cnnviz.models.networks import tiny
from tests.support.opening import component, html_text, open_page

ROOT = Path(__file__).parents[2]
DIGIT = "model=lenet-mnist&image=digit_7"
CAT = "model=resnet18-cifar10&image=cat"
SCRIPTS = {
    "maps": DIGIT + "&layer=feature_extractor.1",
    "a cell after pooling": DIGIT + "&view=microscope&layer=feature_extractor.2&map=3&cell=5,9",
    "a cell after a block": CAT + "&view=microscope&layer=group1.0&map=12&cell=3,2&size=96",
    "a feature": DIGIT + "&view=microscope&layer=classifier.2&map=4",
    "a cell of a built one": f"network={encode(tiny())}&seed=5&view=microscope&layer=pool&map=1",
    "without maps": CAT + "&view=off&layer=group2.1&off=3,17,200",
    "without a sum": CAT + "&view=off&layer=group2.1.add&off=3",
    "filters": "model=lenet-cifar10&view=filters",
    "whole": CAT + "&view=overview&layer=group1.0&map=12&cell=3,2",
}
RUN_ALL = """
import contextlib, io, json, sys
printed = {}
for name, script in json.load(sys.stdin).items():
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(script, name, "exec"), {"__name__": "pasted"})
    printed[name] = out.getvalue()
print(json.dumps(printed))
"""


@pytest.fixture(scope="module")
def printed() -> dict[str, dict[str, str]]:
    """What the scripts of some views print, all run in one fresh process."""
    scripts = {name: open_page("feature_maps", q).code[-1].value for name, q in SCRIPTS.items()}
    done = subprocess.run(
        [sys.executable, "-c", RUN_ALL],
        input=json.dumps(scripts), cwd=ROOT, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    texts = json.loads(done.stdout)
    return {
        name: dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
        for name, text in texts.items()
    }


def test_the_script_of_the_maps_prints_their_shape(printed):
    assert printed["maps"]["shape"] == "(6, 28, 28)"


@pytest.mark.parametrize(
    ("name", "model", "picture", "size", "layer", "cell"),
    [
        ("a cell after pooling", "lenet-mnist", "digit_7", None, "feature_extractor.2", (3, 5, 9)),
        ("a cell after a block", "resnet18-cifar10", "cat", 96, "group1.0", (12, 3, 2)),
        ("a feature", "lenet-mnist", "digit_7", None, "classifier.2", (4,)),
    ],
)
def test_the_one_line_of_torch_gives_the_number_of_the_cell(
    printed, name, model, picture, size, layer, cell
):
    network = pretrained(model)
    batch = network.transform(sample(picture), size)
    truth = float(record(network.model, batch, [layer])[layer][(0, *cell)])
    assert float(printed[name]["the cell"]) == pytest.approx(truth, abs=1e-5)
    assert float(printed[name]["as the network computes it"]) == pytest.approx(truth, abs=1e-5)


def test_the_line_for_a_built_network_gives_its_number(printed):
    one, other = printed["a cell of a built one"].values()
    assert float(one) == pytest.approx(float(other), abs=1e-5)


@pytest.mark.parametrize(("name", "layer", "off"), [
    ("without maps", "group2.1", [3, 17, 200]), ("without a sum", "group2.1.add", [3]),
])  # fmt: skip
def test_the_script_without_maps_prints_the_winners_of_the_page(printed, name, layer, off):
    app = open_page("feature_maps", SCRIPTS[name])
    before, after = (printed[name][key].rsplit(" ", 1) for key in ("before", "after"))
    said = " ".join(caption.value for caption in app.caption)
    assert before[0] == "cat" == after[0]
    assert f"{100 * float(before[1]):.1f}\u00a0% → {100 * float(after[1]):.1f}\u00a0%" in said


def test_the_script_of_the_filters_compares_with_the_untrained_ones(printed):
    assert 0 < float(printed["filters"]["direction kept, on average"]) < 1


def test_the_script_of_the_whole_network_prints_its_scores_and_ratios(printed):
    app = open_page("feature_maps", SCRIPTS["whole"])
    told = component(app, "feature_maps_overview")
    by_class = sorted(told["scores"], key=lambda one: one["index"])
    scores = json.loads(printed["whole"]["scores"])
    assert scores == pytest.approx([one["score"] for one in by_class], abs=1e-3)
    last = [link["ratio"] for link in told["links"] if link["arc"] == "sum"][-1]
    assert f"{float(printed['whole']['ratio']):.2f}" == last  # each line goes over the one before
    value = component(app, "feature_maps_microscope")["value"]
    assert float(printed["whole"]["the cell"]) == pytest.approx(value, abs=1e-4)


def test_the_script_of_the_way_down_prints_the_numbers_of_the_page():
    app = open_page("feature_maps", DIGIT + "&view=trace&way=1&step=2")
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(app.code[-1].value, "down", "exec"), {"__name__": "pasted"})
    lines = out.getvalue().splitlines()
    text = html_text(app)
    assert lines[0].startswith("classifier.4 (7,)")
    assert lines[-1].startswith("input (0, ")
    assert all(nice_limit(float(line.rsplit(" ", 1)[1])) in text for line in lines)
    row, column = (int(place) + 1 for place in re.findall(r"\d+", lines[-1])[1:3])
    assert f"Pixel in row {row}, column {column}" in text  # and no "Map 0" of it


def test_a_press_follows_another_contribution_and_the_next_step_is_shown():
    app = open_page("feature_maps", DIGIT + "&view=trace")
    assert "Score of 7 = 4.72" in html_text(app)
    second = app.button(key="feature_maps_way_1").label
    assert re.search("\\d\u00a0%$", second)  # no line ends before the unit
    app.button(key="feature_maps_way_1").click().run()
    assert not app.exception
    assert app.session_state["feature_maps-way"] == "1"
    assert app.session_state["feature_maps-step"] == 1
    feature = second.split(" of ")[0]
    assert feature in html_text(app)


def test_the_map_on_the_way_down_says_its_scale_in_the_file_too():
    app = open_page("feature_maps", DIGIT + "&view=trace&step=4")
    told = "".join(one.proto.body for one in app.get("html")).replace("\u00a0", " ")
    caption = re.search(r"<figcaption>Map [^<]*: ([^<]* cells, [^<]*)</figcaption>", told)
    assert caption
    assert f'; {caption[1]}">' in told  # the picture's words, which name its file
