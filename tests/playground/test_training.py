"""Small trainings against a plain loop of torch, and what is said of them."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from cnnviz.playground.points import CURVES, DATA, make_points
from cnnviz.playground.training import (
    MOST_LAYERS,
    Run,
    Setup,
    best_step,
    network_of,
    points_of,
    read_hidden,
)


@given(
    st.sampled_from(DATA), st.integers(2, 60), st.floats(0, 1), st.floats(0.05, 0.95),
    st.integers(0, 99),
)  # fmt: skip
def test_points_are_those_asked_for_and_the_same_again(data, count, noise, share, seed):
    points = make_points(data, count, noise, share, seed)
    again = make_points(data, count, noise, share, seed)
    assert torch.equal(points.x, again.x)
    assert torch.equal(points.y, again.y)
    assert points.x.shape == (count, 1 if data in CURVES else 2)
    assert points.num_train >= 1
    assert points.num_test >= 1
    assert points.num_train + points.num_test == count
    assert points.is_classes == (data not in CURVES)


def test_both_classes_are_equally_many():
    for data in DATA:
        if data not in CURVES:
            assert int(make_points(data, 50, 0.2, 0.5, 3).y.sum()) == 25


@pytest.mark.parametrize("setup", [
    Setup(), Setup(data="circle", hidden=(3, 3), optimizer="sgd", learning_rate=0.1),
    Setup(data="sine", hidden=(6,), optimizer="momentum", activation="relu"),
    Setup(data="steps", hidden=(4,), weight_decay=0.1, activation="gelu", seed=5),
])  # fmt: skip
def test_a_run_is_a_plain_loop_of_torch(setup):
    points = points_of(setup)
    network = network_of(setup, points)
    rate, decay = setup.learning_rate, setup.weight_decay
    optimizer = {
        "adam": lambda p: torch.optim.AdamW(p, rate, weight_decay=decay),
        "sgd": lambda p: torch.optim.SGD(p, rate, weight_decay=decay),
        "momentum": lambda p: torch.optim.SGD(p, rate, momentum=0.9, weight_decay=decay),
    }[setup.optimizer](network.parameters())
    loss_of = F.cross_entropy if points.is_classes else F.mse_loss
    n, train, test = points.num_train, [], []
    for _ in range(60):
        optimizer.zero_grad()
        loss = loss_of(network(points.x[:n]), points.y[:n])
        with torch.no_grad():
            test.append(float(loss_of(network(points.x[n:]), points.y[n:])))
        loss.backward()
        optimizer.step()
        train.append(float(loss.detach()))
    run = Run(setup)
    assert run.advance(60) == 60
    assert run.history.train == pytest.approx(train, rel=1e-3, abs=1e-5)
    assert run.history.test == pytest.approx(test, rel=1e-3, abs=1e-5)


def test_slices_of_any_length_give_the_same_run():
    whole, pieces = Run(Setup()), Run(Setup())
    whole.advance(57)
    for steps in (1, 30, 26):
        pieces.advance(steps)
    assert pieces.history == whole.history
    for one, other in zip(whole.network.parameters(), pieces.network.parameters(), strict=True):
        assert torch.equal(one, other)


def test_a_slice_ends_when_its_time_is_over_and_forgets_no_step():
    run = Run(Setup(hidden=(64,) * MOST_LAYERS))
    made = run.advance(10_000, seconds=0.01)
    assert 1 <= made < 10_000
    assert run.step == made == len(run.history.train) == len(run.history.test_right)


def test_points_right_are_counted():
    run = Run(Setup(data="gaussians", noise=0))
    run.advance(300)
    now = run.now()
    assert (now.train_right[-1], now.test_right[-1]) == (40, 40)
    with torch.inference_mode():
        right = run.network(run.points.x).argmax(1) == run.points.y
    assert int(right[: run.points.num_train].sum()) == now.train_right[-1]


def test_few_noisy_points_are_overfitted_by_twenty_neurons():
    run = Run(Setup(data="moons", noise=0.3, hidden=(20,)))
    run.advance(1500)
    history = run.now()
    best = best_step(history.test)
    assert 0 < best < 1500
    assert history.test[-1] > 1.5 * history.test[best]
    assert history.train[-1] < 0.1 * history.train[best]


def test_a_loss_that_is_no_number_ends_the_run():
    run = Run(Setup(data="sine", optimizer="sgd", learning_rate=10.0, hidden=(20, 20),
                    activation="relu"))  # fmt: skip
    run.advance(500)
    assert run.has_failed
    assert run.step < 500
    assert run.advance(10) == 0


@pytest.mark.parametrize(("text", "hidden"), [("3", (3,)), ("3,3,3,3", (3,) * 4), ("64", (64,))])
def test_hidden_layers_are_read(text, hidden):
    assert read_hidden(text) == hidden


@pytest.mark.parametrize("text", ["", "0", "65", "3,", "a", "3;3", "1,1,1,1,1,1,1", "²", "-3"])
def test_what_is_no_hidden_layer_says_what_would_be(text):
    with pytest.raises(ValueError, match="like 3,3"):
        read_hidden(text)


def test_the_network_is_the_librarys_mlp_with_its_shapes():
    network = network_of(Setup(hidden=(5, 4)), points_of(Setup()))
    shapes = [tuple(layer.weight.shape) for layer in network.layers if isinstance(layer, nn.Linear)]
    assert shapes == [(5, 2), (4, 5), (2, 4)]
