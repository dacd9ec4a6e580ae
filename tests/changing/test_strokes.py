"""Strokes: which pixels a round brush covers, against distances worked out by hand."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz.changing import FILLS, SIDE, Stroke, covered, filled, mask, painted

coordinates = st.integers(0, SIDE)
strokes = st.builds(
    Stroke,
    st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=4).map(tuple),
    st.integers(10, 250),
    st.booleans(),
)


def apart(x: float, y: float, start: tuple[int, int], end: tuple[int, int]) -> float:
    """From a point to the nearest of 2,001 points of a line."""
    steps = [step / 2_000 for step in range(2_001)]
    along = ((start[0] + at * (end[0] - start[0]), start[1] + at * (end[1] - start[1]))
             for at in steps)  # fmt: skip
    return min(math.hypot(x - u, y - v) for u, v in along)


@settings(max_examples=15, deadline=None)
@given(strokes)
def test_a_pixel_is_covered_if_its_middle_is_within_the_radius(stroke):
    inside = covered(stroke, 5, 8)
    lines = list(zip(stroke.points, stroke.points[1:], strict=False)) or [(stroke.points[0],) * 2]
    for row in range(5):
        for column in range(8):
            x, y = (column + 0.5) * SIDE / 8, (row + 0.5) * SIDE / 5
            nearest = min(apart(x, y, *line) for line in lines)
            if abs(nearest - stroke.radius) > 1:
                assert bool(inside[row, column]) == (nearest < stroke.radius)


def test_strokes_come_one_after_the_other_and_bring_back_what_was_erased():
    all_of_it = Stroke(((0, 500), (1000, 500)), 750)
    left = Stroke(((0, 0), (0, 1000)), 500, brings_back=True)
    assert mask([all_of_it], 6, 6).all()
    gone = mask([all_of_it, left], 6, 6)
    assert not gone[:, :3].any() and gone[:, 3:].all()
    assert not mask([left], 6, 6).any()
    assert mask([all_of_it, left, all_of_it], 6, 6).all()


def test_what_is_gone_is_filled_and_the_rest_stays_as_it_is():
    batch = torch.rand(1, 3, 16, 16, generator=torch.Generator().manual_seed(0))
    gone = mask([Stroke(((250, 250),), 200)], 16, 16)
    grey = torch.tensor([0.1, 0.2, 0.3])[:, None, None]
    for fill in FILLS:
        whole = filled(batch, fill, grey)
        changed = painted(batch, whole, gone)
        assert torch.equal(changed[..., ~gone], batch[..., ~gone])
        assert torch.equal(changed[..., gone], whole[..., gone])
    assert torch.allclose(filled(batch, "mean")[0, :, 3, 4], batch.mean((0, 2, 3)))
    assert torch.equal(filled(batch, "grey", grey)[0, :, 7, 7], grey[:, 0, 0])
    assert filled(batch, "blur").std() < batch.std() / 3
    for fill in ("black", "grey"):
        with pytest.raises(ValueError, match="blur, mean, grey"):
            filled(batch, fill)
