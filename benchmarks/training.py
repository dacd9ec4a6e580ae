"""What the page `training` reaches, how soon, and what its process costs against a bare loop.

    python -m benchmarks.training [mnist.npz, or torchvision's folder of MNIST]

1. LeNet learns from the digits that ship: seconds from the start of its process until 97 % of 1,000
   other drawn digits are answered right (at most 60).
2. The same from 5,000 of MNIST's, asked all 10,000 of its test digits, if they are given. All
   snapshots are asked when the run is over, so asking takes nothing from it. Beside the seconds
   stands the processor time of the whole run: on a busy machine that is what can be compared.
3. Processor time of a run's process, one step, against a bare loop of torch that makes the same
   steps and nothing else, in a process that is as nice and keeps its memory alike (at most 1.1).
   The start of the process is taken off: two lengths of run are measured and the difference
   counts. The median of three rounds, in turn. Beside it stands the same loop as a script has it
   by itself, whose memory goes back to the system at each step.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import torch

from benchmarks.serving import ROOT
from cnnviz.behind import let_pass
from cnnviz.models.networks import lenet
from cnnviz.training.apart import Job, Run
from cnnviz.training.apart.process import environment
from cnnviz.training.data import LabelledPictures, read_data
from cnnviz.training.digits import HELD_OUT, HELD_OUT_SEED, draw
from cnnviz.training.material import Material, material
from cnnviz.training.moments import moment
from cnnviz.training.plan import Plan

GOAL, MOST_SECONDS, BUDGET = 0.97, 60.0, 1.1
MNIST_LEARNT = 5_000
LEARNING = Plan("adamw", 0.004, "one-cycle", 64, augmentation="shift", epochs=12)
SHORT, LONG = Plan(epochs=1), Plan(epochs=31)
ROUNDS = 3


@dataclass(frozen=True)
class Reached:
    """How soon a run reached the goal.

    Attributes:
        seconds: from the start of its process until the goal was reached; infinite if it was not.
        whole: of the training.
        processor: seconds of the whole process.
        accuracy: at the end.
    """

    seconds: float
    whole: float
    processor: float
    accuracy: float


def reached(given: Material) -> Reached:
    """Train, and then ask each snapshot, in order."""
    started, before, came = time.monotonic(), _children_seconds(), []
    run = Run(Job(lenet(1), given, LEARNING))
    while run.end is None:
        run.wait(steps=len(run.steps) + 1, timeout_s=1.0)
        came += [time.monotonic() - started] * (len(run.snapshots) - len(came))
    came += [time.monotonic() - started] * (len(run.snapshots) - len(came))
    processor = _children_seconds() - before
    right = [moment(lenet(1), shot, given).accuracy for shot in run.snapshots]
    soonest = (at for at, share in zip(came, right, strict=True) if share >= GOAL)
    return Reached(next(soonest, float("inf")), run.steps[-1].seconds, processor, right[-1])


def process_seconds(given: Material, plan: Plan) -> float:
    """Processor time of a whole run's process, its start with it."""
    before = _children_seconds()
    run = Run(Job(lenet(1), given, plan))
    assert run.wait(timeout_s=600)
    return _children_seconds() - before


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def bare_seconds(num_steps: int, environment: Mapping[str, str]) -> float:
    """Processor time of a bare loop that stands back as a training does."""
    loop = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.bare_loop", str(num_steps)],
        stdout=subprocess.PIPE, cwd=ROOT, env=environment,
    )  # fmt: skip
    let_pass(loop.pid)
    return float(loop.communicate()[0])


def ratios(given: Material) -> tuple[float, float]:
    """A step of the process against one of the bare loop: under its own conditions, and as a
    script has them by itself.
    """
    num_steps = LONG.num_steps(len(given.training)) - SHORT.num_steps(len(given.training))
    apart = process_seconds(given, LONG) - process_seconds(given, SHORT)
    alike = bare_seconds(num_steps, environment())
    by_itself = bare_seconds(num_steps, {**os.environ, "OMP_NUM_THREADS": "1"})
    each = (1000 * seconds / num_steps for seconds in (apart, alike, by_itself))
    print("  {:.2f} ms a step against {:.2f}, and {:.2f} with C's memory as it is".format(*each))
    return apart / alike, apart / by_itself


def mnist(path: Path) -> Material:
    """5,000 of MNIST's digits to learn from, and all that it tests with."""
    digits = material("digits")
    learnt = read_data("MNIST", path, "train").some(MNIST_LEARNT)
    return replace(digits, training=learnt, validation=read_data("MNIST", path, "test"))


def drawn() -> Material:
    """All digits that ship to learn from, and others of the same pen."""
    digits = material("digits")
    parts = (digits.training, digits.validation)
    whole = LabelledPictures(
        torch.cat([part.pictures for part in parts]), torch.cat([part.labels for part in parts])
    )
    return replace(digits, training=whole, validation=draw(HELD_OUT, HELD_OUT_SEED))


def main() -> None:
    """Print each number beside its goal."""
    torch.set_num_threads(1)
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    tasks = {"drawn digits": drawn()}
    if len(sys.argv) > 1:
        tasks["MNIST"] = mnist(Path(sys.argv[1]))
    for name, given in tasks.items():
        found = reached(given)
        print(
            f"{name}, {len(given.training):,} learnt: {GOAL:.0%} after {found.seconds:.1f} s (at "
            f"most {MOST_SECONDS:.0f}); {found.accuracy:.2%} of {len(given.validation):,} at the "
            f"end, after {found.whole:.1f} s of training, {found.processor:.1f} of the processor"
        )
    alike, by_itself = zip(*(ratios(material("digits")) for _ in range(ROUNDS)), strict=True)
    print(f"process / bare loop: {median(alike):.3f} (at most {BUDGET})")
    print(f"process / bare loop with C's memory as it is: {median(by_itself):.3f}")


if __name__ == "__main__":
    main()
