"""A picture that was made for a unit: its growth, its curve, and what the switches are for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from torch import Tensor

from cnnviz.counting import percent
from cnnviz.figures.pictures import Encoded, encode_photo, photo
from cnnviz.figures.style import INPUT
from cnnviz.figures.tables import row_of_figures

HOLDS, FALLS = 0.75, 0.5  # of the score, that are left when the picture is moved


def encoded(picture: Tensor) -> Encoded:
    """A picture (channels, side, side) in [0, 1] as it travels."""
    return encode_photo(photo(picture))


@dataclass(frozen=True)
class Way:
    """One setting of the switches: its name, the picture, and its two scores."""

    name: str
    picture: Encoded
    as_it_is: float
    moved: float
    is_chosen: bool


def ways_html(ways: Sequence[Way], count: int) -> str:
    """Pictures side by side, each with its score as it is, and moved and scaled, on one scale.

    Args:
        ways: those that are made.
        count: of all; before the last none is the highest.
    """
    high = max([abs(score) for way in ways for score in (way.as_it_is, way.moved)] or [1.0]) or 1.0
    cards = "".join(
        _card(way, high, said_of(way, ways if len(ways) == count else [])) for way in ways
    )
    return f'<div class="cnnviz">{row_of_figures([cards])}</div>' if ways else ""


def said_of(way: Way, ways: Sequence[Way]) -> str:
    """What its two scores come to: the highest of all, and what is left of it when moved."""
    if way.as_it_is <= 0:
        return ""
    left = way.moved / way.as_it_is
    verdict = "holds" if left >= HOLDS else "falls" if left < FALLS else "falls a little"
    is_best = way.as_it_is == max((one.as_it_is for one in ways), default=None)
    best = "The highest score of all, but it " if is_best and left < FALLS else "It "
    return f"{best}{verdict} when moved: {percent(max(0.0, left))} is left."


def score(value: float) -> str:
    """A score as it is written: four digits."""
    return f"{value:,.4g}".replace("-", "−")


def _card(way: Way, high: float, said: str) -> str:
    frame = "outline:3px solid #f0b429;outline-offset:4px;" if way.is_chosen else ""
    bars = "".join(
        f'<div style="display:flex;gap:6px;align-items:center;font-size:12.5px">'
        f'<i style="height:8px;border-radius:3px;background:{colour};'
        f'width:{58 * abs(value) / high:.1f}%;flex:none"></i>{score(value)}</div>'
        for value, colour in ((way.as_it_is, "#9dbfe0"), (way.moved, INPUT))
    )
    alt = f"Made with {way.name}: {score(way.as_it_is)} as it is, {score(way.moved)} moved. {said}"
    return (
        f'<div style="flex:0 1 150px;min-width:112px;border-radius:8px;{frame}">'
        f'<img src="{way.picture.data_url}" alt="{escape(alt)}" '
        'style="width:100%;aspect-ratio:1;border-radius:7px;display:block">'
        f'<b style="font-size:13px">{escape(way.name)}</b>{bars}'
        '<span style="display:block;font-size:12px;line-height:1.35;opacity:.8">'
        f"{said}</span></div>"
    )
