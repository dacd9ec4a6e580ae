"""What Streamlit's own switches lead to, shown in the frame of the press.

A component without anything to see (assets/components/switches_ahead) hears the hand come near the
container that the switches stand in, and the switches change.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from cnnviz.ui.components import register
from cnnviz.ui.foresight.views import Foreseen, View, views_of

_mount = register("switches_ahead")


def look_ahead_of_switches(
    switches: Sequence[str],
    *,
    around: str,
    key: str,
    context: str,
    view: Callable[[str], View | None],
) -> None:
    """Say what each switch leads to when a hand comes near them; run it in a fragment of its own.

    Args:
        switches: keys of the switches.
        around: key of the container that they stand in.
        key: of the component.
        context: everything that the page shows depends on, the switches among it, as a text.
        view: what the page would show if this switch were turned: the data of components by their
            keys; None where it has to be asked for as usual.
    """
    near = f"_{key}_is_near"

    def note_hand() -> None:
        st.session_state[near] = True

    views = views_of(switches, view) if st.session_state.pop(near, False) else None
    told: dict[str, Any] = {
        "around": around,
        "switches": list(switches),
        "foresight": Foreseen(context, views).told(),
    }
    _mount(data=told, key=key, on_near_change=note_hand, height="content")
