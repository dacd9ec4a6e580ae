"""The network that is being built: it lives in the address; earlier ones in the session."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from cnnviz.builder.codec import decode, encode, fits_address
from cnnviz.builder.edits import (
    add_layer,
    arriving_shape,
    change_arguments,
    change_input_shape,
    duplicate_layer,
    move_layer,
    remove_layer,
)
from cnnviz.builder.fitting import new_layer
from cnnviz.builder.history import History
from cnnviz.images import SAMPLES
from cnnviz.models.networks import lenet
from cnnviz.models.specs import NetworkSpec, Path, Residual, layer_at
from cnnviz.ui import address
from cnnviz.ui.address import Address, Parameter

HISTORY = "_build_history"
MESSAGE = "_build_message"
LENET = encode(lenet())


def _read_network(text: str) -> str:
    """The text of a network, as written by `encode`.

    Raises:
        ValueError: it holds no network; the sentence says why.
    """
    try:
        decode(text)
    except ValueError as error:
        raise ValueError(f"a network as “Copy link” writes it ({error})") from error
    return text


def _read_path(text: str) -> str:
    if text and not all(part.isascii() and part.isdigit() for part in text.split(".")):
        raise ValueError("the place of a layer, such as 4, or 7.1 in a block")
    return text[:12]


def _read_name(text: str) -> str:
    if not text.replace("_", "").isalnum() or len(text) > 40:
        raise ValueError("the name of a network of torchvision, such as resnet18")
    return text


ADDRESS = Address(
    "build",
    [
        Parameter("net", LENET, _read_network, lambda net: net if fits_address(net) else ""),
        address.text("layer", "4", _read_path),
        Parameter("inspect", "", lambda text: _read_name(text) if text else ""),
        address.choice("image", "cat", SAMPLES),
    ],
)


def path_of(text: str) -> Path:
    """The path of a layer from the number that is shown: "7.1" is (6, 0); "" is the input."""
    return tuple(int(part) - 1 for part in text.split(".")) if text else ()


def number_of(path: Path) -> str:
    """The number that is shown for a path."""
    return ".".join(str(index + 1) for index in path)


def present() -> NetworkSpec:
    """The network as it is."""
    return decode(st.session_state["net"])


def history() -> History:
    """The network with those before it; begun anew when another network came by a link."""
    kept: History | None = st.session_state.get(HISTORY)
    if kept is None or kept.present != present():
        kept = History(present()) if kept is None else kept.push(present())
        st.session_state[HISTORY] = kept
    return kept


def commit(spec: NetworkSpec, selected: Path | None = None) -> None:
    """Make this the network; `selected` is the layer to select in it."""
    st.session_state[HISTORY] = history().push(spec)
    ADDRESS.set(net=encode(spec))
    if selected is not None:
        ADDRESS.set(layer=number_of(selected))


def attempt(edit: Callable[[], tuple[NetworkSpec, Path | None]]) -> None:
    """Do an edit; one that cannot be leaves the network as it is, with a sentence."""
    st.session_state[MESSAGE] = ""
    try:
        commit(*edit())
    except ValueError as error:
        st.session_state[MESSAGE] = f"{error}."


def message() -> str:
    """Why the last edit was not done; empty if it was."""
    return st.session_state.get(MESSAGE, "")


def undo() -> None:
    """One step back."""
    _step(history().undo())


def redo() -> None:
    """One step forward again."""
    _step(history().redo())


def _step(to: History) -> None:
    st.session_state[HISTORY] = to
    ADDRESS.set(net=encode(to.present))


def selected_path(spec: NetworkSpec) -> Path | None:
    """The selected layer; () for the input, None if the address names one that is not there."""
    path = path_of(st.session_state["layer"])
    if not path:
        return ()
    try:
        layer_at(spec, path)
    except ValueError:
        return None
    return path


def add(kind: str, after: Path) -> None:
    """A new layer of this kind behind the selected one, fitted to what arrives there."""

    def edit() -> tuple[NetworkSpec, Path]:
        spec = present()
        place = (*after[:-1], after[-1] + 1) if after else (0,)
        arriving = arriving_shape(spec, place) or spec.input_shape
        layer = new_layer(kind, arriving, is_last=place == (len(spec.layers),))
        return add_layer(spec, place, layer), place

    attempt(edit)


def remove(path: Path) -> None:
    """Take the layer out and select the one before it."""
    before = (*path[:-1], path[-1] - 1) if path[-1] else path[:-1]
    attempt(lambda: (remove_layer(present(), path), before))


def duplicate(path: Path) -> None:
    """The layer twice."""
    attempt(lambda: (duplicate_layer(present(), path), (*path[:-1], path[-1] + 1)))


def move(path: Path, by: int) -> None:
    """The layer one place up (-1) or down (1) among its neighbours."""
    to = (*path[:-1], path[-1] + by)
    attempt(lambda: (move_layer(present(), path, to), to))


def change(path: Path, **arguments: Any) -> None:
    """Other values for arguments of the layer."""
    attempt(lambda: (change_arguments(present(), path, **arguments), None))


def change_input(shape: tuple[int, int, int]) -> None:
    """Another input shape (channels, height, width)."""
    attempt(lambda: (change_input_shape(present(), shape), None))


def is_block(spec: NetworkSpec, path: Path) -> bool:
    """True if a residual block is selected."""
    return bool(path) and isinstance(layer_at(spec, path), Residual)
