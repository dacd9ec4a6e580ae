"""A picture that was made for a unit: its growth, its curve, and what the switches are for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from torch import Tensor

from cnnviz.figures.pictures import Encoded, encode_photo, nice_limit, photo
from cnnviz.figures.style import INPUT, WARNING
from cnnviz.figures.tables import row_of_figures

WIDE, HIGH, LEFT, BELOW = 330, 150, 46, 18  # of the curve, in its own units


def encoded(picture: Tensor) -> Encoded:
    """A picture (channels, side, side) in [0, 1] as it travels."""
    return encode_photo(photo(picture))


@dataclass(frozen=True)
class Curve:
    """The score over the steps, and whether it is the one that is looked at."""

    name: str
    scores: Sequence[float]
    is_chosen: bool


def curves_svg(curves: Sequence[Curve]) -> str:
    """Scores over steps, all on one scale from zero; the numbers of its ends are written."""
    every = [score for curve in curves for score in curve.scores] or [0.0]
    low, high = min(0.0, *every), max(0.0, *every) or 1.0
    steps = max((len(curve.scores) for curve in curves), default=1)

    def x(step: int) -> float:
        return LEFT + (WIDE - LEFT - 8) * step / max(1, steps - 1)

    def y(score: float) -> float:
        return 8 + (HIGH - BELOW - 8) * (high - score) / (high - low)

    lines = "".join(_line(curve, x, y) for curve in curves if curve.scores)
    ends = "".join(
        f'<text x="{LEFT - 5}" y="{y(value) + 4:.1f}" text-anchor="end">{nice_limit(value)}</text>'
        f'<line x1="{LEFT}" x2="{WIDE}" y1="{y(value):.1f}" y2="{y(value):.1f}" opacity=".25"/>'
        for value in {low, 0.0, high}
    )
    foot = (
        f'<text x="{LEFT}" y="{HIGH - 3}">1</text>'
        f'<text x="{WIDE - 8}" y="{HIGH - 3}" text-anchor="end">step {steps}</text>'
    )
    said = "; ".join(
        f"{curve.name} ends at {nice_limit(round(curve.scores[-1], 2))}"
        for curve in curves
        if curve.scores
    )
    return (
        f'<svg viewBox="0 0 {WIDE} {HIGH}" role="img" aria-label="Score by step: {escape(said)}" '
        'style="width:100%;font-size:12px;fill:currentColor;stroke:none">'
        f'<g stroke="currentColor" fill="currentColor"><g stroke="none">{ends}{foot}</g></g>'
        f"{lines}</svg>"
    )


def _line(curve: Curve, x: object, y: object) -> str:
    assert callable(x)
    assert callable(y)
    points = " ".join(f"{x(i):.1f},{y(score):.1f}" for i, score in enumerate(curve.scores))
    look = f'stroke="{INPUT}" stroke-width="2.4"' if curve.is_chosen else (
        f'stroke="{WARNING}" stroke-width="1.4" stroke-dasharray="4 3"'
    )  # fmt: skip
    return f'<polyline points="{points}" fill="none" {look}/>'


@dataclass(frozen=True)
class Way:
    """One setting of the switches: its name, the picture, the two scores, and what is said."""

    name: str
    picture: Encoded
    as_it_is: float
    moved: float
    is_chosen: bool


def ways_html(ways: Sequence[Way]) -> str:
    """Pictures side by side, each with its score as it is, and moved and scaled, on one scale."""
    high = max([abs(score) for way in ways for score in (way.as_it_is, way.moved)] or [1.0]) or 1.0
    cards = "".join(_card(way, high) for way in ways)
    return f'<div class="cnnviz">{row_of_figures([cards])}</div>' if ways else ""


def _card(way: Way, high: float) -> str:
    frame = "outline:3px solid #f0b429;outline-offset:4px;" if way.is_chosen else ""
    bars = "".join(
        f'<div style="display:flex;gap:6px;align-items:center;font-size:12.5px">'
        f'<i style="height:8px;border-radius:3px;background:{colour};'
        f'width:{58 * abs(score) / high:.1f}%;flex:none"></i>{nice_limit(round(score, 2))}</div>'
        for score, colour in ((way.as_it_is, "#9dbfe0"), (way.moved, INPUT))
    )
    alt = (
        f"Made with {way.name}: {nice_limit(way.as_it_is)} as it is, {nice_limit(way.moved)} moved"
    )
    return (
        f'<div style="flex:0 1 150px;min-width:112px;border-radius:8px;{frame}">'
        f'<img src="{way.picture.data_url}" alt="{escape(alt)}" '
        'style="width:100%;aspect-ratio:1;border-radius:7px;display:block">'
        f'<b style="font-size:13px">{escape(way.name)}</b>{bars}</div>'
    )
