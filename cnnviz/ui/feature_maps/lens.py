"""One map, cell by cell: alone, over the picture, and what the chosen cell can see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from torch import Tensor

from cnnviz.figures.pictures import (
    Encoded,
    diverging_png,
    nice_limit,
    sequential_png,
    signed_limit,
)
from cnnviz.figures.style import DIVERGING, SEQUENTIAL, css_gradient
from cnnviz.figures.values import exact_values
from cnnviz.probes.receptive import Box, Extents
from cnnviz.ui import media, turns
from cnnviz.ui.components import register
from cnnviz.ui.sent import cell, sent_percent, word

Pane = Literal["map", "over", "pull"]
_mount = register("lens")


@dataclass(frozen=True)
class Drawn:
    """A map as a browser gets it.

    Attributes:
        picture: a PNG, one pixel a cell.
        exact: its numbers.
        size: height and width in cells.
        ends: its smallest and largest number.
        limit: end of the colour scale, the one that all maps of the layer share.
        is_signed: whether the layer has values below zero, and so a scale on both sides of it.
    """

    picture: bytes
    exact: bytes
    size: tuple[int, int]
    ends: tuple[float, float]
    limit: float
    is_signed: bool


def drawn(values: Tensor, limit: float, is_signed: bool) -> Drawn:
    """A map (height, width) on a colour scale that ends at `limit`."""
    picture = diverging_png(values, limit) if is_signed else sequential_png(values, 0.0, limit)
    height, width = values.shape
    ends = float(values.min()), float(values.max())
    return Drawn(picture, exact_values(values).data, (height, width), ends, limit, is_signed)


@dataclass(frozen=True, eq=False)
class Lens:
    """A map and what is known of its cells.

    Attributes:
        drawn: the map.
        sees: what each row and each column sees of the picture.
        photo: the picture as it enters the network.
        photo_size: its height and width in pixels.
        photo_alt: what it shows.
        cell: the chosen one.
        title: what the map is called.
        layer: whose map it is.
        scale: whose scale the colours are on, in words.
    """

    drawn: Drawn
    sees: tuple[Extents, Extents]
    photo: Encoded
    photo_size: tuple[int, int]
    photo_alt: str
    cell: tuple[int, int]
    title: str
    layer: str
    scale: str


@dataclass(frozen=True)
class Pull:
    """How much each pixel moves the chosen cell: as a picture, with the box of its core."""

    picture: Encoded
    core: Box
    title: str
    alt: str


def lens_view(
    lens: Lens,
    panes: Sequence[Pane],
    *,
    key: str,
    opacity: int,
    on_cell: Callable[[tuple[int, int]], None],
    on_opacity: Callable[[int], None],
    on_rest: Callable[[], None] | None = None,
    pull: Pull | None = None,
) -> None:
    """Show the map in the given panes; pointing is answered in the browser.

    A chosen cell and an opacity come back before the run they cause; both are checked. With
    `on_rest` cells are sent while the pointer is dragged over the map, and it is called when the
    hand rests.
    """

    def chosen() -> None:
        for place in turns.unheard(key, "cell", cell(lens.drawn.size)):
            on_cell(place)

    def faded() -> None:
        percent = word(key, "opacity", sent_percent)
        if percent is not None:
            on_opacity(percent)

    data: dict[str, Any] = {
        **_described(lens, key),
        "panes": [pane for pane in panes if pane != "pull" or pull is not None],
        "opacity": opacity,
        "heard": turns.heard(key, "cell"),
        "live": on_rest is not None,
        "pull": None if pull is None else _pull(pull, key),
    }
    if pull is not None:
        data["titles"]["pull"] = pull.title
    _mount(
        data=data,
        key=key,
        on_cell_change=chosen,
        on_opacity_change=faded,
        on_rest_change=on_rest or (lambda: None),
        height="content",
    )


def _described(lens: Lens, key: str) -> dict[str, Any]:
    one, name = lens.drawn, f"{lens.title} of {lens.layer}"
    (rows, columns), (low, high) = one.size, one.ends
    return {
        "map": media.small_url(one.picture, "image/png", f"{key}.map"),
        "values": media.small_url(one.exact, "application/octet-stream", f"{key}.v"),
        "photo": media.url(lens.photo.data, lens.photo.mimetype, f"{key}.photo"),
        "photoAlt": lens.photo_alt,
        "isSmall": max(lens.photo_size) < 200,
        "size": [rows, columns],
        "picture": list(lens.photo_size),
        "sees": {"rows": lens.sees[0], "columns": lens.sees[1]},
        "cell": list(lens.cell),
        "titles": {"map": f"{lens.title}, {rows} × {columns}", "over": "over the picture"},
        "names": {"map": f"{name}, {rows} × {columns}", "over": f"{name} over the picture"},
        "alt": f"{lens.title}: {rows} × {columns} cells from {low:.3g} to {high:.3g}.",
        "low": signed_limit(-one.limit) if one.is_signed else "0",
        "high": signed_limit(one.limit) if one.is_signed else nice_limit(one.limit),
        "scale": lens.scale,
        "gradient": css_gradient(DIVERGING if one.is_signed else SEQUENTIAL),
    }


def _pull(pull: Pull, key: str) -> dict[str, Any]:
    core = pull.core
    return {
        "url": media.url(pull.picture.data, pull.picture.mimetype, f"{key}.pull"),
        "alt": pull.alt,
        "box": [core.top, core.left, core.height, core.width],
    }
