"""The rows of sizes as SVG: heights to scale, channels as width."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from cnnviz.builder.shapes import Shape
from cnnviz.counting import size_words
from cnnviz.figures.by_size.stations import Plan, Station, Way

TALL = 76  # px of the tallest map
WIDE = 92  # px of the one with the most channels
THIN = 4  # px that anything is at least
LETTER = 6.3  # px
APART = 16  # px between columns
LABEL = 34  # px above a map: its name and its shape
BELOW = 12  # px below a map
RIM = 12
CAPTION = (
    "One row for each size: height to scale, channels as width. What is carried over is amber."
)
STYLE = "".join(
    f".cnnviz-sizes {rule}"
    for rule in (
        "text{font:400 12px var(--st-font,sans-serif);font-variant-numeric:tabular-nums;"
        "fill:var(--soft);text-anchor:middle;paint-order:stroke;stroke:var(--panel,transparent);"
        "stroke-width:4px;stroke-linejoin:round}",
        ".title{font-weight:650;fill:var(--ink)}",
        "rect{fill:var(--out);stroke:var(--out-line)}",
        "[data-role=input] rect{fill:var(--in);stroke:var(--in-line)}",
        "[data-role=flat] rect{fill:var(--k);stroke:var(--k-line)}",
        "rect.carried{fill:var(--reach-bg);stroke:var(--reach)}",
        ".pale rect{fill-opacity:.45}",
        ".promised rect{fill:none;stroke-dasharray:4 3}",
        ".promised text{fill:var(--soft);font-weight:400;font-style:italic}",
        ".wrong rect.frame{fill:none;stroke:#c2483a;stroke-width:2;stroke-dasharray:none}",
        ".wrong text{fill:color-mix(in srgb,#c2483a 75%,var(--ink))}",
        ".new text{fill:var(--out-ink);font-style:normal;font-weight:600}",
        ".new rect{stroke:var(--out-ink)}",
        ".way{fill:none;stroke:var(--soft);stroke-width:1.4}",
        ".way.carried{stroke:var(--reach);stroke-width:2.2}",
        ".tip{fill:var(--soft)}",
        ".tip.carried{fill:var(--reach)}",
        ":is(.selected,.pointed) rect{stroke:var(--reach);stroke-width:2.4}",
    )
)


@dataclass(frozen=True)
class _Place:
    """Where a station stands: its left and upper edge, width and height, in pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """How far right its middle is."""
        return self.x + self.width / 2


def sizes_svg(plan: Plan) -> str:
    """The rows of a plan as an SVG picture of its natural size.

    Each station is a group whose `data-layer` holds the numbers of its layers.
    """
    places, (width, height) = _placed(plan)
    lines = [_line(way, places, plan.stations) for way in plan.ways]
    groups = [_group(one, place) for one, place in zip(plan.stations, places, strict=True)]
    tips = "".join(
        f'<marker id="{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="6" '
        f'markerHeight="6" orient="auto"><path class="tip {name}" d="M0 .5L8 4L0 7.5Z"/></marker>'
        for name in ("plain", "carried")
    )
    named = [f"{one.title} {size_words(one.shape)}" for one in plan.stations if one.title]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="cnnviz-sizes" width="{width:.0f}" '
        f'height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}" role="img" '
        f'aria-label="{escape("One row for each size: " + ", ".join(named))}">'
        f"<defs>{tips}</defs>{''.join(lines)}{''.join(groups)}</svg>"
    )


def _placed(plan: Plan) -> tuple[list[_Place], tuple[float, float]]:
    maps = [one.shape for one in plan.stations if len(one.shape) == 3]
    side = TALL / max(shape[1] for shape in maps)
    channel = min(side / 2, WIDE / max(shape[0] for shape in maps))
    boxes = [_box(one.shape, side, channel) for one in plan.stations]
    lefts = _lefts(plan.stations, [width for width, _ in boxes])
    tops, height = _tops(plan, [tall for _, tall in boxes])
    places = [
        _Place(lefts[one.column] - width / 2, tops[one.shape[1:], one.lane], width, tall)
        for one, (width, tall) in zip(plan.stations, boxes, strict=True)
    ]
    right = max(place.middle + max(_label(one), place.width) / 2
                for one, place in zip(plan.stations, places, strict=True))  # fmt: skip
    return places, (right + RIM, height)


def _box(shape: Shape, side: float, channel: float) -> tuple[float, float]:
    """Width and height of maps, or of a row of numbers."""
    if len(shape) == 3:
        return max(THIN, shape[0] * channel), max(THIN, shape[1] * side)
    return max(THIN, min(WIDE, shape[0] * channel)), 10.0


