"""The tests of heatmaps, tested: on networks whose truth is known and on trained ones."""

import copy
import random
from statistics import mean

import pytest
import torch
from torch import Tensor, nn

from cnnviz.belief import (
    Answer,
    Randomised,
    completeness,
    deletion_insertion,
    randomisation_test,
    randomised,
    rank_correlation,
    stages,
    verdict,
)
from cnnviz.belief.curves import blurred, importance_rank
from cnnviz.belief.planted import digit_candidates, plant
from cnnviz.heatmaps import METHODS, StoppedError, grad_cam, integrated_gradients
from cnnviz.models import LeNet, ResNet18, pretrained
from tests.support.seeded import frozen, picture


class OnePixel(nn.Module):
    """Class 1 is as likely as one pixel is bright; nothing else counts."""

    def forward(self, x: Tensor) -> Tensor:
        score = 4 * x[:, 0, 2, 3]
        return torch.stack([-score, score], dim=1)


def one_bright_pixel() -> Tensor:
    batch = torch.full((1, 1, 6, 6), -1.0)
    batch[0, 0, 2, 3] = 3
    return batch


def test_deleting_the_one_pixel_that_counts_ends_it_at_once() -> None:
    batch = one_bright_pixel()
    truth = (batch[0, 0] > 0).float()
    right = deletion_insertion(OnePixel(), batch, 1, truth, steps=36)
    assert right.shares.tolist() == pytest.approx([i / 36 for i in range(37)])
    assert right.deletion[0] > 0.99
    assert right.deletion[1:].max() < 0.01  # the mean colour is -0.89
    assert right.insertion[1:].min() > 0.99
    wrong = deletion_insertion(OnePixel(), batch, 1, -truth, steps=36)
    assert wrong.deletion[:-1].min() > 0.99
    assert wrong.deletion[-1] < 0.01
    assert right.deletion_area < 0.02 < 0.98 < wrong.deletion_area
    assert right.insertion_area > wrong.insertion_area


def test_curves_start_and_end_at_pictures_that_can_be_made_by_hand() -> None:
    model, batch = frozen(LeNet), picture(1, 3, 32, 32)
    curves = deletion_insertion(model, batch, 3, grad_cam(model, batch, 3, "feature_extractor"))
    grey = batch.mean(dim=(2, 3), keepdim=True).expand_as(batch)
    before, after, soft = (
        model(one).softmax(dim=1)[0, 3].item() for one in (batch, grey, blurred(batch))
    )
    assert curves.deletion[0].item() == pytest.approx(before, abs=1e-6)
    assert curves.deletion[-1].item() == pytest.approx(after, abs=1e-6)
    assert curves.insertion[0].item() == pytest.approx(soft, abs=1e-6)
    assert curves.insertion[-1].item() == pytest.approx(before, abs=1e-6)
    assert len(curves.shares) == 21


def test_the_area_is_that_of_the_trapezoids() -> None:
    model, batch = frozen(LeNet), picture(1, 3, 32, 32)
    curves = deletion_insertion(model, batch, 0, batch[0, 0], steps=4)
    values = curves.deletion.tolist()
    by_hand = sum((values[i] + values[i + 1]) / 2 * 0.25 for i in range(4))
    assert curves.deletion_area == pytest.approx(by_hand)


def test_pixels_are_ranked_by_value_and_ties_are_broken_the_same_way_every_time() -> None:
    rank = importance_rank(torch.tensor([[0.0, 5.0], [0.0, 7.0]]))
    assert rank[1, 1] == 0
    assert rank[0, 1] == 1
    assert sorted(rank.flatten().tolist()) == [0, 1, 2, 3]
    flat = importance_rank(torch.zeros(20, 20))
    assert torch.equal(flat, importance_rank(torch.zeros(20, 20)))
    assert flat[:, :10].float().mean() == pytest.approx(199.5, abs=30)  # not row by row


def test_blurring_keeps_a_flat_picture_and_the_mean_and_takes_detail_away() -> None:
    flat = torch.full((1, 3, 20, 30), 2.0)
    torch.testing.assert_close(blurred(flat), flat)
    checks = torch.ones(16, 16)
    checks[::2, ::2] = checks[1::2, 1::2] = -1
    assert blurred(checks[None, None])[..., 6:10, 6:10].abs().max() < 0.01  # away from the border


