"""The doctor's formulas against torch, and the sizes of a U-Net that each mend fits."""

from __future__ import annotations

import random

import pytest

from cnnviz.builder.doctor.fits import fitting, runs, sizes_around
from cnnviz.builder.doctor.quick_shapes import quick_output_shape, quick_shape
from cnnviz.builder.edits import change_arguments, change_input_shape
from cnnviz.builder.shapes import outcome_at, output_shape
from cnnviz.models.joined_networks import densenet, inception, unet
from cnnviz.models.networks import lenet
from cnnviz.models.specs import ConvTranspose2d, Join, NetworkSpec, Upsample, ZeroPad2d
from tests.support.random_networks import LAYER_CLASSES, random_layer, random_network

SHAPES = ((3, 9, 12), (2, 7, 7), (1, 1, 5), (12,))


@pytest.mark.parametrize("seed", range(12))
def test_a_formula_gives_what_torch_gives_for_any_layer(seed: int) -> None:
    rng = random.Random(seed)
    for layer_class in LAYER_CLASSES:
        arriving = rng.choice(SHAPES)
        try:
            layer = random_layer(rng, layer_class, arriving)
        except ValueError:
            continue
        assert quick_shape(layer, arriving, {}) == outcome_at(layer, arriving, {}).output_shape


@pytest.mark.parametrize("size", [2**28, 2**40, 2**50])
def test_maps_that_no_memory_holds_are_refused_by_both(size: int) -> None:
    for layer in (Upsample(64.0), ZeroPad2d(1024), ConvTranspose2d(1, 1, 3, 1024)):
        arriving = (1, size, size)
        assert quick_shape(layer, arriving, {}) == outcome_at(layer, arriving, {}).output_shape


def _reading(rng: random.Random) -> ConvTranspose2d | Upsample | Join:
    if rng.random() < 0.4:
        reads = tuple(rng.choice(("a", "b", "")) for _ in range(rng.randint(1, 3)))
        sizes = rng.choice(("equal", "crop", "pad", "resize"))
        return Join(reads, rng.choice(("cat", "sum")), sizes)
    if rng.random() < 0.4:
        mode = rng.choice(("nearest", "bilinear"))
        return Upsample(rng.choice((0.4, 1.5, 2.0)), mode, like=rng.choice(("", "a", "b")))
    kernel, stride = rng.randint(1, 4), rng.randint(1, 3)
    return ConvTranspose2d(
        2, 2, kernel, stride, rng.randint(0, 2), dilation=rng.randint(1, 2), like=rng.choice("ab")
    )


@pytest.mark.parametrize("seed", range(12))
def test_a_formula_gives_what_torch_gives_for_what_reads_earlier_places(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(20):
        arriving, *marked = ((rng.randint(1, 2), rng.choice((1, 3, 4, 7, 8)), rng.randint(3, 8))
                             for _ in range(3))  # fmt: skip
        marks = dict(zip("ab", (*marked[:1], rng.choice([marked[1], (6,)])), strict=True))
        layer = _reading(rng)
        truth = outcome_at(layer, arriving, marks).output_shape
        assert quick_shape(layer, arriving, marks) == truth


@pytest.mark.parametrize("seed", range(8))
def test_the_formulas_of_a_whole_network_give_what_torch_gives(seed: int) -> None:
    spec = random_network(seed)
    for size in (8, 13, 31):
        square = change_input_shape(spec, (spec.input_shape[0], size, size))
        assert quick_output_shape(spec, size) == output_shape(square)


@pytest.mark.parametrize("spec", [unet(width=2), inception(), densenet(), lenet()])
def test_the_sizes_that_fit_are_those_that_torch_takes(spec: NetworkSpec) -> None:
    sizes = range(29, 38)
    taken = [
        size for size in sizes
        if output_shape(change_input_shape(spec, (spec.input_shape[0], size, size)))
    ]  # fmt: skip
    assert list(fitting(spec, sizes)) == taken


def test_the_sizes_are_those_around_the_networks_own() -> None:
    assert sizes_around(unet()) == range(8, 97)
    large = sizes_around(change_input_shape(unet(), (1, 572, 388)))
    assert len(large) == 89
    assert 572 in large
    assert sizes_around(change_input_shape(unet(), (1, 4096, 4096)))[-1] == 4096


def test_a_plain_unet_fits_where_all_halves_are_whole() -> None:
    assert fitting(unet(), range(8, 97)) == tuple(range(8, 97, 8))
    padded = change_arguments(unet(), (31,), output_padding=1)
    assert fitting(padded, range(8, 97)) == tuple(range(9, 97, 8))


def test_runs_are_told_by_their_ends() -> None:
    assert runs([8, 9, 16, 17, 18, 30]) == [(8, 9), (16, 18), (30, 30)]
    assert runs([]) == []
