"""The name of every layer: in the module, in the code and in the graph."""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections import Counter

from cnnviz.models.specs import LAYER_GROUPS, Join, Layer, NetworkSpec, Operation, Path, layer_at

PREFIXES = {
    "Conv2d": "conv",
    "ConvTranspose2d": "deconv",
    "Upsample": "up",
    "MaxPool2d": "pool",
    "AvgPool2d": "pool",
    "LPPool2d": "pool",
    "AdaptiveAvgPool2d": "avgpool",
    "AdaptiveMaxPool2d": "maxpool",
    "ZeroPad2d": "pad",
    "ReflectionPad2d": "pad",
    "ReplicationPad2d": "pad",
    "PixelShuffle": "shuffle",
    "PixelUnshuffle": "unshuffle",
    "ChannelShuffle": "shuffle",
    "Chunk": "part",
    "Channels": "part",
    "ChannelPool": "over_channels",
    "LayerNorm2d": "ln",
    "BatchNorm2d": "bn",
    "BatchNorm1d": "bn",
    "GroupNorm": "gn",
    "InstanceNorm2d": "norm",
    "LayerNorm": "ln",
    "LocalResponseNorm": "lrn",
    "Dropout": "dropout",
    "Dropout2d": "dropout",
    "Linear": "fc",
    "Residual": "block",
}
OPERATIONS = {made.__name__ for group in LAYER_GROUPS.values() for made in group
              if issubclass(made, Operation)}  # fmt: skip
TAKEN = {
    "nn",
    "torch",
    "F",
    "Residual",
    "ResidualBlock",
    "ResNetBlock",
    "Network",
    "Join",
    *OPERATIONS,
}


def layer_names(layers: tuple[Layer, ...]) -> list[str]:
    """A name per layer, numbered where a name occurs twice: conv1, relu1, conv2, …, fc."""
    prefixes = [_prefix(layer) for layer in layers]
    totals, seen = Counter(prefixes), Counter[str]()
    names: list[str] = []
    for prefix in prefixes:
        seen[prefix] += 1
        names.append(prefix if totals[prefix] == 1 else f"{prefix}{seen[prefix]}")
    return names


def _prefix(layer: Layer) -> str:
    if isinstance(layer, Join):
        return "back" if layer.is_way_back else layer.how
    return PREFIXES.get(layer.kind, layer.kind.lower())


def module_name(spec: NetworkSpec, path: Path) -> str:
    """The name of a layer in `build(spec).named_modules()`: "block2.main_path.0" for (7, 0).

    Raises:
        ValueError: there is no layer at the path.
    """
    layer_at(spec, path)
    first, *rest = path
    name = layer_names(spec.layers)[first]
    return "".join([name, *(f".main_path.{index}" for index in rest)])


def class_name(name: str) -> str:
    """A Python class name for the name of a network: "my net 2" is MyNet2.

    A name that holds no letters, starts with a digit or is taken gets "Net" in front.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = re.findall(r"[A-Za-z0-9]+", plain)
    joined = "".join(word[0].upper() + word[1:] for word in words)
    is_usable = joined.isidentifier() and not keyword.iskeyword(joined) and joined not in TAKEN
    return joined if is_usable else f"Net{joined}"


def number_of(path: Path) -> str:
    """The number of a layer as a reader counts, from 1: "8.2" for (7, 1)."""
    return ".".join(str(index + 1) for index in path)
