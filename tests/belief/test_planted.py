"""Planted truth: true by construction, confirmed by the network, and won by whom it should be."""

from dataclasses import replace
from itertools import islice

import pytest
import torch
from torch import Tensor, nn

from cnnviz.belief.planted import (
    GONE,
    LIKELY,
    Candidate,
    Planted,
    digit_candidates,
    plant,
    shuffled,
    tile_candidates,
)
from cnnviz.belief.pointing import DRAWS, Answer, PointingScore, pointing_game, share_inside
from cnnviz.heatmaps import METHODS, StoppedError
from cnnviz.heatmaps.methods import Method
from cnnviz.heatmaps.probing import random_map
from cnnviz.images.samples import sample
from cnnviz.models import LeNet, pretrained
from cnnviz.models.seeded import build_seeded
from cnnviz.probes.receptive import Box
from cnnviz.ui.heatmaps.planted import _verdict
from tests.support.seeded import picture


@pytest.fixture(scope="module")
def lenet():
    return pretrained("lenet-mnist")


@pytest.fixture(scope="module")
def digits(lenet) -> list[Planted]:
    return plant(lenet.model, digit_candidates(lenet.transform), count=200)


def inside(pictures: Tensor, box: Box) -> Tensor:
    return pictures[..., box.top : box.bottom, box.left : box.right]


def test_pairs_of_digits_differ_in_the_box_only_where_they_differ_much(lenet) -> None:
    for pair in islice(digit_candidates(lenet.transform), 30):
        difference = (pair.planted - pair.empty).abs().sum(dim=0)
        assert inside(difference, pair.box).sum() == pytest.approx(difference.sum().item())
        assert inside(difference, pair.box)[0].sum() + inside(difference, pair.box)[-1].sum() > 0
        assert 0.05 < pair.box.area / 1024 < 0.4


def test_the_network_confirms_every_planted_digit(lenet, digits) -> None:
    assert len(digits) == 200
    for one in digits:
        score = lenet.model(one.batch).softmax(dim=1)[0, one.class_idx].item()
        assert score == pytest.approx(one.probability, abs=1e-5)
        assert one.probability >= LIKELY
        assert one.probability_without <= GONE
    assert len({one.class_idx for one in digits}) >= 9
    assert 0.15 < sum(one.chance for one in digits) / 200 < 0.3


def test_planting_is_the_same_for_the_same_seed(lenet, digits) -> None:
    again = plant(lenet.model, digit_candidates(lenet.transform), count=5)
    assert all(torch.equal(a.batch, b.batch) for a, b in zip(again, digits[:5], strict=True))
    other = plant(lenet.model, digit_candidates(lenet.transform, seed=1), count=1)
    assert not torch.equal(other[0].batch, digits[0].batch)


def test_tiles_are_one_picture_and_shuffled_pieces_of_it() -> None:
    sources = [picture(1, 3, 32, 32, seed=seed) for seed in range(3)]
    places = set()
    for pair in islice(tile_candidates(sources), 40):
        assert pair.planted.shape == (3, 32, 32)
        assert pair.box.area == 16 * 16
        places.add((pair.box.top, pair.box.left))
        is_changed = (pair.planted != pair.empty).any(dim=0)
        assert inside(is_changed, pair.box).sum() == is_changed.sum() > 0
        tiles = [tile for row in pair.planted.split(16, 1) for tile in row.split(16, 2)]
        values = [tile.flatten(1).sort(dim=1)[0] for tile in tiles]
        assert all(torch.equal(values[0], other) for other in values[1:])
    assert places == {(0, 0), (0, 16), (16, 0), (16, 16)}


def test_shuffling_moves_whole_pieces() -> None:
    tile = torch.arange(64.0).view(1, 8, 8)
    result = shuffled(tile, torch.Generator().manual_seed(0))
    assert not torch.equal(result, tile)
    pieces = {tuple(p.flatten().tolist()) for r in tile[0].split(2, 0) for p in r.split(2, 1)}
    ours = {tuple(p.flatten().tolist()) for r in result[0].split(2, 0) for p in r.split(2, 1)}
    assert ours == pieces


