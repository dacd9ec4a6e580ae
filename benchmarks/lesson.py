"""Replicas behind the proxy, visitors who do what `acts` says, and what their waits cost.

with behind_proxy(replicas=2) as cluster:
    lesson = asyncio.run(visited(cluster, visitors=16, seconds=45))
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.controls import CONTROLS, Control
from benchmarks.queueing import VALUES, acts
from benchmarks.serving import ROOT, free_port, wait_for
from benchmarks.sessions import Answer, Session

TICKS = os.sysconf("SC_CLK_TCK")
PROBE = """
import sys, time

end, worked, passed = time.monotonic() + float(sys.argv[1]), 0.0, 0.0
while time.monotonic() < end:
    time.sleep(0.3)
    start, begin = time.process_time(), time.perf_counter()
    while (took := time.process_time() - start) < 0.01:
        pass
    worked, passed = worked + took, passed + time.perf_counter() - begin
print(worked / passed)
"""  # a thirtieth of a processor
QUIET = 0.2  # processors that others may take on a machine that is called quiet
PAGES = [page for page in CONTROLS if page]


@dataclass(frozen=True)
class Cluster:
    """deploy/local_cluster.sh while it runs.

    Attributes:
        address: of the proxy.
        direct: addresses of the replicas.
        folder: where it keeps its process numbers.
        script: the process of the script.
    """

    address: str
    direct: tuple[str, ...]
    folder: Path
    script: int

    @property
    def replicas(self) -> list[int]:
        """Process numbers, as they are now."""
        return [int(path.read_text()) for path in sorted(self.folder.glob("replica-*.pid"))]

    @property
    def others(self) -> list[int]:
        """Those of the proxy, the scheduler, the workers and the script."""
        ours = {int(path.read_text()) for path in self.folder.glob("*.pid")}
        return [self.script, *ours.difference(self.replicas)]

    def restart_all(self) -> None:
        """Drain the replicas and start them anew, one after the other; returns when all answer."""
        before = set(self.replicas)
        os.kill(self.script, signal.SIGUSR1)
        while before & set(self.replicas) or not all(map(_is_well, self.direct)):
            time.sleep(0.2)

    @property
    def cpu_s(self) -> float:
        """The processor's time of all."""
        return sum(map(cpu_s, self.replicas + self.others))


