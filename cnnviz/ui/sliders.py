"""Sliders that are answered while they are dragged.

They send their values in turns, at most every 60 ms, and a handle that a hand has moved stays until
Python has heard of it. Where the answer at every stop of one slider is small, a
page computes them all when a hand comes near that slider (`Ahead`): the browser then shows each in
the frame of the move, and Python hears of it when the hand rests.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from cnnviz.ui import turns
from cnnviz.ui.components import register
from cnnviz.ui.sent import is_number, one_of, sent_values, word

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
        shapes = {name: slider.shape for name, slider in known.items()}
        values = turns.said(key, "values", lambda value: sent_values(value, shapes)) or {}
        changed = {n: value for n, value in values.items() if value != known[n].value}
        if changed:
            on_change(changed)

    def rested() -> None:
        if on_rest:
            on_rest()

    def reached() -> None:
        name = word(key, "reached", one_of(known))
        if on_reach and name is not None:
            on_reach(name)

    _mount(
        data={
            "sliders": [_described(slider) for slider in sliders],
            "heard": turns.turn(key, "values"),
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


def _described(slider: Slider) -> dict[str, Any]:
    described = asdict(slider)
    if slider.options is None:
        del described["options"]
    return described
