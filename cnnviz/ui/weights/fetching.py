"""What the network brings, once: a button fetches it in the background, another one stops it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import streamlit as st

from cnnviz.figures.shown import shown
from cnnviz.operator_settings import operator_settings
from cnnviz.progress import Progress, report
from cnnviz.ui.job_panel import is_asked_for, long_work
from cnnviz.ui.jobs import Task, downloads

Arrived = Callable[[int, int | None], None]  # bytes that have come, and of how many


@dataclass(frozen=True)
class Fetched:
    """One thing to fetch.

    Attributes:
        kind: of thing, so that weights and pictures may share a name.
        name: of the thing, for its progress.
        size_bytes: about how large it is.
        fetch: fetches it; told how much has come, and ended by what that raises.
        failure: the error, with a sentence, by which `fetch` says that it could not.
    """

    kind: str
    name: str
    size_bytes: int
    fetch: Callable[[Arrived], object]
    failure: type[Exception]

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from all others."""
        return self.kind, self.name

    @property
    def size(self) -> str:
        """About how large it is, for a person."""
        return f"{self.size_bytes / 1e6:.0f} MB"


def offer_to_fetch(what: Fetched, place: str) -> None:
    """The button with the size; then how far it is, or why it failed.

    Any other control may be used meanwhile.

    Args:
        what: is fetched.
        place: of the button on the page, for its key.
    """
    if not operator_settings().downloads:
        st.caption("Downloads are switched off on this server.")
        return
    goes_on = long_work(
        what.key,
        lambda: [_task(what)],
        button=f"Download {what.size}",
        place=place,
        help="The page can be used meanwhile; Stop ends it and leaves nothing behind.",
        where=downloads(),
        icon="download",
    )
    problem = _problems().get(what.key)
    if problem and not goes_on and is_asked_for(place):
        st.warning(shown(problem), icon=":material/cloud_off:")


@cache
def _problems() -> dict[tuple[str, str], str]:
    """Why the last try to fetch a thing failed, by its key."""
    return {}


def _task(what: Fetched) -> Task:
    _problems().pop(what.key, None)

    def work(progress: Progress) -> None:
        try:
            what.fetch(_told(progress, what.size_bytes))
        except what.failure as error:
            _problems()[what.key] = str(error)

    return Task(f"{what.name}, {what.size}", work)


def _told(progress: Progress, size: int) -> Arrived:
    return lambda arrived, expected: report(progress, min(arrived / (expected or size), 1.0))
