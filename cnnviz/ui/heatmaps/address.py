"""What the address of the heatmaps page says: network, picture, class, layer, method, view."""

from __future__ import annotations

from dataclasses import dataclass

from cnnviz.heatmaps import METHODS
from cnnviz.images import FRAMES, SAMPLES
from cnnviz.images.framing import MOST_ZOOM
from cnnviz.models.photographs import PHOTOGRAPHS
from cnnviz.models.shipped import SHIPPED
from cnnviz.ui.address import Address
from cnnviz.ui.models import SIZES, first_choice, model_choice, read_layer
from cnnviz.ui.parameters import choice, number, text, whole

DEFAULT_MODEL = "resnet18-cifar10"
VIEWS = {
    "maps": "All methods",
    "large": "One large",
    "belief": "Can I believe it?",
    "change": "Change the picture",
}
TESTS = {
    "curves": "Delete and insert",
    "random": "Random weights",
    "sum": "Do the parts add up?",
    "noise": "Tiny noise",
    "planted": "Planted truth",
    "guess": "Guess the network",
}
GUESSES = {"class": "Which class?", "right": "Is it right?"}
NOISES = ("0.5", "1", "2", "4", "8", "16")  # grey levels of 255
MOST_RIDDLES = 9_999
CHANGES = {"brush": "Brush", "adversarial": "Adversarial", "compare": "Compare"}
BESIDES = {"layer": "Two layers", "picture": "Two pictures", "network": "Two networks"}
DIRECTIONS = {"away": "Away from it", "towards": "Towards it"}
MOST_EPSILON = 32  # grey levels
FILL_NAMES = {"blur": "Blur", "mean": "Mean colour", "grey": "Grey"}
MAP_OF = {"before": "before", "now": "now"}
READY = (*SHIPPED, *PHOTOGRAPHS)  # networks whose weights come with the app
STEPS = (1, 2, 4, 8, 16, 32, 64, 128, 256)  # points on the path of integrated gradients


@dataclass(frozen=True)
class Values:
    """The terms of the page's address; −1 is no digit, the winner, and no class to compare."""

    model: str = model_choice(first_choice(DEFAULT_MODEL))
    image: str = choice("cat", SAMPLES)
    frame: str = choice("square", FRAMES)
    zoom: float = number(1, 1, MOST_ZOOM)
    crop_x: int = whole(50, 0, 100)
    crop_y: int = whole(50, 0, 100)
    digit: int = whole(-1, -1, 9)
    class_idx: int = whole(-1, -1, 999)
    against: int = whole(-1, -1, 999)
    layer: str = text("", read_layer)
    method: str = choice("grad_cam", METHODS)
    size: str = choice("auto", SIZES)
    view: str = choice("maps", VIEWS)
    test: str = choice("curves", TESTS)
    steps: str = choice("32", map(str, STEPS))
    noise: str = choice("2", NOISES)
    guess: str = choice("class", GUESSES)
    riddle: int = whole(1, 1, MOST_RIDDLES)
    opacity: int = whole(65, 0, 100)
    change: str = choice("brush", CHANGES)
    fill: str = choice("blur", FILL_NAMES)
    map_of: str = choice("before", MAP_OF)
    direction: str = choice("away", DIRECTIONS)
    epsilon: float = number(1.0, 0, MOST_EPSILON)
    beside: str = choice("layer", BESIDES)
    other_layer: str = text("", read_layer)
    other_image: str = choice("dog", SAMPLES)
    other_model: str = choice("", ("", *READY))


ADDRESS = Address("heatmaps", Values)