def test_curves_can_be_stopped_and_refuse_no_steps() -> None:
    model, batch = frozen(LeNet), picture(1, 3, 32, 32)
    with pytest.raises(StoppedError):
        deletion_insertion(model, batch, 0, batch[0, 0], progress=lambda done: done < 0.3)
    with pytest.raises(ValueError, match="steps must be at least 1, but it is 0"):
        deletion_insertion(model, batch, 0, batch[0, 0], steps=0)


def ranks_by_hand(values: list[float]) -> list[float]:
    return [mean(i for i, other in enumerate(sorted(values)) if other == one) for one in values]


def test_rank_correlation_is_pearsons_of_average_ranks() -> None:
    chance = random.Random(0)
    for _ in range(20):
        first, second = ([float(chance.randrange(5)) for _ in range(12)] for _ in range(2))
        ranks = torch.tensor([ranks_by_hand(first), ranks_by_hand(second)])
        expected = torch.corrcoef(ranks)[0, 1].item()
        ours = rank_correlation(torch.tensor(first).view(3, 4), torch.tensor(second).view(3, 4))
        assert ours == pytest.approx(expected, abs=1e-6)


def test_rank_correlation_minds_the_sign_and_not_the_scale() -> None:
    heatmap = picture(8, 8)
    assert rank_correlation(heatmap, heatmap**3 * 5) == pytest.approx(1)
    assert rank_correlation(heatmap, -heatmap) == pytest.approx(-1)
    assert rank_correlation(heatmap, torch.zeros(8, 8)) == 0


def test_stages_go_from_the_top_down_and_hold_every_weight_once() -> None:
    model = frozen(lambda: ResNet18(10))
    parts = stages(model)
    assert [stage.name for stage in parts] == [
        "fc", "group3", "group2", "group1", "group0", "input_group",
    ]  # fmt: skip
    for network in (model, frozen(LeNet)):
        names = [name for stage in stages(network) for name in stage.modules]
        weighted = [name for name, module in network.named_modules() if module._parameters]
        assert sorted(names) == sorted(weighted)
    assert [stage.name for stage in stages(frozen(LeNet))] == [
        *("classifier.4", "classifier.2", "classifier.0"),
        *("feature_extractor.3", "feature_extractor.0"),
    ]


def test_random_weights_are_the_same_numbers_in_another_order_and_only_where_asked() -> None:
    model = frozen(LeNet)
    before = copy.deepcopy(model.state_dict())
    twin = randomised(model, ("classifier.4", "classifier.2"))
    for name, weights in twin.state_dict().items():
        is_random = name.startswith(("classifier.4", "classifier.2"))
        assert torch.equal(weights, before[name]) != is_random, name
        assert torch.equal(weights.flatten().sort()[0], before[name].flatten().sort()[0])
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    again = randomised(model, ("classifier.4", "classifier.2")).state_dict()
    assert all(torch.equal(again[name], value) for name, value in twin.state_dict().items())
    other = randomised(model, ("classifier.4",), seed=1).state_dict()["classifier.4.weight"]
    assert not torch.equal(other, again["classifier.4.weight"])


@pytest.fixture(scope="module")
def trained() -> tuple[nn.Module, list[tuple[Tensor, int]]]:
    """LeNet that knows digits, and eight digits that it recognises."""
    lenet = pretrained("lenet-mnist")
    digits = plant(lenet.model, digit_candidates(lenet.transform), count=8)
    return lenet.model, [(digit.batch, digit.class_idx) for digit in digits]


def verdict_of(name: str, trained: tuple[nn.Module, list[tuple[Tensor, int]]]) -> Answer:
    model, digits = trained
    results = [
        result
        for batch, class_idx in digits
        for result in randomisation_test(model, batch, class_idx, METHODS[name])
    ]
    return verdict(results).answer


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("grad_cam", Answer.FOLLOWS),
        ("input_x_gradient", Answer.FOLLOWS),
        ("integrated_gradients", Answer.FOLLOWS),
        ("guided_backprop", Answer.IGNORES),
        ("random", Answer.IGNORES),
    ],
)
def test_trained_lenet_shows_which_methods_follow_the_model(name, answer, trained) -> None:
    assert verdict_of(name, trained) is answer


def test_the_cascade_has_a_result_for_each_stage_and_the_control_never_changes() -> None:
    model, batch = frozen(LeNet), picture(1, 3, 32, 32)
    told: list[float] = []
    results = randomisation_test(
        model, batch, 1, METHODS["random"], progress=lambda done: told.append(done) or True
    )
    assert [result.stage for result in results] == [stage.name for stage in stages(model)]
    assert all(result.rank_correlation == pytest.approx(1) for result in results)
    assert told == sorted(told)
    assert len(told) == 6


