"""Looking back: runs on one scale, and what each moment says."""

from __future__ import annotations

import base64

import numpy as np
import pytest
import torch

from cnnviz.builder.modules import build
from cnnviz.figures.style import ZERO_LEVEL
from cnnviz.figures.training.rewind import Reel, rewind, scales_of, sentence
from cnnviz.figures.training.words import how_sure, tip
from cnnviz.training.apart import End, Job
from cnnviz.training.material import material
from cnnviz.training.moments import Moment
from cnnviz.training.networks import NETWORKS, adapted
from cnnviz.training.plan import Plan
from cnnviz.training.snapshots import snapshot
from cnnviz.ui.training.track import Track

DIGITS = material("digits")
NETWORK = adapted(NETWORKS["LeNet"](), DIGITS.input, 10)


class Told:
    """A run whose second snapshot has all filters of the first layer `factor` times as large."""

    end = End()

    def __init__(self, factor: float) -> None:
        model = build(NETWORK, seed=1)
        self.steps = []
        self.snapshots = [snapshot(model, 0)]
        with torch.no_grad():
            model.get_parameter("conv1.weight").mul_(factor)
        self.snapshots += [snapshot(model, 4, 1.0), snapshot(model, 10, 2.0)]


def reel(factor: float) -> Reel:
    track = Track(Job(NETWORK, DIGITS, Plan()))
    track.follow(Told(factor))  # ty: ignore[invalid-argument-type]
    return Reel("a run", track.seen(3, 60), DIGITS, 3, 10)


@pytest.fixture(scope="module")
def pair():
    return [reel(2.0), reel(4.0)]


def levels(track):
    found = track["filters"]
    flat = np.frombuffer(base64.b64decode(found["levels"]), np.uint8).astype(int)
    return flat.reshape(3, found["count"], *found["size"]) - ZERO_LEVEL


def test_two_runs_stand_on_the_scale_of_the_larger(pair):
    first, second = (levels(track) for track in rewind(pair)["tracks"])
    assert np.abs(second).max() == 127
    assert first[1] * 2 == pytest.approx(second[1], abs=2)
    assert (first[0] == second[0]).all()
    filters = pair[0].seen[0].filters
    assert filters is not None
    assert scales_of(pair).filters == pytest.approx(4 * filters.abs().max().item())


def test_one_run_has_a_scale_of_its_own(pair):
    assert np.abs(levels(rewind(pair[:1])["tracks"][0])).max() == 127


def test_each_filter_says_how_far_it_is(pair):
    track = rewind(pair[:1])["tracks"][0]
    assert track["ways"][0][0] == "0 % of its way, in 0 % of the run"
    assert track["ways"][1][0] == "100 % of its way, in 40 % of the run"


def test_the_answers_to_the_first_of_each_class_are_the_networks(pair):
    track, seen = rewind(pair[:1])["tracks"][0], pair[0].seen
    assert [name for _, name in track["firsts"]] == list(DIGITS.classes)
    for at, one in enumerate(seen):
        for digit, (answer, _, is_right) in enumerate(track["moments"][at]["firsts"]):
            place = int((DIGITS.validation.labels == digit).nonzero()[0])
            assert answer == DIGITS.classes[int(one.moment.answers[place])]
            assert is_right == (int(one.moment.answers[place]) == digit)


def test_a_sentence_counts_what_is_wrong(pair):
    now = pair[0].seen[0]
    answer, count = now.moment.most_given
    said = sentence(now, DIGITS.classes)
    expected = f"{count:,} are called {DIGITS.classes[answer]}" if count > 250 else "get a wrong"
    assert expected in said


def test_a_share_says_how_sure_it_is_and_what_guessing_gives():
    confusion = torch.tensor([[40, 10], [2, 28]])
    found = Moment(3, 0.1, 0.4, 0.85, confusion, *[torch.zeros(80)] * 3)
    assert how_sure(found) == "95 % sure: 75.6 % to 91.2 %; guessing gives 62.5 %"
    assert how_sure(found) in tip(found, ("a", "b"))[1]
