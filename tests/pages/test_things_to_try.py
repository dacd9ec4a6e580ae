"""Every "thing to try" shows what it says: of each stands here what must be seen."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from cnnviz.ui.links import View
from tests.support.opening import component, open_page, page_text

Seen = Callable[[AppTest], bool]


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
    },
}


def _views(name: str) -> list[View]:
    views = import_module(f"cnnviz.ui.{name}.views")
    tried = views.TRY
    return list(tried) if isinstance(tried, list) else [v for some in tried.values() for v in some]


CASES = [(name, label) for name, seen in SEEN.items() for label in seen]


@pytest.mark.parametrize("name", SEEN)
def test_nothing_to_try_is_without_a_word_of_what_must_be_seen(name):
    assert {view.label for view in _views(name)} <= SEEN[name].keys()


@pytest.mark.parametrize(("name", "label"), CASES, ids=[f"{n}: {label}" for n, label in CASES])
def test_what_is_to_be_seen_is_seen(name, label):
    presets = import_module(f"cnnviz.ui.{name}.views").PRESETS
    view = next(view for view in [*_views(name), *presets] if view.label == label)
    app = open_page(name, view.query)
    assert not app.warning
    assert SEEN[name][label](app)
