"""What the tests of heatmaps find: computed once, at once or in the background, then kept."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import streamlit as st

from cnnviz.heatmaps import Progress
from cnnviz.heatmaps.scores import go_on
from cnnviz.ui.compute import computing
from cnnviz.ui.jobs import Task

FOUND = "found"
Found = TypeVar("Found")


@st.cache_resource(max_entries=200, show_spinner=False)
def _place(key: Hashable) -> dict[str, Any]:
    """A place for what one test of one method found, of some kilobytes, shared by all visitors."""
    return {}


@dataclass(frozen=True)
class Finding(Generic[Found]):
    """What one test finds out about one method, known or not yet.

    Attributes:
        key: what it depends on, in names and numbers.
        label: of the work that finds it.
        prepare: gives what computes it; that may run in another thread, where nothing of a
            visitor's run is at hand.
    """

    key: Hashable
    label: str
    prepare: Callable[[], Callable[[Progress], Found]]

    def known(self, is_quick: bool) -> Found | None:
        """It, if it was found before or is quick to find; None if it has to be asked for."""
        kept = _place(self.key)
        if FOUND not in kept and is_quick:
            with computing():
                kept[FOUND] = self.prepare()(go_on)
        return kept.get(FOUND)

    def task(self) -> Task:
        """Finding it, as work for the background."""
        kept, compute = _place(self.key), self.prepare()

        def work(progress: Progress) -> None:
            kept[FOUND] = compute(progress)

        return Task(self.label, work)
