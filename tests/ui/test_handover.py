"""Values that Python gives to widgets: when they are set again, and when they are the visitor's."""

from __future__ import annotations

import pytest
import streamlit as st

from cnnviz.ui import handover
from cnnviz.ui.handover import ON_ITS_WAY, Handover, note_end


class World:
    """One visitor's session, the clock, and what the browser told with its request."""

    def __init__(self) -> None:
        self.session: dict[str, object] = {}
        self.told: set[str] = set()
        self.set_in_this_run: set[str] = set()
        self.now = 100.0
        self.handover = Handover("page")

    def give(self, value: object) -> None:
        self.handover.give({"size": value})

    def ends(self) -> None:
        note_end("page")

    def next_run(self, browser: object = None, after: float = 10.0) -> object:
        """A run that the browser asks for, saying what its widget stands at; what it is then."""
        self.now += after
        self.told = set()
        if browser is not None:
            self.session["size"] = browser
            self.told = {"size"}
        self.handover.give_again()
        return self.session.get("size")

    def is_still_given(self) -> bool:
        return "size" in self.session["_given:page"]


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = World()
    monkeypatch.setattr(st, "session_state", made.session)
    monkeypatch.setattr(handover, "told_by_the_browser", lambda: frozenset(made.told))
    monkeypatch.setattr(handover, "widgets_among", list)
    monkeypatch.setattr(handover, "is_set_in_this_run", lambda name: name in made.set_in_this_run)
    monkeypatch.setattr(handover.time, "monotonic", lambda: made.now)
    return made


def test_a_value_is_set_again_until_the_browser_shows_it(world):
    world.give(9)
    world.ends()
    assert world.next_run() == 9
    assert world.is_still_given()  # the browser has not said a word about it
    assert world.next_run(browser=9) == 9
    assert not world.is_still_given()


def test_what_the_browser_still_shows_from_before_is_no_answer(world):
    world.session["size"] = 6
    world.give(9)
    world.ends()
    assert world.next_run(browser=6, after=ON_ITS_WAY / 2) == 9
    assert world.is_still_given()


def test_a_run_that_has_not_ended_has_sent_nothing_for_sure(world):
    world.session["size"] = 6
    world.give(9)
    assert world.next_run(browser=6, after=1_000) == 9


def test_the_value_of_before_is_the_visitors_when_they_had_time_to_see_the_new_one(world):
    world.session["size"] = 6
    world.give(9)
    world.ends()
    assert world.next_run(browser=6, after=ON_ITS_WAY * 2) == 6
    assert not world.is_still_given()


def test_what_comes_back_just_as_a_run_has_sent_all_it_has_may_still_be_late(world):
    world.session["size"] = 6
    world.give(9)
    world.ends()
    assert world.next_run(browser=6, after=ON_ITS_WAY) == 9
    assert world.is_still_given()


def test_the_end_of_another_page_says_nothing_of_this_one(world):
    world.session["size"] = 6
    world.give(9)
    note_end("other")
    assert world.next_run(browser=6, after=1_000) == 9


def test_another_value_is_the_visitors_at_once(world):
    world.session["size"] = 6
    world.give(9)
    world.ends()
    assert world.next_run(browser=4, after=ON_ITS_WAY / 2) == 4
    assert not world.is_still_given()


def test_a_widget_that_says_nothing_and_lost_its_value_gets_it_back(world):
    world.give(9)
    world.ends()
    del world.session["size"]  # Streamlit forgets what a hidden widget had
    assert world.next_run() == 9


def test_what_is_set_in_this_run_is_left_alone(world):
    world.give(9)
    world.ends()
    world.set_in_this_run = {"size"}
    assert world.next_run(browser=4) == 4
    assert world.is_still_given()


def test_only_the_last_value_that_was_given_counts(world):
    world.give(9)
    world.give(7)
    world.ends()
    assert world.next_run(browser=9, after=ON_ITS_WAY / 2) == 7


def test_the_end_of_a_page_that_gave_nothing_is_not_noted(world):
    note_end("other")
    assert world.session == {}
