"""The glossary: the words of the help, and where each term can be touched (`/?view=glossary`).

Below the terms stands what one can do here.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from urllib.parse import parse_qsl

import streamlit as st

from cnnviz.figures.shown import shown
from cnnviz.ui.contents import READING
from cnnviz.ui.finding.abilities import ABILITIES
from cnnviz.ui.finding.terms import TERMS, TOPICS, Term

QUERY = "?view=glossary"  # of the home page
ENTRIES = {**TERMS, **ABILITIES}
DOING = "What one can do here"
LONGEST = 40  # characters of a term that is not there, in a sentence


def is_asked_for() -> bool:
    """Whether the home page's address asks for the glossary."""
    return st.query_params.get("view") == "glossary"


def address_of(term: Term) -> str:
    """The glossary with a term on top, from the app's root."""
    return f"{QUERY}&term={term.name}"


def link_to_it() -> None:
    """The way from the home page to the glossary."""
    words = f"Glossary: what {len(TERMS)} terms mean, and where each can be touched"
    st.html(f'<p class="cnnviz"><a class="way" href="{QUERY}">{words}</a></p>')


def glossary() -> None:
    """All terms by topic; the one that the address asks for stands on top."""
    st.title("Glossary", anchor=False)
    st.markdown(
        "What the terms mean, in the words of the controls' own help, and where each can be "
        "touched. The key **/** finds any of them, and all else that is here."
    )
    _asked()
    for topic, terms in {**TOPICS, DOING: ABILITIES.values()}.items():
        st.header(topic, anchor=False)
        st.html(_list(terms))


def _asked() -> None:
    name = st.query_params.get("term", "")
    if name in ENTRIES:
        st.html(_list([ENTRIES[name]], "asked"))
    elif name:
        st.warning(f"The glossary has no term “{shown(name[:LONGEST])}”.", icon=":material/search:")


def _list(terms: Iterable[Term], more: str = "") -> str:
    return f'<dl class="cnnviz glossary {more}">{"".join(map(_entry, terms))}</dl>'


def _entry(term: Term) -> str:
    links = "".join(f'<a class="way" href="{escape(to)}">{escape(label)}</a>'
                    for to, label in _labels(term.touched).items())  # fmt: skip
    said = f"<dt>{escape(term.title)}</dt><dd>{escape(term.meaning)}<small>{links}</small></dd>"
    return f"<div>{said}</div>"


def _labels(addresses: tuple[str, ...]) -> dict[str, str]:
    """What each link is called: its page, and what tells it from another one to the same page."""
    titles = {to: _page_title(to) for to in addresses}
    called = list(titles.values())
    return {
        to: title if called.count(title) == 1 else ", ".join(filter(None, (title, _last_term(to))))
        for to, title in titles.items()
    }


def _page_title(address: str) -> str:
    name = address.partition("?")[0]
    return next(entry.title for entry in READING if entry.name == name)


def _last_term(address: str) -> str:
    """The last term of an address as words, "stride 2"; empty where it has none."""
    terms = parse_qsl(address.partition("?")[2])
    return " ".join(terms[-1]).replace("_", " ").removeprefix("view ") if terms else ""
