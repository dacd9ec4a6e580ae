"""What training on the page `mlp` costs, against a bare loop of torch.

    python -m benchmarks.playground [rounds]

Both make the same steps on the same points, in turn, on one thread, each three times in a row, the
quickest counts; the bare loop does nothing but
forward, backward and step, the page's run keeps both losses and the points right of every step. The
ratio is the median of the rounds' ratios of processor time; the budget is 1.1. Steps in a second of
processor time are printed beside it (presets: at least 200).
"""

from __future__ import annotations

import sys
import time
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
STEPS = 300
PRESETS = ((3,), (6,), (20,), (3, 3), (3, 3, 3, 3))
LARGEST = (64,) * 6


def bare_seconds(setup: Setup, steps: int) -> float:
    """Processor time of the bare loop."""
    points = points_of(setup)
    network = network_of(setup, points)
    optimizer = optimizer_of(setup, network.parameters())
    x, y = points.x[: points.num_train], points.y[: points.num_train]
    start = time.process_time()
    for _ in range(steps):
        optimizer.zero_grad()
        loss_of(network(x), y).backward()
        optimizer.step()
    return time.process_time() - start


def page_seconds(setup: Setup, steps: int) -> float:
    """Processor time of the page's run, in slices as the page makes them."""
    run = Run(setup)
    start = time.process_time()
    while run.step < steps:
        run.advance(min(30, steps - run.step))
    return time.process_time() - start


def measured(hidden: tuple[int, ...], steps: int, rounds: int) -> tuple[float, float]:
    """The ratio page / bare, and the page's steps in a second of processor time."""
    setup = Setup(hidden=hidden)
    bare_seconds(setup, 10), page_seconds(setup, 10)  # what is loaded at first counts for nobody
    pairs = [
        tuple(min(cost(setup, steps) for _ in range(3)) for cost in (bare_seconds, page_seconds))
        for _ in range(rounds)
    ]
    return median(page / bare for bare, page in pairs), steps / median(page for _, page in pairs)


def main() -> None:
    torch.set_num_threads(1)
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    for hidden in (*PRESETS, LARGEST):
        ratio, speed = measured(hidden, STEPS if hidden != LARGEST else 60, rounds)
        is_good = ratio <= BUDGET and (speed >= LEAST_STEPS or hidden == LARGEST)
        name = ",".join(map(str, hidden))
        verdict = "within" if is_good else "over"
        print(f"{name:20} {ratio:5.2f} × a bare loop, {speed:7,.0f} steps/s: {verdict} budget")


if __name__ == "__main__":
    main()
