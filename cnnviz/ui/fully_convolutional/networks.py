"""LeNet and its fully convolutional twin, as the page `fully_convolutional` uses them."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image
from torch import Tensor

from cnnviz.cluster.brought import Brought, brought
from cnnviz.fully_conv.class_map import accepted_sizes
from cnnviz.fully_conv.cost import Cost, cost
from cnnviz.models import LeNet, LeNetFullyConv, pretrained, shipped_names, to_fully_conv
from cnnviz.models.frozen import frozen
from cnnviz.models.seeded import build_seeded
from cnnviz.models.shipped import CIFAR10_CLASSES, SHIPPED
from cnnviz.models.surgery import lenet_of
from cnnviz.models.trained import Pretrained
from cnnviz.models.transforms import InputSpec, PictureTransform, normalised, picture_tensor
from cnnviz.ui.jobs import jobs
from cnnviz.ui.kept import kept
from cnnviz.ui.models import reads_digits
from cnnviz.ui.weights import own as own_networks

RANDOM = "random"
COLOUR_INPUT = SHIPPED["lenet-cifar10"].input
TRAINED = [name for name in ("lenet-mnist", "lenet-cifar10") if name in shipped_names()]
TITLES = {name: SHIPPED[name].title for name in TRAINED} | {RANDOM: "LeNet(), random weights"}


@dataclass(frozen=True)
class Pair:
    """LeNet and the network without fully connected layers that has the same weights.

    Attributes:
        name: key of `TITLES`, or of a LeNet that the visitor trained.
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
    trained = own_networks.shelf().get(name) or pretrained(name)
    lenet = own_lenet(trained)
    if lenet is None or not isinstance(trained.transform, PictureTransform):
        raise TypeError(f"{name} is no LeNet")
    accuracy = trained.card.test_accuracy or None
    spec = trained.transform.spec
    return Pair(name, lenet, to_fully_conv(lenet), spec, trained.classes, accuracy)


def own_lenet(trained: Pretrained) -> LeNet | None:
    """The LeNet that a trained network is, where the page has pictures for it; None elsewhere."""
    if isinstance(trained.model, LeNet) and not isinstance(trained.model, LeNetFullyConv):
        return trained.model
    transform = trained.transform
    is_colour = isinstance(transform, PictureTransform) and transform.spec.channels == 3
    return lenet_of(trained.model) if is_colour or reads_digits(trained.card) else None


def own_titles(today: str) -> dict[str, str]:
    """The LeNets that this visitor took from the page Training, and today's, by name."""
    found = own_networks.offered(today)
    networks = {name: own_networks.shelf().get(name) for name in found}
    return {
        name: f"{found[name].title}, {found[name].dataset}"
        for name, network in networks.items()
        if network and own_lenet(network)
    }


def sent_as(name: str) -> str | Brought | None:
    """The network of a pair as other machines are asked for it; None where they are not."""
    own = own_networks.shelf().get(name)
    if own is None:
        return None if name == RANDOM else name
    return brought(own) if jobs().is_elsewhere else None


@kept(is_quick=True)
def cost_of(name: str, height: int, width: int) -> Cost:
    """Multiply-adds of one pass and of all crops."""
    pair = load_pair(name)
    return cost(pair.lenet, pair.fully_conv, height, width)


@kept
def sizes_of(name: str) -> list[int]:
    """Sides of the square pictures that LeNet takes."""
    return accepted_sizes(load_pair(name).lenet, range(24, 44))
