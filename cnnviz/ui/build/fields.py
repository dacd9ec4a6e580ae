"""The editor's fields: the arguments of the selected layer, or the input, for the browser."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import prod
from typing import Any

from cnnviz.builder.calls import reads_text
from cnnviz.builder.names import number_of
from cnnviz.builder.places import BEFORE, marks_before
from cnnviz.builder.resnets import resnet_plan
from cnnviz.builder.shapes import forward_shapes
from cnnviz.counting import size_words
from cnnviz.models.spec_layers import idle_arguments
from cnnviz.models.specs import (
    INPUT,
    MAX_SIDE,
    Argument,
    Enlarging,
    Join,
    Layer,
    NetworkSpec,
    Path,
    Residual,
    arguments_of,
    layer_at,
)

PRODUCT = r"\d{1,9}(\s*[*·×x]\s*\d{1,9}){0,5}"  # six numbers of nine digits at most
SIDES = ("channels", "height", "width")
ABOUT_INPUT = "The pictures that come in, and the network's name."
ABOUT_MARK = "By this name later layers read what leaves here, and the code calls it so."
ABOUT_RESNET = "Any number of blocks and any width make a ResNet of your own."


def editor_of(spec: NetworkSpec, path: Path) -> dict[str, Any]:
    """What the editor shows for the layer at a path, or for the input at ()."""
    if not path:
        return _described("", "Input", ABOUT_INPUT, _input_fields(spec), is_layer=False)
    layer = layer_at(spec, path)
    about = (type(layer).__doc__ or "").partition("\n")[0]
    fields = [
        *_reading_fields(spec, path, layer),
        *(
            _field(name, argument, getattr(layer, name))
            for name, argument in arguments_of(type(layer)).items()
            if name not in idle_arguments(layer) and argument.low != argument.high
        ),
    ]
    if layer.mark:
        fields.append(_plain("mark", "text", layer.mark, ABOUT_MARK))
    number = number_of(path)
    described = _described(number, f"{number} · {layer.kind}", about, fields, is_layer=True)
    return described | {"is_block": isinstance(layer, Residual) and len(path) == 1}


def _reading_fields(spec: NetworkSpec, path: Path, layer: Layer) -> list[dict[str, Any]]:
    """The earlier places that a layer reads, for one that can."""
    if len(path) > 1 or not isinstance(layer, Join | Enlarging):
        return []
    known = ", ".join(marks_before(spec, path))
    if isinstance(layer, Join):
        words = "Which places come together, in this order: what arrives is “before”."
        places = {"read": _places_read(spec, path, layer), "more": _places_more(spec, path, layer)}
        return [_plain("reads", "places", reads_text(layer), words) | places]
    words = f"Height and width that come out are those of this place: {known}, or a layer's number."
    return [_plain("like", "text", layer.like, words)]


def _places_read(spec: NetworkSpec, path: Path, join: Join) -> list[dict[str, str]]:
    """The places that a join reads, each with the shape that comes from there if that is known."""
    rows = {row.path: row for row in forward_shapes(spec)}
    shapes = rows[path].read_shapes if path in rows else ((),) * len(join.reads)
    return [
        {"name": name or BEFORE, "shape": size_words(shape)}
        for name, shape in zip(join.reads, shapes, strict=True)
    ]


def _places_more(spec: NetworkSpec, path: Path, join: Join) -> list[dict[str, str]]:
    """The places that a join could read as well: what `set_reads` takes, and words for it."""
    layers = spec.layers[: path[0]]
    named = [
        (one.mark or str(number), f"{number} {one.kind}" + f" → {one.mark}" * bool(one.mark))
        for number, one in enumerate(layers, 1)
    ]
    found = [(INPUT, "the picture"), *named, (BEFORE, "what arrives")]
    read = {name or BEFORE for name in join.reads}
    return [{"name": name, "label": words} for name, words in found if name not in read]


def entered(layer: Layer, name: str, value: object) -> Any:
    """The value for an argument of a layer from what came from a browser.

    Raises:
        ValueError: the layer has no such argument, or the value is none of its kind.
    """
    argument = arguments_of(type(layer)).get(name)
    if argument is None:
        raise ValueError(f"{layer.kind} has no argument {name[:30]!r}")
    if argument.kind in ("switch", "choice"):
        return value
    if not isinstance(value, str):
        raise ValueError(f"{name} is no text")
    plain = value.strip()
    if argument.kind == "number":
        return _real(name, plain)
    if argument.kind == "stride" and plain in ("", "None"):
        return None
    if plain in argument.choices:
        return plain
    numbers = whole_numbers(name, plain, argument.most)
    return numbers[0] if len(numbers) == 1 else numbers


def whole_numbers(name: str, text: str, most: int) -> tuple[int, ...]:
    """The whole numbers of "3" or "3, 5"; where one is wanted, of a product as "16*5*5" too.

    Raises:
        ValueError: it is something else, or there are more than `most`.
    """
    if most == 1 and re.fullmatch(PRODUCT, text.strip(), re.ASCII):
        return (prod(map(int, re.findall(r"\d+", text))),)
    parts = [part.strip() for part in re.split(r"[,×x]", text)]
    if len(parts) > most or not all(re.fullmatch(r"\d{1,9}", part, re.ASCII) for part in parts):
        example = ",".join("3518"[:most])
        wanted = f"a whole number, or {most} such as {example}" if most > 1 else "a whole number"
        raise ValueError(f"{name} is “{text[:20]}”; it has to be {wanted}")
    return tuple(map(int, parts))


def _real(name: str, text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise ValueError(f"{name} is “{text[:20]}”; it has to be a number") from None


def _input_fields(spec: NetworkSpec) -> list[dict[str, Any]]:
    helps = ("1 for grey, 3 for colour.", "Rows of pixels.", "Columns of pixels.")
    fields = [
        _plain(name, "count", str(size), text, 1, MAX_SIDE)
        for name, size, text in zip(SIDES, spec.input_shape, helps, strict=True)
    ]
    fields.append(_plain("name", "text", spec.name, "What the class is called in the code."))
    if plan := resnet_plan(spec):
        blocks = ",".join(map(str, plan.blocks))
        words = "Residual blocks of each group, such as 2,2,2,2: one number for each group."
        fields.append(_plain("blocks", "text", blocks, words))
        fields.append(_plain("base width", "count", str(plan.width), ABOUT_RESNET, 1, 1024))
        fields.append(
            _plain("classes", "count", str(plan.num_classes), "Neurons of the last layer.", 1, 9999)
        )
    return fields


def _plain(
    name: str, kind: str, value: str, text: str, low: int = 0, high: int = 0
) -> dict[str, Any]:
    return {
        "name": name, "label": name, "kind": kind, "value": value, "help": text,
        "low": low, "high": high,
    }  # fmt: skip


def _field(name: str, argument: Argument, value: Any) -> dict[str, Any]:
    choices: Sequence[str] = argument.choices if argument.kind == "choice" else ()
    return {
        "name": name,
        "label": name,
        "kind": argument.kind,
        "value": _shown(argument, value),
        "help": argument.help,
        "choices": choices,
        "low": argument.low,
        "high": argument.high,
    }


def _shown(argument: Argument, value: Any) -> str | bool:
    """A value as its field takes it: sizes are text, so that one field holds 3 or 3,5."""
    match value:
        case bool():
            return value
        case None:
            return "None"
        case tuple():
            return ",".join(map(str, value))
        case float():
            return f"{value:g}"
    return str(value)


def _described(
    path: str, title: str, about: str, fields: list[dict[str, Any]], is_layer: bool
) -> dict[str, Any]:
    return {"path": path, "title": title, "about": about, "fields": fields, "is_layer": is_layer}
