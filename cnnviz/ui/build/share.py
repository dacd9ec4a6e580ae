"""Code out and code in: files to save, and pasted code that is read without being run."""

from __future__ import annotations

import re
from collections.abc import Callable

import streamlit as st

from cnnviz.builder.codec import encode, fits_address
from cnnviz.builder.export_code import to_python
from cnnviz.builder.export_notebook import to_notebook
from cnnviz.builder.limits import refuse_run
from cnnviz.builder.modules import build
from cnnviz.builder.names import class_name
from cnnviz.builder.network_file import to_json
from cnnviz.builder.reading.apart import code_apart, file_apart
from cnnviz.builder.weights import weights_safetensors
from cnnviz.figures.shown import shown
from cnnviz.figures.volumes import volumes_of
from cnnviz.models.specs import NetworkSpec, Path, count_layers
from cnnviz.ui.build import state
from cnnviz.ui.build.address import ADDRESS
from cnnviz.ui.build.carried import carried, network_of
from cnnviz.ui.build.inspected import is_inspected
from cnnviz.ui.build.pictures import save_pictures, save_tables
from cnnviz.ui.build.rows import network_table
from cnnviz.ui.models import title_of
from cnnviz.ui.uploader import uploader

MAX_FILE = 256 * 1024  # bytes
OUTCOME = "_build_read"
READ = "read"
PASTED = "build-pasted_code"


def save(spec: NetworkSpec) -> None:
    """The network as files: Python, notebook, weights, and a file to open here again."""
    st.header("Save and open", anchor=False)
    name = class_name(spec.name).lower()
    with st.container(horizontal=True):
        st.download_button("Python", lambda: to_python(spec), f"{name}.py", "text/x-python")
        st.download_button(
            "Notebook", lambda: to_notebook(spec), f"{name}.ipynb", "application/json"
        )
        if refuse_run(spec) is None:
            st.download_button(
                "Weights (safetensors)", lambda: _weights(spec), f"{name}.safetensors"
            )
        st.download_button(
            "Network file", lambda: to_json(spec), f"{name}.json", "application/json"
        )
    save_pictures(name, volumes_of(spec), network_table(spec))
    save_tables(name, network_table(spec))
    if not fits_address(encode(spec)):
        st.info(
            "This network is too long for a link. Save the **network file** and send that: whoever "
            "gets it opens it below.",
            icon=":material/attach_file:",
        )


def _weights(spec: NetworkSpec) -> bytes:
    return weights_safetensors(network_of(spec, carried(spec).name) or build(spec))


def open_code() -> None:
    """Paste a network's code or printout, or open a network file."""
    place = st.expander("Open: paste code, or a file", key="build_open", on_change="rerun")
    if not place.open:
        return
    with place:
        st.text_area(
            "Paste the code of an nn.Module, or what print(model) says",
            key=PASTED,
            height=140,
            help="It is read, not run: layers and the order they are called in.",
        )
        st.button("Read the code", key="build-read_code", on_click=_read_pasted)
        file = uploader("A network file", most_mb=1, key="build_network_file", refused=_refuse)
        if file is not None and file.size > MAX_FILE:
            st.error(
                f"This file has {file.size / 1024:,.0f} kB; a network file has up to "
                f"{MAX_FILE // 1024} kB.",
                icon=":material/block:",
            )
        elif file is not None:
            st.button("Open the file", on_click=_read_file, args=(file.getvalue(),))
        _outcome()


def _refuse(sentence: str) -> None:
    st.session_state[OUTCOME] = sentence


def _read_pasted() -> None:
    text = st.session_state.get(PASTED) or ""
    notes: list[str] = []

    def read() -> tuple[NetworkSpec, Path]:
        reading = code_apart(text)
        notes.extend(reading.notes)
        return reading.spec, ()

    _attempt(read)
    state.note(tuple(notes))


def _read_file(data: bytes) -> None:
    _attempt(lambda: (file_apart(data), ()))


def _attempt(read: Callable[[], tuple[NetworkSpec, Path]]) -> None:
    """Open what was read; how it went is said once, beside the button."""
    state.attempt(read)
    st.session_state[OUTCOME] = state.message() or READ


def _outcome() -> None:
    said = st.session_state.pop(OUTCOME, "")
    if said == READ:
        spec = state.present()
        count = count_layers(spec.layers)
        st.success(f"{shown(spec.name)}, {count} layers, stands above.", icon=":material/done:")
    elif said:
        st.error(shown(said), icon=":material/block:")
        _offer_to_inspect(said)


def _offer_to_inspect(refusal: str) -> None:
    """The way to a network of torchvision whose code a paste does not hold."""
    named = re.search(r"(\w{1,40}) is torchvision's", refusal)
    if named is None or not is_inspected(named[1]):
        return
    st.button(
        f"Inspect {title_of(named[1])} layer by layer, with torchvision's own head",
        key="build-inspect_instead",
        icon=":material/account_tree:",
        on_click=lambda: ADDRESS.set(inspect=named[1]),
    )
