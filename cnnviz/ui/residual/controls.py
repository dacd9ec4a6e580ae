"""The terms of the page's address, and the controls that several of its views share."""

from __future__ import annotations

from cnnviz.gradients import INITIALISATIONS
from cnnviz.images import SAMPLES
from cnnviz.ui import address
from cnnviz.ui.address import Address

VIEWS = {
    "identity": "Identity",
    "gradients": "Gradients",
    "whole": "Whole network",
}
DEPTHS = tuple(str(depth) for depth in (8, 14, 20, 26, 32, 44, 56, 68, 80, 92, 104))
WIDTHS = tuple(str(width) for width in (4, 8, 12, 16, 20, 24))
NORMS = {"without": "without", "with": "with", "both": "both"}
ACTIVATION_NAMES = {"relu": "ReLU", "tanh": "tanh"}
START_NAMES = {"pytorch": "PyTorch", "he": "He"}
BLOCKS = tuple(f"group{group}.{number}" for group in range(4) for number in range(2))

ADDRESS = Address(
    "residual",
    [
        address.choice("view", "gradients", VIEWS),
        address.choice("depth", "56", DEPTHS),
        address.choice("width", "16", WIDTHS),
        address.choice("batch_norm", "both", NORMS),
        address.choice("activation", "relu", ACTIVATION_NAMES),
        address.choice("initialisation", "pytorch", INITIALISATIONS),
        address.whole("seed", 0, 0, 9_999),
        address.choice("side", "224", ("32", "64", "96", "128", "160", "224")),
        address.choice("image", "cat", SAMPLES),
        address.choice("block", "group0.1", BLOCKS),
        address.number("main", 0.0, 0.0, 1.0),
        address.number("shortcut", 1.0, 0.0, 1.0),
    ],
)
