"""What a visitor brought along, a picture or a drawing: no link carries it, but an address says it.

It lives in the visitor's session alone. When that is gone (the server was started anew, the page
loaded again, the link sent to somebody else) the address still says that there was something, and
the page says in a sentence what is not there.
"""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

NAME = "own"  # in an address: which of `GONE` were there
GONE = {
    "picture": "The picture of one's own that was shown here is gone: it lasts as long as a visit "
    "and is no part of a link. Here is a sample instead.",
    "drawing": "The digit that was drawn here is gone: it lasts as long as a visit and is no part "
    "of a link. Here is a sample instead.",
    "strokes": "What was drawn over the picture here is gone: it lasts as long as a visit and is "
    "no part of a link. Here is the picture as it was.",
    "pictures": "The pictures of one's own that were given here are gone: they last as long as a "
    "visit and are no part of a link. Here are the samples.",
    "run": "The training that was here is gone: it waits two minutes for its visitor, and ends "
    "with the server. Its settings are as they were.",
}
FOUND_LATER = "run"  # a visitor is known again only when the browser has said who it is
_STATE, _MISSED = "_own", "_own_missed"


def note(page: str, what: str, is_there: bool) -> None:
    """Say whether a page shows something of the visitor's own.

    Raises:
        KeyError: `GONE` has no sentence for it.
    """
    pages = _pages(what)
    (pages.add if is_there else pages.discard)(page)


def forget(what: str) -> None:
    """It is gone from every page, because the visitor took it back."""
    _pages(what).clear()


def term(page: str) -> str:
    """What the address of a page says of it: "own=picture", or nothing."""
    there = [what for what in GONE if page in _pages(what)]
    return f"{NAME}={','.join(there)}" if there else ""


def gone(asked: Iterable[str]) -> list[str]:
    """A sentence for each thing that an address speaks of and that is not there.

    Of a run nothing is said yet: see `gone_after_all`.
    """
    spoken_of = {what for text in asked for what in text.split(",", len(GONE))}
    missed = [what for what in GONE if what in spoken_of and not _pages(what)]
    st.session_state[_MISSED] = FOUND_LATER in missed
    return [GONE[what] for what in missed if what != FOUND_LATER]


def gone_after_all() -> list[str]:
    """The same of what could not be known at once, now that the visitor is known; said once."""
    return [GONE[FOUND_LATER]] if st.session_state.pop(_MISSED, False) else []


def _pages(what: str) -> set[str]:
    """The pages that show it."""
    state: dict[str, set[str]] = st.session_state.setdefault(_STATE, {what: set() for what in GONE})
    return state[what]
