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


def register(name: str, *shared: str, parts: tuple[str, ...] = ()) -> Callable[..., Any]:
    """The mount function of the component made of `<name>.js`, `<name>.css` and roles.css.

    `shared` names files whose JavaScript and CSS several components start with. A large component
    names the JavaScript files it is cut into, in order, as `parts`, instead of `<name>.js`. Call it
    once, at import of the module that wraps the component in a typed function.

    Raises:
        FileNotFoundError: assets/components has no such component.
    """
    css = "".join(_source(f"{part}.css") for part in ("roles", *shared, name))
    js = "".join(_source(f"{part}.js") for part in (*shared, *(parts or (name,))))
    return st.components.v2.component(name, js=js, css=css)
