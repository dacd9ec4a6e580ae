"""The view `mistakes`: what a run gets wrong at its moment B (see rewind), and why."""

from __future__ import annotations

from typing import Any, cast

import streamlit as st

from cnnviz.figures.pictures import photo
from cnnviz.figures.training.mistakes import MOST_TRIED, Opened
from cnnviz.figures.training.mistakes import mistakes as figures
from cnnviz.training.apart import Job
from cnnviz.training.export import taken
from cnnviz.training.mistakes import Mistake, Order, along, flips, why_not
from cnnviz.ui import page, turns
from cnnviz.ui.components import register
from cnnviz.ui.insides import run_again
from cnnviz.ui.kept import kept
from cnnviz.ui.pad import clear_pad
from cnnviz.ui.pictures import give
from cnnviz.ui.sent import sent_index
from cnnviz.ui.taking.offers import arrays_of, offer_numbers
from cnnviz.ui.training.address import (
    ADDRESS,
    ASKED_NAMES,
    LAST_PICTURE,
    MOST_CLASSES,
    ORDER_NAMES,
    Values,
)
from cnnviz.ui.training.controls import WHOLE, choose, view_bar
from cnnviz.ui.training.drawing import show_drawing
from cnnviz.ui.training.found import Found, find, kept_of
from cnnviz.ui.training.job import Asked, asked_of, job_of
from cnnviz.ui.training.live import begin_button, latest
from cnnviz.ui.training.runs import today
from cnnviz.ui.training.track import Track
from cnnviz.ui.weights import own as own_networks

KEY = "training_mistakes"
HINT = "Click a cell of the matrix, a pair, or a picture."
UNTRAINED = "These are the first weights: train, and come back."

_mount = register(KEY)

Pick = tuple[tuple[int, int] | None, int | None]  # a cell of the matrix, a picture


def mistakes_controls(values: Values) -> None:
    """The view, the moment, which pictures in which order, and what to do with the opened one."""
    with view_bar("mistakes"):
        try:
            found = find(track_of(values), values)
        except ValueError:  # said in the picture's place
            return
        _choices(found, values)
        if found.one is None:
            return
        st.toggle(
            "Draw over it",
            key=ADDRESS.key("drawing"),
            help="The opened picture as the ground of a pad: add ink or take it away, and the "
            "answers follow each stroke.",
        )
        if found.track.steps:
            _ask_heatmaps(found, found.one)


def _choices(found: Found, values: Values) -> None:
    steps = [shot.step for shot in found.track.snapshots]
    choose(
        "b", "Moment", [-1, *sorted({*steps, *([values.b] if values.b >= 0 else [])})],
        "The step of the run whose weights are asked: what it got wrong then.",
        lambda step: f"step {step:,}" if step >= 0 else "the last step", 132,
    )  # fmt: skip
    choose(
        "asked", "Pictures", list(ASKED_NAMES),
        "Those that the run does not learn from show what it would get wrong out in the world; "
        "those that it learns from, what it cannot even learn by heart.",
        ASKED_NAMES.__getitem__, 152,
    )  # fmt: skip
    choose(
        "sort", "Order", list(ORDER_NAMES),
        "The surest first: there the network has learnt something that is not so. By class, the "
        "surest of each stand first.",
        ORDER_NAMES.__getitem__, 142,
    )  # fmt: skip


def _ask_heatmaps(found: Found, one: Mistake) -> None:
    """Ask there why this answer and not the true class, of this network and this picture."""
    is_asked = st.button(
        "Ask Heatmaps",
        key="training_ask_heatmaps",
        icon=":material/arrow_forward:",
        help="Which pixels of the opened picture speak for the answer and not for its true class, "
        "by every method: the network of this moment and the picture go there with you.",
    )
    if is_asked:
        give("heatmaps", photo(found.picture_of(one).float() / 255))
        clear_pad()
        name = own_networks.take(taken(found.track.job, found.shot, found.now, today()))
        st.switch_page(
            "pages/heatmaps.py",
            query_params={"model": name, "class_idx": str(one.answer), "against": str(one.true)},
        )


