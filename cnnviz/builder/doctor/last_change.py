"""The change after which a network did not fit any more: the first suspect."""

from __future__ import annotations

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
    paths = [path for path in old if path in new and _own(old[path]) != _own(new[path])]
    if len(paths) == 1 and old[paths[0]].kind == new[paths[0]].kind:
        return _argument(after, paths[0], old[paths[0]], new[paths[0]])
    return "because of the last change"


def _added_or_removed(before: NetworkSpec, after: NetworkSpec, by: int) -> str:
    """One layer that came or went in the network's own row."""
    longer, shorter = (after, before) if by > 0 else (before, after)
    word = "was added" if by > 0 else "is gone"
    for index in range(len(longer.layers)):
        if longer.layers[:index] + longer.layers[index + 1 :] == shorter.layers:
            return f"because {_title(longer, (index,))} {word}"
    return "because of the last change"


def _argument(after: NetworkSpec, path: Path, old: Layer, new: Layer) -> str:
    was, now = _own(old), _own(new)
    changes = [
        f"{name} of {_title(after, path)} became {shown(value)} (it was {shown(was[name])})"
        for name, value in now.items()
        if was[name] != value
    ]
    return f"because {' and '.join(changes[:2])}"


def _own(layer: Layer) -> dict[str, object]:
    """A layer's own arguments, and not the layers that a block holds."""
    return dict(layer.values)


def _title(spec: NetworkSpec, path: Path) -> str:
    layer = dict(walk(spec.layers))[path]
    name = layer_names(spec.layers)[path[0]] if len(path) == 1 else layer.kind
    return f"{'block' if isinstance(layer, Residual) else 'layer'} {number_of(path)}, {name}"
