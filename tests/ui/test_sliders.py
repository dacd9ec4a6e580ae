"""What a browser may say of a slider, what is called then, and what it is told."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
import streamlit as st

from cnnviz.ui import sliders
from cnnviz.ui.sliders import Option, Slider, live_sliders

WHOLE = Slider("kernel_size", "Kernel size", "", 3, min=1, max=7)
REAL = Slider("noise", "Noise", "", 0.5, min=0.1, max=0.9, step=0.1)
NAMED = Slider("size", "Size", "", 32, options=(Option(32, "small"), Option("own", "own size")))


@pytest.mark.parametrize(
    ("slider", "sent", "value"),
    [
        (WHOLE, 1, 1), (WHOLE, 7, 7), (WHOLE, 3.0, 3), (WHOLE, 0, None), (WHOLE, 8, None),
        (WHOLE, 0.99, None), (WHOLE, 7.01, None), (WHOLE, True, None), (WHOLE, "3", None),
        (WHOLE, None, None), (WHOLE, [3], None), (WHOLE, math.nan, None), (WHOLE, math.inf, None),
        (REAL, 0.1, 0.1), (REAL, 0.9, 0.9), (REAL, 0.0999, None), (REAL, 0.91, None),
        (REAL, -math.inf, None), (NAMED, 32, 32), (NAMED, "own", "own"), (NAMED, 33, None),
        (NAMED, "other", None), (NAMED, True, None), (NAMED, {"value": 32}, None),
    ],
)  # fmt: skip
def test_only_a_value_that_the_slider_can_stand_at_is_believed(slider, sent, value) -> None:
    assert slider.shape(sent) == value
    assert type(slider.shape(sent)) is type(value)


class Mounted:
    """A component of sliders without a browser: what it was told, and what it says."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.session: dict[str, Any] = {}
        self.told: dict[str, Any] = {}
        monkeypatch.setattr(st, "session_state", self.session)
        monkeypatch.setattr(sliders, "_mount", lambda **told: self.told.update(told))

    def says(self, name: str, value: Any = None) -> None:
        self.session["them"] = {name: value}
        self.told[f"on_{name}_change"]()


@pytest.fixture
def mounted(monkeypatch: pytest.MonkeyPatch) -> Mounted:
    return Mounted(monkeypatch)


def test_only_what_changed_and_can_be_is_passed_on(mounted) -> None:
    heard: list[dict[str, Any]] = []
    live_sliders([WHOLE, REAL, NAMED], key="them", on_change=heard.append)
    for turn, values in enumerate(
        [
            {"kernel_size": 5, "noise": 0.5, "size": "own"},
            {"kernel_size": 3, "noise": 0.5, "size": 32},  # as they are
            {"kernel_size": 99, "other": 1},
            "nonsense",
        ],
        start=1,
    ):
        mounted.says("values", {"turn": turn, "value": values})
    mounted.says("values", "nonsense")
    assert heard == [{"kernel_size": 5, "size": "own"}]


def test_the_turn_of_the_last_word_is_told_to_the_browser(mounted) -> None:
    mounted.session["them"] = {"values": {"turn": 7, "value": {}}}
    live_sliders([WHOLE], key="them", on_change=lambda changed: None)
    assert mounted.told["data"]["heard"] == 7


def test_rest_is_passed_on(mounted) -> None:
    heard: list[str] = []
    live_sliders(
        [WHOLE, REAL],
        key="them",
        on_change=lambda changed: heard.append("changed"),
        on_rest=lambda: heard.append("rests"),
    )
    mounted.says("rested")
    assert heard == ["rests"]
    assert mounted.told["data"]["rests"] is True


def test_who_listens_to_nothing_is_told_nothing(mounted) -> None:
    live_sliders([WHOLE], key="them", on_change=lambda changed: None)
    mounted.says("rested")
    mounted.says("reached", "kernel_size")
    data = mounted.told["data"]
    assert (data["rests"], data["reaches"], data["wide"]) == (False, False, False)
    assert (data["context"], data["ahead"]) == ("", None)
    assert "query" not in data
    assert (mounted.told["key"], mounted.told["height"]) == ("them", "content")


def test_the_browser_is_told_the_sliders_and_what_they_lead_to(mounted) -> None:
    live_sliders(
        [WHOLE, NAMED], key="them", on_change=lambda changed: None, query="a=1", context="c",
        wide=True,
    )  # fmt: skip
    data = mounted.told["data"]
    assert [slider["name"] for slider in data["sliders"]] == ["kernel_size", "size"]
    whole, named = data["sliders"]
    assert (whole["min"], whole["max"], whole["step"], whole["value"]) == (1, 7, 1, 3)
    assert "options" not in whole
    assert named["options"][1] == {"value": "own", "label": "own size"}
    assert (data["wide"], data["query"], data["context"]) == (True, "a=1", "c")


def test_what_a_slider_leads_to_is_told_when_a_hand_is_near_and_not_again(mounted) -> None:
    def show() -> dict[str, Any]:
        live_sliders(
            [WHOLE, REAL, NAMED],
            key="them",
            on_change=lambda changed: None,
            foresee=lambda slider, stop: {"grid": [slider.name, stop]} if stop != 5 else None,
        )
        return mounted.told["data"]

    assert (show()["reaches"], show()["ahead"]) == (True, None)
    for name, stops in [("kernel_size", "1234 67"), ("noise", None), ("size", None)]:
        mounted.says("reached", name)
        ahead = json.loads(show()["ahead"])
        assert ahead["is_whole"]
        assert ahead["views"].keys() == {name}
        assert all(view["grid"][0] == name for view in ahead["views"][name].values())
        if stops:
            assert ahead["views"][name].keys() == set(stops) - {" "}
        assert show()["ahead"] is None
    mounted.says("reached", "something else")
    assert show()["ahead"] is None


def test_what_the_nearest_stops_lead_to_is_told_of_every_slider_where_no_hand_is_near(
    mounted,
) -> None:
    def show() -> str | None:
        live_sliders(
            [WHOLE, REAL, NAMED],
            key="them",
            on_change=lambda changed: None,
            foresee=lambda slider, stop: {"grid": [slider.name, stop]} if stop != 4 else None,
        )
        return mounted.told["data"]["ahead"]

    show()
    mounted.says("reached", "")
    ahead = json.loads(show() or "")
    assert not ahead["is_whole"]
    assert ahead["views"]["kernel_size"] == {"2": {"grid": ["kernel_size", 2]}}  # 4 is asked for
    assert ahead["views"]["size"].keys() == {"own"}  # it has no other stop
    assert ahead["views"]["noise"].keys() == {"0.4", "0.6"}
    assert show() is None


def test_stops_are_named_as_a_browser_writes_them_the_nearest_first(mounted) -> None:
    near = Slider("x1", "x", "", -0.9, -1, 1, 0.1).near()
    assert near[:4] == [-0.9, -1.0, -0.8, -0.7]
    live_sliders(
        [Slider("x1", "x", "", -0.9, -1, 1, 0.1)],
        key="them",
        on_change=lambda changed: None,
        foresee=lambda slider, stop: {"grid": stop},
    )
    mounted.says("reached", "x1")
    live_sliders(
        [Slider("x1", "x", "", -0.9, -1, 1, 0.1)],
        key="them",
        on_change=lambda changed: None,
        foresee=lambda slider, stop: {"grid": stop},
    )
    views = json.loads(mounted.told["data"]["ahead"])["views"]["x1"]
    assert {"-1", "-0.9", "0", "0.1", "1"} <= views.keys()
    assert len(views) == 21
