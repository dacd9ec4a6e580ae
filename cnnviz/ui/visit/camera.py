"""The camera, and a word of ours where it shows nothing: Streamlit's own leads out of the app."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from cnnviz.ui.components import register

WORDS = {
    "asks": "Your browser asks whether this page may use the camera: allow it there.",
    "denied": "Your browser refuses this page the camera. Allow it beside the address, in what "
    "belongs to this page, or give a picture from your device instead.",
    "none": "Your browser finds no camera here: give a picture from your device instead.",
    "insecure": "A browser lets only pages that come by https, or from your own machine, use the "
    "camera, and this one comes otherwise: give a picture from your device instead.",
}

_mount = register("camera_word")


def camera(
    place: str, *, key: str, on_change: Callable[..., None], args: tuple[Any, ...] = ()
) -> None:
    """The camera, which tells of each shot.

    Args:
        place: begins with the page's name; of the word above it, which stays when a shot is taken.
        key: of the camera itself, another one for each shot.
        on_change: called with `args` after each.
    """
    _mount(data={"words": WORDS}, key=f"{place}_camera_word", height="content")
    st.camera_input("Take a picture", key=key, on_change=on_change, args=args)
