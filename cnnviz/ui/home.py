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

WHOLE_NETWORK = {"view": "overview", "model": "lenet-mnist", "digit": str(DIGIT)}
OWN = {
    "A photo": ("what does a network look at in it?", "heatmaps", {"model": "efficientnet-lite0"}),
    "A model": ("open it, trained or as code", "build", {"inspect": "file"}),
}
LAST = "From there a photo or a network of your own goes in, and every term has its meaning."
LIVE = "home_live"
SAMPLE, ALIVE, RESTED = "_home_sample", "_home_alive", "_home_rested"


@dataclass(frozen=True)
class Values:
    """The home page has no parameters: its address says only what that of any page may."""


ADDRESS = Address("home", Values)


def welcome() -> None:
    """What this place is, in two lines, and the way into the network below them."""
    wall.mark()
    back_from_wall(ADDRESS)
    with st.container(horizontal=True, vertical_alignment="center", key="home_head"):
        st.title(
            "Understand convolutional networks by touching them", anchor=False, width="stretch"
        )
        st.badge("answers while you draw", icon=":material/draw:", color="green")
        with st.container(border=True, key="home_whole", width="content"):
            st.page_link(
                "pages/feature_maps.py",
                label="Open the whole network",
                help="What each map reads, and the sum behind each cell.",
                query_params=WHOLE_NETWORK,
            )
    st.markdown(
        "Draw over the digit: LeNet, a real PyTorch network, reads it. Every view is a link, every "
        "page ends with the code that gives its numbers."
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
        with pad:
            save_button(key="home_save")


def _answer(drawn: Picture | None) -> None:
    """The answer to what lies on the pad; the recorded one until a hand comes near."""
    picture = drawn or sample_digit(DIGIT)
    offer_numbers("LeNet’s maps for the digit", None, lambda: _maps(picture))
    answers = {"live": live("home_pad", Drawn())}
    if not st.session_state.get(ALIVE):
        mount(at_once() | answers, KEY, on_rest=_wake, is_asleep=True, has_answer=True)
        return
    with importing():
        from cnnviz.ui.overview.digit import answer

    turn = turns.turn("home_pad", "sheet")
    is_drawing = turn != st.session_state.setdefault(RESTED, turn)
    mount(
        answer(picture, not is_drawing) | answers, KEY, on_rest=_rest, has_answer=drawn is not None
    )


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
    """The pages in reading order, a column a section, each with its question and a picture."""
    sections = {
        section: pages
        for section, entries in SECTIONS.items()
        if (pages := [entry for entry in entries if entry.name != "home"])
    }
    with st.container(key="home_map"):
        for place, (column, (section, pages)) in enumerate(
            zip(st.columns(len(sections), gap="medium"), sections.items(), strict=True)
        ):
            with column:
                st.header(section, anchor=False)
                for entry in pages:
                    _card(entry)
                if place == 0:
                    _bring_your_own()
    link_to_it()


def _card(entry: Entry) -> None:
    with st.container(border=True, horizontal=True, key=f"card_{entry.name}"):
        st.image(thumbnail(entry.name), alt=f"A drawing: {entry.title}", width=112)
        with st.container(key=f"words_{entry.name}", gap=None):
            number = number_of(entry.name)
            start = " :blue-badge[start here]" if number == 1 else ""
            label = f"**{number} · {entry.title}**{start}"
            st.page_link(f"pages/{entry.name}.py", label=label)
            st.markdown(f":small[{entry.question}]")


def _bring_your_own() -> None:
    """Where a picture or a network of the visitor's goes in."""
    with st.container(border=True, gap=None, key="home_own"):
        st.markdown("**Bring your own**")
        for what, (question, page, terms) in OWN.items():
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.page_link(f"pages/{page}.py", label=what, query_params=terms)
                st.markdown(f":small[{question}]")


def the_way_on(name: str) -> None:
    """At the end of a page: the one that follows in the tutorial; behind the last one, home."""
    if name == "home":
        return
    with st.container(border=True, key="the_way_on"):
        if after := page_after(name):
            st.page_link(
                f"pages/{after.name}.py",
                label=f"Next, {number_of(after.name)} of {len(READING)}: **{after.title}**",
                icon=":material/arrow_forward:",
            )
            st.markdown(f"{after.question}  \n:small[:gray[{after.story}]]")
        else:
            st.page_link(
                "pages/home.py",
                label=f"Next: **Home**, all {len(READING)} pages at a glance",
                icon=":material/arrow_forward:",
            )
            st.markdown(f"This was the last one. {LAST}")
