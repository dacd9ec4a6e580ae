"""Links to views of a page, answered in place, and the toolbar that copies and resets the view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from cnnviz.ui import turns
from cnnviz.ui.address import Address
from cnnviz.ui.components import register
from cnnviz.ui.finding.abilities import how
from cnnviz.ui.insides.visitor import session
from cnnviz.ui.sent import text
from cnnviz.ui.visit import wall
from cnnviz.ui.weights import suited

LONGEST = 50_000  # characters of a query; servers take fewer

_mount = register("links")


@dataclass(frozen=True)
class View:
    """A view of the page worth a link: what it is called, its query, and a word beside it."""

    label: str
    query: str
    note: str = ""


def view_of(address: Address, label: str, note: str, **values: Any) -> View:
    """A view of a page from the values of its parameters; those left out are at their default."""
    return View(label, address.query(**values), note)


def toolbar(address: Address, menus: dict[str, Sequence[View]], note: str = "") -> None:
    """Menus of views, "Undo", "Copy link", "Reset"; keeps the browser's address equal to the view.

    `note` says what the link does not carry (an uploaded picture).
    """
    shown = [
        {"title": title, "items": [_item(view) for view in views]} for title, views in menus.items()
    ]
    data = {
        "variant": "toolbar",
        "menus": shown,
        "query": address.keep(),
        "terms": address.defaults_written(),
        "wall": wall.is_on(),
        "reset": wall.carried(""),
        "note": note,
        "tips": {name: how(name) for name in ("undo", "projector", "reset")},
        "session": session(),
    }
    _show(address, data, key="toolbar")


def back_from_wall(address: Address) -> None:
    """The way back to the menu, for a page without a toolbar; nothing where it is on no wall."""
    if wall.is_on():
        data = {"variant": "list", "items": [], "wall": True, "query": address.keep()}
        _show(address, data, key="wall")


def follow(address: Address, *, key: str) -> None:
    """Keep the browser's address equal to the view, from a fragment that leaves out the toolbar."""
    data = {"variant": "list", "items": [], "query": address.keep()}
    _show(address, data, key=key)


def links(address: Address, views: Sequence[View], *, key: str) -> None:
    """A row of links to other views of this page."""
    _show(address, {"variant": "list", "items": [_item(view) for view in views]}, key=key)


def save_button(*, key: str) -> None:
    """The toolbar's "Save" alone, for a page without one."""
    _mount(data={"variant": "save", "query": "", "session": session()}, key=key, height="content")


def _show(address: Address, data: dict[str, Any], *, key: str) -> None:
    key = f"{address.page}_{key}"

    def go() -> None:
        for way in turns.unheard(key, "said", _way):
            if way is True:
                address.undo()
                continue
            if way == wall.carried(""):  # "Reset", or the way back to the page as it opens
                suited.afresh(address.page)
            address.go(str(way))
        _note_step(turns.heard(key, "said"))

    told = {**data, "who": key, "heard": turns.heard(key, "said"), "step": _last_step()}
    _mount(data=told, key=key, on_said_change=go, height="content")


def _last_step() -> int:
    """The number of the last step to another view that was heard: the browser counts all together.

    What Python says of the view is of none after it.
    """
    return st.session_state.get("_last_step", 0)


def _note_step(number: int) -> None:
    st.session_state["_last_step"] = max(number, _last_step())


def _way(value: Any) -> str | bool | None:
    """The query of a view to go to; True for the way back; None for anything else."""
    return True if value is True else text(LONGEST)(value)


def _item(view: View) -> dict[str, str]:
    return {"label": view.label, "query": wall.carried(view.query), "note": view.note}
