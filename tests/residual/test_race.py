import copy
import math

import pytest
import torch
import torch.nn.functional as F

from cnnviz.models.deep import DeepNet
from cnnviz.residual.landscape import filter_normalised, grid, moved, surface
from cnnviz.residual.race import RaceRecipe, new_net, run_race, share_right
from cnnviz.residual.small_digits import SIDE, pen

RECIPE = RaceRecipe(steps=60, width=8, batch_size=64)


@pytest.fixture(scope="module")
def task():
    return pen(600, seed=0)


@pytest.fixture(scope="module")
def trained(task):
    net = new_net(8, True, RECIPE)
    steps = list(run_race(net, task, RECIPE))
    return net, steps


def test_small_digits_are_normalised_pictures_of_their_seed(task):
    assert task.pictures.shape == (600, 1, SIDE, SIDE)
    assert set(task.labels.tolist()) == set(range(10))
    assert task.pictures.equal(pen(600, seed=0).pictures)
    assert not task.pictures.equal(pen(600, seed=1).pictures)


def test_a_race_learns_and_can_be_run_again(task, trained):
    net, steps = trained
    assert len(steps) == 60
    assert steps[-1].loss < 0.6 * steps[0].loss
    again = list(run_race(new_net(8, True, RECIPE), task, RECIPE))
    assert [step.loss for step in again] == pytest.approx([step.loss for step in steps], rel=1e-3)
    assert 0.1 < share_right(net, task) <= 1


def test_the_first_step_is_torchs_own(task):
    net = new_net(8, False, RECIPE)
    before = copy.deepcopy(net)
    step = next(run_race(net, task, RECIPE))
    generator = torch.Generator().manual_seed(RECIPE.seed)
    chosen = torch.randint(len(task), (64,), generator=generator)
    scores = before.train()(task.pictures[chosen])
    assert step.loss == pytest.approx(F.cross_entropy(scores, task.labels[chosen]).item())
    assert step.error == pytest.approx(
        (scores.argmax(1) != task.labels[chosen]).float().mean().item()
    )


def test_both_runners_have_the_same_weights_at_the_start():
    plain, residual = (new_net(8, skip, RECIPE) for skip in (False, True))
    for a, b in zip(plain.parameters(), residual.parameters(), strict=True):
        assert a.equal(b)


def test_a_loss_that_is_no_number_stops_with_a_sentence(task):
    net = new_net(8, False, RECIPE)
    with torch.no_grad():
        net.fc.weight.fill_(math.nan)
    with pytest.raises(FloatingPointError, match="learning rate"):
        next(run_race(net, task, RECIPE))


def test_each_filter_of_a_direction_has_the_length_of_its_own():
    net = DeepNet(6, 4, in_channels=1)
    direction = filter_normalised(net, seed=1)
    weights = dict(net.named_parameters())
    assert set(direction) == {name for name, w in weights.items() if w.ndim > 1}
    for name, moves in direction.items():
        lengths = [part.flatten(1).norm(dim=1) for part in (moves, weights[name])]
        assert torch.allclose(*lengths, rtol=1e-4)
    assert not moves.equal(filter_normalised(net, seed=2)[name])


def test_the_middle_of_a_surface_is_the_loss_at_the_weights(task, trained):
    net, _ = trained
    state = {name: value.clone() for name, value in net.state_dict().items()}
    rows = list(surface(net, task.some(64), (1, 2), points=3))
    batch = task.some(64)
    with torch.no_grad():
        loss = F.cross_entropy(copy.deepcopy(net).train()(batch.pictures), batch.labels).item()
    assert rows[1][1] == pytest.approx(loss, rel=1e-4)
    assert all(value.equal(state[name]) for name, value in net.state_dict().items())
    assert rows[2] == pytest.approx(next(surface(net, batch, (1, 2), 3, first_row=2)))


def test_a_corner_is_the_network_with_moved_weights(task, trained):
    net, _ = trained
    batch = task.some(64)
    rows = list(surface(net, batch, (1, 2), points=3, reach=0.5))
    first, second = filter_normalised(net, 1), filter_normalised(net, 2)
    other = copy.deepcopy(net).train()
    with torch.no_grad():
        for name, weight in other.named_parameters():
            if name in first:
                weight += 0.5 * first[name] - 0.5 * second[name]
        loss = F.cross_entropy(other(batch.pictures), batch.labels).item()
    assert rows[0][2] == pytest.approx(loss, rel=1e-3)
    weights = moved(net, first, second, 0, 0)
    assert all(weights[name].equal(weight) for name, weight in net.named_parameters())


def test_a_grid_has_a_middle():
    assert grid(5) == [-1, -0.5, 0, 0.5, 1]
    with pytest.raises(ValueError, match="odd"):
        grid(4)
