"""Trained weights of one's own for the network that is built or was pasted."""

from __future__ import annotations

import streamlit as st

from cnnviz.builder.limits import refuse_run
from cnnviz.builder.modules import build
from cnnviz.builder.shapes import forward_shapes
from cnnviz.builder.transform import BuiltTransform
from cnnviz.figures.shown import shown
from cnnviz.models.cards import unknown_card
from cnnviz.models.frozen import frozen
from cnnviz.models.specs import NetworkSpec
from cnnviz.models.trained import Pretrained
from cnnviz.models.weights_file import are_named_alike, load_weights
from cnnviz.ui.compute import BusyError, computing
from cnnviz.ui.insides.files import received
from cnnviz.ui.sent import stands_at
from cnnviz.ui.uploader import uploader
from cnnviz.ui.weights import own

MOST_MB = 50
ATTEMPTS, SAID, NAME = "_build_weights_attempts", "_build_weights_said", "_build_weights_name"
ALIKE = "_build_weights_alike"  # whether they have the names that the network has here
FOR = "_build_weights_for"  # the network that they were given to


def given_weights(spec: NetworkSpec) -> str:
    """The name of the weights that this visitor has given to a network; empty where there are none.

    What they were given to counts, not what it is called.
    """
    name, given = st.session_state.get(NAME, ""), st.session_state.get(FOR)
    if given is None or (given.layers, given.input_shape) != (spec.layers, spec.input_shape):
        return ""
    return name if own.shelf().get(name) else ""


def open_weights(spec: NetworkSpec) -> None:
    """Give the network trained weights; then the pages that look into networks have it."""
    if not spec.layers or refuse_run(spec) is not None:
        return
    with st.expander("Trained weights for it", key="build_weights"):
        key = f"build_weights_file_{st.session_state.get(ATTEMPTS, 0)}"
        uploader(
            "A state dict: safetensors, or torch.save(net.state_dict(), …)",
            most_mb=MOST_MB,
            key=key,
            refused=_refuse,
            on_change=_taken,
            args=(spec, key),
            help="Names and shapes have to be those of the network; “module.” before them is left "
            "out. Nothing in the file is run.",
        )
        if said := st.session_state.pop(SAID, ""):
            st.error(shown(said), icon=":material/block:")
        if (name := st.session_state.get(NAME)) and own.shelf().get(name):
            ordered = (
                ""
                if st.session_state.get(ALIKE)
                else (
                    " Their names are others than here, so they are taken in their order, in which "
                    "every shape agrees."
                )
            )
            st.success(f"The weights fit.{ordered} Look into it while your visit lasts:")
            with st.container(horizontal=True):
                for page, title in (("feature_maps", "Feature maps"), ("heatmaps", "Heatmaps")):
                    st.page_link(f"pages/{page}.py", label=title, query_params={"model": name})


def _refuse(sentence: str) -> None:
    st.session_state[SAID] = sentence


def _taken(spec: NetworkSpec, key: str) -> None:
    data = received(stands_at(key))
    if data is None:
        return
    st.session_state[ATTEMPTS] = st.session_state.get(ATTEMPTS, 0) + 1
    try:
        with computing():
            st.session_state[NAME] = own.take(_with_weights(spec, data))
            st.session_state[FOR] = spec
            st.session_state[ALIKE] = are_named_alike(build(spec, device="meta"), data)
    except (ValueError, BusyError) as error:
        st.session_state[NAME] = ""
        said = str(error)
        st.session_state[SAID] = f"{said[0].upper()}{said[1:]}."


def _with_weights(spec: NetworkSpec, data: bytes) -> Pretrained:
    """The network of a spec with the weights of a file.

    Raises:
        ValueError: they do not fit, or it gives no row of scores.
    """
    shape = forward_shapes(spec)[-1].output_shape or ()
    if len(shape) != 1 or shape[0] < 2:
        raise ValueError(f"the network ends in {shape}; two scores or more are explained")
    model = frozen(load_weights(build(spec), data))
    params = sum(parameter.numel() for parameter in model.parameters())
    card = unknown_card(spec.name, "my own weights", params, spec.input_shape[1], shape[0])
    classes = tuple(f"class {index}" for index in range(shape[0]))
    return Pretrained(model, BuiltTransform(spec.input_shape), classes, card, spec)
