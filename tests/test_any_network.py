"""Awkward networks in every public function that runs one: it works, or says why in a sentence."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from cnnviz.activations import layers, record
from cnnviz.changing.gradient_sign import gradient_sign
from cnnviz.heatmaps import METHODS, Method, class_activation_maps, pixel_gradient_maps
from cnnviz.heatmaps.scores import shares_of
from cnnviz.heatmaps.ties import max_pool_ties
from cnnviz.probes import receptive_field, receptive_fields
from cnnviz.probes.contributions import contributions
from cnnviz.probes.excitation import strongest_cells
from cnnviz.probes.microscope import explain_cell
from cnnviz.probes.receptive import effective_receptive_field, receptive_box
from cnnviz.probes.tape import shapes, tape
from cnnviz.summary import layer_reach, summarize

PICTURE = torch.rand(1, 3, 8, 8, generator=torch.Generator().manual_seed(0))
SHAPE = (1, 3, 8, 8)


class Plain(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.conv, self.head = nn.Conv2d(3, 4, 3), nn.Linear(4, 5)

    def forward(self, x: Tensor) -> object:
        return self.scores(x)

    def scores(self, x: Tensor) -> Tensor:
        return self.head(self.conv(x).relu().mean((2, 3)))


def giving(make: Callable[[Plain, Tensor], object]) -> nn.Module:
    """A network whose forward is a function of it and of the picture."""

    class Giving(Plain):
        def forward(self, x: Tensor) -> object:
            return make(self, x)

    return Giving()


def failing(error: Exception) -> nn.Module:
    def fail(network: Plain, x: Tensor) -> object:
        raise error

    return giving(fail)


class TwoInputs(Plain):
    def forward(self, x: Tensor, other: Tensor) -> object:  # ty: ignore[invalid-method-override]
        return self.scores(x + other)


class Optional(Plain):
    def forward(self, x: Tensor, other: Tensor | None = None) -> object:
        return self.scores(x)


class ByName(Plain):
    def forward(self, *, x: Tensor) -> object:  # ty: ignore[invalid-method-override]
        return self.scores(x)


class OfNumPy(Plain):
    """Its layers are told their sizes in NumPy's integers."""

    def __init__(self) -> None:
        super().__init__()
        one, three, four = (np.int64(number) for number in (1, 3, 4))
        torch.manual_seed(0)
        self.conv = nn.Conv2d(three, four, three)  # ty: ignore[invalid-argument-type]
        self.pool = nn.MaxPool2d(one)  # ty: ignore[invalid-argument-type]

    def forward(self, x: Tensor) -> object:
        return self.head(self.pool(self.conv(x)).relu().mean((2, 3)))


def stretch(network: Plain, x: Tensor) -> Tensor:
    with torch.profiler.record_function("a stretch"):
        return network.scores(x)


def check(network: Plain, x: Tensor) -> Tensor:
    assert x.shape[1] == 5
    return network.scores(x)


def over(network: Plain, x: Tensor) -> Tensor:
    x -= 0
    return network.scores(x)


def quantised() -> nn.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return torch.ao.quantization.quantize_dynamic(Plain(), {nn.Linear})


def traced() -> nn.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return torch.jit.trace(Plain(), PICTURE)


def lazy() -> nn.Module:
    network = Plain()
    network.conv = nn.LazyConv2d(4, 3)
    return network


def with_hook() -> nn.Module:
    network = Plain()
    network.conv.register_forward_hook(lambda *_: {}["a hook"])
    return network


