"""Train plain and residual networks on MNIST and record their curves and loss surfaces.

    python -m cnnviz.residual --data ~/.cache/mnist.npz --work /tmp/residual

A quarter of an hour on one core. What is finished lies in the work folder: a run that was stopped
goes on from the last trained network and the last row of the last surface.
"""

from __future__ import annotations

import argparse
import logging
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any

import torch

from cnnviz.models.deep import DeepNet
from cnnviz.residual.half_done import check_digits, finished, read_json, write_json
from cnnviz.residual.landscape import surface
from cnnviz.residual.race import RaceRecipe, new_net, run_race, share_right
from cnnviz.residual.recording import (
    PLANS,
    POINTS,
    REACH,
    RECORDED,
    SEEDS,
    SURFACE_PICTURES,
    RecordedRun,
    Recording,
    RunPlan,
    means,
    write,
)
from cnnviz.residual.small_digits import SmallDigits, mnist
from cnnviz.training.beforehand import check_file, check_folder

NUM_TRAIN, NUM_TEST = 20_000, 2_000
log = logging.getLogger("cnnviz.residual")


def main(arguments: list[str] | None = None) -> None:
    """Do what is not done yet, and write the recording."""
    options = _parser().parse_args(arguments)
    try:
        _run(options)
    except ValueError as error:
        raise SystemExit(f"{error}.") from error


def _run(options: argparse.Namespace) -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(1)
    check_folder(options.work, "--work")
    check_file(options.out, "--out")
    train, test = (
        mnist(options.data, part, count)
        for part, count in (("train", NUM_TRAIN), ("test", NUM_TEST))
    )
    _check_work(options.work, train, test)
    runs = [
        _recorded(plan, residual, train, test, options.work)
        for plan, residual in product(PLANS, (False, True))
    ]
    write(
        Recording(
            runs=tuple(runs),
            data=f"MNIST at 14 × 14: {NUM_TRAIN:,} digits to train, {NUM_TEST:,} to test",
            command=f"python -m cnnviz.residual --data {options.data.name} --work FOLDER",
            date=datetime.now(tz=UTC).date().isoformat(),
            recipe={k: v for k, v in asdict(RaceRecipe(steps=0)).items() if k != "steps"},
        ),
        options.out,
    )
    log.info("written to %s", options.out)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m cnnviz.residual",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, required=True, help="npz file or folder with MNIST")
    parser.add_argument("--work", type=Path, required=True, help="folder for what is half done")
    parser.add_argument("--out", type=Path, default=RECORDED, help="the recording")
    return parser


def _name(plan: RunPlan, residual: bool) -> str:
    return f"{plan.depth}-{plan.steps}-{'residual' if residual else 'plain'}"


def _check_work(work: Path, *digits: SmallDigits) -> None:
    """What is half done is of these digits, and can be read."""
    check_digits(work, digits)
    for plan, residual in product(PLANS, (False, True)):
        finished(
            new_net(plan.depth, residual, RaceRecipe(steps=plan.steps)),
            work / _name(plan, residual),
        )
    for surface_file in work.glob("*-surface.json"):
        read_json(surface_file)


def _recorded(
    plan: RunPlan, residual: bool, train: SmallDigits, test: SmallDigits, work: Path
) -> RecordedRun:
    name = _name(plan, residual)
    recipe = RaceRecipe(steps=plan.steps)
    net = new_net(plan.depth, residual, recipe)
    told = _trained(net, recipe, train, test, work / name)
    log.info("%s: %.1f %% of the test digits", name, 100 * told["right"])
    rows = _surface(net, train, work / f"{name}-surface.json") if plan.has_surface else []
    return RecordedRun(
        depth=plan.depth,
        steps=plan.steps,
        residual=residual,
        errors=means(told["errors"]),
        losses=means(told["losses"]),
        right=told["right"],
        surface=tuple(tuple(round(loss, 4) for loss in row) for row in rows),
    )


def _trained(
    net: DeepNet, recipe: RaceRecipe, train: SmallDigits, test: SmallDigits, path: Path
) -> dict[str, Any]:
    """Train a network, or give it the weights of a run that is finished."""
    if before := finished(net, path):
        return before
    steps = list(run_race(net, train, recipe))
    told = {
        "errors": [step.error for step in steps],
        "losses": [step.loss for step in steps],
        "right": share_right(net, test),
    }
    torch.save(net.state_dict(), path.with_suffix(".pt"))
    write_json(path.with_suffix(".json"), told)
    return told


def _surface(net: DeepNet, train: SmallDigits, path: Path) -> list[list[float]]:
    """The rows of a surface, those first that were computed before."""
    rows = read_json(path) if path.exists() else []
    around = surface(net, train.some(SURFACE_PICTURES), SEEDS, POINTS, REACH, first_row=len(rows))
    for row in around:
        rows.append(row)
        write_json(path, rows)
    return rows


if __name__ == "__main__":
    main()
