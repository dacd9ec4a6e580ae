"""How many visitors need how many replicas: measured costs, a simulation, and a check of it.

python -m benchmarks.capacity [--check] [--write]

Measured are the processor's time of a change on every page, of opening it, and the memory of a
replica and a visitor. From these a simulation follows visitors who change something every three
seconds, as `Replica` says; `--check` lets visitors come to one replica and to two behind the proxy
and compares their 95th percentile with the simulation's, which must agree within 30 %. `--write`
writes docs/capacity.md.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import signal
import subprocess
import tempfile
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median

from benchmarks.controls import CONTROLS
from benchmarks.serving import ROOT, free_port, memory_mb, server, wait_for
from benchmarks.sessions import Session
from cnnviz.counting import counted

THINK_S = 3.0  # between a change's answer and the visitor's next change, on average
OPENS = 0.05  # of what visitors do; the rest are changes
GOOD_S = 1.0  # the 95th percentile of a good server
AGREES = 0.3
CHANGES = 8  # of each page, measured
TICKS = os.sysconf("SC_CLK_TCK")
CROWDS = (30, 300, 3_000, 30_000)
SOCKETS = 4_000 / 7  # visitors of one proxy: its connections (deploy/haproxy.cfg), seven each
DOCUMENT = ROOT / "docs" / "capacity.md"


@dataclass(frozen=True)
class Cost:
    """What one answer takes: the processor's time, and how long a visitor waits alone."""

    cpu_s: float
    wall_s: float


@dataclass(frozen=True)
class Replica:
    """One process of the app.

    Answers share its processor evenly: the interpreter runs one thread at a time, and torch's
    work beside it makes `cores` a little more than one. What an answer waits for besides (the
    socket, the browser's words) is the same for all.

    Attributes:
        changes: the costs of changes, on all pages alike.
        opens: of opening pages.
        cores: the processors that it can use at once.
        base_mb: its memory with all pages seen.
        visitor_mb: more for each visitor.
    """

    changes: tuple[Cost, ...]
    opens: tuple[Cost, ...]
    cores: float
    base_mb: float
    visitor_mb: float

    @property
    def besides_s(self) -> float:
        """What a lone visitor waits for that is not the processor's time."""
        return max(0.0, median(cost.wall_s - cost.cpu_s for cost in self.changes))


