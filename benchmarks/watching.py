"""The memory of a server while something is done to it."""

from __future__ import annotations

import asyncio
from pathlib import Path

from benchmarks.serving import memory_mb

EVERY_S = 0.25


class Watch:
    """The memory of a server, looked at again and again.

    Attributes:
        most_mb: the most since it was asked last.
        going: what visitors wait for just now, in words.
        at_most: the same when there was the most.
    """

    def __init__(self, pid: int) -> None:
        self._pid, self.most_mb = pid, 0.0
        self.going: list[str] = []
        self.at_most: list[str] = []

    async def look(self) -> None:
        """Until cancelled."""
        while True:
            memory = await asyncio.to_thread(memory_mb, self._pid)
            if memory > self.most_mb:
                self.most_mb, self.at_most = memory, list(self.going)
            await asyncio.sleep(EVERY_S)

    def since_last(self) -> float:
        """The most since this was asked last, in MB."""
        most, self.most_mb = self.most_mb, 0.0
        return most


def highest_mb(pid: int) -> float:
    """The most that ever lay in a process's memory at once, in MB, however shortly.

    Of the process alone, and with what other programs share with it (`VmHWM` of proc(5)).
    """
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if "VmHWM" in line) * 1024e-6
