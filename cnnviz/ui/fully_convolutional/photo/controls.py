"""The controls of a photo's map: its size, from when a cell speaks, and which class is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from cnnviz import counting
from cnnviz.ui.fully_convolutional.address import (
    ADDRESS,
    LARGEST_SIDE,
    SIDE_STEP,
    SMALLEST_SIDE,
    Values,
)
from cnnviz.ui.fully_convolutional.controls import WHOLE
from cnnviz.ui.fully_convolutional.photo.seen import Seen
from cnnviz.ui.insides.runs import run_again
from cnnviz.ui.pictures import Picture
from cnnviz.ui.sliders import Foresee, Slider, live_sliders

TOP = 5  # classes before the others in the list
LIKELIEST = "The likeliest"
SIDE_HELP = (
    "The photo keeps its shape and is scaled so that its longer side has so many pixels. The "
    "network was trained on things as large as in pictures of 224 pixels: in a larger photo each "
    "cell sees a smaller part of them."
)
SURE_HELP = (
    "Cells whose likeliest class has a lower probability stay empty. Trained on one thing a "
    "picture, the network has no class for “nothing here”."
)


def live_controls(
    values: Values, picture: Picture, on_rest: Callable[[], None], foresee: Foresee | None
) -> None:
    """The size of the photo and, on the map, from when a cell speaks; both follow the hand."""
    sliders = [
        Slider(
            "side", "Longer side, pixels", SIDE_HELP, values.side,
            min=SMALLEST_SIDE, max=LARGEST_SIDE, step=SIDE_STEP,
        )
    ]  # fmt: skip
    if values.view == "map" and values.class_idx < 0:
        sliders.append(Slider("sure", "Speaks from, %", SURE_HELP, values.sure, min=0, max=99))
    start = ADDRESS.defaults
    others = ADDRESS.query_of(replace(values, side=start.side, sure=start.sure))
    live_sliders(
        sliders,
        key="fullyconv_photo",
        on_change=_set,
        on_rest=on_rest,
        query=ADDRESS.keep(values),
        context=f"{picture.digest} {others}",
        foresee=foresee,
    )


def _set(changed: dict[str, Any]) -> None:
    ADDRESS.set(**changed)
    ADDRESS.dismiss()


def choose_class(seen: Seen) -> None:
    """Any of a thousand classes by typing its name, the likeliest first.

    A line says the name alone: Streamlit's browser sends what a line says, and one that has changed
    since, with a share or a rank in it, would be a class that there is not.
    """
    names, shares = seen.classes, seen.found.shares
    best = shares.topk(TOP).indices.tolist()
    others = sorted(set(range(len(names))) - set(best), key=names.__getitem__)
    st.selectbox(
        "Class",
        [-1, *best, *others],
        key=ADDRESS.key("class_idx"),
        format_func=lambda index: LIKELIEST if index < 0 else names[index],
        on_change=lambda: run_again(WHOLE),
        help="The five that the network gives the whole photo stand first. Type to find any other: "
        "“why not?” has an answer in every cell.",
    )


def percent(share: float) -> str:
    """A probability as it is written, never a rounded 0 or 100."""
    if share < 0.001:
        return "<0.1 %"
    if share > 0.999:
        return ">99.9 %"
    return counting.percent(share, 1)
