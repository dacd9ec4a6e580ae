"""The memory of a server while something is done to it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

from benchmarks.serving import children, memory_mb
from cnnviz.machine_memory import SERVER_MB, TRAINING_MB, WORKER_MB
from cnnviz.training.apart.process import PROCESS as TRAINING

EVERY_S = 0.25


class Watch:
    """The memory of a server, looked at again and again.

    Attributes:
        most_mb: the most since it was asked last.
        over_mb: by how much it was more than it may be with what goes on beside the server, at
            worst; negative where it never was.
        going: what visitors wait for just now, in words.
        at_most: the same when it was nearest to that, or furthest beyond.
    """

    def __init__(self, pid: int) -> None:
        self._pid, self.most_mb, self.over_mb = pid, 0.0, -float(SERVER_MB)
        self.going: list[str] = []
        self.at_most: list[str] = []

    async def look(self) -> None:
        """Until cancelled."""
        while True:
            memory, allowed = await asyncio.to_thread(self._now)
            self.most_mb = max(self.most_mb, memory)
            if memory - allowed > self.over_mb:
                self.over_mb, self.at_most = memory - allowed, list(self.going)
            await asyncio.sleep(EVERY_S)

    def _now(self) -> tuple[float, float]:
        before = allowed_mb(self._pid)  # a child may end, or begin, while its memory is read
        memory = memory_mb(self._pid)
        return memory, max(before, allowed_mb(self._pid))

    def since_last(self) -> float:
        """The most since this was asked last, in MB."""
        most, self.most_mb = self.most_mb, 0.0
        return most


def allowed_mb(pid: int) -> float:
    """What a server and its children may take: more for each training, and for each worker."""
    beside = (TRAINING_MB if _is_training(child) else WORKER_MB for child in children(pid))
    return SERVER_MB + sum(beside)


def _is_training(pid: int) -> bool:
    with suppress(OSError):  # it is over already
        return TRAINING.encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False


def highest_mb(pid: int) -> float:
    """The most that ever lay in a process's memory at once, in MB, however shortly.

    Of the process alone, and with what other programs share with it (`VmHWM` of proc(5)).
    """
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if "VmHWM" in line) * 1024e-6
