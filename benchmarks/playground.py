"""What training on the page `mlp` costs, against a bare loop of torch.

    python -m benchmarks.playground [rounds]

Both make the same steps on the same points on one thread, in turn, a few steps at a time, so that
what else the machine does meets both; the bare loop does nothing but forward, backward and step,
the page's run keeps both losses and the points right of every step. The ratio is the median over
all pairs of turns, each side first in every second pair, so that a turn in which the machine did
something else counts once and not by its length; the middle half of the pairs stands beside it. The
budget is 1.1. Steps in a second of processor time are printed too (presets: at least 200).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from statistics import median, quantiles

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


def pairs_of(setup: Setup, steps: int) -> list[tuple[float, float]]:
    """Processor time of the bare loop and of the page's run, for each pair of turns."""
    loops = bare_loop(setup), Run(setup).advance
    for loop in loops:
        loop(10)  # what is loaded at first counts for nobody
    pairs = []
    for turn in range(steps // SLICE):
        order = (0, 1) if turn % 2 else (1, 0)
        took = {side: seconds(loops[side], SLICE) for side in order}
        pairs.append((took[0], took[1]))
    return pairs


def measured(hidden: tuple[int, ...], steps: int, rounds: int) -> tuple[list[float], float]:
    """Quartiles of the ratio page / bare, and the page's steps in a second of processor time."""
    pairs = [pair for _ in range(rounds) for pair in pairs_of(Setup(hidden=hidden), steps)]
    ratios = quantiles([page / bare for bare, page in pairs], n=4)
    return ratios, SLICE / median(page for _, page in pairs)


def main() -> None:
    torch.set_num_threads(1)
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    for hidden in (*PRESETS, LARGEST):
        (low, ratio, high), speed = measured(hidden, STEPS, rounds)
        is_good = ratio <= BUDGET and (speed >= LEAST_STEPS or hidden == LARGEST)
        name = ",".join(map(str, hidden))
        verdict = "within" if is_good else "over"
        print(f"{name:20} {ratio:5.2f} × a bare loop ({low:.2f} to {high:.2f}), "
              f"{speed:7,.0f} steps/s: {verdict} budget")  # fmt: skip


if __name__ == "__main__":
    main()
