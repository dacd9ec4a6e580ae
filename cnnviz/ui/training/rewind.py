"""The view `rewind`: the snapshots of a run, two of them side by side, or two runs on one scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st

from cnnviz.builder.modules import build
from cnnviz.figures.shown import shown
from cnnviz.figures.training.rewind import Reel
from cnnviz.figures.training.rewind import rewind as figures
from cnnviz.figures.training.seen import Seen
from cnnviz.models.specs import NetworkSpec
from cnnviz.models.surgery import lenet_of
from cnnviz.training.apart import Job
from cnnviz.training.export import saved, taken
from cnnviz.ui import turns
from cnnviz.ui.choices import segments
from cnnviz.ui.components import register
from cnnviz.ui.insides.runs import run_again
from cnnviz.ui.kept import kept
from cnnviz.ui.models import DIGIT_SETS
from cnnviz.ui.sent import index, is_whole, stands_at, word
from cnnviz.ui.taking.offers import offer_numbers
from cnnviz.ui.training.address import ADDRESS, COMPARED, LAST_STEP, Values
from cnnviz.ui.training.board import MOST_FRAMES
from cnnviz.ui.training.controls import WHOLE, view_bar
from cnnviz.ui.training.live import begin_button, of_the_visitor
from cnnviz.ui.training.runs import Entry, today
from cnnviz.ui.weights import own as own_networks

KEY = "training_rewind"
SLICE_S = 0.5  # of one frame, for snapshots that are worked out
INSIDE = {
    "feature_maps": "Feature maps",
    "heatmaps": "Heatmaps",
    "fully_convolutional": "Fully convolutional",
}
PAUSE_MS = 600  # from one frame to the next, at least
HINT = "Point at a filter; a click puts A there, with Shift held B."
HINT_TWO = "Point at a filter; a click puts A or B there."
NOTHING = (
    "Nothing has been trained yet in this visit. Start a run, watch it in the view **Live**, and "
    "look back on it here, while it goes on or after."
)

ONE_RUN = (
    "There is one run so far: change a setting in the view **Live** and train again; the run "
    "before stays and stands beside it here."
)

_mount = register("training_rewind")


def rewind_controls(values: Values) -> None:
    """One run or two, and what can be done with the moment B."""
    entries = begun()
    with view_bar("rewind"):
        segments(ADDRESS, "compare", "Compare", COMPARED, is_bare=True, on_change=_compare_ends)
        if entries:
            _look_inside(entries[0], values)
            _save(entries[0], values)


def _compare_ends() -> None:
    """Two moments are a run's start and end at first, two runs both at their ends."""
    ADDRESS.set(a=-1 if stands_at(ADDRESS.key("compare")) == "runs" else 0, b=-1)


def show_rewind(values: Values) -> None:
    """The visitor's latest run, or the two latest."""
    entries = begun()
    if not entries:
        st.info(NOTHING, icon=":material/history:")
        begin_button()
        return
    if values.compare == "runs" and len(entries) < 2:
        st.info(ONE_RUN, icon=":material/compare:")
    _board(chosen(entries, values.compare), values)


def begun() -> list[Entry]:
    """The visitor's runs that have begun, the latest first."""
    return [entry for entry in of_the_visitor() if entry.run is not None]


def chosen(entries: Sequence[Entry], compare: str) -> Sequence[Entry]:
    """The runs that are shown, A's first: the latest, or the one before it too."""
    return entries[:2][::-1] if compare == "runs" else entries[:1]


def _reel(entry: Entry, values: Values) -> Reel:
    picture = values.picture % len(entry.job.material.validation)
    seen = entry.track.seen(picture, SLICE_S)
    return Reel(entry.title, seen, entry.job.material, picture, entry.track.num_steps)


def _place(seen: Sequence[Seen], step: int) -> int:
    """The snapshot that is nearest to a step; −1 is the last one."""
    if step < 0:
        return len(seen) - 1
    return min(range(len(seen)), key=lambda at: abs(seen[at].moment.step - step))


