"""What is to be known about weights: where they come from and how good they are."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Card:
    """Facts about one set of weights.

    Args:
        name: what `pretrained` calls it.
        title: what a chooser calls it.
        dataset: what it was trained on, in a word.
        data: how many pictures of it, and in which form.
        recipe: how it was trained: a command, or a link.
        seed: of the training run, None where it is not known.
        date: of the training run (YYYY-MM-DD), None where it is not known.
        test_accuracy: share of pictures it had never seen that it names rightly, in [0, 1].
        accuracy_at: the same for pictures of other sizes, (size in pixels, accuracy) each; empty
            where the network takes one size.
        float32_accuracy: before the weights were stored in half precision, None where they are not.
        num_params: weights and biases.
        size_bytes: of the file.
        input_size: height and width in pixels of what enters the network.
        num_classes: scores it gives.
        is_half_precision: whether the file stores 16 bits for a weight.
        is_verified: whether the file is the published one, by its hash.
        accuracy_source: who measured `test_accuracy`, in a sentence; empty where the project's own
            training code did, on the shipped file.
        licence: of the weights, with whose they are; empty for CC0.
    """

    name: str
    title: str
    dataset: str
    data: str
    recipe: str
    seed: int | None
    date: str | None
    test_accuracy: float
    accuracy_at: tuple[tuple[int, float], ...]
    float32_accuracy: float | None
    num_params: int
    size_bytes: int
    input_size: int
    num_classes: int
    is_half_precision: bool
    is_verified: bool = True
    accuracy_source: str = ""
    licence: str = ""


def unknown_card(
    title: str, dataset: str, num_params: int, input_size: int, num_classes: int
) -> Card:
    """The card of somebody's own weights: nothing is known of how good they are."""
    return Card(
        name="", title=title, dataset=dataset, data="", recipe="", seed=None, date=None,
        test_accuracy=0.0, accuracy_at=(), float32_accuracy=None, num_params=num_params,
        size_bytes=4 * num_params, input_size=input_size, num_classes=num_classes,
        is_half_precision=False, is_verified=False,
    )  # fmt: skip


def write_card(card: Card, path: Path) -> None:
    """Store the card as JSON."""
    path.write_text(json.dumps(asdict(card), indent=2) + "\n", encoding="utf-8")


def read_card(path: Path) -> Card:
    """The card that `write_card` stored."""
    values = json.loads(path.read_text(encoding="utf-8"))
    pairs = tuple((int(size), float(accuracy)) for size, accuracy in values.pop("accuracy_at"))
    return Card(**values, accuracy_at=pairs)
