"""What training on the page `mlp` costs, against a bare loop of torch.

    python -m benchmarks.playground [rounds]

Both make the same steps on the same points on one thread, in turn, a few steps at a time, so that
what else the machine does meets both; the bare loop does nothing but forward, backward and step,
the page's run keeps both losses and the points right of every step. The ratio is the median of the
rounds' ratios of processor time; the budget is 1.1. Steps in a second of processor time are printed
beside it (presets: at least 200).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from statistics import median

import torch

from cnnviz.playground.training import (
    Run,
    Setup,
    loss_of,
    network_of,
    optimizer_of,
    points_of,
)

BUDGET, LEAST_STEPS = 1.1, 200
STEPS, SLICE = 300, 30
PRESETS = ((3,), (6,), (20,), (3, 3), (3, 3, 3, 3))
LARGEST = (64,) * 6


def bare_loop(setup: Setup) -> Callable[[int], None]:
    """Makes so many steps and does nothing else."""
    points = points_of(setup)
    network = network_of(setup, points)
    optimizer = optimizer_of(setup, network.parameters())
    x, y = points.x[: points.num_train], points.y[: points.num_train]

    def make(steps: int) -> None:
        for _ in range(steps):
            optimizer.zero_grad()
            loss_of(network(x), y).backward()
            optimizer.step()

    return make


def seconds(make: Callable[[int], object], steps: int) -> float:
    """Processor time of so many steps."""
    start = time.process_time()
    make(steps)
    return time.process_time() - start


def round_of(setup: Setup, steps: int) -> tuple[float, float]:
    """Processor time of the bare loop and of the page's run, in turn."""
    loops = bare_loop(setup), Run(setup).advance
    for loop in loops:
        loop(10)  # what is loaded at first counts for nobody
    slices = [[seconds(loop, SLICE) for loop in loops] for _ in range(steps // SLICE)]
    bare, page = (sum(times) for times in zip(*slices, strict=True))
    return bare, page


def measured(hidden: tuple[int, ...], steps: int, rounds: int) -> tuple[float, float]:
    """The ratio page / bare, and the page's steps in a second of processor time."""
    pairs = [round_of(Setup(hidden=hidden), steps) for _ in range(rounds)]
    return median(page / bare for bare, page in pairs), steps / median(page for _, page in pairs)


def main() -> None:
    torch.set_num_threads(1)
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    for hidden in (*PRESETS, LARGEST):
        ratio, speed = measured(hidden, STEPS if hidden != LARGEST else STEPS // 3, rounds)
        is_good = ratio <= BUDGET and (speed >= LEAST_STEPS or hidden == LARGEST)
        name = ",".join(map(str, hidden))
        verdict = "within" if is_good else "over"
        print(f"{name:20} {ratio:5.2f} × a bare loop, {speed:7,.0f} steps/s: {verdict} budget")


if __name__ == "__main__":
    main()
