"""The settings of a convolutional layer, whole and along one axis."""

from dataclasses import dataclass

from cnnviz import arithmetic

PADDING_MODES = ("zeros", "reflect", "replicate", "circular")


@dataclass(frozen=True)
class ConvSettings:
    """Everything that decides what a convolutional layer does; pairs are (height, width).

    The names and defaults are those of torch.nn.Conv2d and torch.nn.ConvTranspose2d, except for
    the size of the input and a padding of 1. A padding may also be "same" or "valid".
    """

    height: int = 6
    width: int = 6
    in_channels: int = 1
    out_channels: int = 1
    kernel_size: tuple[int, int] = (3, 3)
    stride: tuple[int, int] = (1, 1)
    padding: tuple[int, int] | str = (1, 1)
    dilation: tuple[int, int] = (1, 1)
    groups: int = 1
    padding_mode: str = "zeros"
    bias: bool = True
    transposed: bool = False
    output_padding: tuple[int, int] = (0, 0)  # of a transposed convolution only

    @property
    def axes(self) -> tuple["Axis", "Axis"]:
        """The same settings seen along the height and along the width."""
        return axis_of(self, 0), axis_of(self, 1)


@dataclass(frozen=True)
class Axis:
    """The settings along one axis, with the padding (before, after) in pixels."""

    size: int
    kernel_size: int
    stride: int
    padding: tuple[int, int]
    dilation: int
    output_padding: int

    @property
    def span(self) -> int:
        """Pixels from the first to the last that the kernel reads."""
        return arithmetic.span(self.kernel_size, self.dilation)

    @property
    def padded_size(self) -> int:
        """Pixels of the input and its padding."""
        return sum(self.padding) + self.size

    @property
    def written_size(self) -> int:
        """Pixels of a transposed convolution's output before its padding is cut off."""
        return (self.size - 1) * self.stride + self.span + self.output_padding


def axis_of(settings: ConvSettings, axis: int) -> Axis:
    """The settings along axis 0 (height) or 1 (width)."""
    kernel_size, dilation = settings.kernel_size[axis], settings.dilation[axis]
    if settings.padding == "same":
        padding = arithmetic.same_padding(kernel_size, dilation)
    elif isinstance(settings.padding, str):
        padding = (0, 0)
    else:
        padding = (settings.padding[axis], settings.padding[axis])
    return Axis(
        size=(settings.height, settings.width)[axis],
        kernel_size=kernel_size,
        stride=settings.stride[axis],
        padding=padding,
        dilation=dilation,
        output_padding=settings.output_padding[axis] if settings.transposed else 0,
    )
