"""Treats a server roughly: addresses, words, requests that nobody would make, a paste, networks.

python -m benchmarks.rough [--addresses 1500] [--words 1400] [--seed 1] [--links 5] [--pastes 2]

What is sent is in `benchmarks.hostile`.

What must hold: no traceback on a page or in the server's log, nobody hangs, after each hundred a
clean visitor is answered, another is while a paste is read, a paste is answered in words, and the
memory of the server and its children, looked at four times a second, stays within 690 MB, and what
each training and each worker that goes on just then may take. The last line says whether all held.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import random
import tempfile
from collections.abc import Awaitable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from websockets import ConnectionClosed

from benchmarks.crowd import Log, tracebacks
from benchmarks.hostile import FRAMES, REQUESTS, VIEWS, any_address, any_word, described, view_of
from benchmarks.serving import memory_mb, server
from benchmarks.sessions import Answer, Session, Widget
from benchmarks.watching import Watch, highest_mb
from cnnviz.builder.codec import encode
from cnnviz.builder.limits import refuse_run
from cnnviz.models.specs import AdaptiveAvgPool2d, Conv2d, Flatten, Linear, NetworkSpec

PASTE = (
    "import torch.nn as nn\na = (1, 1)\nfor i in range(60):\n    a = (a, a)\n"
    "net = nn.Sequential(nn.Conv2d(a, 3, 3))\n"
)  # 2^60 ones, if one wrote them out
MEANWHILE_S = 5.0  # for another visitor, while a paste is read
TOGETHER = 4
CLEAN_EVERY = 100
LONGEST_S = 120.0


@dataclass
class Rough:
    """One server, what its visitors met, and the widgets that they have seen."""

    address: str
    pid: int
    log: Log
    watch: Watch
    most_mb: float = 0.0
    known: dict[str, Widget] = field(default_factory=dict)

    async def act(self, what: str, doing: Awaitable[Answer]) -> Answer | None:
        """One visitor's doing, and the answer; whoever is not answered hangs."""
        self.watch.going.append(what)
        try:
            answer = await doing
        except TimeoutError:
            self.log.hung.append(what)
        except ConnectionClosed:
            self.log.errors.append(f"{what}: the connection was closed")
        else:
            self.log.note(what, answer)
            return answer
        finally:
            self.watch.going.remove(what)
        return None

    async def visit(self, page: str, query: str) -> None:
        """Open one address."""
        async with Session(self.address) as session:
            await self.act(f"{page}?{query[:200]}", session.open(page, query, LONGEST_S))


async def request(rough: Rough, method: str, path: str, body: bytes) -> None:
    """One request to the app's routes: answered, and not with an error of the server's."""
    host = rough.address.removeprefix("http://")
    what = f"{method} {path[:60]} with {len(body):,} bytes"

    def ask() -> int:
        connection = http.client.HTTPConnection(host, timeout=LONGEST_S)
        try:
            connection.putrequest(method, path, skip_accept_encoding=True)
            connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            return connection.getresponse().status
        except (BrokenPipeError, ConnectionError):
            return 0  # the server closed what was too long
        finally:
            connection.close()

    try:
        status = await asyncio.to_thread(ask)
    except TimeoutError:
        rough.log.hang(what, LONGEST_S)
        return
    if status >= 500 and status != 503:
        rough.log.errors.append(f"{what}: {status}")


async def talk(rough: Rough, page: str, count: int, chance: random.Random) -> None:
    """One visitor of a page, who says so many malformed words, and is answered to a good one."""
    async with Session(rough.address) as session:
        view = view_of(page, chance)
        await rough.act(f"{page}?{view}", session.open(page, view, LONGEST_S))
        for _ in range(count):
            rough.known |= session.widgets
            word = any_word(session, rough.known, chance)
            if word is not None:
                what = f"{page} {word[0][-40:]} {described(word[1])}"
                await rough.act(what, session.change(*word, LONGEST_S))
        await rough.act(f"{page} after it all", session.open(page, "", LONGEST_S))


def large(number: int) -> str:
    """The code of a network just below what is run here: 19 million weights, 7 million numbers."""
    layers = (Conv2d(3, 450, 1), AdaptiveAvgPool2d(1), Flatten(), Linear(450, 42_000 + number))
    spec = NetworkSpec(f"large{number}", (3, 128, 128), layers)
    assert refuse_run(spec) is None
    return quote(encode(spec))


