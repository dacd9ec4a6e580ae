"""How many visitors need how many replicas: measured costs, a simulation, and a check of it.

python -m benchmarks.capacity [--check] [--write]

Measured are the processor's time of a change on every page and of opening it (a machine that has
other work too changes these little), and the memory of a replica, of a visitor and of slow work: a
process beside the replica that computes the slow heatmaps. The whole takes five minutes. From it a
simulation (`benchmarks.queueing`) follows visitors who change something every three seconds.
`--check` lets visitors come to one replica and to two behind the proxy, on this machine, and
compares their 95th percentile with that of the simulation, which must agree within 30 %; it is
told what the program that asks takes itself and which share of a processor others left to who
wanted one. Where others took more than a fifth of a processor it says that the machine was not
quiet, and `--write` (docs/capacity.md) then writes nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

from benchmarks.controls import CONTROLS
from benchmarks.lesson import PAGES, QUIET, Cluster, behind_proxy, change, cpu_s, visited, warmed
from benchmarks.memory import Watch
from benchmarks.queueing import (
    OPENS,
    THINK_S,
    VALUES,
    Cores,
    Cost,
    PageCosts,
    mean_cpu_s,
    percentile,
    simulated,
    without_asking,
)
from benchmarks.serving import ROOT, memory_mb
from benchmarks.sessions import Answer, Session
from cnnviz.counting import counted
from cnnviz.machine_memory import workers_beside

GOOD_S = 1.0  # the 95th percentile of a good server
AGREES = 0.3
CHANGES, OPENED = 10, 3  # of each page, measured
SATURATED_S = 8.0
SLOW, SLOW_S = "image=dog&class_idx=7", 40.0  # heatmaps that nobody has asked for, and how long
CROWDS = (30, 300, 3_000, 30_000)
SOCKETS = 4_000 / 7  # visitors of one proxy: its connections (deploy/haproxy.cfg), seven each
DOCUMENT = ROOT / "docs" / "capacity.md"


@dataclass(frozen=True)
class Replica:
    """One process of the app.

    Attributes:
        pages: what answers take, by page.
        cores: the processors that it can use at once: the interpreter runs one thread at a time,
            and torch's work beside it makes this a little more than one.
        base_mb: its memory with all pages seen.
        visitor_mb: more for each visitor.
        slow_mb: more while slow work goes on beside it.
    """

    pages: Mapping[str, PageCosts]
    cores: float
    base_mb: float
    visitor_mb: float
    slow_mb: float

    @property
    def changes(self) -> list[Cost]:
        """Of all pages."""
        return [cost for page in self.pages.values() for cost in page.changes]

    @property
    def opens(self) -> list[Cost]:
        """Of all pages."""
        return [cost for page in self.pages.values() for cost in page.opens]


async def measured(cluster: Cluster) -> Replica:
    """One visitor on every page of a lone replica, then many at once."""
    (pid,) = cluster.replicas
    await warmed(cluster)
    pages = {page: await _page_costs(cluster.address, pid, page) for page in PAGES}
    base_mb = memory_mb(pid)
    sessions = await _come(cluster.address, 20)  # what the first few need is there already
    before = memory_mb(pid)
    more = await _come(cluster.address, 40)
    visitor_mb = max(0.5, (memory_mb(pid) - before) / len(more))
    cores = await _cores(pid, sessions)
    for session in sessions + more:
        await session.__aexit__()
    slow_mb = await _slow_mb(cluster.address, pid)
    return Replica(pages, max(1.0, cores), base_mb, visitor_mb, slow_mb)


async def _slow_mb(address: str, pid: int) -> float:
    """The most memory that the slow heatmaps take beside a replica, and in it."""
    before, watch = memory_mb(pid), Watch(pid)
    looking = asyncio.create_task(watch.look())
    async with Session(address) as session:
        await session.open("heatmaps", SLOW)
        await session.change("heatmaps_slow_start", {"trigger_value": True})
        until = time.monotonic() + SLOW_S
        while time.monotonic() < until and any("heatmaps_slow_stop" in w for w in session.widgets):
            await asyncio.sleep(1)
            await session.open("heatmaps", SLOW)
    looking.cancel()
    return max(0.0, watch.most_mb - before)


async def _come(address: str, count: int) -> list[Session]:
    """So many visitors, some to each page, who stay."""
    sessions = [Session(address) for _ in range(count)]
    for number, session in enumerate(sessions):
        await session.__aenter__()
        page = PAGES[number % len(PAGES)]
        await session.open(page, CONTROLS[page].query)
    return sessions


class _Clock:
    """The processor's time of a replica and of this program around one answer."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._replica, self._own = cpu_s(pid), time.process_time()

    async def cost(self, answer: Answer, rest_s: float) -> Cost:
        """Of the answer that has just come, and of what goes on after it."""
        now, asking = cpu_s(self._pid), time.process_time() - self._own
        await asyncio.sleep(rest_s)
        taken = now - self._replica
        besides = max(0.0, answer.seconds - taken - asking)
        return Cost(taken, cpu_s(self._pid) - now, asking, besides)