class TopLeft(nn.Module):
    """Class 1 if the mean of the top left quarter is above zero."""

    def forward(self, x: Tensor) -> Tensor:
        score = 20 * x[..., :4, :4].mean(dim=(1, 2, 3))
        return torch.stack([-score, score], dim=1)


def pair_with(value: float, empty: float) -> Candidate:
    pictures = [torch.full((1, 8, 8), float(filled)) for filled in (value, empty)]
    return Candidate(*pictures, Box(0, 0, 4, 4), class_idx=1)


def test_only_pairs_that_the_network_confirms_are_planted() -> None:
    good, sure_without, unsure = pair_with(1, -1), pair_with(1, 1), pair_with(0, -1)
    unsure = Candidate(unsure.planted - 0.01, unsure.empty, unsure.box, 1)
    endless = (pair for _ in range(100) for pair in (sure_without, unsure, good))
    planted = plant(TopLeft(), endless, count=7)
    assert len(planted) == 7
    assert all(torch.equal(one.batch[0], good.planted) for one in planted)
    assert planted[0].chance == 0.25


def test_a_network_that_confirms_nothing_is_told_so() -> None:
    endless = (pair_with(1, 1) for _ in range(100_000))
    with pytest.raises(ValueError, match="confirmed 0, and 2 are wanted"):
        plant(TopLeft(), endless, count=2)
    untrained = build_seeded(lambda: LeNet(1), 0).eval()
    with pytest.raises(ValueError, match="sees too little"):
        plant(untrained, digit_candidates(pretrained("lenet-mnist").transform), count=1)


def test_planting_and_pointing_can_be_stopped(lenet, digits) -> None:
    candidates = digit_candidates(lenet.transform)
    with pytest.raises(StoppedError):
        plant(lenet.model, candidates, count=40, progress=lambda done: done < 0.3)
    with pytest.raises(StoppedError):
        pointing_game(METHODS["saliency"], lenet.model, digits, progress=lambda done: done < 0.1)


def answering(heatmap: Tensor) -> Method:
    """A method that always gives the same map."""
    return Method(
        name="always",
        title="Always",
        function=lambda model, batch, class_idx: heatmap,
        formula="M",
        paper="none",
        cannot_tell="anything",
        cost=0.0,
    )


def test_hits_misses_and_maps_of_nothing_are_counted() -> None:
    pictures = [Planted(torch.zeros(1, 1, 8, 8), 1, Box(0, 0, 4, 4), 1.0, 0.0)] * 3
    there, elsewhere = torch.zeros(8, 8), torch.zeros(8, 8)
    there[2, 1], elsewhere[6, 6] = 2, 1
    hit = pointing_game(answering(there), TopLeft(), pictures)
    assert (hit.hits, hit.total, hit.accuracy, hit.chance, hit.inside) == (3, 3, 1, 0.25, 1)
    miss = pointing_game(answering(elsewhere), TopLeft(), pictures)
    assert (miss.hits, miss.inside) == (0, 0)
    nothing = pointing_game(answering(torch.zeros(8, 8)), TopLeft(), pictures)
    assert (nothing.accuracy, nothing.inside) == (0.25, 0)  # a quarter of the equally high points
    with pytest.raises(ValueError, match="no planted pictures"):
        pointing_game(answering(there), TopLeft(), [])


def test_the_share_inside_a_box_done_by_hand() -> None:
    heatmap = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    assert share_inside(heatmap, Box(0, 0, 1, 2)) == pytest.approx(0.3)


def test_the_interval_is_wilsons() -> None:
    # 95 % interval of 81 of 263, an example worked in Newcombe, 1998: 0.2553 to 0.3662
    low, high = PointingScore(81, 263, 0.25, 0.5).interval
    assert (low, high) == (pytest.approx(0.2553, abs=1e-4), pytest.approx(0.3662, abs=1e-4))
    assert PointingScore(81, 263, 0.25, 0.5).answer is Answer.BEATS
    assert PointingScore(81, 263, 0.26, 0.5).answer is Answer.AT


