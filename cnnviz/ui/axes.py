"""Terms of a layer that have a number for each axis: one slider for both, or one for each.

A slider for one axis is called by its term and the axis: "stride:0" is the stride along the height.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import streamlit as st

from cnnviz.ui.address import Address
from cnnviz.ui.sent import stands_at
from cnnviz.ui.sliders import Slider

Pair = tuple[int, int]
Values = TypeVar("Values", bound=Any)

AXES = ("height", "width")


def term_of(name: str) -> str:
    """The term that a slider is for."""
    return name.partition(":")[0]


def differ(pairs: Iterable[Pair]) -> bool:
    """True if a term has not the same number along both axes."""
    return any(height != width for height, width in pairs)


def sliders_of(
    term: str, label: str, help: str, limits: Sequence[int], value: Pair, *, is_separate: bool
) -> list[Slider]:
    """The sliders of one term; one that is out of its range stays to be seen."""
    low, high = limits
    if not is_separate:
        return [Slider(term, label, help, value[0], min=low, max=max(high, value[0]))]
    return [
        Slider(f"{term}:{axis}", f"{label}, {name}", help, value[axis], min=low,
               max=max(high, value[axis]))
        for axis, name in enumerate(AXES)
    ]  # fmt: skip


def moved(values: Values, name: str, value: int) -> Values:
    """The values after the slider `name` has been moved to `value`."""
    term, _, axis = name.partition(":")
    pair = (value, value)
    if axis:
        now = getattr(values, term)
        pair = (value, now[1]) if axis == "0" else (now[0], value)
    return replace(values, **{term: pair})


def separate_toggle(
    address: Address[Any], key: str, pairs_now: Callable[[], dict[str, Pair]]
) -> None:
    """The switch for sliders of their own (parameter `separate`); off, the width is the height.

    Args:
        address: of the page.
        key: of the switch.
        pairs_now: gives the numbers by term.
    """

    def switched() -> None:
        separate = stands_at(key)
        address.set(separate=separate)
        if not separate:
            address.set(**{term: (pair[0], pair[0]) for term, pair in pairs_now().items()})

    st.session_state[key] = address.values().separate or differ(pairs_now().values())
    st.toggle(
        "Height and width separately",
        key=key,
        on_change=switched,
        help="Give kernel size, stride, padding and dilation a slider for each axis.",
    )
