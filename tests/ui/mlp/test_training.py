"""The training of one visitor: what buttons do, and how many visitors share the server."""

from __future__ import annotations

from cnnviz.playground.training import Run, Setup
from cnnviz.ui.mlp.address import Values
from cnnviz.ui.mlp.training import FRAME_MS, LEFT_S, Trainers, Training, is_busy, others, share_of


def test_it_trains_while_it_plays_or_has_not_come_to_the_steps_of_the_address():
    training = Training(Run(Setup()))
    assert not is_busy(training, Values())
    assert is_busy(training, Values(steps=5))
    training.run.advance(5)
    assert not is_busy(training, Values(steps=5))
    training.is_playing = True
    assert is_busy(training, Values(steps=5))


def test_pictures_are_fewer_and_smaller_before_anything_else_when_many_train():
    assert share_of(1) == share_of(2)
    assert share_of(1).pause_ms == FRAME_MS <= 100  # ten pictures a second or more
    shares = [share_of(count) for count in (2, 3, 4, 8, 16)]
    assert [s.pause_ms for s in shares] == sorted({s.pause_ms for s in shares})
    assert [s.coarser for s in shares] == sorted(s.coarser for s in shares)
    assert shares[-1].pause_ms == 8 * FRAME_MS


def test_who_has_left_is_not_counted(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("cnnviz.ui.mlp.training.time.monotonic", lambda: now[0])
    found = Trainers()
    assert [found.note("one"), found.note("two"), found.note("one")] == [1, 2, 2]
    now[0] += LEFT_S + 1
    assert found.note("one") == 1


def test_other_networks_on_the_same_points_are_remembered():
    training = Training(Run(Setup(hidden=(20,))))
    training.results = {
        Setup(hidden=(3,)): (500, 0.25),
        Setup(hidden=(20,)): (500, 0.5),
        Setup(hidden=(3,), seed=1): (500, 0.75),
    }
    assert others(training) == [("3", 500, 0.25)]
