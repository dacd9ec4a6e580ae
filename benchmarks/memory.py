"""The memory of a server that has shown every page at its costliest, and then has thirty visitors.

python -m benchmarks.memory [--visitors 30] [--seconds 40]
python -m benchmarks.memory --photographs heatmaps  # or feature_maps: the thirty come there only

One visitor opens the costliest views of every page, one after the other; then thirty come, some to
each page, and move its main control. Memory is that of the server and its children, what processes
share counted once, looked at four times a second.

What must hold: never more than 690 MB, and 250 more for each process beside the server, no errors.
`CNNVIZ_WORKERS=0` is a host of 690 MB, where there is none. The last line says whether it held.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import time
from collections.abc import Callable, Sequence
from functools import partial

from benchmarks.controls import CONTROLS, Control
from benchmarks.crowd import Log, most_mb, together
from benchmarks.rough import large
from benchmarks.serving import memory_mb, server
from benchmarks.sessions import Session, Value, trigger
from benchmarks.watching import Watch

COSTLIEST = {
    "": [""],
    "mlp": ["view=shift", "view=matrix", "view=depth"],
    "convolution": [
        "view=picture&kernel_size=11&out_channels=16&image=cat",
        "view=filters&kernel_size=7",
    ],
    "pooling": ["view=picture&image=cat", "view=field&layer=group3.1&image=cat", "view=shift"],
    "build": ["", "inspect=resnet152", f"net={large(1)}"],
    "fully_convolutional": ["size=256", "view=surgery", "view=map&source=picture&image=boat"],
    "residual": ["view=gradients", "view=landscape", "view=whole", "view=identity"],
    "zoo": ["", "view=years", "view=compare&compare=vgg19,resnet152,densenet201"],
    "feature_maps": [
        "image=cat&size=128",
        "view=microscope&image=dog&size=128",
        "view=off&off=1,2,3",
        f"network={large(2)}&view=microscope&layer=conv",
        "model=efficientnet-lite0&image=cat&size=224",
    ],
    "heatmaps": [
        "image=cat&model=efficientnet-lite0&size=224",
        "view=belief&test=curves&image=boat",
        "view=belief&test=random&image=boat",
    ],
    "training": ["view=live", "view=rewind", "view=mistakes"],
    "teach": ["model=efficientnet-lite0&size=224"],
}


LAYERS = {
    "efficientnet-lite0": [f"blocks.{block}" for block in (0, 1, 3, 5, 8, 10, 12, 14)],
    "squeezenet1.1": [f"features.{layer}" for layer in (3, 4, 6, 7, 9, 10, 11, 12)],
}


def _chosen(layers: Sequence[str], step: int) -> Value:
    return trigger("choose", layers[step % len(layers)])


PHOTOGRAPHS = {  # what thirty who came with a photo look at
    "heatmaps": [  # all methods, one, a test, the brush
        Control(
            "class", "heatmaps_classes", lambda step: trigger("explain", 37 * step % 1000), query
        )
        for model in LAYERS
        for query in (
            f"model={model}&image=coffee",
            f"model={model}&image=cat&view=large",
            f"model={model}&image=raccoon&view=belief&test=noise",
            f"model={model}&image=rocket&view=change",
        )
    ],
    "feature_maps": [  # all maps, one, the microscope, without one
        Control("layer", "feature_maps_strip", partial(_chosen, layers), f"model={model}&{query}")
        for model, layers in LAYERS.items()
        for query in (
            "image=coffee",
            "image=cat&view=map",
            "image=raccoon&view=off&off=1",
            "image=rocket&view=microscope",
        )
    ],
}


async def open_all(address: str, log: Log, say: Callable[[str], None]) -> None:
    """Every page at its costliest views, in turn."""
    for page, queries in COSTLIEST.items():
        for query in queries:
            async with Session(address) as session:
                log.note(f"{page}?{query}"[:80], await session.open(page, query))
        say(page or "home")


async def visit(
    address: str, page: str, control: Control, number: int, until: float, log: Log
) -> None:
    """Somebody who moves a control of a page, about once a second."""
    chance = random.Random(number)
    async with Session(address) as session:
        log.note(page, await session.open(page, control.query))
        for step in range(1000):
            if time.monotonic() > until:
                return
            await asyncio.sleep(chance.uniform(0.5, 1.5))
            log.note(page, await session.change(control.key, control.value(step + number)))


def acts(photographs_on: str | None) -> list[tuple[str, Control]]:
    """The pages that visitors come to, and what each of them moves there."""
    if photographs_on:
        return [(photographs_on, control) for control in PHOTOGRAPHS[photographs_on]]
    return [(page, control) for page, control in CONTROLS.items() if page]


async def run(
    address: str, pid: int, visitors: int, seconds: float, photographs_on: str | None
) -> bool:
    """All of it; whether it held."""
    log, watch = Log(), Watch(pid)
    most: list[float] = []
    looking = asyncio.create_task(watch.look())

    def say(what: str) -> None:
        most.append(watch.since_last())
        print(f"{what:24} {memory_mb(pid):4.0f} MB, at most {most[-1]:4.0f}", flush=True)

    if not photographs_on:
        await open_all(address, log, say)
    known, until = acts(photographs_on), time.monotonic() + seconds
    await together(
        [visit(address, *known[n % len(known)], n, until, log) for n in range(visitors)], log
    )
    say(f"{visitors} visitors")
    looking.cancel()
    print(f"{log.count} answers, the slowest after {log.slowest_s:.1f} s")
    for error in sorted(set(log.errors)):
        print("  ", error)
    return max(most) <= most_mb() and not log.errors


def main() -> None:
    """Start a server, open everything, let visitors come."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visitors", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=40)
    parser.add_argument("--photographs", choices=list(PHOTOGRAPHS), help="there only")
    asked = parser.parse_args()
    with server("run", "app.py") as (address, pid):
        holds = asyncio.run(run(address, pid, asked.visitors, asked.seconds, asked.photographs))
    print("it held" if holds else "it did NOT hold")
    raise SystemExit(not holds)


if __name__ == "__main__":
    main()
