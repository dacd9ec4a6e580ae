"""A head on a frozen network, taught by ten pictures of each of five classes of CIFAR-10.

python -m benchmarks.teaching CIFAR.zip [--draws 50] [--size 128]

The archive holds train/<class>/*.jpg and test/<class>/*.jpg. Every draw takes other pictures to
teach with; 20 pictures of each class, always the same, are asked. Prints the mean, the worst and
the best draw for each backbone, what chance gives, and the time of each part.
"""

from __future__ import annotations

import argparse
import io
import time
import zipfile
from dataclasses import dataclass

import torch
from PIL import Image
from torch import Tensor

from cnnviz.teaching import BACKBONES, Backbone, backbone, features, left_out, taught

CLASSES = ("airplane", "cat", "frog", "horse", "ship")
EACH, ASKED, POOL = 10, 20, 100  # pictures a class: in a draw, asked, and to draw from


@dataclass(frozen=True)
class Seen:
    """What the last layer sees of a class's pictures: to draw from, and to ask."""

    pool: list[Tensor]
    asked: list[Tensor]


def main() -> None:
    """Measure each backbone and print a line for it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("archive")
    parser.add_argument("--draws", type=int, default=50)
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--backbones", nargs="*", default=["squeezenet1.1", "efficientnet-lite0"])
    options = parser.parse_args()
    torch.set_num_threads(1)
    with zipfile.ZipFile(options.archive) as archive:
        for name in options.backbones or BACKBONES:
            report(backbone(name), archive, options.draws, options.size)


def report(network: Backbone, archive: zipfile.ZipFile, draws: int, size: int) -> None:
    """One line about a backbone."""
    seen = Seen(
        [_seen(network, archive, f"train/{name}/", POOL, size) for name in CLASSES],
        [_seen(network, archive, f"test/{name}/", ASKED, size) for name in CLASSES],
    )
    found = [_draw(seen, seed) for seed in range(draws)]
    print(
        f"{network.name} at {size} px, {draws} draws of {EACH} pictures of each of {len(CLASSES)}: "
        f"mean {100 * sum(found) / draws:.1f} %, worst {100 * min(found):.0f} %, "
        f"best {100 * max(found):.0f} %, chance {100 / len(CLASSES):.0f} %"
    )
    print("   ", _times(network, archive, seen, size))


def _seen(
    network: Backbone, archive: zipfile.ZipFile, prefix: str, count: int, size: int
) -> Tensor:
    batch = torch.cat(_batches(network, archive, prefix, count, size))
    return features(network, batch)[network.layers[-1]]


def _batches(
    network: Backbone, archive: zipfile.ZipFile, prefix: str, count: int, size: int
) -> list[Tensor]:
    names = sorted(name for name in archive.namelist() if name.startswith(prefix))[:count]
    pictures = [Image.open(io.BytesIO(archive.read(name))).convert("RGB") for name in names]
    return [network.network.transform(picture, size) for picture in pictures]


def _draw(seen: Seen, seed: int) -> float:
    generator = torch.Generator().manual_seed(seed)
    chosen = [pool[torch.randperm(len(pool), generator=generator)[:EACH]] for pool in seen.pool]
    head = taught(torch.cat(chosen), _labels(EACH), len(CLASSES))
    answers = head(torch.cat(seen.asked)).argmax(1)
    return (answers == _labels(ASKED)).double().mean().item()


def _labels(each: int) -> Tensor:
    return torch.arange(len(CLASSES)).repeat_interleave(each)


def _times(network: Backbone, archive: zipfile.ZipFile, seen: Seen, size: int) -> str:
    batch = torch.cat(_batches(network, archive, "train/cat/", EACH * len(CLASSES), size))
    chosen, labels = torch.cat([pool[:EACH] for pool in seen.pool]), _labels(EACH)
    parts = {
        f"features of {len(batch)} pictures": lambda: features(network, batch),
        "head": lambda: taught(chosen, labels, len(CLASSES)),
        "leave-one-out": lambda: left_out(chosen, labels, len(CLASSES)),
    }
    return ", ".join(f"{name} {_seconds(part):.2f} s" for name, part in parts.items()) + " of CPU"


def _seconds(part: object) -> float:
    assert callable(part)
    before = time.process_time()
    part()
    return time.process_time() - before


if __name__ == "__main__":
    main()
