"""Choices that several pages offer: one of a few, all of them in sight, and a seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from cnnviz.ui.address import Address


def segments(
    address: Address,
    name: str,
    label: str,
    titles: Mapping[Any, str],
    help: str | None = None,
    *,
    is_bare: bool = False,
    on_change: Callable[[], None] | None = None,
) -> None:
    """Buttons side by side, exactly one of which is pressed.

    Args:
        name: of the page's parameter.
        titles: value -> what its button says.
        is_bare: the label is for screen readers only.
        on_change: called when a hand has pressed another one.
    """
    st.segmented_control(
        label,
        list(titles),
        key=address.key(name),
        format_func=titles.__getitem__,
        required=True,
        label_visibility="collapsed" if is_bare else "visible",
        help=help,
        on_change=on_change,
    )


def seed(address: Address, help: str, *, name: str = "seed", label: str = "Seed") -> None:
    """The number that all chance of something follows from."""
    st.number_input(label, 0, 9_999, key=address.key(name), help=help)