async def _page_costs(address: str, pid: int, page: str) -> PageCosts:
    control, chance = CONTROLS[page], random.Random(page)
    opens, changes = list[Cost](), list[Cost]()
    for _ in range(OPENED):
        async with Session(address) as session:
            clock = _Clock(pid)
            opens.append(await clock.cost(await session.open(page, control.query), 0.3))
            for _ in range(CHANGES if not changes else 0):
                clock = _Clock(pid)
                answer = await change(session, control, chance.randrange(VALUES))
                changes.append(await clock.cost(answer, 0.15))
    return PageCosts(_undisturbed(opens), _undisturbed(changes))


def _undisturbed(costs: Sequence[Cost]) -> tuple[Cost, ...]:
    """The same with the least time besides: more of it is another program that had its turn."""
    least = min(cost.besides_s for cost in costs)
    return tuple(Cost(cost.cpu_s, cost.after_s, cost.asking_s, least) for cost in costs)


async def _cores(pid: int, sessions: Sequence[Session]) -> float:
    """The processors that a replica uses while all ask without a pause."""

    async def ask(session: Session, page: str, until: float) -> None:
        chance = random.Random(page)
        while time.monotonic() < until:
            await change(session, CONTROLS[page], chance.randrange(VALUES))

    before, start = cpu_s(pid), time.monotonic()
    await asyncio.gather(
        *(ask(one, PAGES[n % len(PAGES)], start + SATURATED_S) for n, one in enumerate(sessions))
    )
    return (cpu_s(pid) - before) / (time.monotonic() - start)


