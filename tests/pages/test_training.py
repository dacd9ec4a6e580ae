"""The page training: it opens before, during and after a run, and says what cannot be."""

from __future__ import annotations

import pytest

from cnnviz.ui.training.address import Values
from cnnviz.ui.training.job import asked_of, job_of
from cnnviz.ui.training.runs import runs
from tests.support.opening import component, open_page, page_text


@pytest.fixture(scope="module")
def finished():
    """The token of a visitor whose run of 78 steps is over."""
    asked = asked_of(Values(epochs=1))
    entry = runs().ask("a" * 32, "", asked.title, asked, job_of(asked))
    assert entry.run.wait()
    yield "a" * 32
    runs().stop(entry)


def shown_to(visitor: str, query: str):
    app = open_page("training", query)
    app.session_state["_training_visitor"] = visitor
    while component(app.run(), "training_board")["is_busy"]:
        pass  # a frame works out what it has time for
    return app


def test_before_a_run_stand_the_first_weights():
    board = component(open_page("training"), "training_board")
    assert board["bar"]["title"] == "Ready"
    assert [button[0] for button in board["bar"]["buttons"]] == ["start"]
    assert len(board["moments"]) == 1
    assert board["filters"]["count"] == 6
    assert not board["is_busy"]


@pytest.mark.parametrize(
    ("query", "filters"),
    [("network=mlp", True), ("network=small-resnet", True), ("data=planted", True),
     ("network=lenet-fully-convolutional&dropout=0.5", True)],
)  # fmt: skip
def test_every_network_shows_its_filters(query, filters):
    board = component(open_page("training", query), "training_board")
    assert bool(board["filters"]) == filters
    assert board["moments"][0]["confusion"]


def test_a_run_that_is_over_shows_all_of_its_snapshots(finished):
    board = component(shown_to(finished, "epochs=1"), "training_board")
    assert board["bar"]["title"] == "Done"
    assert board["bar"]["share"] == 1
    assert len(board["moments"]) > 20
    assert len(board["moments"]) == len(board["curves"]["at"])
    assert float(board["right"][1]) > 50
    assert not board["is_busy"]


def test_other_settings_than_the_runs_are_told(finished):
    board = component(shown_to(finished, "seed=5"), "training_board")
    assert "seed 0" in board["bar"]["note"]
    assert board["bar"]["buttons"][0][1] == "▶ Train with these settings"


def test_a_missing_network_of_ones_own_gets_a_sentence():
    assert "build one on the page Build a network" in page_text(
        open_page("training", "network=own")
    )


def test_nonsense_in_the_address_is_told():
    assert "learning_rate" in page_text(open_page("training", "learning_rate=fast"))
