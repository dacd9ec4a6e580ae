"""A crowd arrives at once, plays, asks for slow work, leaves without a word; then walkers for long.

python -m benchmarks.crowd [--crowd 100] [--play 60] [--walkers 20] [--minutes 10]
python -m benchmarks.crowd --crowd 0 --minutes 60 [--log FILE]  # a soak alone

`--minutes 0` is a crowd alone. What must hold: everyone is answered within 60 s, no traceback (on a
page or in the server's log), nobody hangs, a visitor of the convolution page waits at most 2 s
while others compute, the memory stays within 690 MB, and 250 more for each process beside the
server, and grows by at most 5 % after the walkers' first ten minutes (of a short soak: its first
third). The memory of every minute of the soak stands in one line at the end; the last line says
whether all of it held.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from urllib.parse import quote

from benchmarks.controls import CONTROLS
from benchmarks.serving import memory_mb, server
from benchmarks.sessions import Answer, Session, Value, state
from cnnviz.builder.codec import encode
from cnnviz.images.samples import SAMPLES
from cnnviz.machine_memory import SERVER_MB, WORKER_MB, workers_beside
from cnnviz.models.specs import Conv2d, Flatten, Linear, NetworkSpec, ReLU

LONGEST_S = 60.0
MEANWHILE_S = 2.0
GROWTH = 0.05
SETTLES_MIN = 10  # of a soak, before growth counts
A_MINUTE = 4  # times that memory is looked at
TOLD = 10  # of the slowest, of errors
TOLD_LINES = 12  # of a traceback
CARRIERS = ("selectbox", "button_group", "checkbox", "bidi_component")  # of what walkers change
VIEWS = {
    "": [""],
    "mlp": ["", "view=shift&digit={digit}", "view=size&neurons={size}", "view=matrix"],
    "convolution": [
        "",
        "kernel_size=5&stride=2",
        "view=picture&image={image}&kernel_size={small}",
        "view=filters",
        "transposed=true&stride=2",
        "height={small}&width=9&padding=2",
    ],
    "pooling": [
        "",
        "view=picture&image={image}&kernel_size={small}",
        "view=shift&image={image}&dx={small}",
        "view=field&image={image}",
        "view=cost",
    ],
    "build": ["", "inspect={network}", "layer=7", "image={image}"],
    "fully_convolutional": [
        "size={size}",
        "view=surgery&unit={unit}",
        "view=map&model=lenet-mnist&cell={unit},3",
        "view=map&source=picture&image={image}",
        "model=squeezenet1.1&image={image}&side=448",
    ],
    "residual": [
        "",
        "view=identity",
        "view=whole",
        "view=gradients&depth={small}",
        "view=landscape",
    ],
    "zoo": ["", "view=years", "view=compare&compare={network},alexnet", "families=ResNet,VGG"],
    "feature_maps": [
        "",
        "view=map&map={unit}&image={image}",
        "view=microscope&map={unit}&image={image}",
        "view=filters",
        "view=off&off=1,2,{unit}",
        "model=lenet-mnist",
        "image={image}&layer=group3.1",
        "model=lenet-cifar10&image={image}",
        "size=128&image={image}",
        "network={built}",
        "view=wants&image={image}",
        "view=guess",
    ],
    "heatmaps": [
        "",
        "model=lenet-mnist&digit={digit}",
        "image={image}&view=large",
        "image={image}&class_idx={digit}&against=1",
        "model=lenet-cifar10&image={image}&class_idx={digit}",
        "view=belief&test=curves&model=lenet-mnist&digit={digit}",
        "view=belief&test=planted&model=lenet-mnist",
        "view=change&image={image}",
        "view=change&change=adversarial&image={image}&epsilon={small}",
        "view=change&change=compare&beside=picture&image={image}",
    ],
    "training": ["", "view=rewind", "view=mistakes"],
    "teach": ["", "image={image}"],
}
NETWORKS = ("resnet18", "vgg11", "googlenet", "densenet121", "squeezenet1_1", "resnet50")


@dataclass
class Log:
    """What all visitors met."""

    count: int = 0
    slowest: list[tuple[float, str]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    hung: list[str] = field(default_factory=list)

    def note(self, what: str, answer: Answer) -> None:
        """One answer."""
        self.count += 1
        self.slowest = sorted([*self.slowest, (answer.seconds, what)], reverse=True)[:TOLD]
        for error in answer.errors:
            self.errors.append(f"{what}: {error}")
            print(f"{time.strftime('%H:%M:%S')} error   {self.errors[-1]}", flush=True)

    def hang(self, what: str, after_s: float) -> None:
        """Somebody who was not answered in time."""
        self.hung.append(what[:120])
        print(f"{time.strftime('%H:%M:%S')} hung    {what[:200]} for {after_s:.0f} s", flush=True)

    @property
    def slowest_s(self) -> float:
        """How long the slowest answer took."""
        return self.slowest[0][0] if self.slowest else 0.0


def any_view(chance: random.Random) -> tuple[str, str]:
    """A page and a query, as links in the world may be."""
    page = chance.choice(list(VIEWS))
    return page, view_of(page, chance)


def view_of(page: str, chance: random.Random) -> str:
    """A query of a page."""
    return chance.choice(VIEWS[page]).format(
        image=chance.choice(list(SAMPLES)),
        small=chance.randint(1, 11),
        size=chance.randint(32, 256),
        unit=chance.randint(0, 15),
        digit=chance.randint(0, 9),
        network=chance.choice(NETWORKS),
        built=quote(encode(_built(chance.randint(4, 64)))),
    )


def _built(width: int) -> NetworkSpec:
    layers = (Conv2d(3, width, 5), ReLU(), Conv2d(width, 16, 3), Flatten(), Linear(16 * 26**2, 10))
    return NetworkSpec(f"net{width}", (3, 32, 32), layers)


def any_change(session: Session, chance: random.Random) -> tuple[str, Value] | None:
    """Another value for a control of the page; None where it has none."""
    widgets = [widget for widget in session.widgets.values() if widget.kind in CARRIERS]
    chance.shuffle(widgets)
    for widget in widgets:
        if value := _another(widget.kind, widget.described, chance):
            return widget.identity, value
    return None


def _another(kind: str, described: object, chance: random.Random) -> Value | None:
    options = list(getattr(described, "options", ()))
    if kind == "selectbox" and options:
        return {"string_value": chance.choice(options)}
    if kind == "button_group" and options:
        return {"string_array_value": [chance.choice(options).content]}
    if kind == "checkbox":
        return {"bool_value": chance.random() < 0.5}
    if kind == "bidi_component" and getattr(described, "component_name", "").endswith("sliders"):
        return _moved(json.loads(getattr(described, "json", "{}")), chance)
    return None


def _moved(told: dict, chance: random.Random) -> Value:
    slider = chance.choice(told["told"]["sliders"])
    if options := slider.get("options"):
        value = chance.choice(options)["value"]
    else:
        value = chance.randint(int(slider["min"]), int(slider["max"]))
    turn = told["told"]["heard"] + 1
    return state({"values": {"turn": turn, "value": {slider["name"]: value}}})


async def step(session: Session, chance: random.Random, leap: float, log: Log) -> None:
    """Go somewhere else with the probability `leap`, otherwise change something here."""
    change = None if chance.random() < leap else any_change(session, chance)
    page, query = any_view(chance)
    what = f"{page}?{query}" if change is None else f"{change[0].split('-', 2)[-1]} {change[1]}"
    begun = time.monotonic()
    try:
        if change is None:
            log.note(what, await session.open(page, query))
        else:
            log.note(what, await session.change(*change))
    except TimeoutError:
        log.hang(what, time.monotonic() - begun)
        raise


async def arrive(session: Session, number: int, log: Log) -> None:
    await session.__aenter__()
    page, query = any_view(random.Random(number))
    begun = time.monotonic()
    try:
        log.note(f"{page}?{query}", await session.open(page, query))
    except TimeoutError:
        log.hang(f"{page}?{query}", time.monotonic() - begun)


async def play(session: Session, number: int, until: float, log: Log) -> None:
    chance = random.Random(number)
    while time.monotonic() < until:
        await asyncio.sleep(chance.uniform(2, 4))
        await step(session, chance, 0.05, log)


async def ask_for_slow_maps(session: Session, number: int, log: Log) -> None:
    image, asked = list(SAMPLES)[number % len(SAMPLES)], number % 10
    log.note("heatmaps", await session.open("heatmaps", f"image={image}&class_idx={asked}"))
    try:
        answer = await session.change("heatmaps_slow_start", {"trigger_value": True})
    except KeyError:
        return  # all of them are known already
    log.note("slow heatmaps", answer)


async def walk(address: str, number: int, until: float, log: Log) -> None:
    chance = random.Random(1000 + number)
    while time.monotonic() < until:
        async with Session(address) as session:
            for _ in range(chance.randint(5, 40)):
                if time.monotonic() > until:
                    return
                await step(session, chance, 0.3, log)
                await asyncio.sleep(chance.uniform(0.1, 1))


async def watch(pid: int, until: float, log: Log) -> list[list[float]]:
    """Memory in MB, as often as it was looked at in each minute until the end."""
    minutes: list[list[float]] = []
    while (left := until - time.monotonic()) > 1:
        minutes.append([])
        for _ in range(A_MINUTE):
            await asyncio.sleep(min(60, left) / A_MINUTE)
            minutes[-1].append(memory_mb(pid))
        say(f"minute {len(minutes)}, {log.count} answers", median(minutes[-1]), log)
    return minutes


def most_mb() -> float:
    """What a server and the processes beside it may take; `CNNVIZ_WORKERS=0`: the server alone."""
    return SERVER_MB + WORKER_MB * workers_beside()


def growth(minutes: Sequence[Sequence[float]]) -> float:
    """By how much of itself memory has grown since it settled: its last quarter to its first."""
    settled = minutes[min(SETTLES_MIN, len(minutes) // 3) :]
    quarter = max(1, len(settled) // 4)
    first, last = (
        median(mb for minute in part for mb in minute)
        for part in (settled[:quarter], settled[-quarter:])
    )
    return last / first - 1


async def together(acts: list[Coroutine[None, None, object]], log: Log) -> None:
    """All of them; one that breaks off, as when the server closes the socket, is an error."""
    for end in await asyncio.gather(*acts, return_exceptions=True):
        if isinstance(end, Exception) and not isinstance(end, TimeoutError):  # told as hung
            log.errors.append(f"broke off: {end!r}"[:160])


def say(what: str, memory: float, log: Log) -> None:
    print(
        f"{time.strftime('%H:%M:%S')} {what:52} {memory:5.0f} MB, slowest {log.slowest_s:5.1f} s, "
        f"{len(log.errors)} errors, {len(log.hung)} hung",
        flush=True,
    )


async def crowd(address: str, pid: int, count: int, play_s: float, log: Log) -> dict[str, bool]:
    """The crowd from its arrival to its leaving; what held."""
    sessions = [Session(address) for _ in range(count)]
    start = time.monotonic()
    await together([arrive(session, number, log) for number, session in enumerate(sessions)], log)
    say(f"{count} arrived within {time.monotonic() - start:.0f} s", memory_mb(pid), log)
    until = time.monotonic() + play_s
    await together([play(session, n, until, log) for n, session in enumerate(sessions)], log)
    say(f"{play_s:.0f} s of changes", memory_mb(pid), log)
    slow = sessions[: max(1, count * 3 // 10)]
    waits = await waits_beside(
        address,
        together([ask_for_slow_maps(session, n, log) for n, session in enumerate(slow)], log),
    )
    say(
        f"{len(slow)} with slow heatmaps, another waits {max(waits):.1f} s ({len(waits)} changes)",
        memory_mb(pid),
        log,
    )
    for session in sessions:
        await session.__aexit__()
    return {
        "all answered in time": log.slowest_s <= LONGEST_S,
        "others go on": max(waits) <= MEANWHILE_S,
    }


async def waits_beside(address: str, doing: Coroutine[None, None, object]) -> list[float]:
    """How long a visitor of the convolution page waits for each change while others do something.

    They change as long as that lasts, and five times after it: jobs go on in the background.
    """
    control, waits = CONTROLS["convolution"], list[float]()
    async with Session(address) as visitor:
        await visitor.open("convolution")
        others, more = asyncio.create_task(doing), 5
        while more:
            waits.append((await visitor.change(control.key, control.value(len(waits)))).seconds)
            await asyncio.sleep(0.5)
            more -= others.done()
        await others
    return waits


async def soak(address: str, pid: int, walkers: int, seconds: float, log: Log) -> dict[str, bool]:
    """Walkers for a long time; what held."""
    until = time.monotonic() + seconds
    watched = asyncio.create_task(watch(pid, until, log))
    await together([walk(address, number, until, log) for number in range(walkers)], log)
    minutes = await watched
    most = max(mb for minute in minutes for mb in minute)
    print("MB by minute:", *(f"{median(minute):.0f}" for minute in minutes))
    print(f"memory at most {most:.0f} MB, grown by {growth(minutes):+.1%} since it settled")
    return {"memory": most <= most_mb(), "no growth": growth(minutes) <= GROWTH}


async def run(address: str, pid: int, asked: argparse.Namespace) -> dict[str, bool]:
    """The crowd, then the walkers; what held."""
    log, held = Log(), dict[str, bool]()
    if asked.crowd:
        held |= await crowd(address, pid, asked.crowd, asked.play, log)
    if asked.minutes:
        held |= await soak(address, pid, asked.walkers, asked.minutes * 60, log)
    for error in sorted(set(log.errors))[:TOLD] + log.hung[:TOLD]:
        print("  ", error)
    for seconds, what in log.slowest:
        print(f"   {seconds:5.1f} s  {what[:120]}")
    say(f"over, {log.count} answers", memory_mb(pid), log)
    return held | {"no traceback": not log.errors, "nobody hung": not log.hung}


def tracebacks(log: str) -> list[str]:
    """Those of a server's log, the last lines of each."""
    beginnings = log.split("Traceback (most recent call last):")[1:]
    return ["\n".join(text.splitlines()[-TOLD_LINES:]) for text in map(_of_one, beginnings)]


