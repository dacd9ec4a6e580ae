"""What is shown of a network that is built: the rows of its table, its volumes, its editor."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from cnnviz.builder.calls import short_text
from cnnviz.builder.doctor import Diagnosis, diagnose
from cnnviz.builder.doctor.last_change import Change
from cnnviz.builder.modules import build
from cnnviz.builder.names import number_of
from cnnviz.builder.shapes import LayerShape, failure, forward_shapes, output_shape
from cnnviz.figures.layer_table import LayerRow
from cnnviz.figures.volumes import CAPTION, volumes_of, volumes_svg
from cnnviz.models.specs import Layer, NetworkSpec, Path, Residual, layer_at, walk
from cnnviz.summary import summarize
from cnnviz.ui.build import state
from cnnviz.ui.build.fields import editor_of
from cnnviz.ui.build.network import NetworkView

# Arguments that change how many numbers there are, and not which pixels they see.
COUNTS = {"in_channels", "out_channels", "in_features", "out_features", "num_features",
          "num_channels", "num_groups", "num_parameters", "groups", "bias"}  # fmt: skip


def network_view(spec: NetworkSpec, path: Path | None) -> NetworkView:
    """A network that is edited, with the layer at `path` selected; None is none."""
    table = network_table(spec)
    return NetworkView(
        rows=table.rows,
        volumes=table.volumes,
        caption=CAPTION,
        total_params=table.total_params,
        total_macs=table.total_macs,
        selected=number_of(path or ()),
        editing=_editing(spec, path),
    )


@lru_cache(maxsize=128)
def network_table(spec: NetworkSpec) -> NetworkView:
    """The table and the volumes of a network, nothing selected.

    Behind a layer that does not fit the rows have no numbers: nothing arrives there.
    """
    shapes = {row.path: row for row in forward_shapes(spec)}
    found = shapes.values()
    sees = _receptive_fields(spec, list(found))
    most_params = max((row.num_params for row in found), default=0) or 1
    most_macs = max((row.macs for row in found), default=0) or 1
    rows = [LayerRow("", "Input", spec.name, shape=size_text(spec.input_shape), sees="1")]
    for path, layer in walk(spec.layers):
        row = shapes.get(path)
        rows.append(_row(path, layer, row, sees.get(path, ""), most_params, most_macs))
    return NetworkView(
        rows=rows,
        volumes=volumes_svg(volumes_of(spec), has_style=False),
        caption=CAPTION,
        total_params=sum(row.num_params for row in found),
        total_macs=sum(row.macs for row in found),
    )


def _row(
    path: Path, layer: Layer, row: LayerShape | None, sees: str, most_params: int, most_macs: int
) -> LayerRow:
    known = LayerRow(
        number_of(path),
        layer.kind,
        short_text(layer),
        inside=len(path) > 1,
        block=isinstance(layer, Residual),
    )
    if row is None:
        return replace(known, waiting=True)
    return replace(
        known,
        shape=size_text(row.output_shape) if row.output_shape else "—",
        params=f"{row.num_params:,}" if row.num_params else "",
        macs=f"{row.macs:,}" if row.macs else "",
        sees=sees,
        params_share=round(row.num_params / most_params, 4),
        macs_share=round(row.macs / most_macs, 4),
        problem=row.problem is not None,
    )


def size_text(shape: tuple[int, ...]) -> str:
    """A shape as it is read: "16 × 5 × 5"."""
    return " × ".join(map(str, shape))


def field_text(field: object) -> str:
    """A receptive field as it is read: "14", "14 × 10", empty where there is none."""
    if field is None:
        return ""
    return size_text(field) if isinstance(field, tuple) else str(field)


def _editing(spec: NetworkSpec, path: Path | None) -> dict[str, Any]:
    steps, found = state.history(), diagnose(spec, _change(spec))
    return {
        "editor": editor_of(spec, path or ()),
        "identities": _identities(spec),
        "outcome": next(reversed(state.outcomes().values()), ""),
        "sides": _sides(spec, path),
        "doctor": _described(found),
        "result": _result(spec, found),
        "message": state.message(),
        "can_undo": steps.can_undo,
        "can_redo": steps.can_redo,
    }


def _identities(spec: NetworkSpec) -> list[int | str]:
    """Of every row, what an event calls its layer."""
    known = state.identities().by_path
    return ["", *(known[path] for path, _ in walk(spec.layers))]


def _change(spec: NetworkSpec) -> Change | None:
    return None if output_shape(spec) else state.breaking_change(spec)


def _result(spec: NetworkSpec, found: Diagnosis | None) -> str:
    """What came of the last edit in one line, for screens on which the table is far away."""
    if found is not None:
        return f"It stops at {found.title}: {found.sentence}"
    table, shape = network_table(spec), output_shape(spec)
    comes = size_text(shape or spec.input_shape)
    return f"It fits: {comes} come out, {table.total_params:,} parameters."


def _sides(spec: NetworkSpec, path: Path | None) -> list[dict[str, str]]:
    """Where a layer can be added from the selected one, the usual place first."""
    if not path:
        return [{"side": "behind", "label": "first" if path == () else "at the end"}]
    sides = [{"side": "behind", "label": f"behind {number_of(path)}"}]
    if isinstance(layer_at(spec, path), Residual):
        sides.append({"side": "inside", "label": f"inside {number_of(path)}"})
    if len(path) > 1:
        sides.append({"side": "outside", "label": f"behind block {number_of(path[:-1])}"})
    return sides


def _described(found: Diagnosis | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "path": number_of(found.path),
        "title": found.title,
        "sentence": found.sentence,
        "torch": found.torch_message,
        "mends": [{"label": mend.label, "why": mend.why} for mend in found.mends],
    }


def _receptive_fields(spec: NetworkSpec, rows: list[LayerShape]) -> dict[Path, str]:
    """What a cell sees, in input pixels, along the real graph, up to the first misfit."""
    if (failed := failure(rows)) is not None:
        spec = replace(spec, layers=spec.layers[: failed.path[0]])
    if not spec.layers:
        return {}
    return _fields(_Geometry(_geometry(spec.layers), spec.input_shape[1:], spec))


@dataclass(frozen=True)
class _Geometry:
    """A network known by what receptive fields depend on: not by channels, which edits change."""

    layers: tuple[Any, ...]
    size: tuple[int, int]
    spec: NetworkSpec = field(compare=False)


def _geometry(layers: tuple[Layer, ...]) -> tuple[Any, ...]:
    return tuple(
        (
            layer.kind,
            *(value for name, value in layer.values.items() if name not in COUNTS),
            _geometry(layer.layers) if isinstance(layer, Residual) else (),
        )
        for layer in layers
    )


@lru_cache(maxsize=128)
def _fields(geometry: _Geometry) -> dict[Path, str]:
    spec = geometry.spec
    found = summarize(build(spec, device="meta"), (1, *spec.input_shape))
    by_name = {row.name: field_text(row.receptive_field) for row in found.rows}
    return {row.path: by_name.get(row.name, "") for row in forward_shapes(spec)}
