"""A digit in front of LeNet, for the home page: four of its layers and the scores.

`python -m cnnviz.ui.overview.digit` records the answer that home is painted with at once.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from cnnviz.activations import Layer, layers
from cnnviz.models import Pretrained
from cnnviz.probes.tape import Tape, tape
from cnnviz.ui.kept import kept
from cnnviz.ui.models import load
from cnnviz.ui.overview.at_once import DIGIT, FILE, KEY
from cnnviz.ui.overview.glance import Ask, Place
from cnnviz.ui.overview.view import told_of
from cnnviz.ui.pad import sample_digit
from cnnviz.ui.pictures import Picture

NAME = "lenet-mnist"
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
    """A picture in front of LeNet."""

    picture: Picture

    @property
    def key(self) -> str:
        """Of the network."""
        return NAME

    @property
    def place(self) -> Place:
        """What a pass depends on."""
        return NAME, self.picture.digest, None

    @property
    def network(self) -> Pretrained:
        """Shared, so only read."""
        return load(NAME)

    @property
    def batch(self) -> Tensor:
        """(1, 1, 32, 32)."""
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


def record() -> None:
    """Write the answer to the digit that lies on the pad of home when it opens."""
    FILE.write_text(json.dumps(answer(sample_digit(DIGIT), has_details=False)), encoding="utf-8")


if __name__ == "__main__":
    record()
