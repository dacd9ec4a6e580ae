"""Small results and what is pointed at: what a browser says is believed only where it fits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.figures.mlp import picks as figures
from cnnviz.figures.mlp.playground import here, readable
from cnnviz.playground.ending import train_to_the_end
from cnnviz.playground.training import Run, Setup
from cnnviz.progress import go_on
from cnnviz.ui.mlp import playground, results
from cnnviz.ui.mlp.address import HIDDEN, Values
from cnnviz.ui.mlp.training import setup_of
from tests.support.client_input import JSON
from tests.support.opening import component, open_page


@given(st.dictionaries(st.sampled_from(["place", "point", "number"]), JSON))
def test_any_place_that_is_sent_is_in_the_picture_or_none(asked):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(playground, "told_by", lambda key: {"frame": asked})
        pointed = playground.pointed_at("any", 10, 2.0)
    if pointed is not None:
        (x, y), point = pointed
        assert max(abs(x), abs(y)) <= 2.0
        assert -1 <= point < 10


@pytest.mark.parametrize("setup", [Setup(hidden=(4,)), Setup(data="sine", hidden=(3, 4))])
def test_what_is_said_while_it_plays_is_what_is_said_at_rest(setup):
    run = Run(setup)
    run.advance(20)
    told = here(run.network, run.points, (0.5, -1.0), 3)
    assert told["words"] == readable(run.network, run.points, 4)["points"][3]
    place = run.points.x[3].tolist()
    at_place = here(run.network, run.points, (place[0], place[-1]), -1)
    assert at_place["pulls"] == told["pulls"]
    assert at_place["words"][1] == told["words"][1]
    assert at_place["words"][0].startswith("Here: ")


def test_the_picture_of_an_ending_is_made_of_its_own_numbers():
    ending = train_to_the_end(Setup(hidden=(3,)), 40, 6, go_on)
    assert figures.ending_lines(ending) == [f"{ending.test_loss:.2f}", f"at {ending.best}"]
    assert f"test loss {ending.test_loss:.3f} after 40 steps" in figures.ending_words("3", ending)
    assert figures.ending_picture(ending, 6)["cells"] == 6
    curve = train_to_the_end(Setup(data="sine", hidden=(3,)), 5, 6, go_on)
    assert len(figures.ending_picture(curve, 6)["curve"].split()) == 6


def test_results_that_are_kept_are_shown_to_everybody(monkeypatch):
    monkeypatch.setattr(results, "STEPS", 12)
    monkeypatch.setattr(results, "CELLS", 4)
    query = "view=depth&seed=4321&points=20"
    assert component(open_page("mlp", query), results.KEY)["is_busy"]
    for hidden in HIDDEN:
        results._task(results._of(Values(seed=4321, points=20), hidden)).work(go_on)
    told = component(open_page("mlp", query), results.KEY)
    assert not told["is_busy"]
    run = Run(setup_of(Values(seed=4321, points=20, hidden="3,3")))
    run.advance(12)
    (choice,) = [one for one in told["choices"] if one["value"] == "3,3"]
    assert choice["lines"][0] == f"{run.now().test[-1]:.2f}"
    assert (told["chosen"], choice["picture"]["cells"]) == ("20", 4)
