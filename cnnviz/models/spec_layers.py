"""The layers of the network builder: what torch.nn's modules are made from, without any weights."""

from __future__ import annotations

import keyword
from dataclasses import MISSING, dataclass, field, fields, replace
from functools import cache
from typing import Any, ClassVar

from cnnviz.models.spec_arguments import ARGUMENTS, Argument, shown

Size = int | tuple[int, int]

ARRIVING = ""  # among the places that a join reads: what leaves the layer before it
INPUT = "input"  # the picture
MAX_MARK = 20  # characters of a mark
MAX_READS = 32  # places that one join reads
NO_MARKS = {
    INPUT, "before", "x", "self", "torch", "nn", "F", "functools", "sum",
    "cropped", "padded", "resized",
}  # fmt: skip


@dataclass(frozen=True)
class Layer:
    """One layer: a name of torch.nn and its arguments. Equal arguments make equal layers.

    Attributes:
        mark: by which name a later layer reads what leaves this one; "" where none does.
    """

    # How many arguments people write without a name, as the 3 and 6 of Conv2d(3, 6, kernel_size=5).
    num_positional: ClassVar[int] = 0
    mark: str = field(default="", kw_only=True)

    def __post_init__(self) -> None:
        object.__setattr__(self, "mark", checked_mark(self.mark))
        for name, argument in arguments_of(type(self)).items():
            object.__setattr__(self, name, argument.check(name, getattr(self, name)))

    @property
    def kind(self) -> str:
        """The name of the layer in torch.nn."""
        return type(self).__name__

    @property
    def values(self) -> dict[str, Any]:
        """The arguments by name, in torch's order."""
        return {name: getattr(self, name) for name in arguments_of(type(self))}

    @property
    def places(self) -> tuple[str, ...]:
        """The marks of the earlier places that the layer reads beside what arrives."""
        return ()


def checked_mark(mark: object) -> str:
    """A mark as it is, or "" for none.

    Raises:
        ValueError: it is no name that a variable of the exported code could have.
    """
    if not isinstance(mark, str) or len(mark) > MAX_MARK:
        raise ValueError(f"the name of a place has up to {MAX_MARK} characters")
    is_name = mark.isascii() and mark.isidentifier()
    if mark in NO_MARKS or keyword.iskeyword(mark):
        raise ValueError(
            f"a place cannot have the name {shown(mark)}: code says it of other things"
        )
    if mark and (not is_name or mark.startswith("_")):
        raise ValueError(
            f"a place cannot have the name {shown(mark)}: a letter, then letters, digits and _"
        )
    return mark


@cache
def arguments_of(layer_class: type[Layer]) -> dict[str, Argument]:
    """The arguments of a layer class by name, in torch's order."""
    found: dict[str, Argument] = {}
    for entry in fields(layer_class):
        own = f"{layer_class.__name__}.{entry.name}"
        argument = ARGUMENTS.get(own) or ARGUMENTS.get(entry.name)
        if argument is not None:  # the layers in a block are no argument
            is_required = entry.default is MISSING
            found[entry.name] = replace(
                argument,
                default=None if is_required else entry.default,
                is_required=is_required,
                is_positional=len(found) < layer_class.num_positional,
            )
    return found


@dataclass(frozen=True)
class Conv2d(Layer):
    """Slides learnt kernels over all channels: each kernel gives one feature map."""

    num_positional: ClassVar[int] = 2
    in_channels: int
    out_channels: int
    kernel_size: Size
    stride: Size = 1
    padding: Size | str = 0
    dilation: Size = 1
    groups: int = 1
    bias: bool = True
    padding_mode: str = "zeros"


