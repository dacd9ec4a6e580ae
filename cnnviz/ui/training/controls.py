"""The controls of a run: one row for what matters most, the rest behind "More"."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cnnviz.rounding import plainly
from cnnviz.training import plan
from cnnviz.ui.choices import seed, segments
from cnnviz.ui.finding.terms import meaning
from cnnviz.ui.insides.runs import run_again
from cnnviz.ui.training.address import (
    ADDRESS,
    AUGMENTATION_NAMES,
    BATCHES,
    DECAYS,
    EPOCHS,
    NETWORK_NAMES,
    OPTIMIZER_NAMES,
    OWN,
    RATES,
    SCHEDULE_NAMES,
    VIEWS,
    Values,
)
from cnnviz.ui.training.pictures import bring, offered
from cnnviz.ui.weights.asked import forget

WHOLE, LIVE, CODE = "training", "training_live", "training_code"  # keys of the page's fragments
OF_THE_PAGE = ("view", "network", "net", "data")  # parameters that more than LIVE and CODE show


def run_what_follows() -> None:
    """In a callback: run again what shows how to train, and no more."""
    run_again(*((LIVE, CODE) if ADDRESS.values().view == "live" else (WHOLE,)))


def controls(values: Values) -> None:
    """Network, pictures, optimiser, rate, batch, epochs, and what is rarely changed."""
    with view_bar("live"):
        choose(
            "network", "Network", _networks(values),
            "What is trained; its first and last layer are made to fit the pictures.",
            _network_name, 128,
        )  # fmt: skip
        choose(
            "data", "Data", _with_today(offered(), values.data),
            "Pictures with their classes: most are learnt from, the others only asked "
            "(validation).",
            lambda name: offered().get(name, name), 132, _other_pictures,
        )  # fmt: skip
        choose(
            "optimizer", "Optimiser", plan.OPTIMIZERS,
            meaning("optimizer"),
            OPTIMIZER_NAMES.__getitem__, 112, run_what_follows,
        )  # fmt: skip
        st.select_slider(
            "Learning rate",
            _with(RATES, values.learning_rate),
            key=ADDRESS.key("learning_rate"),
            format_func=plainly,
            width=124,
            help=meaning("learning_rate"),
        )
        choose(
            "epochs", "Epochs", _with(EPOCHS, values.epochs),
            meaning("epochs"), str, 76,
        )  # fmt: skip
        with st.popover("More"):
            _more(values)
    bring(values.data)


def _other_pictures() -> None:
    """Numbers of pictures and classes mean others in another data set."""
    forget(ADDRESS, ("picture", "true", "answer", "mistake"))


def view_bar(view: str) -> DeltaGenerator:
    """The row above the picture: the choice of the view (parameter `view`), and a place beside it.

    It is the same row in all views, so the choice is not made anew under the hand that presses it;
    the place is each view's own.
    """
    align = "center" if view == "rewind" else "bottom"  # no labels stand above its controls
    row = partial(st.container, horizontal=True, vertical_alignment=align, gap="small")
    with row(key="training_controls"):
        segments(ADDRESS, "view", "View", VIEWS, is_bare=True)
        return row(key=f"training_controls_{view}", width="content")


def _more(values: Values) -> None:
    choose(
        "batch_size", "Batch", _with(BATCHES, values.batch_size),
        meaning("batch_size"), str,
    )  # fmt: skip
    choose(
        "schedule", "Schedule", plan.SCHEDULES,
        meaning("schedule"),
        SCHEDULE_NAMES.__getitem__, on_change=run_what_follows,
    )  # fmt: skip
    choose(
        "weight_decay", "Weight decay", _with(DECAYS, values.weight_decay),
        meaning("weight_decay"), plainly,
    )  # fmt: skip
    st.slider(
        "Dropout",
        *plan.DROPOUTS,
        key=ADDRESS.key("dropout"),
        step=0.05,
        on_change=run_what_follows,
        help=meaning("dropout"),
    )
    choose(
        "augmentation", "Augmentation", list(plan.AUGMENTATIONS),
        meaning("augmentation"),
        AUGMENTATION_NAMES.__getitem__, on_change=run_what_follows,
    )  # fmt: skip
    seed(ADDRESS, "Of the first weights and of all chance: the same seed gives the same run.")


def choose(
    name: str, label: str, options: Sequence[Any], help: str, words: Callable[[Any], str],
    width: int = 240, on_change: Callable[[], None] | None = None,
) -> None:  # fmt: skip
    """A list to choose a parameter of the address from."""
    st.selectbox(
        label,
        options,
        key=ADDRESS.key(name),
        format_func=words,
        help=help,
        width=width,
        on_change=on_change,
    )


def _networks(values: Values) -> list[str]:
    """The networks to choose from; one's own where a link brought one."""
    return [*NETWORK_NAMES, *([OWN] if values.net or values.network == OWN else [])]


def _network_name(name: str) -> str:
    return NETWORK_NAMES.get(name, "my network")


def _with(usual: Sequence[Any], today: Any) -> list[Any]:
    """The usual values, and today's, which a link may have given."""
    return sorted({*usual, today})


def _with_today(offers: Mapping[str, str], today: str) -> list[str]:
    """The data sets offered, and today's, which a link may have given."""
    return [*offers, *({today} - set(offers))]
