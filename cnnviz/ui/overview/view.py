"""The overview as the browser draws it: columns, threads between them, scores."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from cnnviz.counting import percent
from cnnviz.figures.overview.columns import labels_of, note_of, palettes, shrinking, title_of
from cnnviz.figures.pictures import Encoded, nice_limit
from cnnviz.figures.values import exact_values
from cnnviz.overview.structure import Link, Structure
from cnnviz.ui import media, turns
from cnnviz.ui.overview.drawn import Drawn, live
from cnnviz.ui.overview.glance import Ask, Details, Frame, Looked, details, frame, structure
from cnnviz.ui.overview.mount import mount
from cnnviz.ui.sent import part, sent_index, sent_name

SMALL = 4000  # bytes of a picture


@dataclass(frozen=True)
class Chosen:
    """A map and a cell of it: what was clicked."""

    layer: str
    channel: int
    cell: tuple[int, int]


@dataclass(frozen=True, eq=False)
class Photo:
    """The picture as it enters the network.

    Attributes:
        picture: its bytes.
        title: what it is called.
        alt: what it shows.
    """

    picture: Encoded
    title: str
    alt: str


def overview(
    looked: Looked,
    photo: Photo | None,
    *,
    key: str,
    ask: Ask,
    chosen: Chosen | None = None,
    has_details: bool = True,
    pad: str = "",
    on_open: Callable[[Chosen], None] | None = None,
    on_rest: Callable[[], None] | None = None,
) -> None:
    """Show the whole network; pointing is answered in the browser, a click comes back.

    Args:
        looked: the picture in front of the network.
        photo: the same for the eye; None where the block alone is shown.
        key: name of the component.
        ask: what is to be shown of it.
        chosen: the cell that is open; its map is shown.
        has_details: whether the numbers behind the picture are sent: while one draws they are not,
            and the browser asks for them when the hand rests.
        pad: name of the pad that a hand draws on, if the network reads what lies there.
        on_open: told the cell that was clicked, before the run which that causes.
        on_rest: called when the hand rests.
    """
    made = structure(looked, ask.inside)
    names = [column.name for column in made.columns]
    at = names.index(chosen.layer) if chosen and chosen.layer in names else None
    pinned = None if at is None or chosen is None else (at, chosen.channel)
    ask = replace(ask, pinned=pinned)

    def opened() -> None:
        told = turns.said(key, "open", lambda value: sent_cell_of(value, made))
        if told is not None and on_open is not None:
            on_open(told)

    cell = None if pinned is None or chosen is None else [*pinned, *chosen.cell]
    drawn = Drawn(looked.key, ask.order, ask.scale, pinned)
    data = told_of(looked, photo, key, ask, has_details) | {
        "chosen": cell,
        "live": live(pad, drawn) if pad else None,
    }
    mount(data, key, on_open=opened if on_open else None, on_rest=on_rest)


def told_of(
    looked: Looked, photo: Photo | None, key: str, ask: Ask, has_details: bool
) -> dict[str, Any]:
    """What the browser draws, without what it says itself; arguments as for `overview`."""
    made, seen = structure(looked, ask.inside, ask.only), frame(looked, ask)
    return {
        "key": key,
        "palettes": palettes(),
        "columns": [_column(made, index, seen) for index in range(len(made.columns))],
        "labels": labels_of(made.columns),
        "links": [_link(*link) for link in zip(made.links, seen.ratios, strict=True)],
        "photo": photo and _photo(photo, looked, key),
        "scores": _scores(seen, looked),
        "details": _details(details(looked, ask), key) if has_details else None,
        "chosen": None,
        "live": None,
        "alt": _alt(made, seen, looked, photo),
    }


def sent_cell_of(value: object, made: Structure) -> Chosen | None:
    """The cell that a browser says was clicked; None for anything else."""
    names = [column.name for column in made.columns]
    name = sent_name(part(value, "layer"), names)
    if name is None:
        return None
    channels, height, width = (*made.columns[names.index(name)].layer.shape, 1, 1)[:3]
    channel = sent_index(part(value, "channel"), channels)
    row, column = sent_index(part(value, "row"), height), sent_index(part(value, "column"), width)
    if channel is None or row is None or column is None:
        return None
    return Chosen(name, channel, (row, column))


def _column(made: Structure, index: int, seen: Frame) -> dict[str, Any]:
    column = made.columns[index]
    rows, columns = made.sees[index]
    side = shrinking(column.layer.shape[1:]) if len(column.layer.shape) == 3 else 1
    return {
        "name": column.name,
        "title": title_of(column),
        "note": note_of(column),
        "isVector": column.is_vector,
        "isFolded": len(column.layers) > 1,
        "count": column.layer.shape[0],
        "cells": list((*column.layer.shape, 1, 1)[1:3]),
        "side": side,
        "sees": {"rows": rows, "columns": columns},
        **seen.pictures[index],
    }


def _link(link: Link, ratio: float | None) -> dict[str, Any]:
    reads = link.reads and {"rows": link.reads[0], "columns": link.reads[1]}
    return {
        "source": link.source,
        "target": link.target,
        "isSame": link.is_same,
        "offset": link.offset,
        "arc": link.arc,
        "isIdentity": link.is_identity,
        "ratio": "" if ratio is None else f"{ratio:.2f}",
        "reads": reads or None,
    }


def _photo(photo: Photo, looked: Looked, key: str) -> dict[str, Any]:
    return {
        "url": _url(photo.picture, key),
        "title": photo.title,
        "alt": photo.alt,
        "size": list(looked.shape[-2:]),
    }


def _url(picture: Encoded, key: str) -> str:
    """Its address; a small one travels with the rest, so that a hand that draws waits for one."""
    if len(picture.data) < SMALL:
        return picture.data_url
    return media.url(picture.data, picture.mimetype, f"{key}.photo")


def _scores(seen: Frame, looked: Looked) -> list[dict[str, Any]]:
    if seen.scores is None:
        return []
    shares = seen.scores.softmax(0)
    return [
        {
            "index": index,
            "name": looked.network.classes[index],
            "score": round(seen.scores[index].item(), 4),
            "text": nice_limit(round(seen.scores[index].item(), 2)),
            "share": percent(shares[index].item()),
            "isFirst": index == int(shares.argmax()),
        }
        for index in seen.classes
    ]


def _details(found: Details, key: str) -> dict[str, Any]:
    file = exact_values(found.numbers)
    return {
        "url": media.url(file.data, "application/octet-stream", f"{key}.details"),
        "values": list(found.values),
        "terms": [one and {"at": one[0], "shape": one[1]} for one in found.terms],
        "without": {str(index): start for index, start in found.without.items()},
    }


def _alt(made: Structure, seen: Frame, looked: Looked, photo: Photo | None) -> str:
    words = f"{len(made.columns)} layers as columns of maps"
    if photo is None:
        return f"{words}, from {made.columns[0].name} to {made.columns[-1].name}."
    words += f", from “{photo.title}” on the left"
    if seen.scores is None:
        return words + "."
    best = int(seen.scores.argmax())
    share = float(seen.scores.softmax(0)[best])
    return f"{words} to the scores on the right: {looked.network.classes[best]}, {percent(share)}."
