"""Frames of a training: numbers that can be read off are the network's own."""

from __future__ import annotations

from base64 import b64decode

import numpy as np
import pytest
import torch

from cnnviz.figures.mlp.playground import loss_curves, marks, readable, story, surfaces
from cnnviz.playground.surfaces import bias_pull, layers_at, places, pulls
from cnnviz.playground.training import History, Run, Setup


def numbers(text: str) -> np.ndarray:
    return np.frombuffer(b64decode(text), "<f4")


def trained(**changes) -> Run:
    run = Run(Setup(**{"hidden": (6, 4), **changes}))
    run.advance(80)
    return run


def test_places_run_from_the_top_left_and_are_middles_of_cells():
    plane = places(4, 2).view(4, 4, 2)
    assert plane[0, 0].tolist() == [-1.5, 1.5]
    assert plane[3, 1].tolist() == [-0.5, -1.5]
    assert places(3, 1).flatten().tolist() == [-1, 0, 1]


@pytest.mark.parametrize("data", ["moons", "sine"])
def test_what_is_read_off_is_the_networks_answer(data):
    run, cells = trained(data=data), 10
    read = readable(run.network, run.points, cells)
    where = places(cells, run.points.x.shape[1])
    with torch.no_grad():
        scores = run.network(where)
    if data == "moons":
        expected_sum, expected = scores[:, 1] - scores[:, 0], scores.softmax(1)[:, 1]
    else:
        expected_sum = expected = scores[:, 0]
    np.testing.assert_allclose(numbers(read["answer"]), expected.numpy(), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(numbers(read["sum"]), expected_sum.numpy(), rtol=1e-4, atol=1e-5)
    added = numbers(read["pulls"]).reshape(4, -1).sum(axis=0) + bias_pull(run.network)
    np.testing.assert_allclose(added, expected_sum.numpy(), rtol=1e-3, atol=1e-4)


def test_every_hidden_neuron_has_its_own_surface():
    run = trained()
    found = layers_at(run.network, run.points.x)
    first = torch.tanh(run.points.x @ run.network.layers[0].weight.T + run.network.layers[0].bias)
    torch.testing.assert_close(found.hidden[0], first.detach())
    drawn = surfaces(run.network, run.points, 8)
    assert [layer["count"] for layer in drawn["layers"]] == [6, 4]
    assert [len(b64decode(layer["levels"])) for layer in drawn["layers"]] == [6 * 64, 4 * 64]
    across, up = np.frombuffer(b64decode(drawn["input"]["levels"]), np.uint8).reshape(2, 8, 8)
    assert drawn["input"]["names"] == ["x₁", "x₂"]
    assert (across == across[0]).all() and (np.diff(across[0].astype(int)) > 0).all()
    assert (up == across[0, ::-1, None]).all()  # from above to below it falls
    assert len(b64decode(drawn["answer"]["levels"])) == drawn["answer"]["cells"] ** 2
    assert pulls(run.network, found.hidden[-1]).shape == (80, 4)


def test_a_points_loss_is_written_out_with_its_share_of_the_test_loss():
    run = trained()
    words = readable(run.network, run.points, 4)["points"]
    with torch.no_grad():
        scores = run.network(run.points.x)
    losses = torch.nn.functional.cross_entropy(scores, run.points.y, reduction="none")
    n = run.points.num_train
    share = 100 * float(losses[n] / losses[n:].sum())
    assert f"{share:.0f} % of the whole test loss" in words[n][-1]
    assert "test point" in words[n][0]
    assert "training point" in words[0][0]
    assert words[n][3].endswith(f"{float(losses[n]):.3f}".rstrip("0").rstrip("."))


def test_marks_are_the_points():
    run = trained(data="xor")
    first = marks(run.points)[0]
    assert first[:2] == pytest.approx(run.points.x[0].tolist(), abs=1e-3)
    assert first[2:] == [int(run.points.y[0]), 1]
    assert sum(point[3] for point in marks(run.points)) == run.points.num_train


def test_the_story_is_of_this_run():
    points = Run(Setup()).points
    history = History([0.7, 0.5, 0.2], [0.7, 0.4, 0.9], [20, 33, 40], [20, 35, 32])
    told = story(history, points)
    assert told == (
        "Since step 1 the test loss has gone from 0.400 to 0.900: 33 → 40 of 40 training points "
        "right, 35 → 32 of 40 test points."
    )
    assert "still at its lowest" in story(History([1, 0.5], [1, 0.5], [1, 2], [1, 2]), points)
    assert "No step yet" in story(History([1], [1], [1], [1]), points)


def test_long_curves_are_thinned_and_keep_their_ends():
    history = History(list(range(5000, 0, -1)), [abs(i - 700) + 1.0 for i in range(5000)])
    drawn = loss_curves(history)
    assert len(drawn["steps"]) <= 240
    assert (drawn["steps"][0], drawn["steps"][-1], drawn["best"]) == (0, 4999, 700)
    assert drawn["train"][0] == 5000
    assert drawn["parts"]


def test_a_loss_without_a_number_does_not_break_the_chart():
    drawn = loss_curves(History([1.0, float("inf"), float("nan")], [2.0, float("nan"), 3.0]))
    assert all(value < 10 for value in drawn["train"] + drawn["test"])
