"""What the address of the convolution page says: the layer, its kernel, the picture, the view."""

from __future__ import annotations

from dataclasses import dataclass

from cnnviz.convolution.grid_inputs import INPUTS, NOISE
from cnnviz.convolution.kernels import KERNELS
from cnnviz.convolution.settings import PADDING_MODES
from cnnviz.images import SAMPLES
from cnnviz.ui.address import Address
from cnnviz.ui.convolution.weights import address_weights, read_weights
from cnnviz.ui.parameters import choice, flag, pair, pair_or_word, text, whole

CUSTOM = "custom"  # the kernel with weights of one's own
OWN = "own"  # the input with numbers of one's own
VIEWS = {
    "grid": "Grid",
    "channels": "Channels",
    "picture": "On a picture",
    "filters": "All filters",
}
OF_NUMBERS = ("grid", "channels")  # the views without a picture
COLOURS = {"sum": "Channels summed", "red": "Red", "green": "Green", "blue": "Blue"}
MAX_SIZE = 4096  # of the input
MAX_CHANNELS = 4096
MAX_EXTENT = 64  # of kernel size, stride, padding and dilation in the address


@dataclass(frozen=True)
class Values:
    """The terms of the page's address; (-1, -1) is no cell and no pixel.

    `cell` is pinned, `place` is where the walk over the grid stands; `channel` is the output
    channel that is written out, `in_channel` the input channel in view where there is room for
    one.
    """

    view: str = choice("grid", VIEWS)
    height: int = whole(6, 1, MAX_SIZE)
    width: int = whole(6, 1, MAX_SIZE)
    in_channels: int = whole(1, 1, MAX_CHANNELS)
    out_channels: int = whole(1, 1, MAX_CHANNELS)
    kernel_size: tuple[int, int] = pair((3, 3), 1, MAX_EXTENT)
    stride: tuple[int, int] = pair((1, 1), 1, MAX_EXTENT)
    padding: tuple[int, int] | str = pair_or_word((1, 1), 0, MAX_EXTENT, ("same", "valid"))
    dilation: tuple[int, int] = pair((1, 1), 1, MAX_EXTENT)
    groups: int = whole(1, 1, MAX_CHANNELS)
    padding_mode: str = choice("zeros", PADDING_MODES)
    bias: bool = flag(True)
    transposed: bool = flag(False)
    output_padding: tuple[int, int] = pair((0, 0), 0, MAX_EXTENT)
    separate: bool = flag(False)
    kernel: str = choice("sobel_x", [*KERNELS, CUSTOM])
    weights: str = text("", read_weights, address_weights)
    input: str = choice(NOISE, [*INPUTS, OWN])
    pixels: str = text("", read_weights, address_weights)
    angle: int = whole(45, 0, 180)
    seed: int = whole(0, 0, 9999)
    flip: bool = flag(False)
    image: str = choice(next(iter(SAMPLES)), SAMPLES)
    colour: str = choice("sum", COLOURS)
    relu: bool = flag(False)
    per_map: bool = flag(False)
    normalise: bool = flag(True)
    channel: int = whole(0, 0, MAX_CHANNELS - 1)
    in_channel: int = whole(0, 0, MAX_CHANNELS - 1)
    cell: tuple[int, int] = pair((-1, -1), -1, 4096)
    place: tuple[int, int] = pair((0, 0), 0, 4096)
    pixel: tuple[int, int] = pair((-1, -1), -1, 4096)


ADDRESS = Address("convolution", Values)
