"""Processes that let the pages pass: the system runs them when nobody else wants to.

On two cores with two such processes computing, a thread that wakes up waits 4 to 6 ms (95th
percentile) where they are 10 nice, and 0.1 ms where they are 19; a visitor's change wakes a dozen.
"""

from __future__ import annotations

import contextlib
import os

from cnnviz.operator_settings import operator_settings


def let_pass(pid: int) -> None:
    """Have a process that was just started, and its threads to come, wait for this one.

    It must be of this session: Linux shares the processors between sessions first, and how nice a
    process is counts within its own (sched(7), "autogroup").
    """
    niceness = max(operator_settings().niceness, os.getpriority(os.PRIO_PROCESS, 0))
    with contextlib.suppress(OSError):  # it is over already
        os.setpriority(os.PRIO_PROCESS, pid, niceness)
