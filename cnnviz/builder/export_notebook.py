"""A network as a Jupyter notebook: what it is, its code, one run, and where its parameters are."""

from __future__ import annotations

import json

from cnnviz.builder.calls import call_text
from cnnviz.builder.export_code import definition, run_lines, shape_comment
from cnnviz.builder.names import number_of
from cnnviz.builder.shapes import forward_shapes
from cnnviz.models.specs import NetworkSpec

PARAMETERS_CODE = """for name, parameter in model.named_parameters():
    print(f"{name:36s}{str(tuple(parameter.shape)):>22s}{parameter.numel():>12,}")"""


def to_notebook(spec: NetworkSpec) -> str:
    """A notebook in the format nbformat 4.5 (nbformat.readthedocs.io), as JSON text."""
    cells = [
        _cell("markdown", f"# {spec.name}\n\n{_table(spec)}"),
        _cell("markdown", "## The network\n\nThe shape after each layer stands behind its line."),
        _cell("code", definition(spec).strip()),
        _cell("markdown", "## One picture\n\nRandom pixels are enough to see the shapes."),
        _cell("code", "\n".join(run_lines(spec))),
        _cell("markdown", "## Where the parameters are"),
        _cell("code", PARAMETERS_CODE),
    ]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def _table(spec: NetworkSpec) -> str:
    """The layers as a Markdown table."""
    lines = [
        "| | layer | output | parameters | multiply-adds |",
        "| --- | --- | ---: | ---: | ---: |",
        f"| | input | {shape_comment(spec.input_shape)} | | |",
    ]
    for row in forward_shapes(spec):
        shape = "does not fit" if row.output_shape is None else shape_comment(row.output_shape)
        number, call = number_of(row.path), call_text(row.layer)
        lines.append(f"| {number} | {call} | {shape} | {row.num_params:,} | {row.macs:,} |")
    return "\n".join(lines)


def _cell(kind: str, source: str) -> dict[str, object]:
    lines = source.splitlines(keepends=True)
    cell: dict[str, object] = {"cell_type": kind, "metadata": {}, "source": lines}
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    return cell
