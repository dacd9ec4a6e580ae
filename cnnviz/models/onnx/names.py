"""Names of modules: as the file's nodes are named, in the modules that these lay in."""

from __future__ import annotations

import keyword
import re
from collections import Counter
from collections.abc import Sequence

from torch import nn

from cnnviz.models.onnx.file import Node
from cnnviz.models.onnx.limits import MAX_DEPTH

LONGEST = 40  # characters of a part of a name
TAKEN = frozenset(dir(nn.Module())) | {"steps", "inputs", "outputs"}


def module_paths(nodes: Sequence[Node]) -> list[str]:
    """A name for the module of each node, each once: "layer1.0.conv1".

    A node that torch wrote knows its modules, as a property of it or in its name
    ("/layer1/layer1.0/conv1/Conv"); of any other the name is the path.
    """
    places = [_place(node) for node in nodes]
    shared = Counter(".".join(scope) for scope, _ in places)
    inner = {".".join(scope[:end]) for scope, _ in places for end in range(len(scope))}
    paths = []
    for scope, last in places:
        own = ".".join(scope)
        is_one = own and shared[own] == 1 and own not in inner  # a module that is this node alone
        paths.append(own if is_one else ".".join([*scope, last]))
    return _each_once(paths)


def safe(text: str) -> str:
    """The text as a part of a module's name: letters, digits and underscores."""
    plain = re.sub(r"\W", "_", text, flags=re.ASCII).strip("_")[:LONGEST] or "node"
    is_taken = keyword.iskeyword(plain) or plain in TAKEN
    return f"{plain}_" if is_taken else plain


def _place(node: Node) -> tuple[tuple[str, ...], str]:
    """The modules around a node, and its own name in them."""
    if node.scope:
        around, last = _nested(node.scope[:-1]), safe(node.name.removeprefix("node_"))
        return _of_weight(node, around) or around, last
    parts = [part for part in node.name.split("/") if part]
    return _nested(parts[:-1]), safe(parts[-1] if parts else node.op)


def _of_weight(node: Node, around: tuple[str, ...]) -> tuple[str, ...] | None:
    """The module that a weight belongs to, where it lies beside the one that the node says.

    torch puts a convolution and its batch norm into one node, which it calls after the norm.
    """
    owners = (name.rpartition(".") for name in node.inputs[1:2])
    for owner, _, kind in owners:
        path = tuple(safe(part) for part in owner.split("."))
        if kind == "weight" and owner and path[:-1] == around[:-1]:
            return path
    return None


def _nested(scopes: Sequence[str]) -> tuple[str, ...]:
    """Each scope names the way from the top, "layer1", "layer1.0", or only the end of it."""
    path: list[str] = []
    for scope in scopes:
        parts = [part for part in scope.split(".") if part]
        known = (end for end in range(len(parts) - 1, 0, -1) if path[-end:] == parts[:end])
        path += parts[next(known, 0) :]
    return tuple(safe(part) for part in path[: 2 * MAX_DEPTH])


def _each_once(paths: list[str]) -> list[str]:
    """The paths, with _1, _2, … where one was given before or has others below it."""
    above = {path.rsplit(".", up)[0] for path in paths for up in range(1, path.count(".") + 1)}
    taken, unique = set(above), []
    for path in paths:
        candidate, count = path, 0
        while candidate in taken:
            count += 1
            candidate = f"{path}_{count}"
        taken.add(candidate)
        unique.append(candidate)
    return unique
