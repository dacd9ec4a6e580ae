"""The change after which a network did not fit any more: the first suspect."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cnnviz.builder.names import layer_names, number_of
from cnnviz.counting import size_words
from cnnviz.models.spec_arguments import shown
from cnnviz.models.specs import Layer, NetworkSpec, Path, Residual, walk

Layers = tuple[Layer, ...]
Change = tuple[NetworkSpec, NetworkSpec]  # the last network that fitted, and what it became


def cause_of(change: Change) -> str:
    """What was changed, as the doctor says it; "because of the last change" where it is much."""
    before, after = change
    if before.layers == after.layers:
        sizes = size_words(after.input_shape), size_words(before.input_shape)
        return "because the input became {} (it was {})".format(*sizes)
    old, new = dict(walk(before.layers)), dict(walk(after.layers))
    path = _changed_layer(change)
    said = _moved(before, after) if path is None else _argument(after, path, old, new)
    return f"because {said}" if said else "because of the last change"


@dataclass(frozen=True)
class Typed:
    """Arguments of one layer that were changed.

    Attributes:
        path: of the layer.
        was: what they were, by name.
        text: what they were and where: "stride = 1 in conv2".
    """

    path: Path
    was: dict[str, Any]
    text: str


def typed(change: Change) -> Typed | None:
    """The arguments that a change consists of; None where it is another one."""
    path = _changed_layer(change)
    if path is None:
        return None
    old, new = (dict(walk(spec.layers))[path] for spec in change)
    now = _own(new)
    was = {name: value for name, value in _own(old).items() if value != now[name]}
    values = ", ".join(f"{name} = {shown(was[name])}" for name in _meant(was))
    where = _name(change[1], path) if len(path) == 1 else f"layer {number_of(path)}"
    return Typed(path, was, f"{values} in {where}")


def _changed_layer(change: Change) -> Path | None:
    """The one layer of which only arguments were changed; None where it is not just one."""
    old, new = (dict(walk(spec.layers)) for spec in change)
    if len(old) != len(new):
        return None
    paths = [path for path in old if path in new and _own(old[path]) != _own(new[path])]
    is_one = len(paths) == 1 and old[paths[0]].kind == new[paths[0]].kind
    return paths[0] if is_one else None


def _moved(before: NetworkSpec, after: NetworkSpec) -> str:
    """One layer that came, went or moved among its neighbours; "" where it is another change."""
    old, new, above = _rows(before.layers, after.layers, ())
    for index in range(len(new)):
        if new[:index] + new[index + 1 :] == old:
            return f"{_title(after, (*above, index))} was added"
    for index in range(len(old)):
        rest = old[:index] + old[index + 1 :]
        if rest == new:
            return f"{_title(before, (*above, index))} is gone"
        for to in range(len(new)):
            if new[:to] + new[to + 1 :] == rest and new[to] == old[index]:
                place = number_of((*above, index))
                return f"{_title(after, (*above, to))} was moved from place {place}"
    return ""


def _rows(old: Layers, new: Layers, above: Path) -> tuple[Layers, Layers, Path]:
    """The rows of layers that differ, and the path of the innermost block that holds both."""
    differing = [
        index for index, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]
    ]
    if len(old) == len(new) and len(differing) == 1:
        one, other = old[differing[0]], new[differing[0]]
        if isinstance(one, Residual) and isinstance(other, Residual) and _own(one) == _own(other):
            return _rows(one.layers, other.layers, (*above, differing[0]))
    return old, new, above


def _argument(
    after: NetworkSpec, path: Path, old: dict[Path, Layer], new: dict[Path, Layer]
) -> str:
    was, now = _own(old[path]), _own(new[path])
    changed = [name for name, value in now.items() if was[name] != value]
    changes = [
        f"{name} of {_title(after, path)} became {shown(now[name])} (it was {shown(was[name])})"
        for name in _meant(changed)
    ]
    return " and ".join(changes[:2])


def _meant(changed: Iterable[str]) -> list[str]:
    """The arguments that a hand has changed: those of a shortcut come and go with its kind."""
    names = list(changed)
    return ["shortcut"] if "shortcut" in names else names


def _own(layer: Layer) -> dict[str, Any]:
    """A layer's own arguments, and not the layers that a block holds."""
    return dict(layer.values)


def _title(spec: NetworkSpec, path: Path) -> str:
    layer = dict(walk(spec.layers))[path]
    word = "block" if isinstance(layer, Residual) else "layer"
    return f"{word} {number_of(path)}, {_name(spec, path)}"


def _name(spec: NetworkSpec, path: Path) -> str:
    layer = dict(walk(spec.layers))[path]
    return layer_names(spec.layers)[path[0]] if len(path) == 1 else layer.kind
