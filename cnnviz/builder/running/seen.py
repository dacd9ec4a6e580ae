"""What each layer of a built network sees of the picture."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from cnnviz.builder.modules import build
from cnnviz.builder.shapes import LayerShape, failure, forward_shapes
from cnnviz.models.specs import Join, Layer, NetworkSpec, Path, Residual
from cnnviz.summary import Row, summarize
from cnnviz.summary.equal_blocks import modules_around

# Arguments that change how many numbers there are, and not which pixels they see.
COUNTS = {"in_channels", "out_channels", "in_features", "out_features", "num_features",
          "num_channels", "num_groups", "num_parameters", "groups", "bias"}  # fmt: skip


@dataclass(frozen=True)
class Geometry:
    """A network known by what receptive fields depend on: not by channels, which edits change."""

    layers: tuple[Any, ...]
    size: tuple[int, int]
    spec: NetworkSpec = field(compare=False)


def geometry_of(spec: NetworkSpec, shapes: list[LayerShape]) -> Geometry:
    """The geometry of a network up to its first misfit."""
    if (failed := failure(shapes)) is not None:
        spec = replace(spec, layers=spec.layers[: failed.path[0]])
    return Geometry(_geometry(spec.layers), spec.input_shape[1:], spec)


def _geometry(layers: tuple[Layer, ...]) -> tuple[Any, ...]:
    return tuple(
        (
            layer.kind,
            layer.mark,
            layer.places,
            layer.reads if isinstance(layer, Join) else (),
            *(value for name, value in layer.values.items() if name not in COUNTS),
            _geometry(layer.layers) if isinstance(layer, Residual) else (),
        )
        for layer in layers
    )


def rows_seen(geometry: Geometry) -> dict[Path, Row]:
    """The row of a summary for each layer; of a block that of its last.

    Of a row only what it sees counts (`extents`, `sees_all`): networks that differ in their
    channels alone share the rows of one.
    """
    spec = geometry.spec
    if not spec.layers:
        return {}
    found = summarize(build(spec, device="meta"), (1, *spec.input_shape))
    blocks = {around: row for row in found.rows for around in modules_around(row.parent)}
    rows = blocks | {row.name: row for row in found.rows}  # a block sees what its last row sees
    named = ((row.path, rows.get(row.name)) for row in forward_shapes(spec))
    return {path: row for path, row in named if row is not None}
