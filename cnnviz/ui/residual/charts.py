"""Charts over one row of places with one pointer in all of them, as a component."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import ceil, floor, isfinite, log10
from typing import Any, Literal

from cnnviz.ui.components import register

_mount = register("linked_charts")

Tone = Literal["plain", "residual", "soft", "warn", "good", ""]
Look = Literal["solid", "dashed", "dotted", "thin", "dots"]
SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
MOST_TICKS = 6
WIDE, NARROW = 400, 270


@dataclass(frozen=True)
class Words:
    """A piece of a line of text: in bold or not, in a colour that stands for a network or not."""

    text: str
    tone: Tone = ""
    strong: bool = False


@dataclass(frozen=True)
class Tick:
    """A line across a chart: at what share of the height, and what stands beside it."""

    share: float
    label: str
    strong: bool = False


@dataclass(frozen=True)
class Series:
    """One row of numbers: how high each is drawn (None: not at all) and how it is said.

    Its name stands beside its line, as near as can be to the share `named` of the way along the
    chart; with None it has none.
    """

    name: str
    tone: Tone
    look: Look
    heights: Sequence[float | None]
    texts: Sequence[str]
    named: float | None = None


@dataclass(frozen=True)
class Chart:
    """Lines over ticks, or rows of bars; `note` stands at its right until somebody points."""

    title: str
    alt: str
    series: Sequence[Series]
    ticks: Sequence[Tick] = ()
    note: Sequence[Words] = ()
    ends: Sequence[str] = ()
    height: int = 120
    kind: Literal["lines", "bars"] = "lines"


@dataclass(frozen=True)
class Panel:
    """Charts below each other, under a title and above a line of numbers."""

    charts: Sequence[Chart]
    title: Sequence[Words] = ()
    foot: Sequence[Words] = ()


def linked_charts(
    panels: Sequence[Panel | Mapping[str, Any]],
    places: Sequence[str],
    *,
    key: str,
    start: int | None = None,
    width: int = WIDE,
) -> None:
    """Show panels side by side; pointing at a place shows its numbers in every chart.

    Args:
        panels: all of their series have a number for each place; those that are kept are told as
            they were.
        places: what each is called.
        key: name of the component.
        start: the place that is pointed at before anybody points.
        width: of a chart, in the units of its height; letters have 10 to 12 of them.
    """
    _mount(
        data={
            "panels": [asdict(p) if isinstance(p, Panel) else p for p in panels],
            "places": list(places),
            "count": len(places),
            "start": start,
            "width": width,
        },
        key=key,
        height="content",
    )


@dataclass(frozen=True)
class Scale:
    """From a number to a share of a chart's height, along a straight or a logarithmic axis."""

    low: float
    high: float
    is_log: bool = False

    def share(self, value: float) -> float | None:
        """The share, rounded to what can be seen; None for what the axis has no place for."""
        if not isfinite(value) or (self.is_log and value <= 0):
            return None
        low, high, at = (log10(v) if self.is_log else v for v in (self.low, self.high, value))
        return round((at - low) / (high - low), 4)

    def shares(self, values: Sequence[float]) -> list[float | None]:
        """The share of each."""
        return [self.share(value) for value in values]


def log_scale(*rows: Sequence[float]) -> Scale:
    """Whole powers of ten around all numbers above zero; one decade at least."""
    seen = [value for row in rows for value in row if value > 0 and isfinite(value)]
    if not seen:
        return Scale(0.1, 1.0, is_log=True)
    low, high = floor(log10(min(seen))), ceil(log10(max(seen)))
    return Scale(10.0**low, 10.0 ** max(high, low + 1), is_log=True)


def log_ticks(scale: Scale) -> list[Tick]:
    """Powers of ten in even steps, at most `MOST_TICKS` of them, 1 among them where it is there."""
    low, high = round(log10(scale.low)), round(log10(scale.high))
    step = max(1, ceil((high - low) / (MOST_TICKS - 1)))
    return [
        Tick((power - low) / (high - low), power_of_ten(power))
        for power in range(low, high + 1)
        if power % step == 0
    ]


def power_of_ten(power: int) -> str:
    """10 to a power as it stands at an axis: 1,000, 0.1, 10⁻⁸."""
    if -2 <= power <= 4:
        return f"{10.0**power:,.{max(0, -power)}f}"
    return f"10{str(power).translate(SUPERSCRIPTS)}"


def said(value: float) -> str:
    """A number as it is written: 1,039, 2.3, 0.045, 9.4 · 10⁻²⁴."""
    if not isfinite(value):
        return "not a number" if value != value else "infinite"
    size = abs(value)
    if size == 0:
        return "0"
    if size >= 1e6 or size < 1e-3:
        mantissa, power = f"{value:.1e}".split("e")
        return f"{mantissa} · 10{str(int(power)).translate(SUPERSCRIPTS)}"
    if size >= 100:
        return f"{float(f'{value:.3g}'):,.0f}"
    return f"{value:.2g}"
