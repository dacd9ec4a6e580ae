"""What a document says until its script has come, which takes a quarter of a minute on a slow line.

It is in the document itself, is seen after a moment only, and goes when the page is there
(`assets/app.css`).
"""

from __future__ import annotations

from functools import cache
from html import escape

from cnnviz.ui.contents import SECTIONS

NAME = "cnnviz"
WORDS = (
    "This page is on its way. The first visit fetches about a megabyte, which takes a while on a "
    "slow line; later visits are quicker."
)


@cache
def questions() -> dict[str, str]:
    """The question of each page by its name; home has none of its own."""
    entries = (entry for entries in SECTIONS.values() for entry in entries)
    return {entry.name: entry.question for entry in entries if entry.name != "home"}


def coming_element(path: str) -> bytes:
    """What is said on the way to an address: the page's question, and that it takes a while.

    Args:
        path: of the address; its end names the page, and what names none is said without.
    """
    question = questions().get(path.rstrip("/").rpartition("/")[2], NAME)
    said = f"<b>{escape(question)}</b><span>{WORDS}</span><i></i>"
    return f'<div class="cnnviz-coming" role="status">{said}</div>'.encode()
