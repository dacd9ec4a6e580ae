"""Trained weights for a network that is built: those of a shipped one, as long as it is the same.

The tutorial's networks can be started from on the builder's page. While their layers are as they
were, they carry the weights of the shipped network; with the first edit of a layer these belong to
another network, and the sentence says which edit it was. Torchvision's networks, from the list or
pasted, are known too, for the weights that torchvision publishes.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import cache

from torch import Tensor

from cnnviz.builder.import_code import read_code
from cnnviz.builder.modules import Network, build
from cnnviz.builder.names import number_of
from cnnviz.builder.reading.elsewhere.torchvision_networks import written_out
from cnnviz.models.frozen import frozen
from cnnviz.models.networks import (
    alexnet,
    lenet,
    lenet_fully_conv,
    resnet,
    vgg11,
    vgg13,
    vgg16,
    vgg19,
)
from cnnviz.models.specs import Layer, NetworkSpec, Path, Residual
from cnnviz.models.trained import Pretrained


@cache
def _networks() -> tuple[tuple[str, NetworkSpec], ...]:
    """The shipped networks as specs, by the names of their weights."""
    return (
        ("lenet-cifar10", lenet()),
        ("lenet-mnist", lenet(1)),
        ("lenet-cifar10", lenet_fully_conv()),
        ("lenet-mnist", lenet_fully_conv(1)),
        ("resnet18-cifar10", resnet()),
        ("squeezenet1.1", _torchvisions("squeezenet1_1")),
    )


def trained_name(spec: NetworkSpec) -> str:
    """The shipped weights that belong to a network; empty where it is none of the shipped ones.

    Its name and the size of its pictures do not count, its layers and channels do.
    """
    return next((name for name, known in _networks() if _is_same(spec, known)), "")


@cache
def _published() -> tuple[tuple[str, NetworkSpec], ...]:
    """Networks that torchvision publishes weights of, by its names: to start from, and as read."""
    made = (alexnet, vgg11, vgg13, vgg16, vgg19)
    return (
        *((make.__name__, make()) for make in made),
        *((name, _torchvisions(name)) for name in written_out()),
    )


def _torchvisions(name: str) -> NetworkSpec:
    return read_code(f"from torchvision import models\nnet = models.{name}()").spec


def published_name(spec: NetworkSpec) -> str:
    """Torchvision's name of a network whose ImageNet weights it publishes; empty for any other."""
    return next((name for name, known in _published() if _is_same(spec, known)), "")


def with_trained(spec: NetworkSpec, shipped: Pretrained) -> Network:
    """A network of a spec with the weights of the one that it is; shared, so only read.

    A convolution that takes the place of a Linear layer has the same numbers in another shape.

    Raises:
        ValueError: the weights are not those of `trained_name` or `published_name`.
    """
    network = build(spec, device="meta")
    wanted, given = network.state_dict(), list(shipped.model.state_dict().values())
    pairs = zip(wanted.items(), given, strict=True)
    placed: dict[str, Tensor] = {name: t.reshape(own.shape) for (name, own), t in pairs}
    network.load_state_dict(placed, assign=True)
    return frozen(network)


def why_random(spec: NetworkSpec, earlier: Iterable[NetworkSpec]) -> str:
    """What makes the weights of a network random, as a clause; empty where nothing is known.

    Args:
        spec: a network without trained weights.
        earlier: the networks that it was before, the latest first.
    """
    origin = next((one for one in earlier if trained_name(one)), None) or _namesake(spec)
    if origin is None:
        return ""
    if spec.input_shape[0] != origin.input_shape[0]:
        return f"it takes {_channels(spec)}, and the trained {origin.name} {_channels(origin)}"
    return _difference(origin.layers, spec.layers, ())


def _is_same(spec: NetworkSpec, known: NetworkSpec) -> bool:
    return spec.layers == known.layers and spec.input_shape[0] == known.input_shape[0]


def _namesake(spec: NetworkSpec) -> NetworkSpec | None:
    named = [known for _, known in _networks() if known.name == spec.name]
    return min(named, key=lambda known: known.input_shape[0] != spec.input_shape[0], default=None)


def _channels(spec: NetworkSpec) -> str:
    count = spec.input_shape[0]
    return f"{count} channel{'s' * (count != 1)}"


def _difference(before: tuple[Layer, ...], after: tuple[Layer, ...], around: Path) -> str:
    """The first difference between two rows of layers, in a clause."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for what, i, end_i, j, end_j in matcher.get_opcodes():
        if what == "insert":
            return f"{after[j].kind} {number_of((*around, j))} is new"
        if what == "delete":
            return f"{before[i].kind} {number_of((*around, i))} is gone"
        if what == "replace":
            one_to_one = end_i - i == end_j - j
            return _changed(before[i], after[j], (*around, j if one_to_one else i))
    return ""


def _changed(before: Layer, after: Layer, path: Path) -> str:
    if before.kind != after.kind:
        return f"layer {number_of(path)} is {after.kind} and was {before.kind}"
    if (
        isinstance(before, Residual)
        and isinstance(after, Residual)
        and before.layers != after.layers
    ):
        return _difference(before.layers, after.layers, path)
    for name, value in after.values.items():
        if (old := before.values.get(name)) != value:
            return f"{name} of layer {number_of(path)} is {value} and was {old}"
    return f"layer {number_of(path)} was changed"
