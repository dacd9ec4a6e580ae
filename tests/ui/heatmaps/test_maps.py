"""Maps that share passes are those of each method, and what is likely next is worked ahead."""

from dataclasses import replace

import numpy as np
import pytest
from torch import Tensor, nn

from cnnviz.heatmaps import METHODS, PassFrom, pass_from
from cnnviz.heatmaps.scores import class_scores
from cnnviz.images.samples import sample
from cnnviz.models import pretrained
from cnnviz.models.download import WeightsError
from cnnviz.ui.heatmaps import maps
from cnnviz.ui.heatmaps.likely import TOP, _compute, likely_next, likely_questions
from cnnviz.ui.heatmaps.maps import following, kept_map, known_map
from cnnviz.ui.heatmaps.subject import Subject
from cnnviz.ui.pictures import Picture


@pytest.fixture(scope="module")
def subject() -> Subject:
    network = pretrained("resnet18-cifar10")
    image = sample("horse")
    picture = Picture(image.copy, "horse", "", "", is_upload=False, digest="of test_maps")
    batch = network.transform(image, 32)
    scores = class_scores(network.model(batch)).softmax(dim=1)[0]
    winner = int(scores.argmax())
    return Subject("resnet18-cifar10", picture, 32, scores, winner, None, "group3")


def test_maps_that_share_passes_are_those_of_each_method(subject: Subject):
    for name in ("grad_cam", "layer_cam", "saliency", "input_x_gradient", "guided_backprop"):
        own = METHODS[name](subject.network.model, subject.batch, subject.target, subject.layer)
        found = kept_map(subject, METHODS[name])
        assert found is not None
        assert np.allclose(found, own.detach().numpy(), atol=1e-6)


def test_one_map_brings_those_that_share_its_passes_and_no_other(subject: Subject):
    question = replace(subject, against=(subject.class_idx + 1) % 10)
    before = {method.name for method in following(question)}
    kept_map(question, METHODS["saliency"])
    assert before - {m.name for m in following(question)} == {"saliency", "input_x_gradient"}
    assert known_map(question, METHODS["grad_cam"]) is None
    assert kept_map(question, METHODS["occlusion"]) is None  # slow: it has to be asked for


@pytest.mark.parametrize(("layer", "most"), [("group3", 1), ("group0", 2)])
def test_another_class_needs_no_pass_up_to_a_late_layer(
    subject: Subject, monkeypatch: pytest.MonkeyPatch, layer: str, most: int
):
    passes: list[str] = []

    def counted(model: nn.Module, batch: Tensor, layer: str) -> PassFrom:
        passes.append(layer)
        return pass_from(model, batch, layer)

    monkeypatch.setattr(maps, "pass_from", counted)
    asked = replace(subject, size=33, layer=layer)  # a question that no other test has asked
    for class_idx in (7, 8):
        found = kept_map(replace(asked, class_idx=class_idx), METHODS["grad_cam"])
        own = METHODS["grad_cam"](subject.network.model, asked.batch, class_idx, layer)
        assert found is not None
        assert np.allclose(found, own.numpy(), atol=1e-6)
    assert passes == [layer] * most  # the weights behind an early layer are not held for it


def test_the_best_other_classes_and_why_not_each_are_worked_ahead(subject: Subject):
    questions = likely_questions(subject)
    ranked = subject.scores.argsort(descending=True).tolist()
    asked = [(question.class_idx, question.against) for question in questions]
    others = ranked[1 : TOP + 1]
    assert asked == [(o, None) for o in others] + [(subject.class_idx, o) for o in others]
    for task in likely_next(subject):
        task()
    assert [method for question in questions for method in following(question)] == []
    assert likely_next(subject) == []


def test_work_ahead_on_a_network_that_is_gone_with_its_visitor_is_no_error(subject: Subject):
    gone = replace(subject, model_name="own-0123456789abcdef")
    with pytest.raises(WeightsError):
        kept_map(gone, METHODS["grad_cam"])
    _compute(gone, METHODS["grad_cam"])