def most_visitors(replica: Replica) -> int:
    """How many visitors one replica serves well on processors of its own."""
    pages = [without_asking(page) for page in replica.pages.values()]

    def is_good(visitors: int) -> bool:
        waits = simulated(pages, visitors, 1, Cores(replica.cores, replica.cores), 300)
        return percentile(waits) <= GOOD_S

    low, high = 1, 2
    while is_good(high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if is_good(middle) else (low, middle)
    return low


def table(replica: Replica, most: int) -> str:
    """Visitors → replicas, cores, memory, cost class, what breaks first; as Markdown."""
    rows = ["| visitors | replicas | cores | memory | with slow work | a month | breaks first |",
            "| --- | --- | --- | --- | --- | --- | --- |"]  # fmt: skip
    for visitors in CROWDS:
        replicas = -(-visitors // most)
        memory_gb = (replicas * replica.base_mb + visitors * replica.visitor_mb) / 1000
        slow_gb = memory_gb + replicas * replica.slow_mb / 1000
        cores = replicas * replica.cores
        proxies = visitors / SOCKETS
        breaks = "the proxy's connections" if proxies > 1 else "the replicas' processors"
        rows.append(
            f"| {visitors:,} | {replicas:,} | {cores:,.0f} | {memory_gb:,.1f} GB | "
            f"{slow_gb:,.1f} GB | {cost_class(cores)} | {breaks} |"
        )
    return "\n".join(rows)


def cost_class(cores: float) -> str:
    """About what shared cores cost a month at a host, at 10 to 25 a core in dollars or euros."""
    return "nothing to 25" if cores <= 1 else f"{round(10 * cores, -1):,.0f} to {25 * cores:,.0f}"


@dataclass(frozen=True)
class Checked:
    """95th percentiles of real and of simulated visitors, in seconds.

    Attributes:
        others: processors that other programs took meanwhile.
    """

    visitors: int
    replicas: int
    measured_s: float
    simulated_s: float
    others: float

    @property
    def agrees(self) -> bool:
        """Whether they differ by at most 30 %."""
        return abs(self.simulated_s / self.measured_s - 1) <= AGREES

    @property
    def is_quiet(self) -> bool:
        """Whether nobody else worked on this machine to speak of."""
        return self.others <= QUIET

    @property
    def words(self) -> str:
        """Both, and whether they agree."""
        return (
            f"{self.visitors} visitors, {counted(self.replicas, 'replica')}: measured "
            f"{self.measured_s:.2f} s, simulated {self.simulated_s:.2f} s"
            f"{'' if self.agrees else ', which do NOT agree'}"
            f"{'' if self.is_quiet else f' (not quiet: others took {self.others:.1f} processors)'}"
        )


def check(replica: Replica, cluster: Cluster, visitors: int, seconds: float) -> Checked:
    """Measured and simulated waits of visitors of a cluster that is warm."""
    lesson = asyncio.run(visited(cluster, visitors, seconds))
    replicas, machine = len(cluster.replicas), os.cpu_count() or 1
    cores = Cores(machine, replica.cores, lesson.share)
    waits = simulated(replica.pages, visitors, replicas, cores, seconds)
    found = Checked(
        visitors, replicas, percentile(lesson.seconds), percentile(waits), lesson.others
    )
    print(found.words, flush=True)
    return found


def document(replica: Replica, checked: Sequence[Checked]) -> str:
    """docs/capacity.md."""
    changes, opens = (1000 * mean_cpu_s(costs) for costs in (replica.changes, replica.opens))
    dearest = 1000 * quantiles((cost.cpu_s for cost in replica.changes), n=20)[-1]
    most = most_visitors(replica)
    return "\n".join((
        "# How many visitors, how many replicas",
        "",
        f"Written by `python -m benchmarks.capacity --check --write` on "
        f"{time.strftime('%-d %B %Y')}; {processor()}, {os.cpu_count()} cores.",
        "",
        f"- a change takes {changes:.0f} ms of the processor, opening a page {opens:.0f} "
        f"(means over all pages; one change of twenty more than {dearest:.0f});",
        f"- a replica uses {replica.cores:.2f} cores at most, {replica.base_mb:.0f} MB with all "
        f"pages seen, {replica.visitor_mb:.1f} MB more a visitor, and {replica.slow_mb:.0f} MB "
        f"more while slow work goes on ({counted(workers_beside(), 'process', 'processes')} beside "
        "it on this machine, which no page waits for);",
        f"- visitors change something {THINK_S:.0f} seconds after an answer and open a page "
        f"{OPENS:.0%} of the times; a replica serves {most} of them with a 95th percentile within "
        f"{GOOD_S:.0f} s (simulated: answers share the processor evenly).",
        *(["", "The simulation beside real visitors on this machine, which the program that plays "
           "them shares, 95th percentiles: "
           + "; ".join(one.words for one in checked) + "."] if checked else []),
        "",
        table(replica, most),
        "",
        "A month's cost is that of shared cores, at 10 to 25 dollars or euros each. Trainings, "
        "slow heatmaps (docs/deploy.md: heavy work on other machines) and downloads are not in it. "
        "One proxy holds 4,000 connections as it is "
        f"shipped, {SOCKETS:.0f} visitors with seven each while their pages open: more need a "
        "larger `maxconn` in `deploy/haproxy.cfg`, or several proxies.",
        "",
    ))  # fmt: skip


def processor() -> str:
    """The name of this machine's processor."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, "a processor without a name")


def main() -> None:
    """Measure, say what follows, check it where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="with real visitors")
    parser.add_argument("--write", action="store_true", help="docs/capacity.md")
    parser.add_argument("--visitors", type=int, default=22, help="of the check")
    parser.add_argument("--seconds", type=float, default=75, help="of each check")
    asked = parser.parse_args()
    checked = list[Checked]()
    with behind_proxy(1) as cluster:
        replica = asyncio.run(measured(cluster))
        if asked.check:
            checked.append(check(replica, cluster, asked.visitors, asked.seconds))
    if asked.check:
        with behind_proxy(2) as cluster:
            asyncio.run(warmed(cluster))
            checked.append(check(replica, cluster, asked.visitors, asked.seconds))
    print(said := document(replica, checked))
    if not all(one.is_quiet for one in checked):
        raise SystemExit("the machine was not quiet: nothing is written")
    if not all(one.agrees for one in checked):
        raise SystemExit("simulation and measurement do not agree: nothing is written")
    if asked.write:
        DOCUMENT.write_text(said, encoding="utf-8")


if __name__ == "__main__":
    main()
