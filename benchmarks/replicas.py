"""Two replicas behind the proxy beside one, on this machine.

python -m benchmarks.replicas [--seconds 45]

Thirty visitors come to one replica and to two, then a hundred while some of them ask for slow
heatmaps, which one replica computes itself and the workers of the two (`deploy/local_cluster.sh
2 PORT 1`). What must hold: the 95th percentile of the thirty with two replicas is within 1.15 times
that with one, and the hundred have at most half the waits over a second. The program that plays
the visitors shares the processors: what it took from the replicas is counted out of each wait
(`benchmarks.lesson`), and both are told. About five minutes on a quiet machine.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import product

from benchmarks.lesson import Cluster, Lesson, behind_proxy, visited, warmed
from benchmarks.queueing import percentile
from benchmarks.sessions import Session
from cnnviz.images.samples import SAMPLES

FEW, MANY = 30, 100
SLOWER, FEWER = 1.15, 0.5
LONG_S = 1.0
HEAVY = 5  # visitors who ask for slow heatmaps
ASK_EVERY_S = 6.0


@dataclass(frozen=True)
class Served:
    """What visitors of so many replicas met: few without heavy work, many beside it."""

    few: Lesson
    many: Lesson

    @property
    def is_quiet(self) -> bool:
        """Whether nobody else worked on this machine to speak of."""
        return self.few.is_quiet and self.many.is_quiet


def long_share(waits: Sequence[float]) -> float:
    """The share of waits over a second."""
    return sum(wait > LONG_S for wait in waits) / len(waits)


async def served(cluster: Cluster, seconds: float) -> Served:
    """Few visitors, then many beside heavy work."""
    await warmed(cluster)
    few = await visited(cluster, FEW, seconds)
    until = time.monotonic() + seconds
    heavy = [asyncio.create_task(ask_for_heavy_work(cluster, n, until)) for n in range(HEAVY)]
    many = await visited(cluster, MANY, seconds)
    await asyncio.gather(*heavy)
    return Served(few, many)


async def ask_for_heavy_work(cluster: Cluster, number: int, until: float) -> None:
    """Slow heatmaps of one picture and class after the other, each of which is new."""
    views = list(product(SAMPLES, range(10)))[number::HEAVY]
    async with Session(cluster.address) as session:
        for image, class_idx in views:
            if time.monotonic() > until:
                return
            await session.open("heatmaps", f"image={image}&class_idx={class_idx}")
            with suppress(KeyError):  # they are known, or are being computed
                await session.change("heatmaps_slow_start", {"trigger_value": True})
            await asyncio.sleep(ASK_EVERY_S)


def told(name: str, one: Sequence[float], two: Sequence[float]) -> str:
    """95th percentiles and long waits of one replica and of two."""
    shares = ", ".join(f"{long_share(waits):.1%}" for waits in (one, two))
    slowest = ", ".join(f"{percentile(waits):.2f} s" for waits in (one, two))
    return f"{name:34} 95th percentiles {slowest}; over {LONG_S:.0f} s: {shares}"


def verdict(one: Served, two: Served) -> dict[str, bool]:
    """What held, the program's own cost counted out."""
    few = [percentile(counted_out(each.few)) for each in (one, two)]
    many = [long_share(counted_out(each.many)) for each in (one, two)]
    return {
        f"{FEW} visitors: {few[1] / few[0]:.2f} × (≤ {SLOWER})": few[1] <= SLOWER * few[0],
        f"{MANY} visitors: {many[1]:.1%} over {LONG_S:.0f} s with two, {many[0]:.1%} with one "
        f"(≤ {FEWER:.0%} of it)": many[1] <= FEWER * many[0],
        "the machine was quiet": one.is_quiet and two.is_quiet,
    }


def counted_out(lesson: Lesson) -> list[float]:
    """The waits without what the program that asks took."""
    return [wait.without_asking_s for wait in lesson.waits]


def main() -> None:
    """Both, one after the other; what held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=45, help="of each lesson")
    seconds = parser.parse_args().seconds
    with behind_proxy(1) as cluster:
        one = asyncio.run(served(cluster, seconds))
    with behind_proxy(2, workers=1) as cluster:
        two = asyncio.run(served(cluster, seconds))
    for name, first, second in (
        (f"{FEW} visitors", one.few, two.few),
        (f"{MANY} and slow heatmaps", one.many, two.many),
    ):
        print(f"{name}: asking took {first.asking:.2f} and {second.asking:.2f} processors, "
              f"others {first.others:.2f} and {second.others:.2f}")  # fmt: skip
        print(told("  as they were", first.seconds, second.seconds))
        print(told("  without asking", counted_out(first), counted_out(second)))
    held = verdict(one, two)
    for what, is_so in held.items():
        print(f"{'holds' if is_so else 'does NOT hold'}: {what}")
    raise SystemExit(not all(held.values()))


if __name__ == "__main__":
    main()
