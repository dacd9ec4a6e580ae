"""Every "thing to try" shows what it says: of each stands here what must be seen."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from itertools import islice
from math import log
from typing import Any, TypeVar

import pytest
from streamlit.testing.v1 import AppTest

from cnnviz.builder.modules import build
from cnnviz.models.specs import Dropout
from cnnviz.playground.training import History, Run
from cnnviz.training import plain
from cnnviz.training.plan import Plan
from cnnviz.ui.address import Address
from cnnviz.ui.contents import READING
from cnnviz.ui.links import View
from cnnviz.ui.mlp.address import ADDRESS as MLP
from cnnviz.ui.mlp.training import setup_of
from cnnviz.ui.training.address import ADDRESS as TRAINING
from cnnviz.ui.training.job import job_of
from tests.support.opening import component, html_text, open_page, page_text

Seen = Callable[[AppTest], bool]
V = TypeVar("V")


def told(pattern: str) -> Seen:
    """Words that stand on the page."""
    return lambda app: bool(re.search(pattern, page_text(app)))


def _cells(app: AppTest) -> list[tuple[int, int, str]]:
    """Row, column and class of the cells that are shown over a picture."""
    shown = component(app, "fullyconv_map")
    cells = shown["map"]
    return [
        (*divmod(index, cells["columns"]), shown["names"][kind])
        for index, kind in enumerate(cells["classes"])
        if cells["shares"][index] >= shown["least"] and not cells["skipped"][index]
    ]


def _small_and_large_seven(app: AppTest) -> bool:
    """The seven of 28 pixels is read rightly, all around its middle; the large one is not."""
    small = [name for row, column, name in _cells(app) if row < 4 and column < 4]
    large = [name for row, column, name in _cells(app) if row > 7]
    return len(small) >= 5 and set(small) == {"7"} and large.count("1") >= 5


def _only_nine(app: AppTest) -> bool:
    """Cells are shown, and only where the nine lies."""
    nine = next(i for i in component(app, "fullyconv_map")["canvas"]["items"] if i["kind"] == "9")
    middles = [(4 * row + 16 - nine["y"], 4 * col + 16 - nine["x"]) for row, col, _ in _cells(app)]
    return len(middles) >= 3 and all(abs(part - 14) <= 9 for middle in middles for part in middle)


def _only_espresso(app: AppTest) -> bool:
    """Some cells are sure of espresso, and most give it next to nothing."""
    shares = sorted(component(app, "fullyconv_photo_map")["map"]["heat"]["values"])
    return shares[-1] > 0.9 and shares[len(shares) // 2] < 0.05


def _few_cells_that_see_all(app: AppTest) -> bool:
    """Up to a hundred cells, and the window of each covers the photo from any place of it."""
    told = component(app, "fullyconv_photo_map")
    cells = told["map"]
    sides = max(told["height"], told["width"])
    return cells["rows"] * cells["columns"] <= 100 and cells["window"] >= 2 * sides


def _another_answer_at_another_size(app: AppTest) -> bool:
    """What is said first of the photo is not the same class at each size."""
    first = re.findall(r"\d+ × \d+\s*\d+ × \d+\s*([A-Za-z][A-Za-z -]*?) [\d.]+ %", html_text(app))
    return len(first) == 7 and len(set(first)) > 1


def _classes(*names: str) -> Seen:
    return lambda app: set(names) <= {name for *_, name in _cells(app)}


def _kernels(app: AppTest) -> list[dict[str, Any]]:
    return component(app, "convolution_channels")["kernels"]


def _slices(count: int, side: int, words: str = "") -> Seen:
    """Every kernel drawn has so many slices of that side, and words about one of them."""

    def seen(app: AppTest) -> bool:
        slices = [kernel["weight"] for kernel in _kernels(app)]
        fits = all(len(own) == count and all(len(one) == side for one in own) for own in slices)
        return fits and any(words in kernel["words"] for kernel in _kernels(app))

    return seen


def _learns(holds: Callable[[History, Run], bool], steps: int = 400) -> Seen:
    """What the losses of the view come to, after so many of its steps: it shows by then."""

    def seen(app: AppTest) -> bool:
        values = _values(app, MLP)
        run = Run(setup_of(values))
        assert component(app, "mlp_playground")["facts"].endswith(
            f"{run.points.num_train} points to learn from"
        )
        run.advance(min(steps, values.steps or steps))
        return holds(run.now(), run)

    return seen


def _values(app: AppTest, address: Address[V]) -> V:
    """The values that the page's address asks for."""
    asked = {name: "".join(app.query_params[name]) for name in app.query_params}
    read = {name: address.parameters[name].read(text) for name, text in asked.items()}
    return replace(address.defaults, **read)  # ty: ignore[invalid-argument-type]


