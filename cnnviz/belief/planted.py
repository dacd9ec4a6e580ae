"""Planted truth: pictures of which only one region can carry the class.

A picture comes as a pair. Both are made of the same things, but in one of them the region shows
something and in the other it does not. The network itself is the judge: only pairs count in which
the class is likely with the region as it is, and gone without. What the class hangs on is then
known, and a heatmap can be right or wrong about it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn

from cnnviz.heatmaps.scores import scores_of
from cnnviz.images.mnist_form import SIDE, as_picture, mnist_form
from cnnviz.images.strokes import draw_digit, ink
from cnnviz.probes.receptive import Box
from cnnviz.probes.watch import share
from cnnviz.progress import Progress, go_on, report

LIKELY = 0.5  # the class has at least this probability with the region as it is
GONE = 0.1  # and at most this without
CHUNK = 16  # pairs in one forward pass
TRIES = 60  # candidates for each picture that is wanted, at most

DIGIT_HEIGHT = 18  # pixels of a planted digit, of 28
NUM_SCRIBBLES = 6
PEN = 0.9  # radius in pixels, as thick as the digits' strokes are
TILES = 2  # tiles a side
PIECES = 4  # pieces a side that a tile is cut into


@dataclass(frozen=True, eq=False)
class Candidate:
    """A pair of pictures before the network has judged it.

    Attributes:
        planted: (channel, height, width), as the network expects it.
        empty: the same without the thing in the region.
        box: the region.
        class_idx: what the region shows; None for whatever the network sees in it.
    """

    planted: Tensor
    empty: Tensor
    box: Box
    class_idx: int | None = None


@dataclass(frozen=True, eq=False)
class Planted:
    """A picture whose class hangs on one region, as the network has confirmed.

    Attributes:
        batch: (1, channel, height, width), as the network expects it.
        class_idx: the class.
        box: the region.
        probability: of the class.
        probability_without: of the class when the region is empty.
    """

    batch: Tensor
    class_idx: int
    box: Box
    probability: float
    probability_without: float

    @property
    def chance(self) -> float:
        """The probability that a point set anywhere hits the region: its share of the picture."""
        return self.box.area / (self.batch.shape[2] * self.batch.shape[3])


def plant(
    model: nn.Module,
    candidates: Iterator[Candidate],
    count: int = 200,
    progress: Progress = go_on,
) -> list[Planted]:
    """Candidates that the network confirms, until there are enough.

    Args:
        model: any network; only read.
        candidates: from `digit_candidates` or `tile_candidates`, endless.
        count: how many pictures are wanted.
        progress: told how far it is, may stop it.

    Raises:
        ValueError: the network confirms too few of the candidates to be tested with them.
        StoppedError: `progress` said so.
    """
    twin, found, tried = share(model), [], 0
    while len(found) < count:
        report(progress, len(found) / count)
        pairs = list(islice(candidates, CHUNK))
        tried += CHUNK
        if not pairs or tried > TRIES * count:
            raise ValueError(
                f"of {tried} pictures the network confirmed {len(found)}, and {count} are wanted: "
                "it sees too little in them to be tested this way"
            )
        found += _confirmed(twin, pairs)
    return found[:count]


def _confirmed(twin: nn.Module, pairs: list[Candidate]) -> list[Planted]:
    planted = torch.stack([pair.planted for pair in pairs])
    empty = torch.stack([pair.empty for pair in pairs])
    with torch.no_grad():
        output = scores_of(twin, torch.cat([planted, empty])).softmax(dim=1)
    found = []
    for pair, scores, scores_empty in zip(pairs, *output.chunk(2), strict=True):
        class_idx = int(scores.argmax()) if pair.class_idx is None else pair.class_idx
        before, after = scores[class_idx].item(), scores_empty[class_idx].item()
        if before >= LIKELY and after <= GONE:
            found.append(Planted(pair.planted[None], class_idx, pair.box, before, after))
    return found


def digit_candidates(
    transform: Callable[[Image.Image], Tensor], seed: int = 0
) -> Iterator[Candidate]:
    """Digits at random places among scribbles of the same pen; empty: the scribbles alone.

    Args:
        transform: from a grey picture of 28×28 pixels to a batch, as `pretrained` gives it for the
            networks that know MNIST.
        seed: of the drawing.
    """
    generator = torch.Generator().manual_seed(seed)
    number = 0
    while True:
        digit = _small(mnist_form(draw_digit(number % 10, generator)))
        height, width = digit.shape
        top, left = (_below(SIDE - size + 1, generator) for size in (height, width))
        page = scribbles(generator)
        page[max(0, top - 1) : top + height + 1, max(0, left - 1) : left + width + 1] = 0
        with_digit = page.clone()
        with_digit[top : top + height, left : left + width] = digit
        planted, empty = (transform(as_picture(one))[0] for one in (with_digit, page))
        margin = (planted.shape[1] - SIDE) // 2  # what the transform pads
        top, left = top + margin, left + margin
        yield Candidate(planted, empty, Box(top, left, top + height, left + width), number % 10)
        number += 1


def _small(digit: Tensor) -> Tensor:
    """The digit cut out tightly, DIGIT_HEIGHT pixels along its longer side."""
    rows, columns = (digit > 0).nonzero(as_tuple=True)
    tight = digit[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    size = [max(2, round(n * DIGIT_HEIGHT / max(tight.shape))) for n in tight.shape]
    return F.interpolate(tight[None, None], size, mode="bilinear", antialias=True)[0, 0]


def scribbles(generator: torch.Generator) -> Tensor:
    """Short straight strokes at random on a page, (28, 28) in [0, 255]."""
    start = SIDE * torch.rand(NUM_SCRIBBLES, 2, generator=generator)
    angle = 2 * math.pi * torch.rand(NUM_SCRIBBLES, generator=generator)
    length = 3 + 4 * torch.rand(NUM_SCRIBBLES, generator=generator)
    along = torch.stack([angle.cos(), angle.sin()], dim=1) * length[:, None]
    return ink(torch.stack([start, start + along], dim=1), PEN, SIDE)


def tile_candidates(pictures: Sequence[Tensor], seed: int = 0) -> Iterator[Candidate]:
    """Four tiles, one a small picture, the others its pieces shuffled; empty: all four shuffled.

    All tiles have the same colours and edges, so what is bright or busy tells nothing. The class
    is what the network sees in the picture.

    Args:
        pictures: batches (1, channel, height, width) of one size, as the network expects them.
        seed: of the choice of picture, its crop, its place and the shuffling.

    Raises:
        ValueError: there are no pictures.
    """
    if not pictures:
        raise ValueError("there are no pictures to plant")
    generator = torch.Generator().manual_seed(seed)
    while True:
        source = pictures[_below(len(pictures), generator)]
        height, width = source.shape[2] // TILES, source.shape[3] // TILES
        tile = F.interpolate(
            _cropped(source, generator), (height, width), mode="bilinear", antialias=True
        )[0]
        place = _below(TILES * TILES, generator)
        tiles = [shuffled(tile, generator) for _ in range(TILES * TILES)]
        empty = _assembled(tiles)
        planted = _assembled([*tiles[:place], tile, *tiles[place + 1 :]])
        top, left = place // TILES * height, place % TILES * width
        yield Candidate(planted, empty, Box(top, left, top + height, left + width))


def _cropped(source: Tensor, generator: torch.Generator) -> Tensor:
    """Most of a picture, mirrored or not."""
    sizes = source.shape[2:]
    crop = [n - _below(n // 4 + 1, generator) for n in sizes]
    top, left = (_below(n - c + 1, generator) for n, c in zip(sizes, crop, strict=True))
    part = source[..., top : top + crop[0], left : left + crop[1]]
    return part.flip(3) if _below(2, generator) else part


def shuffled(tile: Tensor, generator: torch.Generator) -> Tensor:
    """A tile (channel, height, width) cut into 4×4 pieces, put together in random order.

    Rows and columns that 4 does not divide stay at the lower and right edge.
    """
    rows, columns = tile.shape[1] // PIECES, tile.shape[2] // PIECES
    pieces = [
        tile[:, r * rows : (r + 1) * rows, c * columns : (c + 1) * columns]
        for r in range(PIECES)
        for c in range(PIECES)
    ]
    order = torch.randperm(len(pieces), generator=generator).tolist()
    result = tile.clone()
    for at, piece in enumerate(order):
        r, c = divmod(at, PIECES)
        result[:, r * rows : (r + 1) * rows, c * columns : (c + 1) * columns] = pieces[piece]
    return result


def _assembled(tiles: list[Tensor]) -> Tensor:
    rows = [torch.cat(tiles[at : at + TILES], dim=2) for at in range(0, len(tiles), TILES)]
    return torch.cat(rows, dim=1)


def _below(end: int, generator: torch.Generator) -> int:
    return int(torch.randint(end, (), generator=generator))
