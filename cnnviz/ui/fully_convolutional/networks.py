"""LeNet and its fully convolutional twin, as the page `fully_convolutional` uses them."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image
from torch import Tensor

from cnnviz.fully_conv.class_map import accepted_sizes
from cnnviz.fully_conv.cost import Cost, cost
from cnnviz.models import LeNet, LeNetFullyConv, pretrained, shipped_names, to_fully_conv
from cnnviz.models.frozen import frozen
from cnnviz.models.seeded import build_seeded
from cnnviz.models.shipped import CIFAR10_CLASSES, SHIPPED
from cnnviz.models.transforms import InputSpec, normalised, picture_tensor
from cnnviz.ui.kept import kept

RANDOM = "random"
COLOUR_INPUT = SHIPPED["lenet-cifar10"].input
TRAINED = [name for name in ("lenet-mnist", "lenet-cifar10") if name in shipped_names()]
TITLES = {name: SHIPPED[name].title for name in TRAINED} | {RANDOM: "LeNet(), random weights"}


@dataclass(frozen=True)
class Pair:
    """LeNet and the network without fully connected layers that has the same weights.

    Attributes:
        name: key of `TITLES`.
        input: what their pictures look like.
        classes: name of each score.
        accuracy: share of test pictures that LeNet names rightly; None where it is untrained.
    """

    name: str
    lenet: LeNet
    fully_conv: LeNetFullyConv
    input: InputSpec
    classes: tuple[str, ...]
    accuracy: float | None

    @property
    def reads_digits(self) -> bool:
        """True if its pictures are grey digits, light on black."""
        return self.input.channels == 1

    def batch(self, picture: Image.Image) -> Tensor:
        """The picture in its own size, normalised, (1, channels, height, width)."""
        return normalised(picture_tensor(picture, self.input.channels), self.input)


@kept
def load_pair(name: str) -> Pair:
    """Both networks, frozen, shared by all visitors."""
    if name == RANDOM:
        lenet = frozen(build_seeded(LeNet, 0))
        return Pair(name, lenet, to_fully_conv(lenet), COLOUR_INPUT, CIFAR10_CLASSES, None)
    trained = pretrained(name)
    lenet = trained.model
    if not isinstance(lenet, LeNet):
        raise TypeError(f"{name} is no LeNet")
    spec = SHIPPED[name].input
    accuracy = trained.card.test_accuracy
    return Pair(name, lenet, to_fully_conv(lenet), spec, trained.classes, accuracy)


@kept(is_quick=True)
def cost_of(name: str, height: int, width: int) -> Cost:
    """Multiply-adds of one pass and of all crops."""
    pair = load_pair(name)
    return cost(pair.lenet, pair.fully_conv, height, width)


@kept
def sizes_of(name: str) -> list[int]:
    """Sides of the square pictures that LeNet takes."""
    return accepted_sizes(load_pair(name).lenet, range(24, 44))
