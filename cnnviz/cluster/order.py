"""What is asked of another machine, and how the work there says how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


class Watch(Protocol):
    """Who waits for a work: is told the share done, in [0, 1]; answers False to stop."""

    def __call__(self, part: float, /) -> bool:
        """Tell how much is done, and ask whether to go on."""
        ...

    def show(self, found: Any, /) -> None:
        """Tell what there is of the result already."""
        ...


class Waiting(Watch, Protocol):
    """A `Watch` on the side of who ordered."""

    def begin(self) -> None:
        """Tell that a machine has taken it."""
        ...


@dataclass(frozen=True, eq=False)
class Order:
    """A work by its name, and all that it needs.

    Attributes:
        work: its name in `cnnviz.cluster.works.WORKS`.
        arguments: by name; plain data (`cnnviz.cluster.plain`).
        is_shared: nothing in it comes from a visitor: its result serves all of them.
    """

    work: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    is_shared: bool = False


class LostError(Exception):
    """The machines elsewhere do not do it, which is no fault of the work: it may be done here."""


class FailedError(Exception):
    """It cannot be done, here no more than elsewhere; the message is a sentence."""


class Elsewhere(Protocol):
    """Machines that take orders."""

    def places(self) -> int:
        """How many orders they work at once; 0 where none is to be reached."""
        ...

    def do(self, order: Order, watch: Waiting) -> Any:
        """Have it done, and wait for it.

        Raises:
            StoppedError: `watch` said so; the work ends.
            LostError: they do not do it.
            FailedError: it cannot be done.
        """
        ...
