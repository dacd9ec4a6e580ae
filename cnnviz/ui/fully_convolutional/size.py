"""View 1 of the page `fully_convolutional`: the same picture at any size through both networks."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from itertools import zip_longest
from math import prod

import streamlit as st
from PIL import Image
from torch import nn

from cnnviz.counting import size_words
from cnnviz.fully_conv.class_map import ClassMap, attempt, field_of
from cnnviz.images import fit
from cnnviz.images.ten_digits import digit
from cnnviz.summary import Row, ShapeError, summarize
from cnnviz.ui import page
from cnnviz.ui.compute import computing
from cnnviz.ui.foresight.views import View
from cnnviz.ui.fully_convolutional.address import ADDRESS, Values
from cnnviz.ui.fully_convolutional.class_map import map_data, mount
from cnnviz.ui.fully_convolutional.networks import Pair, cost_of, load_pair, sizes_of
from cnnviz.ui.fully_convolutional.scores import shape_table
from cnnviz.ui.fully_convolutional.views import numbers_of
from cnnviz.ui.kept import kept
from cnnviz.ui.pictures import picture_chooser
from cnnviz.ui.sliders import Foresee

MAP, SHAPES = "fullyconv_size_map", "fullyconv_size_shapes"  # keys of the components
VERDICT, NUMBERS = "fullyconv_size_verdict", "fullyconv_size_numbers"
LENET_SIDE = 32  # pixels that LeNet was made for
WALKED_SIDE = 80  # pixels of the picture that the surgery's kernel walks over: 13 × 13 places
# What each step of LeNet is called; a Linear beside the convolution it becomes.
STEPS = (
    "Conv2d 5 × 5", "ReLU", "MaxPool2d", "Conv2d 5 × 5", "ReLU", "MaxPool2d", "flatten",
    "Linear → Conv2d 5 × 5", "ReLU", "Linear → Conv2d 1 × 1", "ReLU", "Linear → Conv2d 1 × 1",
)  # fmt: skip


def choose_picture(pair: Pair) -> Image.Image:
    """The picture that is brought to a size; for a network of digits it is a seven."""
    if not pair.reads_digits:
        return picture_chooser(ADDRESS).image
    framed = Image.new("L", (LENET_SIDE, LENET_SIDE))
    framed.paste(Image.fromarray(digit("7")), (2, 2))
    return framed


def at_size(picture: Image.Image, pair: Pair, side: int) -> Image.Image:
    """The square picture at a size."""
    if not pair.reads_digits:
        return fit(picture, side)
    return picture.resize((side, side), Image.Resampling.BILINEAR)


def walked_over(picture: Image.Image, pair: Pair) -> Image.Image:
    """The surgery's picture, larger than LeNet's; beside a seven it has a three."""
    if not pair.reads_digits:
        return fit(picture, WALKED_SIDE)
    walked = Image.new("L", (WALKED_SIDE, WALKED_SIDE))
    walked.paste(picture)
    walked.paste(Image.fromarray(digit("3")), (44, 44))
    return walked


def show(values: Values, pair: Pair, picture: Image.Image) -> None:
    """The map over the picture, the shapes in both networks, torch's own words, and the numbers."""
    told = view_of(values, pair, picture)
    found = told[MAP]["map"] or {"rows": 0, "columns": 0}
    with page.stage():
        left, right = st.columns([1, 1.15], gap="medium")
        with left:
            mount(
                told[MAP],
                key=MAP,
                size=(found["rows"], found["columns"]),
                on_cell=lambda cell: ADDRESS.set(cell=cell),
            )
        with right:
            for key in (SHAPES, VERDICT):
                page.live_html(**told[key], key=key)
    page.live_html(**told[NUMBERS], key=NUMBERS)


def foreseen(values: Values, pair: Pair, picture: Image.Image) -> Foresee:
    """What the view shows with the slider of the size at a stop."""
    return lambda _, stop: view_of(replace(values, size=stop), pair, picture, ahead=f".{stop}")


