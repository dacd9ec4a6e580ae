"""The server's side of a training in a process of its own."""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
from pathlib import Path
from threading import Condition, Thread

import cnnviz
from cnnviz.training.apart.job import Command, End, Job, News, order_of, received
from cnnviz.training.limits import refusal
from cnnviz.training.plain import Step
from cnnviz.training.snapshots import Snapshot

HOME = Path(cnnviz.__file__).parents[1]
PROCESS = "cnnviz.training.apart"
NICENESS = 10  # of a training, so that it waits for the pages
LOST = End("The training ended unexpectedly, perhaps for want of memory: try a smaller network.")
STOPPED = End("Stopped.")


class Run:
    """A training that goes on elsewhere: what it has told so far, and the ways to steer it.

    Attributes:
        job: that it does.
        num_steps: that it will have done at its end.
        steps: so far, in order; grows while the run goes on.
        snapshots: so far, in order; the first is of step 0.
        end: None while it goes on; then why it is over. A run that is refused (see
            `cnnviz.training.limits`) has an end from the first moment, and no process.
        is_paused: whether it waits for `go_on`.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self.num_steps = job.plan.num_steps(len(job.material.training))
        self.steps: list[Step] = []
        self.snapshots: list[Snapshot] = []
        self.end: End | None = None
        self.is_paused = False
        self._is_stopped = False
        self._changed = Condition()
        self._process: subprocess.Popen[bytes] | None = None
        if sentence := refusal(job.network, job.material, job.plan):
            self.end = End(sentence)
        else:
            self._begin()

    def _begin(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", PROCESS],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=HOME,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )
        niceness = max(NICENESS, os.getpriority(os.PRIO_PROCESS, 0))
        with contextlib.suppress(OSError):  # it is over already
            os.setpriority(os.PRIO_PROCESS, self._process.pid, niceness)  # its imports wait too
        self._reader = Thread(target=self._hear, name="training", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int | None:
        """Of the process; None for a run that was refused."""
        return self._process.pid if self._process else None

    def pause(self) -> None:
        """Stop after the step that is being done, until `go_on`."""
        self._say("pause")
        self.is_paused = True

    def go_on(self) -> None:
        """Go on after a pause."""
        self._say("go on")
        self.is_paused = False

    def stop(self) -> None:
        """End the process; what it has told stays. Returns when it is gone."""
        self._is_stopped = True
        if self._process:
            self._process.kill()
            self._reader.join()

    def wait(self, steps: int | None = None, timeout_s: float = 150.0) -> bool:
        """Wait until so many steps are done, or the run is over; False if that took too long."""
        with self._changed:
            return self._changed.wait_for(
                lambda: self.end is not None or (steps is not None and len(self.steps) >= steps),
                timeout_s,
            )

    def _say(self, command: Command) -> None:
        if not self._process:
            return
        assert self._process.stdin
        with contextlib.suppress(BrokenPipeError, ValueError):  # it is over already
            self._process.stdin.write(f"{command}\n".encode())
            self._process.stdin.flush()

    def _hear(self) -> None:
        assert self._process
        assert self._process.stdin
        assert self._process.stdout
        end = None
        with contextlib.suppress(EOFError, pickle.UnpicklingError, OSError):
            pickle.dump(order_of(self.job), self._process.stdin, protocol=5)
            self._process.stdin.flush()
            while end is None:
                end = self._note(pickle.load(self._process.stdout))
        self._process.stdout.close()
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        self._process.wait()
        with self._changed:
            self.end = STOPPED if self._is_stopped else end or LOST
            self._changed.notify_all()

    def _note(self, news: News) -> End | None:
        with self._changed:
            self.steps += news.steps
            if news.kept:
                self.snapshots.append(received(news.kept))
            self._changed.notify_all()
        return news.end
