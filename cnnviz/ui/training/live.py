"""The view `live`: a run as it goes on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from cnnviz.figures.shown import one_line
from cnnviz.figures.training.course import Course
from cnnviz.figures.training.live import live as figures
from cnnviz.figures.training.seen import Seen
from cnnviz.training.apart import Job
from cnnviz.training.limits import refusal
from cnnviz.training.moments import Moment
from cnnviz.training.plain import Step
from cnnviz.training.snapshots import Snapshot
from cnnviz.training.verdict import loss_of_a_guess, verdict
from cnnviz.ui.foresight.views import Foreseen, View, views_of
from cnnviz.ui.insides.runs import run_again
from cnnviz.ui.insides.visitor import session
from cnnviz.ui.kept import kept
from cnnviz.ui.taking.offers import columns_of, offer_numbers
from cnnviz.ui.training.address import ADDRESS, ZIP, Values
from cnnviz.ui.training.bar import bar
from cnnviz.ui.training.board import training_board
from cnnviz.ui.training.controls import WHOLE
from cnnviz.ui.training.host import why_off
from cnnviz.ui.training.job import Asked, asked_of, job_of, title_of
from cnnviz.ui.training.pictures import say_why
from cnnviz.ui.training.runs import Entry, NoRoomError, runs
from cnnviz.ui.training.track import Track
from cnnviz.ui.training.visitors import me

SLICE_S = 0.12  # of one frame, for snapshots that are worked out
FRAME_MS, CROWDED_MS = 350, 700  # from one frame to the next, at least
BOARD = "training_board"  # key of the component
IS_NEAR = "_training_is_near"  # in the session: a hand has come near what turns to another picture
OF_A_PICTURE = ("moments", "maps", "heat", "scores", "picture")  # of a frame
PROBLEM = "_training_problem"
HINT = "Point at a curve: the filters of that moment stand beside start and now. A click goes back."


def show_live(values: Values) -> None:
    """One frame: the run that goes on, or the first weights of the one that is asked for."""
    entry = latest()
    try:
        frame = _first_frame(values) if entry is None else _frame(entry, values)
    except ValueError as error:
        say_why(error)
        return
    offer_numbers("the run’s steps and its filters", ADDRESS, lambda: _numbers(entry, values))
    told = {**frame, "query": ADDRESS.keep(values), **_turned_to(entry, values)}
    training_board(
        told, key=BOARD, on_act=partial(act, values), on_back=look_back, on_near=_note_hand
    )


def _note_hand() -> None:
    st.session_state[IS_NEAR] = True


def _turned_to(entry: Entry | None, values: Values) -> dict[str, Any]:
    """The pictures beside today's, and what they lead to where a hand has just come near.

    While a run goes on nothing is computed ahead: the next frame would be another one.
    """
    is_near, turned = st.session_state.pop(IS_NEAR, False), _beside(entry, values)
    if entry and not entry.is_over:
        return {"turned": turned, "foresight": Foreseen(None).told()}
    others = ADDRESS.query_of(replace(values, picture=ADDRESS.defaults.picture))
    context = f"{id(entry)} {len(entry.track.snapshots) if entry else 0} {others}"
    near = (turned["next"], turned["previous"])
    views = views_of(near, partial(_view, entry, values)) if is_near else None
    return {"turned": turned, "foresight": Foreseen(context, views).told()}


def _beside(entry: Entry | None, values: Values) -> dict[str, int]:
    """The picture that is looked at, and those before and after it."""
    count = len((entry.job if entry else job_of(values)).material.validation)
    steps = {"previous": -1, "now": 0, "next": 1}
    return {name: (values.picture + step) % count for name, step in steps.items()}


def _view(entry: Entry | None, values: Values, picture: int) -> View:
    """What changes on the page with the picture that is looked at."""
    then = replace(values, picture=picture)
    frame = _frame(entry, then) if entry else _first_frame(then)
    told = {name: frame[name] for name in OF_A_PICTURE}
    return {BOARD: {**told, "turned": _beside(entry, then), "foresight": None}}


def _numbers(entry: Entry | None, values: Values) -> dict[str, Any]:
    """What each step did, and the first layer's filters of every snapshot."""
    track = entry.track if entry else Track(job_of(values))
    seen = track.seen(values.picture % len(track.job.material.validation), math.inf)
    filters = {f"filters_{one.moment.step}": one.filters for one in seen}
    told = {name: array for name, array in filters.items() if array is not None}
    return columns_of(track.steps) | told


def latest() -> Entry | None:
    """The visitor's latest run."""
    return next(iter(of_the_visitor()), None)


def of_the_visitor() -> list[Entry]:
    """The visitor's runs, the latest first; one that waits for a place has no steps yet."""
    return runs().entries(me(), session())


def _first_frame(values: Values) -> dict[str, Any]:
    """Before a run: the weights that it would begin with."""
    job, queue = job_of(values), runs().queue()
    picture = values.picture % len(job.material.validation)
    seen = _first_seen(asked_of(values), picture, job)
    draw = _first_figures if values.data == ZIP else _kept_first_figures  # own pictures stay theirs
    return {
        **draw(asked_of(values), picture, job, seen),
        "bar": bar(None, queue, runs().places, is_asked=True, note=_note()),
        "hint": HINT,
        "run": "",
        "is_busy": False,
        "pause_ms": FRAME_MS,
    }


