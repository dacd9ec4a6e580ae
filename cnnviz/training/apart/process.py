"""The process of a training, from the side of who began it."""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Lock, Thread

import cnnviz
from cnnviz.behind import let_pass
from cnnviz.training.apart.job import Command, End, News, Order

HOME = Path(cnnviz.__file__).parents[1]
PROCESS = "cnnviz.training.apart"

# What every step frees the next one takes again. By itself C's library gives the top of its memory
# back to the system each time: 500 to 800 pages of LeNet that are asked for anew, 1 of 5 ms a step.
HEAP = {"MALLOC_MMAP_THRESHOLD_": str(32 << 20), "MALLOC_TRIM_THRESHOLD_": str(256 << 20)}

LOST = End("The training ended unexpectedly, perhaps for want of memory: try a smaller network.")


def environment() -> dict[str, str]:
    """Of a training's process: one thread of torch, and memory that it keeps from step to step."""
    return {**os.environ, **HEAP, "OMP_NUM_THREADS": "1"}


class TrainingProcess:
    """A training in a process of its own, on this machine.

    Args:
        order: what it does.
        hear: told the news, in a thread of this.
        over: told the end, once, when the process is gone.
    """

    note = ""
    is_waiting = False

    def __init__(
        self, order: Order, hear: Callable[[News], None], over: Callable[[End], None]
    ) -> None:
        self._order, self._hear, self._over = order, hear, over
        self._saying = Lock()
        self._is_ordered = False  # a command in the middle of the order would spoil it
        self._command: Command | None = None
        self._process = subprocess.Popen(
            [sys.executable, "-m", PROCESS],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=HOME,
            env=environment(),
        )
        let_pass(self._process.pid)  # its imports wait too
        self._reader = Thread(target=self._read, name="training", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._process.pid

    def say(self, command: Command) -> None:
        """Have it pause or go on, at the latest when it has its order."""
        with self._saying:
            self._command = command
            if self._is_ordered:
                self._send(command)

    def _send(self, command: Command) -> None:
        assert self._process.stdin
        with contextlib.suppress(BrokenPipeError, ValueError):  # it is over already
            self._process.stdin.write(f"{command}\n".encode())
            self._process.stdin.flush()

    def stop(self) -> None:
        """End it; returns when it is gone."""
        self._process.kill()
        self._reader.join()

    def _read(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        end = None
        with contextlib.suppress(EOFError, pickle.UnpicklingError, OSError):
            pickle.dump(self._order, self._process.stdin, protocol=5)
            self._process.stdin.flush()
            with self._saying:
                self._is_ordered = True
                if self._command:
                    self._send(self._command)
            while end is None:
                news: News = pickle.load(self._process.stdout)
                self._hear(news)
                end = news.end
        self._process.stdout.close()
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        self._process.wait()
        self._over(end or LOST)