@pytest.mark.parametrize(
    ("name", "least"),
    [("integrated_gradients", 0.8), ("guided_backprop", 0.5), ("input_x_gradient", 0.6)],
)
def test_methods_of_pixels_point_at_the_planted_digit(name, least, lenet, digits) -> None:
    score = pointing_game(METHODS[name], lenet.model, digits)
    assert score.accuracy >= least
    assert score.answer is Answer.BEATS


def test_the_random_control_is_at_chance(lenet, digits) -> None:
    score = pointing_game(METHODS["random"], lenet.model, digits)
    assert score.total == DRAWS * len(digits)
    assert abs(score.accuracy - score.chance) < 0.017  # 4 standard deviations
    assert score.inside == pytest.approx(score.chance, abs=0.01)


def test_grad_cam_of_the_trained_resnet_finds_the_tile_that_is_whole() -> None:
    resnet = pretrained("resnet18-cifar10")
    sources = [resnet.transform(sample(name)) for name in ("boat", "horse", "cat")]
    tiles = plant(resnet.model, tile_candidates(sources), count=20)
    grad_cam, control = (
        pointing_game(METHODS[name], resnet.model, tiles) for name in ("grad_cam", "random")
    )
    assert grad_cam.chance == 0.25
    assert grad_cam.accuracy >= 0.6
    assert grad_cam.answer is Answer.BEATS
    assert grad_cam.accuracy > control.accuracy + 0.2


def test_two_thousand_random_maps_have_their_highest_point_anywhere() -> None:
    blank, count = torch.zeros(1, 1, 32, 32), torch.zeros(32, 32)
    for draw in range(2000):
        count.view(-1)[random_map(TopLeft(), blank, 0, draw).argmax()] += 1
    blocks = count.unfold(0, 8, 8).unfold(1, 8, 8).sum(dim=(2, 3)).flatten()
    assert ((blocks - 125) ** 2 / 125).sum() < 37.7  # chi square, 15 degrees, 1 in 1,000
    border = count.sum() - count[1:-1, 1:-1].sum()
    assert border / 2000 == pytest.approx(124 / 1024, abs=0.022)  # 3 standard deviations


def test_the_badge_of_the_control_follows_from_its_interval() -> None:
    control = METHODS["random"]
    said = {hits: _verdict(control, PointingScore(hits, 200, 0.3, 0.3)) for hits in (40, 60, 100)}
    assert "below chance" in said[40]
    assert "at chance" in said[60]
    assert "above chance" in said[100]
    assert "worse than chance" in _verdict(METHODS["saliency"], PointingScore(40, 200, 0.3, 0.3))


def test_slow_methods_take_the_fewer_steps_that_are_said() -> None:
    asked = []

    def record(model, batch, class_idx, **settings) -> Tensor:
        asked.append(settings)
        return torch.ones(batch.shape[2:])

    pictures = [Planted(torch.zeros(1, 1, 32, 32), 1, Box(0, 0, 16, 16), 1.0, 0.0)]
    for name in ("smooth_grad", "integrated_gradients", "occlusion", "saliency"):
        pointing_game(replace(METHODS[name], function=record), TopLeft(), pictures)
    assert asked[:3] == [{"copies": 8}, {"steps": 16}, {"step": 5}]
    assert asked[3] == {}


@pytest.mark.parametrize(
    ("hits", "answer"),
    [(40, Answer.WORSE), (60, Answer.AT), (100, Answer.BEATS)],
)
def test_the_answer_says_where_the_interval_lies(hits, answer) -> None:
    score = PointingScore(hits, 200, 0.3, 0.3)
    low, high = score.interval
    assert score.answer is answer
    assert (answer is Answer.AT) == (low <= 0.3 <= high)