def cpu_s(pid: int) -> float:
    """The processor's time that a process and its children that have ended took, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / TICKS


async def measured(address: str, pid: int) -> Replica:
    """One visitor on every page, then many at once."""
    changes, opens = list[Cost](), list[Cost]()
    for page in (page for page in CONTROLS if page):
        await _changes(address, pid, page)  # what is made once per server is not counted
        opened, changed = await _changes(address, pid, page)
        opens.append(opened)
        changes += changed
    base_mb = memory_mb(pid)
    sessions = await _come(address, 20)  # what the first few need is there already
    before = memory_mb(pid)
    more = await _come(address, 40)
    visitor_mb = max(0.5, (memory_mb(pid) - before) / len(more))
    cores = await _cores(pid, sessions)
    for session in sessions + more:
        await session.__aexit__()
    return Replica(tuple(changes), tuple(opens), cores, base_mb, visitor_mb)


async def _come(address: str, count: int) -> list[Session]:
    """So many visitors, some to each page, who stay."""
    pages = [page for page in CONTROLS if page]
    sessions = [Session(address) for _ in range(count)]
    for number, session in enumerate(sessions):
        await session.__aenter__()
        page = pages[number % len(pages)]
        await session.open(page, CONTROLS[page].query)
    return sessions


async def _changes(address: str, pid: int, page: str) -> tuple[Cost, list[Cost]]:
    control, found = CONTROLS[page], list[Cost]()
    async with Session(address) as session:
        before = cpu_s(pid)
        answer = await session.open(page, control.query)
        await asyncio.sleep(0.2)  # what goes on after the answer is its cost too
        opened = Cost(cpu_s(pid) - before, answer.seconds)
        for step in range(CHANGES):
            before = cpu_s(pid)
            answer = await session.change(control.key, control.value(step))
            await asyncio.sleep(0.1)
            found.append(Cost(cpu_s(pid) - before, answer.seconds))
    return opened, found


async def _cores(pid: int, sessions: Sequence[Session]) -> float:
    """The processors that a replica uses while all ask without a pause."""

    async def ask(session: Session, page: str, until: float) -> None:
        control, step = CONTROLS[page], 0
        while time.monotonic() < until:
            step += 1
            await session.change(control.key, control.value(step))

    pages = [page for page in CONTROLS if page]
    before, start = cpu_s(pid), time.monotonic()
    await asyncio.gather(
        *(ask(one, pages[n % len(pages)], start + 8) for n, one in enumerate(sessions))
    )
    return (cpu_s(pid) - before) / (time.monotonic() - start)


def simulated(replica: Replica, visitors: int, cores: float, seconds: float = 600.0) -> float:
    """The 95th percentile of the waits of so many visitors of one replica, in seconds.

    Answers share the processors evenly, each at most one of them.

    Args:
        cores: the processors that they share.
    """
    chance = random.Random(visitors)
    thinking = [chance.expovariate(1 / THINK_S) for _ in range(visitors)]  # when they act next
    work: list[list[float]] = []  # what is left of each answer, and since when it is asked for
    waits, now = list[float](), 0.0
    while now < seconds:
        speed = min(1.0, cores / len(work)) if work else 1.0
        ends = min((left / speed for left, _ in work), default=float("inf"))
        acts = min(thinking, default=float("inf")) - now
        passed = max(0.0, min(ends, acts))
        now += passed
        for answer in work:
            answer[0] -= passed * speed
        for answer in [answer for answer in work if answer[0] <= 1e-9]:
            work.remove(answer)
            waits.append(now - answer[1] + replica.besides_s)
            thinking.append(now + chance.expovariate(1 / THINK_S))
        for moment in [moment for moment in thinking if moment <= now]:
            thinking.remove(moment)
            costs = replica.opens if chance.random() < OPENS else replica.changes
            work.append([chance.choice(costs).cpu_s, now])
    return percentile(waits)


def percentile(waits: Sequence[float]) -> float:
    """The 95th percentile."""
    return sorted(waits)[round(0.95 * (len(waits) - 1))]


def most_visitors(replica: Replica) -> int:
    """How many visitors one replica serves well."""
    low, high = 1, 2_000
    while low < high:
        middle = (low + high + 1) // 2
        is_good = simulated(replica, middle, replica.cores, 200) <= GOOD_S
        low, high = (middle, high) if is_good else (low, middle - 1)
    return low


def table(replica: Replica) -> str:
    """Visitors → replicas, cores, memory, cost class, what breaks first; as Markdown."""
    most = most_visitors(replica)
    rows = ["| visitors | replicas | cores | memory | a month | what breaks first |",
            "| --- | --- | --- | --- | --- | --- |"]  # fmt: skip
    for visitors in CROWDS:
        replicas = -(-visitors // most)
        memory_gb = (replicas * replica.base_mb + visitors * replica.visitor_mb) / 1000
        cores = replicas * max(1.0, replica.cores)
        proxies = visitors / SOCKETS
        breaks = "the proxy's connections" if proxies > 1 else "the replicas' processors"
        rows.append(
            f"| {visitors:,} | {replicas:,} | {cores:,.0f} | {memory_gb:,.1f} GB | "
            f"{cost_class(cores)} | {breaks} |"
        )
    return "\n".join(rows)


def cost_class(cores: float) -> str:
    """About what shared cores cost a month at a host, at 10 to 25 a core in dollars or euros."""
    return "nothing to 25" if cores <= 1 else f"{round(10 * cores, -1):,.0f} to {25 * cores:,.0f}"


async def waits_of(address: str, visitors: int, seconds: float) -> list[float]:
    """The waits of real visitors who do as the simulated ones."""
    waits, pages = list[float](), [page for page in CONTROLS if page]

    async def visit(number: int, until: float) -> None:
        chance = random.Random(number)
        page = pages[number % len(pages)]
        control = CONTROLS[page]
        async with Session(address) as session:
            await session.open(page, control.query)
            while time.monotonic() < until:
                await asyncio.sleep(chance.expovariate(1 / THINK_S))
                if chance.random() < OPENS:
                    answer = await session.open(page, control.query)
                else:
                    value = control.value(chance.randrange(100))
                    answer = await session.change(control.key, value)
                waits.append(answer.seconds)

    until = time.monotonic() + seconds
    await asyncio.gather(*(visit(number, until) for number in range(visitors)))
    return waits[len(waits) // 4 :]  # they come one after the other


@contextmanager
def cluster(replicas: int) -> Generator[str]:
    """The proxy with so many replicas (deploy/local_cluster.sh)."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [ROOT / "deploy" / "local_cluster.sh", str(replicas), str(port)],
            env=os.environ | {"CLUSTER_RUN": folder},
            stdout=subprocess.DEVNULL,
        )
        try:
            wait_for(f"http://127.0.0.1:{port}", process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)


