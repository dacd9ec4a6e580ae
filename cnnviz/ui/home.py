"""The home page: the map of the app in the order of the tutorial. Nothing here needs torch."""

from __future__ import annotations

import streamlit as st

from cnnviz.figures.thumbnails import thumbnail
from cnnviz.ui.contents import READING, SECTIONS, Entry, number_of, page_after

COLUMNS = 3


def welcome() -> None:
    """What this place is, in three lines."""
    st.title("Understand convolutional networks by touching them", anchor=False)
    st.markdown(
        "Everything here is a real PyTorch layer or network, running now. Move a control and see "
        "what it does; point at a number and see where it comes from. Every view is a link you "
        "can send, and every page ends with the code that gives the same numbers."
    )


def map_of_the_app() -> None:
    """The pages in reading order, each with its question and a small moving picture."""
    for section, entries in SECTIONS.items():
        pages = [entry for entry in entries if entry.name != "home"]
        if pages:
            st.header(section, anchor=False)
        for row in _rows(pages):
            for column, entry in zip(st.columns(COLUMNS), row, strict=False):
                with column:
                    _card(entry)


def _rows(pages: list[Entry]) -> list[list[Entry]]:
    return [pages[start : start + COLUMNS] for start in range(0, len(pages), COLUMNS)]


def _card(entry: Entry) -> None:
    with st.container(border=True, key=f"card_{entry.name}", height="stretch"):
        st.image(thumbnail(entry.name), alt=f"A drawing: {entry.title}", width="stretch")
        number = number_of(entry.name)
        label = f"**{number} · {entry.title}**" + (
            " :blue-badge[start here]" if number == 1 else ""
        )
        st.page_link(f"pages/{entry.name}.py", label=label, icon=entry.icon)
        st.markdown(f"**{entry.question}**\n\n:small[:gray[{entry.story}]]")


def the_way_on(name: str) -> None:
    """At the end of a page: the one that follows in the tutorial, with its question."""
    after = page_after(name)
    if name == "home" or after is None:
        return
    with st.container(border=True, key="the_way_on"):
        st.page_link(
            f"pages/{after.name}.py",
            label=f"Next, {number_of(after.name)} of {len(READING)}: **{after.title}**",
            icon=":material/arrow_forward:",
        )
        st.markdown(f"{after.question}  \n:small[:gray[{after.story}]]")
