"""The button that starts long work, and its progress with a button that stops it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from uuid import uuid4

import streamlit as st

from cnnviz.counting import counted
from cnnviz.ui.jobs import Job, Jobs, Task, downloads, jobs
from cnnviz.ui.visit.token import ask_for_token

LOOK_EVERY_S = 0.5
LONG_S = 100.0  # from here on minutes are said
MOST_S = 3600.0  # what is said to be left at most
VISITOR = "_visitor"


def long_work(
    key: Hashable,
    tasks: Callable[[], Sequence[Task]],
    *,
    button: str,
    place: str,
    help: str,
    wait: str = "",
    count: int = 1,
    like: Hashable = (),
    goes_on: bool = False,
    at_once: bool = False,
    where: Jobs | None = None,
    icon: str = "hourglass",
    then: Callable[[], None] | None = None,
) -> bool:
    """Offer long work behind a button; while it goes on, its progress and a button that stops it.

    Each finished task repaints the page once. Any other control may be used meanwhile: only
    "Stop", or leaving, ends the work. A tab that is loaded again finds it again.

    Args:
        key: what the work is for; visitors who ask for the same share it.
        tasks: makes the tasks that are still to be done, when the button is pressed.
        button: what it says.
        place: of the button on the page, for its key.
        help: what will be done.
        wait: about how long it takes on a quiet server, until that has been measured here.
        count: how many tasks there will be.
        like: what decides how long a task takes, as the network.
        goes_on: once asked for, the same is done for whatever the visitor turns to next, until
            they press "Stop"; what they have turned away from ends.
        at_once: it begins by itself for what the visitor turns to, and what they have turned away
            from ends; whoever has stopped it gets the button.
        where: what does it, by default `jobs()`.
        icon: of the button, one of Google's Material symbols.
        then: called when the button was pressed, where more is to be drawn than its fragment.

    Returns:
        Whether the work goes on, as it is shown.
    """
    board, kind = where or jobs(), (place, like)
    last = f"_{place}_last"  # what this visitor asked for last
    begun = f"_{place}_begun"  # what has begun by itself

    def start() -> None:
        st.session_state[last] = key
        board.start(key, tasks(), visitor(), kind)

    def pressed() -> None:
        start()
        if then:
            then()

    before = st.session_state.get(last)
    turned = before is not None and before != key
    if turned and (goes_on or at_once):
        board.leave(before, visitor())
    if (goes_on and turned) or (at_once and st.session_state.get(begun) != key):
        st.session_state[begun] = key
        start()
    job = board.watch(key, visitor())
    with st.container(gap=None):
        if job:
            st.session_state.setdefault(last, key)  # asked for before the page was loaded again
            _progress(board, key, (job.done, job.shown), place)
        else:
            with st.container(horizontal=True, vertical_alignment="center"):
                symbol = f":material/{icon}:"
                st.button(button, icon=symbol, key=f"{place}_start", on_click=pressed, help=help)
                # what is fetched comes once: the last time it did not
                usual_s = None if where else board.usual_s(kind)
                if expected := _expected(usual_s, count, wait):
                    st.caption(expected, width="content")
        ask_for_token("cnnviz-jobs", visitor(), _known_again, key=f"{place}_token")
    if not job and (sentence := board.last_words(key, visitor())):
        st.warning(sentence, icon=":material/hourglass_disabled:")
    return job is not None


def _expected(usual_s: float | None, count: int, wait: str) -> str:
    """How long it will take: as long as last time here, or as is written."""
    return wait if usual_s is None else f"About {duration(usual_s * count)}, as last time here"


def duration(seconds: float) -> str:
    """Seconds as they are said: "12 s", "3 minutes"."""
    if seconds < LONG_S:
        return f"{max(1, round(seconds))} s"
    return counted(round(seconds / 60), "minute")


def _known_again(token: str) -> None:
    """This tab was loaded again: what it has asked for before goes on."""
    boards = (jobs(), downloads())
    is_new = not any(board.knows(visitor()) for board in boards)
    if is_new and any(board.knows(token) for board in boards):
        st.session_state[VISITOR] = token


def is_asked_for(place: str) -> bool:
    """Whether this visitor has started the long work of a place, and not stopped it."""
    return f"_{place}_last" in st.session_state


def visitor() -> str:
    """A name for this visitor that nobody can guess."""
    return st.session_state.setdefault(VISITOR, uuid4().hex)


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
        return f"{job.label}: waiting for a worker"
    left = job.left_s()
    end = f" · about {duration(left)} left" if left < MOST_S else ""
    if len(job.tasks) == 1:
        return f"{job.label}{end}"
    return f"{job.label}: {job.done + 1} of {len(job.tasks)}{end}"
