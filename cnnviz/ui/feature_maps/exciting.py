"""The sample pictures that excite the chosen map most, and the patch that each of them saw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from PIL import Image
from torch import Tensor

from cnnviz.counting import place_words
from cnnviz.figures.pictures import encode_photo, nice_limit
from cnnviz.heatmaps.scores import at_once
from cnnviz.images import SAMPLES, sample
from cnnviz.images.ten_digits import digit
from cnnviz.probes.excitation import StrongestCells, strongest_cells
from cnnviz.probes.receptive import Box, Extents, core_box, effective_receptive_field
from cnnviz.ui import media
from cnnviz.ui.components import register
from cnnviz.ui.feature_maps.address import ADDRESS, Values
from cnnviz.ui.feature_maps.seen import (
    SMALL_PASS,
    Place,
    Seen,
    chosen_map,
    is_for_digits,
    is_pass_large,
    let_go_of_pass,
    network_view,
    shapes_of,
)
from cnnviz.ui.kept import kept
from cnnviz.ui.models import DIGIT_SAMPLES
from cnnviz.ui.sent import one_of, word

MOST = 6
MOST_OF_IT = 0.6  # of the picture: a cell that sees more is shown with what moves it
TOGETHER = 4  # pictures in one pass

_mount = register("exciting")


@dataclass(frozen=True)
class Example:
    """One picture of the sample set."""

    name: str  # of a sample; "" for one that is no sample
    title: str
    load: Callable[[], Image.Image]  # a whole set of pictures would outlive the run

    @property
    def image(self) -> Image.Image:
        """The pixels."""
        return self.load()


@dataclass(frozen=True)
class Excited:
    """Where one picture excites the map most."""

    example: Example
    value: float
    cell: tuple[int, int]
    box: Box
    core: Box | None  # 90 % of the influence; None where it was not computed


def sample_set(seen: Seen) -> list[Example]:
    """All samples; for a network that reads digits the samples and ten drawn ones."""
    if not is_for_digits(seen.network):
        return [
            Example(name, entry.title, partial(sample, name)) for name, entry in SAMPLES.items()
        ]
    digits = [Example(name, SAMPLES[name].title, partial(sample, name)) for name in DIGIT_SAMPLES]
    drawn = [Example("", f"A {name}, drawn", partial(_drawn, name)) for name in "0123456789"]
    return digits + drawn


def _drawn(name: str) -> Image.Image:
    return Image.fromarray(digit(name)).convert("RGB")


@kept(spinner="Looking through the sample pictures …")
def _strongest(key: str, size: int | None, layer: str, _seen: Seen) -> list[StrongestCells]:
    """For every picture of the sample set, the largest number of every map of a layer."""
    examples, found = sample_set(_seen), []
    let_go_of_pass(_seen)
    together = _together(_seen)
    for first in range(0, len(examples), together):
        pictures = [example.image for example in examples[first : first + together]]
        batch = _batch(_seen, pictures)
        found.append(strongest_cells(_seen.network.model, layer, batch))
    return found


def _together(seen: Seen) -> int:
    """How many pictures are in one pass."""
    return 1 if is_pass_large(seen) else min(TOGETHER, at_once(seen.batch))


def _batch(seen: Seen, pictures: Sequence[Image.Image]) -> Tensor:
    return torch.cat([seen.network.transform(picture, seen.size) for picture in pictures])


def exciting(values: Values, seen: Seen, sees: tuple[Extents, Extents]) -> list[Excited]:
    """The pictures that excite the chosen map most, the largest value first."""
    channel = chosen_map(values, seen)
    found = []
    strongest = _strongest(seen.key, seen.size, seen.layer.name, seen)
    for number, example in enumerate(sample_set(seen)):
        batch, index = divmod(number, _together(seen))
        value, row, column = strongest[batch].of(index, channel)
        (top, height), (left, width) = sees[0][row], sees[1][column]
        found.append((value, example, (row, column), Box(top, left, top + height, left + width)))
    found.sort(key=lambda entry: -entry[0])
    return [
        Excited(example, value, cell, box, _core(seen, example, channel, cell))
        for value, example, cell, box in found[:MOST]
    ]


def _core(seen: Seen, example: Example, channel: int, cell: tuple[int, int]) -> Box | None:
    if seen.shape[-1] * seen.shape[-2] > SMALL_PASS or is_pass_large(seen):
        return None
    box = _core_of(
        (seen.key, example.title, seen.size), seen.layer.name, (channel, *cell), seen, example
    )
    return box if box.area else None


@kept
def _core_of(
    place: Place,
    layer: str,
    cell: tuple[int, int, int],
    _seen: Seen,
    _example: Example,
) -> Box:
    batch = _seen.network.transform(_example.image, _seen.size)
    return core_box(
        effective_receptive_field(_seen.network.model, batch, layer, *cell, played=shapes_of(_seen))
    )


def show_exciting(values: Values, seen: Seen, sees: tuple[Extents, Extents]) -> None:
    """The pictures with the patch that the cell can see framed; a click goes to that picture."""
    key, found = "feature_maps_exciting", exciting(values, seen, sees)
    cells = {excited.example.name: excited.cell for excited in found if excited.example.name}

    def chosen() -> None:
        name = word(key, "choose", one_of(cells))
        if name is not None:
            ADDRESS.set(image=name, cell=cells[name])

    _mount(
        data={
            "cards": [_card(excited, seen, index) for index, excited in enumerate(found)],
            "size": list(seen.shape[-2:]),
        },
        key=key,
        on_choose_change=chosen,
        height="content",
    )


def _card(excited: Excited, seen: Seen, index: int) -> dict[str, Any]:
    photo = encode_photo(network_view(seen, excited.example.image))
    box, core = excited.box, excited.core
    return {
        "name": excited.example.name,
        "title": excited.example.title,
        "value": nice_limit(excited.value),
        "note": place_words(*excited.cell),
        "photo": media.url(photo.data, photo.mimetype, f"feature_maps_exciting.{index}"),
        "box": _listed(box),
        "patch": _listed(core if core and box.area > MOST_OF_IT * _area(seen) else box),
        "core": _listed(core) if core else None,
        "sees": f"sees {box.height} × {box.width}"
        + (f", 90 % from {core.height} × {core.width}" if core else ""),
        "is_here": excited.example.name == seen.picture.name,
    }


def _area(seen: Seen) -> int:
    return seen.shape[-2] * seen.shape[-1]


def _listed(box: Box) -> list[int]:
    return [box.top, box.left, box.height, box.width]
