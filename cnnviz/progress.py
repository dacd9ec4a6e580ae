"""How work that takes long says how far it is, and hears that it shall stop."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[float], bool]  # told the share done, in [0, 1]; returns False to stop


class StoppedError(Exception):
    """Work was told to stop by its `progress`; there is no result."""


def go_on(done: float) -> bool:
    """The progress of someone who waits for the end."""
    return True


def report(progress: Progress, done: float) -> None:
    """Tell how far it is.

    Raises:
        StoppedError: the answer is to stop.
    """
    if not progress(done):
        raise StoppedError(f"stopped after {done:.0%}")
