"""The home page: a digit to draw over, its network answering, and the map of the app.

Nothing here waits for torch: the network's answer is a recorded one until a hand comes near.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from cnnviz.figures.thumbnails import thumbnail
from cnnviz.ui import turns
from cnnviz.ui.address import Address
from cnnviz.ui.contents import READING, SECTIONS, Entry, number_of, page_after
from cnnviz.ui.finding.glossary import link_to_it
from cnnviz.ui.links import back_from_wall, save_button
from cnnviz.ui.overview.at_once import DIGIT, KEY, at_once
from cnnviz.ui.overview.drawn import Drawn, live
from cnnviz.ui.overview.mount import mount
from cnnviz.ui.pad import digit_pad, sample_digit
from cnnviz.ui.pictures import Picture
from cnnviz.ui.serving.cold_start import importing
from cnnviz.ui.taking.offers import offer_numbers
from cnnviz.ui.visit import wall

COLUMNS = 3
LIVE = "home_live"
SAMPLE, ALIVE, RESTED = "_home_sample", "_home_alive", "_home_rested"


@dataclass(frozen=True)
class Values:
    """The home page has no parameters: its address says only what that of any page may."""


ADDRESS = Address("home", Values)


def welcome() -> None:
    """What this place is, in two lines."""
    wall.mark()
    back_from_wall(ADDRESS)
    st.title("Understand convolutional networks by touching them", anchor=False)
    st.markdown(
        "Real PyTorch layers and networks, running now. Every view is a link, every page ends "
        "with the code that gives its numbers."
    )


@st.fragment(key=LIVE)
def a_digit_to_draw_over() -> None:
    """The pad and LeNet, which answers while one draws."""
    with st.container(border=True, key="home_digit"):
        pad, network = st.columns([1, 4.2], gap="medium")
        with pad:
            drawn = digit_pad("home", st.session_state.setdefault(SAMPLE, DIGIT), _take)
        with network:
            _answer(drawn)
        with st.container(horizontal=True, vertical_alignment="center", key="home_ways"):
            st.page_link(
                "pages/feature_maps.py",
                label="Open the whole network: what each map reads, and the sum behind each cell",
                icon=":material/open_in_full:",
                query_params={"view": "overview", "model": "lenet-mnist", "digit": str(DIGIT)},
            )
            save_button(key="home_save")


def _answer(drawn: Picture | None) -> None:
    """The answer to what lies on the pad; the recorded one until a hand comes near."""
    picture = drawn or sample_digit(DIGIT)
    offer_numbers("LeNet’s maps for the digit", None, lambda: _maps(picture))
    if not st.session_state.get(ALIVE):
        mount(at_once(), KEY, on_rest=_wake, is_asleep=True, has_answer=True)
        return
    with importing():
        from cnnviz.ui.overview.digit import answer

    turn = turns.turn("home_pad", "sheet")
    is_drawing = turn != st.session_state.setdefault(RESTED, turn)
    told = answer(picture, not is_drawing) | {"live": live("home_pad", Drawn())}
    mount(told, KEY, on_rest=_rest, has_answer=drawn is not None)


def _maps(picture: Picture) -> dict[str, Any]:
    """What each layer makes of the digit, by the layer's name."""
    with importing():
        from cnnviz.ui.overview.digit import maps_of
    return maps_of(picture)


def _take(digit: int) -> None:
    st.session_state[SAMPLE] = digit
    st.session_state[ALIVE] = True


def _wake() -> None:
    st.session_state[ALIVE] = True


def _rest() -> None:
    st.session_state[RESTED] = turns.turn("home_pad", "sheet")


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
    link_to_it()


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
