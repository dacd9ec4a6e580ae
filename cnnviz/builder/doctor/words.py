"""A symptom, and how the doctor writes shapes and numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cnnviz import arithmetic
from cnnviz.builder.shapes import Shape, side
from cnnviz.counting import size_words
from cnnviz.models.specs import Size

SymptomKind = Literal[
    "features", "not_flat", "flat", "channels", "groups", "norm", "norm_groups", "slopes",
    "kernel", "pool_padding", "same_stride", "mirror", "output_padding", "nothing_left", "dim",
    "layout", "one_value", "sum", "shortcut", "view", "turned",
    "join_ranks", "join_sizes", "join_channels", "other",
]  # fmt: skip


@dataclass(frozen=True)
class Symptom:
    """What is wrong with a layer.

    Attributes:
        kind: which mistake it is.
        sentence: what the layer expects and what arrives, without a full stop.
        expected: the number the layer expects, where one number says it.
        arrived: the number that arrives in its place.
    """

    kind: SymptomKind
    sentence: str
    expected: int | None = None
    arrived: int | None = None


def size_text(size: Size) -> str:
    """A size for both axes: "5 × 5", "3 × 7"."""
    return f"{side(size, 0)} × {side(size, 1)}"


def many(count: int, noun: str) -> str:
    """A number with its noun: "1 channel", "2,048 channels"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def what_arrives(arriving: Shape) -> str:
    """What arrives, as the end of a sentence."""
    if len(arriving) == 1:
        return f"{many(arriving[0], 'number')} in a row {_verb(arriving[0])}"
    return f"a volume of {size_words(arriving)} arrives"


def channels_arrive(count: int) -> str:
    """How many channels arrive, as the end of a sentence."""
    return f"{count:,} {_verb(count)}"


def span(kernel_size: Size, dilation: Size) -> tuple[int, int]:
    """Rows and columns that a kernel reaches over, its holes counted."""
    height, width = (
        arithmetic.span(side(kernel_size, axis), side(dilation, axis)) for axis in (0, 1)
    )
    return height, width


def _verb(count: int) -> str:
    return "arrives" if count == 1 else "arrive"
