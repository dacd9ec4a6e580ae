"""Sheets of cells that light one another, as a component."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cnnviz.figures.mlp.sheets import Sheets, told
from cnnviz.ui.components import register

_mount = register("sheets")


def show_sheets(sheets: Sheets, *, key: str) -> None:
    """Show the sheets; pointing, or the arrow keys, light cells without a word to the server.

    Args:
        sheets: what is drawn, and the sentence of every key.
        key: name of the component.
    """
    show_told(told(sheets), key=key)


def show_told(data: Mapping[str, Any], *, key: str) -> None:
    """The same, of what `cnnviz.figures.mlp.sheets.told` has made of them."""
    _mount(data=data, key=key, height="content")