def _planned(holds: Callable[[Plan, int], bool]) -> Seen:
    """The plan of the run that the board stands ready for, and the pictures it learns from."""

    def seen(app: AppTest) -> bool:
        job = job_of(_values(app, TRAINING))
        count = len(job.material.training)
        steps = component(app, "training_board")["curves"]["steps"]
        return steps == f"{job.plan.num_steps(count):,}" and holds(job.plan, count)

    return seen


def _learns_nothing(app: AppTest) -> bool:
    """The losses of the first steps are as those of guessing, ln 10, or above."""
    job = job_of(_values(app, TRAINING))
    network = build(job.network, seed=job.plan.seed)
    plan = plain.steps(network, job.material.input, job.material.training, job.plan)
    losses = [step.loss for step in islice(plan, 24)]
    return min(losses[4:]) > 1.9 and sum(losses[4:]) / 20 > log(10)


def _loss_so_far(app: AppTest) -> float:
    """The mean loss of the first 40 steps of the run that the board stands ready for."""
    job = job_of(_values(app, TRAINING))
    network = build(job.network, seed=job.plan.seed)
    plan = plain.steps(network, job.material.input, job.material.training, job.plan)
    return sum(step.loss for step in islice(plan, 40)) / 40


def _answers(**says: str) -> Seen:
    """What MLP and LeNet say of the moved digit."""

    def seen(app: AppTest) -> bool:
        answers = component(app, "mlp_moved")["answers"]
        return {one["title"]: one["verdict"] for one in answers} == says

    return seen


def _grid(**told: Any) -> Seen:
    """What pooling's grid is told."""
    return lambda app: {name: component(app, "pooling_grid")[name] for name in told} == told


def _row(path: str) -> Callable[[AppTest], dict[str, Any]]:
    return lambda app: next(r for r in component(app, "build_network")["rows"] if r["path"] == path)


def _most_parameters(app: AppTest) -> bool:
    """The layer that is open is the Linear one with the longest bar."""
    row = _row(component(app, "build_network")["selected"])(app)
    return row["kind"] == "Linear" and row["params_share"] == 1


def _mosaic(holds: Callable[[dict[str, Any]], bool], key: str = "feature_maps_mosaic") -> Seen:
    return lambda app: holds(component(app, key))


def _is_sorted_by_strength(told: dict[str, Any]) -> bool:
    """The maps stand in the order of their means, as their labels say them."""
    order = next(one for one in told["orders"] if one["name"] == told["order"] == "strength")
    means = [float(re.findall(r"mean ([\d.]+)", told["labels"][at])[0]) for at in order["sequence"]]
    return means == sorted(means, reverse=True) and means[0] > 2 * means[-1]


def _still_cat_but_less(app: AppTest) -> bool:
    """The 24 maps that are off are the strongest ones; the cat keeps the lead and loses most."""
    shown = component(app, "feature_maps_off")
    strongest = {int(re.findall(r"map (\d+)", label)[0]) for label in shown["labels"][:24]}
    off = {
        int(one)
        for one in component(app, "feature_maps_off_typed")["fields"][0]["value"].split(",")
    }
    rows = re.findall(r"([a-z]+)([\d.]+)\s% [↓↑→] ([\d.]+)\s%", html_text(app))
    now = {name: float(share) for name, _, share in rows}
    return (
        strongest == off
        and max(now, key=now.__getitem__).endswith("cat")
        and max(now.values()) < 45
    )


