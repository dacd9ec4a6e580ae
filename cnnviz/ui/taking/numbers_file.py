"""A button that saves the numbers behind a picture; they are put together when it is pressed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import streamlit as st
from numpy.typing import ArrayLike

from cnnviz.figures.npz import npz
from cnnviz.ui.address import Address


def save_numbers(
    title: str, address: Address, arrays: Callable[[], Mapping[str, ArrayLike]]
) -> None:
    """A quiet button "npz": `arrays` by name, `title`, the view's address, lowest and highest.

    `arrays` is called when somebody presses it, in a thread of the server's: it holds names of
    what it needs, and no tensor.
    """
    query = address.query_of(address.values())
    view = f"{address.page}?{query}" if query else address.page
    st.download_button(
        "Numbers as npz",
        lambda: npz(arrays(), title, view),
        f"{file_name(address.page, title)}.npz",
        "application/octet-stream",
        key=f"{address.page}_npz",
        icon=":material/download:",
        type="tertiary",
        help=f"{title}: arrays by name, with their scale and the address of this view, for "
        "numpy.load.",
        on_click="ignore",
    )


def file_name(page: str, title: str) -> str:
    """What a file is called: its page and what it holds, without its ending."""
    return re.sub(r"[^\w.]+", "-", f"{page} {title}".lower()).strip("-.")[:70]
