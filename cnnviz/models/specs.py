"""A network as plain data: its input shape and its layers, to be edited, compared and sent.

Nothing here needs torch. `cnnviz.builder.modules.build` makes the `nn.Module`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from cnnviz.models.spec_activations import (
    ACTIVATIONS,
    ELU,
    GELU,
    SELU,
    Activation,
    ChannelPool,
    Channels,
    Chunk,
    Hardsigmoid,
    Hardswish,
    Hardtanh,
    LayerNorm2d,
    LeakyReLU,
    LogSigmoid,
    LogSoftmax,
    Mish,
    Operation,
    PReLU,
    ReLU,
    ReLU6,
    Scale,
    Shift,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Softsign,
    Tanh,
)
from cnnviz.models.spec_arguments import Argument, Value
from cnnviz.models.spec_layers import (
    ARRIVING,
    GLU,
    INPUT,
    AdaptiveAvgPool2d,
    AdaptiveMaxPool2d,
    AvgPool2d,
    BatchNorm1d,
    BatchNorm2d,
    ChannelShuffle,
    Conv2d,
    ConvTranspose2d,
    Dropout,
    Dropout2d,
    Enlarging,
    Flatten,
    GroupNorm,
    Identity,
    InstanceNorm2d,
    Join,
    Layer,
    LayerNorm,
    Linear,
    LocalResponseNorm,
    LPPool2d,
    MaxPool2d,
    Padding,
    PixelShuffle,
    PixelUnshuffle,
    ReflectionPad2d,
    ReplicationPad2d,
    Residual,
    Size,
    Unflatten,
    Upsample,
    ZeroPad2d,
    arguments_of,
)

__all__ = [
    "ACTIVATIONS", "ARRIVING", "ELU", "GELU", "GLU", "INPUT", "LAYER_CLASSES", "LAYER_GROUPS",
    "MAX_DEPTH", "MAX_LAYERS", "MAX_SIDE", "SELU", "Activation", "AdaptiveAvgPool2d",
    "AdaptiveMaxPool2d", "Argument", "AvgPool2d", "BatchNorm1d", "BatchNorm2d", "ChannelPool",
    "ChannelShuffle", "Channels", "Chunk", "Conv2d", "ConvTranspose2d", "Dropout", "Dropout2d",
    "Enlarging", "Flatten", "GroupNorm", "Hardsigmoid", "Hardswish", "Hardtanh", "Identity",
    "InstanceNorm2d", "Join", "LPPool2d", "Layer", "LayerNorm", "LayerNorm2d", "LeakyReLU",
    "Linear", "LocalResponseNorm", "LogSigmoid", "LogSoftmax", "MaxPool2d", "Mish", "NetworkSpec",
    "Operation", "PReLU", "Padding", "Path", "PixelShuffle", "PixelUnshuffle", "ReLU", "ReLU6",
    "ReflectionPad2d", "ReplicationPad2d", "Residual", "Scale", "Shift", "SiLU", "Sigmoid",
    "Size", "Softmax", "Softplus", "Softsign", "Tanh", "Unflatten", "Upsample", "Value",
    "ZeroPad2d",
    "arguments_of", "checked_input_shape", "checked_name", "count_layers", "depth_of",
    "layer_at", "walk",
]  # fmt: skip

Path = tuple[int, ...]

MAX_LAYERS = 320  # the layers inside blocks counted too: ResNet101 has 303
MAX_DEPTH = 3  # a block in a block in a block
MAX_SIDE = 4096  # pixels
MAX_NAME = 40  # characters


@dataclass(frozen=True)
class NetworkSpec:
    """A network: pictures of `input_shape` (channels, height, width) go through `layers` in turn.

    `guessed` says what of it nobody has said: the size of its pictures, or the order of its layers.

    Raises:
        ValueError: the name, the input shape, the number of layers or their depth is not allowed.
    """

    name: str
    input_shape: tuple[int, int, int]
    layers: tuple[Layer, ...] = ()
    guessed: tuple[str, ...] = field(default=(), compare=False)  # "size", "forward"

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", checked_name(self.name))
        object.__setattr__(self, "input_shape", checked_input_shape(self.input_shape))
        object.__setattr__(self, "layers", tuple(self.layers))
        check_places(self.layers)
        if (depth := depth_of(self.layers)) > MAX_DEPTH:
            raise ValueError(f"blocks stand {depth} deep in each other; up to {MAX_DEPTH} can")
        if (count := count_layers(self.layers)) > MAX_LAYERS:
            raise ValueError(
                f"the network has {count:,} layers, those in blocks counted; "
                f"up to {MAX_LAYERS} are allowed"
            )


def checked_name(name: object) -> str:
    """The name of a network without spaces around it.

    Raises:
        ValueError: it is empty, too long, or has quotes, backslashes or invisible characters.
    """
    if not isinstance(name, str) or not (name := name.strip()):
        raise ValueError("the network needs a name")
    if len(name) > MAX_NAME:
        raise ValueError(f"the name has {len(name)} characters; up to {MAX_NAME} are allowed")
    if not name.isprintable() or any(mark in name for mark in "\"'\\"):
        raise ValueError("the name may have no quotes, backslashes or invisible characters")
    return name


def checked_input_shape(shape: object) -> tuple[int, int, int]:
    """The input shape as a tuple (channels, height, width).

    Raises:
        ValueError: it is not three whole numbers between 1 and 4,096.
    """
    if not isinstance(shape, tuple | list) or len(shape) != 3:
        raise ValueError("the input shape takes three numbers: channels, height and width")
    side = Argument("count", "", low=1, high=MAX_SIDE)
    names = ("the number of input channels", "the input height", "the input width")
    channels, height, width = (side.whole(name, n) for name, n in zip(names, shape, strict=True))
    return channels, height, width


def check_places(layers: tuple[Layer, ...]) -> None:
    """Raise a ValueError where a layer reads a place that is not before it, or a name is twice."""
    known = {INPUT}
    for layer in layers:
        if missing := [name for name in layer.places if name not in known]:
            raise ValueError(f"a {layer.kind} reads {missing[0]}, and no place before it is that")
        if layer.mark in known:
            raise ValueError(f"two places have the name {layer.mark}")
        known |= {layer.mark} if layer.mark else set()
        if isinstance(layer, Residual):
            _check_block(layer)


def _check_block(block: Residual) -> None:
    if any(
        inner.mark or isinstance(inner, Join) or inner.places for _, inner in walk(block.layers)
    ):
        raise ValueError("inside a block no place is named or joined: take the layers out of it")


def walk(layers: tuple[Layer, ...], parent: Path = ()) -> Iterator[tuple[Path, Layer]]:
    """Every layer with its path, a block before its layers: (7, 1) is the second in block 7."""
    for index, layer in enumerate(layers):
        yield (*parent, index), layer
        if isinstance(layer, Residual):
            yield from walk(layer.layers, (*parent, index))


def count_layers(layers: tuple[Layer, ...]) -> int:
    """Number of layers; a block counts as one, and the layers in it as well."""
    return sum(1 for _ in walk(layers))


def layer_at(spec: NetworkSpec, path: Path) -> Layer:
    """The layer at a path.

    Raises:
        ValueError: there is none.
    """
    layers = spec.layers
    for step, index in enumerate(path):
        if not 0 <= index < len(layers):
            break
        layer = layers[index]
        if step == len(path) - 1:
            return layer
        layers = layer.layers if isinstance(layer, Residual) else ()
    raise ValueError(f"there is no layer {'.'.join(str(index + 1) for index in path) or '?'}")


def depth_of(layers: tuple[Layer, ...]) -> int:
    """How deep blocks stand in each other: 0 without any."""
    blocks = [layer for layer in layers if isinstance(layer, Residual)]
    return max((1 + depth_of(block.layers) for block in blocks), default=0)


# In the order and groups of a menu.
LAYER_GROUPS: dict[str, tuple[type[Layer], ...]] = {
    "Convolution": (
        Conv2d, ConvTranspose2d, Upsample, PixelShuffle, PixelUnshuffle, ChannelShuffle,
    ),
    "Padding": (ZeroPad2d, ReflectionPad2d, ReplicationPad2d),
    "Pooling": (MaxPool2d, AvgPool2d, LPPool2d, AdaptiveAvgPool2d, AdaptiveMaxPool2d),
    "Activation": (*ACTIVATIONS, GLU),
    "Normalisation": (
        BatchNorm2d, BatchNorm1d, GroupNorm, InstanceNorm2d, LayerNorm, LayerNorm2d,
        LocalResponseNorm,
    ),
    "Arithmetic": (Scale, Shift, Chunk, Channels, ChannelPool),
    "Dropout": (Dropout, Dropout2d),
    "Flat": (Flatten, Linear, Unflatten),
    "Block": (Residual, Join, Identity),
}  # fmt: skip
LAYER_CLASSES: dict[str, type[Layer]] = {
    layer_class.__name__: layer_class for group in LAYER_GROUPS.values() for layer_class in group
}
