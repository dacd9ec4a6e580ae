"""Moments: each snapshot answers as the network did, and what is said of it is counted."""

import pytest
import torch
from torch import nn

from cnnviz.builder.modules import build
from cnnviz.models.networks import lenet
from cnnviz.models.specs import AvgPool2d, Conv2d, Flatten, Linear, NetworkSpec, ReLU
from cnnviz.training.data import LabelledPictures
from cnnviz.training.material import material
from cnnviz.training.moments import (
    changed,
    confusion,
    first_filters,
    first_layer,
    first_of_each,
    heatmap_place,
    look,
    moment,
    network_of,
    scores_of,
    seen_behind,
    share_of_way,
)
from cnnviz.training.networks import NETWORKS, adapted, with_dropout
from cnnviz.training.plain import steps
from cnnviz.training.plan import Plan
from cnnviz.training.snapshots import is_finite, snapshot

LENET = lenet(1)


def few() -> LabelledPictures:
    return material("digits").validation.some(40)


@pytest.mark.parametrize("name", NETWORKS)
def test_each_snapshot_gives_the_outputs_that_the_network_gave(name):
    digits = material("digits")
    network = adapted(NETWORKS[name](), digits.input, 10)
    model, batch = build(with_dropout(network, 0.2)), digits.batch(few().pictures)
    plan, kept, outputs = Plan(batch_size=16), [snapshot(model, 0)], []
    outputs.append(output_of(model, batch))
    for step in steps(model, digits.input, digits.training.some(64), plan):
        kept.append(snapshot(model, step.step))
        outputs.append(output_of(model, batch))
        model.train()
        if step.step == 3:
            break
    for shot, before in zip(kept, outputs, strict=True):
        assert torch.equal(network_of(network, shot.weights)(batch), before)
    assert not torch.equal(outputs[0], outputs[3])


def output_of(model: nn.Module, batch: torch.Tensor) -> torch.Tensor:
    with torch.inference_mode():
        return model.eval()(batch)


def test_a_moment_counts_what_the_network_answers():
    digits, model = material("digits"), build(LENET, seed=1)
    now = moment(LENET, snapshot(model, 5, 0.5), digits, few())
    scores = output_of(model, digits.batch(few().pictures))
    assert (now.step, now.seconds) == (5, 0.5)
    assert now.answers.tolist() == scores.argmax(1).tolist()
    assert now.loss == pytest.approx(nn.functional.cross_entropy(scores, few().labels).item())
    assert now.accuracy == pytest.approx((scores.argmax(1) == few().labels).float().mean().item())
    assert now.confusion.sum() == 40
    assert now.confusion.diag().sum() == round(40 * now.accuracy)
    probabilities = scores.softmax(1)
    torch.testing.assert_close(now.confidences, probabilities.max(1).values)
    torch.testing.assert_close(now.true_confidences, probabilities[range(40), few().labels])
    answer, count = now.most_given
    assert count == now.answers.tolist().count(answer) == max(now.answers.bincount()).item()


def test_weights_that_are_spoilt_give_numbers_all_the_same():
    digits, model = material("digits"), build(LENET)
    with torch.no_grad():
        model.conv2.weight[0] = torch.nan
        model.fc3.bias[3] = torch.inf
    assert not is_finite(model)
    now, seen = (
        moment(LENET, snapshot(model, 1), digits, few()),
        look(LENET, model.state_dict(), digits, few().pictures[0]),
    )
    assert torch.tensor(now.loss).isfinite()
    for values in (now.confidences, seen.probabilities, seen.maps, seen.heatmap):
        assert values is not None
        assert values.isfinite().all()


def test_confusion_has_the_truth_in_rows_and_answers_in_columns():
    counted = confusion(torch.tensor([0, 0, 1, 2]), torch.tensor([1, 1, 1, 0]), 3)
    assert counted.tolist() == [[0, 2, 0], [0, 1, 0], [1, 0, 0]]


