"""What a hostile browser can send: addresses, words of components, values of widgets, requests.

Addresses have right and wrong values, such as are right on another page, names twice, and queries
that are none. Pages, parameters and views are those that the pages declare themselves. Words go to
the components of all pages under the names that each listens to (read from the source), in the
shapes in which they are said; values to Streamlit's own widgets in every kind that its protocol
has, also to those of another page.
"""

from __future__ import annotations

import importlib
import json
import random
import re
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from benchmarks.serving import ROOT
from benchmarks.sessions import Session, Value, Widget, state, trigger
from cnnviz.ui.finding.index import found
from cnnviz.ui.visit import own, wall

ADDRESSES = {
    path.parent.name: importlib.import_module(f"cnnviz.ui.{path.parent.name}.address").ADDRESS
    for path in sorted((ROOT / "cnnviz" / "ui").glob("*/address.py"))
}
VIEWS: dict[str, list[list[tuple[str, str]]]] = {}  # by page: the terms of what the search finds
for one in found():
    place, _, query = one.to.partition("?")
    VIEWS.setdefault(place, []).append(parse_qsl(query, keep_blank_values=True))
OF_ALL_PAGES = {wall.NAME: ["true"], own.NAME: list(own.GONE)}  # terms of any address
TEXTS = (
    "", " ", "0", "-1", "-0", "1e999", "1e308", "nan", "9" * 5000, "3,", "3,3,3", "²", "٣", "1_0",
    "0x10", "true", "none", "[]", "{}", "<img src=x onerror=alert(1)>", "![a](http://127.0.0.1:9/a)",
    "../../etc/passwd", "..", "__class__", "\u202e", "\u200b", "\u2028", "\x00", "a" * 8001,
    "a" * 100_000, ";" * 5000, "," * 9000, "7:9999:1:28", "999,999", "nope", "20000x20000", "%00",
    ":red[x]", "$\\href{a}{b}$", "\ufdd0", "🧑‍🤝‍🧑" * 60,
)  # fmt: skip
QUERIES = (  # that no page would write
    "%", "%zz=%f", "%ff%fe=%80", "=", "&&&&", "a", "#", "?", ";", "view", "view=grid=grid", "=3",
    "view[]=grid", "view=%u0041", "view=%ED%A0%80", "view=%C0%AF", "view=%00&%00=1",
    "&".join(["view=grid"] * 3000), "a=1&" * 9000, "view=" + "%41" * 30_000, "own=picture&own=x",
    "projector=%F0%9F%98%80&projector=1", "+=+&+view+=grid", "embed=true&embed_options=dark_theme",
)  # fmt: skip
NOWHERE = (  # pages that are none
    "nothing", "../convolution", "convolution/", "//", "CONVOLUTION", "a" * 3000, "\u202e", "..",
    "pages/zoo.py", "home/../zoo", "%2e%2e", ".", "zoo\x00",
)  # fmt: skip
LISTENS = re.compile(r"\bon_(\w+?)_change\b")
MOUNTS = re.compile(r'\bregister\("(\w+)"')
RAW = (  # no JSON, or such as no browser writes
    "[" * 3000 + "]" * 3000, '{"a":' * 2000 + "1" + "}" * 2000, "[" + "0," * 200_000 + "0]", "NaN",
    "[1e999]", '"' + "a" * 1_000_000 + '"', "{", "", "-", "\ufeff1", '"\\ud800"', "[-Infinity]",
    '["' + "]" * 900 + '",' + "[" * 900 + "]" * 900 + "]", '{"a":1,"a":2}', '"' + '\\"' * 50_000,
)  # fmt: skip
INNER: tuple[Any, ...] = (
    -1, -0.0, 2**31, 2**63, 10**400, 0.5, 5e-324, 1e308, float("nan"), float("-inf"), "",
    "9" * 5000, "é" * 5000, "\ud800", "a\udfffb", "\x00", "\u202e\u200b\u2066", "<b>", [10**9, -1],
    [0.5, 0.5], [[0, 0]] * 2, [[1e308] * 9] * 9, [None] * 3, {"x": 1e308, "y": -1e308}, {"": ""},
    {"do": "set", "path": "1", "value": "9" * 5000}, {"do": "set", "path": "\ud800", "value": 1},
    {"do": "set", "path": "", "name": "name", "value": "\ud800"}, {"do": "open", "path": "1"},
    {"do": "move", "path": "1", "of": "1.1", "where": None}, {"do": ["set"]}, {"name": 1},
    {"name": "\udc00"}, {"kernel_size": 10**9}, {"kernel_size": [3]}, {"kernel_size": 3.0},
    {"kernel_size": float("nan")}, [0] * 5000, {str(n): n for n in range(3000)},
    {"__proto__": {"x": 1}}, [[0, [0, n]] for n in range(2000)],
)  # fmt: skip
WORDS: tuple[Any, ...] = (
    None, True, -1, 10**400, 0.5, "", "x", "é" * 5000, [], [[]], {}, {"value": None},
    {"turn": 1, "value": []}, {"turn": "1", "value": {"x": 1}}, {"turn": 10**30}, [{"turn": 1}],
)  # fmt: skip
WHOLE = (-1, 0, 1, 7, 2**31, 2**53 + 1, 2**63 - 1, -(2**63))
REAL = (-0.0, 0.5, 3.0, 5e-324, 1e308, -1e308, float("nan"), float("inf"), float("-inf"))
SELECTIONS = (
    "{", "[]", '{"selection":null}', '{"selection":{"points":[1]}}', '{"selection":{"points":"x"}}',
    '{"selection":{"points":[{"customdata":[{}]}],"box":[1],"lasso":null}}', '{"selection":1e999}',
    '{"selection":{"points":[{"customdata":["\\ud800"],"point_index":-1}]}}',
)  # fmt: skip
KINDS = {  # of Streamlit's widgets: the field of its protocol in which a browser sends the value
    "button": "trigger_value",
    "button_group": "string_array_value",
    "checkbox": "bool_value",
    "expandable": "bool_value",
    "multiselect": "string_array_value",
    "number_input": "double_value",
    "plotly_chart": "string_value",
    "slider": "double_array_value",
}
FRAMES: tuple[str | bytes, ...] = (  # of a socket, and no message of Streamlit's
    "", "hello", "x" * 100_000, b"", b"\0", b"\xff" * 300, b"\x0a\x05\x0a\x03\xff\xfe\xff",
    b"\x0a\xff\xff\xff\xff\x0f",
)  # fmt: skip
INK, LONG = b"/" * 4_184, "a" * 30_000
REQUESTS: tuple[tuple[str, str, bytes], ...] = (  # method, path, body
    ("POST", "/drawn", b"x" * 30_000_000),
    ("POST", "/drawn", b"\xff" * 7_000),
    ("POST", "/drawn?model=&order=variance&scale=layer&column=99999&map=9999", INK),
    ("POST", "/drawn?model=&order=variance&scale=layer&column=%C2%B2&map=1e9", INK),
    ("POST", "/drawn?model=mlp-mnist&order=strength&scale=map&column=-1&map=-1", INK),
    ("POST", f"/drawn?model={LONG}", INK),
    ("GET", "/drawn", b""),
    ("GET", "/numbers/nobody", b""),
    ("GET", "/words/nobody", b""),
    ("GET", f"/words/{LONG}", b""),
    ("GET", f"/numbers/{LONG}/0", b""),
    ("GET", "/numbers/%00/..%2f..%2fetc%2fpasswd", b""),
    ("GET", f"/visit/{'%2e' * 9_000}", b""),
    ("GET", "/visit/..%2f..%2fapp.py", b""),
    ("POST", "/find.json", b"x" * 1_000_000),
    ("GET", "/find.json", b""),
    ("GET", "/media/%00", b""),
    ("GET", "/static/../app.py", b""),
    ("GET", "//health", b""),
    ("BREW", "/health", b""),
    ("PUT", "/_stcore/upload_file/nobody/nothing", b"x" * 20_000_000),
    ("GET", "/a/b/convolution", b""),
)


