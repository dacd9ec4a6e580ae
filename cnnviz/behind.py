"""Processes and a thread that let the pages pass: the system runs them when nobody else wants to.

On two cores with two such processes computing, a thread that wakes up waits 4 to 6 ms (95th
percentile) where they are 10 nice, and 0.1 ms where they are 19; a visitor's change wakes a dozen.
"""

from __future__ import annotations

import contextlib
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from threading import get_native_id

from cnnviz.operator_settings import operator_settings

# Between the pages and the trainings: one that waits for a training holds the interpreter's lock.
NICENESS_OF_THREAD = 10


def let_pass(pid: int) -> None:
    """Have a process that was just started, and its threads to come, wait for this one.

    It must be of this session: Linux shares the processors between sessions first, and how nice a
    process is counts within its own (sched(7), "autogroup").
    """
    niceness = max(operator_settings().niceness, os.getpriority(os.PRIO_PROCESS, 0))
    with contextlib.suppress(OSError):  # it is over already
        os.setpriority(os.PRIO_PROCESS, pid, niceness)


@cache
def behind() -> ThreadPoolExecutor:
    """The thread of this process for work that may wait for the pages, one thing after the other.

    For work in torch, which lets go of the interpreter's lock: Python's own steps hold it however
    nice the thread is. It takes no place for computing, which pages would then wait for.
    """
    return ThreadPoolExecutor(1, "behind", _let_others_pass)


def _let_others_pass() -> None:
    if sys.platform == "linux":  # elsewhere a thread is as nice as its process
        niceness = min(operator_settings().niceness, NICENESS_OF_THREAD)
        as_started = os.getpriority(os.PRIO_PROCESS, 0)
        os.setpriority(os.PRIO_PROCESS, get_native_id(), max(niceness, as_started))
