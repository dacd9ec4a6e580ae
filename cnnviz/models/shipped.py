"""The networks that come with the project: how each is built and what its input must look like."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from torch import nn

from cnnviz.models.lenet import LeNet
from cnnviz.models.mlp import MLP
from cnnviz.models.resnet import ResNet18
from cnnviz.models.transforms import InputSpec

DIGITS = ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9")
CIFAR10_CLASSES = (
    *("airplane", "automobile", "bird", "cat", "deer"),
    *("dog", "frog", "horse", "ship", "truck"),
)


@dataclass(frozen=True)
class ShippedNetwork:
    """One network with weights of its own.

    Args:
        title: how it is called in a chooser.
        build: makes the network, with weights of no meaning.
        input: what its pictures must look like.
        dataset: what it was trained on.
        classes: name of each of its scores, in order; empty where a file names ImageNet's.
        takes_any_size: whether pictures may have another size than `input` says.
    """

    title: str
    build: Callable[[], nn.Module]
    input: InputSpec
    dataset: str
    classes: tuple[str, ...]
    takes_any_size: bool = False


def _mnist(title: str, build: Callable[[], nn.Module], padding: int) -> ShippedNetwork:
    spec = InputSpec(channels=1, size=28, padding=padding, mean=(0.1307,), std=(0.3081,))
    return ShippedNetwork(title, build, spec, "MNIST", DIGITS)


def _cifar10(
    title: str, build: Callable[[], nn.Module], size: int, takes_any_size: bool = False
) -> ShippedNetwork:
    mean, std = (0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)
    spec = InputSpec(channels=3, size=size, padding=0, mean=mean, std=std)
    return ShippedNetwork(title, build, spec, "CIFAR-10", CIFAR10_CLASSES, takes_any_size)


SHIPPED = {
    "lenet-mnist": _mnist("LeNet, digits", lambda: LeNet(in_channels=1), padding=2),
    # 62,020 = 784 · 78 + 78 + 78 · 10 + 10 parameters, beside the 61,706 of LeNet
    "mlp-mnist": _mnist("MLP, digits", lambda: MLP(28 * 28, (78,), 10), padding=0),
    "lenet-cifar10": _cifar10("LeNet, ten kinds of pictures", lambda: LeNet(), size=32),
    "resnet18-cifar10": _cifar10(
        "ResNet18, ten kinds of pictures", lambda: ResNet18(10), size=64, takes_any_size=True
    ),
}
