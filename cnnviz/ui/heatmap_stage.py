"""The pictures of the heatmaps page: all methods side by side, and what the chosen one means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from PIL import Image, ImageOps

from cnnviz.figures.pictures import (
    Encoded,
    diverging_png,
    encode_photo,
    nice_limit,
    sequential_png,
)
from cnnviz.heatmaps import METHODS, Method
from cnnviz.images import fit
from cnnviz.ui.heatmap_controls import ADDRESS, Subject
from cnnviz.ui.heatmap_maps import compute_slow, kept_map, shown_methods
from cnnviz.ui.overlays import Card, Original, overlays
from cnnviz.ui.page import Number

PHOTO = 224  # pixels of a side, enough for a card
COARSE = 40  # cells of a side up to which a map is shown as cells


def side_by_side(values: Mapping[str, Any], subject: Subject) -> None:
    """The picture and one card a method, each on the scale of its own strongest cell, as said."""
    methods = shown_methods(subject)
    is_waiting = any(method.is_slow and kept_map(subject, method) is None for method in methods)
    if is_waiting and st.button("Compute the slow methods too", icon=":material/hourglass:"):
        compute_slow(subject)
    cards = [_card(subject, method) for method in methods]
    overlays(
        _original(subject),
        cards,
        key="heatmaps_overlays",
        selected=values["method"],
        opacity=values["opacity"],
        on_choose=lambda name: ADDRESS.set(method=name),
        on_opacity=lambda value: ADDRESS.set(opacity=value),
    )


def _original(subject: Subject) -> Original:
    seen = subject.network.transform.crop(subject.picture.image)
    best = subject.scores.argsort(descending=True)[:2].tolist()
    note = ", ".join(f"{subject.network.classes[i]} {subject.scores[i]:.2f}" for i in best)
    photo = _with_border(fit(seen, PHOTO) if min(seen.size) > PHOTO else seen, subject)
    return Original(
        encode_photo(photo), "Picture", note, subject.picture.alt, is_small=min(seen.size) < PHOTO
    )


def _with_border(picture: Image.Image, subject: Subject) -> Image.Image:
    """The picture with the black border that a network for digits puts around it."""
    padding = (subject.batch.shape[-1] - subject.network.transform.size) // 2
    if subject.size or padding <= 0:
        return picture
    border = round(picture.width * padding / subject.network.transform.size)
    return ImageOps.expand(picture, border)


def _card(subject: Subject, method: Method) -> Card:
    heatmap = kept_map(subject, method)
    if heatmap is None:
        return Card(method.name, method.title, "", "", waiting="takes a few seconds: ask for it")
    top = float(np.abs(heatmap).max())
    return Card(
        method.name,
        method.title,
        _note(heatmap, top),
        alt=_alt(subject, method, heatmap),
        heat=_picture(method, heatmap, top),
        is_coarse=max(heatmap.shape) <= COARSE,
        badge=("control", "the control") if method.is_control else None,
    )


def _picture(method: Method, heatmap: NDArray[np.float32], top: float) -> Encoded:
    """Shares of the strongest cell; a map of zeros is shown as zeros."""
    shares = heatmap / top if top > 0 else heatmap
    if method.is_signed:
        return Encoded(diverging_png(shares, 1.0), "image/png")
    return Encoded(sequential_png(np.maximum(shares, 0), 0.0, 1.0), "image/png")


def _note(heatmap: NDArray[np.float32], top: float) -> str:
    height, width = heatmap.shape
    return f"{height} × {width}, strongest {nice_limit(top)}"


def _alt(subject: Subject, method: Method, heatmap: NDArray[np.float32]) -> str:
    row, column = np.unravel_index(np.abs(heatmap).argmax(), heatmap.shape)
    down, along = (row + 0.5) / heatmap.shape[0], (column + 0.5) / heatmap.shape[1]
    return (
        f"{method.title} for {subject.class_name}: strongest at {down:.0%} from the top and "
        f"{along:.0%} from the left."
    )


def chosen_method(values: Mapping[str, Any]) -> None:
    """The formula of the chosen method, its paper, and what it cannot tell."""
    method = METHODS[values["method"]]
    formula, words = st.columns([1, 1.1], gap="medium", vertical_alignment="center")
    with formula:
        st.latex(method.formula)
    with words:
        st.markdown(
            f"**{method.title}** · {method.paper}\n\n**What it cannot tell.** {method.cannot_tell}"
        )


def strip(subject: Subject, values: Mapping[str, Any]) -> list[Number]:
    """The numbers of the view."""
    score = float(subject.scores[subject.class_idx])
    shape = " × ".join(str(n) for n in subject.batch.shape[1:])
    return [
        Number("Class explained", subject.class_name, "The class whose score is explained"),
        Number("Its probability", f"{score:.4f}", "Softmax of the network's scores"),
        Number("Input", shape, "Channels × height × width that enter the network"),
        Number("Layer", subject.layer or "none", "Where the class activation methods look"),
        Number("Test accuracy", f"{subject.network.card.test_accuracy:.1%}", "Of the network"),
    ]
