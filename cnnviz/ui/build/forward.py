"""A picture on its way through a network: what each layer sees of it, and what it makes of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from cnnviz.builder.names import number_of
from cnnviz.builder.running.passes import LayerRun
from cnnviz.counting import percent, size_words
from cnnviz.figures.layer_table import LayerRow
from cnnviz.figures.mosaic import Mosaic, mosaic
from cnnviz.figures.pictures import Encoded, nice_limit, signed_limit
from cnnviz.figures.style import css_gradient
from cnnviz.summary import Row
from cnnviz.summary.extent import Extent
from cnnviz.ui import media
from cnnviz.ui.components import register
from cnnviz.ui.sent import text, word

KEY = "build_forward"
LONGEST_NUMBER = 24  # characters of a layer's number, such as 7.1
MAPS_PX = 300  # width of the place of a layer's maps

_mount = register("forward")


@dataclass(frozen=True)
class Tile:
    """What one layer made: its maps, and the pixels that their cells see.

    Attributes:
        path: the number of the layer.
        title: its number and name.
        shape: what left it.
        mosaic: its first maps, small.
        low: the end of their scale, in words.
        high: the other end.
        alt: of the maps.
        note: how many are shown, where some are not.
        sees: what a cell sees, in words.
        middle: what the middle cell sees: top, left, bottom, right; None where it is not known.
        rows: first pixel and one behind the last that each cell shown sees, from the top down.
        columns: the same from left to right.
    """

    path: str
    title: str
    shape: str
    mosaic: Mosaic
    low: str
    high: str
    alt: str
    note: str
    sees: str
    middle: list[int] | None
    rows: list[list[int]]
    columns: list[list[int]]


@dataclass(frozen=True)
class Seen:
    """What enters the network: the picture's part, its size, and the black around it in pixels."""

    photo: Encoded
    alt: str
    height: int
    width: int
    inset: int


def tile_of(layer: LayerRun, seen: Row | None, size: tuple[int, int], title: str) -> Tile:
    """The tile of a layer; `size` is that of what enters the network, `title` the picture's."""
    is_signed = layer.low < 0
    limit = max(abs(layer.low), abs(layer.high)) or 1.0
    drawn = mosaic(
        layer.maps.numpy(),
        limit=limit,
        colours="diverging" if is_signed else "sequential",
        width=MAPS_PX,
        gap=1,
    )
    shown, rows, columns = len(layer.maps), [], []
    if seen and seen.extents and layer.maps.ndim == 3 and len(layer.shape) == 3:
        rows, columns = (
            windows(extent, count, len_shown)
            for extent, count, len_shown in zip(
                seen.extents, layer.shape[1:], layer.maps.shape[1:], strict=True
            )
        )
    return Tile(
        path=number_of(layer.path),
        title=f"{number_of(layer.path)} · {layer.name}",
        shape=size_words(layer.shape),
        mosaic=drawn,
        low=signed_limit(-limit) if is_signed else "0",
        high=signed_limit(limit) if is_signed else nice_limit(limit),
        alt=f"{shown} of {layer.count} maps of {layer.name} for “{title}”, from "
        f"{layer.low:.3g} to {layer.high:.3g}",
        note=f"{shown} of {layer.count}" if shown < layer.count else "",
        sees=_sees(seen, layer, size),
        middle=_middle(seen, layer, size),
        rows=rows,
        columns=columns,
    )


