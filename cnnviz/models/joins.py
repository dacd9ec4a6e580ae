"""Where the paths of a network meet or part, and what only moves numbers, as modules.

torch writes these as functions. A network that is read from a file, or built, has them as modules,
so that each has a name, and a table or a graph shows it. Those in `OPERATIONS` are layers of the
builder, and exported code holds them as they stand here.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Add(nn.Module):
    """The sum of what arrives."""

    def forward(self, first: Tensor, second: Tensor) -> Tensor:
        """What comes out for what arrives."""
        return torch.add(first, second)


class Sub(nn.Module):
    """The difference of what arrives."""

    def forward(self, first: Tensor, second: Tensor) -> Tensor:
        """What comes out for what arrives."""
        return torch.sub(first, second)


class Mul(nn.Module):
    """The product of what arrives, number by number."""

    def forward(self, first: Tensor, second: Tensor) -> Tensor:
        """What comes out for what arrives."""
        return torch.mul(first, second)


class Div(nn.Module):
    """The quotient of what arrives, number by number."""

    def forward(self, first: Tensor, second: Tensor) -> Tensor:
        """What comes out for what arrives."""
        return torch.div(first, second)


class Maximum(nn.Module):
    """The larger of what arrives, number by number."""

    def forward(self, first: Tensor, second: Tensor) -> Tensor:
        """What comes out for what arrives."""
        return torch.maximum(first, second)


class Minimum(nn.Module):
    """The smaller of what arrives, number by number."""

    def forward(self, first: Tensor, second: Tensor) -> Tensor:
        """What comes out for what arrives."""
        return torch.minimum(first, second)


class MatMul(nn.Module):
    """The matrix product of what arrives."""

    def forward(self, first: Tensor, second: Tensor) -> Tensor:
        """What comes out for what arrives."""
        return torch.matmul(first, second)


class Concat(nn.Module):
    """What arrives, one behind the other along an axis: channels behind channels with dim 1."""

    def __init__(self, dim: int = 1) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, *parts: Tensor) -> Tensor:
        """What comes out for what arrives."""
        return torch.cat(parts, dim=self.dim)

    def extra_repr(self) -> str:
        """The arguments, as torch shows those of its layers."""
        return f"dim={self.dim}"


class Constant(nn.Module):
    """An operation with numbers that belong to the network: scaling, shifting and the like.

    Args:
        function: "add", "sub", "mul", "div", "maximum", "minimum" or "matmul", of torch.
        value: the numbers, of a shape that broadcasts.
        is_first: the numbers are the first operand, not the second.
    """

    def __init__(self, function: str, value: Tensor, is_first: bool = False) -> None:
        super().__init__()
        self.function, self.is_first = function, is_first
        self.value: Tensor
        self.register_buffer("value", value)

    def forward(self, x: Tensor) -> Tensor:
        """What comes out for what arrives."""
        operands = (self.value, x) if self.is_first else (x, self.value)
        return getattr(torch, self.function)(*operands)

    def extra_repr(self) -> str:
        """The arguments, as torch shows those of its layers."""
        number = (
            f"{self.value.item():g}" if self.value.numel() == 1 else str(tuple(self.value.shape))
        )
        return f"{self.function}, {number}" + (", is_first=True" if self.is_first else "")


class Pointwise(nn.Module):
    """A function of torch that is applied to each number: "erf", "sqrt", "exp", …"""

    def __init__(self, function: str, *arguments: float) -> None:
        super().__init__()
        self.function, self.arguments = function, arguments

    def forward(self, x: Tensor) -> Tensor:
        """What comes out for what arrives."""
        return getattr(torch, self.function)(x, *self.arguments)

    def extra_repr(self) -> str:
        """The arguments, as torch shows those of its layers."""
        return ", ".join([self.function, *(f"{value:g}" for value in self.arguments)])


class ClippedLine(nn.Module):
    """slope · x + offset, cut off at 0 and 1: a hard sigmoid of another slope than torch's."""

    def __init__(self, slope: float, offset: float) -> None:
        super().__init__()
        self.slope, self.offset = slope, offset

    def forward(self, x: Tensor) -> Tensor:
        """What comes out for what arrives."""
        return torch.clamp(x * self.slope + self.offset, 0.0, 1.0)

    def extra_repr(self) -> str:
        """The arguments, as torch shows those of its layers."""
        return f"{self.slope:g}, {self.offset:g}"