def events() -> dict[str, tuple[str, ...]]:
    """The names that the callers of each component listen to, as their source has them."""
    found: dict[str, set[str]] = {}
    for path in (ROOT / "cnnviz" / "ui").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        for component in MOUNTS.findall(text):
            found.setdefault(component, set()).update(LISTENS.findall(text))
    return {name: tuple(sorted(names)) for name, names in found.items() if names}


EVENTS = events()


def _known(page: str) -> dict[str, list[str]]:
    """Texts that the terms of a page's address may have: defaults, and those of its views."""
    parameters = ADDRESSES[page].parameters if page in ADDRESSES else {}
    known = {name: [one.write(one.default)] for name, one in parameters.items()}
    for name, text in (term for view in VIEWS.get(page, ()) for term in view):
        known.setdefault(name, []).append(text)
    return known | OF_ALL_PAGES


KNOWN = {page: _known(page) for page in VIEWS}


def view_of(page: str, chance: random.Random) -> str:
    """The query of one of a page's views."""
    return urlencode(chance.choice(VIEWS[page]), quote_via=quote)


def any_address(chance: random.Random) -> tuple[str, str]:
    """A page, in one of its views or its first, with some terms right and some wrong; or none."""
    page = chance.choice(list(VIEWS)) if chance.random() < 0.95 else chance.choice(NOWHERE)
    if chance.random() < 0.1:
        return page, chance.choice(QUERIES)
    view = chance.choice(VIEWS.get(page, [[]])) if chance.random() < 0.6 else []
    if chance.random() < 0.1:  # one of another page
        view = chance.choice(VIEWS[chance.choice(list(VIEWS))])
    known = KNOWN.get(page, OF_ALL_PAGES)
    names = chance.sample(list(known), min(len(known), chance.choice((0, 1, 2, 5, 9))))
    terms = list({**dict(view), **{name: _text(known[name], chance) for name in names}}.items())
    if chance.random() < 0.1:
        terms.append((chance.choice(TEXTS), "1"))
    if terms and chance.random() < 0.1:
        terms.append((chance.choice(terms)[0], chance.choice(TEXTS)))
    return page, urlencode(terms, quote_via=quote, errors="replace")