def _label(station: Station) -> float:
    """How wide the words above a station are."""
    words = max(len(station.title), len(size_words(station.shape))) if station.title else 0
    return words * LETTER


def _lefts(stations: Sequence[Station], widths: Sequence[float]) -> list[float]:
    """The middle of each column."""
    num_columns = max(one.column for one in stations) + 1
    room = [2.0 * THIN] * num_columns
    for one, width in zip(stations, widths, strict=True):
        room[one.column] = max(room[one.column], width, _label(one))
    lefts, x = list[float](), float(RIM)
    for width in room:
        lefts.append(x + width / 2)
        x += width + APART
    return lefts


def _tops(plan: Plan, heights: Sequence[float]) -> tuple[dict[tuple[Shape, int], float], float]:
    """The upper edge of each row and lane, and the height of all."""
    tops: dict[tuple[Shape, int], float] = {}
    y = float(RIM)
    for size in plan.rows:
        inside = [(one.lane, tall) for one, tall in zip(plan.stations, heights, strict=True)
                  if one.shape[1:] == size]  # fmt: skip
        for lane in sorted({lane for lane, _ in inside}):
            tops[size, lane] = y + LABEL
            y += LABEL + max(tall for other, tall in inside if other == lane) + BELOW
    return tops, y + RIM


def _group(station: Station, place: _Place) -> str:
    looks = [
        "station",
        "" if station.title else "pale",
        "promised" if station.is_promised else "",
        "wrong" if station.is_wrong else "",
    ]
    parts = _parts(station, place)
    words = ""
    if station.title:
        words = (
            f'<text class="title" x="{place.middle:.1f}" y="{place.y - 18:.1f}">'
            f"{escape(station.title)}</text>"
            f'<text class="shape" data-of="{station.layers[-1]}" x="{place.middle:.1f}" '
            f'y="{place.y - 5:.1f}">{_said(station)}</text>'
        )
    return (
        f'<g class="{" ".join(filter(None, looks))}" data-role="{station.role}" '
        f'data-layer="{" ".join(station.layers)}">{parts}{words}</g>'
    )


def _parts(station: Station, place: _Place) -> str:
    """The maps of a station; of a join, side by side what it reads."""
    total, x = sum(channels for channels, _ in station.parts), place.x
    rects = ""
    for channels, is_carried in station.parts:
        width = place.width * channels / total
        rects += _rect(x, place.y, width, place.height, "carried" if is_carried else "")
        x += width
    frame = "frame" if station.is_wrong else ""
    whole = _rect(place.x, place.y, place.width, place.height, frame)
    return rects + whole * (not rects or station.is_wrong)


def _rect(x: float, y: float, width: float, height: float, name: str) -> str:
    return (
        f'<rect class="{name}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" '
        f'height="{height:.1f}" rx="2"/>'
    )


def _line(way: Way, places: Sequence[_Place], stations: Sequence[Station]) -> str:
    start, end = places[way.start], places[way.end]
    is_level = stations[way.start].shape[1:] == stations[way.end].shape[1:] and abs(
        start.y - end.y
    ) < 1  # fmt: skip
    name = "carried" if way.kind == "carried" else "plain"
    right, left = start.x + start.width + 2, end.x - 3
    if is_level:
        share = 0.25 if way.kind == "carried" else 0.5  # it passes what stands between
        y = start.y + min(start.height, end.height) * share
        path = f"M{right:.1f} {y:.1f}H{left:.1f}"
    elif way.kind in ("down", "up") and abs(start.middle - end.middle) < 1:
        edge, goal = (start.y + start.height + 2, end.y - 3)
        if way.kind == "up":
            edge, goal = start.y - (LABEL if stations[way.start].title else 2), end.y + end.height
            goal += 3
        elif stations[way.end].title:
            goal = end.y - LABEL
        path = f"M{start.middle:.1f} {edge:.1f}V{goal:.1f}"
    else:  # across lanes or sizes: to the right, then to the height of the other
        first, last = start.y + start.height / 2, end.y + end.height / 2
        turn = left - 8 if end.x > start.x else right + 6
        path = f"M{right:.1f} {first:.1f}H{turn:.1f}V{last:.1f}H{left:.1f}"
    return f'<path class="way {name}" d="{path}" marker-end="url(#{name})"/>'


def _said(station: Station) -> str:
    """The shape of a station, or that it waits for a mend."""
    if station.is_wrong:
        return "does not fit"
    return "waits" if station.is_promised else size_words(station.shape)
