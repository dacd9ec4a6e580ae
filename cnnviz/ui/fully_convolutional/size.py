"""View 1 of the page `fully_convolutional`: the same picture at any size through both networks."""

from __future__ import annotations

from itertools import zip_longest
from math import prod

import streamlit as st
from PIL import Image
from torch import nn

from cnnviz.fully_conv.class_map import attempt, class_map, field_of
from cnnviz.images import fit
from cnnviz.images.ten_digits import digit
from cnnviz.summary import Row, ShapeError, summarize
from cnnviz.ui import page
from cnnviz.ui.compute import computing
from cnnviz.ui.fully_convolutional.address import ADDRESS, Values
from cnnviz.ui.fully_convolutional.class_map import class_map_view
from cnnviz.ui.fully_convolutional.networks import Pair, load_pair, sizes_of
from cnnviz.ui.fully_convolutional.scores import shape_table
from cnnviz.ui.kept import kept
from cnnviz.ui.pictures import picture_chooser

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
    """The map over the picture, beside the shapes in both networks and torch's own words."""
    side = values.size
    batch = pair.batch(picture)
    with computing():
        _, lenet_says = attempt(pair.lenet, batch)
        scores, twin_says = attempt(pair.fully_conv, batch)
        found = class_map(pair.fully_conv, batch) if scores is not None else None
    with page.stage():
        left, right = st.columns([1, 1.15], gap="medium")
        with left:
            class_map_view(
                picture,
                found,
                pair.classes,
                key="fullyconv_size_map",
                alt=_alt(side, found.rows if found else 0),
                cell=_cell_within(values.cell, found.rows if found else 1),
                on_cell=lambda cell: ADDRESS.set(cell=cell),
            )
        with right:
            rows, failed = shape_rows(pair.name, side)
            shape_table(rows, failed)
    _verdict(pair, side, lenet_says, twin_says)


def _cell_within(cell: tuple[int, int], rows: int) -> tuple[int, int]:
    return min(cell[0], rows - 1), min(cell[1], rows - 1)


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
    return " × ".join(f"{size:,}" for size in row.output_shape[1:])


def _clash(model: nn.Module, error: ShapeError) -> str:
    """The two numbers that do not fit, in place."""
    layer = dict(model.named_modules()).get(error.name)
    if isinstance(layer, nn.Linear) and error.input_shapes:
        return f"{prod(error.input_shapes[0][1:]):,} ≠ {layer.in_features}"
    return "too small"


def _verdict(pair: Pair, side: int, lenet_says: str, twin_says: str) -> None:
    """What both networks made of the size; torch's own words where they refuse."""
    sizes = sizes_of(pair.name)
    window, _ = field_of(pair.fully_conv)
    if twin_says:
        page.problem(
            f"{side} × {side} is too small for both: a cell reads {window} × {window} pixels, and "
            f"after the last pooling fewer than 5 × 5 numbers are left for the 5 × 5 kernel. "
            f"PyTorch says: {twin_says}"
        )
    elif lenet_says:
        page.problem(
            f"LeNet refuses {side} × {side}; it takes {sizes[0]} to {sizes[-1]} pixels a side. "
            f"PyTorch says: {lenet_says}"
        )
    else:
        st.success(
            f"Both networks take {side} × {side}: LeNet accepts {sizes[0]} to {sizes[-1]} pixels a "
            "side, because pooling drops the rest.",
            icon=":material/check_circle:",
        )
