"""What code says of the pictures it is meant for: tensors, summaries, data sets and comments."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from math import isqrt
from typing import Any

Sizes = tuple[int, int, int]
MAKERS = ("zeros", "ones", "rand", "randn", "empty", "Size", "full", "Tensor", "FloatTensor",
          "randint", "normal", "zeros_like")  # fmt: skip
SUMMARIES = ("summary", "get_model_complexity_info", "profile", "torchsummary")
KEPT = ("Parameter", "register_buffer")  # what they are given belongs to the network
DATA_SETS = {"MNIST": (1, 28, 28), "FashionMNIST": (1, 28, 28), "KMNIST": (1, 28, 28),
             "EMNIST": (1, 28, 28), "CIFAR10": (3, 32, 32), "CIFAR100": (3, 32, 32),
             "SVHN": (3, 32, 32), "STL10": (3, 96, 96)}  # fmt: skip
WRITTEN = re.compile(r"(?<![\d.])(\d{1,4})\s*[x×,*]\s*(\d{2,4})\s*[x×,*]\s*(\d{2,4})(?![\d.])")
MAX_SIDE = 4096
MAX_HINTS = 8  # each is tried on the whole network


def shape_of(path: str, args: list[Any], kwargs: dict[str, Any]) -> tuple[Any, ...] | None:
    """The shape of a tensor that a function of torch makes; None if it makes none."""
    home, _, name = path.rpartition(".")
    if home != "torch" or name not in MAKERS:
        return None
    return _sizes(name, args, kwargs)


def _sizes(name: str, args: list[Any], kwargs: dict[str, Any]) -> tuple[Any, ...] | None:
    given = kwargs.get("size", kwargs.get("shape"))
    if given is None:
        listed = [arg for arg in args if isinstance(arg, list | tuple)]
        given = listed[0] if listed else [arg for arg in args if isinstance(arg, int)]
    if not isinstance(given, list | tuple):
        return None
    return tuple(given) or None


def shapes_set(settings: dict[str, Any]) -> tuple[Sizes, ...]:
    """Shapes that a network is made for by its own arguments, of grey and of colour pictures."""
    sides: object = None
    for height, width in (("height", "width"), ("h", "w"), ("img_h", "img_w")):
        sides = sides or (settings.get(height), settings.get(width))[: 2 * (height in settings)]
    for name in (
        "image_size",
        "img_size",
        "input_size",
        "input_shape",
        "image_shape",
        "resolution",
    ):
        sides = sides or settings.get(name)
    if type(sides) is int:
        side = isqrt(sides)
        if side * side == sides:  # 784 numbers may be pictures of 28 × 28
            return _with_channels((sides, sides)) + _with_channels((side, side))
        sides = (sides, sides)
    if not isinstance(sides, list | tuple) or len(sides) not in (2, 3):
        return ()
    return _with_channels(sides)


def _with_channels(sides: Sequence[Any]) -> tuple[Sizes, ...]:
    """Height and width as grey and as colour pictures; three sizes as they are."""
    channels = (1, 3) if len(sides) == 2 else sides[:1]
    shapes = (picture_sizes((count, *sides[-2:])) for count in channels)
    return tuple(shape for shape in shapes if shape)


def picture_sizes(shape: object) -> Sizes | None:
    """Channels, height and width of a shape with or without its batch; None if it is none."""
    if not isinstance(shape, list | tuple) or len(shape) not in (3, 4):
        return None
    sizes = tuple(shape)[-3:]
    is_whole = all(type(size) is int and 1 <= size <= MAX_SIDE for size in sizes)
    return sizes if is_whole else None


def shapes_said(tree: ast.Module, value: Callable[[ast.expr], Any]) -> tuple[Sizes, ...]:
    """Shapes (channels, height, width) that calls in the code name: summaries and tensors.

    Args:
        tree: the code.
        value: gives what an expression stands for, None if that is not known.
    """
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    inner = {id(part) for node in calls if _name(node) in KEPT for part in ast.walk(node)}
    calls = [node for node in calls if id(node) not in inner]
    calls.sort(key=lambda node: (_name(node) not in SUMMARIES, node.lineno, node.col_offset))
    shapes = [shape for node in calls for shape in _said_by(node, value)]
    return tuple(dict.fromkeys(shapes))[:MAX_HINTS]


def _said_by(node: ast.Call, value: Callable[[ast.expr], Any]) -> Iterator[Sizes]:
    name = _name(node)
    args = [value(arg) for arg in node.args if not isinstance(arg, ast.Starred)]
    kwargs = {keyword.arg: value(keyword.value) for keyword in node.keywords if keyword.arg}
    if name in SUMMARIES:
        given = [kwargs.get("input_size"), kwargs.get("input_res"), *args[1:2]]
        given += [part for part in args[1:2] if isinstance(part, list) for part in part]
        yield from (sizes for part in given if (sizes := picture_sizes(part)))
    elif name in MAKERS:
        shape = _sizes(name, args, {key: part for key, part in kwargs.items() if key})
        sizes = picture_sizes(shape) if shape is not None and len(shape) == 4 else None
        yield from [sizes] if sizes else []


def shapes_told(text: str, tree: ast.Module) -> tuple[Sizes, ...]:
    """Shapes that comments, texts and data sets name; the network decides which it takes."""
    found = [(line, sizes) for line, words in _words(text, tree) for sizes in _written(words)]
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (sizes := DATA_SETS.get(_name(node))):
            found.append((node.lineno, sizes))
    return tuple(dict.fromkeys(sizes for _, sizes in sorted(found)))[:MAX_HINTS]


def _words(text: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if "#" in line:
            yield number, line.partition("#")[2]
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.lineno, str(node.value.value)


def _written(words: str) -> Iterator[Sizes]:
    for found in WRITTEN.finditer(words):
        sizes = picture_sizes(tuple(map(int, found.groups())))
        yield from [sizes] if sizes else []


def _name(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
