"""The machine that reads code: its memory, its limits, and what its parts ask of each other.

It walks through assignments, loops and calls as Python would, but on a handful of kinds of values
of its own (`values`), with its own arithmetic on bounded numbers. No name of the code ever reaches
Python's own names, no function of the code is ever made.
"""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from cnnviz.builder.reading.errors import CodeError
from cnnviz.builder.reading.gate import Refused
from cnnviz.builder.reading.values import (
    Flow,
    Instance,
    Leaf,
    Learnt,
    Method,
    Row,
    UserClass,
)
from cnnviz.models.specs import Layer

T = TypeVar("T")
MAX_STEPS = 40_000  # ResNet50 as in torchvision takes 5,000
MAX_CALLS = 12  # calls in calls
MAX_ITEMS = 600  # in a list
MAX_MAGNITUDE = 10**12
MAX_INNER = 2_000  # in a list, with what is in its lists
MAX_LETTERS = 500  # in a text


class TooMuchError(CodeError):
    """Code that would take too long to read."""


@dataclass
class Scope:
    """The names of one call, or of the file.

    Attributes:
        names: what they stand for.
        instance: the object whose method runs.
        owner: the class that has the method.
        depth: calls around this one.
        around: the names around a function in a function.
    """

    names: dict[str, Any] = field(default_factory=dict)
    instance: Instance | None = None
    owner: UserClass | None = None
    depth: int = 0
    around: Scope | None = None

    def inner(
        self,
        instance: Instance | None = None,
        owner: UserClass | None = None,
        around: Scope | None = None,
    ) -> Scope:
        """The names of a call made from here."""
        return Scope({}, instance, owner, self.depth + 1, around)


@dataclass(frozen=True)
class Given:
    """What a call is given, and where it stands.

    Attributes:
        node: the call.
        scope: the names around it.
        args: its arguments by place.
        kwargs: its arguments by name.
    """

    node: ast.AST
    scope: Scope
    args: list[Any] = field(default_factory=list)
    kwargs: dict[str, Any] = field(default_factory=dict)

    def behind(self, *first: Any) -> Given:
        """The same call with arguments put before its own."""
        return Given(self.node, self.scope, [*first, *self.args], self.kwargs)


