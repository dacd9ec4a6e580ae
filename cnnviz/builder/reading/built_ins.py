"""Python's own functions, as far as networks are written with them."""

from __future__ import annotations

import ast
import math
from dataclasses import replace
from typing import Any

from cnnviz.builder.reading.calls.methods import Methods
from cnnviz.builder.reading.elsewhere.exported import Aligned
from cnnviz.builder.reading.errors import CodeError
from cnnviz.builder.reading.machine import MAX_ITEMS, Given, TooMuchError, bounded, line_of
from cnnviz.builder.reading.values import (
    BATCH,
    Flow,
    Instance,
    Known,
    Leaf,
    Missing,
    Module,
    Row,
    Symbol,
    UserClass,
)
from cnnviz.models.spec_arguments import shown

READ_BY_CALLS = ("print", "super")  # `Calls` knows them before their arguments are read


class BuiltIns(Methods):
    """The part that reads calls of Python's own functions."""

    def is_built_in(self, name: str) -> bool:
        """Whether a name is that of a function of Python itself that is read."""
        return name in READ_BY_CALLS or hasattr(self, f"_do_{name}")

    def built_in(self, name: str, given: Given) -> Any:
        """What a function of Python itself gives.

        Raises:
            CodeError: the function is not known, or takes other arguments.
        """
        reader = getattr(self, f"_do_{name}", None)
        if reader is None:
            raise self.refusal(given.node, f"{name[:40]}() is not read here.")
        if given.kwargs and name not in ("enumerate", "zip", "dict"):
            raise self.refusal(given.node, f"{name}() is read without named arguments.")
        try:
            return reader(given.args, given.kwargs, given.node)
        except CodeError:
            raise
        except (TypeError, ValueError, IndexError) as error:
            reason = f"{name}() is not read with these arguments."
            raise self.refusal(given.node, reason) from error

    def _do_range(self, args: list[Any], _: dict[str, Any], node: ast.AST) -> list[int]:
        numbers = range(*args)
        if len(numbers) > MAX_ITEMS:
            raise TooMuchError(f"a loop of {len(numbers):,} rounds is not read.", line_of(node))
        return list(numbers)

    def _do_len(self, args: list[Any], _: dict[str, Any], node: ast.AST) -> int | Symbol:
        (items,) = args
        if isinstance(items, Flow):
            return BATCH
        return len(self.items_of(items, node))

    def _do_list(self, args: list[Any], _: dict[str, Any], node: ast.AST) -> list[Any]:
        return self.items_of(args[0], node) if args else []

    def _do_tuple(self, args: list[Any], _: dict[str, Any], node: ast.AST) -> tuple[Any, ...]:
        return tuple(self.items_of(args[0], node)) if args else ()

    def _do_reversed(self, args: list[Any], _: dict[str, Any], node: ast.AST) -> list[Any]:
        (items,) = args
        return self.items_of(items, node)[::-1]

    def _do_enumerate(self, args: list[Any], kwargs: dict[str, Any], node: ast.AST) -> list[Any]:
        start = kwargs.get("start", args[1] if len(args) > 1 else 0)
        return list(enumerate(self.items_of(args[0], node), start))

    def _do_zip(self, args: list[Any], _: dict[str, Any], node: ast.AST) -> list[Any]:
        rows = [self.items_of(items, node) for items in args]
        return list(zip(*rows, strict=False))

    def _do_int(self, args: list[Any], _: dict[str, Any], node: ast.AST) -> int | Symbol:
        (value,) = args
        if isinstance(value, Missing) and value.part == "quotient":
            return replace(value, part="half")
        if isinstance(value, Symbol):
            return value
        return int(bounded(value, node)) if isinstance(value, int | float) else int("no number")

    def _do_float(self, args: list[Any], _: dict[str, Any], node: ast.AST) -> float:
        (value,) = args
        return float(bounded(value, node)) if isinstance(value, int | float) else float("no number")

    def _do_bool(self, args: list[Any], _: dict[str, Any], node: ast.AST) -> bool:
        (value,) = args
        return bool(value)

    def _do_str(self, args: list[Any], _: dict[str, Any], node: ast.AST) -> str:
        (value,) = args
        if not isinstance(value, int | str):
            raise TypeError
        return bounded(str(value), node)

    def _do_min(self, args: list[Any], _: dict[str, Any], node: ast.AST) -> Any:
        return min(self._numbers(args, node))

    def _do_max(self, args: list[Any], _: dict[str, Any], node: ast.AST) -> Any:
        return max(self._numbers(args, node))

    def _do_sum(self, args: list[Any], _: dict[str, Any], node: ast.AST) -> Any:
        items = self.items_of(args[0], node) if args else []
        if len(args) == 1 and items and all(isinstance(item, Flow) for item in items):
            given = args[0] if isinstance(args[0], Aligned) else items
            return self.joined(given, "sum", node) if len(items) > 1 else items[0]
        return bounded(sum(self._numbers(args, node)), node)

    def _numbers(self, args: list[Any], node: ast.AST) -> list[int | float]:
        items = self.items_of(args[0], node) if len(args) == 1 else args
        if not all(isinstance(item, int | float) for item in items):
            raise TypeError
        return items

    def _do_isinstance(self, args: list[Any], _: dict[str, Any], node: ast.AST) -> bool:
        value, kind = args
        if isinstance(kind, tuple | list):
            return any(self._do_isinstance([value, each], {}, node) for each in kind)
        if isinstance(kind, Known):
            return _is_of(value, kind.path.rpartition(".")[2])
        level = value.of if isinstance(value, Instance) else None
        while level is not None and level is not kind:
            level = level.base
        return level is not None

    def _do_setattr(self, args: list[Any], _: dict[str, Any], node: ast.AST) -> None:
        owner, name, value = args
        self._check_attribute(owner, name, node)
        self.set_attribute(owner, name, value, node)

    def _do_getattr(self, args: list[Any], _: dict[str, Any], node: ast.AST) -> Any:
        owner, name, *default = args
        if isinstance(owner, Known) and isinstance(name, str) and name.isidentifier():
            return self.attribute(owner, name, node)
        self._check_attribute(owner, name, node)
        if default and not self._do_hasattr([owner, name], {}, node):
            return default[0]
        return self.attribute(owner, name, node)

    def _do_hasattr(self, args: list[Any], _: dict[str, Any], node: ast.AST) -> bool:
        owner, name = args
        self._check_attribute(owner, name, node)
        known = name in owner.attributes or owner.of.find(name) or owner.of.constant(name)
        return bool(known)

    def _do_dict(self, args: list[Any], kwargs: dict[str, Any], node: ast.AST) -> dict[Any, Any]:
        pairs = args[0] if args else {}
        return dict(pairs if isinstance(pairs, dict) else self.items_of(pairs, node)) | kwargs

    def _do_abs(self, args: list[Any], _: dict[str, Any], node: ast.AST) -> Any:
        return abs(*self._numbers(list(args), node)) if len(args) == 1 else abs(*args)

    def _do_round(self, args: list[Any], _: dict[str, Any], node: ast.AST) -> Any:
        return round(*args)

    def _do_pow(self, args: list[Any], _: dict[str, Any], node: ast.AST) -> Any:
        base, exponent = args
        return self.combine(ast.Pow(), base, exponent, node, self.globals)

    def _do_any(self, args: list[Any], _: dict[str, Any], node: ast.AST) -> bool:
        (items,) = args
        return any(map(bool, self.items_of(items, node)))

    def _do_all(self, args: list[Any], _: dict[str, Any], node: ast.AST) -> bool:
        (items,) = args
        return all(map(bool, self.items_of(items, node)))

    def _do_sorted(self, args: list[Any], _: dict[str, Any], node: ast.AST) -> list[Any]:
        (items,) = args
        return sorted(self._numbers([items], node))

    def _do_map(self, args: list[Any], _: dict[str, Any], node: ast.AST) -> list[Any]:
        function, items = args
        scope = self.globals.inner()
        return [
            self.call(function, Given(node, scope, [each])) for each in self.items_of(items, node)
        ]

    def _do_print(self, args: list[Any], _: dict[str, Any], node: ast.AST) -> None:
        return None

    def of_math(self, path: str, given: Given) -> Any:
        """What a function of math gives.

        Raises:
            CodeError: not of numbers.
        """
        name, numbers = path.rpartition(".")[2], given.args
        if name == "prod" and len(numbers) == 1:
            numbers = self.items_of(numbers[0], given.node)
        if given.kwargs or not all(isinstance(number, int | float) for number in numbers):
            raise self.refusal(given.node, f"{path} is not read with these arguments.")
        try:
            if name == "prod":
                return math.prod(bounded(number, given.node) for number in numbers)
            if name == "pow":
                return self.combine(ast.Pow(), *numbers, given.node, self.globals)
            value = bounded(getattr(math, name)(*numbers), given.node)
            return float(value) if path.startswith("numpy.") else value
        except (TypeError, ValueError, OverflowError) as error:
            raise self.refusal(given.node, f"{path} is not read with these arguments.") from error

    def _check_attribute(self, owner: Any, name: Any, node: ast.AST) -> None:
        if not isinstance(owner, Instance):
            raise self.refusal(node, "only attributes of self can be set or read by name.")
        if not isinstance(name, str) or not name.isidentifier() or name.startswith("__"):
            raise self.refusal(node, f"{shown(name)} is no attribute that is read.")


PLAIN_KINDS = ("int", "str", "list", "tuple", "float", "dict", "bool")


def _is_of(value: Any, name: str) -> bool:
    """Whether a value is of a kind that torch or Python names."""
    match value:
        case Leaf():
            return name == value.layer.kind or name == "Module"
        case Row():
            return name in ("Module", "ModuleList" if value.is_list else "Sequential")
        case Instance():
            return name == "Module" or (name == "Sequential" and value.of.is_row)
        case Flow():
            return name == "Tensor"
        case Module() | UserClass():
            return False
    return name in PLAIN_KINDS and type(value).__name__ == name
