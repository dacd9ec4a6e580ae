"""Train one of the shipped networks.

    python -m cnnviz.training resnet18-cifar10 --data cifar10 --seed 0 --out assets/weights
    python -m cnnviz.training lenet-mnist --data ~/.cache/data --download --out assets/weights

A run that was stopped goes on from its last epoch when it is started again with the same
--checkpoint.
"""

from __future__ import annotations

import argparse
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean

import torch

from cnnviz.models.seeded import build_seeded
from cnnviz.models.shipped import SHIPPED
from cnnviz.training.beforehand import check_folders, check_pictures, go_on
from cnnviz.training.data import LabelledPictures, read_data
from cnnviz.training.loop import Training, accuracy
from cnnviz.training.recipes import RECIPES
from cnnviz.training.shipping import Origin, ship

log = logging.getLogger("cnnviz.training")


def main(arguments: list[str] | None = None) -> None:
    """Train, test, and write the weights and their card."""
    options = _parser().parse_args(arguments)
    try:
        _run(options)
    except (ValueError, FloatingPointError) as error:
        raise SystemExit(f"{error}.") from error


def _run(options: argparse.Namespace) -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(options.threads)
    network, recipe = SHIPPED[options.name], RECIPES[options.name]
    check_folders(options.out, options.checkpoint)
    data, test = (
        read_data(network.dataset, options.data, part, options.download)
        for part in ("train", "test")
    )
    check_pictures(data, network, least=recipe.batch_size)
    check_pictures(test, network, least=1)
    model = build_seeded(network.build, options.seed)
    training = Training(model, network.input, data, recipe, options.seed)
    _train(training, test, options.checkpoint)
    card = ship(options.name, training.averaged, test, _origin(options, data, test), options.out)
    log.info("%s: %.2f %% of the test set", options.name, 100 * card.test_accuracy)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m cnnviz.training",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", choices=RECIPES, help="the network and its data set")
    parser.add_argument("--data", type=Path, required=True, help="npz file or folder")
    parser.add_argument("--download", action="store_true", help="let torchvision fetch the data")
    parser.add_argument("--seed", type=_whole(0, 2**63 - 1), default=0,
                        help="of the weights and of all chance")  # fmt: skip
    parser.add_argument("--out", type=Path, required=True, help="folder for weights and card")
    parser.add_argument("--checkpoint", type=Path, help="file to go on from, kept up to date")
    parser.add_argument("--threads", type=_whole(1, 1024), default=1,
                        help="within one operation of torch")  # fmt: skip
    return parser


def _whole(least: int, most: int) -> Callable[[str], int]:
    """A reader of whole numbers that torch takes, in a sentence for all others."""

    def read(said: str) -> int:
        if not said.isdecimal() or not least <= int(said) <= most:
            raise argparse.ArgumentTypeError(f"{said} is no whole number from {least} to {most}")
        return int(said)

    return read


def _train(training: Training, test: LabelledPictures, checkpoint: Path | None) -> None:
    if checkpoint and checkpoint.exists():
        go_on(training, checkpoint)
        log.info("going on after epoch %d", training.epoch)
    while training.epoch < training.recipe.epochs:
        _train_epoch(training, test)
        if checkpoint:
            _save(training, checkpoint)


def _train_epoch(training: Training, test: LabelledPictures) -> None:
    started = time.monotonic()
    steps = list(training.run_epoch())
    log.info(
        "epoch %d: loss %.4f, train %.2f %%, test %.2f %%, %.0f s",
        training.epoch,
        fmean(step.loss for step in steps),
        100 * fmean(step.accuracy for step in steps),
        100 * accuracy(training.averaged, training.spec, test),
        time.monotonic() - started,
    )


def _save(training: Training, checkpoint: Path) -> None:
    """Replace the checkpoint at once: a run killed while it writes leaves the old one whole."""
    part = checkpoint.with_suffix(".part")
    torch.save(training.state(), part)
    part.replace(checkpoint)


def _origin(options: argparse.Namespace, data: LabelledPictures, test: LabelledPictures) -> Origin:
    return Origin(
        data=f"{len(data):,} pictures to train and {len(test):,} to test, from {options.data.name}",
        command=(
            f"python -m cnnviz.training {options.name} --data {options.data.name}"
            f" --seed {options.seed} --out assets/weights"
        ),
        seed=options.seed,
        date=datetime.now(tz=UTC).date().isoformat(),
    )


if __name__ == "__main__":
    main()
