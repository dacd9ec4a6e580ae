"""Sliders that are answered while they are dragged.

They send their value at most every 60 ms. Where the answer at every stop of one slider is small, a
page computes them all when a hand comes near that slider (`Ahead`): the browser then shows each in
the frame of the move, and Python hears of it when the hand rests.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import streamlit as st

from cnnviz.ui.components import register

_mount = register("sliders", "dom", "address")


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

    def accepts(self, value: Any) -> bool:
        """True if `value`, which comes from a browser, is one this slider can stand at."""
        if self.options is not None:
            return any(value == option.value for option in self.options)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return is_number and self.min <= value <= self.max


@dataclass(frozen=True)
class Ahead:
    """What the page shows at the stops of one slider, the others and `context` as they are.

    `views` gives by the slider's value the data of components by their keys, as Python would send
    them to each. A stop that is left out is asked for as usual.
    """

    slider: str
    views: Mapping[int | float | str, Mapping[str, Any]]


def live_sliders(
    sliders: Sequence[Slider],
    *,
    key: str,
    on_change: Callable[[dict[str, Any]], None],
    on_rest: Callable[[], None] | None = None,
    on_reach: Callable[[str], None] | None = None,
    query: str | None = None,
    context: str = "",
    ahead: Ahead | None = None,
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
        on_reach: told the name of the slider a hand comes near, if what it leads to is not known.
        query: what the browser's address is to say of the view, where nobody else keeps it.
        context: everything besides these sliders that the page shows depends on, as a text.
        ahead: the views that slider leads to, for the run that `on_reach` caused.
        wide: sliders side by side.
    """
    known = {slider.name: slider for slider in sliders}

    def moved() -> None:
        values = st.session_state[key].get("values") or {}
        changed = {
            name: _as_declared(known[name], value)
            for name, value in values.items()
            if name in known and known[name].accepts(value) and value != known[name].value
        }
        if changed:
            on_change(changed)

    def rested() -> None:
        if on_rest:
            on_rest()

    def reached() -> None:
        name = st.session_state[key].get("reached")
        if on_reach and name in known:
            on_reach(name)

    _mount(
        data={
            "sliders": [_described(slider) for slider in sliders],
            "wide": wide,
            "rests": on_rest is not None,
            "reaches": on_reach is not None,
            **({} if query is None else {"query": query}),
            "context": context,
            "ahead": json.dumps(asdict(ahead)) if ahead else None,
        },
        key=key,
        on_values_change=moved,
        on_rested_change=rested,
        on_reached_change=reached,
        height="content",
    )


def _as_declared(slider: Slider, value: float | str) -> int | float | str:
    """Browsers have one kind of number: 3 may come as 3.0."""
    return int(value) if isinstance(slider.value, int) and not isinstance(value, str) else value


def _described(slider: Slider) -> dict[str, Any]:
    described = asdict(slider)
    if slider.options is None:
        del described["options"]
    return described
