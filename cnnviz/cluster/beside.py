"""Heavy work in processes beside the server, where nothing has to be started for it.

A few workers, started when the first work comes and ended when none has come for a while, so that
their memory is there again. They wait for the pages: the system runs them when nobody else wants
to. docs/decisions/beside.md says what they take.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Semaphore, Thread, Timer
from typing import Any

import cnnviz
from cnnviz.behind import let_pass
from cnnviz.cluster.order import FailedError, LostError, Order, Talk, Waiting
from cnnviz.cluster.plain import packed, unpacked
from cnnviz.cluster.process import read_frame, write_frame
from cnnviz.progress import StoppedError, report

HOME = Path(cnnviz.__file__).parents[1]
PROCESS = "cnnviz.cluster.process"
IDLE_S = 60.0  # after which a worker without work is ended
LOOK_EVERY_S = 0.1
STOP_S = 1.0  # in which a work that was told to stop does so by itself; then its process is ended
TRIES = 2

# Two arenas as in the server. What a step frees the next one takes again: where C's library gave it
# back, 40 steps of two ResNet20 asked for 100,000 pages anew, and a sum of integrated gradients of
# Lite0 for 156,000, a quarter of its processor's time. Now a tenth of it; 5 MB more at most.
HEAP = {
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": str(4 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(32 << 20),
}

KILLED = "The worker of this server ended over this work twice, perhaps for want of memory."
NOT_STARTED = "No worker could be started beside this server."
FAILED = "A worker of this server failed: {}."


class _EndedError(Exception):
    """The process is gone."""


class _Worker:
    """One process, from the side of the server."""

    def __init__(self) -> None:
        self._told: SimpleQueue[list[Any] | None] = SimpleQueue()
        self.is_busy = False
        self.is_blamed = True  # for its end: not where it was gone before a work came to it
        self._process = subprocess.Popen(
            [sys.executable, "-m", PROCESS],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=HOME,
            env={**HEAP, **os.environ, "OMP_NUM_THREADS": "1"},
            process_group=0,  # what it has started ends with it
        )
        let_pass(self._process.pid)  # its imports wait too
        Thread(target=self._read, name="worker", daemon=True).start()

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._process.pid

    def is_alive(self) -> bool:
        """Whether it can take a work."""
        return self._process.poll() is None

    def done(self, work: str, arguments: bytes, watch: Waiting) -> bytes:
        """Have a work done; its result.

        Raises:
            StoppedError: `watch` said so.
            LostError: it failed.
            _EndedError: the process is gone.
        """
        self.is_busy = True
        self._send("do", work, arguments)
        part, is_begun = 0.0, False
        while (frame := self._next(LOOK_EVERY_S)) is None or frame[0] in ("at", "shown"):
            if frame and not is_begun:
                is_begun = self.is_blamed = True
                watch.begin()
            if frame and frame[0] == "at":
                part = frame[1]
            elif frame:
                watch.show(unpacked(frame[1]))
            self._report(watch, part)
        self.is_busy = False
        if frame[0] != "done":
            raise LostError(FAILED.format(frame[1]))
        return frame[1]

    def end(self) -> None:
        """End it, and whatever it has started."""
        if self.is_alive():
            with contextlib.suppress(OSError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _report(self, watch: Waiting, part: float) -> None:
        try:
            report(watch, part)
        except StoppedError:
            self._stop()
            raise

    def _stop(self) -> None:
        """Have the work end by itself; else its process is ended, as it is still busy."""
        with contextlib.suppress(_EndedError):
            self._send("stop")
            deadline = time.monotonic() + STOP_S
            while (left := deadline - time.monotonic()) > 0:
                frame = self._next(left)
                if frame and frame[0] not in ("at", "shown"):
                    self.is_busy = False
                    return

    def _send(self, *words: Any) -> None:
        assert self._process.stdin
        try:
            write_frame(self._process.stdin, *words)
        except OSError as error:
            self.end()
            raise _EndedError from error

    def _next(self, within_s: float) -> list[Any] | None:
        """What it tells next; None if that takes longer."""
        try:
            frame = self._told.get(timeout=within_s)
        except Empty:
            return None
        if frame is None:
            self.end()
            raise _EndedError
        return frame

    def _read(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        with self._process.stdout, contextlib.suppress(OSError, ValueError):
            while frame := read_frame(self._process.stdout):
                self._told.put(frame)
        self._told.put(None)
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        self._process.wait()


class Beside:
    """Workers beside this server.

    Args:
        count: how many there are at most.
        idle_s: how long one without work stays.
    """

    def __init__(self, count: int, idle_s: float = IDLE_S) -> None:
        self._count, self._idle_s = count, idle_s
        self._free = Semaphore(count)
        self._lock = Lock()
        self._idle: list[tuple[_Worker, Timer]] = []

    def places(self) -> int:
        """How many works they do at once."""
        return self._count

    def do(self, order: Order, watch: Waiting, talk: Talk | None = None) -> Any:
        """Have it done, and wait for it.

        Args:
            order: the work.
            watch: told how far it is.
            talk: is not asked: a training has a process of its own beside the server.

        Raises:
            StoppedError: `watch` said so; the work ends.
            LostError: no worker could be started, or it failed there.
            FailedError: two workers ended over it.
        """
        arguments = packed(dict(order.arguments))
        ended = 0
        while ended < TRIES:
            with self._worker(watch) as worker:
                try:
                    return unpacked(worker.done(order.work, arguments, watch))
                except _EndedError:
                    ended += worker.is_blamed
        raise FailedError(KILLED)

    def close(self) -> None:
        """End the workers that have no work."""
        with self._lock:
            idle, self._idle = self._idle, []
        for worker, timer in idle:
            timer.cancel()
            worker.end()

    @contextmanager
    def _worker(self, watch: Waiting) -> Generator[_Worker]:
        """One that has nothing to do: it waited for work, or is started."""
        while not self._free.acquire(timeout=LOOK_EVERY_S):
            report(watch, 0.0)
        worker = None
        try:
            worker = self._waiting() or _started()
            yield worker
        finally:
            if worker and worker.is_busy:
                worker.end()
            elif worker:
                self._let_wait(worker)
            self._free.release()

    def _waiting(self) -> _Worker | None:
        with self._lock:
            while self._idle:
                worker, timer = self._idle.pop()
                timer.cancel()
                if worker.is_alive():
                    return worker
        return None

    def _let_wait(self, worker: _Worker) -> None:
        worker.is_blamed = False
        timer = Timer(self._idle_s, self._retire, [worker])
        timer.daemon = True
        with self._lock:
            self._idle.append((worker, timer))
        timer.start()

    def _retire(self, worker: _Worker) -> None:
        with self._lock:
            is_idle = any(one is worker for one, _ in self._idle)
            self._idle = [(one, timer) for one, timer in self._idle if one is not worker]
        if is_idle:
            worker.end()


def _started() -> _Worker:
    try:
        return _Worker()
    except OSError as error:
        raise LostError(NOT_STARTED) from error
