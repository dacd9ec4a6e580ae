"""The settings of a pooling layer, whole and along one axis."""

from __future__ import annotations

from dataclasses import dataclass

from cnnviz import arithmetic

OPERATIONS = ("max", "avg", "lp")


@dataclass(frozen=True)
class PoolSettings:
    """Everything that decides what a pooling layer does; pairs are (height, width).

    Names are those of torch.nn.MaxPool2d, AvgPool2d and LPPool2d. `dilation` is for max only,
    `count_include_pad` for avg, `p` for lp, which takes no padding.
    """

    operation: str = "max"
    height: int = 4
    width: int = 4
    channels: int = 1
    kernel_size: tuple[int, int] = (2, 2)
    stride: tuple[int, int] = (2, 2)
    padding: tuple[int, int] = (0, 0)
    dilation: tuple[int, int] = (1, 1)
    ceil_mode: bool = False
    count_include_pad: bool = True
    p: float = 2.0

    @property
    def axes(self) -> tuple[PoolAxis, PoolAxis]:
        """The same settings seen along the height and along the width."""
        return pool_axis(self, 0), pool_axis(self, 1)


@dataclass(frozen=True)
class PoolAxis:
    """The settings along one axis, in cells."""

    size: int
    kernel_size: int
    stride: int
    padding: int
    dilation: int
    ceil_mode: bool

    @property
    def span(self) -> int:
        """Cells from the first to the last that one window reads."""
        return arithmetic.span(self.kernel_size, self.dilation)

    @property
    def output_size(self) -> int:
        """Windows along the axis.

        Raises:
            ValueError: torch refuses the settings.
        """
        return arithmetic.pool_output_size(
            self.size, self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode
        )

    def window(self, place: int) -> list[int]:
        """The cells that a window reads: below 0 and from `size` on they lie in the padding."""
        start = place * self.stride - self.padding
        return [start + tap * self.dilation for tap in range(self.kernel_size)]

    @property
    def overhang(self) -> int:
        """Cells by which the last window reaches past the input and its padding (ceil_mode)."""
        return max(0, self.window(self.output_size - 1)[-1] + 1 - self.size - self.padding)

    @property
    def is_dropped(self) -> bool:
        """Whether ceil_mode would add a window that starts behind the input, which torch drops."""
        if not self.ceil_mode:
            return False
        free = self.size + 2 * self.padding - self.span
        return -(-free // self.stride) + 1 > self.output_size


def pool_axis(settings: PoolSettings, axis: int) -> PoolAxis:
    """The settings along axis 0 (height) or 1 (width)."""
    return PoolAxis(
        size=(settings.height, settings.width)[axis],
        kernel_size=settings.kernel_size[axis],
        stride=settings.stride[axis],
        padding=settings.padding[axis],
        dilation=settings.dilation[axis],
        ceil_mode=settings.ceil_mode,
    )