def test_the_first_of_each_class_is_the_first():
    data = LabelledPictures(torch.zeros(5, 1, 2, 2), torch.tensor([2, 0, 2, 0, 3]))
    assert first_of_each(data, 5) == [1, 0, 4]


def test_filters_are_those_of_the_first_layer_and_a_linear_ones_are_pictures():
    for name, shape in {"LeNet": (6, 1, 5, 5), "MLP": (128, 1, 32, 32)}.items():
        network = adapted(NETWORKS[name](), material("digits").input, 10)
        weights = build(network).state_dict()
        filters = first_filters(network, weights)
        assert filters.shape == shape
        assert torch.equal(filters.flatten(), weights[f"{first_layer(network)}.weight"].flatten())


def test_filters_that_see_no_whole_picture_are_none():
    layers = (AvgPool2d(2), Flatten(), Linear(16, 3))
    network = NetworkSpec("Mine", (1, 8, 8), layers)
    with pytest.raises(ValueError, match="do not see the picture itself"):
        first_filters(network, build(network).state_dict())
    with pytest.raises(ValueError, match="have no filters"):
        first_layer(NetworkSpec("Mine", (1, 8, 8), (Flatten(),)))


def test_changes_are_in_shares_of_the_start_and_of_the_way():
    start = torch.tensor([[3.0, 4.0], [0.0, 0.0], [1.0, 1.0]])
    end = torch.tensor([[3.0, 8.0], [0.0, 2.0], [1.0, 1.0]])
    halfway = torch.tensor([[3.0, 5.0], [0.0, 1.0], [1.0, 1.0]])
    assert changed(start, halfway) == pytest.approx((2 / 27) ** 0.5)
    assert share_of_way(start, halfway, end).tolist() == [0.25, 0.5, 1.0]


def test_a_look_shows_what_the_network_computes_for_the_picture():
    digits, model = material("digits"), build(LENET, seed=2).eval()
    picture = few().pictures[3]
    seen = look(LENET, model.state_dict(), digits, picture)
    batch = digits.batch(picture[None])
    with torch.inference_mode():
        torch.testing.assert_close(seen.maps, model.conv1(batch)[0].relu())
        torch.testing.assert_close(seen.probabilities, model(batch)[0].softmax(0))
    assert (seen.maps_layer, seen.heatmap_layer) == ("relu1", "relu2")
    assert seen.heatmap is not None
    assert seen.heatmap.shape == (10, 10)
    assert seen.answer == seen.probabilities.argmax()


def test_a_network_without_maps_is_looked_at_without():
    digits = material("digits")
    network = adapted(NETWORKS["MLP"](), digits.input, 10)
    seen = look(network, build(network).state_dict(), digits, few().pictures[0])
    assert (seen.maps, seen.heatmap, seen.maps_layer) == (None, None, "")


def test_places_are_found_in_networks_of_the_builder():
    resnet = adapted(NETWORKS["Small ResNet"](), material("digits").input, 10)
    assert (seen_behind(resnet), heatmap_place(resnet)) == ("relu", "block3")
    bare = NetworkSpec("Mine", (1, 8, 8), (Conv2d(1, 2, 3), Conv2d(2, 2, 3), Flatten()))
    assert (seen_behind(bare), heatmap_place(bare)) == ("conv1", "conv1")
    flat = NetworkSpec("Mine", (1, 2, 2), (Flatten(), Linear(4, 2), ReLU()))
    assert (seen_behind(flat), heatmap_place(flat)) == ("", "")


def test_pictures_are_asked_in_equal_batches():
    digits, model = material("digits"), build(LENET).eval()
    all_at_once = scores_of(model, digits, digits.validation.pictures)
    assert all_at_once.shape == (500, 10)
    assert torch.equal(
        scores_of(model, digits, digits.validation.pictures[:250]), all_at_once[:250]
    )
