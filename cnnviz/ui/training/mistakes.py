"""The view `mistakes`: what one of a visitor's runs gets wrong at its moment B, and why."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

import streamlit as st

from cnnviz.figures.pictures import photo
from cnnviz.figures.shown import one_line
from cnnviz.figures.training.mistakes import MOST_TRIED, Opened
from cnnviz.figures.training.mistakes import mistakes as figures
from cnnviz.training.apart import Job
from cnnviz.training.export import taken
from cnnviz.training.mistakes import Mistake, Order, along, flips, why_not
from cnnviz.ui import turns
from cnnviz.ui.components import register
from cnnviz.ui.insides.runs import run_again
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
    RUN_NAMES,
    Values,
)
from cnnviz.ui.training.controls import WHOLE, choose, view_bar
from cnnviz.ui.training.drawing import show_drawing
from cnnviz.ui.training.found import Found, find, kept_of
from cnnviz.ui.training.job import Asked, asked_of, job_of
from cnnviz.ui.training.live import begin_button, of_the_visitor
from cnnviz.ui.training.pictures import say_why
from cnnviz.ui.training.runs import Entry, today
from cnnviz.ui.training.track import Track
from cnnviz.ui.weights import own as own_networks

KEY = "training_mistakes"
SOME_MISTAKES = 5  # that a sentence names
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
        _choose_run(values)
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


def _choose_run(values: Values) -> None:
    """Which run's mistakes, where there is more than one."""
    if (count := len(of_the_visitor())) > 1:
        choose(
            "run", "Run", sorted({*range(count), values.run}),
            "Whose mistakes: those of your latest run, or of one before it. A picture that both "
            "get wrong stays open, with what is drawn over it.",
            RUN_NAMES.__getitem__, 108,
        )  # fmt: skip


def _choices(found: Found, values: Values) -> None:
    steps = [shot.step for shot in found.track.snapshots]
    choose(
        "b", "Moment", [-1, *sorted({*steps, *([values.b] if values.b >= 0 else [])})],
        "The step of the run whose weights are asked: what it got wrong then.",
        lambda step: f"step {step:,}" if step >= 0 else "the last step", 114,
    )  # fmt: skip
    choose(
        "asked", "Pictures", list(ASKED_NAMES),
        "Those that the run does not learn from show what it would get wrong out in the world; "
        "those that it learns from, what it cannot even learn by heart.",
        ASKED_NAMES.__getitem__, 142,
    )  # fmt: skip
    choose(
        "sort", "Order", list(ORDER_NAMES),
        "The surest first: there the network has learnt something that is not so. By class, the "
        "surest of each stand first.",
        ORDER_NAMES.__getitem__, 130,
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
    """The mistakes of a run of the visitor's; before there is one those of the first weights."""
    entry = looked_at(values)
    try:
        found = find(track_of(values), values)
    except ValueError as error:
        say_why(error)
        return
    ADDRESS.only(mistake=_no_mistake(found, values.mistake))
    if entry is None:
        begin_button()
    offer_numbers("which class was taken for which", ADDRESS, partial(arrays_of, found.now))
    drawn_over = found.one if values.drawing else None
    data = {
        **_data(found, values),
        "note": _note(entry),
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


def _no_mistake(found: Found, picture: int) -> str | None:
    """What there is, where a picture is none of the mistakes that are looked at."""
    numbers = [one.index for one in found.listed]
    if picture in numbers:
        return None
    first = ", ".join(map(str, sorted(numbers)[:SOME_MISTAKES]))
    more = " and others" if len(numbers) > SOME_MISTAKES else ""
    return f"the mistakes {first}{more}" if numbers else "no mistakes"


def track_of(values: Values) -> Track:
    """The run that is looked at, or the first weights of the one that is asked for.

    Raises:
        ValueError: there is no run, and none can begin; with a sentence.
    """
    entry = looked_at(values)
    return entry.track if entry is not None else _first(asked_of(values), job_of(values))


def looked_at(values: Values) -> Entry | None:
    """The visitor's run that the address names; of fewer runs the oldest."""
    entries = of_the_visitor()
    return entries[min(values.run, len(entries) - 1)] if entries else None


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


def _note(entry: Entry | None) -> str:
    if entry is None or not entry.track.steps:
        return UNTRAINED
    named = f"{one_line(entry.title)}. " if len(of_the_visitor()) > 1 else ""
    if not entry.is_going_on:
        return named + HINT
    done, all_steps = len(entry.track.steps), entry.track.num_steps
    return f"{named}The run goes on: step {done:,} of {all_steps:,}. {HINT}"


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
