"""Registering the app's own components (`st.components.v2`): JavaScript and CSS from assets/.

Streamlit sends a component's source with every run that shows it. Ours send a small loader only;
the source has an address of its own, which a browser fetches once.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import streamlit as st

from cnnviz.places import ASSETS
from cnnviz.ui import media

COMPONENTS = ASSETS / "components"


@cache
def _source(name: str) -> str:
    """The text of one file of assets/components, read once per process."""
    return (COMPONENTS / name).read_text(encoding="utf-8")


def register(
    name: str, *shared: str, parts: tuple[str, ...] = (), is_isolated: bool = True
) -> Callable[..., Any]:
    """The mount function of the component made of `<name>.js`, `<name>.css` and roles.css.

    `shared` names files that several components start with: their JavaScript, and their CSS if they
    have any. A component cut into several JavaScript files names them, in order, as `parts`,
    instead of `<name>.js`. A component that is not isolated has no style sheet of its own: it looks
    as app.css says. Call it once, at import of the module that wraps the component in a typed
    function.

    Raises:
        FileNotFoundError: assets/components has no such component.
    """
    dressed = [part for part in shared if (COMPONENTS / f"{part}.css").exists()]
    sheets = ("roles", *dressed, name) if is_isolated else ()
    css = "".join(_source(f"{part}.css") for part in sheets)
    js = "".join(_source(f"{part}.js") for part in (*shared, *(parts or (name,))))
    module = f"{js}\nexport const css = {json.dumps(css)};\n".encode()
    component = st.components.v2.component(
        name, js=_source("loader.js"), isolate_styles=is_isolated
    )

    def mount(*, data: dict[str, Any], key: str, **arguments: Any) -> Any:
        address = media.lasting_url(module, "text/javascript", f"component.{name}")
        told = {"module": address, "name": key, "told": data}  # one part: Streamlit looks at each
        return component(data=told, key=key, **arguments)

    return mount
