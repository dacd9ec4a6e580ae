"""Python's own functions, as far as networks are written with them."""

from __future__ import annotations

import ast
from typing import Any

from cnnviz.builder.reading.errors import CodeError
from cnnviz.builder.reading.machine import MAX_ITEMS, Given, TooMuchError, bounded, line_of
from cnnviz.builder.reading.methods import Methods
from cnnviz.builder.reading.values import UNKNOWN, Instance, Known, Leaf, Symbol
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
        if given.kwargs and name not in ("enumerate", "zip"):
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

    def _do_len(self, args: list[Any], _: dict[str, Any], node: ast.AST) -> int:
        (items,) = args
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
        if isinstance(value, Symbol):
            return UNKNOWN
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
        return bounded(sum(self._numbers(args, node)), node)

    def _numbers(self, args: list[Any], node: ast.AST) -> list[int | float]:
        items = self.items_of(args[0], node) if len(args) == 1 else args
        if not all(isinstance(item, int | float) for item in items):
            raise TypeError
        return items

    def _do_isinstance(self, args: list[Any], _: dict[str, Any], node: ast.AST) -> bool:
        value, kind = args
        if isinstance(kind, Known):
            name = kind.path.rpartition(".")[2]
            if name in ("int", "str", "list", "tuple", "float"):
                return type(value).__name__ == name
            return isinstance(value, Leaf) and value.layer.kind == name
        return isinstance(value, Instance) and value.of is kind

    def _do_setattr(self, args: list[Any], _: dict[str, Any], node: ast.AST) -> None:
        owner, name, value = args
        self._check_attribute(owner, name, node)
        owner.attributes[name] = value

    def _do_getattr(self, args: list[Any], _: dict[str, Any], node: ast.AST) -> Any:
        owner, name = args
        self._check_attribute(owner, name, node)
        return self.attribute(owner, name, node)

    def _check_attribute(self, owner: Any, name: Any, node: ast.AST) -> None:
        if not isinstance(owner, Instance):
            raise self.refusal(node, "only attributes of self can be set or read by name.")
        if not isinstance(name, str) or not name.isidentifier() or name.startswith("__"):
            raise self.refusal(node, f"{shown(name)} is no attribute that is read.")
