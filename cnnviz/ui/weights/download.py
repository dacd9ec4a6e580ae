"""Weights from the network: a button fetches them in the background, another one stops it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from urllib.parse import urlparse

import streamlit as st

from cnnviz.figures.shown import shown
from cnnviz.models import ImageNetStatus, WeightsError, download_weights
from cnnviz.progress import Progress, report
from cnnviz.ui.job_panel import is_asked_for, long_work
from cnnviz.ui.jobs import Task, downloads


def offer_download(page: str, status: ImageNetStatus, instead: str) -> None:
    """What is fetched and how large it is, behind a button; then how far it is, or why it failed.

    Any other control may be used meanwhile.

    Args:
        page: where the button stands, for its key.
        status: of the weights that are not on this machine.
        instead: title of the network that the page shows until they are.
    """
    place, host = f"{page}_download", urlparse(status.url).hostname
    st.caption(
        f"The ImageNet weights of {status.name} are not on this machine: {status.size_mb:.0f} MB "
        f"from {host}, once. Until then: {instead}."
    )
    long_work(
        ("weights", status.name),
        lambda: [_task(status)],
        button=f"Download {status.size_mb:.0f} MB",
        place=place,
        help="The page can be used meanwhile; Stop ends it and leaves nothing behind.",
        where=downloads(),
        icon="download",
    )
    problem = _problems().get(status.name)
    if problem and is_asked_for(place):
        st.warning(shown(problem), icon=":material/cloud_off:")


@cache
def _problems() -> dict[str, str]:
    """Why the last download of a network's weights failed, by its name."""
    return {}


def _task(status: ImageNetStatus) -> Task:
    _problems().pop(status.name, None)

    def work(progress: Progress) -> None:
        try:
            download_weights(status.name, _told(progress, status.size_bytes))
        except WeightsError as error:
            _problems()[status.name] = str(error)

    return Task(f"{status.name}, {status.size_mb:.0f} MB", work)


def _told(progress: Progress, size: int) -> Callable[[int, int | None], None]:
    """Bytes told as a share; a download that nobody waits for is ended by what is raised."""
    return lambda arrived, expected: report(progress, min(arrived / (expected or size), 1.0))