LIKE_PLAIN: dict[str, Callable[[], nn.Module]] = {
    "training": lambda: Plain().train(),
    "optional": Optional,
    "stretch": partial(giving, stretch),
    "to a device": lambda: giving(lambda own, x: own.scores(x.to(torch.device("cpu")).float())),
    "compiled": lambda: torch.compile(Plain(), backend="eager"),
    "over its input": partial(giving, over),
    "numpy": OfNumPy,
    "branching": lambda: giving(lambda own, x: own.scores(x) if x.sum() > 0 else None),
}
AWKWARD: dict[str, Callable[[], nn.Module]] = {
    "two inputs": TwoInputs,
    "by name": ByName,
    "parallel": lambda: nn.DataParallel(Plain()),
    **{
        name: partial(giving, made)
        for name, made in {
            "dict": lambda own, x: {"out": own.scores(x)},
            "list": lambda own, x: [own.scores(x)],
            "tuple": lambda own, x: (own.scores(x), x),
            "nothing": lambda own, x: None,
            "number": lambda own, x: float(own.scores(x).sum()),
            "classes": lambda own, x: own.scores(x).argsort(1),
            "picture": lambda own, x: x.view(1, -1),
            "cut off": lambda own, x: own.scores(x).detach(),
            "always one": lambda own, x: own.scores(x)[:1],
            "doubled": lambda own, x: own.scores(x.double()),
            "through numpy": lambda own, x: own.scores(torch.from_numpy(x.detach().numpy())),
            "check": check,
        }.items()
    },
    **{
        type(error).__name__: partial(failing, error)
        for error in (KeyError("a"), TypeError("b"), OSError("c"), NotImplementedError("d"),
                      RuntimeError("first\nsecond"), StopIteration())
    },
    "hook": with_hook,
    "lazy": lazy,
    "quantised": quantised,
    "TorchScript": traced,
    "list of modules": lambda: nn.ModuleList([nn.Conv2d(3, 4, 3)]),
    "meta": lambda: Plain().to("meta"),
    "half": lambda: Plain().half(),
    "class": lambda: Plain,
}  # fmt: skip


def mapped(method: Method, model: nn.Module) -> object:
    return method(model, PICTURE, 1, "conv")


LOOKS: dict[str, Callable[[nn.Module], object]] = {
    "summarize": lambda model: summarize(model, SHAPE),
    "layer_reach": lambda model: layer_reach(model, "conv", SHAPE),
    "receptive_field": lambda model: receptive_field(model, "conv", SHAPE),
    "receptive_fields": lambda model: receptive_fields(model, SHAPE),
    "record": lambda model: record(model, PICTURE, ["conv"]),
    "layers": lambda model: layers(model, SHAPE),
    "tape": lambda model: tape(model, PICTURE),
    "shapes": lambda model: shapes(model, PICTURE),
    "receptive_box": lambda model: receptive_box(model, PICTURE, "conv", 0),
    "effective": lambda model: effective_receptive_field(model, PICTURE, "conv", 0),
    "explain_cell": lambda model: explain_cell(model, PICTURE, "conv", 0),
    "contributions": lambda model: contributions(model, PICTURE, "conv", 0),
    "strongest_cells": lambda model: strongest_cells(model, "conv", PICTURE),
    "class_activation_maps": lambda model: class_activation_maps(model, PICTURE, 1, "conv"),
    "pixel_gradient_maps": lambda model: pixel_gradient_maps(model, PICTURE, 1),
    "max_pool_ties": lambda model: max_pool_ties(model, PICTURE, 1),
    "gradient_sign": lambda model: gradient_sign(model, PICTURE, 1),
    "shares_of": lambda model: shares_of(model, PICTURE),
    **{name: partial(mapped, method) for name, method in METHODS.items()},
}
FOLLOWED_WITHOUT_NUMBERS = ("summarize", "layer_reach", "receptive_field", "receptive_fields")


def alike(found: object, expected: object) -> bool:
    """Whether numbers are the same; what holds none has come to its end, and that is all."""
    if isinstance(found, Tensor) and isinstance(expected, Tensor):
        return torch.allclose(found, expected, atol=1e-6)
    if isinstance(found, dict) and isinstance(expected, dict):
        return all(alike(found[key], expected[key]) for key in expected.keys() & found.keys())
    return True


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("network", AWKWARD)
def test_what_is_not_taken_is_one_sentence(network: str) -> None:
    for name, look in LOOKS.items():
        try:
            look(AWKWARD[network]())
        except ValueError as error:
            words = str(error)
            assert 10 < len(words) < 260, name
            assert not re.search(r"\n|zip\(|LazyModule|positional argument", words), name


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("network", LIKE_PLAIN)
def test_what_is_common_changes_nothing(network: str) -> None:
    for name, look in LOOKS.items():
        if network == "branching" and name in FOLLOWED_WITHOUT_NUMBERS:
            continue
        assert alike(look(LIKE_PLAIN[network]()), look(Plain().eval())), name
