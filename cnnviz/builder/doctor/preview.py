"""What a mend would do to every layer of a network that does not fit, before it is chosen."""

from __future__ import annotations

from cnnviz.builder.identities import alike
from cnnviz.builder.shapes import Shape, forward_shapes
from cnnviz.models.specs import NetworkSpec, Path, walk


def shapes_with(spec: NetworkSpec, mended: NetworkSpec) -> dict[Path, Shape]:
    """The shapes that would leave the layers of `spec` once it is `mended`, where these are new.

    The input is at (). Layers that the mend takes away, or adds, are not among them.
    """
    now = _shapes(spec)
    then = _shapes(mended)
    place = alike(spec, mended)
    places = [((), ()), *((path, place(path)) for path in _paths(spec))]
    return {
        path: shape for path, to in places
        if to is not None and (shape := then.get(to)) is not None and shape != now.get(path)
    }  # fmt: skip


def _shapes(spec: NetworkSpec) -> dict[Path, Shape | None]:
    rows = {row.path: row.output_shape for row in forward_shapes(spec)}
    return {(): spec.input_shape, **rows}


def _paths(spec: NetworkSpec) -> list[Path]:
    return [path for path, _ in walk(spec.layers)]
