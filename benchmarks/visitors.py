"""Many visitors at once, against an empty page, and the memory of the server.

python -m benchmarks.visitors

Each visitor is a real session over Streamlit's own socket: it opens the page, then moves a slider
once a second. Measured is the time from the change to the end of the run it causes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import time
from urllib.parse import urlparse

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.serving import ROOT, empty_page, memory_mb, server

TIMEOUT = 60  # seconds
ROUNDS = 3
REST = 12  # seconds in which the server gives back what it does not need


class Visitor:
    """One session: what it sees of its page, and how long each of its changes took."""

    def __init__(self, address: str, page: str, number: int) -> None:
        self.address, self.page, self.number = address, page, number
        self.page_hash = ""
        self.slider = self.fragment = ""
        self.seconds: list[float] = []
        self.errors: list[str] = []

    async def visit(self, changes: int, everyone_is_in: asyncio.Barrier) -> None:
        """Open the page, wait for the others, then change something once a second."""
        host = urlparse(self.address).netloc
        async with websockets.connect(
            f"ws://{host}/_stcore/stream",
            subprotocols=[websockets.Subprotocol("streamlit")],
            origin=websockets.Origin(self.address),
            max_size=None,
            open_timeout=TIMEOUT,
        ) as self.socket:
            await self._run({})
            await everyone_is_in.wait()
            chance = random.Random(self.number)
            for step in range(changes):
                await asyncio.sleep(chance.uniform(0.5, 1.5))
                start = time.perf_counter()
                await self._run(self._change(step))
                self.seconds.append(time.perf_counter() - start)

    def _change(self, step: int) -> dict[str, object]:
        value = 1 + (step + self.number) % 7
        if "sliders" in self.slider:
            return {"json_value": json.dumps({"values": {"kernel_size": value}})}
        return {"double_array_value": [float(value)]}

    async def _run(self, change: dict[str, object]) -> None:
        message = BackMsg()
        state = message.rerun_script
        if self.page_hash:
            state.page_script_hash = self.page_hash
        else:
            state.page_name = self.page
        if change:
            state.fragment_id = self.fragment
            self._fill(state.widget_states.widgets.add(), change)
        await self.socket.send(message.SerializeToString())
        while not self._is_end(await asyncio.wait_for(self.socket.recv(), TIMEOUT)):
            pass

    def _fill(self, widget, change: dict[str, object]) -> None:
        widget.id = self.slider
        for kind, value in change.items():
            if isinstance(value, list):
                widget.double_array_value.data.extend(value)
            else:
                setattr(widget, kind, value)

    def _is_end(self, raw: str | bytes) -> bool:
        message = ForwardMsg()
        message.ParseFromString(raw.encode() if isinstance(raw, str) else raw)
        kind = message.WhichOneof("type")
        if kind == "navigation":
            self.page_hash = message.navigation.page_script_hash
        elif kind == "new_session" and not self.page_hash:
            self.page_hash = message.new_session.page_script_hash
        elif kind == "delta":
            self._note(message)
        return kind == "script_finished" and (
            message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
        )

    def _note(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            self.errors.append(element.exception.message)
        found = getattr(element, kind).id if kind in ("slider", "bidi_component") else ""
        if kind == "slider" or found.endswith("convolution_sliders"):
            self.slider, self.fragment = found, message.delta.fragment_id


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, round(share * (len(values) - 1)))]


async def crowd(address: str, page: str, count: int, changes: int) -> list[Visitor]:
    visitors = [Visitor(address, page, number) for number in range(count)]
    everyone_is_in = asyncio.Barrier(count)
    await asyncio.gather(*(visitor.visit(changes, everyone_is_in) for visitor in visitors))
    return visitors


def crowds(pages: list[tuple[str, str]], count: int, changes: int) -> list[list[Visitor]]:
    """Crowds on each (address, page) in turn, ROUNDS times: the machine's moods hit all alike."""
    seen: list[list[Visitor]] = [[] for _ in pages]
    for _ in range(ROUNDS):
        for visitors, (address, page) in zip(seen, pages, strict=True):
            visitors += asyncio.run(crowd(address, page, count, changes))
    return seen


def summary(visitors: list[Visitor]) -> tuple[float, int]:
    """The 95th percentile in milliseconds, and the number of errors."""
    seconds = [second for visitor in visitors for second in visitor.seconds]
    return 1000 * percentile(seconds, 0.95), sum(len(visitor.errors) for visitor in visitors)


def row(what: str, value: str, most: str = "") -> None:
    print(f"{what:58} {value:>10}  {'at most ' + most if most else ''}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visitors", type=int, default=30)
    parser.add_argument("--changes", type=int, default=8, help="of each visitor, a round")
    parser.add_argument("--page", default="convolution")
    arguments = parser.parse_args()
    count, changes = arguments.visitors, arguments.changes
    with empty_page() as (empty, _), server("run", "app.py") as (ours, process):
        asyncio.run(crowd(ours, arguments.page, 1, 2))  # torch is loaded once per server
        both = crowds([(empty, ""), (ours, arguments.page)], count, changes)
        (blank, _), (loaded, errors) = map(summary, both)
        crowded = memory_mb(process)
        for page in sorted(path.stem for path in (ROOT / "pages").glob("*.py")):
            asyncio.run(crowd(ours, "" if page == "home" else page, 1, 0))
        time.sleep(REST)
        visited = memory_mb(process)
    row(f"{count} visitors, 95th percentile, against an empty page", f"{loaded / blank:.2f} ×", "2")
    row("  the empty page", f"{blank:.0f} ms")
    row(f"  the page {arguments.page}", f"{loaded:.0f} ms")
    row("errors", str(errors), "0")
    row(f"memory with {count} visitors", f"{crowded:.0f} MB", "690")
    row("memory after a visit to every page", f"{visited:.0f} MB", "690")


if __name__ == "__main__":
    main()
