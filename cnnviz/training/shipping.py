"""From a finished training run to the two files that are shipped: weights and card."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn

from cnnviz.models.cards import Card, write_card
from cnnviz.models.shipped import SHIPPED, ShippedNetwork
from cnnviz.models.trained import load_shipped_weights
from cnnviz.training.data import LabelledPictures
from cnnviz.training.loop import accuracy

HALF_PRECISION_MAY_COST = 0.0005  # of the accuracy: five pictures of ten thousand
CARD_SIZES = (32, 64, 96, 128, 160, 224)  # for networks that take pictures of any size
PICTURES_PER_SIZE = 2000  # enough for the two digits that a card shows of the other sizes


@dataclass(frozen=True)
class Origin:
    """What a card says of a run: the data, the command that repeats it, its seed and date."""

    data: str
    command: str
    seed: int
    date: str


def ship(name: str, model: nn.Module, test: LabelledPictures, origin: Origin, folder: Path) -> Card:
    """Write `<name>.safetensors` and `<name>.json` into `folder`; returns the card.

    The weights are stored in half precision if the accuracy on the test set is as good, and the
    accuracy on the card is that of the stored file.
    """
    network = SHIPPED[name]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.safetensors"
    exact = accuracy(model.eval(), network.input, test)
    with tempfile.TemporaryDirectory() as scratch:
        half = Path(scratch) / path.name
        write_weights(model, half, torch.float16)
        half_accuracy = accuracy(load_shipped_weights(name, half), network.input, test)
    is_half = half_accuracy >= exact - HALF_PRECISION_MAY_COST
    write_weights(model, path, torch.float16 if is_half else torch.float32)
    shipped = load_shipped_weights(name, path)
    card = Card(
        name=name,
        title=network.title,
        dataset=network.dataset,
        data=origin.data,
        recipe=origin.command,
        seed=origin.seed,
        date=origin.date,
        test_accuracy=half_accuracy if is_half else exact,
        accuracy_at=accuracy_at_sizes(network, shipped, test),
        float32_accuracy=exact,
        num_params=sum(parameter.numel() for parameter in model.parameters()),
        size_bytes=path.stat().st_size,
        input_size=network.input.padded_size,
        num_classes=len(network.classes),
        is_half_precision=is_half,
    )
    write_card(card, folder / f"{name}.json")
    return card


def write_weights(model: nn.Module, path: Path, dtype: torch.dtype) -> None:
    """Store the state dict as safetensors, its floating point numbers as `dtype`."""
    weights = {
        name: weight.to(dtype if weight.is_floating_point() else weight.dtype).contiguous()
        for name, weight in model.state_dict().items()
    }
    save_file(weights, path)


def accuracy_at_sizes(
    network: ShippedNetwork, model: nn.Module, test: LabelledPictures
) -> tuple[tuple[int, float], ...]:
    """Accuracy at each of `CARD_SIZES`, on a part of the test set; empty for a fixed size."""
    if not network.takes_any_size:
        return ()
    some = test.some(min(PICTURES_PER_SIZE, len(test)))
    return tuple((size, accuracy(model, network.input, some, size)) for size in CARD_SIZES)
