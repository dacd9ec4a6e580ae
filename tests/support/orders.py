"""Works to ask for, somebody who waits for them, and what no worker may do."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from cnnviz.builder.codec import encode
from cnnviz.cluster.brought import Brought
from cnnviz.cluster.order import Order
from cnnviz.heatmaps import Difference
from cnnviz.models.networks import lenet
from cnnviz.playground.training import Setup
from cnnviz.residual.race import RaceRecipe

FILE = Path(__file__).parent / "onnx_files" / "lenet_keras.onnx"
NETWORK = {"model": "lenet-mnist"}
PICTURE = torch.rand(1, 1, 32, 32, generator=torch.Generator().manual_seed(0))
RUNNERS = [(8, False), (8, True)]
DIGITS = (64, 0)


def steps(count: int, width: int = 2, batch_size: int = 8) -> Order:
    """A race of so many steps, of some milliseconds each."""
    recipe = RaceRecipe(count, width=width, batch_size=batch_size)
    return Order("race", {"runners": RUNNERS, "recipe": recipe, "digits": DIGITS, "chunk": 10})


@dataclass
class Waiting:
    """Who waits for an order, and what they were told."""

    is_wanted: bool = True
    parts: list[float] = field(default_factory=list)
    shown: list[Any] = field(default_factory=list)
    begun: int = 0

    def __call__(self, part: float) -> bool:
        self.parts.append(part)
        return self.is_wanted

    def begin(self) -> None:
        self.begun += 1

    def show(self, found: Any) -> None:
        self.shown.append(found)


MAP = NETWORK | {"batch": PICTURE, "target": Difference(3, 5), "layer": None}
BROUGHT = {"model": Brought(FILE.read_bytes(), {}, None, tuple("0123456789"))}
RECIPE = RaceRecipe(4, width=2, batch_size=8)
ORDERS = [
    Order("heatmap", MAP | {"method": "occlusion"}),
    Order("curves", MAP | {"method": "smooth_grad", "class_idx": 3, "steps": 4}),
    Order("chance", NETWORK | {"batch": PICTURE, "class_idx": 3, "draws": 3, "steps": 2}),
    Order("randomisation", MAP | {"method": "grad_cam", "layer": "feature_extractor.3"}),
    Order("sum_of_map", NETWORK | {"batch": PICTURE, "target": 3, "steps": 4}),
    Order("pointing", NETWORK | {"count": 8, "method": "saliency", "layer": None}),
    Order("landscape", {"runners": RUNNERS, "recipe": RECIPE, "digits": DIGITS, "seeds": (1, 2),
                        "points": 3, "pictures": 16}),
    Order("all_crops", NETWORK | {"batch": PICTURE.tile(2, 2)}),
    Order("larger", BROUGHT | {"shape": (1, 28, 28), "batch": PICTURE.tile(2, 2)}),
    Order("ending", {"setup": Setup(points=20, hidden=(3,)), "steps": 5, "cells": 4}),
    Order("forward_pass", {"network": encode(lenet(1)), "batch": PICTURE}),
    steps(12),
]  # fmt: skip


def bombs(touched: Path) -> list[Order]:
    """Orders that would make a file, if what a visitor sends were unpickled or run."""
    bomb = pickle.dumps(_Touch(touched))
    return [
        Order("heatmap", MAP | {"method": bomb}), Order("heatmap", MAP | {"batch": bomb}),
        Order("os.system", {"command": f"touch {touched}"}), Order(bomb.decode("latin-1")),
    ]  # fmt: skip


class _Touch:
    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self):
        return Path.touch, (self._path,)
