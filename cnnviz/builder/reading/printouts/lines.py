"""What print(model) shows, read line by line."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from cnnviz.builder.reading.errors import CodeError
from cnnviz.builder.reading.vocabulary import KINDS, OPERATIONS, ROWS, layer_named, operation_named
from cnnviz.models.specs import Layer

MAX_LINES = 4_000
MAX_DEPTH = 12
MAX_REPEATS = 256

CHILD = re.compile(r"\((?P<name>[^()]{1,60})\): (?P<rest>.+)")
REPEATED = re.compile(r"(?P<times>\d{1,4}) x (?P<rest>.+)")
LEAF = re.compile(r"(?P<kind>\w{1,60})\((?P<arguments>.*)\)")
ARGUMENT = re.compile(r"(?:(?P<name>\w+)=)?(?P<value>\([^()]*\)|'[^']*'|[^,()]+)(?:, *|$)")


@dataclass
class Printed:
    """A module of a printout.

    Attributes:
        kind: the name of its class.
        line: where it stands, counted from 1.
        layer: what it is, if it is one layer.
        children: the modules in it by name.
    """

    kind: str
    line: int
    layer: Layer | None = None
    children: list[tuple[str, Printed]] = field(default_factory=list)

    @property
    def by_name(self) -> dict[str, Printed]:
        """The modules in it."""
        return dict(self.children)


def is_printout(text: str) -> bool:
    """Whether a text is what print(model) shows, and no code."""
    lines = [line for line in text.splitlines() if line.strip()]
    has_children = any(CHILD.fullmatch(line.strip()) for line in lines[1:3])
    return bool(lines) and lines[0].rstrip().endswith("(") and (has_children or len(lines) == 2)


def parse_printout(text: str) -> Printed:
    """The modules of a printout.

    Raises:
        CodeError: a line is none that torch prints, or holds a layer that is not known.
    """
    open_modules: list[Printed] = []
    root: Printed | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.strip()
        if not words:
            continue
        if number > MAX_LINES or len(open_modules) > MAX_DEPTH:
            raise CodeError(f"only {MAX_LINES:,} lines and {MAX_DEPTH} levels are read.", number)
        if root is not None and not open_modules:
            raise CodeError("the printout has ended before this line.", number)
        if words == ")":
            open_modules.pop()
            continue
        module, is_open = _line(words, number, parent=open_modules[-1] if open_modules else None)
        root = root or module
        if is_open:
            open_modules.append(module)
    if root is None or open_modules:
        raise CodeError("the printout is cut off: a bracket is not closed.", number_of_lines(text))
    return root


def number_of_lines(text: str) -> int:
    """The number of the last line."""
    return text.rstrip().count("\n") + 1


def _line(words: str, number: int, parent: Printed | None) -> tuple[Printed, bool]:
    """The module of a line, and whether its children follow."""
    name, times = "", 1
    if parent is not None:
        child = CHILD.fullmatch(words)
        if child is None:
            raise CodeError(f"{words[:40]!r} is no line of a printed model.", number)
        name, words = child["name"], child["rest"]
        if repeated := REPEATED.fullmatch(words):
            times, words = int(repeated["times"]), repeated["rest"]
    if times > MAX_REPEATS:
        raise CodeError(f"{times:,} copies are more than {MAX_REPEATS}.", number)
    is_open = words.endswith("(")
    module = Printed(words[:-1].strip(), number) if is_open else _leaf(words, number)
    if parent is not None:
        parent.children += [(name, module)] * times
    return module, is_open


def _leaf(words: str, number: int) -> Printed:
    found = LEAF.fullmatch(words)
    if found is None:
        raise CodeError(f"{words[:40]!r} is no line of a printed model.", number)
    kind = found["kind"]
    is_operation = kind in OPERATIONS
    if kind not in KINDS and not is_operation:
        if found["arguments"] or kind not in ROWS:
            raise CodeError(f"{kind} is no layer of the builder.", number)
        return Printed(kind, number)
    args, kwargs = _arguments(found["arguments"], number)
    if kwargs.get("stride") == kwargs.get("kernel_size") and "Pool" in kind:
        kwargs.pop("stride", None)  # torch prints it even where it was left out
    try:
        made = operation_named if is_operation else layer_named
        return Printed(kind, number, made(kind, args, kwargs))
    except ValueError as error:
        raise CodeError(f"{error}.", number) from error


def _arguments(text: str, number: int) -> tuple[list[Any], dict[str, Any]]:
    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    place = 0
    while place < len(text):
        found = ARGUMENT.match(text, place)
        if found is None:
            raise CodeError(f"{text[place : place + 40]!r} is not read.", number)
        place = found.end()
        value = _value(found["value"].strip(), number)
        if found["name"]:
            kwargs[found["name"]] = value
        else:
            args.append(value)
    return args, kwargs


def _value(text: str, number: int) -> Any:
    if text in ("True", "False", "None"):
        return {"True": True, "False": False, "None": None}[text]
    if re.fullmatch(r"-?\d{1,12}", text):
        return int(text)
    if re.fullmatch(r"-?\d{1,20}(\.\d{0,20})?(e[+-]?\d{1,3})?", text):
        return float(text)
    if text.startswith("("):
        return tuple(_value(part.strip(), number) for part in text[1:-1].split(",") if part.strip())
    if re.fullmatch(r"'\w*'|\w{1,40}", text):
        return text.strip("'")
    raise CodeError(f"the value {text[:40]!r} is not read.", number)
