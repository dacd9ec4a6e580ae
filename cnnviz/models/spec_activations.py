"""Layers of the builder without windows: activations, and what torch writes as operations.

An operation is `x * 0.1` or `x.chunk(2, dim=1)[0]`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from cnnviz.models.spec_layers import Layer


@dataclass(frozen=True)
class Activation(Layer):
    """A function applied to each number on its own."""


@dataclass(frozen=True)
class ReLU(Activation):
    """Cuts what is below 0: max(0, x)."""


@dataclass(frozen=True)
class ReLU6(Activation):
    """Cuts what is below 0 and above 6."""


@dataclass(frozen=True)
class LeakyReLU(Activation):
    """Like ReLU, but what is below 0 is made small instead of cut."""

    num_positional: ClassVar[int] = 1
    negative_slope: float = 0.01


@dataclass(frozen=True)
class PReLU(Activation):
    """LeakyReLU with a learnt slope, one for all channels or one for each."""

    num_positional: ClassVar[int] = 1
    num_parameters: int = 1


@dataclass(frozen=True)
class ELU(Activation):
    """x above 0, α·(eˣ − 1) below: smooth, and down to −α."""

    num_positional: ClassVar[int] = 1
    alpha: float = 1.0


@dataclass(frozen=True)
class SELU(Activation):
    """An ELU whose two constants keep mean 0 and variance 1 from layer to layer."""


@dataclass(frozen=True)
class GELU(Activation):
    """x times the share of a normal distribution that lies below x: a smooth ReLU."""

    approximate: str = "none"


@dataclass(frozen=True)
class SiLU(Activation):
    """x · sigmoid(x), also called swish."""


@dataclass(frozen=True)
class Mish(Activation):
    """x · tanh(softplus(x))."""


@dataclass(frozen=True)
class Sigmoid(Activation):
    """Squeezes every number into 0 … 1."""


@dataclass(frozen=True)
class Tanh(Activation):
    """Squeezes every number into −1 … 1."""


@dataclass(frozen=True)
class Hardswish(Activation):
    """A SiLU made of straight pieces, quick on phones."""


@dataclass(frozen=True)
class Hardsigmoid(Activation):
    """A sigmoid made of straight pieces."""


@dataclass(frozen=True)
class Softplus(Activation):
    """log(1 + eˣ): a ReLU without a corner."""


@dataclass(frozen=True)
class Hardtanh(Activation):
    """Cuts what is below the smaller number and above the larger one, as torch.clamp does."""

    num_positional: ClassVar[int] = 2
    min_val: float = -1.0
    max_val: float = 1.0

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.min_val >= self.max_val:
            raise ValueError(f"min_val is {self.min_val:g}; it has to be less than max_val")


@dataclass(frozen=True)
class Softsign(Activation):
    """x / (1 + |x|): a tanh that nears its ends slowly."""


@dataclass(frozen=True)
class LogSigmoid(Activation):
    """The logarithm of Sigmoid, as losses of two classes take it."""


@dataclass(frozen=True)
class Softmax(Activation):
    """Turns scores into shares that sum to 1. The loss of torch expects scores without it."""

    dim: int


@dataclass(frozen=True)
class LogSoftmax(Activation):
    """The logarithm of Softmax, as nn.NLLLoss expects it."""

    dim: int


ACTIVATIONS: tuple[type[Activation], ...] = (
    ReLU, ReLU6, LeakyReLU, PReLU, ELU, SELU, GELU, SiLU, Mish, Sigmoid, Tanh, Hardswish,
    Hardsigmoid, Softplus, Hardtanh, Softsign, LogSigmoid, Softmax, LogSoftmax,
)  # fmt: skip


@dataclass(frozen=True)
class Operation(Layer):
    """A layer that is no class of torch.nn: its module is in `operations`."""


@dataclass(frozen=True)
class Scale(Operation):
    """Multiplies by a number, which may be learnt: one for all channels, or one for each.

    Attributes:
        num_parameters: 0 where nothing is learnt, 1, or the number of channels.
    """

    num_positional: ClassVar[int] = 2
    factor: float
    num_parameters: int = 0


@dataclass(frozen=True)
class Shift(Operation):
    """Adds a number, which may be learnt: one for all channels, or one for each."""

    num_positional: ClassVar[int] = 2
    addend: float
    num_parameters: int = 0


@dataclass(frozen=True)
class Chunk(Operation):
    """Takes one of the equal parts that the channels are cut into; `index` counts from 0."""

    num_positional: ClassVar[int] = 2
    chunks: int
    index: int


@dataclass(frozen=True)
class Channels(Operation):
    """Takes some of the channels, as x[:, start:stop] does."""

    num_positional: ClassVar[int] = 2
    start: int = 0
    stop: int = 0


@dataclass(frozen=True)
class ChannelPool(Operation):
    """Makes one map of all: the mean, or the largest number, of the channels at each place."""

    num_positional: ClassVar[int] = 1
    pool: str = "mean"


@dataclass(frozen=True)
class LayerNorm2d(Operation):
    """Shifts and scales the channels of each pixel to mean 0 and variance 1, as ConvNeXt does."""

    num_positional: ClassVar[int] = 1
    normalized_shape: int
    eps: float = 1e-5
    elementwise_affine: bool = True
