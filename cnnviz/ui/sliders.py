"""Sliders that are answered while they are dragged.

They send their values in turns, at most every 60 ms, and a handle that a hand has moved stays until
Python has heard of it. Where the answer at a stop is small, a page says what it is (`foresee`): the
nearest stops of each slider are computed when the page has come to rest, all stops of one when a
hand comes near it, and the browser shows each in the frame of the move. Python hears of it when the
hand rests.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import streamlit as st

from cnnviz.ui import turns
from cnnviz.ui.components import register
from cnnviz.ui.foresight.views import View, views_of
from cnnviz.ui.sent import is_number, one_of, sent_values, word

MOST_BYTES = 250_000  # of what one slider leads to
EVERY = ""  # slider, instead of the name of one that a hand is near
NEAREST = 2  # stops of each: the first move of a hand leads to one of them
MOST_BYTES_AROUND, MOST_SECONDS_AROUND = 120_000, 0.15  # of these together

Foresee = Callable[["Slider", Any], View | None]

_mount = register("sliders")


@dataclass(frozen=True)
class Option:
    """One stop of a slider over named values."""

    value: int | float | str
    label: str


@dataclass(frozen=True)
class Slider:
    """One live slider: a range of numbers, or the stops given by `options`."""

    name: str
    label: str
    help: str
    value: int | float | str
    min: float = 0
    max: float = 1
    step: float = 1
    options: tuple[Option, ...] | None = None

    def shape(self, value: Any) -> int | float | str | None:
        """What a browser sent, if this slider can stand at it; None for anything else."""
        if self.options is not None:
            stops = [option.value for option in self.options]
            is_one = not isinstance(value, bool) and value in stops
            return stops[stops.index(value)] if is_one else None
        if not is_number(value) or not self.min <= value <= self.max:
            return None
        return int(value) if isinstance(self.value, int) else value  # 3 may come as 3.0

    def near(self) -> list[Any]:
        """Its stops, the nearest first."""
        stops = [option.value for option in self.options] if self.options else self._steps()
        here = min(range(len(stops)), key=lambda at: _away(stops[at], self.value))
        places = sorted(range(len(stops)), key=lambda at: abs(at - here))
        return [stops[at] for at in places]

    def _steps(self) -> list[int | float]:
        count = round((self.max - self.min) / self.step)
        steps = [round(self.min + at * self.step, 10) for at in range(count + 1)]
        return [int(step) for step in steps] if isinstance(self.value, int) else steps


def _away(stop: int | float | str, value: int | float | str) -> float:
    if isinstance(stop, str) or isinstance(value, str):
        return float(stop != value)
    return abs(stop - value)


def live_sliders(
    sliders: Sequence[Slider],
    *,
    key: str,
    on_change: Callable[[dict[str, Any]], None],
    on_rest: Callable[[], None] | None = None,
    query: str | None = None,
    context: str = "",
    foresee: Foresee | None = None,
    wide: bool = False,
) -> None:
    """Show live sliders and call `on_change` with the values that changed, by slider name.

    The callbacks are called before the run that they cause, as Streamlit's are, and may set
    `st.session_state`. Only values the sliders can stand at are passed on.

    Args:
        sliders: from top to bottom.
        key: of the component.
        on_change: told the values that changed, by slider name.
        on_rest: called once when the hand has been still for a moment.
        query: what the browser's address is to say of the view, where nobody else keeps it.
        context: everything besides these sliders that the page shows depends on, as a text.
        foresee: what the page shows with a slider at a stop: the data of components by their keys,
            as Python would send them to each; None where it has to be asked for as usual.
        wide: sliders side by side.
    """
    known = {slider.name: slider for slider in sliders}

    def moved() -> None:
        shapes = {name: slider.shape for name, slider in known.items()}
        values = turns.said(key, "values", lambda value: sent_values(value, shapes)) or {}
        changed = {n: value for n, value in values.items() if value != known[n].value}
        if changed:
            on_change(changed)

    def rested() -> None:
        if on_rest:
            on_rest()

    def reached() -> None:
        st.session_state[_reached(key)] = word(key, "reached", one_of([*known, EVERY]))

    near = st.session_state.pop(_reached(key), None)
    is_near = near in (EVERY, *known)
    _mount(
        data={
            "sliders": [_described(slider) for slider in sliders],
            "heard": turns.turn(key, "values"),
            "wide": wide,
            "rests": on_rest is not None,
            "reaches": foresee is not None,
            **({} if query is None else {"query": query}),
            "context": context,
            "ahead": _ahead(known, near, foresee) if foresee and is_near else None,
        },
        key=key,
        on_values_change=moved,
        on_rested_change=rested,
        on_reached_change=reached,
        height="content",
    )


def _reached(key: str) -> str:
    """In the session: the slider of this component that a hand has come near, or `EVERY`."""
    return f"_{key}_reached"


def _ahead(sliders: Mapping[str, Slider], near: str, foresee: Foresee) -> str:
    """What stops lead to, by slider: all of the one that a hand is near, or the nearest of each."""
    if near == EVERY:
        return json.dumps({"is_whole": False, "views": _around(list(sliders.values()), foresee)})
    slider = sliders[near]
    views = views_of(slider.near(), partial(foresee, slider), MOST_BYTES)
    return json.dumps({"is_whole": True, "views": {near: _named(views)}})


def _around(sliders: Sequence[Slider], foresee: Foresee) -> dict[str, dict[str, View]]:
    """What the nearest stops of each slider lead to, those of the first ones first."""
    stops = [
        (slider, stop)
        for slider in sliders
        for stop in [one for one in slider.near() if one != slider.value][:NEAREST]
    ]
    found = views_of(
        range(len(stops)), lambda at: foresee(*stops[at]), MOST_BYTES_AROUND, MOST_SECONDS_AROUND
    )
    views: dict[str, dict[str, View]] = {}
    for at, view in found.items():
        slider, stop = stops[at]
        views.setdefault(slider.name, {}).update(_named({stop: view}))
    return views


def _named(views: Mapping[Any, View]) -> dict[str, View]:
    """Views by their stops as a browser writes them."""
    return {stop if isinstance(stop, str) else f"{stop:g}": one for stop, one in views.items()}


def _described(slider: Slider) -> dict[str, Any]:
    described = asdict(slider)
    if slider.options is None:
        del described["options"]
    return described
