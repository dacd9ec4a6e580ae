"""How soon an edit of a network is painted, and a large one is read: python -m benchmarks.building.

The edit: one more channel out of the last convolution of a network of twenty layers, by an arrow
key, against a slider's step on an empty Streamlit page; both are open in one browser and measured
in turn. Reading: the first time in a fresh process, and again, on the server.
"""

from __future__ import annotations

import subprocess
import sys

from playwright.sync_api import Browser

from benchmarks.painting import PAINTED, View, in_turn, row
from benchmarks.serving import ROOT, run_beside_an_empty_page
from cnnviz.builder.codec import encode
from cnnviz.models.specs import (
    AdaptiveAvgPool2d,
    BatchNorm2d,
    Conv2d,
    Flatten,
    Layer,
    Linear,
    MaxPool2d,
    NetworkSpec,
    ReLU,
)

NUM_LAYERS = 20
READING = """
import time
from cnnviz.ui.build.inspected import _view, inspected
inspected("alexnet")  # torch and torchvision are loaded by now
for name in {names!r}:
    start = time.perf_counter()
    _view(name)
    first = time.perf_counter() - start
    start = time.perf_counter()
    _view(name)
    print(name, first, time.perf_counter() - start)
"""


class Editor(View):
    """The builder in one tab; a move is one more or one less channel of the selected layer."""

    def __init__(self, browser: Browser, address: str, result: str) -> None:
        self.page = browser.new_page(viewport={"width": 1280, "height": 720})
        self.result, self.sent, self.forward = result, 0, True
        self.page.goto(address)
        self.field = self.page.locator("#field-out_channels")
        self.field.wait_for()
        self.page.locator(".graph .box").first.wait_for()
        self.settle()

    def move(self) -> float:
        """One arrow key; milliseconds until the numbers of the page are painted."""
        self.field.focus()
        self.forward = not self.forward
        painted = self.page.evaluate_handle(
            f"p => ({{wait: ({PAINTED})(p)}})", [self.result, False]
        )
        self.page.keyboard.press("ArrowUp" if self.forward else "ArrowDown")
        took = painted.evaluate("p => p.wait")
        self.page.wait_for_timeout(1500)  # the graph and the run follow when the hands rest
        self.settle()
        if took is None:
            raise RuntimeError(f"{self.page.url}: nothing new was painted in 20 seconds")
        return took


def twenty_layers() -> NetworkSpec:
    """Five convolutions with norm and activation, poolings between them, and a head."""
    layers: list[Layer] = []
    channels = 3
    for width in (16, 24, 32, 48):
        layers += [Conv2d(channels, width, 3, padding=1), BatchNorm2d(width), ReLU()]
        layers += [MaxPool2d(2)]
        channels = width
    layers += [Conv2d(channels, 64, 3, padding=1), AdaptiveAvgPool2d(1), Flatten()]
    return NetworkSpec("Twenty", (3, 32, 32), (*layers, Linear(64, 10)))


def measure(browser: Browser, ours: str, empty: str, count: int) -> None:
    """Print how long an edit takes, against the empty page."""
    spec = twenty_layers()
    assert len(spec.layers) == NUM_LAYERS
    blank = View(browser, empty, "Value", ".result")
    address = f"{ours}/build?net={encode(spec)}&layer=17"
    editor = Editor(browser, address, ".cnnviz.numbers")
    base, moved = in_turn([blank, editor], count)
    row("edit of a twenty-layer network → painted / empty page", moved / base, "at most 1.6")
    row("  the empty page", base, "", "ms")
    row("  the builder", moved, "", "ms")


def measure_reading(names: tuple[str, ...]) -> None:
    """Print how long the server takes to read large networks of torchvision."""
    command = [sys.executable, "-c", READING.format(names=names)]
    lines = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for line in lines.strip().splitlines():
        name, first, again = line.split()
        row(f"{name} inspected the first time", float(first), "at most 1.5", "s")
        row(f"{name} inspected again", float(again) * 1000, "", "ms")


def main() -> None:
    """Measure both and print a line for each."""
    run_beside_an_empty_page(measure, __doc__, 20, "edits")
    measure_reading(("resnet152", "densenet201"))


if __name__ == "__main__":
    main()
