"""Materials: what a network gets to learn from here."""

import pytest
import torch

from cnnviz.training.material import MATERIALS, MaterialError, material
from cnnviz.training.material.kind import input_of
from cnnviz.training.material.planted import SHAPES, planted_shapes

OWN = ("digits", "planted")


@pytest.mark.parametrize("name", OWN)
def test_those_that_come_with_the_app_are_whole(name):
    given = material(name)
    assert given is material(name)
    assert (given.name, given.title) == (name, MATERIALS[name].title)
    for part in (given.training, given.validation):
        counts = torch.bincount(part.labels, minlength=len(given.classes))
        assert len(part) == len(part.pictures)
        assert counts.max() - counts.min() <= 1
        assert part.pictures.dtype == torch.uint8
    side = given.input.padded_size
    assert given.batch(given.validation.pictures[:3]).shape == (3, 1, side, side)
    assert given.note.endswith(".")


@pytest.mark.parametrize("name", OWN)
def test_no_validation_picture_is_among_those_learnt_from(name):
    given = material(name)
    learnt = {picture.numpy().tobytes() for picture in given.training.pictures}
    assert not {picture.numpy().tobytes() for picture in given.validation.pictures} & learnt


def test_one_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(MaterialError, match=r"digits, planted.*and no 'cats'\.$"):
        material("cats")


def test_input_is_normalised_to_mean_zero_and_spread_one():
    pictures = torch.randint(0, 256, (50, 3, 8, 8), dtype=torch.uint8)
    spec = input_of(pictures)
    values = pictures.double() / 255
    assert spec.mean == pytest.approx(values.mean((0, 2, 3)).tolist(), abs=1e-4)
    assert spec.std == pytest.approx(values.std((0, 2, 3), correction=0).tolist(), abs=1e-4)
    assert input_of(torch.zeros(2, 1, 4, 4, dtype=torch.uint8)).std == (1.0,)


def test_planted_shapes_come_by_their_seed():
    first, again, other = (planted_shapes(8, seed) for seed in (3, 3, 4))
    assert torch.equal(first.pictures, again.pictures)
    assert not torch.equal(first.pictures, other.pictures)
    assert first.labels.tolist() == [0, 1, 2, 3, 0, 1, 2, 3]
    assert len(SHAPES) == 4
