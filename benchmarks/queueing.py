"""A simulation of visitors who wait for replicas: processes that share a machine's processors.

waits = simulated(loads, places=8, replicas=2, cores=Cores(machine=2.0, replica=1.0), seconds=60)

Each answer takes the processor's time of its replica, then, where that is on the same machine, of
the program that asks. A process has as many processors as it can use and as are free; its answers
share them evenly. Visitors do what `acts` says, as real ones can (`benchmarks.lesson`), so that
both meet the same chance.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import mean

THINK_S = 3.0  # between an answer and the visitor's next act, on average
OPENS = 0.05  # of what visitors do; the rest are changes
VALUES = 60  # of each control: as many as the size of a picture has
NEXT_TO_NOTHING_S = 1e-9


@dataclass(frozen=True)
class Cost:
    """What one answer takes, in seconds.

    Attributes:
        cpu_s: of the replica's processor until the answer is there.
        after_s: of the replica's processor after it.
        asking_s: of the processor of the program that asks.
        besides_s: that pass without a processor: timers, the socket.
    """

    cpu_s: float
    after_s: float = 0.0
    asking_s: float = 0.0
    besides_s: float = 0.0


@dataclass(frozen=True)
class PageCosts:
    """What the answers of a page take: opening it, and changing something."""

    opens: tuple[Cost, ...]
    changes: tuple[Cost, ...]


@dataclass(frozen=True)
class Cores:
    """Processors: of the machine, and that one replica can use at once.

    Attributes:
        machine: that all share.
        replica: that one replica can use.
        share: of a processor that who wants one gets; the rest of the time others have it.
    """

    machine: float
    replica: float
    share: float = 1.0


@dataclass(frozen=True)
class Act:
    """What a visitor does next: after so long, a change to this value, or opening the page."""

    after_s: float
    value: int
    is_open: bool


def acts(visitor: int) -> Iterator[Act]:
    """What the visitor of this number does, without end."""
    chance = random.Random(visitor)
    while True:
        after_s = chance.expovariate(1 / THINK_S)
        yield Act(after_s, chance.randrange(VALUES), chance.random() < OPENS)


def percentile(waits: Sequence[float], share: float = 0.95) -> float:
    """The wait that this share of all does not exceed."""
    return sorted(waits)[round(share * (len(waits) - 1))]


@dataclass
class _Work:
    """What is left of an answer in a process; None for a visitor whose answer is there already."""

    left_s: float
    visitor: int | None
    cost: Cost


@dataclass
class _Process:
    cores: float
    works: list[_Work] = field(default_factory=list)

    @property
    def asks(self) -> float:
        """Processors that it would use."""
        return min(self.cores, float(len(self.works)))


@dataclass
class _Simulation:
    pages: Sequence[PageCosts]
    cores: Cores
    processes: list[_Process]  # the replicas, and last the program that asks
    doing: Sequence[Iterator[Act]]
    now: float = 0.0
    waits: list[float] = field(default_factory=list)
    asked_at: dict[int, float] = field(default_factory=dict)
    thinking: list[tuple[float, int, Act]] = field(default_factory=list)

    def think(self, visitor: int) -> None:
        act = next(self.doing[visitor])
        heapq.heappush(self.thinking, (self.now + act.after_s, visitor, act))

    def run(self, seconds: float) -> None:
        for visitor in range(len(self.doing)):
            self.think(visitor)
        while self.now < seconds:
            self._pass(min(self._ends_in(), self.thinking[0][0] - self.now if self.thinking
                           else float("inf")))  # fmt: skip
            for process in self.processes:
                for work in [w for w in process.works if w.left_s <= NEXT_TO_NOTHING_S]:
                    process.works.remove(work)
                    self._go_on(process, work)
            while self.thinking and self.thinking[0][0] <= self.now:
                _, visitor, act = heapq.heappop(self.thinking)
                self._ask(visitor, act)

    def _speed(self, process: _Process) -> float:
        """Of each of its works."""
        total = sum(other.asks for other in self.processes)
        ours = min(1.0, self.cores.machine / total) if total else 1.0
        return process.asks * ours * self.cores.share / len(process.works)

    def _ends_in(self) -> float:
        return min(
            (min(work.left_s for work in process.works) / self._speed(process)
             for process in self.processes if process.works), default=float("inf"),
        )  # fmt: skip

    def _pass(self, seconds: float) -> None:
        speeds = [self._speed(process) if process.works else 0.0 for process in self.processes]
        self.now += max(0.0, seconds)
        for process, speed in zip(self.processes, speeds, strict=True):
            for work in process.works:
                work.left_s -= max(0.0, seconds) * speed

    def _ask(self, visitor: int, act: Act) -> None:
        costs = self.pages[visitor % len(self.pages)]
        kind = costs.opens if act.is_open else costs.changes
        cost = kind[act.value % len(kind)]
        self.asked_at[visitor] = self.now
        replicas = self.processes[:-1]
        replicas[visitor % len(replicas)].works.append(_Work(cost.cpu_s, visitor, cost))

    def _go_on(self, process: _Process, work: _Work) -> None:
        """After the replica comes who asked; after both, the visitor has the answer."""
        if work.visitor is None:
            return
        if process is not self.processes[-1]:
            process.works.append(_Work(work.cost.after_s, None, work.cost))
            self.processes[-1].works.append(_Work(work.cost.asking_s, work.visitor, work.cost))
            return
        self.waits.append(self.now - self.asked_at[work.visitor] + work.cost.besides_s)
        self.think(work.visitor)


def simulated(
    pages: Mapping[str, PageCosts] | Sequence[PageCosts],
    visitors: int,
    replicas: int,
    cores: Cores,
    seconds: float,
) -> list[float]:
    """The waits of visitors, those of number n on page n and at replica n, counted round.

    Raises:
        ValueError: nobody would wait: there are no pages, visitors or replicas.
    """
    known = list(pages.values()) if isinstance(pages, Mapping) else list(pages)
    if not known or visitors < 1 or replicas < 1:
        raise ValueError("a simulation needs a page, a visitor and a replica at least")
    processes = [_Process(cores.replica) for _ in range(replicas)] + [_Process(1.0)]
    simulation = _Simulation(known, cores, processes, [acts(n) for n in range(visitors)])
    simulation.run(seconds)
    return simulation.waits


def without_asking(costs: PageCosts) -> PageCosts:
    """The same, asked by machines of the visitors' own."""

    def free(some: Sequence[Cost]) -> tuple[Cost, ...]:
        return tuple(Cost(one.cpu_s, one.after_s, 0.0, one.besides_s) for one in some)

    return PageCosts(free(costs.opens), free(costs.changes))


def mean_cpu_s(some: Sequence[Cost]) -> float:
    """Of a replica's processor, the time after answers counted too."""
    return mean(one.cpu_s + one.after_s for one in some)
