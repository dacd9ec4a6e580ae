"""The network as a strip: its parts as cards, the layers of the chosen part below them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from cnnviz.activations import Layer
from cnnviz.probes.tape import Kind
from cnnviz.ui.components import register
from cnnviz.ui.feature_maps.address import ADDRESS, STRIP, run_what_follows
from cnnviz.ui.feature_maps.seen import Place, Seen
from cnnviz.ui.foresight.views import Foreseen
from cnnviz.ui.kept import kept
from cnnviz.ui.sent import one_of, word

NEAR = 2  # layers before and behind, of which is known ahead what they lead to
FEWEST = 5  # cards: with fewer, parts are opened into what they are made of
SHORT = {
    Kind.CONV: "conv",
    Kind.CONV_TRANSPOSE: "transposed conv",
    Kind.LINEAR: "linear",
    Kind.NORM: "norm",
    Kind.POOL: "pool",
    Kind.SUM: "sum",
    Kind.PRODUCT: "product",
    Kind.CONCAT: "concat",
}

_mount = register("strip")


@dataclass(frozen=True)
class Part:
    """Some layers that belong together, under the name they share; or one layer."""

    name: str
    layers: tuple[Layer, ...]

    @property
    def output(self) -> Layer:
        """The layer whose output is that of the part."""
        return self.layers[-1]


def parts_of(known: tuple[Layer, ...]) -> list[Part]:
    """The network cut where its names are cut: into at least five parts, if it has them."""
    depth = 1
    parts = _cut(known, depth)
    while len(parts) < FEWEST and len(parts) < len(known):
        depth += 1
        parts = _cut(known, depth)
    return parts


def _cut(known: tuple[Layer, ...], depth: int) -> list[Part]:
    found: dict[str, list[Layer]] = {}
    for layer in known:
        found.setdefault(".".join(layer.name.split(".")[:depth]), []).append(layer)
    return [Part(name, tuple(inside)) for name, inside in found.items()]


def strip(seen: Seen, foreseen: Foreseen, on_near: Callable[[], None]) -> None:
    """The strip; choosing a part chooses its output, the row below any layer in it.

    `on_near` is told that a hand is near, `foreseen` says what the layers lead to.
    """
    names = {layer.name for layer in seen.layers}

    def choose() -> None:
        name = word(STRIP, "choose", one_of(names))
        if name is not None:
            ADDRESS.set(**of_layer(name))
            run_what_follows()

    _mount(
        data={**strip_data(seen), "foresight": foreseen.told()},
        key=STRIP,
        on_choose_change=choose,
        on_near_change=on_near,
        height="content",
    )


def of_layer(name: str) -> dict[str, Any]:
    """The terms of the address that say a layer, and leave what belonged to another one."""
    return {"layer": name, "map": -1, "cell": (-1, -1), "off": "", "read": -1, "show": "all"}


def _resets() -> dict[str, str]:
    """What an address says of `of_layer`'s terms at their defaults: a layer's name goes into it."""
    written = ADDRESS.defaults_written()
    return {name: written[name] for name in of_layer("")}


def strip_data(seen: Seen) -> dict[str, Any]:
    """What the component is told of the network and its layer."""
    return _strip(seen.place, seen.layer.name, seen)


@kept(is_quick=True)
def _strip(place: Place, layer: str, _seen: Seen) -> dict[str, Any]:
    parts = parts_of(_seen.layers)
    chosen = next(part for part in parts if _seen.layer in part.layers)
    inside = [_chip(layer, chosen) for layer in chosen.layers]
    return {
        "parts": [_card(part, part is chosen) for part in parts],
        "inside": inside if len(inside) > 1 else [],
        "selected": layer,
        "part": chosen.name,
        "resets": _resets(),
        "foresight": None,
    }


def near_layers(seen: Seen) -> list[Layer]:
    """What the strip offers nearest to today's layer: of its cards and of the row below each."""
    parts = parts_of(seen.layers)
    chosen = next(part for part in parts if seen.layer in part.layers)
    outputs = [part.output for part in parts]
    cards = _nearest(outputs, outputs.index(chosen.output))
    inside = _nearest(chosen.layers, chosen.layers.index(seen.layer))
    return list({layer.name: layer for layer in [*cards, *inside]}.values())


def _nearest(layers: Sequence[Layer], at: int) -> list[Layer]:
    return [layers[i] for i in range(at - NEAR, at + NEAR + 1) if i != at and 0 <= i < len(layers)]


def _card(part: Part, is_chosen: bool) -> dict[str, Any]:
    shape = part.output.shape
    channels, height, width = shape if len(shape) == 3 else (shape[0], 1, 1)
    return {
        "name": part.output.name,
        "title": title_of(part),
        "help": part.name,
        "note": shape_text(part.output),
        "channels": channels,
        "height": height,
        "width": width,
        "is_chosen": is_chosen,
    }


def title_of(part: Part) -> str:
    """The part's name; a single layer deep in the network goes by what it does."""
    is_deep = len(part.layers) == 1 and "." in part.name
    return kind_text(part.output) if is_deep else part.name


def _chip(layer: Layer, part: Part) -> dict[str, str]:
    rest = layer.name.removeprefix(part.name).lstrip(".") or "output"
    note = "block" if layer.is_block else kind_text(layer)
    return {"name": layer.name, "title": rest, "note": note, "help": layer.title}


def kind_text(layer: Layer) -> str:
    """What a layer does, in a word or two: "conv 3×3", "max pool", "ReLU"."""
    kernel = re.search(r"kernel_size=\(?(\d+)(?:, (\d+)\))?", layer.title)
    size = f" {kernel[1]}×{kernel[2] or kernel[1]}" if kernel else ""
    name = layer.title.partition("(")[0]
    if layer.kind is Kind.POOL:
        return ("max pool" if "Max" in name else "mean") + size
    return SHORT.get(layer.kind, name) + (size if layer.kind is Kind.CONV else "")


def shape_text(layer: Layer) -> str:
    """The shape as it fits a card: "64 · 32²", or the number of features."""
    if len(layer.shape) == 1:
        return f"{layer.shape[0]:,}"
    channels, height, width = layer.shape
    return f"{channels:,} · {height}²" if height == width else f"{channels:,} · {height}×{width}"
