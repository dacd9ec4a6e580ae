"""Scores of two networks side by side, and shapes layer by layer, as small tables of HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st
from torch import Tensor

from cnnviz.figures.pictures import nice_limit
from cnnviz.figures.tables import framed_table


def score_table(
    classes: Sequence[str], first: Tensor, second: Tensor, titles: Sequence[str]
) -> None:
    """Two networks' scores of the same picture, class by class, with their difference.

    Args:
        classes: name of each score.
        first: (classes,).
        second: (classes,).
        titles: of the two columns.
    """
    best = int(first.argmax())
    rows = "".join(
        f'<tr class="{"won" if index == best else ""}"><td>{escape(name)}</td>'
        f"<td>{_number(a)}</td><td>{_number(b)}</td><td>{nice_limit(abs(a - b))}</td></tr>"
        for index, (name, a, b) in enumerate(
            zip(classes, first.tolist(), second.tolist(), strict=True)
        )
    )
    st.html(framed_table(["class", *titles, "difference"], rows))


def shape_table(rows: Sequence[tuple[str, str, str]], failed: int | None) -> str:
    """Layers of LeNet and of its twin: (layer, shape, shape of the twin) each, as HTML.

    `failed` is the row at which LeNet stops.
    """
    body = "".join(
        f"<tr><td>{escape(layer)}</td>"
        f'<td class="{"failed" if index == failed else ""}">{escape(left)}</td>'
        f"<td>{escape(right)}</td></tr>"
        for index, (layer, left, right) in enumerate(rows)
    )
    return framed_table(["layer", "LeNet", "fully convolutional"], body)


def _number(value: float) -> str:
    return f"{value:+.5f}".replace("-", "−")
