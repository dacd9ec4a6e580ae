"""Pictures whose class is known, of which the network is right about half."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from cnnviz.heatmaps.scores import shares_of
from cnnviz.images.framing import Frame, framed
from cnnviz.images.handwriting import write_digit
from cnnviz.images.samples import SAMPLES, sample
from cnnviz.models import Pretrained

LABELLED = {  # sample -> names of the classes that are right, of CIFAR-10 and of ImageNet
    "cat": ("cat", "tabby", "tiger cat", "Egyptian cat"),
    "coffee": ("espresso", "cup", "coffee mug"),
    "rocket": ("missile", "projectile"),
    "airplane": ("airplane", "airliner"),
    "penguin": ("bird", "king penguin"),
    "schooner": ("ship", "schooner"),
    "boat": ("ship", "yawl", "catamaran", "trimaran"),
    "automobile": ("automobile", "beach wagon", "convertible", "sports car"),
    "truck": ("truck", "garbage truck", "trailer truck", "pickup"),
    "fawn": ("deer",),
    "dog": ("dog",),
    "frog": ("frog",),
    "pony": ("horse",),
    "horse": ("horse",),
}
MOST_ZOOM = 3.0
CHOICES = 4
AT_ONCE, TRIES = 4, 12  # candidates in one try, and tries until either kind will do


@dataclass(frozen=True, eq=False)
class Riddle:
    """A picture, what it shows and what the network says.

    Attributes:
        batch: (1, channels, height, width), as the network gets it.
        alt: what can be seen.
        truth: the names that would be right.
        scores: (classes,) probabilities.
        choices: indices of four classes in an order of chance: what the network says, and the next.
        has_map: whether the heatmap is shown with it; of two riddles in a row one has it.
    """

    batch: Tensor
    alt: str
    truth: tuple[str, ...]
    scores: Tensor
    is_right: bool
    choices: tuple[int, ...]
    has_map: bool

    @property
    def said(self) -> int:
        """The class that the network says."""
        return int(self.scores.argmax())


def knows_pictures(network: Pretrained) -> bool:
    """Whether there are pictures whose class among this network's is known."""
    return network.card.dataset == "MNIST" or len(_fitting(network)) >= CHOICES


def riddle(network: Pretrained, number: int, size: int | None = None) -> Riddle:
    """The riddle of a number: the same number, network and size give the same one.

    Whether the network is right about it is a matter of chance, half and half: pictures are drawn
    until one is of the kind (after 48 any will do, for a network that is always right or never).
    Digits are written anew and damaged; of our pictures a square is cut out by chance.

    Args:
        network: only read.
        number: from 1.
        size: pixels of a side; as in training if None.

    Raises:
        ValueError: no pictures are known for this network.
    """
    if not knows_pictures(network):
        raise ValueError("there are no pictures whose class this network would know")
    generator = torch.Generator().manual_seed(number)
    wants_right = bool(torch.randint(2, (), generator=generator))
    draw = _drawn_digit if network.card.dataset == "MNIST" else _cut_picture
    picked = _picked(network, generator, draw, wants_right, size)
    batch, alt, truth, scores = picked
    best = scores.topk(min(CHOICES, len(scores)))[1]
    order = torch.randperm(len(best), generator=generator)
    return Riddle(
        batch,
        alt,
        truth,
        scores,
        network.classes[int(scores.argmax())] in truth,
        tuple(best[order].tolist()),
        _has_map(number),
    )


def _has_map(number: int) -> bool:
    """One of two riddles in a row, which one is a matter of chance."""
    pair, place = divmod(number - 1, 2)
    coin = torch.randint(2, (), generator=torch.Generator().manual_seed(1_000_003 + pair))
    return bool(coin) == bool(place)


Drawn = tuple[Image.Image, str, tuple[str, ...]]  # picture, what is seen, right names
Draw = Callable[[Pretrained, torch.Generator], Drawn]


def _picked(
    network: Pretrained,
    generator: torch.Generator,
    draw: Draw,
    wants_right: bool,
    size: int | None,
) -> tuple[Tensor, str, tuple[str, ...], Tensor]:
    for _ in range(TRIES):
        few = [draw(network, generator) for _ in range(AT_ONCE)]
        batches = torch.cat([network.transform(picture, size) for picture, _, _ in few])
        scores = shares_of(network.model, batches)
        said = [network.classes[index] for index in scores.argmax(dim=1).tolist()]
        fits = [(name in one[2]) == wants_right for name, one in zip(said, few, strict=True)]
        at = fits.index(True) if any(fits) else 0
        if fits[at]:
            break
    return batches[at : at + 1].clone(), few[at][1], few[at][2], scores[at].clone()


def _drawn_digit(network: Pretrained, generator: torch.Generator) -> Drawn:
    """A digit by a hand of its own, with a spot of ink on it or a piece of it gone."""
    value = int(torch.randint(10, (), generator=generator))
    ink = write_digit(value, generator)
    rows, columns = torch.meshgrid(torch.arange(28), torch.arange(28), indexing="ij")
    row, column = (6 + 16 * torch.rand(2, generator=generator)).tolist()
    radius = 1 + 3.5 * float(torch.rand((), generator=generator))
    inside = (rows - row) ** 2 + (columns - column) ** 2 <= radius**2
    spot = 255.0 if torch.rand((), generator=generator) < 0.5 else 0.0
    spoilt = torch.where(inside, spot, ink).round().to(torch.uint8).numpy()
    return (
        Image.fromarray(np.ascontiguousarray(spoilt)),
        "A spoilt handwritten digit",
        (str(value),),
    )


def _cut_picture(network: Pretrained, generator: torch.Generator) -> Drawn:
    """A square of one of our pictures, mirrored or not."""
    names = _fitting(network)
    name = names[int(torch.randint(len(names), (), generator=generator))]
    zoom, x, y, mirror = torch.rand(4, generator=generator).tolist()
    part = Frame("hand", 1 + zoom * (MOST_ZOOM - 1), round(100 * x), round(100 * y))
    picture = framed(sample(name), part)
    if mirror < 0.5:
        picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return picture, f"A part of this picture: {SAMPLES[name].alt}", LABELLED[name]


def _fitting(network: Pretrained) -> list[str]:
    """The samples that show one of the network's classes."""
    known = set(network.classes)
    return [name for name, right in LABELLED.items() if known & set(right)]