class Machine(ABC):
    """What the parts of the machine share."""

    def __init__(self) -> None:
        self.steps = 0
        self.line = 1  # the last one read
        self.globals = Scope()
        self.library = Scope()  # what torchvision defines, where the code uses it
        # the leaves and learnt numbers that a picture went through
        self.used: dict[int, Leaf | Learnt] = {}
        self.late: set[int] = set()  # the leaves that were made while a picture went through
        self.is_flowing = False
        self.instances: list[Instance] = []  # in the order in which they were finished
        self.made: dict[object, int] = {}  # the line of each step of a picture, by its flow's key
        self.kept: list[Leaf] = []  # so that no other leaf gets the identity of a late one
        self.refused: Refused = {}
        self.notes: dict[str, None] = {}  # what is left out or guessed, each in a sentence
        self.rows: list[Row] = []  # each nn.Sequential, in the order in which they were made
        self.leaf_of: dict[
            object, Leaf | Learnt
        ] = {}  # which leaf a step went through, by its flow's key
        self.fed: list[tuple[Any, ...]] = []  # shapes of what the network is called with
        self.end: ast.AST = ast.Pass(lineno=1)  # the call of the whole network
        self.place_names: dict[object, str] = {}  # what the code calls tensors, by their flow's key
        self.is_turned = False  # the pictures come with their channels last, and are turned
        self.has_blocks = True  # sums are read as residual blocks where they are some
        self.called: set[int] = set()  # functions and classes that are used
        self.known_as: dict[int, str] = {}  # networks of torchvision, by their object's identity
        self.begun: dict[int, int] = {}  # lines that set how weights begin
        # lines that change the picture before any layer, each with its note, by their flow's key
        self.prepared: dict[object, tuple[int, str]] = {}

    def spend(self, node: ast.AST) -> None:
        """Count one step.

        Raises:
            TooMuchError: there were too many.
        """
        self.steps += 1
        self.line = line_of(node)
        if self.steps > MAX_STEPS:
            raise TooMuchError(
                f"reading takes more than {MAX_STEPS:,} steps up to here.", self.line
            )

    def check(self, node: ast.AST) -> None:
        """Make sure that a node is of a kind that is read.

        Raises:
            CodeError: it is not.
        """
        if node in self.refused:
            raise self.refused[node]

    def refusal(self, node: ast.AST, reason: str) -> CodeError:
        """The error that refuses a node."""
        return CodeError(reason, line_of(node))

    @abstractmethod
    def evaluate(self, node: ast.expr, scope: Scope) -> Any:
        """The value of an expression."""

    @abstractmethod
    def items_of(self, value: Any, node: ast.AST) -> list[Any]:
        """The items that a loop goes through."""

    @abstractmethod
    def call(self, target: Any, given: Given) -> Any:
        """What a call gives."""

    @abstractmethod
    def call_method(self, method: Method, given: Given) -> Any:
        """What a method of a list, a module or a flow gives."""

    @abstractmethod
    def is_built_in(self, name: str) -> bool:
        """Whether a name is that of a function of Python itself that is read."""

    @abstractmethod
    def built_in(self, name: str, given: Given) -> Any:
        """What a function of Python itself gives."""

    @abstractmethod
    def take_import(self, node: ast.Import | ast.ImportFrom, scope: Scope) -> None:
        """Remember what imported names stand for."""

    @abstractmethod
    def set_attribute(self, owner: Any, name: str, value: Any, node: ast.AST) -> None:
        """Set an attribute of an object of the code."""

    @abstractmethod
    def of_math(self, path: str, given: Given) -> Any:
        """What a function of math gives."""

    @abstractmethod
    def run_function(self, definition: ast.FunctionDef, given: Given, scope: Scope) -> Any:
        """What a function of the code returns, its names in `scope`."""

    @abstractmethod
    def define_library(self, line: int) -> None:
        """Read torchvision's networks, as if they stood in a line."""

    @abstractmethod
    def applied(self, flow: Flow, layer: Layer, given: Given) -> Flow:
        """The flow behind one more layer."""

    @abstractmethod
    def checked(self, node: ast.AST, make: Callable[..., T], *args: Any) -> T:
        """What a function makes, its refusal given the line of a node."""

    @abstractmethod
    def makes_layers(self, node: ast.stmt) -> bool:
        """Whether a statement calls a class of layers, of torch's or of the code."""

    @abstractmethod
    def joined(self, flows: Sequence[Flow], how: str, node: ast.AST) -> Flow:
        """The flow behind a join of several."""

    @abstractmethod
    def added(self, left: Flow, right: Flow, node: ast.AST, scope: Scope) -> Flow:
        """The sum of two flows."""


def line_of(node: ast.AST) -> int:
    """The line of a node, counted from 1."""
    return getattr(node, "lineno", 1)


def bounded(value: Any, node: ast.AST) -> Any:
    """The value, if it is small.

    Raises:
        TooMuchError: it is a large number, or a long list or text.
    """
    if isinstance(value, int | float) and not abs(value) <= MAX_MAGNITUDE:
        raise TooMuchError("a number gets too large here.", line_of(node))
    if isinstance(value, str) and len(value) > MAX_LETTERS:
        raise TooMuchError("a text gets too long here.", line_of(node))
    if isinstance(value, list | tuple | dict) and len(value) > MAX_ITEMS:
        raise TooMuchError(f"a list gets more than {MAX_ITEMS:,} items here.", line_of(node))
    if isinstance(value, list | tuple | dict) and _is_large(value):
        reason = f"a list gets more than {MAX_INNER:,} items here, those of its lists counted."
        raise TooMuchError(reason, line_of(node))
    return value


def _is_large(value: list[Any] | tuple[Any, ...] | dict[Any, Any]) -> bool:
    """Whether there is much in a list: what stands in it twice counts twice."""
    stack, count = [value], 0
    while stack and count <= MAX_INNER:
        inner = stack.pop()
        count += len(inner)
        items = inner.values() if isinstance(inner, dict) else inner
        stack += [item for item in items if isinstance(item, list | tuple | dict)]
    return count > MAX_INNER
