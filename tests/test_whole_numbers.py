"""Whole numbers of the public functions: true is none of them, nor is 1.0 or a word, anywhere."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from itertools import product
from types import FunctionType
from typing import Any

import numpy as np
import pytest
import torch

from cnnviz import arithmetic
from cnnviz.activations import layers
from cnnviz.belief.chance import chance_curves
from cnnviz.belief.curves import deletion_insertion
from cnnviz.belief.randomisation import randomised
from cnnviz.changing.gradient_sign import Levels, gradient_sign
from cnnviz.changing.noise import shaken
from cnnviz.heatmaps import METHODS, grad_cam
from cnnviz.heatmaps.pixels import guided_backprop, integrated_gradients, smooth_grad
from cnnviz.heatmaps.probing import occlusion, random_map
from cnnviz.heatmaps.scores import Difference
from cnnviz.models import LeNet
from cnnviz.probes import receptive_field
from cnnviz.probes.contributions import contributions
from cnnviz.probes.descent import score_cell
from cnnviz.probes.excitation import ablate, most_exciting
from cnnviz.probes.microscope import explain_cell
from cnnviz.probes.receptive import effective_receptive_field, extents, receptive_box
from cnnviz.probes.tape import tape
from cnnviz.summary import summarize

NONE_OF_THEM = [True, False, np.bool_(True), torch.tensor(True), 1.0, 1.5, float("nan"),
                np.float64(1), torch.tensor(1.0), "1", 1j, [1], object()]  # fmt: skip
SAME = [np.int64, np.int32, np.uint8, torch.tensor]

FORMULAS: list[Callable[..., Any]] = [
    formula
    for name, formula in vars(arithmetic).items()
    if isinstance(formula, FunctionType)
    and formula.__module__ == arithmetic.__name__
    and not name.startswith("_")
    and name != "whole_number"
]
FITTING = {"input_size": 9, "padded_size": 9, "output_size": 9, "kernel_size": 3, "in_channels": 4,
           "out_channels": 4, "rf": 5, "padding": 0, "output_padding": 0}  # fmt: skip


def arguments(formula: Callable[..., Any]) -> dict[str, int]:
    taken = inspect.signature(formula).parameters.values()
    return {p.name: FITTING.get(p.name, 1) for p in taken if p.annotation is not bool}


@pytest.mark.parametrize("formula", FORMULAS, ids=lambda one: one.__name__)
def test_a_formula_takes_whole_numbers_of_every_kind_and_nothing_else(formula):
    fitting = arguments(formula)
    for name, odd in product(fitting, NONE_OF_THEM):
        with pytest.raises(ValueError, match=name):
            formula(**{**fitting, name: odd})
    expected = formula(**fitting)
    for kind in SAME:
        found = formula(*(kind(value) for value in fitting.values()))
        assert found == expected
        assert {type(part) for part in np.atleast_1d(np.array(found, object))} <= {int, type(None)}


def test_numbers_of_numpy_do_not_overflow():
    few = np.uint8(200)
    assert arithmetic.conv_output_size(few, 1, padding=few) == 600
    assert arithmetic.conv_num_params(few, few, (np.uint8(3), np.uint8(3))) == 200 * 200 * 9 + 200


@pytest.mark.parametrize("size", [(3, True), (3,), (3, 3, 3), (3, "3")])
def test_a_size_is_one_number_or_two(size):
    with pytest.raises(ValueError, match="kernel_size"):
        arithmetic.conv_num_params(3, 4, size)


MODEL, PICTURE = LeNet(1).eval(), torch.rand(1, 1, 32, 32)
CONV, PLAYED = "feature_extractor.0", tape(MODEL, PICTURE)
LEVELS = Levels(torch.tensor(0.0), torch.tensor(1.0))
ASKED: dict[str, Callable[[Any], object]] = {
    "grad_cam": lambda n: grad_cam(MODEL, PICTURE, n, CONV),
    "a difference": lambda n: grad_cam(MODEL, PICTURE, Difference(2, n), CONV),
    "guided_backprop": lambda n: guided_backprop(MODEL, PICTURE, n),
    "gradient_sign": lambda n: gradient_sign(MODEL, PICTURE, n),
    "occlusion, cover": lambda n: occlusion(MODEL, PICTURE, 2, cover=n, step=1),
    "occlusion, step": lambda n: occlusion(MODEL, PICTURE, 2, cover=9, step=n),
    "random_map": lambda n: random_map(MODEL, PICTURE, n),
    "random_map, draw": lambda n: random_map(MODEL, PICTURE, 2, n),
    "integrated_gradients": lambda n: integrated_gradients(MODEL, PICTURE, 2, steps=n),
    "smooth_grad, copies": lambda n: smooth_grad(MODEL, PICTURE, 2, copies=n),
    "smooth_grad, seed": lambda n: smooth_grad(MODEL, PICTURE, 2, copies=1, seed=n),
    "deletion_insertion": lambda n: deletion_insertion(MODEL, PICTURE, 2, PICTURE[0, 0], n),
    "its class": lambda n: deletion_insertion(MODEL, PICTURE, n, PICTURE[0, 0], 2),
    "chance_curves": lambda n: chance_curves(MODEL, PICTURE, 2, draws=n, steps=1),
    "shaken": lambda n: shaken(MODEL, PICTURE, 2, METHODS["saliency"], 1.0, LEVELS, draws=n),
    "randomised": lambda n: randomised(MODEL, (CONV,), seed=n),
    "receptive_box": lambda n: receptive_box(MODEL, PICTURE, CONV, n),
    "receptive_box, row": lambda n: receptive_box(MODEL, PICTURE, CONV, 2, n),
    "effective field": lambda n: effective_receptive_field(MODEL, PICTURE, CONV, 2, 2, n),
    "extents": lambda n: extents(PLAYED, CONV, n),
    "contributions": lambda n: contributions(MODEL, PICTURE, CONV, n),
    "most_exciting": lambda n: most_exciting(MODEL, CONV, n, [PICTURE]),
    "most_exciting, count": lambda n: most_exciting(MODEL, CONV, 2, [PICTURE], n),
    "ablate": lambda n: ablate(MODEL, PICTURE, CONV, [n]),
    "explain_cell": lambda n: explain_cell(MODEL, PICTURE, CONV, n),
    "explain_cell, row": lambda n: explain_cell(MODEL, PICTURE, CONV, 2, n, 2),
    "score_cell": lambda n: score_cell(PLAYED, n),
    "receptive_field": lambda n: receptive_field(MODEL, CONV, (n, 1, 32, 32)),
    "its window": lambda n: receptive_field(MODEL, CONV, (1, 1, 32, 32)).window(n, 2),
    "a row's window": lambda n: summarize(MODEL, (1, 1, 32, 32)).rows[0].input_window(n, 2),
    "layers": lambda n: layers(MODEL, (n, 1, 32, 32)),
}


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
def test_true_is_no_class_map_or_place_nor_is_anything_else_that_is_no_number(asked):
    for odd in NONE_OF_THEM:
        with pytest.raises(ValueError, match="must be a whole number"):
            asked(odd)
    for kind in (int, np.int64, torch.tensor):
        asked(kind(2))


def test_a_place_has_a_number_for_each_axis():
    field = receptive_field(MODEL, CONV, (1, 1, 32, 32))
    row = summarize(MODEL, (1, 1, 32, 32)).rows[0]
    places: Sequence[tuple[int, ...]] = [(), (1,), (1, 1, 1)]
    for window, place in product((field.window, row.input_window), places):
        with pytest.raises(ValueError, match=f"2 numbers, and not {len(place)}"):
            window(*place)