def show_mistakes(values: Values) -> None:
    """The mistakes of the visitor's latest run; before there is one those of its first weights."""
    entry = latest()
    try:
        found = find(track_of(values), values)
    except ValueError as error:
        page.problem(str(error))
        return
    if entry is None:
        begin_button()
    offer_numbers("which class was taken for which", ADDRESS, lambda: arrays_of(found.now))
    is_going_on = entry is not None and entry.is_going_on
    drawn_over = found.one if values.drawing else None
    data = {
        **_data(found, values),
        "note": _note(found.track, is_going_on),
        "is_short": drawn_over is not None,  # the gallery alone, beside the pad
    }
    if drawn_over is None:
        _show(data)
        return
    pad, gallery = st.columns([0.74, 0.26])
    with pad:
        show_drawing(found, drawn_over)
    with gallery:
        _show(data)


def track_of(values: Values) -> Track:
    """The run that is looked at: the latest, or the first weights of the one asked for.

    Raises:
        ValueError: there is no run, and none can begin; with a sentence.
    """
    entry = latest()
    return entry.track if entry is not None else _first(asked_of(values), job_of(values))


@kept
def _first(asked: Asked, _job: Job) -> Track:
    """A run that has not begun, with the weights that it would begin with."""
    track = Track(_job)
    assert track.snapshots
    return track


def _data(found: Found, values: Values) -> dict[str, Any]:
    snapshots = list(found.track.snapshots)
    opened = _opened(found, found.one, values) if found.one else None
    flipped = _flipped(found, values) if found.cell else []
    return figures(
        found.now,
        found.asked,
        found.material.classes,
        found.cell,
        opened,
        snapshots,
        flipped,
        order=cast(Order, values.sort),
    )


def _opened(found: Found, one: Mistake, values: Values) -> Opened:
    track, picture = found.track, found.picture_of(one)
    snapshots = list(track.snapshots)
    key = (values.asked, one.index)

    def why():
        model, layer = found.network()
        return why_not(model, found.material, picture, one.answer, one.true, layer)

    def said():
        return along(track.job.network, snapshots, found.material, picture)

    return Opened(
        one,
        kept_of(track, ("why", found.shot.step, *key), why),
        kept_of(track, ("along", len(snapshots), *key), said),
    )


def _flipped(found: Found, values: Values) -> list[bool]:
    """Which of the first of a cell are set right by wiping what their maps point at."""
    tried = found.listed[:MOST_TRIED]

    def make() -> list[bool]:
        model, layer = found.network()
        return flips(model, found.material, found.asked.pictures, tried, layer)

    key = ("flips", found.shot.step, values.asked, tuple(one.index for one in tried))
    return kept_of(found.track, key, make)


def _note(track: Track, is_going_on: bool) -> str:
    if not track.steps:
        return UNTRAINED
    if is_going_on:
        return f"The run goes on: step {len(track.steps):,} of {track.num_steps:,}. {HINT}"
    return HINT


def _show(data: dict[str, Any]) -> None:
    def picked() -> None:
        cell, picture = turns.said(KEY, "pick", _pick) or (None, None)
        true, answer = cell or (-1, -1)
        chosen = {} if picture is None else {"mistake": picture}
        ADDRESS.set(true=true, answer=answer, **chosen)
        run_again(WHOLE)

    told = {**data, "turn": turns.turn(KEY, "pick")}
    _mount(data=told, key=KEY, on_pick_change=picked, height="content")


def _pick(value: Any) -> Pick | None:
    """What was clicked: a cell or none, and a picture or none."""
    if not isinstance(value, list) or len(value) != 3:
        return None
    true, answer = (sent_index(place, MOST_CLASSES) for place in value[:2])
    cell = None if true is None or answer is None else (true, answer)
    return cell, sent_index(value[2], LAST_PICTURE + 1)
