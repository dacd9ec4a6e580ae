"""The gallery: which pictures are wrong, in which order, and what they share."""

import pytest
import torch

from cnnviz.builder.modules import build
from cnnviz.models.networks import lenet
from cnnviz.training.data import LabelledPictures
from cnnviz.training.material import material
from cnnviz.training.mistakes import along, confused, shared, wrong
from cnnviz.training.moments import Moment, confusion
from cnnviz.training.snapshots import snapshot

LABELS = torch.tensor([0, 0, 1, 1, 1, 2])
ANSWERS = torch.tensor([0, 1, 0, 0, 1, 1])
CONFIDENCES = torch.tensor([0.9, 0.5, 0.6, 0.8, 0.7, 0.99])
TRUE = torch.tensor([0.9, 0.4, 0.3, 0.1, 0.7, 0.001])


def now() -> Moment:
    counted = confusion(LABELS, ANSWERS, 3)
    return Moment(3, 0.1, 1.0, 1 / 3, counted, ANSWERS, CONFIDENCES, TRUE)


def asked() -> LabelledPictures:
    pictures = torch.zeros(6, 1, 2, 2, dtype=torch.uint8)
    pictures[1, 0, 0, 0] = 255
    pictures[2, 0, 0, 0], pictures[3, 0, 0, 0], pictures[3, 0, 1, 1] = 255, 51, 102
    pictures[4, 0, 1, 0] = 255
    return LabelledPictures(pictures, LABELS)


def test_the_surest_come_first_and_a_cell_of_the_matrix_can_be_asked_for():
    found = wrong(now(), asked())
    assert [one.index for one in found] == [5, 3, 2, 1]
    assert [one.index for one in wrong(now(), asked(), order="true")] == [1, 3, 2, 5]
    assert [one.index for one in wrong(now(), asked(), order="answer")] == [3, 2, 5, 1]
    assert [one.index for one in wrong(now(), asked(), true=1, answer=0)] == [3, 2]
    first = found[0]
    assert (first.true, first.answer) == (2, 1)
    assert (first.confidence, first.true_confidence) == pytest.approx((0.99, 0.001))
    assert wrong(now(), asked(), true=0, answer=2) == []


def test_pairs_are_counted_the_most_often_first():
    found = confused(now().confusion)
    assert (found[0].true, found[0].answer, found[0].count) == (1, 0, 2)
    assert sum(pair.count for pair in found) == len(wrong(now(), asked()))


def test_what_they_share_is_a_difference_of_means():
    found = shared(now(), asked(), true=1, answer=0)
    assert found is not None
    assert (found.num_mistaken, found.num_right) == (2, 1)
    torch.testing.assert_close(found.mistaken, torch.tensor([[0.6, 0.0], [0.0, 0.2]]))
    torch.testing.assert_close(found.difference, torch.tensor([[0.6, 0.0], [-1.0, 0.2]]))
    assert found.mistaken_ink.tolist() == [[1, 0], [0, 1]]
    assert found.right_ink.tolist() == [[0, 0], [1, 0]]
    assert shared(now(), asked(), true=2, answer=1) is None  # no 2 is answered right


def test_along_the_run_each_snapshot_says_its_own():
    digits, network = material("digits"), lenet(1)
    models = [build(network, seed=seed).eval() for seed in (1, 2)]
    picture = digits.validation.pictures[0]
    said = along(network, [snapshot(model, 0) for model in models], digits, picture)
    with torch.inference_mode():
        expected = torch.cat([model(digits.batch(picture[None])) for model in models])
    torch.testing.assert_close(said, expected.softmax(1))
