"""Whether dropout generalises better here: python -m benchmarks.dropout [mnist.npz]

LeNet and the MLP, 16 epochs of AdamW at 0.003 on the digits that ship, four seeds each, without
dropout, with 0.25 and with 0.5: what is right of the digits that were learnt from, of 2,000 others
of the same pen, and of MNIST's test digits if they are given. What the page says of dropout is what
came out here.
"""

from __future__ import annotations

import sys
from pathlib import Path
from statistics import mean

from cnnviz.training.apart import Job, Run
from cnnviz.training.data import LabelledPictures, read_data
from cnnviz.training.digits import HELD_OUT_SEED, draw
from cnnviz.training.material import Material, material
from cnnviz.training.moments import moment
from cnnviz.training.networks import NETWORKS, adapted, with_dropout
from cnnviz.training.plan import Plan

SEEDS, SHARES, OTHERS = range(4), (0.0, 0.25, 0.5), 2_000


def right(
    name: str, share: float, seed: int, given: Material, asked: list[LabelledPictures]
) -> list[float]:
    """Train once; the share right of each of these pictures."""
    fitted = adapted(NETWORKS[name](), given.input, len(given.classes))
    network = with_dropout(fitted, share)
    run = Run(Job(network, given, Plan("adamw", 0.003, epochs=16, seed=seed, dropout=share)))
    run.wait()
    return [moment(network, run.snapshots[-1], given, one).accuracy for one in asked]


def main() -> None:
    """Print the mean over the seeds, and the least and the most of the other drawn digits."""
    given = material("digits")
    asked = [given.training, draw(OTHERS, HELD_OUT_SEED)]
    if len(sys.argv) > 1:
        asked.append(read_data("MNIST", Path(sys.argv[1]), "test"))
    for name in ("LeNet", "MLP"):
        for share in SHARES:
            found = [right(name, share, seed, given, asked) for seed in SEEDS]
            means = ", ".join(f"{mean(one):.1%}" for one in zip(*found, strict=True))
            others = [one[1] for one in found]
            print(f"{name}, dropout {share}: {means} ({min(others):.1%} to {max(others):.1%})")


if __name__ == "__main__":
    main()