def _first_figures(_asked: Asked, picture: int, _job: Job, _seen: Sequence[Seen]) -> dict[str, Any]:
    """What is drawn of the first weights."""
    num_steps = _job.plan.num_steps(len(_job.material.training))
    return figures(_seen, Course(), num_steps, _job.material, picture)


@kept
def _kept_first_figures(
    asked: Asked, picture: int, _job: Job, _seen: Sequence[Seen]
) -> dict[str, Any]:
    return _first_figures(asked, picture, _job, _seen)


@kept
def _first_seen(asked: Asked, picture: int, _job: Job) -> list[Seen]:
    plan = asked.plan
    start = _first_weights(asked.network, asked.net, asked.data, plan.dropout, plan.seed, _job)
    return Track(_job, start).seen(picture, SLICE_S)


@kept
def _first_weights(
    network: str, net: str, data: str, dropout: float, seed: int, _job: Job
) -> tuple[Snapshot, Moment]:
    """The first weights and what they answer, which hang on nothing else."""
    seen = Track(_job).seen(0, SLICE_S)[0]
    return seen.snapshot, seen.moment


def _frame(entry: Entry, values: Values) -> dict[str, Any]:
    board, track, material = runs(), entry.track, entry.job.material
    picture = values.picture % len(material.validation)
    steps, seen = track.steps, track.seen(picture, SLICE_S)
    queue, is_asked = board.queue(entry), entry.key == asked_of(values)
    note = _note() or _note_of(entry, is_asked, steps, seen[-1])
    return {
        **figures(seen, track.course, track.num_steps, material, picture),
        "bar": bar(entry, queue, board.places, is_asked, note),
        "hint": HINT,
        "run": str(id(entry)),
        "is_busy": not entry.is_over or len(seen) < len(track.snapshots),
        "pause_ms": CROWDED_MS if queue.training > 1 else FRAME_MS,
    }


def _note() -> str:
    """Why nothing can be trained here, or why a run was not taken."""
    return st.session_state.get(PROBLEM, "") if runs().places else why_off()


def _note_of(entry: Entry, is_asked: bool, steps: Sequence[Step], now: Seen) -> str:
    """What is to be said of the run: why it ended, what goes wrong, or whose settings it has."""
    said = entry.note or entry.sentence or _verdict(entry, steps, now) or _place(entry)
    others = f"Shown is the run {one_line(entry.title)}; the settings above are others."
    return " ".join([*filter(None, [said]), *([] if is_asked else [others])])


def _place(entry: Entry) -> str:
    """Why a run that goes on is not done where the operator meant it to be."""
    return entry.run.note if entry.run and entry.is_going_on else ""


def _verdict(entry: Entry, steps: Sequence[Step], now: Seen) -> str:
    """What is wrong with the run, if anything is."""
    material, (answer, count) = entry.job.material, now.moment.most_given
    found = verdict(
        steps,
        entry.job.plan,
        loss_of_a_guess(material.training.labels, len(material.classes)),
        entry.track.moved(now.snapshot),
        (material.classes[answer], count, len(material.validation)),
    )
    return found.sentence if found else ""


def act(values: Values, word: str) -> None:
    """Do what a button says; another picture changes nothing but what follows the run."""
    st.session_state[PROBLEM] = ""
    entry = latest()
    if word in ("start", "restart"):
        _start(values)
    elif word in ("previous", "next"):
        _turn(values, entry, 1 if word == "next" else -1)
    elif entry is not None:
        _steer(entry, word)
    if word not in ("pause", "previous", "next"):
        run_again(WHOLE)


def begin_button() -> None:
    """Where nothing has been trained yet: begin, and turn to where it can be watched."""
    st.button(
        "Train with these settings",
        key="training_begin",
        icon=":material/play_arrow:",
        on_click=_begin,
        help="Starts a run with the settings of the view Live, and opens it.",
    )


def _begin() -> None:
    ADDRESS.set(view="live")
    act(ADDRESS.values(), "start")


def look_back(step: int) -> None:
    """Turn to the view `rewind`, with the moment B at a step and A at the start."""
    ADDRESS.set(view="rewind", compare="moments", a=0, b=step)
    run_again(WHOLE)


def _start(values: Values) -> None:
    try:
        job = job_of(values)
        if sentence := refusal(job.network, job.material, job.plan):
            raise ValueError(sentence)  # before a frame of it is computed: large ones take long
        runs().ask(me(), session(), title_of(job), asked_of(values), job)
    except (ValueError, NoRoomError) as error:
        st.session_state[PROBLEM] = str(error)


def _steer(entry: Entry, word: str) -> None:
    if word == "pause":
        runs().pause(entry)
    elif word == "go on" and entry.run:
        entry.run.go_on()
    elif word in ("stop", "leave"):
        runs().stop(entry)


def _turn(values: Values, entry: Entry | None, step: int) -> None:
    material = entry.job.material if entry else job_of(values).material
    ADDRESS.set(picture=(values.picture + step) % len(material.validation))
