"""What a worker runs: one work by its name, told how far it is four times a second.

dask worker tcp://scheduler:8786 --nthreads 1 --preload cnnviz.cluster.worker
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from threading import Lock, Thread
from typing import Any

from distributed import Worker, get_worker

from cnnviz.progress import StoppedError

TOPIC = "cnnviz"  # of the scheduler: what is told there, all replicas hear
TELL_EVERY_S = 0.25

_answering: dict[str, Callable[[Any], Any]] = {}  # by job, while it is done


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

    def answer_with(self, answer: Callable[[Any], Any]) -> None:
        _answering[self._job] = answer

    def _tell(self, found: bytes) -> None:
        self._worker.log_event(TOPIC, (self._job, self._part, found, self._worker.address))

    def _is_wanted(self) -> bool:
        """Whether somebody waits: a task that the scheduler has let go of is marked by its name."""
        task = self._worker.state.tasks.get(self._job)
        return task is not None and task.state == "executing"


_importing = Lock()


def dask_setup(worker: Worker) -> None:
    """Get ready what the first order needs, beside taking orders; Dask calls it at the start."""
    logging.getLogger("distributed.worker").addFilter(_is_worth_a_line)
    Thread(target=_works, daemon=True).start()


def _is_worth_a_line(record: logging.LogRecord) -> bool:
    """Not that a training was asked again, three times a second."""
    return not str(record.msg).startswith("Run out-of-band function")


def _works() -> Mapping[str, Callable[..., Any]]:
    """The table of works; whoever asks while it is imported waits for that."""
    with _importing:
        from cnnviz.without_compiler import leave_out_compiler

        leave_out_compiler()
        from cnnviz.cluster.works import WORKS

        return WORKS


def perform(job: str, work: str, arguments: bytes) -> bytes:
    """Do a work of the table; what comes and goes is plain data as bytes.

    Raises:
        KeyError: there is no such work.
        ValueError: the arguments are nothing plain.
    """
    works = _works()
    from cnnviz.cluster.plain import packed, unpacked  # torch: not where orders are only sent

    telling = _Telling(job)
    telling(0.0)
    try:
        return packed(works[work](telling, **unpacked(arguments)))
    except StoppedError:
        return b""  # nobody is there to read it
    finally:
        _answering.pop(job, None)


def asked(job: str, question: bytes) -> bytes:
    """What a job that is done here answers; empty if it is not, or answers nothing."""
    if (answer := _answering.get(job)) is None:
        return b""
    from cnnviz.cluster.plain import packed, unpacked

    return packed(answer(unpacked(question)))