def test_the_last_of_the_cascade_is_the_map_of_a_wholly_random_network() -> None:
    model, batch = frozen(LeNet), picture(1, 3, 32, 32)
    results = randomisation_test(model, batch, 1, METHODS["saliency"])
    names = tuple(name for stage in stages(model) for name in stage.modules)
    expected = METHODS["saliency"](randomised(model, names), batch, 1)
    assert torch.equal(results[-1].heatmap, expected)


def test_a_slow_method_in_the_cascade_can_be_stopped_in_its_middle() -> None:
    model, batch = frozen(LeNet), picture(1, 3, 32, 32)
    told: list[float] = []
    with pytest.raises(StoppedError):
        randomisation_test(
            model, batch, 1, METHODS["occlusion"],
            progress=lambda done: told.append(done) or done < 0.25,
        )  # fmt: skip
    assert told == sorted(told)
    assert 0.25 <= told[-1] < 0.3


@pytest.mark.parametrize(
    ("similarity", "answer"),
    [(0.05, Answer.FOLLOWS), (0.5, Answer.PARTLY), (0.7, Answer.IGNORES), (-0.3, Answer.FOLLOWS)],
)
def test_a_verdict_has_its_number_in_its_reason(similarity: float, answer: Answer) -> None:
    results = [Randomised("fc", torch.zeros(1, 1), similarity + step) for step in (-0.01, 0.01)]
    said = verdict(results)
    assert said.answer is answer
    assert f"{similarity:.2f}".replace("-", "−") in said.reason
    with pytest.raises(ValueError, match="needs the results"):
        verdict([])


def test_empty_and_reversed_maps_are_told_and_an_empty_one_is_no_change() -> None:
    def results(*alike: float | None) -> list[Randomised]:
        return [Randomised("fc", torch.zeros(1, 1), one) for one in alike]

    said = verdict(results(0.9, None, 0.8, None))
    assert (said.answer, said.empty) == (Answer.IGNORES, 2)
    assert said.similarity == pytest.approx(0.85)
    assert "not counted: 2 of the maps" in said.reason
    turned = verdict(results(-0.93, -0.6, 0.1))
    assert (turned.answer, turned.reversed) == (Answer.FOLLOWS, 2)
    assert "upside down (below −0.5) in 2 of the maps" in turned.reason
    assert verdict(results(None)).answer is Answer.EMPTY
    assert "upside down" not in verdict(results(-0.5)).reason


class Forgetful(nn.Module):
    """Its map is empty as soon as its weights are drawn anew, or always."""

    def __init__(self, is_blind: bool) -> None:
        super().__init__()
        self.fc = nn.Linear(16, 2)
        self.is_blind = is_blind
        with torch.no_grad():
            self.fc.weight.copy_(torch.arange(32.0).view(2, 16))

    def forward(self, x: Tensor) -> Tensor:
        return self.fc(x.flatten(1)) * (0.0 if self.is_blind else 1.0)


def test_the_map_of_a_network_that_looks_at_nothing_is_not_unlike_but_empty() -> None:
    batch = picture(1, 1, 4, 4)
    saliency = METHODS["saliency"]
    blind = randomisation_test(Forgetful(is_blind=True).eval(), batch, 1, saliency)
    assert [one.rank_correlation for one in blind] == [None] * len(blind)
    seeing = randomisation_test(Forgetful(is_blind=False).eval(), batch, 1, saliency)
    assert all(isinstance(one.rank_correlation, float) for one in seeing)


def test_integrated_gradients_are_complete_and_a_doubled_map_is_not(trained) -> None:
    model, digits = trained
    for batch, class_idx in digits[:3]:
        heatmap = integrated_gradients(model, batch, class_idx, steps=200)
        whole = completeness(model, batch, class_idx, heatmap)
        assert whole.error < 1e-2 * max(1, abs(whole.difference))
        doubled = completeness(model, batch, class_idx, 2 * heatmap)
        assert doubled.relative_error == pytest.approx(1, abs=0.02)


def test_completeness_done_by_hand() -> None:
    batch = one_bright_pixel()
    result = completeness(OnePixel(), batch, 1, torch.tensor([[10.0, 1.0]]))
    assert (result.total, result.difference, result.error) == (11, 12, 1)
    assert result.relative_error == pytest.approx(1 / 12)
    same = completeness(OnePixel(), batch, 1, torch.zeros(2, 2), baseline=batch)
    assert same.relative_error == float("inf")
