"""The button that starts long work, and its progress with a button that stops it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from uuid import uuid4

import streamlit as st

from cnnviz.ui.jobs import Job, Jobs, Task, jobs

LOOK_EVERY_S = 0.5


def long_work(
    key: Hashable,
    tasks: Callable[[], Sequence[Task]],
    *,
    button: str,
    place: str,
    help: str,
    goes_on: bool = False,
    where: Jobs | None = None,
    icon: str = "hourglass",
) -> None:
    """Offer long work behind a button; while it goes on, its progress and a button that stops it.

    Each finished task repaints the page once. Any other control may be used meanwhile: only
    "Stop", or leaving, ends the work.

    Args:
        key: what the work is for; visitors who ask for the same share it.
        tasks: makes the tasks that are still to be done, when the button is pressed.
        button: what it says.
        place: of the button on the page, for its key.
        help: what will be done and about how long it takes.
        goes_on: once asked for, the same is done for whatever the visitor turns to next, until
            they press "Stop"; what they have turned away from ends.
        where: what does it, by default `jobs()`.
        icon: of the button, one of Google's Material symbols.
    """
    board = where or jobs()
    last = f"_{place}_last"  # what this visitor asked for last

    def start() -> None:
        st.session_state[last] = key
        board.start(key, tasks(), visitor())

    before = st.session_state.get(last)
    if goes_on and before is not None and before != key:
        board.leave(before, visitor())
        start()
    job = board.watch(key, visitor())
    if job:
        _progress(board, key, (job.done, job.shown), place)
        return
    st.button(button, icon=f":material/{icon}:", key=f"{place}_start", on_click=start, help=help)
    if sentence := board.last_words(key, visitor()):
        st.warning(sentence, icon=":material/hourglass_disabled:")


def is_asked_for(place: str) -> bool:
    """Whether this visitor has started the long work of a place, and not stopped it."""
    return f"_{place}_last" in st.session_state


def visitor() -> str:
    """A name for this visitor that nobody can guess."""
    return st.session_state.setdefault("_visitor", uuid4().hex)


@st.fragment(run_every=LOOK_EVERY_S)
def _progress(board: Jobs, key: Hashable, seen: tuple[int, int], place: str) -> None:
    job = board.watch(key, visitor())
    if job is None or (job.done, job.shown) != seen:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center", key=f"{place}_progress"):
        st.progress(job.share, _words(board, job))
        st.button(
            "Stop",
            icon=":material/stop_circle:",
            key=f"{place}_stop",
            on_click=_stop,
            args=(board, key, place),
        )
    if job.note:
        st.caption(job.note)


def _stop(board: Jobs, key: Hashable, place: str) -> None:
    board.leave(key, visitor())
    st.session_state.pop(f"_{place}_last", None)


def _words(board: Jobs, job: Job) -> str:
    before = board.waiting_before(job)
    if before:
        return f"Waiting: {before} before you"
    if job.is_sent:
        return f"{job.label}: waiting for a machine"
    if len(job.tasks) == 1:
        return job.label
    return f"{job.label}: {job.done + 1} of {len(job.tasks)}"
