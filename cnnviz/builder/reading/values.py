"""What names in pasted code can stand for: modules, classes, and a picture on its way."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from cnnviz.builder.reading.errors import CodeError
from cnnviz.models.specs import (
    Activation,
    AdaptiveAvgPool2d,
    AdaptiveMaxPool2d,
    AvgPool2d,
    BatchNorm2d,
    ChannelShuffle,
    Conv2d,
    Dropout,
    Dropout2d,
    Flatten,
    GroupNorm,
    Identity,
    InstanceNorm2d,
    Layer,
    LayerNorm,
    LayerNorm2d,
    LocalResponseNorm,
    MaxPool2d,
    Padding,
    Scale,
    Shift,
    Unflatten,
)

KEEPS_SHAPE = (
    Activation, BatchNorm2d, GroupNorm, InstanceNorm2d, LayerNorm, LayerNorm2d, LocalResponseNorm,
    Dropout, Dropout2d, Identity, ChannelShuffle, Scale, Shift,
)  # fmt: skip
KEEPS_CHANNELS = (
    *KEEPS_SHAPE, AvgPool2d, MaxPool2d, AdaptiveAvgPool2d, AdaptiveMaxPool2d, Padding,
)  # fmt: skip


class Module:
    """Something that stands for an nn.Module."""


@dataclass(eq=False)
class Leaf(Module):
    """One layer; the same object is the same weights."""

    layer: Layer


@dataclass(eq=False)
class Row(Module):
    """An nn.Sequential, or an nn.ModuleList, which cannot be called."""

    children: list[tuple[str, Module]]
    is_list: bool = False

    def modules(self) -> list[Module]:
        """The modules in order."""
        return [module for _, module in self.children]


@dataclass(eq=False)
class UserClass:
    """A class of the pasted code.

    Attributes:
        name: its name.
        base: the class of the code that it inherits from; None where that is torch's.
        is_row: whether it inherits from nn.Sequential, nn.ModuleList or nn.ModuleDict in the end.
        is_list: whether that is one of the last two, which have no forward of their own.
        is_module: whether it inherits from nn.Module in the end.
        fields: of a dataclass, the names that its objects are made with.
        methods: its functions by name.
        constants: the values set in its body.
        layer: the layer of torch that it inherits from.
    """

    name: str
    base: UserClass | None
    is_row: bool
    methods: dict[str, ast.FunctionDef]
    constants: dict[str, Any] = field(default_factory=dict)
    is_module: bool = True
    fields: tuple[str, ...] | None = None
    line: int = 1
    is_list: bool = False
    layer: str = ""

    def constant(self, name: str) -> dict[str, Any]:
        """The constant of a name, as {name: value}, looked up in the bases too; else nothing."""
        if name in self.constants:
            return {name: self.constants[name]}
        return self.base.constant(name) if self.base else {}

    def find(self, name: str) -> tuple[UserClass, ast.FunctionDef] | None:
        """The method of a name with the class that has it, looked up in the bases too."""
        if name in self.methods:
            return self, self.methods[name]
        return self.base.find(name) if self.base else None


@dataclass(eq=False)
class Instance(Module):
    """An object of a class of the pasted code."""

    of: UserClass
    attributes: dict[str, Any] = field(default_factory=dict)
    is_ready: bool = False  # nn.Module's own __init__ has run
    settings: dict[str, Any] = field(default_factory=dict)  # what it was made with
    row: Row = field(default_factory=lambda: Row([]))  # of a class that is an nn.Sequential
    leaf: Leaf | None = None  # of a class that is a layer of torch


@dataclass(frozen=True, eq=False)
class UserFunction:
    """A function of the pasted code.

    Attributes:
        definition: its text.
        instance: the object that it is bound to, if it is a method.
        owner: the class that has it.
        around: the names around a function in a function (a `Scope`).
    """

    definition: ast.FunctionDef
    instance: Instance | None = None
    owner: UserClass | None = None
    around: Any = None


@dataclass(frozen=True)
class Picture:
    """A tensor that the code makes outside of the network, known by its shape.

    Attributes:
        shape: with the batch; empty where it is not computed.
        is_made: it is as the code makes it, and came through no layer.
        words: its numbers as the code has them, where it has.
        value: the number that all of them are, where that is known.
    """

    shape: tuple[Any, ...]
    is_made: bool = True
    words: str = ""
    value: float | None = None


@dataclass(frozen=True, eq=False)
class Learnt:
    """Numbers that code makes by nn.Parameter.

    Attributes:
        shape: as the code has it by now.
        value: the number that all of them begin as; None where they are others.
        line: where they are made.
        leaf: the layer whose they are, where a class of the code is one of torch's.
        key: kept by what is the same numbers in another shape.
    """

    shape: tuple[Any, ...]
    value: float | None
    line: int
    leaf: Leaf | None = None
    key: object = field(default_factory=object)


@dataclass(frozen=True)
class Noise:
    """Random numbers that code makes in forward, with a mean of 0; times anything, they stay so."""


@dataclass(frozen=True, eq=False)
class Partial:
    """What functools.partial gives."""

    target: Any
    args: tuple[Any, ...]
    kwargs: dict[str, Any]


@dataclass(frozen=True)
class Super:
    """What super() gives: the object, seen as one of the class above `owner`."""

    instance: Instance
    owner: UserClass


@dataclass(frozen=True)
class Known:
    """A name that torch or Python defines: "torch.nn.Conv2d", "range"."""

    path: str


@dataclass(frozen=True, eq=False)
class Method:
    """A method of a value that is no object of the pasted code: a list, a flow, a module."""

    owner: Any
    name: str


@dataclass(frozen=True)
class Symbol:
    """A number that is only known when a picture comes: the batch size, a height."""


@dataclass(frozen=True)
class Named(Symbol):
    """One that is known by its name only."""

    name: str


@dataclass(frozen=True)
class Extent(Symbol):
    """The size of a flow along a dimension: 1 is the channels, 2 the height, 3 the width."""

    flow: Flow
    axis: int


@dataclass(frozen=True)
class Missing(Symbol):
    """How many rows (axis 2) or columns (3) a flow has less than another; or a half of them.

    Attributes:
        large: the other flow.
        small: the flow.
        axis: which.
        part: "all", "half" rounded down, the "rest" of it, or its "quotient" by 2, not rounded;
            "end" is the half and the size of the small one; "less" is the half, to be cut off.
    """

    large: Flow
    small: Flow
    axis: int
    part: str = "all"


@dataclass(frozen=True)
class Product(Symbol):
    """Sizes of one flow multiplied with each other, by their dimensions."""

    flow: Flow
    axes: tuple[int, ...]


TRAINING = Named("whether the network is being trained")
BATCH = Named("the batch size")
UNKNOWN = Named("a size that depends on the picture")


@dataclass(frozen=True)
class Unread:
    """A value that is not read: it is no mistake until it is needed."""

    reason: str
    line: int


@dataclass(eq=False)
class Flow:
    """A picture on its way: the layer it came through last, and where it was before.

    Attributes:
        before: the flow before the layer; None for the input.
        layer: the layer; None for the input.
        open_sum: the call in which two flows were just added, whose activation may still follow.
        rank: its dimensions, the batch counted: 4 for maps, 2 for numbers in a row.
        averaged: dimensions over which the mean was taken, while others are still to come.
        length: the number of layers so far, those of a block counted as one.
        others: of a join, all that it reads, in order; of a layer that makes maps as large as those
            of another flow, that one.
        inner: of a block, the keys of the flows in it.
        made_equal_to: the flow whose height and width it was padded or cropped to, while it is not
            joined yet.
        made_equal_by: how: "pad" or "crop".
        fitted: of a join, which of `others` was made equal to which.
        weighs: laid out as one number per map, or stretched, to be multiplied with maps next.
        fills: the flow that it was stretched to, if it is known.
        is_turned: the code has its channels last.
        grouped: its channels laid out in groups, while they are not shuffled yet: how many groups,
            and whether they have changed places.
        norm: what of a written out LayerNorm of channels it is: see `written_norms`.
        unread: why it is not read as it is now, where that is no mistake until it is used.
        number: in the order in which flows were made.
    """

    before: Flow | None = None
    layer: Layer | None = None
    open_sum: object = None
    length: int = 0
    rank: int = 4
    averaged: tuple[Any, ...] = ()
    others: tuple[Flow, ...] = ()
    inner: frozenset[object] = frozenset()
    made_equal_to: Flow | None = None
    made_equal_by: str = "pad"
    fitted: tuple[tuple[int, int], ...] = ()
    weighs: bool = False
    fills: Flow | None = None
    is_turned: bool = False
    grouped: tuple[int, bool] | None = None
    norm: Any = None
    unread: CodeError | None = None
    number: int = field(default_factory=count().__next__)
    key: object = field(default_factory=object)  # kept by copies that are seen in another way

    def through(self, layer: Layer, open_sum: object = None) -> Flow:
        """The flow after one more layer."""
        rank = {Flatten: 2, Unflatten: 4}.get(type(layer), self.rank)
        return Flow(self, layer, open_sum, self.length + 1, rank)

    def is_like(self, other: Flow) -> bool:
        """Whether an earlier flow has the height, width and channels of this one."""
        flow: Flow | None = self
        while flow is not None:
            if flow is other or flow.key is other.key:
                return True
            if flow.layer is None or not isinstance(flow.layer, KEEPS_SHAPE):
                return False
            flow = flow.before
        return False

    def has_channels_of(self, other: Flow) -> bool:
        """Whether an earlier flow surely has as many channels as this one."""
        flow: Flow | None = self
        while flow is not None:
            if flow.key is other.key:
                return True
            if not isinstance(flow.layer, KEEPS_CHANNELS):
                return False
            flow = flow.before
        return False

    @property
    def is_one_pixel(self) -> bool:
        """Whether each map is surely a single number here."""
        flow: Flow | None = self
        while flow is not None and flow.layer is not None:
            if isinstance(flow.layer, AdaptiveAvgPool2d | AdaptiveMaxPool2d):
                return flow.layer.output_size == 1
            is_small = isinstance(flow.layer, Conv2d) and flow.layer.kernel_size == 1
            if not is_small and not isinstance(flow.layer, KEEPS_SHAPE):
                return False
            flow = flow.before
        return False

    def chain(self) -> list[Flow]:
        """All flows from the input to this one."""
        flows: list[Flow] = []
        flow: Flow | None = self
        while flow is not None:
            flows.append(flow)
            flow = flow.before
        return flows[::-1]

    def all_before(self) -> list[Flow]:
        """All flows that this one depends on, and itself, in the order in which they were made."""
        found: dict[object, Flow] = {}
        waiting: list[Flow] = [self]
        while waiting:
            flow = waiting.pop()
            if flow.key not in found:
                found[flow.key] = flow
                waiting += [*flow.others, *([flow.before] if flow.before else [])]
        return sorted(found.values(), key=lambda flow: flow.number)

    def layers_since(self, start: Flow) -> tuple[Layer, ...]:
        """The layers between an earlier flow and this one."""
        chain = self.chain()
        return tuple(
            flow.layer for flow in chain[chain.index(start) + 1 :] if flow.layer is not None
        )
