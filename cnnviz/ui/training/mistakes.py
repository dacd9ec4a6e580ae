"""The view `mistakes`: what a run gets wrong at its moment B (see rewind), and why."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from threading import Lock
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import streamlit as st

from cnnviz.figures.pictures import photo
from cnnviz.figures.training.mistakes import MOST_IN_GALLERY, Opened
from cnnviz.figures.training.mistakes import mistakes as figures
from cnnviz.training.export import taken
from cnnviz.training.mistakes import Mistake, along, flips, why_not, wrong
from cnnviz.training.moments import Moment, moment, network_of, seen_behind
from cnnviz.training.snapshots import Snapshot
from cnnviz.ui import page, turns
from cnnviz.ui.components import register
from cnnviz.ui.compute import computing
from cnnviz.ui.insides import run_again
from cnnviz.ui.pad import clear_pad
from cnnviz.ui.pictures import give
from cnnviz.ui.sent import sent_index
from cnnviz.ui.taking.offers import arrays_of, offer_numbers
from cnnviz.ui.training.address import ADDRESS, LAST_PICTURE, MOST_CLASSES, Values
from cnnviz.ui.training.controls import WHOLE, view_bar
from cnnviz.ui.training.job import job_of
from cnnviz.ui.training.live import begin_button, latest
from cnnviz.ui.training.runs import today
from cnnviz.ui.training.track import Track
from cnnviz.ui.weights import own as own_networks

MOST_KEPT = 40  # results of one run
HINT = "Click a cell of the matrix, a pair, or a picture."
UNTRAINED = "These are the first weights: train, and come back."

_mount = register("training_mistakes")

T = TypeVar("T")
Pick = tuple[tuple[int, int] | None, int | None]  # a cell of the matrix, a picture


def mistakes_controls(values: Values) -> None:
    """The choice of the view, and the way of the opened mistake into Heatmaps."""
    with view_bar("mistakes"):
        entry = latest()
        if entry is not None and entry.track.steps:
            _ask_heatmaps(entry.track, values)


def _ask_heatmaps(track: Track, values: Values) -> None:
    """Ask there why this answer and not the true class, of this network and this picture."""
    job, shot = track.job, _nearest(list(track.snapshots), values.b)
    now = _kept(track, ("moment", shot.step), lambda: _moment(track, shot))
    one = _chosen(track, now, values)
    if one is None:
        return
    is_asked = st.button(
        "Ask Heatmaps",
        key="training_ask_heatmaps",
        icon=":material/arrow_forward:",
        help="Which pixels of the opened picture speak for the answer and not for its true class, "
        "by every method: the network of this moment and the picture go there with you.",
    )
    if is_asked:
        pixels = job.material.validation.pictures[one.index]
        give("heatmaps", photo(pixels.float() / 255))
        clear_pad()
        name = own_networks.take(taken(job, shot, now, today()))
        st.switch_page(
            "pages/heatmaps.py",
            query_params={"model": name, "class_idx": str(one.answer), "against": str(one.true)},
        )


def _chosen(track: Track, now: Moment, values: Values) -> Mistake | None:
    """The mistake of the address, or the surest one."""
    material = track.job.material
    cell = _cell(values, len(material.classes))
    listed = wrong(now, material.validation, *(cell or (None, None)))
    return _opened_of(listed, values)


def _opened_of(listed: Sequence[Mistake], values: Values) -> Mistake | None:
    chosen = (one for one in listed if one.index == values.mistake)
    return next(chosen, next(iter(listed), None))


def show_mistakes(values: Values) -> None:
    """The mistakes of the visitor's latest run; before there is one those of its first weights."""
    entry = latest()
    try:
        track = entry.track if entry is not None else Track(job_of(values))
    except ValueError as error:
        page.problem(str(error))
        return
    if entry is None:
        begin_button()
    data = _data(track, values)
    is_going_on = entry is not None and entry.is_going_on
    _show({**data, "note": _note(track, is_going_on)})