async def paste(rough: Rough) -> None:
    """One visitor pastes what grows without end, and is told so; another one goes on meanwhile."""
    async with Session(rough.address) as one, Session(rough.address) as other:
        await other.open("convolution")
        await one.open("build")
        await one.change("build_open", {"bool_value": True})
        await one.change("build-pasted_code", {"string_value": PASTE})
        reading = one.change("build-read_code", {"trigger_value": True}, LONGEST_S)
        reading = asyncio.create_task(rough.act("paste", reading))
        for size in range(2, 8):
            doing = other.open("convolution", f"kernel_size={size}", MEANWHILE_S)
            await rough.act("beside a paste", doing)
        answer = await reading
        if answer and not answer.said:
            rough.log.errors.append("a paste that cannot be read was answered without a word")


async def run(rough: Rough, arguments: argparse.Namespace) -> None:
    """All of it, in turn, while somebody looks at the memory."""
    looking = asyncio.create_task(rough.watch.look())
    await treat(rough, arguments)
    looking.cancel()


async def treat(rough: Rough, arguments: argparse.Namespace) -> None:
    """All of it, in turn."""
    chance = random.Random(arguments.seed)
    for first in range(0, arguments.addresses, CLEAN_EVERY):
        count = min(CLEAN_EVERY, arguments.addresses - first)
        for _ in range(0, count, TOGETHER):
            views = [any_address(chance) for _ in range(TOGETHER)]
            await asyncio.gather(*(rough.visit(*view) for view in views))
        await rough.visit("convolution", "")
        say(f"{first + count} addresses", rough)
    for first in range(0, arguments.words, CLEAN_EVERY):
        each = min(CLEAN_EVERY, arguments.words - first) // TOGETHER
        some = chance.sample(list(VIEWS), TOGETHER)
        await asyncio.gather(*(talk(rough, page, each, chance) for page in some))
        await rough.visit("convolution", "")
        say(f"{first + each * TOGETHER} words", rough)
    for asked in REQUESTS:
        await request(rough, *asked)
    for frame in FRAMES:
        async with Session(rough.address) as session:
            await rough.act("convolution", session.open("convolution"))
            await session.shout(frame)
    await rough.visit("convolution", "")
    say(f"{len(REQUESTS)} requests and {len(FRAMES)} frames", rough)
    for _ in range(arguments.pastes):
        await paste(rough)
    say(f"{arguments.pastes} pastes", rough)
    for number in range(arguments.links):
        code = large(number)
        await rough.visit("feature_maps", f"network={code}&view=microscope&layer=conv")
        await rough.visit("build", f"net={code}")
    say(f"{arguments.links} large networks, twice", rough)


def say(what: str, rough: Rough) -> None:
    """One line."""
    log, most = rough.log, rough.watch.since_last()
    rough.most_mb = max(rough.most_mb, most)
    print(
        f"{what}: {log.count} answers, slowest {log.slowest_s:.1f} s, {len(log.errors)} errors, "
        f"{len(log.hung)} hung, {memory_mb(rough.pid):.0f} MB, at most {most:.0f}",
        flush=True,
    )


def main() -> None:
    """Start a server, treat it roughly, say what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--addresses", type=int, default=1500)
    parser.add_argument("--words", type=int, default=1400)
    parser.add_argument("--links", type=int, default=5)
    parser.add_argument("--pastes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "log.txt"
        with server("run", "app.py", log=file) as (address, pid):
            rough = Rough(address, pid, Log(), Watch(pid))
            asyncio.run(run(rough, parser.parse_args()))
            highest = highest_mb(pid)
        wrong = tracebacks(file.read_text(errors="replace"))
    for traceback in list(dict.fromkeys(wrong))[:5]:
        print(traceback)
    for line in (*rough.log.errors[:20], *rough.log.hung[:20]):
        print(" ", line[:300])
    is_clean = not (rough.log.errors or rough.log.hung or wrong)
    watch = rough.watch
    print(
        f"server and children at most {rough.most_mb:.0f} MB, {abs(watch.over_mb):.0f} "
        f"{'too much' if watch.over_mb > 0 else 'below what they may'} at worst; "
        f"the server alone for a moment {highest:.0f} (VmHWM)"
    )
    for what in watch.at_most:
        print("  at worst:", what[:200])
    holds = is_clean and watch.over_mb <= 0
    print("all of it held" if holds else "NOT all of it held")


if __name__ == "__main__":
    main()
