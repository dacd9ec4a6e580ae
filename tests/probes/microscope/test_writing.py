"""The one line of torch, for networks that are made in their own ways."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from cnnviz.activations import record
from cnnviz.builder.modules import build
from cnnviz.models.networks import tiny
from cnnviz.probes.microscope import explain_cell


class Named(nn.Sequential):
    """A Sequential that is made in its own way, as torchvision's Conv2dNormActivation is."""

    def __init__(self, width: int) -> None:
        super().__init__(nn.Conv2d(1, width, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(width, 2, 1))


def evaluated(model: nn.Module, x: torch.Tensor, expression: str) -> float:
    names = {"model": model, "x": x, "torch": torch, "F": F, "record": record}
    with torch.no_grad():
        return eval(expression, names).item()


def test_no_sequential_is_cut_that_cannot_be_cut() -> None:
    model, x = nn.Sequential(Named(3), nn.ReLU()).eval(), torch.rand(1, 1, 9, 9)
    explanation = explain_cell(model, x, "0.3", 1, 2, 1)
    assert evaluated(model, x, explanation.expression) == pytest.approx(explanation.value, abs=1e-5)


@pytest.mark.parametrize("layer", ["conv", "relu", "pool", "avgpool", "fc"])
def test_a_built_network_has_lines_that_run(layer: str) -> None:
    model, x = build(tiny(), seed=3).eval(), torch.rand(1, 3, 32, 32)
    explanation = explain_cell(model, x, layer, 4)
    assert evaluated(model, x, explanation.expression) == pytest.approx(explanation.value, abs=1e-5)


def test_what_an_activation_function_was_given_is_among_its_numbers() -> None:
    model, x = nn.Sequential(nn.Conv2d(1, 1, 1), nn.Sigmoid()), torch.rand(1, 1, 2, 2)
    before, after = explain_cell(model.eval(), x, "1", 0, 1, 1).steps
    assert dict(after.numbers) == {"x": before.value}


def test_the_window_knows_which_of_its_places_are_padding() -> None:
    model, x = nn.Conv2d(1, 1, 3, padding=1).eval(), torch.rand(1, 1, 4, 5)
    window = explain_cell(nn.Sequential(model), x, "0", 0, 0, 4).window
    assert window is not None
    assert window.is_padding == [[True, True, True], [False, False, True], [False, False, True]]