@contextmanager
def behind_proxy(replicas: int, workers: int = 0) -> Generator[Cluster]:
    """The proxy with so many replicas, and workers for heavy work, on this machine."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [ROOT / "deploy" / "local_cluster.sh", str(replicas), str(port), str(workers)],
            env=os.environ | {"CLUSTER_RUN": folder},
            stdout=subprocess.DEVNULL,
        )
        try:
            wait_for(f"http://127.0.0.1:{port}", process)
            said = (Path(folder) / "haproxy.cfg").read_text(encoding="utf-8")
            direct = re.findall(r"server replica\d (127\.0\.0\.1:\d+)", said)
            yield Cluster(
                f"http://127.0.0.1:{port}", tuple(f"http://{one}" for one in direct),
                Path(folder), process.pid,
            )  # fmt: skip
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)


def _is_well(address: str) -> bool:
    with suppress(OSError), urllib.request.urlopen(f"{address}/health", timeout=5) as answer:
        return answer.read() == b"ok"
    return False


def cpu_s(pid: int) -> float:
    """The processor's time that a process has taken, in seconds.

    By the clock of the process (`clock_getcpuclockid` of the C library), which counts nanoseconds
    where /proc counts ticks.
    """
    return time.clock_gettime((~pid << 3) | 2)


def machine_s() -> tuple[float, float]:
    """Seconds that all processors of this machine have worked, and those that they had to spare."""
    words = Path("/proc/stat").read_text().partition("\n")[0].split()[1:]
    user, nice, system, idle, waiting, *others = (int(word) / TICKS for word in words[:8])
    return user + nice + system + sum(others), idle + waiting


@dataclass(frozen=True)
class Wait:
    """One answer to a visitor, in seconds.

    Attributes:
        seconds: from asking to its end.
        without_asking_s: the same, if the program that asks took no processor from the replicas.
    """

    seconds: float
    without_asking_s: float


@dataclass(frozen=True)
class Lesson:
    """What visitors met.

    Attributes:
        waits: in the order in which they ended.
        asking: processors that the program that asks used.
        others: processors that were used by nobody of the cluster nor by that program.
        share: of a processor that who wants one got, in (0, 1]: the rest of the time others had it.
    """

    waits: Sequence[Wait]
    asking: float
    others: float
    share: float

    @property
    def seconds(self) -> list[float]:
        """Of the waits as they were."""
        return [wait.seconds for wait in self.waits]

    @property
    def is_quiet(self) -> bool:
        """Whether nobody else worked on this machine to speak of."""
        return self.others <= QUIET


async def warmed(cluster: Cluster) -> None:
    """Have every value of every control seen once at each replica, by a visitor of its own."""

    async def see_all(address: str) -> None:
        for page in PAGES:
            async with Session(address) as session:
                await session.open(page, CONTROLS[page].query)
                for value in range(VALUES):
                    await change(session, CONTROLS[page], value)

    await asyncio.gather(*map(see_all, cluster.direct))


async def change(session: Session, control: Control, step: int) -> Answer:
    """Move the main control of a page."""
    return await session.change(control.key, control.value(step))


async def visited(cluster: Cluster, visitors: int, seconds: float) -> Lesson:
    """The waits of visitors who have all opened their page before the first second."""
    sessions = [Session(cluster.address) for _ in range(visitors)]
    for number, session in enumerate(sessions):  # in turn: the proxy sends one here, one there
        await session.__aenter__()
        page = PAGES[number % len(PAGES)]
        await session.open(page, CONTROLS[page].query)
    try:
        return await _lesson(cluster, sessions, seconds)
    finally:
        for session in sessions:
            await session.__aexit__()


async def _lesson(cluster: Cluster, sessions: Sequence[Session], seconds: float) -> Lesson:
    waits = list[Wait]()
    probe = subprocess.Popen(
        [sys.executable, "-c", PROBE, str(seconds)], stdout=subprocess.PIPE, text=True
    )
    begin, until = time.monotonic(), time.monotonic() + seconds
    busy, own, ours = machine_s()[0], time.process_time(), cluster.cpu_s
    await asyncio.gather(
        *(_visit(session, number, until, len(cluster.replicas), waits)
          for number, session in enumerate(sessions))
    )  # fmt: skip
    passed = time.monotonic() - begin
    asking = time.process_time() - own
    others = machine_s()[0] - busy - asking - (cluster.cpu_s - ours)
    share = float(probe.communicate()[0])
    return Lesson(waits, asking / passed, max(0.0, others / passed), share)


async def _visit(
    session: Session, number: int, until: float, replicas: int, waits: list[Wait]
) -> None:
    page = PAGES[number % len(PAGES)]
    for act in acts(number):
        if time.monotonic() + act.after_s > until:
            return
        await asyncio.sleep(act.after_s)
        spare, own = machine_s()[1], time.process_time()
        if act.is_open:
            answer = await session.open(page, CONTROLS[page].query)
        else:
            answer = await change(session, CONTROLS[page], act.value)
        asking, spare = time.process_time() - own, machine_s()[1] - spare
        waits.append(Wait(answer.seconds, _without_asking(answer, asking, spare, replicas)))


def _without_asking(answer: Answer, asking_s: float, spare_s: float, replicas: int) -> float:
    """An answer's seconds without this program's.

    Its own reading stood in the way, and while no processor was to spare what was read of other
    answers kept the replicas waiting, all alike.
    """
    taken = max(0.0, asking_s - answer.reading_s - spare_s) / replicas
    return max(0.0, answer.seconds - answer.reading_s - taken)