def _microscope(*names: str) -> Seen:
    """The steps by which a cell came about."""

    def seen(app: AppTest) -> bool:
        steps = [step["name"] for step in component(app, "feature_maps_microscope")["steps"]]
        return all(name in steps for name in names)

    return seen


def _only_occlusion_is_better(app: AppTest) -> bool:
    lines = component(app, "heatmaps_curves")["lines"]
    return [one["title"] for one in lines if one["verdict"] == "better than chance in both"] == [
        "Occlusion"
    ]


def _asked(app: AppTest) -> dict[str, float]:
    return {row["name"]: row["share"] for row in component(app, "teach_asked")["rows"]}


def _given(app: AppTest) -> list[str]:
    classes = component(app, "teach_classes")["classes"]
    return [picture["url"] for one in classes for picture in one["pictures"]]


def _board(app: AppTest) -> dict[str, Any]:
    return component(app, "training_board")


def _selected(label: str, option: str) -> Seen:
    return lambda app: next(box for box in app.selectbox if box.label == label).value == option


def _both(*all_of: Seen) -> Seen:
    return lambda app: all(seen(app) for seen in all_of)


SEEN: dict[str, dict[str, Seen]] = {
    "convolution": {
        "2 in, 3 out": _slices(2, 3, "here they cancel"),
        "3 in, 16 out": told("16 maps, not 48"),
        "1 × 1 only sums the channels": _slices(2, 1, "place by place"),
        "Depthwise": _slices(1, 3, "nothing is added"),
        "Leave pixels unread": told("never reads the last row and column"),
        "See edges on a photo": lambda app: (
            component(app, "convolution_response")["title"] == "Sobel x"
        ),
        "All filters at once": lambda app: (
            len(component(app, "convolution_filter_sheet")["tiles"]) == 17
        ),
        "Checkerboard": told("some rows and columns more often than others"),
        "A wide view without more weights": told("Parameters10.*Kernel span7"),
        "Two 3 × 3 against one 5 × 5": told("One 5 × 5.*102,464.*Two 3 × 3.*73,856"),
        "One 5 × 5 is two 3 × 3": told("Away from the border they are the same"),
        "A setting that cannot be": lambda app: "7" in app.error[0].value,
    },
    "fully_convolutional": {
        "35 still works, 36 does not": told("LeNet refuses 36 × 36; it takes 32 to 35"),
        "A digit at twice its size": _small_and_large_seven,
        "Two digits in one window": _classes("3", "8"),
        "Where is a 9?": _only_nine,
        "LeNet, ten kinds of pictures": _classes("cat", "horse", "ship"),
        "Nothing left out": lambda app: len(_cells(app)) == 13 * 26,
        "1 × 1 convolutions": told("120 kernels of 1 × 1"),
        "Random weights": told("weights are random"),
        "The tutorial's error": told("1x2704 and 400x120"),
        "Six digits": _classes("6", "5", "4", "7", "3", "9"),
        "Espresso, and only there?": _only_espresso,
        "Few cells that see far": _few_cells_that_see_all,
        "The same photo larger": _another_answer_at_another_size,
    },
    "mlp": {
        "ReLU at rest": told(r"= φ\(−0\.3\) = 0(\D|$)"),
        "A layer is a matrix": told(r"W₁\(4, 3\)"),
        "No activation: three layers that are one": told(
            "W₃·W₂·W₁ is one matrix.*it gives (.*) as all 3 layers do"
        ),
        "A sure mistake": told(r"p₃ = .* = 0\.00\d.*loss = .* = 5\."),
        "A number": told(r"loss = \(2right − 0\.46ŷ\)² = 2\.387"),
        "Twenty neurons": _both(
            told("Step0"), _learns(lambda losses, run: losses.test[-1] > 1.3 * min(losses.test))
        ),
        "More points": _learns(
            lambda losses, run: losses.train[-1] > 0.15 and run.points.num_train == 200
        ),
        "No noise": _learns(lambda losses, run: losses.test[-1] == min(losses.test) < 0.01),
        "Weight decay": _learns(
            lambda losses, run: losses.test[-1] < losses.train[-1] + 0.02 and losses.train[-1] > 0.2
        ),
        "Spirals": _learns(lambda losses, run: losses.test_right[-1] >= 145),
        "No activation: however many layers": _learns(
            lambda losses, run: losses.train[-1] > 0.6 and losses.train_right[-1] < 32
        ),
        "A curve": _both(
            lambda app: (
                "20 hidden neurons" in component(app, "mlp_playground")["alt"]
                and not component(app, "mlp_playground")["is_classes"]
            ),
            _learns(lambda losses, run: losses.train[-1] < 0.06 < losses.test[-1]),
        ),
        "Too large a step": lambda app: (
            "the learning rate 10 is too high" in component(app, "mlp_playground")["story"]
        ),
        "MNIST": told("One neuron784"),
        "ImageNet": told("One neuron150,528"),
        "The tutorial's photo": told("One neuron3,000,000.*Convolution760"),
        "A layer of 100": told("Dense layer15,052,900.*Convolution7,600"),
        "Where are both equal?": told(r"Dense ÷ convolution1\.0"),
        "As trained": _answers(MLP="right", LeNet="right"),
        "4 right, 4 up": _answers(MLP="wrong", LeNet="right"),
        "One pixel": told("the same, moved along: conv 1$|the same, moved along: conv 1[^,]"),
        "This digit everywhere": told("This digit at every place, computed now"),
        "Far out": _answers(MLP="wrong", LeNet="wrong"),
        "Turned": _both(_answers(MLP="wrong", LeNet="right"), told("changed in other ways too")),
        "Sobel": told(r"Not 096Entries"),
        "Stride 2": told(r"M\(4, 36\)"),
        "Padding 1": told(r"M\(36, 36\).*To learn9"),
        "Dilation 2": told("108 of 144 entries are no connection"),
        "1 × 1": told("Connections36.*To learn1D"),
        "A kernel of 5": told(r"M\(4, 36\).*To learn25"),
    },
    "pooling": {
        "Windows that overlap": _grid(rows=[[0, 1, 2], [1, 2, 3], [2, 3, 4], [3, 4, 5]]),
        "A window that starts in the padding": told("window that starts in the padding behind"),
        "Zeros that count": told("zeros of the padding count in the average"),
        "p turns a sum into a maximum": lambda app: all(
            0 < value - cell["by"]["max"]["value"] < 0.1
            for value, cell in zip(
                [one for row in component(app, "pooling_grid")["output"] for one in row],
                component(app, "pooling_grid")["cells"],
                strict=True,
            )
        ),
        "A setting that cannot be": lambda app: (
            "at most half of the kernel size" in (app.error[0].value)
        ),
        "Two pixels: a whole cell": lambda app: (
            component(app, "pooling_follow")["spec"]["lines"][1]["points"][2] == [2, 100.0]
        ),
        "LeNet on a large picture": lambda app: any(
            card["size"] == "16 × 16" for card in component(app, "pooling_field")["cards"]
        ),
        "A transposed convolution that alternates": told("see 8 or 10 pixels by turns"),
        "Pooling against dilation": told("dilation sees 38 pixels too, and takes 2.76 times"),
    },
    "build": {
        "LeNet on 64 × 64: why does it fail?": lambda app: (
            re.search("2,?704.*400", str(component(app, "build_network")["doctor"])) is not None
        ),
        "LeNet on MNIST's 28 × 28": lambda app: (
            re.search("256.*400", str(component(app, "build_network")["doctor"])) is not None
        ),
        "The same weights on any size": told(r"Output shape\(1, 10, 25, 25\)"),
        "A U-Net on 65 × 65: why does it fail?": lambda app: (
            "65" in str(component(app, "build_network")["doctor"])
        ),
        "Where are VGG's parameters?": _most_parameters,
    },
    "residual": {
        "A 1×1 shortcut": lambda app: (
            component(app, "residual_block")["maps"]["shortcut"]["title"] == "conv1×1(x)"
        ),
        "Eight layers only": lambda app: component(app, "residual_gradients")["panels"][0][
            "charts"
        ][1]["alt"].endswith("some in every layer"),
        "104 layers": lambda app: (
            "nothing in 87 of 103 plain layers"
            in (component(app, "residual_gradients")["panels"][0]["charts"][1]["alt"])
        ),
        "Another seed": told("Whatever the start, only skips and norm together stay near 1"),
        "The first main path": lambda app: (
            component(app, "residual_columns")["columns"][0]["rows"][0]["word"] == "deer"
        ),
        "A block without its shortcut": told("y = ReLU. 0 · x . 1 · F.x. .*still: cat"),
        "Train four networks": told("Nothing has been trained with these settings yet"),
        "Trained for less": told("56 layers, 264 steps: the residual net’s weights lie deeper"),
        "Close to the weights": told(r"0\.04 against 1\.07\); .* \(3\.9 against 3\.4\)"),
        "Small pictures": told(r"\(1, 512, 1, 1\)"),
    },
    "zoo": {
        "The same network, trained again": told("top-1 80.9 %.*IMAGENET1K_V2"),
        "VGG-16 against ResNet-18": told("Parameters138,357,544.*Parameters11,689,512"),
        "The first two winners": told(r"AlexNet5 conv \+ 3 linear.*GoogLeNet57 conv"),
        "Separable convolutions": told("MobileNetV252 conv.*Multiply-adds300,774,272"),
        "Attention arrives": told("Networks34 of 80.*BestViT-H/14"),
        "On the same data": told("Networks78 of 80.*BestEfficientNetV2-L"),
    },
    "feature_maps": {
        "Which maps make this cell?": lambda app: bool(component(app, "feature_maps_overview")),
        "Which maps are dead here?": _mosaic(
            lambda told: told["count"] == 164 and all("dead" in one for one in told["labels"])
        ),
        "The strongest first": _mosaic(_is_sorted_by_strength),
        "Before the ReLU": _mosaic(lambda told: told["low"].startswith("−")),
        "How a 7 is added up": _microscope("convolution", "ReLU"),
        "A residual sum": _microscope("convolution", "sum"),
        "What excites this map?": lambda app: (
            len(component(app, "feature_maps_exciting")["cards"]) > 2
        ),
        "Filters of a digit reader": told("mean length of a filter went from 0.58 to 3.47"),
        "Is it still a cat?": _still_cat_but_less,
        "What does this channel want?": told("Recorded for .*channel 491 of features.11"),
        "From the score to a pixel": told("Score of 7 = 4.72"),
        "A picture that is all texture": _mosaic(lambda told: "Gravel" in told["alt"]),
    },
    "heatmaps": {
        "Why is this 7 not a 1?": told("Red speaks for 7 and against 1, blue for 1"),
        "What would be a dog here?": told("Class explaineddog.*Its probability0.01"),
        "An early layer": told("Layergroup0.1"),
        "Which maps ignore the network?": told("Guided backprop.*ignores the weights"),
        "Take the picture away": _only_occlusion_is_better,
        "Do the parts add up?": told("1 step.2.03.6.8870.6 %.*128 steps.6.82.6.880.9 %"),
        "Which maps tell the truth?": told("of fair controls one interval in twenty misses it"),
        "Guess the network": told("Half of the riddles come with one and half without, by chance"),
        "Noise that nobody sees": told("Verdictmeanleastchancealike to the edges"),
        "Take the seven apart": lambda app: (
            component(app, "heatmaps_brush")["rows"][0]["before"][1] == "96.4 %"
        ),
        "Two layers": told("ResNet18 at group2.1.*4 × 4.*ResNet18 at group0.1.*16 × 16"),
        "One grey level of 255": told("espresso, 97.1 %.*consomme, 98.9 %"),
        "A picture with no answer": told("Its probability0.38"),
    },
    "training": {
        "Another start": lambda app: (
            _board(app)["filters"]["levels"] != _board(open_page("training"))["filters"]["levels"]
        ),
        "The rate ten times smaller": _planned(
            lambda plan, count: plan.learning_rate == pytest.approx(Plan().learning_rate / 10)
        ),
        "SGD far too fast": _learns_nothing,
        "One cycle": _planned(
            lambda plan, count: plan.rate(0, 100) < plan.rate(30, 100) > plan.rate(99, 100)
        ),
        "Digits moved about": _planned(lambda plan, count: plan.change != Plan().change),
        "With batch norm": lambda app: (
            _loss_so_far(app) < 0.9 * _loss_so_far(open_page("training"))
        ),
        "Dropout": lambda app: Dropout(0.5) in job_of(_values(app, TRAINING)).network.layers,
        "Batches of 8": _planned(lambda plan, count: plan.steps_per_epoch(count) > 300),
    },
    "teach": {
        "One picture each": lambda app: len(_given(app)) == 2 and _asked(app)["animal"] > 0.8,
        "Draw what is asked": lambda app: (
            component(app, "teach_pad")["strokes"] is None and set(_asked(app)) == {"one", "seven"}
        ),
        "Coffee, of no class": lambda app: max(_asked(app), key=_asked(app).__getitem__) == "three",
        "Why not vehicle?": lambda app: component(app, "teach_asked")["heat_alt"].startswith(
            "Grad-CAM for vehicle"
        ),
        "Other hands": lambda app: not set(_given(app)[10:]) & set(_given(open_page("teach"))[10:]),
        "No weight decay to speak of": lambda app: _asked(app)["animal"] > 0.9,
        "Too much of it": lambda app: _asked(app)["animal"] < 0.7,
        "A network for small pictures": lambda app: (
            component(app, "teach_asked")["layers"][0]["layer"] == "group0"
        ),
    },
}


