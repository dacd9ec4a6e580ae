"""How trainings that are watched share the server: by a clock of our own, not this machine's."""

from __future__ import annotations

from itertools import count

import pytest

from cnnviz.ui.mlp.pace import (
    FREE,
    LEFT_S,
    LONGEST_S,
    MOST,
    PICTURE_S,
    STEPS_S,
    Share,
    Trainers,
    share_of,
)

SECONDS = 30.0


def answered(latencies: list[float]) -> list[tuple[float, float]]:
    """Steps and pictures a second of visitors whose answers are so many seconds on their way."""
    now = [0.0]
    trainers = Trainers(lambda: now[0])
    asks, steps, pictures = [0.0] * len(latencies), [0] * len(latencies), [0] * len(latencies)
    while (at := min(asks)) < SECONDS:
        who, now[0] = asks.index(at), at
        share = trainers.share(f"visitor {who}")
        steps[who] += share.pictures * share.steps
        pictures[who] += share.pictures
        asks[who] = at + max(latencies[who], share.pause_ms / 1000)
    return [(made / SECONDS, shown / SECONDS) for made, shown in zip(steps, pictures, strict=True)]


@pytest.mark.parametrize("latency", [0.02, 0.2, 0.404, 0.5, 0.7])
def test_alone_the_picture_follows_at_ten_a_second_however_long_an_answer_takes(latency):
    ((steps, pictures),) = answered([latency])
    assert pictures >= 10
    assert steps == pytest.approx(STEPS_S, rel=0.05)


@pytest.mark.parametrize("latencies", [[0.02, 0.3, 0.7], [0.1] * 4 + [0.6] * 4])
def test_who_asks_less_often_trains_as_fast(latencies):
    steps = [made for made, _ in answered(latencies)]
    assert min(steps) > 0.95 * max(steps)
    assert min(steps) == pytest.approx(STEPS_S, rel=0.05)


def test_pictures_become_fewer_and_smaller_before_steps_do():
    shares = [share_of(trainings) for trainings in (1, FREE, 4, MOST, 2 * MOST)]
    assert [share.picture_ms for share in shares] == [85, 85, 170, 340, 680]
    assert [share.coarser for share in shares] == [1, 1, 2, 3, 3]
    made = [steps for steps, _ in (answered([0.05] * trainings)[0] for trainings in (1, 4, MOST))]
    assert made == pytest.approx([STEPS_S] * 3, rel=0.05)
    assert answered([0.05] * 2 * MOST)[0][0] == pytest.approx(STEPS_S / 2, rel=0.05)


def test_the_first_picture_comes_alone_and_at_once():
    first = Trainers().share("somebody")
    assert first == share_of(1, PICTURE_S)
    assert (first.pictures, first.pause_ms) == (1, 170)


def test_nobody_makes_up_for_more_than_a_while():
    longest = share_of(1, 100.0)
    assert longest == share_of(1, LONGEST_S)
    assert longest.pictures * longest.seconds < 0.5  # of computing, in one answer


def test_who_has_left_is_not_counted():
    ticks = count(100.0, LEFT_S / 2)
    trainers = Trainers(lambda: next(ticks))
    trainers.share("one")
    assert isinstance(trainers.share("two"), Share)
    assert trainers.count() == 1  # "one" asked last two ticks ago
