"""Two loss surfaces to be turned and from above, and a section through both, as a component."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cnnviz.figures.pictures import Encoded
from cnnviz.ui import media
from cnnviz.ui.components import register
from cnnviz.ui.residual.charts import Tick
from cnnviz.ui.sent import cell as cell_of
from cnnviz.ui.sent import word

_mount = register("landscape")

SECTION_HEIGHT = 190


@dataclass(frozen=True)
class LevelLine:
    """A line of equal loss, as an SVG path in units of the map's cells."""

    path: str
    strong: bool


@dataclass(frozen=True)
class LossMap:
    """One network's surface: a picture, and for each point the loss as text and as a height.

    Attributes:
        name: of the network.
        tone: its colour's name.
        about: what stands above the surface.
        alt: what is said of the picture from above.
        surface_alt: what is said of the surface.
        picture: from above.
        colours: of the patches between the points, rows as the points.
        lines: of equal loss.
        texts: the loss of each point.
        shares: its height, 0 to 1.
    """

    name: str
    tone: str
    about: str
    alt: str
    surface_alt: str
    picture: Encoded
    colours: Sequence[str]
    lines: Sequence[LevelLine]
    texts: Sequence[str]
    shares: Sequence[float]


def landscape_maps(
    maps: Sequence[LossMap],
    count: int,
    *,
    ticks: Sequence[Tick],
    ends: Sequence[str],
    rows: Sequence[str],
    cell: tuple[int, int],
    key: str,
    on_pin: Callable[[tuple[int, int]], None],
) -> None:
    """Show the surfaces, the maps and the section.

    Args:
        maps: the networks, each with count · count points, from the lowest row up.
        count: points along each direction.
        ticks: of the section.
        ends: words below a map and below the section.
        rows: what each row is called.
        cell: row and column that are marked while nobody points.
        key: name of the component.
        on_pin: told row and column of a place that is clicked.
    """

    def pinned() -> None:
        place = word(key, "pin", cell_of((count, count)))
        if place is not None:
            on_pin(place)

    _mount(
        data={
            "maps": [
                {
                    "name": one.name,
                    "tone": one.tone,
                    "about": one.about,
                    "alt": one.alt,
                    "surface_alt": one.surface_alt,
                    "colours": list(one.colours),
                    "url": media.url(one.picture.data, one.picture.mimetype, f"{key}.{one.tone}"),
                    "lines": [{"path": line.path, "strong": line.strong} for line in one.lines],
                    "texts": list(one.texts),
                    "shares": list(one.shares),
                }
                for one in maps
            ],
            "count": count,
            "height": SECTION_HEIGHT,
            "ticks": [
                {"share": tick.share, "label": tick.label, "strong": tick.strong} for tick in ticks
            ],
            "ends": list(ends),
            "rows": list(rows),
            "title": "Along the amber line",
            "cell": list(cell),
        },
        key=key,
        on_pin_change=pinned,
        height="content",
    )
