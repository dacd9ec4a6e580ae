"""A network as one short line of text, made of characters that an address does not escape.

    LeNet_3.32_c3.6.5_r_m2_c6.16.5_r_m2_f_l400.120_r_l120.84_r_l84.10

Words are parted by "_": the name, the input shape, the layers. A layer is its letters and its
arguments, parted by ".": those without a default in torch's order, then those that differ from
their default, each behind a letter. A switch that differs is its letter alone. "b" opens a block,
"z" closes it. "~" is a decimal point, and "~41" in a name is the character with that code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_to_bytes

from cnnviz.models.specs import (
    LAYER_CLASSES,
    MAX_DEPTH,
    MAX_LAYERS,
    Argument,
    Layer,
    NetworkSpec,
    Residual,
    arguments_of,
)

# What stands here is part of every address ever shared: letters may be added, never changed.
LAYER_LETTERS = {
    "Conv2d": "c", "ConvTranspose2d": "ct", "MaxPool2d": "m", "AvgPool2d": "a", "LPPool2d": "lp",
    "AdaptiveAvgPool2d": "aa", "ReLU": "r", "ReLU6": "rs", "LeakyReLU": "lr", "PReLU": "pr",
    "ELU": "el", "GELU": "ge", "SiLU": "si", "Mish": "mi", "Sigmoid": "sg", "Tanh": "t",
    "Hardswish": "hw", "Hardsigmoid": "hs", "Softplus": "sp", "Softmax": "sm",
    "LogSoftmax": "ls", "BatchNorm2d": "n", "BatchNorm1d": "nf", "GroupNorm": "g",
    "Dropout": "d", "Dropout2d": "dd", "Flatten": "f", "Linear": "l", "Residual": "b",
    "Identity": "i",
}  # fmt: skip
ARGUMENT_LETTERS = {
    "stride": "s", "padding": "p", "dilation": "d", "groups": "g", "bias": "b",
    "padding_mode": "m", "output_padding": "o", "ceil_mode": "c", "count_include_pad": "i",
    "eps": "e", "momentum": "t", "affine": "a", "track_running_stats": "k",
    "negative_slope": "n", "num_parameters": "n", "alpha": "n", "approximate": "x",
    "p": "p", "activation": "f", "shortcut": "h", "in_channels": "i", "out_channels": "o",
    "batch_norm": "n",
}  # fmt: skip
CLOSE_BLOCK = "z"
LAYER_OF_LETTERS = {letters: LAYER_CLASSES[kind] for kind, letters in LAYER_LETTERS.items()}


def write_text(spec: NetworkSpec) -> str:
    """The one line of a network."""
    channels, height, width = spec.input_shape
    shape = f"{channels}.{height}" + ("" if height == width else f".{width}")
    return "_".join([_escaped(spec.name), shape, *_words(spec.layers)])


def read_text(text: str) -> NetworkSpec:
    """The network of a line.

    Raises:
        ValueError: the line is not one that `write_text` makes.
    """
    name, *words = text.split("_")
    if not words:
        raise ValueError("it holds no input shape")
    if len(words) > 2 * MAX_LAYERS + 1:
        raise ValueError(f"it holds more than {MAX_LAYERS} layers")
    shape = [_whole(number) for number in words[0].split(".")]
    if len(shape) == 2:
        shape.append(shape[1])
    return NetworkSpec(_unescaped(name), tuple(shape), _read_layers(words[1:]))  # ty: ignore[invalid-argument-type] - checked by the spec


def _words(layers: tuple[Layer, ...]) -> Iterator[str]:
    for layer in layers:
        yield LAYER_LETTERS[layer.kind] + ".".join(_arguments(layer))
        if isinstance(layer, Residual):
            yield from _words(layer.layers)
            yield CLOSE_BLOCK


def _arguments(layer: Layer) -> Iterator[str]:
    for name, argument in arguments_of(type(layer)).items():
        value = getattr(layer, name)
        if argument.is_required:
            yield _written(argument, value)
        elif value != argument.default:
            letter = ARGUMENT_LETTERS[name]
            yield letter if argument.kind == "switch" else letter + _written(argument, value)


def _written(argument: Argument, value: Any) -> str:
    if isinstance(value, str):
        return str(argument.choices.index(value)) if argument.kind == "choice" else value[0]
    if isinstance(value, tuple):
        return f"{value[0]}x{value[1]}"
    if value is None:
        return "k"  # a stride as wide as the kernel
    text = repr(value).removesuffix(".0") if isinstance(value, float) else str(value)
    return text.replace(".", "~")


def _read_layers(words: list[str]) -> tuple[Layer, ...]:
    rows: list[list[Layer]] = [[]]
    blocks: list[dict[str, Any]] = []
    for word in words:
        if word == CLOSE_BLOCK:
            if not blocks:
                raise ValueError("a block is closed that was never opened")
            inner = tuple(rows.pop())
            rows[-1].append(Residual(inner, **blocks.pop()))
            continue
        layer_class, values = _read_word(word)
        if layer_class is Residual:
            if len(blocks) == MAX_DEPTH:
                raise ValueError(f"blocks stand more than {MAX_DEPTH} deep in each other")
            blocks.append(values)
            rows.append([])
        else:
            rows[-1].append(layer_class(**values))
    if blocks:
        raise ValueError("a block is not closed")
    return tuple(rows[0])


def _read_word(word: str) -> tuple[type[Layer], dict[str, Any]]:
    if word in LAYER_OF_LETTERS:
        letters, rest = word, ""
    else:
        letters = re.match(r"[a-z]*", word)[0]  # ty: ignore[not-subscriptable] - always matches
        # A layer without required arguments may be followed by the letter of one: the longest wins.
        while letters and letters not in LAYER_OF_LETTERS:
            letters = letters[:-1]
        rest = word[len(letters) :]
    if not letters:
        raise ValueError(f"{word[:20]!r} is no layer")
    layer_class = LAYER_OF_LETTERS[letters]
    return layer_class, _read_arguments(layer_class, rest.split(".") if rest else [])


def _read_arguments(layer_class: type[Layer], parts: list[str]) -> dict[str, Any]:
    arguments = arguments_of(layer_class)
    required = [name for name, argument in arguments.items() if argument.is_required]
    if len(parts) < len(required):
        raise ValueError(f"{layer_class.__name__} lacks {required[len(parts)]}")
    values = {
        name: _read_value(arguments[name], part)
        for name, part in zip(required, parts, strict=False)
    }
    optional = {ARGUMENT_LETTERS[name]: name for name in arguments if name not in required}
    for part in parts[len(required) :]:
        name = optional.get(part[:1])
        if name is None or name in values:
            raise ValueError(f"{part[:20]!r} is no argument of {layer_class.__name__}")
        argument = arguments[name]
        if argument.kind == "switch" and len(part) == 1:
            values[name] = not argument.default
        else:
            values[name] = _read_value(argument, part[1:])
    return values


def _read_value(argument: Argument, text: str) -> Any:
    if argument.kind == "choice":
        index = _whole(text)
        if index >= len(argument.choices):
            raise ValueError(f"there is no choice {index}")
        return argument.choices[index]
    if argument.kind == "number":
        return _number(text)
    if argument.kind == "stride" and text == "k":
        return None
    if argument.kind == "padding" and text in ("s", "v"):
        return next(word for word in argument.choices if word[0] == text)
    if argument.kind in ("size", "stride", "padding") and "x" in text:
        height, width = (_whole(side) for side in text.split("x", 1))
        return height, width
    return _whole(text)


def _whole(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise ValueError(f"{text[:20]!r} is no whole number")
    return int(text)


def _number(text: str) -> float:
    if not re.fullmatch(r"[0-9]{1,20}(~[0-9]{1,20})?(e-?[0-9]{1,3})?", text):
        raise ValueError(f"{text[:20]!r} is no number")
    return float(text.replace("~", "."))


def _escaped(name: str) -> str:
    return "".join(
        character
        if character.isascii() and (character.isalnum() or character == "-")
        else "".join(f"~{byte:02x}" for byte in character.encode())
        for character in name
    )


def _unescaped(name: str) -> str:
    if not re.fullmatch(r"([A-Za-z0-9-]|~[0-9a-f]{2})*", name):
        raise ValueError("its name has characters that are not allowed")
    return unquote_to_bytes(name.replace("~", "%")).decode()
