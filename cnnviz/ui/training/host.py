"""How many trainings this machine has room for, beside the server and its visitors.

An operator may say so (0 for none at all). Otherwise it follows from the memory
that the machine or its container has: the server takes up to 690 MB, each training about 330 MB.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from cnnviz.operator_settings import operator_settings

AT_MOST = 2  # trainings at once: the cores of a small host
SERVER_MB, TRAINING_MB = 690, 330
CONTAINER = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


@cache
def at_once() -> int:
    """How many trainings this server does at once; 0: none."""
    said = operator_settings().trainings
    return room(memory_mb()) if said is None else said


def places(there: int) -> int:
    """How many trainings go on at once where other machines do them.

    Args:
        there: works that the machines do at once; half of them are left for what is over sooner.
    """
    said = operator_settings().trainings
    return at_once() if said is not None or not there else max(1, there // 2)


def room(memory: float) -> int:
    """How many trainings fit into so many MB beside the server, at most two."""
    return max(0, min(AT_MOST, int((memory - SERVER_MB) // TRAINING_MB)))


def memory_mb() -> float:
    """What this process may use at most: the machine's memory, or its container's."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min([machine, *filter(None, map(_limit, CONTAINER))]) / 1e6


def why_off() -> str:
    """The sentence where nothing is trained here."""
    if operator_settings().trainings is not None:
        return "Training is switched off on this server: the script below trains the same network."
    return (
        f"This server has {memory_mb():,.0f} MB of memory, and a training needs {TRAINING_MB} "
        f"beside the {SERVER_MB} of the pages: training is off here. The script below trains the "
        "same network."
    )


def _limit(file: Path) -> int:
    """The bytes that a container's file says; 0 where it says no number."""
    try:
        text = file.read_text(encoding="ascii").strip()
    except OSError:
        return 0
    return int(text) if text.isdecimal() else 0
