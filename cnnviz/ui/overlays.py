"""Heatmaps laid over one picture, side by side, with an opacity that is live in the browser."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from cnnviz.figures.pictures import Encoded
from cnnviz.figures.style import DIVERGING, SEQUENTIAL, css_gradient
from cnnviz.ui import media
from cnnviz.ui.components import register

_mount = register("overlays")


@dataclass(frozen=True)
class Card:
    """One method's map over the picture; without `heat` the card says what it waits for."""

    name: str
    title: str
    note: str
    alt: str
    heat: Encoded | None = None
    is_coarse: bool = False  # cells of a layer, to be seen as cells
    waiting: str = ""
    badge: tuple[str, str] | None = None  # kind (good, bad, control) and text


@dataclass(frozen=True)
class Original:
    """The picture under the maps."""

    photo: Encoded
    title: str
    note: str
    alt: str
    is_small: bool


def overlays(
    original: Original,
    cards: Sequence[Card],
    *,
    key: str,
    selected: str,
    opacity: int,
    on_choose: Callable[[str], None],
    on_opacity: Callable[[int], None],
) -> None:
    """Show the picture and the maps; choosing a card and the opacity at rest come back.

    `opacity` is in percent. What a browser sends is checked: a name must be that of a card, an
    opacity a number from 0 to 100.
    """
    names = {card.name for card in cards}

    def chosen() -> None:
        name = st.session_state[key].get("choose")
        if isinstance(name, str) and name in names:
            on_choose(name)

    def faded() -> None:
        value = st.session_state[key].get("opacity")
        if isinstance(value, int | float) and 0 <= value <= 100:
            on_opacity(int(value))

    data = {
        "photo": media.url(original.photo.data, original.photo.mimetype, f"{key}.photo"),
        "title": original.title,
        "note": original.note,
        "alt": original.alt,
        "pixelated": original.is_small,
        "gradient": css_gradient(SEQUENTIAL),
        "signed": css_gradient(DIVERGING),
        "cards": [_described(card, key) for card in cards],
        "selected": selected,
        "opacity": opacity,
    }
    _mount(data=data, key=key, on_choose_change=chosen, on_opacity_change=faded, height="content")


def _described(card: Card, key: str) -> dict[str, Any]:
    heat = card.heat and media.url(card.heat.data, card.heat.mimetype, f"{key}.{card.name}")
    return {
        "name": card.name,
        "title": card.title,
        "note": card.note,
        "alt": card.alt,
        "heat": heat,
        "cells": card.is_coarse,
        "waiting": card.waiting,
        "badge": card.badge and {"kind": card.badge[0], "text": card.badge[1]},
    }
