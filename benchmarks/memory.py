"""The memory of a server that has shown every page at its costliest, and then has thirty visitors.

python -m benchmarks.memory [--visitors 30] [--seconds 40]

One visitor opens the costliest views of every page, one after the other; then thirty come, some to
each page, and move its main control. Memory is that of the server and its children, what processes
share counted once (PSS), looked at four times a second. Where other programs use torch too, the
server's share of it is small and so is the number: it is told on a quiet machine only.

What must hold: never more than 690 MB, no errors. The last line says whether it held.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import time
from collections.abc import Callable

from benchmarks.controls import CONTROLS
from benchmarks.crowd import MEMORY_MB, Log, together
from benchmarks.rough import large
from benchmarks.serving import memory_mb, server
from benchmarks.sessions import Session

EVERY_S = 0.25
COSTLIEST = {
    "": [""],
    "mlp": ["view=shift", "view=matrix", "view=depth"],
    "convolution": [
        "view=picture&kernel_size=11&out_channels=16&image=cat",
        "view=filters&kernel_size=7",
    ],
    "pooling": ["view=picture&image=cat", "view=field&layer=group3.1&image=cat", "view=shift"],
    "build": ["", "inspect=resnet152", f"net={large(1)}"],
    "fully_convolutional": ["size=256", "view=surgery", "view=map&source=picture&image=boat"],
    "residual": ["view=gradients", "view=landscape", "view=whole", "view=identity"],
    "zoo": ["", "view=years", "view=compare&compare=vgg19,resnet152,densenet201"],
    "feature_maps": [
        "image=cat&size=128",
        "view=microscope&image=dog&size=128",
        "view=off&off=1,2,3",
        f"network={large(2)}&view=microscope&layer=conv",
        "model=efficientnet-lite0&image=cat&size=224",
    ],
    "heatmaps": [
        "image=cat&model=efficientnet-lite0&size=224",
        "view=belief&test=curves&image=boat",
        "view=belief&test=random&image=boat",
    ],
    "training": ["view=live", "view=rewind", "view=mistakes"],
    "teach": ["model=efficientnet-lite0&size=224"],
}


class Watch:
    """The memory of a server, looked at again and again."""

    def __init__(self, pid: int) -> None:
        self._pid, self.most_mb = pid, 0.0

    async def look(self) -> None:
        """Until cancelled."""
        while True:
            self.most_mb = max(self.most_mb, await asyncio.to_thread(memory_mb, self._pid))
            await asyncio.sleep(EVERY_S)

    def since_last(self) -> float:
        """The most since this was asked last, in MB."""
        most, self.most_mb = self.most_mb, 0.0
        return most


async def open_all(address: str, log: Log, say: Callable[[str], None]) -> None:
    """Every page at its costliest views, in turn."""
    for page, queries in COSTLIEST.items():
        for query in queries:
            async with Session(address) as session:
                log.note(f"{page}?{query}"[:80], await session.open(page, query))
        say(page or "home")


async def visit(address: str, page: str, number: int, until: float, log: Log) -> None:
    """Somebody who moves the main control of a page, about once a second."""
    control, chance = CONTROLS[page], random.Random(number)
    async with Session(address) as session:
        log.note(page, await session.open(page, control.query))
        for step in range(1000):
            if time.monotonic() > until:
                return
            await asyncio.sleep(chance.uniform(0.5, 1.5))
            log.note(page, await session.change(control.key, control.value(step + number)))


async def run(address: str, pid: int, visitors: int, seconds: float) -> bool:
    """All of it; whether it held."""
    log, watch = Log(), Watch(pid)
    most: list[float] = []
    looking = asyncio.create_task(watch.look())

    def say(what: str) -> None:
        most.append(watch.since_last())
        print(f"{what:24} {memory_mb(pid):4.0f} MB, at most {most[-1]:4.0f}", flush=True)

    await open_all(address, log, say)
    pages, until = [page for page in CONTROLS if page], time.monotonic() + seconds
    await together(
        [visit(address, pages[n % len(pages)], n, until, log) for n in range(visitors)], log
    )
    say(f"{visitors} visitors")
    looking.cancel()
    for error in sorted(set(log.errors)):
        print("  ", error)
    return max(most) <= MEMORY_MB and not log.errors


def main() -> None:
    """Start a server, open everything, let visitors come."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visitors", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=40)
    asked = parser.parse_args()
    with server("run", "app.py") as (address, pid):
        holds = asyncio.run(run(address, pid, asked.visitors, asked.seconds))
    print("it held" if holds else "it did NOT hold")
    raise SystemExit(not holds)


if __name__ == "__main__":
    main()
