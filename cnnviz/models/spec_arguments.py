"""What an argument of a layer may be: enough to check a value, to make an editor, to write code."""

from __future__ import annotations

import math
import reprlib
from dataclasses import dataclass
from typing import Literal

Value = int | float | bool | str | tuple[int, ...] | None
ArgumentKind = Literal[
    "count", "size", "stride", "padding", "sides", "volume", "shape", "number", "switch", "choice"
]

# Wide enough for every published network, narrow enough that no product of two overflows.
MAX_CHANNELS = 65_536
MAX_FEATURES = 16_777_216  # a flattened 64 × 512 × 512
MAX_KERNEL = 1024


@dataclass(frozen=True)
class Argument:
    """One argument of a layer, as an editor needs to know it.

    Attributes:
        kind: "count" is a whole number; "size" a whole number, or one for height and one for
            width; "stride" a size, or None for "as the window"; "padding" a size or one of
            `choices`; "sides" a whole number, or one each for left, right, top and bottom;
            "volume" channels, height and width; "shape" the last one to three of them; "number" a
            real number; "switch" True or False; "choice" one of `choices`.
        help: one sentence that defines the term.
        low: smallest value.
        high: largest value.
        choices: the words that are allowed.
        fills: "channels" or "features" of the arriving shape, if the value has to equal them.
        default: torch's default, None where there is none.
        is_required: torch has no default.
        is_positional: written without its name in code, as people write it.
    """

    kind: ArgumentKind
    help: str
    low: float = 0
    high: float = MAX_CHANNELS
    choices: tuple[str, ...] = ()
    fills: Literal["channels", "features"] | None = None
    default: Value = None
    is_required: bool = False
    is_positional: bool = False

    def check(self, name: str, value: object) -> Value:
        """The value in its one canonical form: (3, 3) is 3, and a number is a float.

        Raises:
            ValueError: the value is not one of those that are allowed.
        """
        if self.kind == "switch":
            return _switch(name, value)
        if self.kind == "choice" or (self.kind == "padding" and isinstance(value, str)):
            return _choice(name, value, self.choices)
        if self.kind == "number":
            return self._number(name, value)
        if self.kind == "stride" and value is None:
            return None
        if self.kind in ("volume", "shape"):
            return self._shape(name, value)
        if self.kind != "count" and isinstance(value, tuple | list):
            return self._all_around(name, value)
        return self.whole(name, value)

    @property
    def most(self) -> int:
        """How many whole numbers it takes at most."""
        return {"count": 1, "sides": 4, "volume": 3, "shape": 3}.get(self.kind, 2)

    def whole(self, name: str, value: object) -> int:
        """The value, if it is a whole number from low to high.

        Raises:
            ValueError: it is not.
        """
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError(f"{name} is {shown(value)}; it has to be a whole number")
        if not self.low <= value <= self.high:
            raise ValueError(
                f"{name} is {shown(value)}; it has to lie between {self.low:,} and {self.high:,}"
            )
        return value

    def _all_around(
        self, name: str, value: tuple[object, ...] | list[object]
    ) -> int | tuple[int, ...]:
        """One number where all are equal, else one for each side or axis."""
        if len(value) != self.most:
            axes = "left, right, top and bottom" if self.kind == "sides" else "height and width"
            raise ValueError(f"{name} has {len(value)} numbers; it takes one, or {axes}")
        sizes = tuple(self.whole(name, size) for size in value)
        return sizes[0] if len(set(sizes)) == 1 else sizes

    def _shape(self, name: str, value: object) -> int | tuple[int, ...]:
        given = value if isinstance(value, tuple | list) else (value,)
        if len(given) != 3 and (self.kind == "volume" or not 1 <= len(given) <= 3):
            raise ValueError(
                f"{name} has {len(given)} numbers; it takes channels, height and width"
                + (", or the last of them" if self.kind == "shape" else "")
            )
        sizes = tuple(self.whole(name, size) for size in given)
        return sizes[0] if len(sizes) == 1 else sizes

    def _number(self, name: str, value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"{name} is {shown(value)}; it has to be a number")
        if not self.low <= value <= self.high or math.isnan(value):
            raise ValueError(
                f"{name} is {shown(value)}; it has to lie between {self.low:g} and {self.high:g}"
            )
        return float(value)