def _text(right: list[str], chance: random.Random) -> str:
    """A value as an address says it: a right one, another term's, or none at all."""
    if chance.random() < 0.4:
        return chance.choice(right)
    if chance.random() < 0.2:
        other = KNOWN[chance.choice(list(KNOWN))]
        return chance.choice(other[chance.choice(list(other))])
    return chance.choice(TEXTS)


def any_word(
    session: Session, known: dict[str, Widget], chance: random.Random
) -> tuple[str, Value] | None:
    """A malformed word to a component, or a value that a widget never offered; None without any.

    `known` are the widgets that anybody has seen: some words are to one that is not on this page.
    """
    if known and chance.random() < 0.05:
        widget = chance.choice(list(known.values()))
        session.widgets.setdefault(widget.identity, replace(widget, fragment=""))
    widgets = list(session.widgets.values())
    if not widgets:
        return None
    widget = chance.choice(widgets)
    if widget.kind == "bidi_component" and chance.random() < 0.97:
        component = widget.described.component_name.rpartition(".")[2].rpartition("/")[2]
        event = chance.choice(EVENTS.get(component, ("values",)))
        return widget.identity, _said(event, chance)
    kind = KINDS.get(widget.kind, "string_value")
    if chance.random() < 0.3:
        kind = chance.choice(list(_values(widget, chance)))
    return widget.identity, {kind: _values(widget, chance)[kind]}


def _values(widget: Widget, chance: random.Random) -> dict[str, Any]:
    """A value of each kind that Streamlit's protocol has."""
    text = chance.choice((*TEXTS, *SELECTIONS) if widget.kind == "plotly_chart" else TEXTS)
    count = chance.choice((0, 1, 2, 3, 90))
    return {
        "trigger_value": True,
        "bool_value": chance.random() < 0.5,
        "double_value": chance.choice((*REAL, *map(float, WHOLE))),
        "int_value": chance.choice(WHOLE),
        "string_value": text,
        "double_array_value": [chance.choice(REAL) for _ in range(count)],
        "int_array_value": [chance.choice(WHOLE) for _ in range(count)],
        "string_array_value": [text[:9000]] * count,
        "json_value": chance.choice(RAW),
        "bytes_value": b"\xff" * count,
        "json_trigger_value": chance.choice(RAW),
    }


def _said(event: str, chance: random.Random) -> Value:
    """A word under this name, in one of the shapes in which words are said, or no JSON at all."""
    if chance.random() < 0.15:
        raw = chance.choice(RAW)
        if chance.random() < 0.5:
            return {"json_value": raw}
        return {"json_trigger_value": f'[{{"event": "{event}", "value": {raw}}}]'}
    word, number = chance.choice((*WORDS, *INNER)), chance.choice((1, 2, 10**6, 2**53, 10**30))
    whole = chance.choice((word, {"turn": number, "value": word}, [[number, word]]))
    return state({event: whole}) if chance.random() < 0.5 else trigger(event, whole)


def described(value: Value) -> str:
    """A value in some letters, for a line of a report."""
    return json.dumps(value, default=repr)[:200]
