"""How much the server computes at once: every forward pass of a network stands in this queue."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from threading import BoundedSemaphore

AT_ONCE = 2  # forwards; each holds its activations, and a small host has 690 MB


@cache
def _places() -> BoundedSemaphore:
    return BoundedSemaphore(AT_ONCE)


@contextmanager
def computing() -> Generator[None]:
    """Hold one of the places for computing; waits while all are taken."""
    with _places():
        yield