@dataclass(frozen=True)
class Checked:
    """95th percentiles of real and of simulated visitors, in seconds."""

    visitors: int
    replicas: int
    measured_s: float
    simulated_s: float

    @property
    def agrees(self) -> bool:
        """Whether they differ by at most 30 %."""
        return abs(self.simulated_s / self.measured_s - 1) <= AGREES

    @property
    def words(self) -> str:
        """Both, and whether they agree."""
        return (
            f"{self.visitors} visitors, {counted(self.replicas, 'replica')}: measured "
            f"{self.measured_s:.2f} s, simulated {self.simulated_s:.2f} s"
            f"{'' if self.agrees else ', which do NOT agree'}"
        )


def check(replica: Replica, visitors: int, seconds: float) -> list[Checked]:
    """Measured and simulated waits at one replica and at two."""
    found, machine = [], os.cpu_count() or 1
    for replicas in (1, 2):
        with cluster(replicas) as address:
            asyncio.run(waits_of(address, 4, 20))  # everything is made once
            start = time.process_time()
            measured_s = percentile(asyncio.run(waits_of(address, visitors, seconds)))
            own = (time.process_time() - start) / seconds  # cores that this program took
        cores = min(replica.cores, (machine - own) / replicas)
        said = simulated(replica, visitors // replicas, cores)
        found.append(Checked(visitors, replicas, measured_s, said))
        print(found[-1].words, flush=True)
    return found


def document(replica: Replica, checked: Sequence[Checked]) -> str:
    """docs/capacity.md."""
    changes, opens = (
        1000 * mean(cost.cpu_s for cost in costs) for costs in (replica.changes, replica.opens)
    )
    return "\n".join((
        "# How many visitors, how many replicas",
        "",
        f"Written by `python -m benchmarks.capacity --write` on {time.strftime('%-d %B %Y')}; "
        f"{processor()}, {os.cpu_count()} cores, a load of {os.getloadavg()[0]:.1f} meanwhile "
        "(what loads a machine makes each answer dearer: a quiet one has less than 3).",
        "",
        f"- a change takes {changes:.0f} ms of the processor, opening a page {opens:.0f} "
        "(means over all pages);",
        f"- a replica uses {replica.cores:.2f} cores at most, {replica.base_mb:.0f} MB with all "
        f"pages seen, and {replica.visitor_mb:.1f} MB more a visitor;",
        f"- visitors change something every {THINK_S:.0f} seconds and open a page every twentieth "
        f"time; a replica serves {most_visitors(replica)} of them with a 95th percentile within "
        f"{GOOD_S:.0f} s (simulated: answers share the processor evenly).",
        *(["", "The simulation beside real visitors, 95th percentiles: "
           + "; ".join(one.words for one in checked) + "."] if checked else []),
        "",
        table(replica),
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
    parser.add_argument("--check", action="store_true", help="with real visitors, by the proxy")
    parser.add_argument("--write", action="store_true", help="docs/capacity.md")
    parser.add_argument("--visitors", type=int, default=16, help="of the check")
    parser.add_argument("--seconds", type=float, default=45, help="of each check")
    asked = parser.parse_args()
    with server("run", "app.py") as (address, pid):
        replica = asyncio.run(measured(address, pid))
    checked = check(replica, asked.visitors, asked.seconds) if asked.check else []
    print(document(replica, checked))
    if asked.write:
        DOCUMENT.write_text(document(replica, checked), encoding="utf-8")
    if not all(one.agrees for one in checked):
        raise SystemExit("simulation and measurement do not agree")


if __name__ == "__main__":
    main()
