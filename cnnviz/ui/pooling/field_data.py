"""What the drawing of a receptive field is given: picture, boxes, cards, and the walk down."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from cnnviz.counting import lines_words, place_words, size_words
from cnnviz.figures import pictures
from cnnviz.figures.style import SEQUENTIAL, css_gradient
from cnnviz.pooling.field import Stage, Step, descent
from cnnviz.probes.receptive import Box
from cnnviz.summary.extent import Extent
from cnnviz.ui import media
from cnnviz.ui.pictures import Picture
from cnnviz.ui.pooling.looked import Looked, UnitFound, same_place
from cnnviz.ui.pooling.subject import shown

FIELD = "pooling_field"  # key of the component


def seen_data(looked: Looked, picture: Picture, side: int) -> dict[str, Any]:
    """The picture with what the unit could see and what moves it, the cards and all words."""
    cards, stage, unit, found = looked.cards, looked.stage, looked.unit, looked.found
    photo = pictures.encode_photo(shown(looked.chosen, picture.image, side))
    extents = stage.field.extents
    assert extents is not None
    box = _box(extents, unit)
    size = f"{box[2] - box[0]} × {box[3] - box[1]}"
    others = [card for card in cards if card.name != stage.name]
    return {
        "photo": media.url(photo.data, photo.mimetype, f"{FIELD}.photo"),
        "height": side,
        "width": side,
        "alt": f"{picture.alt}. The unit in {place_words(*unit)} of {stage.name} could see "
        f"{size} pixels, {lines_words('row', box[0], box[2])} and "
        f"{lines_words('column', box[1], box[3])}. The arrow keys move the unit.",
        "crop_alt": f"The {size} pixels that the unit could see, enlarged.",
        "cards": [
            _card(card, same_place(stage, unit, card), card.name == stage.name) for card in cards
        ],
        "others": [_other(card, same_place(stage, unit, card), size) for card in others],
        "unit": list(unit),
        "rows": _windows(extents[0], stage.shape[1]),
        "columns": _windows(extents[1], stage.shape[2]),
        "label": size,
        "words": [stage.field.reason or "Nothing outside can move it."],
        "why_not": looked.why_not,
        "caption": _caption(stage, found),
        "map_title": f"{stage.name}, map {found.map}" if found else stage.name,
        **_found(found, box, unit, stage),
    }


def _caption(stage: Stage, found: UnitFound | None) -> str:
    jumps = stage.field.jump
    apart = (
        f"One unit further is {' × '.join(map(str, dict.fromkeys(jumps)))} pixels. "
        if jumps
        else ""
    )
    if found is None:
        return apart
    core = found.core
    return f"{apart}Dashed: {core.height} × {core.width} pixels hold 90 % of the effect."


def _found(
    found: UnitFound | None, box: list[int], unit: tuple[int, int], stage: Stage
) -> dict[str, Any]:
    if found is None:
        return {"core": None, "gradient": None, "map": None}
    high = float(found.effect.max()) or 1.0
    low, top = pictures.ends(found.maps)
    low = min(low, 0.0)
    colours = css_gradient(SEQUENTIAL)
    picture = pictures.sequential_png(found.effect, 0, high)
    one_map = pictures.sequential_png(found.maps, low, top if top > low else low + 1)
    return {
        "core": _edges(found.core) if found.core.area else None,
        "gradient": {
            "url": media.url(picture, "image/png", f"{FIELD}.effect"),
            "high": pictures.nice_limit(high),
            "colours": colours,
            "profile": _profile(found.effect, box),
            "alt": f"How much each pixel moves the unit, from 0 to {high:.3g}; "
            f"{found.core.height} × {found.core.width} pixels hold 90 % of it.",
        },
        "map": {
            "url": media.url(one_map, "image/png", f"{FIELD}.map"),
            "low": pictures.nice_limit(low),
            "high": pictures.nice_limit(top),
            "colours": colours,
            "value": f"unit = {found.value:.4g}".replace("-", "−"),
            "alt": f"Map {found.map} of {stage.name}, {low:.3g} to {top:.3g}; the unit {unit} is "
            f"{found.value:.4g}.",
        },
    }


def _profile(effect: Tensor, box: list[int]) -> list[float]:
    """The effect of each column of the box, 0 outside the picture."""
    sums = effect.sum(dim=0).tolist()
    inside = range(len(sums))
    return [float(f"{sums[x]:.3g}") if x in inside else 0.0 for x in range(box[1], box[3])]


def _edges(box: Box) -> list[int]:
    return [box.top, box.left, box.bottom, box.right]


def _windows(extent: Extent, count: int) -> list[list[int]]:
    """First pixel and one after the last for every unit along an axis; equal where it sees none."""
    ends = (extent.at(i) for i in range(count))
    return [[first, last + 1] if first <= last else [0, 0] for first, last in ends]


def _box(extents: tuple[Extent, ...], unit: tuple[int, int]) -> list[int]:
    rows, columns = (_windows(e, i + 1)[i] for e, i in zip(extents, unit, strict=True))
    return [rows[0], columns[0], rows[1], columns[1]]


def _card(card: Stage, unit: tuple[int, int], is_chosen: bool) -> dict[str, Any]:
    extents, field = card.field.extents, card.field
    assert extents is not None
    size = size_words(field.size) if field.size else "varies"
    jump, offset = (_both(pair) for pair in (field.jump, field.offset))
    title = card.name.rpartition(".")[2] if card.name.count(".") > 1 else card.name
    return {
        "name": card.name,
        "title": title,
        "size": size,
        "jump": jump,
        "offset": offset,
        "box": _box(extents, unit),
        "chosen": is_chosen,
        "picture": f"What one unit of {card.name} could see: {size} pixels",
        "help": f"{card.name}: "
        + (field.reason or f"sees {size} pixels, jump {jump}, offset {offset}"),
    }


def _both(pair: tuple[Any, ...] | None) -> str:
    return " × ".join(str(one) for one in dict.fromkeys(pair or ())).replace("-", "−") or "–"


def _other(card: Stage, unit: tuple[int, int], size: str) -> dict[str, Any]:
    extents = card.field.extents
    assert extents is not None
    label = (
        str(card.field.size[0]) if card.field.size and f"{card.field.size[0]} ×" not in size else ""
    )
    return {"box": _box(extents, unit), "label": label}


def walk_data(steps: list[Step], cards: list[Stage], unit: tuple[int, int]) -> dict[str, Any]:
    """The way down, map by map; the line says what is read of the maps that have a card."""
    frames = descent(steps, unit)
    if not frames:
        return {"walk": [], "walked": "No walk: a layer on the way reads no regular windows."}
    told = [
        {"label": f"{_cells(frame.cells)} cells of {frame.name}'s input" if i else "1 unit",
         "pixels": list(frame.pixels)}
        for i, frame in enumerate(frames)
    ]  # fmt: skip
    named = [card.field.extents for card in cards]
    below = zip(reversed(steps), frames[1:], strict=True)
    passed = [_cells(frame.cells) for step, frame in below if step.before in named]
    parts = [
        "1 unit",
        *(f"{cells} cells" for cells in passed),
        f"{_cells(frames[-1].cells)} pixels",
    ]
    return {"walk": told, "walked": "Walk down: " + " → ".join(parts)}


def _cells(cells: tuple[int, int]) -> str:
    return f"{cells[0]}²" if cells[0] == cells[1] else f"{cells[0]}×{cells[1]}"