def _views(name: str) -> dict[str, View]:
    """What there is to try on a page, by its label, with its note where two are called alike."""
    tried = import_module(f"cnnviz.ui.{name}.views").TRY
    views = tried if isinstance(tried, list) else [v for some in tried.values() for v in some]
    called = Counter(view.label for view in views)
    return {v.label if called[v.label] == 1 else f"{v.label}: {v.note}": v for v in views}


CASES = [(name, label) for name, seen in SEEN.items() for label in seen]


def test_every_page_with_things_to_try_is_here():
    assert {entry.name for entry in READING} == SEEN.keys()


@pytest.mark.parametrize("name", SEEN)
def test_nothing_to_try_is_without_a_word_of_what_must_be_seen(name):
    assert _views(name).keys() <= SEEN[name].keys()


@pytest.mark.parametrize(("name", "label"), CASES, ids=[f"{n}: {label}" for n, label in CASES])
def test_what_is_to_be_seen_is_seen(name, label):
    presets = {} if label in (views := _views(name)) else _presets(name)
    app = open_page(name, (views | presets)[label].query)
    assert not [warning for warning in app.warning if "address" in warning.value]
    assert SEEN[name][label](app)


def test_nothing_of_it_is_seen_on_another_page():
    other = open_page("home")

    def is_seen(seen: Seen) -> bool:
        with suppress(AssertionError, LookupError, StopIteration):
            return seen(other)
        return False

    rows = {(name, label): seen for name, all_ in SEEN.items() for label, seen in all_.items()}
    assert [row for row, seen in rows.items() if is_seen(seen)] == []


def _presets(name: str) -> dict[str, View]:
    return {view.label: view for view in import_module(f"cnnviz.ui.{name}.views").PRESETS}
