"""Views of the heatmaps page worth a link."""

from __future__ import annotations

from functools import partial

from cnnviz.heatmaps import METHODS
from cnnviz.ui.heatmaps.address import ADDRESS, CHANGES, TESTS, VIEWS
from cnnviz.ui.links import View, view_of

_view = partial(view_of, ADDRESS)

SEVEN = {"model": "lenet-mnist", "digit": 7, "class_idx": 7, "against": 1}

PRESETS = [
    _view("A cat", "ResNet18, which is right about it"),
    _view("The cat, finer", "the same at 96 × 96: more cells", size="96"),
    _view("A horse", "an outline only", image="horse"),
    _view("A ship", "drawn by hand", image="boat"),
    _view("A seven", "LeNet on digits", model="lenet-mnist", image="digit_7"),
    _view("Why 7 and not 1?", "the lead of one class", **SEVEN, method="integrated_gradients"),
    _view(
        "Paint it away",
        "is it still a coffee?",
        model="squeezenet1.1",
        image="coffee",
        view="change",
    ),
    _view("A small network", "LeNet on pictures", model="lenet-cifar10", image="boat"),
]  # fmt: skip

TRY = [
    _view(
        "Why is this 7 not a 1?",
        "what speaks for each",
        **SEVEN,
        view="large",
        method="occlusion",
    ),
    _view("What would be a dog here?", "explain another class", class_idx=5),
    _view("An early layer", "edges, not cats", layer="group0.1"),
    _view(
        "Which maps ignore the network?",
        "shuffle its weights",
        model="lenet-mnist",
        image="digit_7",
        view="belief",
        test="random",
        method="guided_backprop",
    ),
    _view(
        "Take the picture away",
        "pixel by pixel",
        view="belief",
        model="lenet-mnist",
        image="digit_3",
        method="occlusion",
    ),
    _view(
        "Do the parts add up?",
        "with one step, and with 128",
        **SEVEN,
        view="belief",
        test="sum",
        steps="1",
    ),
    _view(
        "Which maps tell the truth?",
        "one place only",
        view="belief",
        test="planted",
        model="lenet-mnist",
        image="digit_7",
        method="occlusion",
    ),
    _view(
        "Guess the network",
        "with its heatmap, and without",
        model="lenet-mnist",
        image="digit_7",
        view="belief",
        test="guess",
    ),
    _view(
        "Noise that nobody sees",
        "does the map stay?",
        model="lenet-mnist",
        image="digit_7",
        view="belief",
        test="noise",
        method="saliency",
    ),
    _view("Take the seven apart", "stroke by stroke", model="lenet-mnist", digit=7, view="change"),
    _view("Two layers", "edges beside the cat", view="change", change="compare",
          other_layer="group0.1"),
    _view("One grey level of 255", "no eye sees it", model="squeezenet1.1", image="coffee",
          view="change", change="adversarial"),
    _view("A picture with no answer", "bricks", image="brick"),
]  # fmt: skip

WHY = (
    "A network's score is a function of the pixels, so one can ask how much each pixel had to do "
    "with it. **Class activation** methods look at the last maps and weigh them by how much the "
    "score hangs on them; **gradient** methods ask what a tiny change of a pixel would do; "
    "**occlusion** covers a part and looks what is missing. They do not agree, because they do not "
    "ask the same question. A beautiful map is no proof: the random one is a map too. So test it: "
    "take away what it calls important, make the network forget, add up its parts, and point it at "
    "pictures where the answer is known."
)


def found() -> dict[str, list[View]]:
    """What the search finds here beside presets: every test, every change, every method."""
    return {
        "view": [
            *(_part("belief", title, test=name) for name, title in TESTS.items()),
            *(_part("change", title, change=name) for name, title in CHANGES.items()),
        ],
        "method": [
            _view(method.title, method.paper, view="large", method=name)
            for name, method in METHODS.items()
        ],
    }


def _part(view: str, title: str, **values: str) -> View:
    return _view(title, VIEWS[view], view=view, **values)
