"""A column of an overview as palette entries, and the words that stand over and under it."""

from __future__ import annotations

import math
import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
from torch import Tensor
from torch.nn.functional import avg_pool2d

from cnnviz.activations import Layer
from cnnviz.figures.mosaic import NOISE_FLOOR
from cnnviz.figures.pictures import (
    diverging_levels,
    nice_limit,
    sequential_levels,
    symmetric_limit,
)
from cnnviz.figures.style import DIVERGING, SEQUENTIAL
from cnnviz.overview.columns import Column, convolutions, stem_of
from cnnviz.probes.tape import Kind

MOST_SIDE = 48  # cells of a map along each axis; of more, each pixel is a mean
FEW = 16  # maps that are all shown
SOME = 7  # maps that are shown where there are more
LONG = 128  # numbers of a vector that are all shown
SHORT = {
    Kind.CONV: "Conv",
    Kind.CONV_TRANSPOSE: "Conv transposed",
    Kind.LINEAR: "Linear",
    Kind.NORM: "Norm",
    Kind.SUM: "Sum",
    Kind.PRODUCT: "Product",
    Kind.CONCAT: "Concat",
}


@dataclass(frozen=True, eq=False)
class Shown:
    """The maps of one column that are shown.

    Attributes:
        values: (maps, height, width).
        channels: their numbers in the layer.
        low, high: the ends of the whole layer.
    """

    values: Tensor
    channels: tuple[int, ...]
    low: float
    high: float


def picture_of(shown: Shown, scale: str, network_limit: float) -> dict[str, Any]:
    """The maps as palette entries, and the ends of their scale in words.

    Signed layers have the diverging scale, others the sequential one from 0. `scale` is whose it
    is: "layer", "network" or "map"; with one per map, a map below a hundredth of the layer's is not
    stretched further.
    """
    is_signed = shown.low < 0
    own = symmetric_limit([shown.low, shown.high]).value
    limit = network_limit if scale == "network" else own
    small = smaller(shown.values)
    array = np.asarray(small, np.float32)
    if scale == "map":
        limits = np.maximum(np.abs(array).max(axis=(1, 2)), own * NOISE_FLOOR)
        array, limit_of_colours = array / limits[:, None, None], 1.0
    else:
        limit_of_colours = limit
    levels = (
        diverging_levels(array, limit_of_colours)
        if is_signed
        else sequential_levels(array, 0.0, limit_of_colours)
    )
    return {
        "levels": b64encode(levels.tobytes()).decode("ascii"),
        "size": list(small.shape[1:]),
        "isSigned": is_signed,
        "scale": f"±{nice_limit(limit)}" if is_signed else f"0 … {nice_limit(limit)}",
        "channels": list(shown.channels),
    }


def smaller(maps: Tensor) -> Tensor:
    """Maps of at most 48 × 48 cells: larger ones are averaged down by a whole number."""
    side = shrinking(maps.shape[1:])
    return maps if side == 1 else avg_pool2d(maps[None], side, ceil_mode=True)[0]


def shrinking(size: Sequence[int]) -> int:
    """Rows and columns of cells whose mean is one pixel."""
    return math.ceil(max(size) / MOST_SIDE)


def palettes() -> dict[str, str]:
    """The two palettes, 256 colours of three bytes each."""
    both = {"signed": DIVERGING, "positive": SEQUENTIAL}
    return {name: b64encode(palette.tobytes()).decode("ascii") for name, palette in both.items()}


def title_of(column: Column) -> str:
    """What a column is called: "Conv 5×5", "ReLU", "Max 2×2"; a block by its name."""
    if len(column.layers) == 1:
        return kind_of(column.layer)
    conv = next((layer for layer in column.layers if layer.kind is Kind.CONV), None)
    is_sum = any(layer.kind is Kind.SUM for layer in column.layers)
    if conv is not None and convolutions(column) == 1 and not is_sum:
        return kind_of(conv)
    return stem_of(column)


def kind_of(layer: Layer) -> str:
    """What a layer does, in a word or two."""
    found = re.search(r"kernel_size=\(?(\d+)(?:, (\d+)\))?", layer.title)
    size = f" {found[1]}×{found[2] or found[1]}" if found else ""
    name = layer.title.partition("(")[0]
    if layer.kind is Kind.POOL:
        return ("Max" if "Max" in name else "Mean") + size
    return SHORT.get(layer.kind, name) + (size if layer.kind is Kind.CONV else "")


def note_of(column: Column) -> str:
    """How many maps of what size: "6 · 28×28"."""
    channels, *size = column.layer.shape
    if not size or size == [1, 1]:
        return f"{channels}"
    return f"{channels} · {size[0]}×{size[1]}"


def labels_of(columns: Sequence[Column]) -> list[dict[str, Any]]:
    """What stands at the columns; those of one block share a label: its first and last column.

    An activation function behind a vector stands in the vector's label: they are drawn as a pair.
    """
    labels: list[dict[str, Any]] = []
    for stem, run in groupby(enumerate(columns), lambda entry: stem_of(entry[1])):
        places, group = zip(*run, strict=True)
        if labels and _is_pair(columns, places[0]):
            labels[-1] |= {"to": places[-1], "note": f"{note_of(group[0])}, {title_of(group[0])}"}
            continue
        title = stem if len(group) > 1 else title_of(group[0])
        labels.append(
            {"from": places[0], "to": places[-1], "title": title, "note": note_of(group[-1])}
        )
    return labels


def _is_pair(columns: Sequence[Column], index: int) -> bool:
    """Whether a vector is what an activation function makes of the one before it."""
    column, before = columns[index], columns[index - 1]
    is_activation = len(column.layers) == 1 and column.layer.kind is Kind.ACTIVATION
    return column.is_vector and before.is_vector and is_activation
