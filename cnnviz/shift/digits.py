"""Any picture as a digit of MNIST: white ink on black, centred, 28×28."""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from cnnviz.images.mnist_form import mnist_form

COLOURLESS = 60  # of 255: how far the channels of plain paper are apart
FLAT = 0.08  # of the contrast: how far the paper's grey spreads
TALL = 0.15  # of the picture's shorter side: the least that a digit is high
WIDE = 1.7  # of its height: the most that a digit is wide
SIDE = 64  # pixels of a digit's longer side, at which its line is looked at
GREY = 0.85  # of the ink: how much more lies between ink and paper, at most
BROAD = 0.36  # of its longer side: the most that the pen's line is broad
CROSSINGS = 4  # of the line by a row or a column, in nine of ten
FILLED = 1.2  # of the longer side: the most that as many lines side by side take
ONE_PIECE = 0.8  # of the ink hangs together; the bar of a 5 may stand apart
LARGEST = 256  # pixels a side that a picture is read at
PAPER_EDGE = 0.05  # of its width: what lies at the edge is paper


def digit_of(picture: Image.Image) -> Tensor:
    """The picture's ink as MNIST has it, (28, 28) in [0, 255].

    What lies along the edge is taken for paper: dark ink on bright paper is turned round. What is
    nearer to the paper than to the strongest ink counts as paper.

    Raises:
        ValueError: there is no ink.
    """
    grey = picture.convert("L")
    grey.thumbnail((LARGEST, LARGEST))
    values = np.asarray(grey, np.float32)
    away = np.abs(values - _paper(values))
    strongest = float(away.max())
    if strongest < 32:
        raise ValueError("the picture is all of one grey: there is no digit in it")
    ink = np.clip((away / strongest - 0.3) / 0.7, 0, 1) * 255
    return mnist_form(torch.from_numpy(ink))


def _paper(values: np.ndarray) -> float:
    """The grey value along the edge."""
    return float(np.median(_edge(values)))


def as_digit(picture: Image.Image) -> Tensor:
    """A picture that is a digit of MNIST's form already, (28, 28) in [0, 255]."""
    return torch.from_numpy(np.array(picture.convert("L"), np.float32))


def is_digit(picture: Image.Image) -> bool:
    """Whether a picture looks like one written digit: a thin line, colourless, on plain paper.

    It says nothing about which digit, and a letter or a scribble looks like one too.
    """
    colours = picture.convert("RGB")
    colours.thumbnail((LARGEST, LARGEST))
    values = np.asarray(colours, np.float32)
    grey = values.mean(axis=2)
    away = np.abs(grey - _paper(grey))
    strongest = float(np.quantile(away, 0.999))
    if strongest < 32:
        return False
    away /= strongest
    ink, paper = away > 0.5, away < 0.25
    is_plain = np.quantile(np.ptp(values, axis=2)[paper], 0.95) <= COLOURLESS
    if not is_plain or away[paper].std() > FLAT or _edge(ink).mean() > 0.01:
        return False
    rows, columns = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
    top, left, height, width = rows[0], columns[0], np.ptp(rows) + 1, np.ptp(columns) + 1
    if height < TALL * min(ink.shape) or width > WIDE * height:
        return False
    return _is_a_line(away[top : top + height, left : left + width])


def _is_a_line(ink: np.ndarray) -> bool:
    """Whether ink, 0 to 1, cut to its edges, is one line of a pen that crosses itself little."""
    share = SIDE / max(ink.shape)
    size = [max(1, round(share * side)) for side in reversed(ink.shape)]
    scaled = Image.fromarray(ink).resize(size, Image.Resampling.BILINEAR)
    ink = np.asarray(scaled)
    line = ink > 0.5
    grey = ((ink > 0.3) & (ink < 0.7)).sum() / max(line.sum(), 1)
    return bool(
        grey <= GREY
        and (breadth := _breadth(line)) <= BROAD * SIDE
        and (crossings := _crossings(line)) <= CROSSINGS
        and crossings * breadth <= FILLED * SIDE
        and _largest_piece(line) >= ONE_PIECE
    )


def _edge(values: np.ndarray) -> np.ndarray:
    """What lies along the edge, in one row."""
    width = max(1, round(PAPER_EDGE * min(values.shape)))
    edge = [values[:width], values[-width:], values[:, :width].T, values[:, -width:].T]
    return np.concatenate([part.ravel() for part in edge])


def _breadth(ink: np.ndarray) -> int:
    """Pixels across the broadest spot: how often the ink can be thinned from all sides, twice."""
    times, left = 0, np.pad(ink, 1)
    while left.any():
        sides = [np.roll(left, step, axis) for axis in (0, 1) for step in (-1, 1)]
        left, times = left & np.logical_and.reduce(sides), times + 1
    return 2 * times


def _largest_piece(ink: np.ndarray) -> float:
    """The share of the ink in the largest piece that hangs together."""
    left, largest = np.pad(ink, 1), 0
    while left.any():
        piece = np.zeros_like(left)
        piece[tuple(np.argwhere(left)[0])] = True
        count = 0
        while (now := int(piece.sum())) > count:
            count = now
            for axis in (0, 1):
                for step in (-1, 1):
                    piece |= np.roll(piece, step, axis) & left
        left, largest = left & ~piece, max(largest, count)
    return largest / max(1, int(ink.sum()))


def _crossings(ink: np.ndarray) -> int:
    """How often a row or a column meets the line; the largest of all but a tenth of them."""
    both = (
        np.diff(np.pad(part.astype(np.int8), ((0, 0), (1, 1))), axis=1) for part in (ink, ink.T)
    )
    counts = [(change == 1).sum(axis=1) for change in both]
    return max(int(np.quantile(count, 0.9)) for count in counts)
