"""Opening a page of the app as Streamlit runs it, without a browser."""

from __future__ import annotations

import gc
import json
import re
from collections import Counter
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl

import streamlit as st
from pytest import MonkeyPatch
from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.testing.v1 import AppTest

from cnnviz.ui.kept import size_of
from cnnviz.ui.taking.offers import STATE, NumbersOffer, Offer
from tests.support.prompt import misfit

APP = Path(__file__).parents[2] / "app.py"
LOOSE = re.compile(r"\d (?:%|[kMG]B|px|ms)(?!\w)|\d ×|× \d")  # what may come into the next line
SENTENCES = ("markdown", "caption", "title", "header", "error", "warning", "info", "success")
LONG_SCRIPT = 20_000  # characters: of longer ones, tables of weights, each line takes a second
NO_HEAD = re.compile(r"<th[^>]*>\s*</th>")  # which is read out as nothing
MOST_HELD = 300_000  # bytes of an offer: a hundred visitors hold one or two each
TIMEOUT_S = 240  # long, for a machine that does much else: a page that hangs fails all the same


def open_page(name: str, query: str = "") -> AppTest:
    """The page at `/<name>?<query>`, run once; fails if anything was raised."""
    app = AppTest.from_file(str(APP), default_timeout=TIMEOUT_S)
    for key, value in parse_qsl(query, keep_blank_values=True):
        app.query_params[key] = value
    (app if name == "home" else app.switch_page(f"pages/{name}.py")).run()
    assert not app.exception, app.exception[0].message
    for code in app.code:
        if code.language == "python" and len(code.value) < LONG_SCRIPT:
            assert not misfit(code.value), misfit(code.value)
    assert not any(NO_HEAD.search(element.proto.body) for element in app.get("html"))
    assert charts_and_tables(app) <= forms_offered(app)
    held = {offer.title: held_by(offer) for offer in offers(app)}
    assert {title: size for title, size in held.items() if size > MOST_HELD} == {}
    assert not leads_to_a_run(app.session_state)
    sentences = [element.value for kind in SENTENCES for element in app.get(kind)]
    assert [said for said in sentences if LOOSE.search(said)] == []
    return app


def charts_and_tables(app: AppTest) -> Counter[str]:
    """Streamlit's own charts and tables, by the form in which each can be had from the server.

    All else that a page shows is taken along as the browser has drawn it.
    """
    charts, tables = app.get("plotly_chart"), app.get("arrow_data_frame")
    return Counter({"npz": min(len(charts), 1), "CSV": len(tables)})


def forms_offered(app: AppTest) -> Counter[str]:
    """What the page offers to be saved, by the forms of the files."""
    return Counter(offer.form for offer in offers(app))


def offers(app: AppTest) -> list[Offer]:
    """What the page offers to be saved."""
    return list(app.session_state[STATE].by_place.values()) if STATE in app.session_state else []


def held_by(offer: Offer) -> int:
    """The bytes that an offer keeps in memory as long as its visitor stays on the page."""
    made = offer.arrays if isinstance(offer, NumbersOffer) else offer.rows
    if isinstance(made, partial):
        return size_of([*made.args, *made.keywords.values()])
    return size_of([cell.cell_contents for cell in made.__closure__ or ()])


def leads_to_a_run(state: object) -> bool:
    """Whether what a session remembers leads to a run of it, which holds the session in turn.

    Such a circle keeps the session, once its visitor has left, until all garbage is searched.
    """
    seen, waiting = {id(state)}, [state]
    while waiting:
        for other in gc.get_referents(waiting.pop()):
            if isinstance(other, ScriptRunner):
                return True
            is_shared = isinstance(other, (type, ModuleType)) or _is_namespace(other)
            if id(other) not in seen and gc.is_tracked(other) and not is_shared:
                seen.add(id(other))
                waiting.append(other)
    return False


def _is_namespace(thing: object) -> bool:
    """Whether a thing is what a module defines, to which each of its functions leads."""
    return isinstance(thing, dict) and "__builtins__" in thing


def component(app: AppTest, key: str) -> dict[str, Any]:
    """What the component whose key ends in `key` is told."""
    for element in app.get("bidi_component"):
        if element.proto.id.endswith(key):
            return _told(element)
    raise AssertionError(f"no component {key} on the page")


def _told(element: Any) -> dict[str, Any]:
    return json.loads(element.proto.json or element.proto.mixed.json)["told"]


def say(app: AppTest, key: str, event: str, value: object) -> AppTest:
    """Send what a browser sends when the component whose key ends in `key` has an event."""
    sent = app._tree.get_widget_states()
    (base,) = (e.proto.id for e in app.get("bidi_component") if e.proto.id.endswith(key))
    told = json.dumps([{"event": event, "value": value}])
    sent.widgets.add(id=_make_trigger_id(base, "events"), json_trigger_value=told)
    app._run(sent)
    assert not app.exception, app.exception[0].message
    return app


def drawn_as(app: AppTest, fresh: AppTest, *keys: str) -> bool:
    """Whether all that a part of a page has drawn is what the page, freshly opened, shows.

    Fails with what differs. `keys` are of components that must be among it.
    """
    for key in keys:
        now, then = component(app, key), component(fresh, key)
        assert {name: now[name] for name in then} == then, key
    for kind in ("markdown", "caption", "latex", "code", "warning", "info"):
        shown = [element.value for element in fresh.get(kind)]
        assert {element.value for element in app.get(kind)} <= set(shown), kind
    assert [code.value for code in app.code] == [code.value for code in fresh.code]
    return not app.title  # the question at the top of the page was not drawn again


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        if self.cdata_elem is None:  # a style sheet is no text
            self.parts.append(data)


def html_text(app: AppTest) -> str:
    """The plain text of the page's own HTML: numbers strip, formulas, words."""
    parser = _Text()
    for element in app.get("html"):
        parser.feed(element.proto.body)
    for element in app.get("bidi_component"):
        parser.feed(_told(element).get("html", ""))
    return spaced("".join(parser.parts))


def spaced(words: str) -> str:
    """Words with plain spaces also where no line may end."""
    return words.replace("\u00a0", " ")


def page_text(app: AppTest) -> str:
    """All text that Streamlit's own elements and the page's HTML show."""
    native = [e.value for kind in ("title", "markdown", "caption", "error", "warning", "info")
              for e in app.get(kind)]  # fmt: skip
    return spaced("\n".join([*native, html_text(app)]))


def press_on(app: AppTest, key: str, monkeypatch: MonkeyPatch) -> AppTest:
    """Press a button that leads to another page, and go there, which AppTest does not by itself."""
    ways: list[tuple[str, dict[str, str]]] = []
    button = st.button
    with monkeypatch.context() as pressing:
        pressing.setattr(
            st, "switch_page", lambda page, query_params: ways.append((page, query_params))
        )
        pressing.setattr(
            st, "button", lambda *said, **more: button(*said, **more) or more["key"] == key
        )
        app.run()
    ((page, query),) = ways
    app.query_params.clear()
    for name, value in query.items():
        app.query_params[name] = value
    app.switch_page(page).run()
    assert not app.exception, app.exception[0].message
    for code in app.code:
        if code.language == "python" and len(code.value) < LONG_SCRIPT:
            assert not misfit(code.value), misfit(code.value)
    assert not any(NO_HEAD.search(element.proto.body) for element in app.get("html"))
    return app
