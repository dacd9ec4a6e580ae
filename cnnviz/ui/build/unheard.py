"""Edits that an address says: what a hand had done when the page was left, and nobody had answered.

The browser cannot know what a network becomes. From the press until the answer its address says the
network that it was told last and the words of the edits since (`unheard.js`), and a page that is
opened there does them. They say which network they are about: after the answer they are old.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from cnnviz.builder.codec import decode
from cnnviz.builder.names import number_of
from cnnviz.models.specs import Path
from cnnviz.ui.build import state
from cnnviz.ui.build.address import ADDRESS, BASE, edits_in
from cnnviz.ui.build.events import perform
from cnnviz.ui.build.network import sent_event

DONE = "_build_done"
NUMBER = "no. "  # before the number of a layer in the network that they are about
LAYERS = ("layer", "of_layer")


def catch_up() -> None:
    """Do the edits that the address says, if they are about the network that it says."""
    values = ADDRESS.values()
    if not values.edits or values.inspect:
        return
    ADDRESS.set(edits="")
    st.session_state[DONE] = values.edits
    if values.net[:BASE] != values.edits[:BASE]:
        return
    known = state.identities().by_path
    for word in edits_in(values.edits):
        _do(word | {name: _here(word[name], known) for name in LAYERS if name in word})


def done() -> str:
    """The edits of the address that were done last, for the browser that may still hold them."""
    return st.session_state.get(DONE, "")


def _do(word: dict[str, Any]) -> None:
    net = word.pop("net", None)
    if isinstance(net, str):
        state.attempt(lambda: (decode(net), None))
    elif event := sent_event(word):
        perform(event)


def _here(layer: Any, known: dict[Path, int]) -> Any:
    """What this session calls a layer that is named by its number."""
    if not isinstance(layer, str) or not layer.startswith(NUMBER):
        return layer
    number = layer.removeprefix(NUMBER)
    return next((own for path, own in known.items() if number_of(path) == number), "gone")
