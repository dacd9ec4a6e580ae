"""A head as a file: safetensors, with the names of its classes and what it stands on."""

from __future__ import annotations

import json
import math
import struct
from dataclasses import dataclass

from safetensors.torch import load, save

from cnnviz.teaching.backbone import BACKBONES
from cnnviz.teaching.head import Head

MOST_BYTES = 1_000_000
MOST_CLASSES = 5
LONGEST_NAME = 40
KIND = "cnnviz head"


class HeadError(ValueError):
    """A file that is no head; the sentence says why."""


@dataclass(frozen=True, eq=False)
class SavedHead:
    """A head with what is needed to use it.

    Attributes:
        head: on the averages of the backbone's last layer.
        classes: name of each score.
        backbone: the name of the frozen network.
        size: pixels a side at which pictures were read.
    """

    head: Head
    classes: tuple[str, ...]
    backbone: str
    size: int


def save_head(saved: SavedHead) -> bytes:
    """The file: tensors `weight` and `bias`, and the rest as text beside them."""
    about = {
        "kind": KIND,
        "classes": json.dumps(saved.classes),
        "backbone": saved.backbone,
        "layer": BACKBONES[saved.backbone][-1],
        "size": str(saved.size),
    }
    return save({"weight": saved.head.weight, "bias": saved.head.bias}, metadata=about)


def load_head(data: bytes) -> SavedHead:
    """The head in a file that `save_head` made.

    Raises:
        HeadError: it is anything else, is damaged, or is too large.
    """
    if len(data) > MOST_BYTES:
        raise HeadError(f"A head has less than {MOST_BYTES / 1e6:.0f} MB, and this file has more.")
    try:
        tensors, about = load(data), _about(data)
    except Exception as error:  # whatever a damaged or hostile file makes these readers raise
        raise HeadError("This is no safetensors file, or it is damaged.") from error
    if about.get("kind") != KIND or set(tensors) != {"weight", "bias"}:
        raise HeadError("This safetensors file holds no head that was saved on this page.")
    classes, size, name = _classes(about), about.get("size"), about.get("backbone")
    if name not in BACKBONES:
        raise HeadError("This head stands on a network that is not offered here.")
    if size not in map(str, range(32, 513)):
        raise HeadError("This head does not say at which size it reads pictures.")
    weight, bias = tensors["weight"].float(), tensors["bias"].float()
    if weight.ndim != 2 or weight.shape[0] != len(classes) or bias.shape != weight.shape[:1]:
        raise HeadError("This head has another number of scores than of classes.")
    if not (math.isfinite(weight.abs().sum()) and math.isfinite(bias.abs().sum())):
        raise HeadError("This head holds numbers that are none (NaN or infinity).")
    return SavedHead(Head(weight, bias), classes, str(name), int(str(size)))


def _about(data: bytes) -> dict[str, object]:
    """What is told beside the tensors."""
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    about = header.get("__metadata__", {}) if isinstance(header, dict) else {}
    return about if isinstance(about, dict) else {}


def _classes(about: dict[str, object]) -> tuple[str, ...]:
    try:
        names = json.loads(str(about.get("classes", "")))
    except (ValueError, RecursionError):
        names = None
    is_list = isinstance(names, list) and 2 <= len(names) <= MOST_CLASSES
    if not is_list or not all(
        isinstance(one, str) and 0 < len(one) <= LONGEST_NAME and one.isprintable() for one in names
    ):
        raise HeadError(
            f"This head does not name its classes, of which it has 2 to {MOST_CLASSES}."
        )
    return tuple(names)
