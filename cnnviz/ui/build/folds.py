"""Which groups of a network are unfolded: remembered by their keys, and told in the address.

An address says them by their places among all groups of the network. While a network is edited its
groups move, and what is remembered moves with them; groups that come with an edit begin as they
would at first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from cnnviz.figures.boxes import Box, groups_in, opened_at_first
from cnnviz.ui.address import no_number
from cnnviz.ui.build.address import ADDRESS, places_in, places_text

STATE = "_build_folds"


@dataclass(frozen=True)
class Folds:
    """The groups that are unfolded, by their keys, and what the address calls them."""

    opened: list[str]
    word: str


@dataclass(frozen=True)
class _Remembered:
    name: str  # of the network
    word: str
    opened: frozenset[str]
    known: frozenset[str]


NO_FOLDS = Folds([], "")


def unfolded(box: Box, name: str) -> Folds:
    """The groups of a network that are unfolded today.

    Args:
        box: the network.
        name: what its groups are remembered under.
    """
    word = ADDRESS.values().unfolded
    if not word:
        return Folds(opened_at_first(box), "")
    keys = [group.key for group in groups_in(box)]
    ADDRESS.only(unfolded=no_number(max(places_in(word), default=-1), len(keys), "group"))
    kept: _Remembered | None = st.session_state.get(STATE)
    if kept is None or (kept.name, kept.word) != (name, word):
        return _remember(name, keys, [keys[at] for at in places_in(word) if at < len(keys)])
    first = opened_at_first(box)
    opened = [key for key in keys if key in (kept.opened if key in kept.known else first)]
    return _remember(name, keys, opened)


def fold(box: Box, name: str, opened: Sequence[str]) -> None:
    """Remember what a hand has left unfolded; what is no group of the network is left out."""
    if set(opened) == set(opened_at_first(box)):
        fold_as_at_first()
        return
    keys = [group.key for group in groups_in(box)]
    _remember(name, keys, [key for key in keys if key in set(opened)])


def fold_as_at_first() -> None:
    """Forget what was folded by hand."""
    ADDRESS.set(unfolded="")


def _remember(name: str, keys: Sequence[str], opened: list[str]) -> Folds:
    word = places_text(place for place, key in enumerate(keys) if key in set(opened))
    st.session_state[STATE] = _Remembered(name, word, frozenset(opened), frozenset(keys))
    if word != ADDRESS.values().unfolded:
        ADDRESS.set(unfolded=word)
    return Folds(opened, word)
