"""What is asked of another machine, and how the work there says how far it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

HERE = "It is done on this server, with everybody else's work."
WAITS = "The work waits for them."


class Watch(Protocol):
    """Who waits for a work: is told the share done, in [0, 1]; answers False to stop."""

    def __call__(self, part: float, /) -> bool:
        """Tell how much is done, and ask whether to go on."""
        ...

    def show(self, found: Any, /) -> None:
        """Tell what there is of the result already."""
        ...


class Answering(Watch, Protocol):
    """A `Watch` that carries what who waits asks meanwhile."""

    def answer_with(self, answer: Callable[[Any], Any], /) -> None:
        """Have questions answered by this from now on; it is called in another thread."""
        ...


class Waiting(Watch, Protocol):
    """A `Watch` on the side of who ordered."""

    def begin(self) -> None:
        """Tell that a machine has taken it."""
        ...


class Talk(Protocol):
    """What who ordered asks the work while it goes on; questions and answers are plain data."""

    def question(self) -> Any:
        """The next one."""
        ...

    def hear(self, answer: Any, /) -> None:
        """What came back; a machine that has begun anew may say again what was said."""
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

    def do(self, order: Order, watch: Waiting, talk: Talk | None = None) -> Any:
        """Have it done, and wait for it.

        Args:
            order: the work.
            watch: told how far it is.
            talk: asks the work several times a second, where it answers.

        Raises:
            StoppedError: `watch` said so; the work ends.
            LostError: they do not do it.
            FailedError: it cannot be done.
        """
        ...
