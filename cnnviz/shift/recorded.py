"""How many of 500 MNIST test digits each network reads at every shift: computed once and shipped.

MNIST itself is not shipped. `python -m cnnviz.shift` makes the file from it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import torch
from torch import Tensor, nn

from cnnviz.places import ASSETS, read_from
from cnnviz.shift.answers import batch_of
from cnnviz.shift.moves import FARTHEST, shifted
from cnnviz.training.data import LabelledPictures

FILE = ASSETS / "shift" / "accuracy.json"
COUNT = 500  # digits
SIDE = 2 * FARTHEST + 1


@dataclass(frozen=True)
class Recorded:
    """Digits read rightly at each shift.

    Args:
        recipe: the command that makes the file.
        digits: of the test set, how many were moved: every twentieth.
        farthest: pixels, both ways.
        right: for each network (21, 21) counts, rows from 10 up to 10 down, columns from left.
    """

    recipe: str
    digits: int
    farthest: int
    right: dict[str, list[list[int]]]

    def count(self, name: str, dx: int, dy: int) -> int:
        """Digits that the network reads when they are moved by (dx, dy)."""
        return self.right[name][dy + self.farthest][dx + self.farthest]

    def share(self, name: str, dx: int, dy: int) -> float:
        """The same as a share in [0, 1]."""
        return self.count(name, dx, dy) / self.digits

    def places_from(self, name: str, least: float) -> int:
        """At how many places the share is at least `least`."""
        return sum(count >= least * self.digits for row in self.right[name] for count in row)


@cache
def recorded() -> Recorded:
    """The shipped counts.

    Raises:
        AssetError: their file is missing or damaged.
    """
    with read_from(FILE):
        return Recorded(**json.loads(FILE.read_text(encoding="utf-8")))


def right_at(model: nn.Module, name: str, data: LabelledPictures, dx: int, dy: int) -> int:
    """How many pictures of `data` (28×28) the network reads when they are moved by (dx, dy)."""
    pictures = shifted(data.pictures[:, 0].float(), dx, dy)
    with torch.inference_mode():
        answers = model(batch_of(name, pictures)).argmax(1)
    return int((answers == data.labels).sum())


def right_everywhere(model: nn.Module, name: str, data: LabelledPictures) -> Tensor:
    """`right_at` for every shift: (21, 21), rows from 10 up to 10 down, columns from the left."""
    span = range(-FARTHEST, FARTHEST + 1)
    return torch.tensor([[right_at(model, name, data, dx, dy) for dx in span] for dy in span])


def write(found: Recorded, path: Path = FILE) -> None:
    """Write the counts, a row of the map to a line."""
    rows = {
        name: "[\n  " + ",\n  ".join(json.dumps(row) for row in counts) + "\n ]"
        for name, counts in found.right.items()
    }
    head = {key: value for key, value in asdict(found).items() if key != "right"}
    right = ",\n ".join(f"{json.dumps(name)}: {text}" for name, text in rows.items())
    path.parent.mkdir(exist_ok=True)
    path.write_text(f'{json.dumps(head)[:-1]},\n"right": {{\n {right}\n}}}}\n', encoding="utf-8")
