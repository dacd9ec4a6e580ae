"""Networks trained in the page: in pieces, stopped and gone on with, and the same as at once."""

from __future__ import annotations

import pytest

from cnnviz.heatmaps import StoppedError
from cnnviz.residual.race import new_net, run_race
from cnnviz.ui.kept import Result, account, size_of
from cnnviz.ui.residual import live
from cnnviz.ui.residual.degradation import Curve, live_curves, verdict
from cnnviz.ui.residual.live import CHUNK, Race, live_digits, race_recipe, race_tasks


@pytest.mark.slow
def test_a_race_in_pieces_is_the_race_at_once_and_goes_on_where_it_was_stopped() -> None:
    race = Race(race_recipe(2 * CHUNK, seed=4))
    first, *_ = tasks = race_tasks(race)
    assert len(tasks) == 2
    assert live_curves(race) == []
    asked = iter([True] * 13 + [False])
    with pytest.raises(StoppedError):
        first.work(lambda _: next(asked))
    assert sum(len(steps) for steps in race.told.values()) == 13
    for task in race_tasks(race):
        task.work(lambda _: True)
    assert race.is_over
    assert live.race(2 * CHUNK, seed=4) is race  # kept, and counted with all it has become
    fresh = size_of(Result(Race(race.recipe)))
    assert account()._results[race.key][1].total > fresh + 100 * 8 * CHUNK
    assert race_tasks(race) == []
    alone = list(run_race(new_net(8, True, race.recipe), live_digits(), race.recipe))
    assert [step.loss for step in race.told[8, True]] == pytest.approx(
        [step.loss for step in alone], rel=1e-3
    )
    curves = live_curves(race)
    assert [(curve.depth, curve.residual) for curve in curves] == [
        (8, False),
        (32, False),
        (8, True),
        (32, True),
    ]
    last = [step.error for step in race.told[8, True][CHUNK:]]
    assert curves[2].errors[1] == pytest.approx(sum(last) / CHUNK, abs=1e-4)


@pytest.mark.parametrize(
    ("deep", "word"), [(0.3, "worse than"), (0.2, "as good as"), (0.1, "better than")]
)
def test_the_verdict_is_that_of_the_numbers(deep, word) -> None:
    assert verdict(Curve(8, False, [0.9, 0.2, 0.2]), Curve(32, False, [0.9, deep, deep])) == word
