"""Many visitors at once on each page, against one alone and an empty page; and the memory.

python -m benchmarks.visitors
python -m benchmarks.visitors --training 2  # while two more visitors train, and watch their runs

Each visitor is a real session over Streamlit's own socket: it opens the page, then moves the page's
main control once a second. Measured is the time from the change to the end of the run it causes.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from threading import Event, Thread

from benchmarks.controls import CONTROLS
from benchmarks.serving import ROOT, empty_page, memory_mb, server
from benchmarks.sessions import Session, state, trigger

ROUNDS = 3
MEMORY_MB, TRAINING_MB = 690, 300
LONGEST_RUN_S = 30.0  # after which a run is begun anew; so many steps take a whole core longer
BEGUN_WITHIN_S = 60.0
FRAME_S = 0.7  # from one frame of a run to the next
REST = 12  # seconds in which the server gives back what it does not need


@dataclass
class Measured:
    """How long the changes of a page took, and what went wrong."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def p95_ms(self) -> float:
        """The 95th percentile in milliseconds."""
        return 1000 * sorted(self.seconds)[round(0.95 * (len(self.seconds) - 1))]


async def visit(
    address: str, page: str, number: int, changes: int, all_in: asyncio.Barrier, seen: Measured
) -> None:
    """Open the page, wait for the others, then change something once a second."""
    control, chance = CONTROLS[page], random.Random(number)
    async with Session(address) as session:
        seen.errors += (await session.open(page, control.query)).errors
        await all_in.wait()
        for step in range(changes):
            await asyncio.sleep(chance.uniform(0.5, 1.5))
            try:
                answer = await session.change(control.key, control.value(step + number))
            except (KeyError, TimeoutError) as error:
                seen.errors.append(f"{type(error).__name__}: {error}")
                return
            seen.seconds.append(answer.seconds)
            seen.errors += answer.errors


async def crowd(address: str, page: str, count: int, changes: int, seen: Measured) -> None:
    all_in = asyncio.Barrier(count)
    visits = (visit(address, page, number, changes, all_in, seen) for number in range(count))
    await asyncio.gather(*visits)


async def train(address: str, seed: int, is_on: Event, is_over: Event) -> None:
    """Train again and again, and ask for frames as a browser does."""
    async with Session(address) as session:
        await session.open("training", f"seed={seed}&epochs=100&batch_size=8")
        number = 1
        started = 0.0
        while not is_over.is_set():
            if time.monotonic() - started > LONGEST_RUN_S:
                word = "start" if number == 1 else "restart"
                await session.change("training_board", state({"act": [[number, word]]}))
                number, started = number + 1, time.monotonic()
                is_on.set()
            await asyncio.sleep(FRAME_S)
            await session.change("training_board", trigger("frame", number))


@contextmanager
def trained(address: str, count: int) -> Generator[None]:
    """So many visitors train meanwhile, in a thread of their own."""
    going, is_over = [Event() for _ in range(count)], Event()

    async def all_of_them() -> None:
        await asyncio.gather(*(train(address, seed, is_on, is_over) for seed, is_on in
                               enumerate(going)))  # fmt: skip

    thread = Thread(target=lambda: asyncio.run(all_of_them()), name="trainings")
    thread.start()
    try:
        for is_on in going:
            if not is_on.wait(BEGUN_WITHIN_S):
                raise TimeoutError("a training has not begun")
        yield
    finally:
        is_over.set()
        thread.join()


def visit_every_page(address: str) -> None:
    for page in sorted(path.stem for path in (ROOT / "pages").glob("*.py")):
        asyncio.run(_open(page, address))


async def _open(page: str, address: str) -> None:
    async with Session(address) as session:
        await session.open(page)


def row(what: str, value: str, most: str = "") -> None:
    print(f"{what:58} {value:>10}  {'at most ' + most if most else ''}", flush=True)


def measure(page: str, ours: str, empty: str, count: int, changes: int) -> None:
    """Crowds on both in turn: the machine's moods hit both alike."""
    alone, blank, loaded = Measured(), Measured(), Measured()
    asyncio.run(crowd(ours, page, 1, changes, Measured()))  # each value is computed once
    for _ in range(ROUNDS):
        asyncio.run(crowd(ours, page, 1, changes, alone))
        asyncio.run(crowd(empty, "", count, changes, blank))
        asyncio.run(crowd(ours, page, count, changes, loaded))
    lone = 1000 * median(alone.seconds)
    row(f"{page}, {CONTROLS[page].what}: {count} visitors", f"{loaded.p95_ms:.0f} ms")
    row("  95th percentile / the page's lone median", f"{loaded.p95_ms / lone:.2f} ×", "2")
    row("  95th percentile / the empty page's", f"{loaded.p95_ms / blank.p95_ms:.2f} ×", "3")
    row("  lone median, and the empty page's 95th", f"{lone:.0f}, {blank.p95_ms:.0f} ms")
    row("  errors", str(len(loaded.errors)), "0")
    for error in sorted(set(loaded.errors))[:3]:
        print(f"    {error}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visitors", type=int, default=30)
    parser.add_argument("--changes", type=int, default=8, help="of each visitor, a round")
    parser.add_argument("--training", type=int, default=0, help="more visitors, who train")
    parser.add_argument("--page", choices=[page for page in CONTROLS if page], action="append")
    arguments = parser.parse_args()
    pages = arguments.page or [
        page for page in CONTROLS if page and (ROOT / "pages" / f"{page}.py").exists()
    ]
    with empty_page() as (empty, _), server("run", "app.py") as (ours, process):
        visit_every_page(ours)  # torch is loaded once per server
        with trained(ours, arguments.training):
            for page in pages:
                measure(page, ours, empty, arguments.visitors, arguments.changes)
        time.sleep(REST)
        most = MEMORY_MB + TRAINING_MB * arguments.training  # these last two minutes more
        row("memory after all of them", f"{memory_mb(process):.0f} MB", str(most))


if __name__ == "__main__":
    main()
