"""The options of a command line, as argparse has them: a paste is read with their defaults."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cnnviz.builder.reading.values import Instance, Known, UserClass

SAME = ("add_argument_group", "add_mutually_exclusive_group")
PARSED = ("parse_args", "parse_known_args")
FLAGS = {"store_true": False, "store_false": True}
ACTIONS = (None, "store", "append", "extend", "count", *FLAGS)


@dataclass(eq=False)
class Parser:
    """An ArgumentParser, or a group of one.

    Attributes:
        options: the value of each option by the name of its attribute.
    """

    options: dict[str, Any] = field(default_factory=dict)


def namespace(values: dict[str, Any]) -> Instance:
    """An object whose attributes are the values."""
    return Instance(UserClass("Namespace", None, False, {}, is_module=False), dict(values))


def of_parser(parser: Parser, name: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """What a method of a parser gives.

    Raises:
        ValueError: it is not read, or an option has no default.
    """
    if name in SAME:
        return parser
    if name == "add_argument":
        parser.options |= _option(args, kwargs)
    elif name == "set_defaults":
        parser.options |= kwargs
    elif name in PARSED:
        values = namespace(parser.options)
        return values if name == "parse_args" else (values, [])
    else:
        raise ValueError(f".{name[:40]}() of an ArgumentParser is not read")
    return None


def _option(args: list[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
    """The attribute of an option and its default."""
    names = [name for name in args if isinstance(name, str)]
    if not names:
        raise ValueError("an option of the command line is read with its name as a text")
    long = next((name for name in names if name.startswith("--")), names[0])
    attribute = kwargs.get("dest") or long.lstrip("-").replace("-", "_")
    action = kwargs.get("action")
    if not isinstance(action, Known) and action not in ACTIONS:
        raise ValueError(f"the option {long[:40]} is not read with this action")
    if not long.startswith("-"):
        raise ValueError(f"{long[:40]} has to be given on the command line, and is not here")
    default = kwargs.get("default", FLAGS.get(str(action)))
    return {attribute: _of_type(default, kwargs.get("type"))}


def _of_type(default: Any, kind: Any) -> Any:
    """A default that is a text, as the type that argparse makes of it."""
    makers = {"int": int, "float": float}
    name = kind.path if isinstance(kind, Known) else ""
    return makers[name](default) if isinstance(default, str) and name in makers else default