def _switch(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{name} is {shown(value)}; it has to be True or False")
    return value


def _choice(name: str, value: object, choices: tuple[str, ...]) -> str:
    if not isinstance(value, str) or value not in choices:
        raise ValueError(f"{name} is {shown(value)}; it has to be one of {', '.join(choices)}")
    return value


class _Short(reprlib.Repr):
    """Only numbers and the beginning of a text or a list are ever written out."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlevel, self.maxstring = 2, 40
        self.maxtuple = self.maxlist = self.maxdict = 4

    def repr_int(self, x: int, level: int) -> str:
        """A whole number."""
        return repr(x) if abs(x) <= 10**12 else "a number with more than 12 digits"

    def repr_instance(self, x: object, level: int) -> str:
        """What is no number, text or list; some `repr` would write all that is in it."""
        return repr(x) if x is None or isinstance(x, bool | float) else "an object"


_SHORT = _Short()


def shown(value: object) -> str:
    """A value that somebody gave, for a sentence: at most 40 characters, however large it is."""
    text = _SHORT.repr(value)
    return text if len(text) <= 40 else text[:37] + "…"


_CEIL = "Round the output size up: keep a last window that hangs over the edge."
_AFFINE = "Learn a factor and a shift for each channel."
_CHANNELS_IN = Argument(
    "count", "Feature maps that arrive: the layer before decides it.", 1, fills="channels"
)
_KERNEL = Argument("size", "Height and width of the kernel, in pixels.", 1, MAX_KERNEL)
_WINDOW = Argument("size", "Height and width of the window, in pixels.", 1, MAX_KERNEL)

# Most names mean the same everywhere; "Layer.name" stands where a layer means something else.
ARGUMENTS: dict[str, Argument] = {
    "in_channels": _CHANNELS_IN,
    "num_features": _CHANNELS_IN,
    "num_channels": _CHANNELS_IN,
    "out_channels": Argument("count", "Number of kernels, so of feature maps made.", 1),
    "kernel_size": _WINDOW,
    "Conv2d.kernel_size": _KERNEL,
    "ConvTranspose2d.kernel_size": _KERNEL,
    "stride": Argument("stride", "Step of the window. None: as wide as it.", 1, MAX_KERNEL),
    "Conv2d.stride": Argument("size", "Step between two places of the kernel.", 1, MAX_KERNEL),
    "ConvTranspose2d.stride": Argument(
        "size", "Distance in the output between two neighbours of the input.", 1, MAX_KERNEL
    ),
    "Residual.stride": Argument("size", "Step of the 1×1 convolution.", 1, MAX_KERNEL),
    "padding": Argument(
        "size", "Rows and columns added on each side, at most half the window.", 0, MAX_KERNEL
    ),
    "Conv2d.padding": Argument(
        "padding",
        "Rows and columns added on each side; 'same' keeps the size, 'valid' adds none.",
        0,
        MAX_KERNEL,
        ("same", "valid"),
    ),
    "ConvTranspose2d.padding": Argument(
        "size", "Rows and columns cut off each side of the output.", 0, MAX_KERNEL
    ),
    "output_padding": Argument(
        "size", "Rows and columns added at the bottom and right, less than the stride.", 0,
        MAX_KERNEL,
    ),
    "dilation": Argument(
        "size", "Distance between two kernel cells: 1 is a kernel without holes.", 1, MAX_KERNEL
    ),
    "groups": Argument(
        "count", "Channels are split into this many groups that do not see each other.", 1
    ),
    "bias": Argument("switch", "Add one learnt number to each output channel."),
    **dict.fromkeys(
        ("ZeroPad2d.padding", "ReflectionPad2d.padding", "ReplicationPad2d.padding"),
        Argument(
            "sides", "Rows and columns added on every side, or left, right, top, bottom.", 0,
            MAX_KERNEL,
        ),
    ),
    "padding_mode": Argument(
        "choice", "What the padding is filled with.",
        choices=("zeros", "reflect", "replicate", "circular"),
    ),
    "ceil_mode": Argument("switch", _CEIL),
    "count_include_pad": Argument("switch", "Count the zeros of the padding in the mean."),
    "norm_type": Argument("number", "The p of the norm.", 0.1, 16),
    "output_size": Argument("size", "Height and width that come out.", 1, MAX_KERNEL),
    "eps": Argument("number", "Added to the variance, so that nothing is divided by 0.", 0, 1),
    "momentum": Argument("number", "How fast the running mean follows the batches.", 0, 1),
    "affine": Argument("switch", _AFFINE),
    "elementwise_affine": Argument("switch", "Learn a factor and a shift for each number."),
    "LayerNorm.bias": Argument("switch", "Learn the shift as well."),
    "normalized_shape": Argument(
        "shape", "What is normalised together: the last axes of what arrives.", 1, MAX_FEATURES
    ),
    "LayerNorm2d.normalized_shape": _CHANNELS_IN,
    "factor": Argument("number", "By what is multiplied; a learnt one begins so.", -1e6, 1e6),
    "addend": Argument("number", "What is added; a learnt one begins so.", -1e6, 1e6),
    **dict.fromkeys(
        ("Scale.num_parameters", "Shift.num_parameters"),
        Argument("count", "Learnt numbers: 0 for none, 1 for all channels, or one per channel."),
    ),
    "chunks": Argument("count", "How many equal parts the channels are cut into.", 1, 1024),
    "index": Argument("count", "Which of the parts goes on, counted from 0.", 0, 1023),
    "start": Argument("count", "The first channel that is taken, counted from 0."),
    "stop": Argument("count", "The channel before which it stops; 0 takes all to the last."),
    "pool": Argument(
        "choice", "Of the channels at each place the mean or the largest.",
        choices=("mean", "max"),
    ),
    "ChannelShuffle.groups": Argument("count", "Groups of channels that are mixed.", 1),
    "Upsample.size": Argument(
        "stride", "Height and width that come out. None: so many times as large.", 1, 4096
    ),
    "GLU.dim": Argument("count", "The dimension that is halved: 1 is the channels.", 1, 3),
    "unflattened_size": Argument(
        "volume", "Channels, height and width that come out.", 1, MAX_FEATURES
    ),
    "Unflatten.dim": Argument("count", "The dimension that is taken apart: the numbers.", 1, 1),
    "upscale_factor": Argument("count", "How many times as high and wide.", 1, 64),
    "downscale_factor": Argument("count", "To which part of height and width.", 1, 64),
    "LocalResponseNorm.size": Argument("count", "Channels that are looked at together.", 1, 1024),
    "LocalResponseNorm.alpha": Argument("number", "How much the neighbours count.", 0, 100),
    "beta": Argument("number", "The power of the sum that is divided by.", 0, 100),
    "k": Argument("number", "Added to the sum of squares.", 0, 100),
    "track_running_stats": Argument("switch", "Keep running means for use after training."),
    "num_groups": Argument("count", "Groups of channels normalised together.", 1),
    "p": Argument("number", "Share of the numbers set to 0 during training.", 0, 1),
    "in_features": Argument(
        "count", "Numbers that arrive: the layer before decides it.", 1, MAX_FEATURES,
        fills="features",
    ),
    "out_features": Argument("count", "Neurons, so numbers that leave.", 1),
    "min_val": Argument("number", "What is below it becomes it.", -1e6, 1e6),
    "max_val": Argument("number", "What is above it becomes it.", -1e6, 1e6),
    "negative_slope": Argument("number", "Factor for what is below 0.", 0, 1),
    "num_parameters": Argument("count", "Learnt slopes: 1, or one per channel.", 1),
    "alpha": Argument("number", "The α: the output never falls below −α.", 0, 100),
    "approximate": Argument(
        "choice", "'tanh' is a faster formula that is almost the same.", choices=("none", "tanh")
    ),
    "dim": Argument(
        "count", "The dimension whose numbers sum to 1: 1 is the channels or classes.", 1, 3
    ),
    "activation": Argument(
        "choice", "Applied to the sum.",
        choices=(
            "ReLU", "none", "LeakyReLU", "ELU", "GELU", "SiLU", "Mish", "Hardswish", "ReLU6",
            "Sigmoid", "Tanh",
        ),
    ),
    "shortcut": Argument(
        "choice", "What is added: the input as it is, or the input through a 1×1 convolution.",
        choices=("identity", "conv"),
    ),
    "scale_factor": Argument("number", "How many times as high and wide.", 0.1, 64),
    "mode": Argument(
        "choice", "Repeat the nearest number, or weigh the neighbours.",
        choices=("nearest", "bilinear", "bicubic"),
    ),
    "align_corners": Argument("switch", "Corner pixels stay where they are (not for nearest)."),
    "how": Argument(
        "choice",
        "cat: channels one behind the other. sum, product, difference: number by number; in a "
        "product one number for each map weighs the whole map.",
        choices=("cat", "sum", "product", "difference"),
    ),
    "sizes": Argument(
        "choice",
        "Where sizes differ: refuse as torch does, crop to the smallest, pad with zeros or resize "
        "to the largest.",
        choices=("equal", "crop", "pad", "resize"),
    ),
    "batch_norm": Argument("switch", "BatchNorm2d after the 1×1 convolution."),
}  # fmt: skip
