"""What Streamlit knows of a visitor: session, widgets, values, and who is connected."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx


def told_by_the_browser() -> frozenset[str]:
    """Keys of the widgets whose values came with the browser's request for this run."""
    context = get_script_run_ctx()
    if context is None:
        return frozenset()
    return frozenset(key_of(state.id) for state in context.session_state.get_widget_states())


def key_of(identity: str) -> str:
    """The key that a widget was given, from the identity that Streamlit made of it."""
    return identity.split("-", 2)[-1]  # $$ID-<digest>-<key>


def is_set_in_this_run(key: str) -> bool:
    """Whether Python has set the value of a key since this run began."""
    context = get_script_run_ctx()
    return context is not None and context.session_state.is_new_state_value(key)


def widgets_among(keys: Iterable[str]) -> list[str]:
    """Those of some keys under which this visitor has or had a widget."""
    context = get_script_run_ctx()
    if context is None:
        return list(keys)
    known = context.session_state._state._key_id_mapper
    return [key for key in keys if known.get_id_from_key(key) is not None]


def values_at(keys: Iterable[str]) -> dict[str, Any]:
    """What a visitor's session holds under some keys, where it holds something.

    As `st.session_state` gives it, but all at once: that asks each time whose run it is, whether
    the run is to stop, and for a lock, which takes five times as long as to find the value.
    """
    context = get_script_run_ctx()
    if context is None:
        return {key: st.session_state[key] for key in keys if key in st.session_state}
    safe, found = context.session_state, {}
    with safe._lock:
        for key in keys:
            with suppress(KeyError):
                found[key] = safe._state[key]
    return found


def session() -> str:
    """The name of the session that this run is of; empty outside a server."""
    context = get_script_run_ctx(suppress_warning=True)
    return context.session_id if context else ""


def options_of(session: str) -> dict[str, dict[str, Any]]:
    """The options of the widgets that a session has, by their keys and by what each shows.

    Of widgets that let choose: select boxes, segments, radios, sliders over named stops. Nothing
    where there is no such session.
    """
    manager = getattr(runtime.get_instance(), "_session_mgr", None) if runtime.exists() else None
    info = manager.get_session_info(session) if manager else None
    if info is None:
        return {}
    metadata = info.session.session_state._new_widget_state.widget_metadata
    found = {key_of(name): _options(one.serializer) for name, one in dict(metadata).items()}
    return {key: options for key, options in found.items() if options}


def _options(serializer: Any) -> dict[str, Any]:
    """What a widget of options shows for each of them; nothing for other widgets."""
    serde: Any = getattr(serializer, "__self__", None)
    places = getattr(serde, "formatted_option_to_option_index", None) or getattr(
        serde, "formatted_option_to_index", None
    )
    return {shown: serde.options[place] for shown, place in (places or {}).items()}


def is_connected(session: str) -> bool:
    """Whether the browser of a session is connected to this server."""
    return runtime.exists() and runtime.get_instance().is_active_session(session)


def num_visitors() -> int:
    """How many browsers are connected to this server; 0 outside a server."""
    manager = getattr(runtime.get_instance(), "_session_mgr", None) if runtime.exists() else None
    return manager.num_active_sessions() if manager else 0