def _data(track: Track, values: Values) -> dict[str, Any]:
    job, snapshots = track.job, list(track.snapshots)
    shot = _nearest(snapshots, values.b)
    now = _kept(track, ("moment", shot.step), lambda: _moment(track, shot))
    offer_numbers("which class was taken for which", ADDRESS, lambda: arrays_of(now))
    cell = _cell(values, len(job.material.classes))
    listed = wrong(now, job.material.validation, *(cell or (None, None)))
    one = _opened_of(listed, values)
    opened = _opened(track, snapshots, shot, one) if one else None
    flipped = _flipped(track, shot, listed) if cell else []
    return figures(now, job.material, cell, opened, snapshots, flipped)


def _cell(values: Values, num_classes: int) -> tuple[int, int] | None:
    """The cell that the address names, where there is one beside the diagonal."""
    cell = (values.true, values.answer)
    return cell if min(cell) >= 0 and max(cell) < num_classes and cell[0] != cell[1] else None


def _moment(track: Track, shot: Snapshot) -> Moment:
    return moment(track.job.network, shot, track.job.material)


def _nearest(snapshots: list[Snapshot], step: int) -> Snapshot:
    """The snapshot of the moment B, nearest to its step; −1 is the last one."""
    if step < 0:
        return snapshots[-1]
    return min(snapshots, key=lambda shot: abs(shot.step - step))


def _opened(track: Track, snapshots: list[Snapshot], shot: Snapshot, one: Mistake) -> Opened:
    job = track.job
    picture = job.material.validation.pictures[one.index]
    key = (shot.step, one.index)

    def why():
        model, layer = network_of(job.network, shot.weights), seen_behind(job.network)
        return why_not(model, job.material, picture, one.answer, one.true, layer)

    def said():
        return along(job.network, snapshots, job.material, picture)

    return Opened(
        one, _kept(track, ("why", *key), why), _kept(track, ("along", len(snapshots), *key), said)
    )


def _flipped(track: Track, shot: Snapshot, listed: list[Mistake]) -> list[bool]:
    """Which of the first of a cell are set right by wiping what their maps point at."""
    shown = listed[:MOST_IN_GALLERY]

    def make() -> list[bool]:
        job = track.job
        model, layer = network_of(job.network, shot.weights), seen_behind(job.network)
        return flips(model, job.material, job.material.validation.pictures, shown, layer)

    return _kept(track, ("flips", shot.step, tuple(one.index for one in shown)), make)


_results: WeakKeyDictionary[Track, OrderedDict[Hashable, Any]] = WeakKeyDictionary()
_lock = Lock()


def _kept(track: Track, key: Hashable, make: Callable[[], T]) -> T:
    """A result about a run, worked out once; a run's results go with it."""
    with _lock:
        results = _results.setdefault(track, OrderedDict())
    found = results.get(key)
    if found is None:
        with computing():
            found = results[key] = make()
    with _lock:
        while len(results) > MOST_KEPT:
            results.popitem(last=False)
    return found


def _note(track: Track, is_going_on: bool) -> str:
    if not track.steps:
        return UNTRAINED
    if is_going_on:
        return f"The run goes on: step {len(track.steps):,} of {track.num_steps:,}. {HINT}"
    return HINT


def _show(data: dict[str, Any]) -> None:
    key = "training_mistakes"

    def picked() -> None:
        cell, picture = turns.said(key, "pick", _pick) or (None, None)
        true, answer = cell or (-1, -1)
        chosen = {} if picture is None else {"mistake": picture}
        ADDRESS.set(true=true, answer=answer, **chosen)
        run_again(WHOLE)

    told = {**data, "turn": turns.turn(key, "pick")}
    _mount(data=told, key=key, on_pick_change=picked, height="content")


def _pick(value: Any) -> Pick | None:
    """What was clicked: a cell or none, and a picture or none."""
    if not isinstance(value, list) or len(value) != 3:
        return None
    true, answer = (sent_index(place, MOST_CLASSES) for place in value[:2])
    cell = None if true is None or answer is None else (true, answer)
    return cell, sent_index(value[2], LAST_PICTURE + 1)
