"""What is drawn of a training follows from its steps and snapshots."""

from __future__ import annotations

import base64
import math

import numpy as np
import pytest
import torch

from cnnviz.builder.modules import build
from cnnviz.figures.style import ZERO_LEVEL
from cnnviz.figures.training.course import Course
from cnnviz.figures.training.curves import curves, running_mean
from cnnviz.figures.training.filters import num_shown
from cnnviz.figures.training.live import live
from cnnviz.figures.training.words import tip
from cnnviz.training.apart import End, Job
from cnnviz.training.material import material
from cnnviz.training.networks import NETWORKS, adapted
from cnnviz.training.plain import Step
from cnnviz.training.plan import Plan
from cnnviz.training.snapshots import snapshot
from cnnviz.training.verdict import distance
from cnnviz.ui.training.track import Track

DIGITS = material("digits")
NETWORK = adapted(NETWORKS["LeNet"](), DIGITS.input, 10)


class Told:
    """A run with three snapshots, the last of which has all weights of the first layer doubled."""

    end = End()

    def __init__(self) -> None:
        model = build(NETWORK, seed=3)
        self.snapshots = [snapshot(model, 0), snapshot(model, 5, 0.5)]
        with torch.no_grad():
            model.get_parameter("conv1.weight").mul_(2)
        self.snapshots.append(snapshot(model, 10, 1.0))
        self.steps = [Step(n + 1, 2.3 - n / 10, n / 10, 0.1, n / 10) for n in range(10)]


@pytest.fixture(scope="module")
def track():
    made = Track(Job(NETWORK, DIGITS, Plan()))
    made.follow(Told())  # ty: ignore[invalid-argument-type]
    return made


@pytest.fixture(scope="module")
def drawn(track):
    return live(track.seen(7, 60), track.course, 20, DIGITS, 7)


def test_a_running_mean_is_numpys():
    values = np.arange(10.0) ** 2
    expected = [values[max(0, end - 4) : end].mean() for end in range(1, 11)]
    assert running_mean(values, 4) == pytest.approx(expected)


def test_filters_stand_on_one_scale_with_zero_in_its_middle(drawn, track):
    found = drawn["filters"]
    levels = np.frombuffer(base64.b64decode(found["levels"]), np.uint8)
    levels = levels.reshape(3, found["count"], *found["size"]).astype(int)
    weights = track.snapshots[-1].weights["conv1.weight"][:, 0].numpy()
    limit = np.abs(weights).max()
    shares = (levels[-1] - ZERO_LEVEL) / 127
    assert shares == pytest.approx(weights / limit, abs=1 / 127)
    assert (levels[0] == levels[1]).all()
    assert found["changed"] == ["random", "changed 0 %", "changed 100 %"]
    assert found["ends"] == [f"−{limit:.3g}", f"+{limit:.3g}"]


def test_curves_are_shares_of_their_charts(drawn):
    found = drawn["curves"]
    assert found["at"] == [0, 0.25, 0.5]
    assert found["done"] == 0.5
    top = 2.3 / found["loss"]["batches"][0][1]
    assert found["loss"]["guess"][0] == pytest.approx(math.log(10) / top, abs=1e-3)
    assert [y for _, y in found["right"]["batches"]] == pytest.approx([n / 10 for n in range(10)])


def test_a_loss_that_is_no_number_is_left_out_of_the_line(track):
    steps = [Step(1, 2.3, 0.1, 1.0, 0.1), Step(2, float("nan"), 0.1, 1.0, 0.2)]
    found = curves(Course(steps), [one.moment for one in track.seen(0, 60)], 20, 10)
    assert len(found["loss"]["batches"]) == 1


def test_a_course_that_grew_with_its_run_is_that_of_the_whole_run(track):
    steps = [Step(n + 1, 3 / (n + 1), n / 50, 1.0, 0.1) for n in range(50)]
    grown = Course()
    for done in (1, 1, 20, 50):
        grown.take(steps[:done])
    moments = [track.seen(0, 60)[0].moment]
    found = curves(grown, moments, 50, 10)
    assert found == curves(Course(steps), moments, 50, 10)
    assert [x for x, _ in found["right"]["batches"]] == pytest.approx(
        [n / 50 for n in range(1, 51)]
    )
    assert [y for _, y in found["right"]["batches"]] == pytest.approx([n / 50 for n in range(50)])


def test_a_long_run_is_thinned_and_keeps_its_last_step(track):
    steps = [Step(n + 1, 1.0, 0.5, 1.0, 0.1) for n in range(5000)]
    found = curves(Course(steps), [track.seen(0, 60)[0].moment], 5000, 10)
    assert len(found["loss"]["batches"]) <= 300
    assert found["loss"]["batches"][-1][0] == 1


def test_the_confusion_matrix_and_the_scores_are_the_networks(drawn, track):
    with torch.inference_mode():
        model = build(NETWORK, seed=3).eval()
        answers = model(DIGITS.batch(DIGITS.validation.pictures))
    shown = torch.tensor(drawn["moments"][0]["confusion"])
    assert shown.sum() == len(DIGITS.validation)
    assert (shown.sum(0) == torch.bincount(answers.argmax(1), minlength=10)).all()
    probabilities = answers[7].softmax(0)
    for one in drawn["scores"]:
        place = DIGITS.classes.index(one["name"])
        assert one["shares"][0] == pytest.approx(probabilities[place].item(), abs=1e-3)


def test_a_tip_says_the_favourite_answer_where_there_is_one(track):
    said = tip(track.seen(7, 60)[0].moment, DIGITS.classes)
    assert said[0] == "Step 0, before training"
    assert "of 500 are" in said[2]


def test_large_filters_are_fewer():
    assert num_shown(6, 25 * 32) == 6
    assert num_shown(64, 9 * 32) == 8
    assert num_shown(300, 784 * 32) == 3
    assert num_shown(2, 10**6) == 2


def test_how_far_weights_have_come_is_worked_out_once(track):
    start, _, last = track.snapshots
    expected = distance(start.weights, last.weights)
    assert track.moved(last) == expected > 0
    assert track.moved(start) == 0
