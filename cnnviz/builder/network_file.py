"""A network as a JSON file, for what is too long for an address and for other programs."""

from __future__ import annotations

import json
from typing import Any

from cnnviz.builder.codec import CodecError
from cnnviz.models.spec_arguments import shown
from cnnviz.models.specs import (
    LAYER_CLASSES,
    MAX_DEPTH,
    MAX_LAYERS,
    Layer,
    NetworkSpec,
    Residual,
    arguments_of,
)

FORMAT = "cnnviz network"
VERSION = 1
MAX_BYTES = 500_000


def to_json(spec: NetworkSpec) -> str:
    """The file of a network; arguments that have their default are left out."""
    content = {
        "format": FORMAT,
        "version": VERSION,
        "name": spec.name,
        "input_shape": list(spec.input_shape),
        "layers": entries_of(spec.layers),
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def from_json(text: str | bytes) -> NetworkSpec:
    """The network of a file.

    Raises:
        CodecError: the file is too large, is no JSON, or holds no network.
    """
    if len(text) > MAX_BYTES:
        raise CodecError(f"The file has {len(text):,} bytes; up to {MAX_BYTES:,} are read.")
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CodecError("The file is no JSON, or is damaged.") from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise CodecError(f"The file holds no network: its format is not {FORMAT!r}.")
    if content.get("version") != VERSION:
        raise CodecError(f"The file is of another version; this app reads version {VERSION}.")
    try:
        layers = layers_from(content.get("layers"))
        return NetworkSpec(content.get("name"), content.get("input_shape"), layers)
    except ValueError as error:
        raise CodecError(f"The file holds no network: {error}.") from error


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
    inner: dict[str, Any] = {}
    if layer_class is Residual:
        inner["layers"] = layers_from(values.pop("layers", []), depth + 1)
    if unknown := set(values) - set(arguments):
        raise ValueError(f"{kind} has no argument {shown(min(unknown))}")
    for name, argument in arguments.items():
        if argument.is_required and name not in values:
            raise ValueError(f"{kind} lacks {name}")
    return layer_class(**inner, **values)
