"""Snapshots: at the right steps, within their bytes, and the same answers when loaded again."""

from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from cnnviz.models import LeNet, ResNet18
from cnnviz.training.snapshots import MOST, affordable, num_bytes, snapshot, snapshot_steps


@given(st.integers(1, 100_000), st.integers(2, 60))
def test_steps_begin_and_end_with_the_run_and_grow_apart(num_steps, most):
    steps = snapshot_steps(num_steps, most)
    assert steps[0] == 0
    assert steps[-1] == num_steps
    assert 2 <= len(steps) <= most
    gaps = [after - before for before, after in pairwise(steps)]
    assert all(later >= earlier - 1 for earlier, later in pairwise(gaps))


def test_how_many_fit_is_bounded_by_bytes():
    assert affordable(LeNet()) == MOST
    size = num_bytes(LeNet().state_dict())
    assert size == 62_006 * 4
    assert affordable(LeNet(), 5 * size + 1) == 5
    with pytest.raises(ValueError, match=r"45 MB.*take away layers"):
        affordable(ResNet18(10), 50_000_000)


def test_a_snapshot_answers_as_the_network_did_whatever_came_later():
    network, later = LeNet().eval(), LeNet().eval()
    batch = torch.rand(4, 3, 32, 32)
    with torch.inference_mode():
        before = network(batch)
    kept = snapshot(network, 7, 1.5)
    with torch.no_grad():
        for parameter in network.parameters():
            nn.init.zeros_(parameter)
    later.load_state_dict(kept.weights)
    with torch.inference_mode():
        assert torch.equal(later(batch), before)
    assert (kept.step, kept.seconds) == (7, 1.5)
