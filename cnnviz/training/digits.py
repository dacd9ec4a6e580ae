"""The digits that ship with the app, all drawn by our own pen (`cnnviz.images.handwriting`).

    python -m cnnviz.training.digits --mnist mnist.npz

draws them anew and writes `assets/digits`: a sheet of pictures, and a card that says how LeNet does
on other digits of the same pen, and on MNIST's, when it has learnt from these alone. MNIST's
pictures are only asked; none is kept.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, dataclass
from functools import cache, partial
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from cnnviz.images.handwriting import write_digit
from cnnviz.images.mnist_form import SIDE
from cnnviz.models.lenet import LeNet
from cnnviz.models.seeded import build_seeded
from cnnviz.models.shipped import SHIPPED
from cnnviz.places import ASSETS, read_from
from cnnviz.training.data import LabelledPictures, read_npz
from cnnviz.training.loop import Training, accuracy
from cnnviz.training.recipes import DIGITS

FOLDER = ASSETS / "digits"
COUNT, COLUMNS = 3_000, 60  # digits, and how many lie in a row of the sheet
HELD_OUT = 1_000
SEED, HELD_OUT_SEED = 0, 1
INPUT = SHIPPED["lenet-mnist"].input


@dataclass(frozen=True)
class DigitsCard:
    """How many digits there are, and what LeNet makes of them; accuracies in [0, 1].

    Attributes:
        count: of the digits; they come as 0, 1, … 9, 0, 1, …
        seed: that they were drawn with.
        held_out: how many others were drawn to be asked.
        drawn_accuracy: of LeNet on these.
        mnist_accuracy: on the 10,000 test digits of MNIST.
    """

    count: int
    seed: int
    held_out: int
    drawn_accuracy: float
    mnist_accuracy: float


def draw(count: int, seed: int) -> LabelledPictures:
    """Digits 0, 1, … 9, 0, 1, … that our pen writes: pictures (count, 1, 28, 28) as uint8."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.arange(count) % 10
    drawn = torch.stack([write_digit(digit, generator) for digit in labels.tolist()])
    return LabelledPictures(drawn.round().to(torch.uint8).unsqueeze(1), labels)


def sheet(pictures: Tensor) -> Image.Image:
    """Pictures (N, 1, 28, 28), N whole rows, laid out row by row in one grey picture."""
    rows = pictures.view(-1, COLUMNS, SIDE, SIDE).transpose(1, 2)
    return Image.fromarray(rows.reshape(-1, COLUMNS * SIDE).numpy())


@cache
def shipped_digits() -> LabelledPictures:
    """The digits that come with the app; shared, only to be read.

    Raises:
        AssetError: their file is missing or damaged.
    """
    file = FOLDER / "digits.png"
    with read_from(file), Image.open(file) as picture:
        rows = torch.from_numpy(np.array(picture)).view(-1, SIDE, COLUMNS, SIDE)
    pictures = rows.transpose(1, 2).reshape(-1, 1, SIDE, SIDE)
    return LabelledPictures(pictures, torch.arange(len(pictures)) % 10)


@cache
def digits_card() -> DigitsCard:
    """What was measured when they were drawn.

    Raises:
        AssetError: the file is missing or damaged.
    """
    file = FOLDER / "digits.json"
    with read_from(file):
        return DigitsCard(**json.loads(file.read_text(encoding="utf-8")))


def learnt(data: LabelledPictures, seed: int = 0) -> nn.Module:
    """LeNet when it has learnt from these digits by the recipe `DIGITS`, in eval mode."""
    run = Training(build_seeded(partial(LeNet, 1), seed), INPUT, data, DIGITS, seed)
    while run.epoch < DIGITS.epochs:
        for _ in run.run_epoch():
            pass
    return run.averaged


def main(arguments: list[str] | None = None) -> None:
    """Draw the digits, ask LeNet, and write sheet and card."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mnist", type=Path, required=True, help="npz with x_test and y_test")
    parser.add_argument("--out", type=Path, default=FOLDER)
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    write(options.out, read_npz(options.mnist, "test"))


def write(folder: Path, mnist: LabelledPictures, count: int = COUNT) -> DigitsCard:
    """Draw `count` digits (whole rows) into a folder, with the card of what LeNet learns from them.

    Args:
        mnist: the digits of other hands that LeNet is asked.
    """
    digits, others = draw(count, SEED), draw(HELD_OUT, HELD_OUT_SEED)
    network = learnt(digits)
    drawn, written = (accuracy(network, INPUT, asked) for asked in (others, mnist))
    card = DigitsCard(count, SEED, len(others), drawn, written)
    folder.mkdir(parents=True, exist_ok=True)
    sheet(digits.pictures).save(folder / "digits.png", optimize=True)
    (folder / "digits.json").write_text(json.dumps(asdict(card), indent=2) + "\n", "utf-8")
    return card


if __name__ == "__main__":
    main()