@dataclass(frozen=True)
class Enlarging(Layer):
    """A layer that can make maps as high and wide as those of an earlier place, named `like`."""

    like: str = field(default="", kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.like != INPUT:
            object.__setattr__(self, "like", checked_mark(self.like))

    @property
    def places(self) -> tuple[str, ...]:
        """The place whose height and width come out, if one is named."""
        return (self.like,) if self.like else ()


@dataclass(frozen=True)
class ConvTranspose2d(Enlarging):
    """Spreads each number out by a learnt kernel: the output is larger than the input.

    Attributes:
        like: mark of a place whose height and width come out, where that many can
            (`output_size` of torch's call); "" for what the arguments give.
    """

    num_positional: ClassVar[int] = 2
    in_channels: int
    out_channels: int
    kernel_size: Size
    stride: Size = 1
    padding: Size = 0
    output_padding: Size = 0
    groups: int = 1
    bias: bool = True
    dilation: Size = 1


@dataclass(frozen=True)
class Upsample(Enlarging):
    """Makes the maps larger by repeating their numbers, or by weighing neighbours: learns nothing.

    Attributes:
        size: height and width that come out, whatever arrives; None for a number of times as large.
        like: mark of a place whose height and width come out instead.
    """

    num_positional: ClassVar[int] = 0
    size: Size | None = field(default=None, kw_only=True)
    scale_factor: float
    mode: str = "nearest"
    align_corners: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.size is not None:  # then the factor does nothing
            object.__setattr__(self, "scale_factor", 1.0)
        if self.mode == "nearest":  # one form only, so that equal networks are equal
            object.__setattr__(self, "align_corners", False)


@dataclass(frozen=True)
class MaxPool2d(Layer):
    """Keeps the largest number of each window."""

    num_positional: ClassVar[int] = 1
    kernel_size: Size
    stride: Size | None = None
    padding: Size = 0
    dilation: Size = 1
    ceil_mode: bool = False


@dataclass(frozen=True)
class AvgPool2d(Layer):
    """Takes the mean of each window."""

    num_positional: ClassVar[int] = 1
    kernel_size: Size
    stride: Size | None = None
    padding: Size = 0
    ceil_mode: bool = False
    count_include_pad: bool = True


@dataclass(frozen=True)
class LPPool2d(Layer):
    """Takes the p-norm of each window: p = 1 is the sum, a large p is close to the maximum."""

    num_positional: ClassVar[int] = 2
    norm_type: float
    kernel_size: Size
    stride: Size | None = None
    ceil_mode: bool = False


@dataclass(frozen=True)
class AdaptiveAvgPool2d(Layer):
    """Takes means over windows chosen so that the output has one given size, whatever arrives."""

    num_positional: ClassVar[int] = 1
    output_size: Size


@dataclass(frozen=True)
class AdaptiveMaxPool2d(Layer):
    """Takes maxima over windows chosen so that the output has one given size."""

    num_positional: ClassVar[int] = 1
    output_size: Size


@dataclass(frozen=True)
class Padding(Layer):
    """Adds rows and columns around the maps."""

    num_positional: ClassVar[int] = 1
    padding: int | tuple[int, ...]

    @property
    def sides(self) -> tuple[int, int, int, int]:
        """What is added left, right, at the top and at the bottom."""
        given = self.padding
        left, right, top, bottom = (given,) * 4 if isinstance(given, int) else given
        return left, right, top, bottom


@dataclass(frozen=True)
class ZeroPad2d(Padding):
    """Adds rows and columns of zeros around the maps."""


@dataclass(frozen=True)
class ReflectionPad2d(Padding):
    """Adds rows and columns that mirror those inside the edge."""


@dataclass(frozen=True)
class ReplicationPad2d(Padding):
    """Adds rows and columns that repeat the edge."""


@dataclass(frozen=True)
class PixelShuffle(Layer):
    """Lays groups of r² channels out as r × r pixels: larger maps, fewer of them."""

    num_positional: ClassVar[int] = 1
    upscale_factor: int


@dataclass(frozen=True)
class PixelUnshuffle(Layer):
    """Lays r × r pixels out as r² channels: smaller maps, more of them."""

    num_positional: ClassVar[int] = 1
    downscale_factor: int


@dataclass(frozen=True)
class ChannelShuffle(Layer):
    """Mixes the groups of channels: the first of each group, then the second of each."""

    num_positional: ClassVar[int] = 1
    groups: int


@dataclass(frozen=True)
class GLU(Layer):
    """Halves the channels: the first half times the sigmoid of the second, which gates it."""

    num_positional: ClassVar[int] = 1
    dim: int


@dataclass(frozen=True)
class _BatchNorm(Layer):
    num_positional: ClassVar[int] = 1
    num_features: int
    eps: float = 1e-5
    momentum: float = 0.1
    affine: bool = True
    track_running_stats: bool = True


@dataclass(frozen=True)
class BatchNorm2d(_BatchNorm):
    """Shifts and scales each feature map to mean 0 and variance 1, then by two learnt numbers."""


@dataclass(frozen=True)
class BatchNorm1d(_BatchNorm):
    """Batch normalisation of flat features, as it stands between Linear layers."""


@dataclass(frozen=True)
class InstanceNorm2d(_BatchNorm):
    """Shifts and scales each map of each picture to mean 0 and variance 1."""

    affine: bool = False
    track_running_stats: bool = False


@dataclass(frozen=True)
class LayerNorm(Layer):
    """Shifts and scales all numbers of one picture together, or those of its last axes."""

    num_positional: ClassVar[int] = 1
    normalized_shape: int | tuple[int, ...]
    eps: float = 1e-5
    elementwise_affine: bool = True
    bias: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.elementwise_affine:  # one form only, so that equal networks are equal
            object.__setattr__(self, "bias", True)

    @property
    def sizes(self) -> tuple[int, ...]:
        """The sizes of the axes that are normalised together."""
        given = self.normalized_shape
        return (given,) if isinstance(given, int) else given


@dataclass(frozen=True)
class LocalResponseNorm(Layer):
    """Divides each number by how much its neighbour channels say: the norm of AlexNet."""

    num_positional: ClassVar[int] = 1
    size: int
    alpha: float = 1e-4
    beta: float = 0.75
    k: float = 1.0


@dataclass(frozen=True)
class GroupNorm(Layer):
    """Normalises groups of channels of one picture, whatever else is in the batch."""

    num_positional: ClassVar[int] = 2
    num_groups: int
    num_channels: int
    eps: float = 1e-5
    affine: bool = True


@dataclass(frozen=True)
class _Dropout(Layer):
    num_positional: ClassVar[int] = 1
    p: float = 0.5


@dataclass(frozen=True)
class Dropout(_Dropout):
    """Sets random numbers to 0 during training; does nothing afterwards."""


@dataclass(frozen=True)
class Dropout2d(_Dropout):
    """Sets whole random feature maps to 0 during training; does nothing afterwards."""


@dataclass(frozen=True)
class Flatten(Layer):
    """Lays all channels, rows and columns out in one long vector.

    Attributes:
        numbers: how many numbers of each picture the code asks for, as `x.view(-1, 256)` does,
            where that is not what arrives; 0 for as many as there are.
    """

    numbers: int = field(default=0, kw_only=True)


@dataclass(frozen=True)
class Unflatten(Layer):
    """Lays a row of numbers out as maps: the way back from Flatten."""

    num_positional: ClassVar[int] = 2
    dim: int
    unflattened_size: tuple[int, int, int]


@dataclass(frozen=True)
class Linear(Layer):
    """Connects every number that arrives to every number that leaves."""

    num_positional: ClassVar[int] = 2
    in_features: int
    out_features: int
    bias: bool = True


@dataclass(frozen=True)
class Identity(Layer):
    """Hands on what arrives."""


@dataclass(frozen=True)
class Residual(Layer):
    """activation(layers(x) + shortcut(x)): the layers only learn what to add to the input.

    The shortcut is the identity, or a strided 1×1 convolution where the shape changes on the way
    (He et al., 2015, arxiv.org/abs/1512.03385, equations 1 and 2).
    """

    layers: tuple[Layer, ...] = ()
    activation: str = "ReLU"
    shortcut: str = "identity"
    in_channels: int = 1
    out_channels: int = 1
    stride: Size = 1
    bias: bool = False
    batch_norm: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "layers", tuple(self.layers))
        if self.shortcut == "identity":  # one form only, so that equal networks are equal
            for name in SHORTCUT_ARGUMENTS:
                object.__setattr__(self, name, arguments_of(Residual)[name].default)

    @property
    def shortcut_layers(self) -> tuple[Layer, ...]:
        """The layers of the shortcut: none for the identity."""
        if self.shortcut == "identity":
            return ()
        convolution = Conv2d(
            self.in_channels, self.out_channels, 1, stride=self.stride, bias=self.bias
        )
        return (convolution, BatchNorm2d(self.out_channels)) if self.batch_norm else (convolution,)


