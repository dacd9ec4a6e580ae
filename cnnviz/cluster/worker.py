"""What a worker runs: one work by its name, told how far it is four times a second.

dask worker tcp://scheduler:8786 --nthreads 1 --preload cnnviz.cluster.works
"""

from __future__ import annotations

import time
from importlib import import_module
from typing import Any

from distributed import Worker, get_worker

from cnnviz.progress import StoppedError

TOPIC = "cnnviz"  # of the scheduler: what is told there, all replicas hear
TELL_EVERY_S = 0.25


class _Telling:
    """The `Watch` of a job in a worker: it tells its replica, and hears whether to stop."""

    def __init__(self, job: str) -> None:
        self._job, self._worker = job, get_worker()
        self._told = 0.0
        self._part = 0.0

    def __call__(self, part: float) -> bool:
        self._part = part
        if time.monotonic() - self._told >= TELL_EVERY_S:
            self._told = time.monotonic()
            self._tell(b"")
        return self._is_wanted()

    def show(self, found: Any) -> None:
        from cnnviz.cluster.plain import packed

        self._tell(packed(found))

    def _tell(self, found: bytes) -> None:
        self._worker.log_event(TOPIC, (self._job, self._part, found))

    def _is_wanted(self) -> bool:
        """Whether somebody waits: a task that the scheduler has let go of is marked by its name."""
        task = self._worker.state.tasks.get(self._job)
        return task is not None and task.state == "executing"


def dask_setup(worker: Worker) -> None:
    """Have ready what the first order needs; Dask calls it when a worker begins."""
    from cnnviz.without_compiler import leave_out_compiler

    leave_out_compiler()
    import_module("cnnviz.cluster.works")


def perform(job: str, work: str, arguments: bytes) -> bytes:
    """Do a work of the table; what comes and goes is plain data as bytes.

    Raises:
        KeyError: there is no such work.
        ValueError: the arguments are nothing plain.
    """
    from cnnviz.cluster.plain import packed, unpacked  # torch: not where orders are only sent
    from cnnviz.cluster.works import WORKS

    telling = _Telling(job)
    telling(0.0)
    try:
        return packed(WORKS[work](telling, **unpacked(arguments)))
    except StoppedError:
        return b""  # nobody is there to read it
