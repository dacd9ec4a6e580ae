"""Planted shapes: the class is one small shape among scribbles, so what it hangs on is known."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from cnnviz.belief.planted import scribbles
from cnnviz.images.mnist_form import SIDE
from cnnviz.images.strokes import ink
from cnnviz.training.data import LabelledPictures

SHAPES = ("circle", "square", "triangle", "cross")
PEN = 0.9  # radius in pixels, that of the scribbles
RADII = (3.5, 5.5)  # of the circle that a shape fills, in pixels
MARGIN = 1.5  # pixels between a shape and the edge
CORNERS = {"circle": 16, "square": 4, "triangle": 3}


def planted_shapes(count: int, seed: int) -> LabelledPictures:
    """Pictures (count, 1, 28, 28) of shapes 0, 1, 2, 3, 0, … each at a random place and angle."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.arange(count) % len(SHAPES)
    drawn = torch.stack([_picture(SHAPES[label], generator) for label in labels.tolist()])
    return LabelledPictures(drawn.round().to(torch.uint8).unsqueeze(1), labels)


def _picture(shape: str, generator: torch.Generator) -> Tensor:
    """Scribbles with a clear space for the shape; (28, 28) in [0, 255]."""
    page = scribbles(generator)
    radius = RADII[0] + (RADII[1] - RADII[0]) * torch.rand((), generator=generator)
    reach = radius + MARGIN
    centre = reach + (SIDE - 2 * reach) * torch.rand(2, generator=generator)  # x, y
    pixels = torch.arange(SIDE) + 0.5
    apart = torch.hypot(pixels[None, :] - centre[0], pixels[:, None] - centre[1])
    drawn = ink(centre + radius * _unit_pieces(shape, generator), PEN, SIDE)
    return torch.where(apart <= reach, drawn, page)


def _unit_pieces(shape: str, generator: torch.Generator) -> Tensor:
    """The shape's straight pieces in the unit circle, turned by chance: (n, 2 ends, x and y)."""
    turn = 2 * math.pi * torch.rand((), generator=generator)
    if shape == "cross":
        ends = _on_circle(4, turn).view(2, 2, 2)  # 0°, 90° | 180°, 270°
        return ends.transpose(0, 1)
    corners = _on_circle(CORNERS[shape], turn)
    return torch.stack([corners, corners.roll(-1, 0)], dim=1)


def _on_circle(count: int, turn: Tensor) -> Tensor:
    """`count` points evenly on the unit circle, (count, 2)."""
    angles = turn + torch.arange(count) * (2 * math.pi / count)
    return torch.stack([angles.cos(), angles.sin()], dim=1)
