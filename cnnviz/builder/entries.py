"""Layers as plain data, for files and links: a kind and the arguments that are not its default."""

from __future__ import annotations

from typing import Any

from cnnviz.models.spec_arguments import MAX_FEATURES, Argument, shown
from cnnviz.models.specs import (
    LAYER_CLASSES,
    MAX_DEPTH,
    MAX_LAYERS,
    Enlarging,
    Flatten,
    Join,
    Layer,
    Residual,
    arguments_of,
)

NUMBERS = Argument("count", "", 0, MAX_FEATURES)


def entries_of(layers: tuple[Layer, ...]) -> list[dict[str, Any]]:
    """Layers as plain data; arguments that have their default are left out."""
    return [_entry(layer) for layer in layers]


def _entry(layer: Layer) -> dict[str, Any]:
    arguments = arguments_of(type(layer))
    entry: dict[str, Any] = {"kind": layer.kind} | {
        name: value
        for name, value in layer.values.items()
        if arguments[name].is_required or value != arguments[name].default
    }
    if isinstance(layer, Residual):
        entry["layers"] = entries_of(layer.layers)
    if isinstance(layer, Flatten) and layer.numbers:
        entry["numbers"] = layer.numbers
    if isinstance(layer, Join):
        entry["reads"] = list(layer.reads)
    elif layer.places:
        entry["like"] = layer.places[0]
    if layer.mark:
        entry["mark"] = layer.mark
    return entry


def layers_from(entries: object, depth: int = 0) -> tuple[Layer, ...]:
    """The layers that `entries_of` made plain data of, however it came here.

    Raises:
        ValueError: the data is not of that kind, or a layer has no such argument or value.
    """
    if not isinstance(entries, list):
        raise ValueError("its layers are no list")
    if len(entries) > MAX_LAYERS:
        raise ValueError(f"it has {len(entries):,} layers; up to {MAX_LAYERS} are allowed")
    if depth > MAX_DEPTH:
        raise ValueError(f"blocks stand more than {MAX_DEPTH} deep in each other")
    return tuple(_layer(entry, depth) for entry in entries)


def _layer(entry: object, depth: int) -> Layer:
    values = dict(entry) if isinstance(entry, dict) else {}
    kind = values.pop("kind", None)
    if not isinstance(kind, str) or kind not in LAYER_CLASSES:
        raise ValueError("one of its layers has no kind that is known")
    layer_class = LAYER_CLASSES[kind]
    arguments = arguments_of(layer_class)
    inner: dict[str, Any] = {"mark": values.pop("mark")} if "mark" in values else {}
    if layer_class is Join:
        inner["reads"] = values.pop("reads", None)
    elif issubclass(layer_class, Enlarging) and "like" in values:
        inner["like"] = values.pop("like")
    if layer_class is Residual:
        inner["layers"] = layers_from(values.pop("layers", []), depth + 1)
    if layer_class is Flatten and "numbers" in values:
        inner["numbers"] = NUMBERS.whole("numbers", values.pop("numbers"))
    if unknown := set(values) - set(arguments):
        raise ValueError(f"{kind} has no argument {shown(min(unknown))}")
    for name, argument in arguments.items():
        if argument.is_required and name not in values:
            raise ValueError(f"{kind} lacks {name}")
    return layer_class(**inner, **values)
