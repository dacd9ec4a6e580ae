"""Sliders that send their value while they are dragged, at most every 60 ms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import streamlit as st

from cnnviz.ui.components import register

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

    def accepts(self, value: Any) -> bool:
        """True if `value`, which comes from a browser, is one this slider can stand at."""
        if self.options is not None:
            return any(value == option.value for option in self.options)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return is_number and self.min <= value <= self.max


def live_sliders(
    sliders: Sequence[Slider],
    *,
    key: str,
    on_change: Callable[[dict[str, Any]], None],
    wide: bool = False,
) -> None:
    """Show live sliders and call `on_change` with the values that changed, by slider name.

    `on_change` is called before the run that a move causes, as Streamlit's callbacks are, and may
    set `st.session_state`. Only values the sliders can stand at are passed on. `wide` lays the
    sliders side by side.
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

    _mount(
        data={"sliders": [_described(slider) for slider in sliders], "wide": wide},
        key=key,
        on_values_change=moved,
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
