"""Registering the app's own components (`st.components.v2`): JavaScript and CSS from assets/."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

COMPONENTS = Path(__file__).parents[2] / "assets" / "components"


@cache
def _source(name: str) -> str:
    """The text of one file of assets/components, read once per process."""
    return (COMPONENTS / name).read_text(encoding="utf-8")


def register(name: str) -> Callable[..., Any]:
    """The mount function of the component made of `<name>.js`, `<name>.css` and roles.css.

    Call it once, at import of the module that wraps the component in a typed function.

    Raises:
        FileNotFoundError: assets/components has no such component.
    """
    css = _source("roles.css") + _source(f"{name}.css")
    return st.components.v2.component(name, js=_source(f"{name}.js"), css=css)
