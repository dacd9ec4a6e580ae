"""The network of the receptive field's view: shipped, torchvision's, the builder's, or a stack.

Without weights, or where computing would take too long, it is there in theory only: on torch's
meta device, where layers have shapes and no numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image
from torch import Tensor, nn

from cnnviz.builder.codec import decode
from cnnviz.builder.limits import MAX_ACTIVATIONS, MAX_MACS, MAX_PARAMS
from cnnviz.builder.modules import build
from cnnviz.images import to_tensor
from cnnviz.models import imagenet_names, imagenet_status
from cnnviz.models.transforms import centre_square
from cnnviz.pooling.field import Fields
from cnnviz.pooling.stack import stack_module
from cnnviz.probes import receptive_fields
from cnnviz.summary import LayerReach, ShapeError, layer_reach
from cnnviz.ui.kept import kept
from cnnviz.ui.models import load
from cnnviz.ui.pooling.address import Values
from cnnviz.zoo.on_meta import build_on_meta

SHIPPED = {
    "resnet18-cifar10": "ResNet18 · CIFAR-10",
    "lenet-cifar10": "LeNet · CIFAR-10",
    "efficientnet-lite0": "EfficientNet-Lite0 · ImageNet",
    "squeezenet1.1": "SqueezeNet 1.1 · ImageNet",
}
STACK, BUILT = "stack", "net"
NO_WEIGHTS = (
    "Its weights are not on this machine, so nothing is computed: what it could see is theory."
)


@dataclass(frozen=True)
class Subject:
    """A network to look into.

    Attributes:
        key: tells it from others, for caches.
        title: of the network.
        model: with weights, or on the meta device.
        theory: why there is no picture of what moves a unit; "" where there is.
        channels: of its input.
    """

    key: str
    title: str
    model: nn.Module
    theory: str
    channels: int = 3


def names(values: Values) -> dict[str, str]:
    """The networks to choose from: name and title."""
    built = {BUILT: "From the builder"} if values.net else {}
    more = {name: f"{name} · torchvision" for name in imagenet_names()}
    return {**SHIPPED, STACK: "A stack of your own", **built, **more}


def subject(values: Values) -> Subject:
    """The network of today's values.

    Raises:
        ValueError: there is none of that name, or torch refuses a layer.
    """
    if values.network in SHIPPED:
        model = load(values.network).model
        return Subject(values.network, SHIPPED[values.network], model, "")
    if values.network == STACK:
        return Subject(f"stack:{values.stack}", "Your stack", _stack(values.stack), "")
    if values.network == BUILT and values.net:
        return _built(values.net)
    if values.network in imagenet_names():
        return _torchvisions(values.network)
    raise ValueError(f"there is no network named “{values.network}” here")


@kept
def _stack(text: str) -> nn.Module:
    return stack_module(text)


@kept
def _built(net: str) -> Subject:
    spec = decode(net)
    theory = build(spec, device="meta")
    count = sum(parameter.numel() for parameter in theory.parameters())
    why = f"It has {count:,} parameters: up to {MAX_PARAMS:,} are computed here." * (
        count > MAX_PARAMS
    )
    model = theory if why else build(spec).eval().requires_grad_(False)
    return Subject(f"net:{net}", spec.name, model, why, spec.input_shape[0])


@kept
def _theory(name: str) -> nn.Module:
    return build_on_meta(name)


def _torchvisions(name: str) -> Subject:
    if imagenet_status(name).is_cached:
        return Subject(name, name, load(name).model, "")
    return Subject(name, name, _theory(name), NO_WEIGHTS)


@kept
def fields_of(key: str, side: int, channels: int, _model: nn.Module) -> Fields:
    """What every layer sees, for a picture of `side` pixels; only read."""
    return receptive_fields(_model, (1, channels, side, side))


def shown(chosen: Subject, picture: Image.Image, side: int) -> Image.Image:
    """The square of the picture that the network gets to see, as large as it reads it."""
    square = (
        load(chosen.key).transform.crop(picture)
        if _has_transform(chosen)
        else centre_square(picture, min(picture.size))
    )
    return square.resize((side, side), Image.Resampling.BILINEAR)


def batch_of(chosen: Subject, picture: Image.Image, side: int) -> Tensor:
    """What the network reads: as in its training, or values in [0, 1] where it has had none."""
    if _has_transform(chosen):
        return load(chosen.key).transform(picture, side)
    square = to_tensor(shown(chosen, picture, side))
    if chosen.channels == 3:
        return square.unsqueeze(0)
    return square.mean(dim=0, keepdim=True).expand(chosen.channels, -1, -1).unsqueeze(0)


def _has_transform(chosen: Subject) -> bool:
    """Whether its weights are here, which were learned from pictures prepared in one way."""
    return chosen.key in SHIPPED or (chosen.key in imagenet_names() and not chosen.theory)


@kept
def too_much(key: str, layer: str, side: int, channels: int, _model: nn.Module) -> str:
    """Why a layer is not computed at this size, with both numbers; "" where it is."""
    try:
        reach: LayerReach = layer_reach(_model, layer, (1, channels, side, side))
    except ShapeError as error:
        return str(error)
    macs = sum(row.macs for row in reach.rows)
    numbers = sum(row.num_activations for row in reach.rows)
    for noun, count, most in (
        ("multiply-adds", 3 * macs, MAX_MACS * 2),
        ("numbers", numbers, 2 * MAX_ACTIVATIONS),
    ):
        if count > most:
            return f"Its way to {layer} takes {count:,} {noun}: up to {most:,} are computed here."
    return ""
