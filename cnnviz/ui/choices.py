"""Choices that several pages offer: one of a few, all of them in sight, and a seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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


def own_or_chosen(
    address: Address,
    name: str,
    label: str,
    options: Sequence[str],
    own: str,
    help: str,
    *,
    title: Callable[[str], str] = str,
    width: int | None = None,
) -> str:
    """A list of texts, of which the page itself would choose one; what is chosen.

    That one is "" in the address: no link says what nobody chose, and it goes along with what it
    follows from.

    Args:
        name: of the page's parameter.
        options: with `own` among them.
        title: what the list says for each.
    """
    chosen = getattr(address.values(), name)
    if chosen == own or chosen not in options:
        chosen = ""
        address.fall_back(**{name: chosen})
    st.selectbox(
        label,
        ["" if option == own else option for option in options],
        key=address.key(name),
        format_func=lambda option: title(option or own),
        help=help,
        width=width or "stretch",
    )
    return chosen or own


def seed(address: Address, help: str, *, name: str = "seed", label: str = "Seed") -> None:
    """The number that all chance of something follows from."""
    st.number_input(label, 0, 9_999, key=address.key(name), help=help)
