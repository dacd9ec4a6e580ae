"""Registering the app's own components (`st.components.v2`): a folder each in assets/components/.

Streamlit sends a component's source with every run that shows it. Ours send a small loader only;
what they are made of are ES modules, each with an address of its own that follows from its content,
so that a browser fetches it once. They import each other by relative paths, as files do.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable
from functools import cache
from typing import Any

import streamlit as st

from cnnviz.places import ASSETS, text_of
from cnnviz.ui import media

COMPONENTS = ASSETS / "components"
JAVASCRIPT = "text/javascript"
_FROM = re.compile(r'^(import (?:[^;"]*\bfrom )?|export [^;"]*\bfrom )"(\.[^"]+)";$', re.MULTILINE)
_COMMENT = re.compile(r"^ *(?://.*|/\*\*(?:(?!\*/)[\s\S])*\*/)\n", re.MULTILINE)


def register(name: str, *, is_isolated: bool = True) -> Callable[..., Any]:
    """The mount function of the component `<name>/<name>.js`, with all that it imports.

    Its looks are shared/roles.css and the style sheets beside its modules (`chart.css` beside
    `chart.js`). A component that is not isolated has no style sheet of its own: it looks as app.css
    says. Call it once, at import of the module that wraps the component in a typed function.

    Raises:
        AssetError: assets/components has no such component, or not what it imports.
        ValueError: its modules import each other in a circle.
    """
    paths = modules(f"{name}/{name}.js")
    css = style(paths) if is_isolated else ""
    component = st.components.v2.component(name, js=_loader(), isolate_styles=is_isolated)

    def mount(*, data: dict[str, Any], key: str, **arguments: Any) -> Any:
        told = {"module": _entry_url(name, paths, css), "name": key, "told": data}
        return component(data=told, key=key, **arguments)  # one part: Streamlit looks at each

    return mount


def modules(path: str, above: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The module at `path` (from assets/components) behind all that it imports, each once.

    Raises:
        AssetError: one of them is not there.
        ValueError: modules import each other in a circle.
    """
    if path in above:
        raise ValueError(f"modules import each other in a circle: {' → '.join((*above, path))}")
    below = (modules(other, (*above, path)) for other in _imports(path))
    return tuple(dict.fromkeys([other for found in below for other in found] + [path]))


def style(paths: tuple[str, ...]) -> str:
    """The colour roles and the style sheets that stand beside modules."""
    beside = (f"{path.removesuffix('.js')}.css" for path in paths)
    own = (sheet for sheet in beside if (COMPONENTS / sheet).exists())
    return "".join(map(_source, ("shared/roles.css", *own)))


def served(path: str, address_of: Callable[[str], str]) -> str:
    """The text of a module that imports others from where `address_of` says that they are."""

    def at_its_address(found: re.Match[str]) -> str:
        return f'{found[1]}"{address_of(_resolved(path, found[2]))}";'

    return _FROM.sub(at_its_address, _source(path))


@cache
def _source(path: str) -> str:
    """The text of one file of assets/components, read once per process."""
    return text_of(COMPONENTS / path)


@cache
def _loader() -> str:
    """The loader without comments, for it is sent with every run, and what it imports within it:
    it has no address yet from which to import.
    """

    def itself(found: re.Match[str]) -> str:
        return _source(_resolved("shared/loader.js", found[2]))

    return _COMMENT.sub("", _FROM.sub(itself, _source("shared/loader.js")))


@cache
def _imports(path: str) -> tuple[str, ...]:
    return tuple(_resolved(path, found[2]) for found in _FROM.finditer(_source(path)))


def _resolved(path: str, specifier: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), specifier))


def module_url(path: str) -> str:
    """The address of a module (from assets/components) that is no component's; see `_url`."""
    return _url(path)


@cache
def _url(path: str) -> str:
    """A module's address; what it imports is found beside it, wherever the server's files live."""
    text = served(path, lambda other: "./" + posixpath.basename(_url(other)))
    return media.lasting_url(text.encode(), JAVASCRIPT, f"component.{path}")


@cache
def _entry_url(name: str, paths: tuple[str, ...], css: str) -> str:
    """The address of the component: it names all its modules, so that they come at once.

    A browser that learnt of them one by one would wait for as many answers as imports are deep.
    """
    *below, own = (posixpath.basename(_url(path)) for path in paths)
    lines = [f'import "./{other}";' for other in below]
    lines += [f'export * from "./{own}";', f'export {{ default }} from "./{own}";']
    text = "\n".join([*lines, f"export const css = {json.dumps(css)};", ""])
    return media.lasting_url(text.encode(), JAVASCRIPT, f"component.{name}")