def view_of(values: Values, pair: Pair, picture: Image.Image, ahead: str = "") -> View:
    """What the components of the view are told, by their keys.

    Args:
        picture: before it is brought to its size.
        ahead: names the stop of a slider that this is computed for before it gets there.
    """
    side = values.size
    sized = at_size(picture, pair, side)
    batch = pair.batch(sized)
    with computing():
        _, lenet_says = attempt(pair.lenet, batch)
        scores, twin_says = attempt(pair.fully_conv, batch)
    window, stride = field_of(pair.fully_conv)
    found = ClassMap(scores[0], window, stride) if scores is not None else None
    rows = found.rows if found else 0
    cell, alt = _cell_within(values.cell, rows or 1), _alt(side, rows)
    cost = cost_of(pair.name, side, side) if found else None
    numbers = page.numbers_html(*numbers_of(cost, side, side, window, stride)) if cost else ""
    return {
        MAP: map_data(sized, found, pair.classes, key=MAP, alt=alt, cell=cell, ahead=ahead),
        SHAPES: {"html": shape_table(*shape_rows(pair.name, side)), "kind": "shapes"},
        VERDICT: _verdict(pair, side, lenet_says, twin_says),
        NUMBERS: {"html": numbers, "kind": "numbers" if numbers else "none"},
    }


def _cell_within(cell: tuple[int, int], rows: int) -> tuple[int, int]:
    """The cell of the address, or the one in the middle of a map that has no such cell."""
    return cell if max(cell) < rows else (rows // 2, rows // 2)


def _alt(side: int, rows: int) -> str:
    if not rows:
        return f"A picture of {side} × {side} pixels, too small for any cell."
    cells = "1 cell" if rows == 1 else f"{rows} × {rows} cells"
    return f"A picture of {side} × {side} pixels with {cells} of classes over it."


@kept
def shape_rows(name: str, side: int) -> tuple[list[tuple[str, str, str]], int | None]:
    """(layer, LeNet's shape, the twin's shape) each, and the row at which LeNet stops."""
    pair = load_pair(name)
    ours, stopped = _shapes(pair.lenet, pair, side)
    twins, _ = _shapes(pair.fully_conv, pair, side)
    failed = len(ours) if stopped else None
    ours.append(stopped)
    twins.insert(STEPS.index("flatten"), "")  # the twin has none
    return list(zip_longest(STEPS, ours[: len(STEPS)], twins[: len(STEPS)], fillvalue="")), failed


def _shapes(model: nn.Module, pair: Pair, side: int) -> tuple[list[str], str]:
    """Output shapes as far as the network comes, and what it says where it stops."""
    try:
        rows = summarize(model, (1, pair.input.channels, side, side)).rows
    except ShapeError as error:
        return [_shape(row) for row in error.rows], _clash(model, error)
    return [_shape(row) for row in rows], ""


def _shape(row: Row) -> str:
    return size_words(row.output_shape[1:])


def _clash(model: nn.Module, error: ShapeError) -> str:
    """The two numbers that do not fit, in place."""
    layer = dict(model.named_modules()).get(error.name)
    if isinstance(layer, nn.Linear) and error.input_shapes:
        return f"{prod(error.input_shapes[0][1:]):,} ≠ {layer.in_features}"
    return "too small"


def _verdict(pair: Pair, side: int, lenet_says: str, twin_says: str) -> dict[str, str]:
    """What both networks made of the size; torch's own words where they refuse."""
    sizes = sizes_of(pair.name)
    window, _ = field_of(pair.fully_conv)
    if twin_says:
        said = (
            f"{side} × {side} is too small for both: a cell reads {window} × {window} pixels, and "
            f"after the last pooling fewer than 5 × 5 numbers are left for the 5 × 5 kernel. "
            f"PyTorch says: {twin_says}"
        )
    elif lenet_says:
        said = (
            f"LeNet refuses {side} × {side}; it takes {sizes[0]} to {sizes[-1]} pixels a side. "
            f"PyTorch says: {lenet_says}"
        )
    else:
        said = (
            f"Both networks take {side} × {side}: LeNet accepts {sizes[0]} to {sizes[-1]} pixels a "
            "side, because pooling drops the rest."
        )
    is_refused = bool(twin_says or lenet_says)
    sign = f'<b aria-hidden="true">{"✗" if is_refused else "✓"}</b>'
    return {
        "html": f'<p role="status">{sign}<span>{escape(said)}</span></p>',
        "kind": "verdict bad" if is_refused else "verdict good",
    }
