"""What the diagram of a block is given: six maps, the ways between them, and each cell's sum."""

from __future__ import annotations

from dataclasses import fields
from functools import partial

import numpy as np
from torch import Tensor

from cnnviz.counting import counted
from cnnviz.figures.pictures import Limit, diverging_png, nice_limit, robust_limit
from cnnviz.residual.walk import MapWalk
from cnnviz.ui.residual.block_at_work import Asked, Shown
from cnnviz.ui.residual.block_picture import Block, Line, MapPicture, Part, Role, Way

SHOWN_SIDE = 190  # pixels of a map on the page
SMALL = 0.095  # below it a number has one digit more


def limit_of(shown: Shown) -> Limit:
    """The one scale of all six maps."""
    one = shown.walk
    maps = (one.x, one.half_way, one.main, one.shortcut, one.total, one.output)
    return robust_limit(np.concatenate([part.numpy().ravel() for part in maps]))


def drawn(what: Asked, shown: Shown, limit: Limit) -> Block:
    """The diagram: pictures of the maps, ways between them, and the sums with their numbers."""
    return Block(
        _map_pictures(shown, limit),
        _ways(what, shown),
        _lines(shown),
        rows=_rows(shown.walk),
        size=size_of(shown),
    )


def size_of(shown: Shown) -> tuple[int, int]:
    """Rows and columns of the maps."""
    return shown.walk.output.shape[0], shown.walk.output.shape[1]


def cell_in(asked: tuple[int, int], shown: Shown) -> tuple[int, int]:
    """The cell asked for, or the nearest that the maps have."""
    rows, columns = size_of(shown)
    return min(asked[0], rows - 1), min(asked[1], columns - 1)


def _map_pictures(shown: Shown, limit: Limit) -> dict[str, MapPicture]:
    one, out = shown.walk, _short(shown.out_shape)
    make = partial(_map_picture, limit=limit.value)
    kept = "as it is" if shown.is_identity else "made to fit"
    x_note = _short(shown.in_shape)  # which of its maps is said in the picture's alt text
    return {
        "x": make("input x", x_note, "in", one.x, index=one.x_index + 1),
        "shortcut": make("x" if shown.is_identity else "conv1×1(x)", kept, "in", one.shortcut),
        "total": make("x + F(x)", out, "out", one.total),
        "half_way": make("half way", out, "kernel", one.half_way),
        "main": make("F(x)", "the change", "kernel", one.main),
        "output": make("output", out, "out", one.output),
    }


def _map_picture(
    title: str, note: str, role: Role, values: Tensor, limit: float, index: int = 0
) -> MapPicture:
    array = values.numpy()
    rows, columns = array.shape
    which = f", map {index}" if index else ""
    low, high = nice_limit(float(array.min())), nice_limit(float(array.max()))
    return MapPicture(
        title=title,
        note=note,
        alt=f"{title}{which}: {rows} × {columns} cells from {low} to {high}",
        role=role,
        png=diverging_png(array, limit, scale=max(1, round(SHOWN_SIDE / rows))),
        size=(rows, columns),
    )


def _short(shape: tuple[int, ...]) -> str:
    _, channels, height, width = shape
    return f"{channels} · {height}²" if height == width else f"{channels} · {height}×{width}"


def number(value: float) -> str:
    """A number of a cell: two digits behind the point, three where it is small."""
    digits = 2 if abs(value) >= SMALL or value == 0 else 3
    text = f"{abs(value):.{digits}f}"
    return f"−{text}" if value < 0 and float(text) else text


def _rows(walk: MapWalk) -> dict[str, str]:
    """The numbers of every map and step, as they are written but for the minus, which is ASCII."""
    steps = (field.name for field in fields(walk) if isinstance(getattr(walk, field.name), Tensor))
    return {name: texts(getattr(walk, name)) for name in steps}


def texts(values: Tensor) -> str:
    """What `number` says of each, with "-" for the minus and spaces between them."""
    array = values.numpy().ravel() + 0.0  # no zero is below zero
    forms = np.where((np.abs(array) < SMALL) & (array != 0), "%.3f", "%.2f")
    return (" ".join(forms.tolist()) % tuple(array.tolist())).replace("-0.000", "0.000")


def _ways(what: Asked, shown: Shown) -> dict[str, Way]:
    strided = f", stride {what.first_stride}" if what.first_stride > 1 else ""
    shortcut = "the identity" if shown.is_identity else f"conv 1×1{strided}, norm"
    return {
        "shortcut": Way("shortcut", shortcut, f"{shown.shortcut_params:,} parameters"),
        "main": Way("main path", f"{shown.main_params:,} parameters", "conv 3×3, norm"),
        "first": Way("", f"conv 3×3{strided}, norm, ReLU"),
        "last": Way("ReLU"),
    }


def _lines(shown: Shown) -> list[Line]:
    one, norm = shown.walk, shown.walk.norm
    around = "x, shortcut" if shown.is_identity else "shortcut"
    return [
        Line(
            "convolution",
            "main_path.3",
            "kernel",
            (
                Part("what adds", row="adds"),
                Part(text="+"),
                Part("what takes away", row="takes"),
                Part(text=counted(one.num_products, "product")),
            ),
            "convolved",
        ),
        Line(
            "batch norm",
            "main_path.4",
            "kernel",
            (
                Part(text="("),
                Part("from above", row="convolved"),
                Part(text="−"),
                Part("mean", number(norm.mean)),
                Part(text=") / √"),
                Part("variance + ε", number(norm.variance)),
                Part(text="·"),
                Part("weight", bracketed(norm.weight)),
                Part(text="+"),
                Part("bias", number(norm.bias)),
            ),
            "main",
        ),
        Line(
            "sum",
            "",
            "in",
            (
                Part(around, row="shortcut"),
                Part(text="+"),
                Part("F(x), main path", row="main"),
            ),
            "total",
        ),
        Line(
            "ReLU",
            "",
            "out",
            (Part(text="max(0,"), Part("from above", row="total"), Part(text=")")),
            "output",
        ),
    ]


def bracketed(value: float) -> str:
    """A factor: in brackets where it is below zero."""
    text = number(value)
    return f"({text})" if text.startswith("−") else text