@dataclass(frozen=True)
class Join(Layer):
    """Joins earlier places: their channels one behind the other, their sum, or their product.

    Of one place it is the way back: what comes next goes on from there, and `how` and `sizes` wait
    for a second place.

    Attributes:
        reads: marks of the places in order; "" is what arrives, "input" the picture.
        how: "cat", "sum", "product", or "difference": the first without the others. In a product
            a row of numbers weighs maps, one number each.
        sizes: what is done where heights and widths differ.
    """

    reads: tuple[str, ...] = (ARRIVING,)
    how: str = "cat"
    sizes: str = "equal"

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.reads, tuple | list) or not 1 <= len(self.reads) <= MAX_READS:
            raise ValueError(f"a join reads from 1 to {MAX_READS} places")
        given = tuple(name if name == INPUT else checked_mark(name) for name in self.reads)
        object.__setattr__(self, "reads", given)

    @property
    def places(self) -> tuple[str, ...]:
        """The marks that it reads, without what arrives."""
        return tuple(name for name in self.reads if name != ARRIVING)

    @property
    def is_way_back(self) -> bool:
        """Whether it joins nothing: what comes next goes on from one earlier place."""
        return len(self.reads) == 1


def idle_arguments(layer: Layer) -> tuple[str, ...]:
    """The arguments of a layer that do nothing as it is, such as those of no shortcut."""
    if isinstance(layer, Upsample):
        idle = ("scale_factor",) if layer.size is not None else ()
        return (*idle, "align_corners") if layer.mode == "nearest" else idle
    if isinstance(layer, LayerNorm) and not layer.elementwise_affine:
        return ("bias",)
    if isinstance(layer, Join) and layer.is_way_back:
        return ("how", "sizes")
    is_plain = isinstance(layer, Residual) and layer.shortcut == "identity"
    return SHORTCUT_ARGUMENTS if is_plain else ()


SHORTCUT_ARGUMENTS = ("in_channels", "out_channels", "stride", "bias", "batch_norm")
