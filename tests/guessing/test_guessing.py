"""Riddles whose answers are known, and the statistics of a score, worked out by hand."""

from __future__ import annotations

from itertools import product

import pytest
import torch

from cnnviz.guessing import LABELLED, Tally, by_chance, helps, knows_pictures, riddle
from cnnviz.images import SAMPLES
from cnnviz.models import pretrained

NETWORKS = ("lenet-mnist", "lenet-cifar10")


@pytest.mark.parametrize("name", NETWORKS)
def test_riddles_are_right_about_half_and_every_second_has_a_map(name: str) -> None:
    network = pretrained(name)
    asked = [riddle(network, number) for number in range(1, 9)]
    assert 2 <= sum(one.is_right for one in asked) <= 6
    for first, second in zip(asked[::2], asked[1::2], strict=True):
        assert first.has_map != second.has_map
    assert len({one.has_map for one in asked[::2]}) == 2  # which one is a matter of chance
    for one in asked:
        with torch.inference_mode():
            scores = network.model(one.batch).softmax(1)[0]
        torch.testing.assert_close(one.scores, scores, rtol=1e-4, atol=1e-5)
        assert set(one.choices) == set(scores.topk(4)[1].tolist())
        assert one.is_right == (network.classes[int(scores.argmax())] in one.truth)


def test_a_riddle_is_the_same_again_and_another_number_gives_another() -> None:
    network = pretrained("lenet-mnist")
    assert torch.equal(riddle(network, 3).batch, riddle(network, 3).batch)
    assert not torch.equal(riddle(network, 3).batch, riddle(network, 4).batch)


def test_the_place_of_the_answer_tells_nothing() -> None:
    network = pretrained("lenet-cifar10")
    places = [one.choices.index(one.said) for one in (riddle(network, n) for n in range(1, 21))]
    assert set(places) == {0, 1, 2, 3}


def test_every_shipped_network_has_pictures_and_their_labels_are_names_of_its_classes() -> None:
    assert set(LABELLED) <= set(SAMPLES)
    known = set(pretrained("lenet-cifar10").classes) | set(pretrained("squeezenet1.1").classes)
    assert {name for names in LABELLED.values() for name in names} <= known
    assert all(knows_pictures(pretrained(name)) for name in (*NETWORKS, "squeezenet1.1"))


def test_fishers_test_is_that_of_the_lady_who_tasted_tea() -> None:
    # Fisher, 1935: four cups of each kind, three of four found: 34 of 70 ways are as unlikely
    assert by_chance(Tally(3, 4), Tally(1, 4)) == pytest.approx(34 / 70)
    assert by_chance(Tally(4, 4), Tally(0, 4)) == pytest.approx(2 / 70)
    assert by_chance(Tally(0, 0), Tally(0, 0)) == 1


def test_fishers_test_counts_what_shuffling_the_answers_gives() -> None:
    one, other = Tally(5, 6), Tally(1, 4)
    firsts = [sum(t[:6]) for t in product((0, 1), repeat=10) if sum(t) == 6]
    assert len(firsts) == 210
    found = firsts.count(5)
    as_rare = sum(firsts.count(x) for x in set(firsts) if firsts.count(x) <= found)
    assert by_chance(one, other) == pytest.approx(as_rare / 210)


def test_a_map_helps_misleads_or_is_not_told_from_chance() -> None:
    assert helps(Tally(9, 10), Tally(2, 10)) is True
    assert helps(Tally(2, 10), Tally(9, 10)) is False
    assert helps(Tally(6, 10), Tally(5, 10)) is None


def test_a_network_without_known_pictures_is_told() -> None:
    network = pretrained("lenet-cifar10")
    strange = type(network)(network.model, network.transform, ("a",) * 10, network.card)
    assert not knows_pictures(strange)
    with pytest.raises(ValueError, match="no pictures whose class this network would know"):
        riddle(strange, 1)
