"""What the address of the pooling page says: the layer, the picture, the move, the unit."""

from __future__ import annotations

from dataclasses import dataclass

from cnnviz.convolution.kernels import KERNELS
from cnnviz.images import SAMPLES
from cnnviz.pooling.settings import OPERATIONS, PoolSettings
from cnnviz.pooling.stack import DEFAULT, read_stack
from cnnviz.ui.address import Address
from cnnviz.ui.models import read_layer
from cnnviz.ui.network_parameter import network as network_text
from cnnviz.ui.parameters import choice, flag, number, one_of, pair, text, whole

VIEWS = {
    "grid": "Grid",
    "picture": "On a picture",
    "shift": "Shift",
    "field": "Receptive field",
    "cost": "Cost",
}
MAX_SIZE = 14  # of the grid's input
MAX_EXTENT = 16  # of kernel size, stride, padding and dilation
MAX_CHANNELS = 512
SIDES = (32, 64, 96, 128, 160, 224, 320)  # pixels of the picture whose receptive fields are shown

IN_NAMES = str.maketrans("-.", "__")  # beside what an identifier has: squeezenet1.1


def read_network(name: str) -> str:
    """A network's name as it may stand in an address; whether it is there is seen later.

    Raises:
        ValueError: it is no name.
    """
    if not (0 < len(name) <= 60 and name.translate(IN_NAMES).isidentifier()):
        raise ValueError("the name of a network, such as resnet18-cifar10")
    return name


@dataclass(frozen=True)
class Values:
    """The terms of the page's address; (-1, -1) is no cell."""

    view: str = choice("grid", VIEWS)
    operation: str = choice("max", OPERATIONS)
    height: int = whole(4, 1, MAX_SIZE)
    width: int = whole(4, 1, MAX_SIZE)
    channels: int = whole(1, 1, MAX_CHANNELS)
    kernel_size: tuple[int, int] = pair((2, 2), 1, MAX_EXTENT)
    stride: tuple[int, int] = pair((2, 2), 1, MAX_EXTENT)
    padding: tuple[int, int] = pair((0, 0), 0, MAX_EXTENT)
    dilation: tuple[int, int] = pair((1, 1), 1, MAX_EXTENT)
    separate: bool = flag(False)
    ceil_mode: bool = flag(False)
    count_include_pad: bool = flag(True)
    p: float = number(2.0, 0.25, 512.0)
    seed: int = whole(0, 0, 9999)
    cell: tuple[int, int] = pair((-1, -1), -1, MAX_SIZE + 2 * MAX_EXTENT)
    pixel: tuple[int, int] = pair((-1, -1), -1, 4096)
    image: str = choice(next(iter(SAMPLES)), SAMPLES)
    network: str = text("resnet18-cifar10", read_network)
    net: str = network_text("", "the builder")
    stack: str = text(DEFAULT, read_stack)
    size: int = one_of(224, SIDES)
    layer: str = text("", read_layer)
    map: int = whole(-1, -1, 8191)
    unit: tuple[int, int] = pair((-1, -1), -1, 1023)
    dx: int = whole(1, 0, 16)
    dy: int = whole(0, 0, 16)
    kernel: str = choice("sobel_x", KERNELS)
    place: tuple[int, int] = pair((-1, -1), -1, 4096)
    maps: int = whole(64, 1, MAX_CHANNELS)
    side: int = whole(64, 8, 256)
    levels: int = whole(2, 1, 4)


ADDRESS = Address("pooling", Values)
# Keys of the page's fragments: all of it, what follows a drag, what follows when the hand rests.
WHOLE, LIVE, CODE = "pooling", "pooling_live", "pooling_code"


def settings_from(values: Values) -> PoolSettings:
    """The layer that the page's values describe, on the grid's input."""
    return PoolSettings(
        operation=values.operation,
        height=values.height,
        width=values.width,
        channels=values.channels,
        kernel_size=values.kernel_size,
        stride=values.stride,
        padding=values.padding,
        dilation=values.dilation,
        ceil_mode=values.ceil_mode,
        count_include_pad=values.count_include_pad,
        p=values.p,
    )
