"""Digits as many hands write them, in the form of MNIST's: ours, so that they can be shipped.

A digit has several ways of being written (a seven with a bar, a one with a foot, a closed four);
each is bent smoothly, slanted, turned, stretched and trembled, with a thinner or thicker pen.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from cnnviz.images.mnist_form import mnist_form
from cnnviz.images.strokes import CANVAS, STROKES, Stroke, ink, smooth

Way = tuple[Stroke, ...]

LOOP = (
    (0.30, 0.22), (0.52, 0.08), (0.70, 0.20), (0.70, 0.38), (0.52, 0.48), (0.32, 0.40),
    (0.31, 0.22),
)  # fmt: skip
MORE_WAYS: dict[int, tuple[Way, ...]] = {
    0: (
        (((0.62, 0.10), (0.36, 0.14), (0.22, 0.48), (0.32, 0.84), (0.56, 0.92), (0.76, 0.70),
          (0.76, 0.34), (0.60, 0.12), (0.44, 0.20)),),
        (((0.50, 0.20), (0.28, 0.32), (0.20, 0.54), (0.30, 0.76), (0.52, 0.82), (0.76, 0.70),
          (0.82, 0.46), (0.70, 0.26), (0.46, 0.20)),),
    ),
    1: (
        (((0.50, 0.07), (0.50, 0.93)),),
        (((0.34, 0.26), (0.52, 0.08)), ((0.52, 0.08), (0.50, 0.93))),
        (((0.34, 0.24), (0.52, 0.08)), ((0.52, 0.08), (0.50, 0.92)), ((0.30, 0.92), (0.72, 0.91))),
        (((0.56, 0.07), (0.52, 0.40), (0.46, 0.93)),),
    ),
    2: (
        (((0.26, 0.24), (0.44, 0.08), (0.68, 0.14), (0.70, 0.36), (0.50, 0.64), (0.28, 0.86),
          (0.22, 0.78), (0.34, 0.72), (0.54, 0.86), (0.82, 0.88)),),
        (((0.22, 0.20), (0.46, 0.08), (0.70, 0.20), (0.66, 0.44), (0.42, 0.72), (0.24, 0.90)),
         ((0.24, 0.90), (0.50, 0.84), (0.80, 0.92))),
        (((0.30, 0.30), (0.36, 0.12), (0.58, 0.08), (0.70, 0.24), (0.62, 0.50), (0.40, 0.80),
          (0.22, 0.88), (0.20, 0.76), (0.34, 0.74), (0.60, 0.88), (0.84, 0.78)),),
    ),
    3: (
        (((0.26, 0.10), (0.72, 0.10)), ((0.72, 0.10), (0.46, 0.42)),
         ((0.46, 0.42), (0.70, 0.52), (0.74, 0.76), (0.54, 0.93), (0.24, 0.86))),
        (((0.28, 0.20), (0.46, 0.08), (0.66, 0.14), (0.66, 0.34), (0.48, 0.46), (0.40, 0.47),
          (0.52, 0.46), (0.72, 0.58), (0.72, 0.80), (0.50, 0.92), (0.26, 0.80)),),
        (((0.22, 0.16), (0.50, 0.08), (0.72, 0.22), (0.58, 0.42), (0.42, 0.50), (0.66, 0.52),
          (0.78, 0.70), (0.60, 0.90), (0.36, 0.92), (0.20, 0.84)),),
    ),
    4: (
        (((0.60, 0.08), (0.20, 0.62)), ((0.20, 0.62), (0.84, 0.60)), ((0.60, 0.08), (0.60, 0.94))),
        (((0.26, 0.12), (0.24, 0.46), (0.40, 0.52), (0.70, 0.46)), ((0.74, 0.10), (0.68, 0.94))),
        (((0.30, 0.10), (0.22, 0.40), (0.34, 0.54), (0.58, 0.48), (0.72, 0.14)),
         ((0.72, 0.14), (0.66, 0.50), (0.62, 0.94))),
        (((0.28, 0.12), (0.24, 0.50)), ((0.24, 0.50), (0.86, 0.44)), ((0.70, 0.24), (0.60, 0.94))),
    ),
    5: (
        (((0.80, 0.10), (0.40, 0.12), (0.32, 0.40), (0.54, 0.42), (0.72, 0.58), (0.66, 0.84),
          (0.42, 0.93), (0.22, 0.84)),),
        (((0.38, 0.12), (0.32, 0.44)), ((0.32, 0.44), (0.58, 0.42), (0.72, 0.62), (0.60, 0.88),
          (0.26, 0.90)), ((0.38, 0.12), (0.82, 0.08))),
        (((0.84, 0.08), (0.56, 0.12), (0.44, 0.30), (0.40, 0.42), (0.58, 0.54), (0.62, 0.76),
          (0.44, 0.92), (0.16, 0.88)),),
    ),
    6: (
        (((0.56, 0.07), (0.38, 0.34), (0.28, 0.66), (0.38, 0.90), (0.60, 0.90), (0.72, 0.72),
          (0.56, 0.58), (0.34, 0.70)),),
        (((0.40, 0.07), (0.30, 0.40), (0.28, 0.74), (0.44, 0.93), (0.66, 0.86), (0.70, 0.66),
          (0.52, 0.56), (0.32, 0.66)),),
        (((0.78, 0.10), (0.48, 0.26), (0.26, 0.58), (0.28, 0.84), (0.50, 0.92), (0.66, 0.78),
          (0.58, 0.64), (0.36, 0.72), (0.30, 0.82)),),
    ),
    7: (
        (((0.20, 0.10), (0.79, 0.10)), ((0.79, 0.10), (0.60, 0.45), (0.44, 0.94)),
         ((0.36, 0.52), (0.76, 0.50))),
        (((0.20, 0.24), (0.24, 0.12)), ((0.24, 0.12), (0.50, 0.14), (0.78, 0.10)),
         ((0.78, 0.10), (0.58, 0.50), (0.52, 0.94))),
        (((0.18, 0.18), (0.46, 0.12), (0.74, 0.12), (0.74, 0.28), (0.60, 0.58), (0.54, 0.94)),),
        (((0.22, 0.12), (0.72, 0.16)), ((0.72, 0.16), (0.66, 0.94))),
    ),
    8: (
        (((0.74, 0.16), (0.50, 0.08), (0.32, 0.22), (0.44, 0.42), (0.62, 0.60), (0.60, 0.84),
          (0.42, 0.92), (0.32, 0.78), (0.46, 0.56), (0.66, 0.36), (0.74, 0.16)),),
        (((0.50, 0.46), (0.32, 0.34), (0.36, 0.14), (0.56, 0.08), (0.70, 0.22), (0.62, 0.40),
          (0.50, 0.46), (0.30, 0.62), (0.32, 0.84), (0.52, 0.93), (0.70, 0.80), (0.66, 0.60),
          (0.50, 0.46)),),
        (((0.62, 0.10), (0.40, 0.14), (0.38, 0.32), (0.54, 0.48), (0.60, 0.70), (0.48, 0.92),
          (0.38, 0.76), (0.50, 0.52), (0.70, 0.30), (0.74, 0.14), (0.62, 0.10)),),
    ),
    9: (
        (((0.70, 0.16), (0.46, 0.10), (0.28, 0.30), (0.40, 0.48), (0.62, 0.40), (0.72, 0.14)),
         ((0.72, 0.14), (0.64, 0.94))),
        (LOOP, ((0.70, 0.24), (0.72, 0.56), (0.62, 0.84), (0.44, 0.94), (0.28, 0.86))),
        (((0.66, 0.28), (0.50, 0.10), (0.32, 0.20), (0.34, 0.40), (0.54, 0.44), (0.66, 0.26),
          (0.62, 0.56), (0.46, 0.94)),),
        (((0.76, 0.12), (0.44, 0.14), (0.26, 0.38), (0.42, 0.50), (0.66, 0.32), (0.74, 0.14),
          (0.62, 0.52), (0.52, 0.94)),),
    ),
}  # fmt: skip
WAYS: dict[int, tuple[Way, ...]] = {
    digit: (strokes, *MORE_WAYS[digit]) for digit, strokes in STROKES.items()
}

TREMBLE = (0.008, 0.030)  # of the sheet: the points of a stroke
STRAY = 0.020  # a whole stroke
BEND, WAVES = 0.040, 3  # of the sheet, and how many smooth waves bend it
PEN = (0.026, 0.085)  # radius, of the sheet
SLANT, TURN = (-0.25, 0.65), 0.15
WIDTH, HEIGHT = (0.50, 1.05), (0.75, 1.0)


def write_digit(digit: int, generator: torch.Generator) -> Tensor:
    """One digit in one of its ways, by a hand of its own.

    Args:
        digit: 0 to 9.
        generator: of the chance; the same state gives the same picture.

    Returns:
        (28, 28), ink in [0, 255]: in a box of 20×20, its mass in the middle, as MNIST has it.

    Raises:
        ValueError: not a digit.
    """
    if digit not in WAYS:
        raise ValueError(f"a digit is one of 0 to 9, and not {digit!r}")
    ways = WAYS[digit]
    way = ways[int(torch.randint(len(ways), (), generator=generator))]
    tremble = _between(*TREMBLE, generator)
    pieces = torch.cat([_pieces(stroke, tremble, generator) for stroke in way])
    pieces = _leant(_bent(pieces, generator), generator)
    return mnist_form(ink(_on_the_sheet(pieces), _between(*PEN, generator) * CANVAS))


def _between(low: float, high: float, generator: torch.Generator) -> float:
    return low + (high - low) * torch.rand((), generator=generator).item()


def _pieces(stroke: Stroke, tremble: float, generator: torch.Generator) -> Tensor:
    """The straight pieces (n, 2 ends, x and y) of one stroke, its points moved a little."""
    points = torch.tensor(stroke)
    points = points + tremble * torch.randn(points.shape, generator=generator)
    curve = smooth(points + STRAY * torch.randn(2, generator=generator))
    return torch.stack([curve[:-1], curve[1:]], dim=1)


def _bent(pieces: Tensor, generator: torch.Generator) -> Tensor:
    """All strokes together pushed about by smooth waves longer than a digit."""
    for _ in range(WAVES):
        way, push = torch.randn(2, generator=generator), torch.randn(2, generator=generator)
        phase = 2 * math.pi * torch.rand((), generator=generator)
        pieces = pieces + BEND * push * torch.sin(3 * (pieces @ way) + phase)[..., None]
    return pieces


def _leant(pieces: Tensor, generator: torch.Generator) -> Tensor:
    """Turned, slanted and stretched about the centre."""
    angle, slant = _between(-TURN, TURN, generator), _between(*SLANT, generator)
    wide, high = _between(*WIDTH, generator), _between(*HEIGHT, generator)
    turn = torch.tensor([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    lean = torch.tensor([[wide, -slant * high], [0.0, high]])
    return (pieces - 0.5) @ (turn @ lean).T


def _on_the_sheet(pieces: Tensor) -> Tensor:
    """In pixels of the sheet, in its middle, with room for the pen around."""
    low, high = pieces.amin(dim=(0, 1)), pieces.amax(dim=(0, 1))
    room = 1 - 2 * PEN[1] - 2 / CANVAS
    scale = min(1.0, room / (high - low).max().item())
    return ((pieces - (low + high) / 2) * scale + 0.5) * CANVAS
