"""The rows of the builder's table: of the network that is built, or of one that is inspected."""

from __future__ import annotations

from math import prod

import streamlit as st

from cnnviz.builder.modules import build
from cnnviz.builder.shapes import LayerShape, failure, forward_shapes
from cnnviz.models.specs import NetworkSpec, Path, arguments_of, walk
from cnnviz.summary import Summary, summarize
from cnnviz.ui.build_state import number_of
from cnnviz.ui.network import LayerRow


def network_rows(spec: NetworkSpec) -> tuple[list[LayerRow], int, int]:
    """A row for the input and for each layer, with parameters and multiply-adds in total.

    Behind a layer that does not fit the rows have no numbers: nothing arrives there.
    """
    shapes = {row.path: row for row in forward_shapes(spec)}
    sees = _receptive_fields(spec, list(shapes.values()))
    most_params = max((row.num_params for row in shapes.values()), default=0)
    most_macs = max((row.macs for row in shapes.values()), default=0)
    rows = [_input_row(spec)]
    for path, layer in walk(spec.layers):
        row = shapes.get(path)
        channels, height, width = _volume(row.output_shape if row else None)
        rows.append(
            LayerRow(
                path=number_of(path),
                number=number_of(path),
                kind=layer.kind,
                arguments=_short(layer),
                shape=_text(row.output_shape) if row else "",
                params=f"{row.num_params:,}" if row and row.num_params else "",
                macs=f"{row.macs:,}" if row and row.macs else "",
                sees=sees.get(path, ""),
                channels=channels,
                height=height,
                width=width,
                is_flat=bool(row and row.output_shape and len(row.output_shape) == 1),
                params_share=row.num_params / most_params if row and most_params else 0.0,
                macs_share=row.macs / most_macs if row and most_macs else 0.0,
                problem=row is not None and row.problem is not None,
                is_waiting=row is None,
                is_inside=len(path) > 1,
            )
        )
    found = shapes.values()
    return rows, sum(row.num_params for row in found), sum(row.macs for row in found)


def _input_row(spec: NetworkSpec) -> LayerRow:
    channels, height, width = spec.input_shape
    return LayerRow(
        "", "", "Input", "", _text(spec.input_shape), "", "", "1", channels, height, width, False
    )


def _text(shape: tuple[int, ...] | None) -> str:
    return " × ".join(map(str, shape)) if shape else "—"


def _volume(shape: tuple[int, ...] | None) -> tuple[int, int, int]:
    if shape is None:
        return 1, 1, 1
    return (shape[0], shape[1], shape[2]) if len(shape) == 3 else (prod(shape), 1, 1)


def _short(layer) -> str:
    """The arguments as one would say them: channels, kernel, and what is not torch's default."""
    said = []
    for name, argument in arguments_of(type(layer)).items():
        value = getattr(layer, name)
        if argument.is_required and name not in ("in_channels", "in_features", "num_features"):
            said.append(f"kernel {value}" if name == "kernel_size" else str(value))
        elif not argument.is_required and value != argument.default:
            said.append(f"{name} {value}")
    return ", ".join(said)


def _receptive_fields(spec: NetworkSpec, rows: list[LayerShape]) -> dict[Path, str]:
    """What a cell sees, in input pixels, along the real graph; empty where nothing fits."""
    if failure(rows) is not None or not rows:
        return {}
    found = _summary(spec)
    by_name = {row.name: row.receptive_field for row in found.rows}
    return {row.path: _field(by_name.get(row.name)) for row in rows}


@st.cache_resource(max_entries=64, show_spinner=False)
def _summary(spec: NetworkSpec) -> Summary:
    return summarize(build(spec, device="meta"), (1, *spec.input_shape))


def _field(field: object) -> str:
    if field is None:
        return ""
    return " × ".join(map(str, field)) if isinstance(field, tuple) else str(field)


@st.cache_resource(max_entries=24, show_spinner="Reading the network …")
def inspected(name: str) -> Summary:
    """The summary of a torchvision classification network at the size it was trained for.

    Raises:
        ValueError: torchvision has no such network.
    """
    import torch

    from cnnviz.torchvision_compat import torchvision
    from cnnviz.zoo import network

    size = network(name).default.input_size
    with torch.device("meta"):
        model = torchvision.models.get_model(name)
    return summarize(model.eval(), (1, 3, size, size))


def inspected_rows(summary: Summary) -> list[LayerRow]:
    """The rows of an inspected network, one for each call of a layer."""
    most_params = max(row.num_params for row in summary.rows)
    most_macs = max(row.macs for row in summary.rows)
    channels, height, width = summary.input_shape[1:]
    start = LayerRow(
        "", "", "Input", "", _text((channels, height, width)), "", "", "1",
        channels, height, width, False,
    )  # fmt: skip
    rows = [start]
    for number, row in enumerate(summary.rows, start=1):
        shape = tuple(row.output_shape[1:])
        channels, height, width = _volume(shape)
        kind = row.kind.partition("(")[0]
        rows.append(
            LayerRow(
                path=str(number),
                number=str(number),
                kind=kind,
                arguments=row.name,
                shape=_text(shape),
                params=f"{row.num_params:,}" if row.num_params else "",
                macs=f"{row.macs:,}" if row.macs else "",
                sees=_field(row.receptive_field),
                channels=channels,
                height=height,
                width=width,
                is_flat=len(shape) != 3,
                params_share=row.num_params / most_params if most_params else 0.0,
                macs_share=row.macs / most_macs if most_macs else 0.0,
            )
        )
    return rows
