"""A network as a JSON file, for what is too long for an address and for other programs."""

from __future__ import annotations

import json

from cnnviz.builder.codec import CodecError
from cnnviz.builder.entries import entries_of, layers_from
from cnnviz.models.specs import NetworkSpec

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
