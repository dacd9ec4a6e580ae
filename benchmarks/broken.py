"""A server in a bad place: files missing or damaged, no home, a port in use, an end while visited.

python -m benchmarks.broken [--case WORD]

Each case is a copy of the app to which harm is done before it starts. What must hold: every view is
answered without a traceback, a file that cannot be used is named in a sentence, a port in use is
said, and SIGTERM ends a server that is being visited. The last line says whether all of it held.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlparse

from benchmarks.serving import ROOT, server
from benchmarks.sessions import Answer, Session

COPIED = ("app.py", "cnnviz", "pages", "assets", ".streamlit")
WEIGHTS = Path("assets/weights")
NETWORK = "resnet18-cifar10"
NOBODYS = {"HOME": "/nowhere/at/all", "TORCH_HOME": "/proc/nowhere"}
LONGEST_S = 120.0
ENDS_WITHIN_S = 60.0

Harm = Callable[[Path], object]


@dataclass(frozen=True)
class Case:
    """What is done to a copy of the app, and what is asked of it then.

    Attributes:
        views: pages with their queries.
        harm: done in the copy.
        named: the file that the first view must name.
        without: names that the server's environment has not.
        environment: more of it.
    """

    views: Sequence[tuple[str, str]]
    harm: Harm = lambda folder: None
    named: str = ""
    without: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


def _missing(pattern: str) -> Harm:
    return lambda folder: [path.unlink() for path in _files(folder, pattern)]


def _cut(pattern: str, num_bytes: int) -> Harm:
    return lambda folder: [
        path.write_bytes(path.read_bytes()[:num_bytes]) for path in _files(folder, pattern)
    ]


def _zeros(pattern: str) -> Harm:
    return lambda folder: [path.write_bytes(bytes(5_000_000)) for path in _files(folder, pattern)]


def _files(folder: Path, pattern: str) -> list[Path]:
    return [path for path in (folder / "assets").glob(pattern) if path.is_file()]


INSIDE = [
    ("heatmaps", f"model={NETWORK}"),
    ("feature_maps", f"model={NETWORK}"),
    ("heatmaps", "model=lenet-mnist"),
    ("zoo", ""),
]
WITH_THE_CAT = [
    ("convolution", "view=picture&image=cat"),
    ("heatmaps", "image=cat"),
    ("convolution", "view=picture&image=boat"),
]
FILE = f"{NETWORK}.safetensors"
CASES = {
    "weights missing": Case(INSIDE, _missing(f"weights/{FILE}"), FILE),
    "weights cut short": Case(INSIDE, _cut(f"weights/{FILE}", 100_000), FILE),
    "weights of zeros": Case(INSIDE, _zeros(f"weights/{FILE}"), FILE),
    "no weights and cards": Case([*INSIDE, ("fully_convolutional", "")], _missing("weights/*")),
    "a picture missing": Case(WITH_THE_CAT, _missing("pictures/cat.*"), "cat.jpg"),
    "a picture cut short": Case(WITH_THE_CAT, _cut("pictures/cat.*", 2_000), "cat.jpg"),
    "no HOME": Case(
        [("", ""), ("heatmaps", "model=resnet18"), ("convolution", "")], without=("HOME",)
    ),
    "a HOME that is not there": Case(
        [("heatmaps", "model=resnet18"), ("build", "inspect=vgg11")], environment=NOBODYS
    ),
}


def tried(case: Case, folder: Path) -> list[str]:
    """What is wrong with a copy of the app after its harm."""
    for name in COPIED:
        if (ROOT / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, folder / name, ignore=ignored)
        else:
            shutil.copy(ROOT / name, folder / name)
    case.harm(folder)
    environment = {name: value for name, value in os.environ.items() if name not in case.without}
    log = folder / "log.txt"
    with server(
        "run", "app.py", folder=folder, log=log, environment=environment | dict(case.environment)
    ) as (address, _):
        answers = asyncio.run(_looked_at(address, case.views))
    wrong = [error for answer in answers for error in answer.errors]
    if case.named and not any(case.named in text for text in answers[0].said):
        wrong.append(f"{case.named} is not named: {answers[0].said}")
    return wrong + [line for line in log.read_text().splitlines() if "Traceback" in line]


async def _looked_at(address: str, views: Sequence[tuple[str, str]]) -> list[Answer]:
    return [await _visit(address, page, query) for page, query in views]


async def _visit(address: str, page: str, query: str) -> Answer:
    async with Session(address) as session:
        try:
            return await session.open(page, query, LONGEST_S)
        except TimeoutError:
            return Answer(errors=[f"{page}?{query} hung"])


def a_port_in_use(folder: Path) -> list[str]:
    """What is wrong with a second server on the port of the first."""
    with server("run", "app.py", log=folder / "log.txt") as (address, _):
        command = [sys.executable, "-m", "streamlit", "run", "app.py"]
        options = ["--server.port", str(urlparse(address).port), "--server.headless", "true"]
        second = subprocess.run(
            command + options, cwd=ROOT, capture_output=True, text=True, timeout=LONGEST_S
        )
    said = second.stdout + second.stderr
    is_said = second.returncode != 0 and "not available" in said and "Traceback" not in said
    return [] if is_said else [f"exit {second.returncode}: {said[-200:]}"]


def an_end_while_visited(folder: Path) -> list[str]:
    """What is wrong with a server that is told to end while somebody is there."""
    log = folder / "log.txt"
    with server("run", "app.py", log=log) as (address, pid):
        took = asyncio.run(_ended(address, pid))
    wrong = [] if took <= ENDS_WITHIN_S else [f"it is still there after {took:.0f} s"]
    return wrong + [line for line in log.read_text().splitlines() if "Traceback" in line]


async def _ended(address: str, pid: int) -> float:
    async with Session(address) as session:
        await session.open("convolution")
        start = time.monotonic()
        os.kill(pid, signal.SIGTERM)
        while _is_alive(pid) and time.monotonic() - start <= ENDS_WITHIN_S:
            await asyncio.sleep(0.05)
    return time.monotonic() - start


def _is_alive(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    return state != "Z"  # nobody has asked yet how it ended


def main() -> None:
    """Try the cases one after the other, and say what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--case", default="", help="only those whose name has this word in it")
    word, is_well = parser.parse_args().case, True
    trials: dict[str, Callable[[Path], list[str]]] = {
        name: lambda folder, case=case: tried(case, folder) for name, case in CASES.items()
    }
    trials |= {"a port in use": a_port_in_use, "SIGTERM while visited": an_end_while_visited}
    for name, trial in trials.items():
        if word in name:
            with tempfile.TemporaryDirectory() as folder:
                wrong = trial(Path(folder))
            print(f"{name:28} {'; '.join(wrong)[:300] or 'well'}", flush=True)
            is_well = is_well and not wrong
    print("all of it held" if is_well else "NOT all of it held")
    raise SystemExit(not is_well)


if __name__ == "__main__":
    main()
