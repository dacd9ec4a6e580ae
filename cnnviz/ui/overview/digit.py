"""A digit in front of a network that reads it: of home four layers of LeNet and the scores.

`python -m cnnviz.ui.overview.digit` records the answer that home is painted with at once.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from cnnviz.activations import Layer, layers
from cnnviz.activations import record as record_layers
from cnnviz.figures.pictures import encode_photo
from cnnviz.models import Pretrained
from cnnviz.probes.tape import Tape, tape
from cnnviz.ui.compute import computing
from cnnviz.ui.kept import kept
from cnnviz.ui.models import load
from cnnviz.ui.overview.at_once import DIGIT, FILE, KEY
from cnnviz.ui.overview.drawn import Drawn
from cnnviz.ui.overview.entering import entering
from cnnviz.ui.overview.glance import Ask, Place, structure
from cnnviz.ui.overview.view import Photo, told_of
from cnnviz.ui.pad import sample_digit
from cnnviz.ui.pictures import Picture

NAME = "lenet-mnist"
MOVING = ("levels", "size", "isSigned", "scale", "channels")  # of a column
SHOWN = (
    "feature_extractor.1", "feature_extractor.4", "classifier.1", "classifier.3", "classifier.4",
)  # fmt: skip
LABELS = [
    {"from": place, "to": place, "title": title, "note": note}
    for place, (title, note) in enumerate(
        [
            ("6 maps", "convolution 1"),
            ("16 maps", "convolution 2"),
            ("120", "linear"),
            ("84", "linear"),
        ]
    )
]


@dataclass(frozen=True)
class Digit:
    """A picture in front of a network that reads digits."""

    picture: Picture
    key: str = NAME  # of the network

    @property
    def place(self) -> Place:
        """What a pass depends on."""
        return self.key, self.picture.digest, None

    @property
    def network(self) -> Pretrained:
        """Shared, so only read."""
        return load(self.key)

    @property
    def batch(self) -> Tensor:
        """(1, 1, height, width)."""
        return self.network.transform(self.picture.image)

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the batch."""
        return tuple(self.batch.shape)

    @property
    def layers(self) -> tuple[Layer, ...]:
        """Those worth looking into."""
        return _layers(self.key, self.shape, self)

    @property
    def played(self) -> Tape:
        """The pass."""
        return _pass(self.place, self)


@kept
def _layers(key: str, shape: tuple[int, ...], _digit: Digit) -> tuple[Layer, ...]:
    return tuple(layers(_digit.network.model, shape))


@kept
def _pass(place: Place, _digit: Digit) -> Tape:
    return tape(_digit.network.model, _digit.batch)


def answer(picture: Picture, has_details: bool) -> dict[str, Any]:
    """What the overview of home draws for a digit."""
    ask = Ask("channel", "layer", is_in_order=True, only=SHOWN)
    return told_of(Digit(picture), None, KEY, ask, has_details) | {"labels": LABELS}


def overview_of(picture: Picture, asked: Drawn) -> dict[str, Any]:
    """What the overview of a network that reads digits draws; what is pinned need not be there."""
    digit = Digit(picture, asked.model)
    view = entering(digit.network, digit.shape, None, picture.image)
    photo = Photo(encode_photo(view), picture.title, picture.alt)
    ask = Ask(asked.order, asked.scale, is_in_order=True, pinned=_there(digit, asked.pinned))
    return told_of(digit, photo, KEY, ask, has_details=False)


def _there(digit: Digit, pinned: tuple[int, int] | None) -> tuple[int, int] | None:
    """A column and a map of it, if the network has them."""
    columns = structure(digit).columns
    is_there = (
        pinned is not None
        and pinned[0] < len(columns)
        and pinned[1] < columns[pinned[0]].layer.shape[0]
    )
    return pinned if is_there else None


def moving(told: dict[str, Any]) -> dict[str, Any]:
    """The part of what an overview is told that changes with the picture."""
    columns = [{name: column[name] for name in MOVING} for column in told["columns"]]
    return {name: told[name] for name in ("photo", "scores", "alt")} | {"columns": columns}


def maps_of(picture: Picture) -> dict[str, Tensor]:
    """What each layer of LeNet makes of a digit, by the layer's name, without the batch."""
    network = load(NAME)
    names = [layer.name for layer in Digit(picture).layers]
    with computing(), torch.inference_mode():
        found = record_layers(network.model, network.transform(picture.image), names)
    return {name: found[name][0] for name in names}


def record() -> None:
    """Write the answer to the digit that lies on the pad of home when it opens."""
    FILE.write_text(json.dumps(answer(sample_digit(DIGIT), has_details=False)), encoding="utf-8")


if __name__ == "__main__":
    record()
