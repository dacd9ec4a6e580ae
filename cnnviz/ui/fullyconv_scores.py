"""Scores of two networks side by side, and shapes layer by layer, as small tables of HTML."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from html import escape

import streamlit as st
from PIL import Image
from torch import Tensor

from cnnviz.figures.pictures import encode_photo


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
        f"<td>{_number(a)}</td><td>{_number(b)}</td><td>{abs(a - b):.1e}</td></tr>"
        for index, (name, a, b) in enumerate(
            zip(classes, first.tolist(), second.tolist(), strict=True)
        )
    )
    _table(["class", *titles, "difference"], rows)


def shape_table(rows: Sequence[tuple[str, str, str]], failed: int | None) -> None:
    """Layers of LeNet and of its twin: (layer, shape, shape of the twin) each.

    `failed` is the row at which LeNet stops.
    """
    body = "".join(
        f"<tr><td>{escape(layer)}</td>"
        f'<td class="{"failed" if index == failed else ""}">{escape(left)}</td>'
        f"<td>{escape(right)}</td></tr>"
        for index, (layer, left, right) in enumerate(rows)
    )
    _table(["layer", "LeNet", "fully convolutional"], body)


def _table(heads: Sequence[str], body: str) -> None:
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    st.html(
        f'<div class="cnnviz scroll"><table class="fc"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def crop_picture(crop: Image.Image, alt: str) -> None:
    """The crop, four times as large, in its own pixels."""
    encoded = encode_photo(crop)
    source = f"data:{encoded.mimetype};base64,{b64encode(encoded.data).decode('ascii')}"
    st.html(f'<div class="cnnviz"><img class="crop" src="{source}" alt="{escape(alt)}"></div>')


def _number(value: float) -> str:
    return f"{value:+.5f}".replace("-", "−")
