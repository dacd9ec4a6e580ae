"""Heatmaps laid over one picture, side by side, with an opacity that is live in the browser."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from cnnviz.figures.pictures import Encoded
from cnnviz.figures.style import DIVERGING, SEQUENTIAL, Palette, css_gradient
from cnnviz.ui import media
from cnnviz.ui.components import register
from cnnviz.ui.sent import index, one_of, sent_percent, word

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
    scale: str = ""  # of the map's colours
    waiting: str = ""
    badge: str = ""  # a word set off from the rest
    is_on_paper: bool = False  # white lines on black lie under it as grey lines on white


@dataclass(frozen=True)
class Original:
    """The picture under the maps."""

    photo: Encoded
    title: str
    note: str
    alt: str
    is_small: bool  # single pixels are to be seen


SCALE = (
    "One scale for all maps: the share of the map's own strongest cell, whose value stands under "
    "it. So all can be compared in where they are strong, and none in how strong it is."
)
SIGNED = "maps with a sign: for the class, or against it; white is zero, in the middle"
UNSIGNED = "maps without a sign: how much a place counts, from nothing"


@dataclass(frozen=True)
class Sheet:
    """All that is shown.

    Attributes:
        original: the picture.
        cards: a map each.
        question: that they answer.
        selected: name of a card.
        opacity: in percent.
        large: the selected map large and the others beside it.
        follows: the number of maps that are still to come: when the others are painted, the browser
            asks for them.
    """

    original: Original
    cards: Sequence[Card]
    question: str
    selected: str
    opacity: int
    large: bool
    follows: int


def overlays(
    sheet: Sheet,
    *,
    key: str,
    on_choose: Callable[[str], None],
    on_opacity: Callable[[int], None],
    on_follow: Callable[[], None],
) -> None:
    """Show the picture and the maps; choosing a card and the opacity at rest come back.

    `on_follow` is told that the browser asks for more maps. What a browser sends is checked: a name
    must be that of a card, an opacity a number from 0 to 100.
    """
    names = {card.name for card in sheet.cards}

    def chosen() -> None:
        name = word(key, "choose", one_of(names))
        if name is not None:
            on_choose(name)

    def faded() -> None:
        percent = word(key, "opacity", sent_percent)
        if percent is not None:
            on_opacity(percent)

    def followed() -> None:
        if word(key, "follow", index(len(names) + 1, 1)) is not None:
            on_follow()

    _mount(
        data=overlays_data(sheet, key),
        key=key,
        on_choose_change=chosen,
        on_opacity_change=faded,
        on_follow_change=followed,
        height="content",
    )


def overlays_data(sheet: Sheet, key: str, ahead: str = "") -> dict[str, Any]:
    """What the component is told; `ahead` names the choice that a sheet is computed for early."""
    original, place = sheet.original, f"{key}.ahead.{ahead}" if ahead else key
    return {
        "photo": media.url(original.photo.data, original.photo.mimetype, f"{key}.photo"),
        "title": original.title,
        "note": original.note,
        "alt": original.alt,
        "pixelated": original.is_small,
        "scale_words": SCALE,
        "scales": [
            _scale("0", "1", SEQUENTIAL, UNSIGNED),
            _scale("−1", "+1", DIVERGING, SIGNED),
        ],
        "question": sheet.question,
        "large": sheet.large,
        "cards": [_described(card, place) for card in sheet.cards],
        "selected": sheet.selected,
        "opacity": sheet.opacity,
        "follows": sheet.follows,
    }


def _scale(low: str, high: str, palette: Palette, words: str) -> dict[str, str]:
    return {"low": low, "high": high, "gradient": css_gradient(palette), "words": words}


def _described(card: Card, key: str) -> dict[str, Any]:
    heat = card.heat and media.url(card.heat.data, card.heat.mimetype, f"{key}.{card.name}")
    return {
        "name": card.name,
        "title": card.title,
        "note": card.note,
        "alt": card.alt,
        "heat": heat,
        "cells": card.is_coarse,
        "scale": card.scale,
        "waiting": card.waiting,
        "badge": card.badge,
        "on_paper": card.is_on_paper,
    }
