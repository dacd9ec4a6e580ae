"""The editor beside the table: the arguments of the selected layer, and the shape doctor."""

from __future__ import annotations

from typing import Any

import streamlit as st

from cnnviz.builder.doctor import Diagnosis
from cnnviz.models.specs import LAYER_GROUPS, Argument, NetworkSpec, Path, arguments_of, layer_at
from cnnviz.ui import build_state as state


def editor(spec: NetworkSpec, path: Path | None) -> None:
    """What can be changed about the selected layer, or about the input."""
    with st.container(border=True, key="editor"):
        if path:
            layer = layer_at(spec, path)
            st.markdown(f"**{state.number_of(path)} · {layer.kind}**")
            columns = st.columns(2, gap="xsmall")
            for number, (name, argument) in enumerate(arguments_of(type(layer)).items()):
                with columns[number % 2]:
                    _argument(path, name, argument, getattr(layer, name))
            _layer_buttons(path)
        else:
            st.markdown("**Input**")
            _input_shape(spec)
        _add(path or ())
    if state.message():
        st.warning(state.message(), icon=":material/block:")


def _argument(path: Path, name: str, argument: Argument, value: Any) -> None:
    key = f"argument_{name}"
    st.session_state[key] = _shown(argument, value)

    def changed() -> None:
        try:
            entered = _entered(argument, st.session_state[key])
        except ValueError:
            wanted = "a whole number, or two as 3,5"
            st.session_state[state.MESSAGE] = f"{name} = {st.session_state[key]!r} is not {wanted}."
            return
        state.change(path, **{name: entered})

    if argument.kind == "switch":
        st.toggle(name, key=key, help=argument.help, on_change=changed)
    elif argument.kind == "choice":
        st.selectbox(name, argument.choices, key=key, help=argument.help, on_change=changed)
    elif argument.kind == "count":
        low, high = int(argument.low), int(argument.high)
        st.number_input(name, low, high, step=1, key=key, help=argument.help, on_change=changed)
    elif argument.kind == "number":
        st.number_input(
            name,
            float(argument.low),
            float(argument.high),
            key=key,
            help=argument.help,
            on_change=changed,
            format="%g",
        )
    else:
        st.text_input(name, key=key, help=argument.help, on_change=changed, max_chars=12)


def _shown(argument: Argument, value: Any) -> Any:
    """A value as its widget takes it: sizes are text, so that one field holds 3 or 3,5."""
    if argument.kind in ("size", "stride", "padding"):
        if value is None:
            return ""
        return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return float(value) if argument.kind == "number" else value


def _entered(argument: Argument, text: Any) -> Any:
    """The value of what was entered.

    Raises:
        ValueError: it is no size.
    """
    if argument.kind not in ("size", "stride", "padding"):
        return text
    plain = str(text).strip()
    if argument.kind == "stride" and plain in ("", "None"):
        return None
    if plain in argument.choices:
        return plain
    numbers = [int(part) for part in plain.split(",")]
    return numbers[0] if len(numbers) == 1 else tuple(numbers)


def _layer_buttons(path: Path) -> None:
    with st.container(horizontal=True, gap="xsmall"):
        st.button("", icon=":material/arrow_upward:", key="layer_up", help="Move up",
                  on_click=state.move, args=(path, -1), disabled=path[-1] == 0)  # fmt: skip
        st.button("", icon=":material/arrow_downward:", key="layer_down", help="Move down",
                  on_click=state.move, args=(path, 1))  # fmt: skip
        st.button("", icon=":material/content_copy:", key="layer_copy", help="Duplicate",
                  on_click=state.duplicate, args=(path,))  # fmt: skip
        st.button("", icon=":material/delete:", key="layer_remove", help="Remove",
                  on_click=state.remove, args=(path,))  # fmt: skip


def _input_shape(spec: NetworkSpec) -> None:
    names = ("input_channels", "input_height", "input_width")

    def changed() -> None:
        channels, height, width = (st.session_state[name] for name in names)
        state.change_input((channels, height, width))

    labels = ("Channels", "Height", "Width")
    for name, label, value in zip(names, labels, spec.input_shape, strict=True):
        st.session_state[name] = value
        st.number_input(label, 1, 4096, step=1, key=name, on_change=changed)


def _add(after: Path) -> None:
    kinds = [kind.__name__ for group in LAYER_GROUPS.values() for kind in group]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        kind = st.selectbox(
            "Add behind it",
            kinds,
            key="add_kind",
            help="The new layer takes its channels or features from what arrives there.",
        )
        st.button("", icon=":material/add:", key="add_layer", help="Add the layer",
                  on_click=state.add, args=(kind, after))  # fmt: skip


def doctor(diagnosis: Diagnosis) -> None:
    """Which layer does not fit and why, torch's own words, and mends of one click each."""
    with st.container(border=True, key="doctor"):
        st.markdown(
            f"**It stops at layer {state.number_of(diagnosis.path)}.** {diagnosis.sentence}"
        )
        for number, mend in enumerate(diagnosis.mends):
            st.button(
                mend.label,
                key=f"mend_{number}",
                icon=":material/build:",
                on_click=state.commit,
                args=(mend.spec,),
                help=mend.why,
                width="stretch",
            )
        st.caption(f"torch says: {diagnosis.torch_message}")
