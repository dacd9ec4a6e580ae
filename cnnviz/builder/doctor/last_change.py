"""The change after which a network did not fit any more: the first suspect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cnnviz.builder.names import layer_names, number_of
from cnnviz.counting import size_words
from cnnviz.models.spec_arguments import shown
from cnnviz.models.specs import Layer, NetworkSpec, Path, Residual, walk

Change = tuple[NetworkSpec, NetworkSpec]  # the last network that fitted, and what it became


def cause_of(change: Change) -> str:
    """What was changed, as the doctor says it; "because of the last change" where it is much."""
    before, after = change
    if before.layers == after.layers:
        sizes = size_words(after.input_shape), size_words(before.input_shape)
        return "because the input became {} (it was {})".format(*sizes)
    old, new = dict(walk(before.layers)), dict(walk(after.layers))
    if len(old) != len(new):
        return _added_or_removed(before, after, len(new) - len(old))
    path = _changed_layer(change)
    return "because of the last change" if path is None else _argument(after, path, old, new)


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
    values = ", ".join(f"{name} = {shown(value)}" for name, value in was.items())
    return Typed(path, was, f"{values} in {_name(change[1], path)}")


def _changed_layer(change: Change) -> Path | None:
    """The one layer of which only arguments were changed; None where it is not just one."""
    old, new = (dict(walk(spec.layers)) for spec in change)
    if len(old) != len(new):
        return None
    paths = [path for path in old if path in new and _own(old[path]) != _own(new[path])]
    is_one = len(paths) == 1 and old[paths[0]].kind == new[paths[0]].kind
    return paths[0] if is_one else None


def _added_or_removed(before: NetworkSpec, after: NetworkSpec, by: int) -> str:
    """One layer that came or went in the network's own row."""
    longer, shorter = (after, before) if by > 0 else (before, after)
    word = "was added" if by > 0 else "is gone"
    for index in range(len(longer.layers)):
        if longer.layers[:index] + longer.layers[index + 1 :] == shorter.layers:
            return f"because {_title(longer, (index,))} {word}"
    return "because of the last change"


def _argument(
    after: NetworkSpec, path: Path, old: dict[Path, Layer], new: dict[Path, Layer]
) -> str:
    was, now = _own(old[path]), _own(new[path])
    changes = [
        f"{name} of {_title(after, path)} became {shown(value)} (it was {shown(was[name])})"
        for name, value in now.items()
        if was[name] != value
    ]
    return f"because {' and '.join(changes[:2])}"


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
