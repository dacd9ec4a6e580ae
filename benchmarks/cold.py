"""Twelve deep links at once in the first seconds of a server, again and again.

python -m benchmarks.cold [--starts 6]

Somebody opens the home page of a fresh server; some seconds later, while torch may still be on its
way, twelve others come at once by links to views that compute: one map of as many pictures, maps,
the receptive field, heatmaps, a network in the builder. What must hold: all are answered within a
minute, no traceback in the server's log, and its health is `ok` afterwards. The last line says
whether all of it held.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import urllib.request
from pathlib import Path

from benchmarks.crowd import LONGEST_S, Log, together
from benchmarks.serving import server
from benchmarks.sessions import Session
from cnnviz.images.samples import SAMPLES

PICTURES = [name for name in SAMPLES if not name.startswith("digit")]
VIEWS = [
    *(("feature_maps", f"view=map&image={name}&map={n}") for n, name in enumerate(PICTURES[:5])),
    ("feature_maps", "view=microscope"),
    ("heatmaps", f"image={PICTURES[5]}"),
    ("heatmaps", "model=lenet-mnist"),
    ("fully_convolutional", "view=map&model=lenet-mnist"),
    ("pooling", "view=field"),
    ("convolution", "view=picture&kernel_size=5"),
    ("build", "inspect=resnet18"),
]
DELAYS_S = (0.0, 1.0, 1.6, 2.2, 3.0, 4.0)  # from the home page to the others


async def first_visitors(address: str, delay_s: float) -> Log:
    """The first visitor opens the home page, twelve others come after it; what they met."""
    log = Log()
    async with Session(address) as first:
        log.note("home", await first.open(""))
        await asyncio.sleep(delay_s)
        await together([_arrive(address, *view, log) for view in VIEWS], log)
    return log


async def _arrive(address: str, page: str, query: str, log: Log) -> None:
    async with Session(address) as session:
        try:
            log.note(f"{page}?{query}", await session.open(page, query, LONGEST_S))
        except TimeoutError:
            log.hung.append(f"{page}?{query}")


def cold_start(delay_s: float) -> tuple[Log, list[str]]:
    """One server from its start to the last answer: what the visitors met, and what is wrong."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "log.txt"
        with server("run", "app.py", log=file) as (address, _):
            log = asyncio.run(first_visitors(address, delay_s))
            health = _read(f"{address}/health")
        wrong = [*log.errors, *(f"hung: {what}" for what in log.hung)]
        wrong += [] if health == "ok" else [f"health: {health}"]
        return log, wrong + [line for line in file.read_text().splitlines() if "Error" in line]


def _read(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read().decode()


def main() -> None:
    """Start servers, one after the other, and say what each start was like."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starts", type=int, default=len(DELAYS_S))
    is_well = True
    for number in range(parser.parse_args().starts):
        delay_s = DELAYS_S[number % len(DELAYS_S)]
        log, wrong = cold_start(delay_s)
        print(
            f"{delay_s} s after home: {log.count} answers, slowest {log.slowest_s:.1f} s, {wrong}"
        )
        is_well = is_well and not wrong
    print("all of it held" if is_well else "NOT all of it held")
    raise SystemExit(not is_well)


if __name__ == "__main__":
    main()
