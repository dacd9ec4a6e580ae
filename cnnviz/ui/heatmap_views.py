"""Views of the heatmaps page worth a link."""

from __future__ import annotations

from typing import Any

from cnnviz.ui.heatmap_controls import ADDRESS
from cnnviz.ui.links import View


def _view(label: str, note: str, **values: Any) -> View:
    return View(label, ADDRESS.query_of(values), note)


PRESETS = [
    _view("A cat, as trained", "ResNet18 at 64 × 64"),
    _view("A finer look", "the same at 96 × 96", size="96"),
    _view("A horse", "drawn by hand", image="horse"),
    _view("A ship", "drawn by hand", image="boat"),
    _view("A seven", "LeNet on digits", model="lenet-mnist", image="digit_7"),
    _view("A small network", "LeNet on ten kinds of pictures", model="lenet-cifar10"),
]

TRY = [
    _view(
        "Why is this 7 not a 1?",
        "explain class 1",
        model="lenet-mnist",
        image="digit_7",
        class_idx=1,
        method="input_x_gradient",
    ),
    _view("What would a dog be here?", "explain another class", class_idx=5),
    _view("An early layer", "group0: edges, not cats", layer="group0.1"),
    _view("The control", "a random map", method="random"),
    _view("A picture with no answer", "bricks", image="brick"),
]

WHY = (
    "A network's score is a function of the pixels, so one can ask how much each pixel had to do "
    "with it. **Class activation** methods look at the last maps and weigh them by how much the "
    "score hangs on them; **gradient** methods ask what a tiny change of a pixel would do; "
    "**occlusion** covers a part and looks what is missing. They do not agree, because they do not "
    "ask the same question. A beautiful map is no proof: the random one is a map too. Ask for "
    "another class, another layer, another size, and see whether the map goes along."
)