def _board(entries: Sequence[Entry], values: Values) -> None:
    reels = [_reel(entry, values) for entry in entries]
    offer_numbers("the filters of every snapshot", ADDRESS, lambda: _numbers(reels))
    is_busy = any(
        not entry.is_over or len(reel.seen) < len(entry.track.snapshots)
        for entry, reel in zip(entries, reels, strict=True)
    )
    data: dict[str, Any] = {
        **figures(reels),
        "places": [_place(reels[0].seen, values.a), _place(reels[-1].seen, values.b)],
        "hint": HINT if len(reels) == 1 else HINT_TWO,
        "is_busy": is_busy,
        "pause_ms": PAUSE_MS,
        "turn": word(KEY, "frame", index(MOST_FRAMES)) or 0,
        "heard": turns.heard(KEY, "moments"),
    }
    _mount(
        data=data,
        key=KEY,
        on_moments_change=_moved,
        on_frame_change=_nothing,
        height="content",
    )


def _numbers(reels: Sequence[Reel]) -> dict[str, Any]:
    """The first layer's filters by run and step."""
    return {
        f"run{number}_step{one.moment.step}": one.filters
        for number, reel in enumerate(reels, 1)
        for one in reel.seen
        if one.filters is not None
    }


def _moved() -> None:
    """Take the steps of A and B."""
    for a, b in turns.unheard(KEY, "moments", read_steps):
        ADDRESS.set(a=a, b=b)
        run_again(WHOLE)


def read_steps(value: Any) -> tuple[int, int] | None:
    """Two steps, −1 for the last of a run, if that is what was sent."""
    is_pair = isinstance(value, list) and len(value) == 2
    if not is_pair or not all(is_whole(step) and -1 <= step <= LAST_STEP for step in value):
        return None
    return value[0], value[1]


def _save(entry: Entry, values: Values) -> None:
    """Save the moment B: its weights, its card, its script."""
    name = entry.job.network.name
    st.download_button(
        "Save B",
        data=partial(_saved, entry, values),
        file_name="network.zip",
        mime="application/zip",
        key="training_save",
        icon=":material/download:",
        on_click="ignore",
        help=f"A zip: the weights of {shown(name)} as safetensors, its card, and the script that "
        "trains it to there.",
    )


def _look_inside(entry: Entry, values: Values) -> None:
    """The ways to the pages that look into networks, with the network of the moment B."""
    for name, title in INSIDE.items():
        if name == "fully_convolutional" and not _is_lenet(entry.job):
            continue  # it takes LeNet apart
        is_asked = st.button(
            title,
            key=f"training_to_{name}",
            icon=":material/arrow_forward:",
            help="Take the network of moment B there: it is offered while your visit lasts.",
        )
        if is_asked:
            job, now = entry.job, _moment_b(entry, values)
            own = taken(job, now.snapshot, now.moment, today())
            st.switch_page(f"pages/{name}.py", query_params={"model": own_networks.take(own)})


def _is_lenet(job: Job) -> bool:
    """Whether a run's network is LeNet, and its pictures are such as that page has."""
    material = job.material
    is_known = material.input.channels == 3 or material.title in DIGIT_SETS
    return is_known and _has_lenets_form(job.network)


@kept(is_quick=True)
def _has_lenets_form(network: NetworkSpec) -> bool:
    return lenet_of(build(network, seed=0).eval()) is not None


def _moment_b(entry: Entry, values: Values) -> Seen:
    picture = values.picture % len(entry.job.material.validation)
    seen = entry.track.seen(picture, math.inf)
    return seen[_place(seen, values.b)]


def _saved(entry: Entry, values: Values) -> bytes:
    now = _moment_b(entry, values)
    return saved(entry.job, now.snapshot, now.moment, today())


def _nothing() -> None:
    """Asking for a frame is the run that makes it."""