class Permute(nn.Module):
    """The axes in another order."""

    def __init__(self, dims: Sequence[int]) -> None:
        super().__init__()
        self.dims = tuple(dims)

    def forward(self, x: Tensor) -> Tensor:
        """What comes out for what arrives."""
        return x.permute(self.dims)

    def extra_repr(self) -> str:
        """The arguments, as torch shows those of its layers."""
        return f"dims={self.dims}"


class Reshape(nn.Module):
    """The same numbers in another shape.

    Args:
        shape: of one picture; the batch stays.
        has_batch: `shape` is the whole shape instead, with -1 for the first axis.
    """

    def __init__(self, shape: Sequence[int], has_batch: bool = False) -> None:
        super().__init__()
        self.shape, self.has_batch = tuple(shape), has_batch

    def forward(self, x: Tensor) -> Tensor:
        """What comes out for what arrives."""
        return x.reshape(self.shape if self.has_batch else (x.shape[0], *self.shape))

    def extra_repr(self) -> str:
        """The arguments, as torch shows those of its layers."""
        return f"shape={self.shape}" + (", has_batch=True" if self.has_batch else "")


class Expand(nn.Module):
    """Axes of one place, repeated to a shape of one picture."""

    def __init__(self, shape: Sequence[int]) -> None:
        super().__init__()
        self.shape = tuple(shape)

    def forward(self, x: Tensor) -> Tensor:
        """What comes out for what arrives."""
        return x.expand(x.shape[0], *self.shape)

    def extra_repr(self) -> str:
        """The arguments, as torch shows those of its layers."""
        return f"shape={self.shape}"


class Slice(nn.Module):
    """The places from `start` to before `end` along an axis."""

    def __init__(self, dim: int, start: int, end: int | None, step: int = 1) -> None:
        super().__init__()
        self.dim, self.start, self.end, self.step = dim, start, end, step

    def forward(self, x: Tensor) -> Tensor:
        """What comes out for what arrives."""
        places = (slice(None),) * self.dim + (slice(self.start, self.end, self.step),)
        return x[places]

    def extra_repr(self) -> str:
        """The arguments, as torch shows those of its layers."""
        step = f", step={self.step}" if self.step != 1 else ""
        return f"dim={self.dim}, start={self.start}, end={self.end}{step}"


class Select(nn.Module):
    """Some places along an axis, in the order given; a single one takes the axis away."""

    def __init__(self, dim: int, places: Sequence[int] | int) -> None:
        super().__init__()
        self.dim, self.places = dim, places

    def forward(self, x: Tensor) -> Tensor:
        """What comes out for what arrives."""
        if isinstance(self.places, int):
            return x.select(self.dim, self.places)
        return x.index_select(self.dim, torch.tensor(self.places, device=x.device))

    def extra_repr(self) -> str:
        """The arguments, as torch shows those of its layers."""
        return f"dim={self.dim}, places={self.places}"


class Split(nn.Module):
    """The parts of the given sizes that an axis is cut into."""

    def __init__(self, dim: int, sizes: Sequence[int]) -> None:
        super().__init__()
        self.dim, self.sizes = dim, list(sizes)

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        """What comes out for what arrives."""
        return torch.split(x, self.sizes, dim=self.dim)

    def extra_repr(self) -> str:
        """The arguments, as torch shows those of its layers."""
        return f"dim={self.dim}, sizes={self.sizes}"


class Reduce(nn.Module):
    """The mean, sum, largest, smallest or length along axes.

    Args:
        function: "mean", "sum", "amax", "amin" or "norm", of torch.
        dims: the axes.
        keepdim: they stay, with one place each.
    """

    def __init__(self, function: str, dims: Sequence[int], keepdim: bool) -> None:
        super().__init__()
        self.function, self.dims, self.keepdim = function, tuple(dims), keepdim

    def forward(self, x: Tensor) -> Tensor:
        """What comes out for what arrives."""
        return getattr(torch, self.function)(x, dim=self.dims, keepdim=self.keepdim)

    def extra_repr(self) -> str:
        """The arguments, as torch shows those of its layers."""
        return f"{self.function}, dims={self.dims}, keepdim={self.keepdim}"


