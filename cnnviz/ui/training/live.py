"""The view `live`: a run as it goes on."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st

from cnnviz.figures.shown import one_line
from cnnviz.figures.training.live import live as figures
from cnnviz.figures.training.seen import Seen
from cnnviz.training.plain import Step
from cnnviz.training.verdict import distance, loss_of_a_guess, verdict
from cnnviz.ui import page
from cnnviz.ui.insides import session
from cnnviz.ui.training.address import ADDRESS, Values
from cnnviz.ui.training.bar import bar
from cnnviz.ui.training.board import training_board
from cnnviz.ui.training.controls import WHOLE
from cnnviz.ui.training.host import why_off
from cnnviz.ui.training.job import Asked, asked_of, job_of
from cnnviz.ui.training.runs import Entry, NoRoomError, runs
from cnnviz.ui.training.track import Track
from cnnviz.ui.training.visitors import me

SLICE_S = 0.12  # of one frame, for snapshots that are worked out
FRAME_MS, CROWDED_MS = 350, 700  # from one frame to the next, at least
PROBLEM = "_training_problem"
HINT = "Point at a curve: the filters of that moment stand beside start and now."


def show_live(values: Values) -> None:
    """One frame: the run that goes on, or the first weights of the one that is asked for."""
    asked = asked_of(values)
    entry = latest()
    try:
        track = _track(entry, asked)
    except ValueError as error:
        page.problem(str(error))
        return
    data = _frame(track, entry, asked, values)
    training_board(data, key="training_board", on_act=partial(act, asked))


def latest() -> Entry | None:
    """The visitor's latest run."""
    return next(iter(runs().entries(me(), session())), None)


def _track(entry: Entry | None, asked: Asked) -> Track:
    """The run's track; before there is one that of a run that has not begun."""
    return entry.track if entry is not None else Track(job_of(asked))


def _frame(track: Track, entry: Entry | None, asked: Asked, values: Values) -> dict[str, Any]:
    board, material = runs(), track.job.material
    picture = values.picture % len(material.validation)
    steps, seen = track.steps, track.seen(picture, SLICE_S)
    is_busy = (entry is not None and not entry.is_over) or len(seen) < len(track.snapshots)
    queue, is_asked = board.queue(entry), entry is None or entry.key == asked
    note = _note(entry, is_asked, steps, seen[-1])
    return {
        **figures(seen, steps, track.num_steps, material, picture),
        "bar": bar(entry, queue, board.places, is_asked, note),
        "hint": HINT,
        "run": str(id(entry)) if entry else "",
        "is_busy": is_busy,
        "pause_ms": CROWDED_MS if queue.training > 1 else FRAME_MS,
    }


def _note(entry: Entry | None, is_asked: bool, steps: Sequence[Step], now: Seen) -> str:
    """What is to be said of the run: why it cannot be, ended, fails, or is not the one above."""
    if not runs().places:
        return why_off()
    if problem := st.session_state.get(PROBLEM):
        return problem
    if entry is None:
        return ""
    if said := entry.note or entry.sentence or _verdict(entry, steps, now):
        return said
    if not is_asked:
        return f"Shown is the run {one_line(entry.title)}; the settings above are others."
    return ""


def _verdict(entry: Entry, steps: Sequence[Step], now: Seen) -> str:
    """What is wrong with the run, if anything is."""
    material, (answer, count) = entry.job.material, now.moment.most_given
    found = verdict(
        steps,
        entry.job.plan,
        loss_of_a_guess(material.training.labels, len(material.classes)),
        distance(entry.track.snapshots[0].weights, now.snapshot.weights),
        (material.classes[answer], count, len(material.validation)),
    )
    return found.sentence if found else ""


def act(asked: Asked, word: str) -> None:
    """Do what a button says."""
    st.session_state[PROBLEM] = ""
    entry = latest()
    if word in ("start", "restart"):
        _start(asked)
    elif word in ("previous", "next"):
        _turn(1 if word == "next" else -1)
    elif entry is not None:
        _steer(entry, word)
    if word != "pause":
        st.rerun(WHOLE)


def _start(asked: Asked) -> None:
    try:
        runs().ask(me(), session(), asked.title, asked, job_of(asked))
    except (ValueError, NoRoomError) as error:
        st.session_state[PROBLEM] = str(error)


def _steer(entry: Entry, word: str) -> None:
    if word == "pause":
        runs().pause(entry)
    elif word == "go on" and entry.run:
        entry.run.go_on()
    elif word in ("stop", "leave"):
        runs().stop(entry)


def _turn(step: int) -> None:
    values, entry = ADDRESS.values(), latest()
    material = entry.job.material if entry else job_of(asked_of(values)).material
    ADDRESS.set(picture=(values.picture + step) % len(material.validation))