def _of_one(text: str) -> str:
    """A traceback without what the log says after it: its last line is the first not indented."""
    lines = text.splitlines()
    last = next((n for n, line in enumerate(lines) if line and not line.startswith(" ")), None)
    return "\n".join(lines[: last + 1] if last is not None else lines)


def main() -> None:
    """Start a server, let them all come, say what held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--crowd", type=int, default=100)
    parser.add_argument("--play", type=float, default=60, help="seconds of changes by the crowd")
    parser.add_argument("--walkers", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--log", type=Path, help="where the server writes")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = asked.log or Path(folder) / "log.txt"
        file.unlink(missing_ok=True)
        with server("run", "app.py", log=file) as (address, pid):
            held = asyncio.run(run(address, pid, asked))
        wrong = tracebacks(file.read_text(errors="replace"))
    kinds = Counter(traceback.splitlines()[-1] for traceback in wrong)
    print(f"{len(wrong)} tracebacks in the log, of {len(kinds)} kinds")
    for traceback in list(dict.fromkeys(wrong))[:3]:
        print(traceback)
    held["no traceback in the log"] = not wrong
    broken = [what for what, is_so in held.items() if not is_so]
    print("all is well" if not broken else f"did not hold: {', '.join(broken)}")
    raise SystemExit(bool(broken))


if __name__ == "__main__":
    main()
