"""The two ways the builder's page can look: a network to edit, or one to inspect."""

from __future__ import annotations

import streamlit as st

from cnnviz.builder.doctor import diagnose
from cnnviz.builder.export_code import to_python
from cnnviz.builder.shapes import output_shape
from cnnviz.models.specs import NetworkSpec
from cnnviz.ui import build_state as state
from cnnviz.ui import page
from cnnviz.ui.build_editor import doctor, editor
from cnnviz.ui.build_rows import inspected, inspected_rows, network_rows
from cnnviz.ui.build_run import run
from cnnviz.ui.build_share import open_code, save
from cnnviz.ui.network import LayerRow, show_network
from cnnviz.ui.page import Number

SCALE = (
    "Height and width to scale, channels by their square root. Layers that leave the shape as it "
    "is have no volume of their own."
)


def edit_network() -> dict[str, str]:
    """Volumes, table, editor and doctor of the network that is built; then run, save, open.

    Returns the scripts of the view, by title.
    """
    spec = state.present()
    path = state.selected_path(spec)
    rows, params, macs = network_rows(spec)
    selected = state.number_of(path) if path is not None else ""
    with page.stage():
        _show("volumes", rows, selected, params, macs, lambda to: state.ADDRESS.set(layer=to))
    table, side = st.columns([3.4, 1], gap="small")
    with table, st.container(border=True):
        _show("table", rows, selected, params, macs, lambda to: state.ADDRESS.set(layer=to))
    with side:
        _undo_redo()
        if found := diagnose(spec):
            doctor(found)
        editor(spec, path)
    page.numbers(_numbers(spec, params, macs))
    st.subheader("Run it", anchor=False)
    run(spec, path)
    st.subheader("Save and open", anchor=False)
    save(spec)
    with st.expander("Open: paste code, or a file"):
        open_code()
    return {"The network": to_python(spec)}


def _undo_redo() -> None:
    steps = state.history()
    with st.container(horizontal=True, gap="xsmall"):
        st.button("Undo", icon=":material/undo:", on_click=state.undo, disabled=not steps.can_undo)
        st.button("Redo", icon=":material/redo:", on_click=state.redo, disabled=not steps.can_redo)


def _numbers(spec: NetworkSpec, params: int, macs: int) -> list[Number]:
    out = output_shape(spec)
    return [
        Number("Network", spec.name),
        Number("Output shape", str((1, *out)) if out else "none: it does not fit"),
        Number("Parameters", f"{params:,}", "Weights and biases that are learned"),
        Number("Multiply-adds", f"{macs:,}", "For one picture; FLOPs are twice as many"),
        Number("Parameters in memory", f"{params * 4 / 1e6:,.1f} MB", "Four bytes each"),
    ]


def _show(variant, rows: list[LayerRow], selected: str, params: int, macs: int, on_select) -> None:
    show_network(
        variant,
        rows,
        key=f"build_{variant}",
        selected=selected,
        total_params=f"{params:,}",
        total_macs=f"{macs:,}",
        on_select=on_select,
        note=SCALE if variant == "volumes" else "",
    )


def inspect_network(name: str) -> dict[str, str]:
    """A network of torchvision, layer by layer, to be looked at; returns the scripts."""
    try:
        summary = inspected(name)
    except ValueError as error:
        page.problem(f"{error}.")
        return {}
    rows = inspected_rows(summary)
    with page.stage():
        _show("volumes", rows, "", summary.num_params, summary.macs, None)
    with st.container(border=True):
        _show("table", rows, "", summary.num_params, summary.macs, None)
    page.numbers(
        [
            Number("Network", name),
            Number("Input", str(tuple(summary.input_shape))),
            Number("Output shape", str(tuple(summary.output_shape))),
            Number("Parameters", f"{summary.num_params:,}"),
            Number("Multiply-adds", f"{summary.macs:,}", "FLOPs are twice as many"),
        ]
    )
    return {"The numbers": _inspect_script(name, summary.input_shape)}


def _inspect_script(name: str, shape: tuple[int, ...]) -> str:
    return (
        "import torchvision\n"
        "from cnnviz.summary import summarize\n\n"
        f'model = torchvision.models.get_model("{name}").eval()\n'
        f"summary = summarize(model, {tuple(shape)})\n"
        "for row in summary.rows:\n"
        "    print(row.name, tuple(row.output_shape), row.num_params, row.macs)\n"
        'print("parameters:", summary.num_params)\n'
        'print("multiply-adds:", summary.macs)\n'
    )
