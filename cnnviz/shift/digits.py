"""Any picture as a digit of MNIST: white ink on black, centred, 28×28."""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from cnnviz.images.mnist_form import mnist_form

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
    width = max(1, round(PAPER_EDGE * min(values.shape)))
    edge = [values[:width], values[-width:], values[:, :width].T, values[:, -width:].T]
    return float(np.median(np.concatenate([part.ravel() for part in edge])))


def as_digit(picture: Image.Image) -> Tensor:
    """A picture that is a digit of MNIST's form already, (28, 28) in [0, 255]."""
    return torch.from_numpy(np.array(picture.convert("L"), np.float32))