def windows(extent: Extent, count: int, shown: int) -> list[list[int]]:
    """What each of `shown` cells sees along an axis, each the mean of some of `count` real ones.

    As `adaptive_avg_pool2d` averages them: cell i is that of ⌊i·count/shown⌋ to
    ⌈(i+1)·count/shown⌉, the last not included.
    """
    bounds = ((i * count // shown, -((-(i + 1) * count) // shown)) for i in range(shown))
    return [_hull(extent, range(first, end)) for first, end in bounds]


def _hull(extent: Extent, cells: Sequence[int]) -> list[int]:
    """First pixel and one behind the last that any of some cells sees; equal where none does."""
    seen = [(first, last + 1) for first, last in map(extent.at, cells) if first <= last]
    return [min(a for a, _ in seen), max(b for _, b in seen)] if seen else [0, 0]


def _middle(seen: Row | None, layer: LayerRun, size: tuple[int, int]) -> list[int] | None:
    if seen is None:
        return None
    if seen.sees_all or seen.extents is None or len(layer.shape) != 3:
        return [0, 0, *size] if seen.sees_all else None
    rows, columns = (
        _hull(extent, [count // 2])
        for extent, count in zip(seen.extents, layer.shape[1:], strict=True)
    )
    return [rows[0], columns[0], rows[1], columns[1]]


def _sees(seen: Row | None, layer: LayerRun, size: tuple[int, int]) -> str:
    if seen is None or not (seen.extents or seen.sees_all):
        return ""
    if seen.sees_all or seen.extents is None:
        return f"Each number sees all {size[0]} × {size[1]} pixels."
    sides = size_words(extent.size for extent in seen.extents)
    words = f"A cell sees {sides} of {size[0]} × {size[1]} pixels."
    return f"{words} Averaged here to {layer.maps.shape[-1]} columns." * layer.is_averaged or words


def places_of(rows: Sequence[LayerRow], numbers: Sequence[str]) -> dict[str, str]:
    """For each row of the table the number of the layer whose maps it stands for.

    A shortcut and a sum stand for their block, a layer whose maps are not shown for the block that
    it is in, a group for its last layer, and the input for the first.
    """
    shown, places = set(numbers), {"": numbers[0]} if numbers else {}
    for row in rows[1:]:
        number = _shown_number(row.of or row.path, shown)
        if number is None:
            continue
        places[row.path] = number
        for group in row.groups:
            if group not in shown:
                places[group] = number
        if row.fold and row.fold not in shown:
            places.setdefault(row.fold, number)
    return places


def _shown_number(number: str, shown: set[str]) -> str | None:
    """The number itself, or that of the nearest block around it, if it is shown."""
    while number and number not in shown:
        number = number.rpartition(".")[0]
    return number or None


def forward(
    tiles: Sequence[Tile],
    seen: Seen,
    *,
    words: str,
    is_trained: bool,
    scores: Sequence[tuple[str, float]],
    places: dict[str, str],
    selected: str,
    has_cards: bool,
    is_stale: bool,
    on_select: Callable[[str], None],
) -> None:
    """Show a pass.

    Args:
        tiles: of the layers, in their order.
        seen: what entered the network.
        words: whose weights these are.
        is_trained: they are somebody's.
        scores: names of classes with their shares, the largest first.
        places: see `places_of`.
        selected: number of the chosen layer, "" for the input.
        has_cards: a card for each layer is shown below.
        is_stale: the network was changed since.
        on_select: called with the number of the layer whose card was chosen.
    """

    def chosen() -> None:
        number = word(KEY, "select", text(LONGEST_NUMBER))
        if number is not None:
            on_select(number)

    photo = media.url(seen.photo.data, seen.photo.mimetype, f"{KEY}.photo")
    size = {"height": seen.height, "width": seen.width, "inset": seen.inset}
    _mount(
        data={
            "photo": {"url": photo, "alt": seen.alt, **size},
            "words": words,
            "is_trained": is_trained,
            "is_stale": is_stale,
            "scores": [
                {"name": name, "share": round(share, 4), "text": percent(share)}
                for name, share in scores
            ],
            "tiles": [_described(tile) for tile in tiles],
            "places": places,
            "selected": selected,
            "has_cards": has_cards,
        },
        key=KEY,
        on_select_change=chosen,
        height="content",
    )


def _described(tile: Tile) -> dict[str, Any]:
    drawn = tile.mosaic
    kept = ("path", "title", "shape", "low", "high", "alt", "note", "sees", "middle", "rows")
    return {name: getattr(tile, name) for name in (*kept, "columns")} | {
        "url": media.url(drawn.png, "image/png", f"{KEY}.{tile.path}"),
        "gradient": css_gradient(drawn.palette),
        "size": [drawn.width, drawn.height],
        "across": drawn.columns,
        "count": drawn.count,
        "map": [drawn.tile.width, drawn.tile.height],
        "gap": drawn.tile.gap,
    }
