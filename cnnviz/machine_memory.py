"""What goes beside the server on this machine, by the memory that it, container or service has.

The server with its visitors takes up to 690 MB, a training 330 beside it, a worker for slow work
250 (docs/decisions/beside.md). Where there is no room for them, there are none. An operator may say
how many instead.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from cnnviz.operator_settings import operator_settings

SERVER_MB, TRAINING_MB, WORKER_MB = 690, 330, 250
MOST_TRAININGS, MOST_WORKERS = 2, 2  # the cores of a small host
GROUPS, LIMITS = Path("/proc/self/cgroup"), Path("/sys/fs/cgroup")


def trainings_beside() -> int:
    """How many trainings go on at once on this machine; 0: none."""
    said = operator_settings().trainings
    return room(memory_mb(), TRAINING_MB, MOST_TRAININGS) if said is None else said


def workers_beside() -> int:
    """How many processes do slow work; 0: the server does it."""
    said = operator_settings().workers
    if said is not None:
        return said
    rest = memory_mb() - trainings_beside() * TRAINING_MB
    return room(rest, WORKER_MB, min(MOST_WORKERS, max(1, _cores() - 1)))


def room(memory: float, each_mb: float, most: int) -> int:
    """How many processes of so many MB fit into so many MB beside the server, at most so many."""
    return max(0, min(most, int((memory - SERVER_MB) // each_mb)))


def memory_mb() -> float:
    """What this process may use at most: the machine's memory, its container's or its service's."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min([machine, *filter(None, map(_limit, _limits()))]) / 1e6


def _cores() -> int:
    """The processor's cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _limits() -> Iterator[Path]:
    """The files with the limits of the groups that this process is in, and of those around them.

    A container sees its own group as the outermost; a service of systemd lies some groups deep.
    Both forms of the kernel's groups are known (man 7 cgroups).
    """
    for line in _text(GROUPS).splitlines():
        _, kinds, path = line.split(":", 2)
        if kinds and "memory" not in kinds.split(","):
            continue
        top = LIMITS / "memory" if kinds else LIMITS
        group = top / path.lstrip("/")
        for folder in (group, *group.parents):
            if folder.is_relative_to(top):
                yield folder / ("memory.limit_in_bytes" if kinds else "memory.max")


def _limit(file: Path) -> int:
    """The bytes that a group's file says; 0 where it says no number."""
    text = _text(file).strip()
    return int(text) if text.isdecimal() else 0


def _text(file: Path) -> str:
    """What a file of the kernel says; nothing where there is none."""
    try:
        return file.read_text(encoding="utf-8")
    except OSError:
        return ""
