"""What the address of the page says: the view, the deep networks, ResNet18's blocks."""

from __future__ import annotations

from dataclasses import dataclass

from cnnviz.gradients import INITIALISATIONS
from cnnviz.images import SAMPLES
from cnnviz.ui.address import Address
from cnnviz.ui.parameters import choice, number, pair, whole

VIEWS = {
    "block": "Block",
    "identity": "Identity",
    "gradients": "Gradients",
    "degradation": "Degradation",
    "landscape": "Landscape",
    "whole": "Whole network",
}
DEPTHS = tuple(str(depth) for depth in (8, 14, 20, 26, 32, 44, 56, 68, 80, 92, 104))
WIDTHS = tuple(str(width) for width in (4, 8, 12, 16, 20, 24))
NORMS = {"without": "without", "with": "with", "both": "both"}
ACTIVATION_NAMES = {"relu": "ReLU", "tanh": "tanh"}
START_NAMES = {"pytorch": "PyTorch", "he": "He"}
SIDES = ("32", "64", "96", "128", "160", "224")  # pixels of a picture
SOURCES = {"recorded": "Recorded", "live": "Here, live"}
RACE_STEPS = ("50", "100", "150", "200")
RUNS = {
    "56-600": "56 layers, 600 steps",
    "56-264": "56 layers, 264 steps",
    "32-300": "32 layers, 300 steps",
}
HEIGHTS = {"loss": "loss", "log": "log loss"}
REACHES = ("0.2", "0.4", "0.6", "0.8", "1.0")
POINT_STOPS = ("7", "9", "11", "13", "15")
WEIGHT_NAMES = {"trained": "ResNet18’s", "fresh": "fresh"}
IN_CHANNELS = ("3", "8", "16", "32", "64", "128")
OUT_CHANNELS = ("8", "16", "32", "64", "128")
MOST_MAPS = 512
BLOCKS = tuple(f"group{group}.{number}" for group in range(4) for number in range(2))


@dataclass(frozen=True)
class Values:
    """The terms of the page's address."""

    view: str = choice("block", VIEWS)
    depth: str = choice("56", DEPTHS)
    width: str = choice("16", WIDTHS)
    batch_norm: str = choice("both", NORMS)
    activation: str = choice("relu", ACTIVATION_NAMES)
    initialisation: str = choice("pytorch", INITIALISATIONS)
    seed: int = whole(0, 0, 9_999)
    side: str = choice("224", SIDES)
    image: str = choice("cat", SAMPLES)
    block: str = choice("group0.1", BLOCKS)
    source: str = choice("recorded", SOURCES)
    race_steps: str = choice("100", RACE_STEPS)
    run: str = choice("56-600", RUNS)
    height: str = choice("loss", HEIGHTS)
    reach: str = choice("1.0", REACHES)
    points: str = choice("11", POINT_STOPS)
    first: int = whole(1, 0, 9_999)
    second: int = whole(2, 0, 9_999)
    a: float = number(0.4, -1.0, 1.0)
    b: float = number(0.2, -1.0, 1.0)
    weights: str = choice("trained", WEIGHT_NAMES)
    in_channels: str = choice("64", IN_CHANNELS)
    out_channels: str = choice("64", OUT_CHANNELS)
    first_stride: int = whole(1, 1, 2)
    map: int = whole(19, 1, MOST_MAPS)
    cell: tuple[int, int] = pair((11, 14), 0, 127)
    main: float = number(0.0, 0.0, 1.0)
    shortcut: float = number(1.0, 0.0, 1.0)


ADDRESS = Address("residual", Values)