class Pad(nn.Module):
    """Places around the maps.

    Args:
        padding: as torch.nn.functional.pad takes it: left, right, top, bottom.
        mode: "constant", "reflect" or "replicate".
        value: of what is added, where the mode is "constant".
    """

    def __init__(self, padding: Sequence[int], mode: str = "constant", value: float = 0.0) -> None:
        super().__init__()
        self.padding, self.mode, self.value = tuple(padding), mode, value

    def forward(self, x: Tensor) -> Tensor:
        """What comes out for what arrives."""
        value = self.value if self.mode == "constant" else None
        return F.pad(x, self.padding, self.mode, value)

    def extra_repr(self) -> str:
        """The arguments, as torch shows those of its layers."""
        mode = f"value={self.value:g}" if self.mode == "constant" else f"mode={self.mode!r}"
        return f"{self.padding}, {mode}"


class Scale(nn.Module):
    """Multiplies by a number; a learnt one begins with it, and is one for all channels or each."""

    def __init__(self, factor: float, num_parameters: int = 0) -> None:
        super().__init__()
        self.factor, self.num_parameters = factor, num_parameters
        if num_parameters:
            self.weight = nn.Parameter(torch.full((num_parameters,), factor))

    def forward(self, x: Tensor) -> Tensor:
        """What arrives, times the number of its channel."""
        if not self.num_parameters:
            return x * self.factor
        return x * self.weight.view(-1, *[1] * (x.ndim - 2))

    def extra_repr(self) -> str:
        """What is printed in the brackets."""
        return f"{self.factor}" + f", {self.num_parameters}" * bool(self.num_parameters)


class Shift(nn.Module):
    """Adds a number; a learnt one begins with it, and is one for all channels or each."""

    def __init__(self, addend: float, num_parameters: int = 0) -> None:
        super().__init__()
        self.addend, self.num_parameters = addend, num_parameters
        if num_parameters:
            self.bias = nn.Parameter(torch.full((num_parameters,), addend))

    def forward(self, x: Tensor) -> Tensor:
        """What arrives, plus the number of its channel."""
        if not self.num_parameters:
            return x + self.addend
        return x + self.bias.view(-1, *[1] * (x.ndim - 2))

    def extra_repr(self) -> str:
        """What is printed in the brackets."""
        return f"{self.addend}" + f", {self.num_parameters}" * bool(self.num_parameters)


class Chunk(nn.Module):
    """One of the equal parts that torch.chunk cuts the channels into."""

    def __init__(self, chunks: int, index: int) -> None:
        super().__init__()
        self.chunks, self.index = chunks, index

    def forward(self, x: Tensor) -> Tensor:
        """The part with its index, counted from 0."""
        return torch.chunk(x, self.chunks, dim=1)[self.index]

    def extra_repr(self) -> str:
        """What is printed in the brackets."""
        return f"{self.chunks}, {self.index}"


class Channels(nn.Module):
    """Some of the channels: from `start` to before `stop`, or to the last where that is 0."""

    def __init__(self, start: int = 0, stop: int = 0) -> None:
        super().__init__()
        self.start, self.stop = start, stop

    def forward(self, x: Tensor) -> Tensor:
        """These channels of what arrives."""
        return x[:, self.start : self.stop or None]

    def extra_repr(self) -> str:
        """What is printed in the brackets."""
        return f"{self.start}, {self.stop}"


class ChannelPool(nn.Module):
    """One map of all: the mean or the largest number of the channels at each place."""

    def __init__(self, pool: str = "mean") -> None:
        super().__init__()
        self.pool = pool

    def forward(self, x: Tensor) -> Tensor:
        """The one map (batch, 1, height, width)."""
        return x.mean(1, keepdim=True) if self.pool == "mean" else x.amax(1, keepdim=True)

    def extra_repr(self) -> str:
        """What is printed in the brackets."""
        return repr(self.pool)


class LayerNorm2d(nn.LayerNorm):
    """Shifts and scales the channels of each pixel to mean 0 and variance 1, as ConvNeXt does."""

    def forward(self, input: Tensor) -> Tensor:
        """Maps (batch, channels, height, width), normalised pixel by pixel."""
        return super().forward(input.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


OPERATIONS: dict[str, type[nn.Module]] = {
    made.__name__: made for made in (Scale, Shift, Chunk, Channels, ChannelPool, LayerNorm2d)
}
