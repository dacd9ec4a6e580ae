"""Sliders beside slow work: done by a thread of the server, and by a process beside it.

python -m benchmarks.workers [--seconds 30] [--rounds 3]

Visitors move a slider twice a second each, first alone, then while somebody asks for the slow
heatmaps of one class after the other. The two servers take turns, several rounds. Told are the
waits and what server and processes take in memory. What must hold: beside slow work the median and
the 95th percentile with a process are those with a thread or less. Each round says how many times
as long they are; where rounds lie on both sides of 1, nothing can be told, and that is said.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from statistics import median

from benchmarks.controls import CONTROLS
from benchmarks.memory import Watch
from benchmarks.queueing import percentile
from benchmarks.serving import server
from benchmarks.sessions import Session

PAGES = ("convolution", "mlp", "pooling", "convolution")
HEAVY = "image=cat&class_idx={}"
CLASSES = 10
PAUSE_S = (0.3, 0.7)
COMPARED = {"median": 0.5, "95th percentile": 0.95}  # of the waits


@dataclass
class Met:
    """What visitors met: waits alone and beside slow work, memory, and works that ended."""

    alone: list[float] = field(default_factory=list)
    beside: list[float] = field(default_factory=list)
    most_mb: float = 0.0
    done: int = 0
    first_s: list[float] = field(default_factory=list)  # until the first progress of a work


async def move(session: Session, page: str, number: int, until: float) -> list[float]:
    """Move the main control of a page; the waits."""
    control, chance, waits = CONTROLS[page], random.Random(number), []
    step = number
    while time.monotonic() < until:
        await asyncio.sleep(chance.uniform(*PAUSE_S))
        step += 1
        waits.append((await session.change(control.key, control.value(step))).seconds)
    return waits


async def ask(address: str, until: float, met: Met) -> None:
    """Ask for the slow heatmaps of class after class."""
    async with Session(address) as session:
        for class_idx in range(CLASSES):
            await session.open("heatmaps", HEAVY.format(class_idx))
            asked = time.monotonic()
            with suppress(KeyError):
                await session.change("heatmaps_slow_start", {"trigger_value": True})
            while time.monotonic() < until and _is_going_on(session):
                await asyncio.sleep(0.5)
                await session.open("heatmaps", HEAVY.format(class_idx))
            met.done += time.monotonic() < until
            met.first_s.append(time.monotonic() - asked)
            if time.monotonic() >= until:
                return


def _is_going_on(session: Session) -> bool:
    return any(name.endswith("heatmaps_slow_stop") for name in session.widgets)


async def round_of(address: str, pid: int, seconds: float, met: Met) -> None:
    """Visitors alone, then beside slow work."""
    sessions = [Session(address) for _ in PAGES]
    for session, page in zip(sessions, PAGES, strict=True):
        await session.__aenter__()
        await session.open(page, CONTROLS[page].query)
    watch = Watch(pid)
    looking = asyncio.create_task(watch.look())
    for waits, is_beside in ((met.alone, False), (met.beside, True)):
        until = time.monotonic() + seconds
        moving = [move(*each, until) for each in zip(sessions, PAGES, range(4), strict=True)]
        asking = [ask(address, until, met)] if is_beside else []
        for found in (await asyncio.gather(*moving, *asking))[: len(PAGES)]:
            waits += found or []
    looking.cancel()
    met.most_mb = max(met.most_mb, watch.most_mb)
    for session in sessions:
        await session.__aexit__()


def told(name: str, met: Met) -> str:
    """A line for what was met."""
    alone, beside = (
        f"{percentile(waits, 0.5) * 1000:4.0f}, {percentile(waits) * 1000:4.0f} ms"
        for waits in (met.alone, met.beside)
    )
    return (
        f"{name:8} alone (median, 95 %) {alone}; beside slow work {beside}; "
        f"at most {met.most_mb:.0f} MB; {met.done} pages of slow heatmaps"
    )


def main() -> None:
    """Both in turns; what held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    rounds = [both(asked.seconds) for _ in range(asked.rounds)]
    said = [verdict(words, ratios(rounds, share)) for words, share in COMPARED.items()]
    print(*said, sep="\n")
    raise SystemExit(any("NOT" in sentence for sentence in said))


def both(seconds: float) -> dict[str, Met]:
    """One round: what visitors met with a thread and with a process."""
    by = {"thread": Met(), "process": Met()}
    for count, (name, met) in enumerate(by.items()):
        given = os.environ | {"CNNVIZ_WORKERS": str(count)}
        with server("run", "app.py", environment=given) as (address, pid):
            asyncio.run(round_of(address, pid, seconds, met))
        print(told(name, met), flush=True)
    return by


def ratios(rounds: Sequence[Mapping[str, Met]], share: float) -> list[float]:
    """In each round, how many times as long this percentile is with a process as with a thread."""
    return [
        percentile(by["process"].beside, share) / percentile(by["thread"].beside, share)
        for by in rounds
    ]


def verdict(words: str, found: Sequence[float]) -> str:
    """What the rounds say together: where they do not agree, they say nothing."""
    spread = f"{words} {median(found):.2f} × ({min(found):.2f} to {max(found):.2f})"
    if max(found) <= 1:
        return f"{spread}: holds in every round"
    if min(found) > 1:
        return f"{spread}: does NOT hold in any round"
    return f"{spread}: rounds lie on both sides of 1, so that nothing can be told"


if __name__ == "__main__":
    main()
