"""The terms of the page `mlp` in its address."""

from __future__ import annotations

from dataclasses import dataclass

from cnnviz.convolution.small_pictures import NUMBERS, WHOLE_KERNELS
from cnnviz.models.mlp import ACTIVATIONS
from cnnviz.playground.points import DATA
from cnnviz.playground.training import MOST_STEPS, OPTIMIZERS, read_hidden
from cnnviz.shift.moves import FARTHEST
from cnnviz.ui.address import Address
from cnnviz.ui.models import DIGIT_SAMPLES
from cnnviz.ui.parameters import choice, flag, number, text, whole

VIEWS = {"neuron": "Neuron", "depth": "Depth", "size": "Size", "shift": "Shift", "matrix": "Matrix"}
PARTS = {"neuron": "Neuron", "layer": "Layer", "network": "MLP"}
TASKS = {"classification": "Classification", "regression": "Regression"}
SOURCES = {"pen": "Pen", "picture": "Picture"}
MAPS = {"mnist": "500 digits", "this": "this digit"}
HIDDEN = ("3", "6", "20", "3,3", "3,3,3,3")  # the tutorial's networks
RATES = (0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
LARGEST_SIDE = 1000
LARGEST_PICTURE = 9  # of the matrix: 81 columns can still be told apart
MOST_POINTS = 400
LIMITS = {"kernel_size": (1, 5), "stride": (1, 4), "padding": (0, 3), "dilation": (1, 3)}


def _hidden(given: str) -> str:
    return ",".join(map(str, read_hidden(given)))


@dataclass(frozen=True)
class Values:
    """What the page shows."""

    view: str = choice("neuron", VIEWS)
    # neuron
    part: str = choice("neuron", PARTS)
    task: str = choice("classification", TASKS)
    x1: float = number(1.5, -3, 3)
    x2: float = number(-0.5, -3, 3)
    x3: float = number(2, -3, 3)
    w1: float = number(0.8, -3, 3)
    w2: float = number(-1.2, -3, 3)
    w3: float = number(0.4, -3, 3)
    bias: float = number(-0.5, -3, 3)
    target: int = whole(1, 1, 3)
    wanted: float = number(1, -3, 3)
    # neuron and depth
    activation: str = choice("tanh", ACTIVATIONS)
    seed: int = whole(0, 0, 9999)
    # depth
    data: str = choice("moons", DATA)
    points: int = whole(80, 10, MOST_POINTS)
    noise: float = number(0.3, 0, 1)
    test_share: float = number(0.5, 0.1, 0.9)
    hidden: str = text("20", _hidden)
    optimizer: str = choice("adam", OPTIMIZERS)
    learning_rate: float = number(0.01, 0.0001, 10)
    weight_decay: float = number(0, 0, 1)
    steps: int = whole(0, 0, MOST_STEPS)
    # size
    side: int = whole(28, 1, LARGEST_SIDE)
    channels: int = whole(1, 1, 3)
    neurons: int = whole(10, 1, 100)
    filter_size: int = whole(5, 1, 15)
    # shift
    source: str = choice("pen", SOURCES)
    digit: int = whole(0, -1, 9)
    image: str = choice("digit_7", DIGIT_SAMPLES)
    dx: int = whole(0, -FARTHEST, FARTHEST)
    dy: int = whole(0, -FARTHEST, FARTHEST)
    rotation: int = whole(0, -90, 90)
    scale: float = number(1, 0.5, 2)
    pixel_noise: int = whole(0, 0, 128)
    map: str = choice("mnist", MAPS)
    # matrix
    size: int = whole(6, 3, LARGEST_PICTURE)
    kernel_size: int = whole(3, *LIMITS["kernel_size"])
    stride: int = whole(1, *LIMITS["stride"])
    padding: int = whole(0, *LIMITS["padding"])
    dilation: int = whole(1, *LIMITS["dilation"])
    kernel: str = choice(NUMBERS, WHOLE_KERNELS)
    letters: bool = flag(True)


ADDRESS = Address("mlp", Values)
