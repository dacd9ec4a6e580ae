"""Waiting for what must come to be, however busy the machine is."""

from __future__ import annotations

import time
from collections.abc import Callable

WITHIN = 120  # seconds: two workers start on a busy machine


def until(is_so: Callable[[], object], seconds: float = WITHIN) -> None:
    """Wait until something is so.

    Raises:
        AssertionError: it is not, after so many seconds.
    """
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not come to be"
        time.sleep(0.02)
