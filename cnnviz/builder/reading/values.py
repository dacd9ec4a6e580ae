"""What names in pasted code can stand for: modules, classes, and a picture on its way."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Any

from cnnviz.models.specs import Layer


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
        is_row: whether it inherits from nn.Sequential in the end.
        methods: its functions by name.
        constants: the values set in its body.
    """

    name: str
    base: UserClass | None
    is_row: bool
    methods: dict[str, ast.FunctionDef]
    constants: dict[str, Any] = field(default_factory=dict)

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
    row: Row = field(default_factory=lambda: Row([]))  # of a class that is an nn.Sequential


@dataclass(frozen=True)
class UserFunction:
    """A function of the pasted code, bound to an object if it is a method."""

    definition: ast.FunctionDef
    instance: Instance | None = None
    owner: UserClass | None = None


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

    name: str


BATCH = Symbol("the batch size")
UNKNOWN = Symbol("a size that depends on the picture")


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
        length: the number of layers so far, those of a block counted as one.
    """

    before: Flow | None = None
    layer: Layer | None = None
    open_sum: object = None
    length: int = 0

    def through(self, layer: Layer, open_sum: object = None) -> Flow:
        """The flow after one more layer."""
        return Flow(self, layer, open_sum, self.length + 1)

    def chain(self) -> list[Flow]:
        """All flows from the input to this one."""
        flows: list[Flow] = []
        flow: Flow | None = self
        while flow is not None:
            flows.append(flow)
            flow = flow.before
        return flows[::-1]

    @property
    def layers(self) -> tuple[Layer, ...]:
        """All layers from the input to here."""
        return tuple(flow.layer for flow in self.chain() if flow.layer is not None)

    def layers_since(self, start: Flow) -> tuple[Layer, ...]:
        """The layers between an earlier flow and this one."""
        chain = self.chain()
        return tuple(
            flow.layer for flow in chain[chain.index(start) + 1 :] if flow.layer is not None
        )
