"""The controls that the views of the page `mlp` are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from cnnviz.models.mlp import ACTIVATIONS
from cnnviz.ui.finding.terms import meaning
from cnnviz.ui.insides.runs import run_again
from cnnviz.ui.mlp.address import ADDRESS, Values
from cnnviz.ui.sliders import Foresee, Slider, live_sliders

WHOLE, LIVE = "mlp", "mlp_live"  # keys of the page's fragments


def set_live(changed: dict[str, Any]) -> None:
    """Take what a slider says."""
    ADDRESS.set(**changed)
    ADDRESS.dismiss()


def sliders(key: str, shown: Sequence[Slider], wide: bool = False) -> None:
    """Live sliders that set the page's parameters; the rest of the page follows at rest."""
    live_sliders(shown, key=f"mlp_{key}", on_change=set_live, on_rest=whole_page, wide=wide)


def sliders_looked_ahead_of(
    values: Values, key: str, shown: Sequence[Slider], foresee: Foresee
) -> None:
    """The same, where the page can say what it shows at a stop."""
    others = replace(values, **{one.name: getattr(ADDRESS.defaults, one.name) for one in shown})
    live_sliders(
        shown,
        key=f"mlp_{key}",
        on_change=set_live,
        on_rest=whole_page,
        context=ADDRESS.query_of(others),
        foresee=foresee,
    )


def whole_page() -> None:
    """Draw all of the page, once the hand is still: its link and its code."""
    run_again(WHOLE)


def slider(
    values: Values, name: str, label: str, help: str, low: float, high: float,
    step: float = 1,
) -> Slider:  # fmt: skip
    """A slider for a parameter."""
    return Slider(name, label, help, getattr(values, name), min=low, max=high, step=step)


def choose(
    name: str, label: str, options: Sequence[Any], help: str,
    words: Callable[[Any], str] = str,
) -> None:  # fmt: skip
    """A select box for a parameter."""
    st.selectbox(label, options, key=ADDRESS.key(name), format_func=words, help=help)


def choose_activation() -> None:
    """Which φ (parameter `activation`)."""
    choose(
        "activation",
        "Activation φ",
        list(ACTIVATIONS),
        meaning("activation"),
    )
