"""What is found out about a picture, a class and a method: computed once, then kept for all.

Quick findings are computed when they are asked for, slow ones in the background.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from cnnviz.cluster.order import Order
from cnnviz.progress import Progress, go_on
from cnnviz.ui.jobs import Ordered, Task
from cnnviz.ui.kept import Result, account, found_or_made

Found = TypeVar("Found")


@dataclass(frozen=True)
class There(Generic[Found]):
    """How other machines find it out.

    Attributes:
        order: makes what is asked of them.
        read: makes of their answer what is found here.
    """

    order: Callable[[], Order]
    read: Callable[[Any], Found] = lambda answer: answer


@dataclass(frozen=True)
class Finding(Generic[Found]):
    """One thing that can be found out, known or not yet.

    Attributes:
        key: what it depends on, in names and numbers.
        label: of the work that finds it.
        compute: finds it; it may run in a thread where nothing of a visitor's run is at hand.
        there: the same on other machines; None where they lack what it needs.
    """

    key: Hashable
    label: str
    compute: Callable[[Progress], Found]
    there: There[Found] | None = None

    def known(self, is_quick: bool) -> Found | None:
        """It, if it was found before or is quick to find; None if it has to be asked for."""
        kept = account().get(self.key)
        if kept is not None:
            return kept.value
        return self.found() if is_quick else None

    def found(self, progress: Progress = go_on) -> Found:
        """It, from the account or computed now.

        Raises:
            StoppedError: `progress` said so.
        """
        return found_or_made(self.key, lambda: self.compute(progress))

    def task(self) -> Task:
        """Finding it, as work for the background."""
        ordered = Ordered(self._order, self._take) if self.there else None
        return Task(self.label, lambda progress: self._find(progress), ordered)

    def _find(self, progress: Progress) -> None:
        self.found(progress)

    def _order(self) -> Order | None:
        is_known = account().get(self.key) is not None
        return None if is_known or self.there is None else self.there.order()

    def _take(self, answer: Any) -> None:
        if self.there:
            account().put(self.key, Result(self.there.read(answer)))
