"""Count what the shipped networks read of 500 moved MNIST test digits.

python -m cnnviz.shift --data mnist.npz
"""

from __future__ import annotations

import argparse
from pathlib import Path

from cnnviz.models import pretrained
from cnnviz.models.shipped import SHIPPED
from cnnviz.shift.answers import NETWORKS
from cnnviz.shift.moves import FARTHEST
from cnnviz.shift.recorded import COUNT, FILE, Recorded, right_everywhere, write
from cnnviz.training.beforehand import check_file, check_pictures
from cnnviz.training.data import LabelledPictures, read_data


def some_digits(path: Path) -> LabelledPictures:
    """500 pictures of MNIST's test set spread evenly, from an npz file or torchvision's folder.

    Raises:
        ValueError: it does not hold so many digits of 28×28 pixels.
    """
    data = read_data("MNIST", path, "test")
    check_pictures(data, SHIPPED["lenet-mnist"], least=COUNT)
    return data.some(COUNT)


def main(arguments: list[str] | None = None) -> None:
    """Count and write."""
    parser = argparse.ArgumentParser(prog="python -m cnnviz.shift", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="npz file or folder of MNIST")
    parser.add_argument("--out", type=Path, default=FILE, help="the file to write")
    options = parser.parse_args(arguments)
    try:
        _run(options.data, options.out)
    except ValueError as error:
        raise SystemExit(f"{error}.") from error


def _run(digits: Path, out: Path) -> None:
    check_file(out, "--out")
    data = some_digits(digits)
    right = {
        name: right_everywhere(pretrained(name).model, name, data).tolist() for name in NETWORKS
    }
    recipe = "python -m cnnviz.shift --data mnist.npz"
    write(Recorded(recipe, len(data), FARTHEST, right), out)


if __name__ == "__main__":
    main()
