"""Any size? The shapes a photo passes through, and what the network says of it at each size."""

from __future__ import annotations

from html import escape

import streamlit as st
from torch import nn

from cnnviz.counting import size_words
from cnnviz.figures.tables import table
from cnnviz.summary import summarize
from cnnviz.ui import page
from cnnviz.ui.compute import computing
from cnnviz.ui.fully_convolutional.address import ADDRESS, Values
from cnnviz.ui.fully_convolutional.photo.controls import percent
from cnnviz.ui.fully_convolutional.photo.drawn import photo_map_view
from cnnviz.ui.fully_convolutional.photo.map import cell_now, check_address
from cnnviz.ui.fully_convolutional.photo.seen import Seen, at_side
from cnnviz.ui.kept import kept

SIDES = (64, 96, 160, 224, 320, 448, 640)  # pixels of the longer side
SAID = 3  # classes at each size
OPENED = ("features", "blocks", "classifier")  # parts whose own parts are listed


def show(values: Values, seen: Seen) -> None:
    """The map over the photo beside the shapes of the network's parts at this size."""
    found = seen.found
    check_address(values, found)
    height, width = seen.size
    with page.stage():
        left, right = st.columns([1.3, 1], gap="medium")
        with left:
            photo_map_view(
                seen,
                found,
                key="fullyconv_photo_size",
                alt=f"{seen.picture.alt}; {height} × {width} pixels, "
                f"{found.rows} × {found.columns} cells.",
                cell=cell_now(values, found),
                on_cell=lambda cell: ADDRESS.set(cell=cell),
                least=values.sure / 100,
                heat=None,
                checked=None,
            )
        with right:
            st.html(table(["part", "gives"], shapes(seen.name, seen.size, seen)))
    st.success(
        f"{seen.title} takes {height} × {width}: its mean is over {found.rows} × {found.columns} "
        f"cells, as it would be over any number. From {seen.smallest} pixels a side on there is a "
        "cell to take a mean of.",
        icon=":material/check_circle:",
    )


@kept
def shapes(name: str, size: tuple[int, int], _seen: Seen) -> list[tuple[str, str]]:
    """The network's own parts and the shapes of what they give, as HTML."""
    model = _seen.network.model
    rows = summarize(model, (1, 3, *size)).rows
    told: list[tuple[str, str]] = []
    for path in _parts(model):
        last = [row for row in rows if f"{row.name}.".startswith(f"{path}.")][-1:]
        kind = type(model.get_submodule(path)).__name__
        told += [(f"{path} {kind}", size_words(row.output_shape[1:])) for row in last]
    return told


def _parts(model: nn.Module) -> list[str]:
    """A network's children, opened where they are rows of blocks."""
    found: list[str] = []
    for path, child in model.named_children():
        inner = [name for name, _ in child.named_children()] if path in OPENED else []
        found += [f"{path}.{name}" for name in inner] or [path]
    return found


def at_each_size(seen: Seen) -> None:
    """What the network says of the whole photo at several sizes, with the share of each class."""
    with computing():
        rows = [_line(seen, side) for side in SIDES]
    now = next((place for place, side in enumerate(SIDES) if side == max(seen.size)), None)
    st.markdown("**The same photo at other sizes**: the network answers at each, not the same.")
    st.html(table(["pixels", "cells", "it says"], rows, chosen=now))
    st.caption(
        "It was trained on things about as large as in pictures of 224 pixels. A larger photo has "
        "more cells, each sees less of the thing, and the mean counts all cells alike."
    )


def _line(seen: Seen, side: int) -> tuple[str, str, str]:
    size = at_side(seen.picture, side)
    rows, columns, said = _said(seen.name, seen.picture.digest, size, seen)
    words = ", ".join(f"{escape(name)} {percent(share)}" for name, share in said)
    return f"{size[0]} × {size[1]}", f"{rows} × {columns}", words


@kept
def _said(
    name: str, digest: str, size: tuple[int, int], _seen: Seen
) -> tuple[int, int, list[tuple[str, float]]]:
    found = Seen(name, _seen.picture, size).found
    best = found.shares.topk(SAID)
    said = [
        (_seen.classes[index], share)
        for share, index in zip(best.values.tolist(), best.indices.tolist(), strict=True)
    ]
    return found.rows, found.columns, said
