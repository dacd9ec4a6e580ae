"""What a browser sends of one widget, as Streamlit keeps it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.runtime.state.common import WidgetMetadata
from streamlit.runtime.state.session_state import WStates

ID = "$$ID-0123456789abcdef-convolution.view"


def states(value_type: Any, read: Callable[[Any], Any], **sent: Any) -> WStates:
    """One widget that reads its values so, and what a browser sent for it."""
    found = WStates()
    metadata: Any = WidgetMetadata(ID, read, lambda value: value, value_type)
    found.set_widget_metadata(metadata)
    message = WidgetState(id=ID)
    for name, value in sent.items():
        if isinstance(value, list):
            getattr(message, name).data.extend(value)
        else:
            setattr(message, name, value)
    found.set_widget_from_proto(message)
    return found
