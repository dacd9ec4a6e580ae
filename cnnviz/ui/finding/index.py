"""What the search finds: pages and their views, terms, presets, things to try, pictures, networks.

Nothing is listed twice: a page's package has its presets and things to try in `views` (`PRESETS`,
`TRY`), the names of its views in `address` (`VIEWS`), and what else it offers is told by
`views.found()`, by kind. The terms are those of the help (`terms`), and what one can do is told in
the words of the buttons (`abilities`). It is all put together when somebody first asks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import ModuleType

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cnnviz.ui.contents import READING, SECTIONS, Entry
from cnnviz.ui.finding.abilities import ABILITIES, Ability
from cnnviz.ui.finding.glossary import QUERY, address_of
from cnnviz.ui.finding.terms import TERMS, Term
from cnnviz.ui.links import View
from cnnviz.ui.serving.cold_start import importing

Views = Sequence[View] | Mapping[str, Sequence[View]]


@dataclass(frozen=True)
class Found:
    """One thing that can be found.

    Attributes:
        kind: page, view, term, do, preset, try, picture, network, kernel or method.
        title: what it is called.
        note: a few words on it.
        where: the page's title.
        to: its address, from the app's root.
        also: other words that people look for.
        here: a CSS selector of the thing itself, where the page that is open may have it.
    """

    kind: str
    title: str
    note: str
    where: str
    to: str
    also: str = ""
    here: str = ""


def found() -> list[Found]:
    """All that can be found; what stands in two lists of a page once, by its better name."""
    terms, abilities = map(_term, TERMS.values()), map(_ability, ABILITIES.values())
    all_of_it = [*_pages(), *terms, *abilities, _glossary()]
    for entry in READING:
        all_of_it += _of_page(entry)
    return list({(_plain(one.title), one.to): one for one in all_of_it}.values())


def _plain(title: str) -> str:
    """A title without its signs: resnet18 is ResNet-18."""
    return re.sub(r"[\W_]", "", title).casefold()


def _pages() -> Iterator[Found]:
    for section, entries in SECTIONS.items():
        for entry in entries:
            to = "" if entry.name == "home" else entry.name
            yield Found(
                "page", entry.title, entry.question, section, to, f"{entry.story} {entry.also}"
            )


def _term(term: Term) -> Found:
    return Found("term", term.title, term.meaning, "Glossary", address_of(term), term.also)


def _ability(one: Ability) -> Found:
    to = one.touched[0] if one.touched else address_of(one)
    return Found("do", one.title, one.meaning, "", to, one.also, one.here)


def _glossary() -> Found:
    words = "what the terms mean, and where each can be touched"
    return Found("page", "Glossary", f"{len(TERMS)} terms: {words}", "", QUERY, "dictionary help")


def _of_page(entry: Entry) -> Iterator[Found]:
    """The views of a page, its presets, its things to try, and what else it has."""
    address, views = _module(entry, "address"), _module(entry, "views")
    for name, title in getattr(address, "VIEWS", {}).items():
        to = _address(entry, address.ADDRESS.query(view=name))
        yield Found("view", title, entry.question, entry.title, to, name)
    offered = {"preset": views.PRESETS, "try": views.TRY, **getattr(views, "found", dict)()}
    for kind, some in offered.items():
        for view in _flat(some):
            yield Found(kind, view.label, view.note, entry.title, _address(entry, view.query))


def _module(entry: Entry, name: str) -> ModuleType:
    return import_module(f"cnnviz.ui.{entry.name}.{name}")


def _address(entry: Entry, query: str) -> str:
    return f"{entry.name}?{query}" if query else entry.name


def _flat(views: Views) -> Iterable[View]:
    if isinstance(views, Mapping):
        return [view for some in views.values() for view in some]
    return views


def _row(one: Found) -> list[str]:
    """Its fields, without those at the end that are empty."""
    fields = list(vars(one).values())
    while not fields[-1]:
        fields.pop()
    return fields


@cache
def found_json() -> str:
    """What the browser is told: of each thing the fields of `Found`, in their order."""
    with importing():
        rows = [_row(one) for one in found()]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def serve(_request: Request) -> Response:
    """The index, for the browser that searches in it."""
    return Response(found_json(), media_type="application/json")


ROUTE = Route("/find.json", serve)
