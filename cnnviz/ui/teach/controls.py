"""The network, how it reads and learns, and the head as a file."""

from __future__ import annotations

from functools import partial

import streamlit as st

from cnnviz.figures.shown import shown
from cnnviz.teaching import BACKBONES, HeadError, load_head, save_head
from cnnviz.teaching.file import MOST_BYTES
from cnnviz.ui.choices import seed
from cnnviz.ui.insides.files import received
from cnnviz.ui.insides.runs import run_again
from cnnviz.ui.models import title_of
from cnnviz.ui.sent import stands_at
from cnnviz.ui.teach.address import ADDRESS, DECAYS, SIZES, WHOLE, Values, run_what_follows
from cnnviz.ui.teach.classes import DIGIT
from cnnviz.ui.teach.desk import Desk, desk
from cnnviz.ui.teach.given import Given, Lesson
from cnnviz.ui.teach.learning import opened_head, refuse_opened
from cnnviz.ui.teach.scripts import folder_of
from cnnviz.ui.uploader import uploader

PROBLEM = "_teach_head_problem"
STAYS = "Your pictures stay in this visit. The network itself does not change."


def choose(values: Values, given: Lesson) -> None:
    """The controls in a row."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="teach_controls"):
        st.selectbox(
            "Frozen network",
            list(BACKBONES),
            key=ADDRESS.key("model"),
            format_func=title_of,
            width=250,
            help="What it has learned from its own pictures stays as it is; only a linear layer "
            "behind its last maps is new.",
        )
        st.selectbox(
            "Read at",
            SIZES,
            key=ADDRESS.key("size"),
            format_func=lambda size: f"{size} px",
            width=110,
            help="Pixels a side at which the network gets each picture. Larger is slower, and for "
            "small pictures not better.",
        )
        st.selectbox(
            "Weight decay",
            DECAYS,
            key=ADDRESS.key("decay"),
            on_change=run_what_follows,
            width=110,
            help="How much large weights of the head cost beside the errors. With few pictures the "
            "head would otherwise learn them by heart.",
        )
        if any(DIGIT.fullmatch(key) for one in given.classes for key in one.samples):
            with st.container(width=120):
                seed(ADDRESS, "Of the hands that write the sample digits.", label="Seed of hands")
        with st.container(width="content"):
            _save(values, given)
        st.caption(STAYS, width=200)


def _save(values: Values, given: Lesson) -> None:
    if given.is_enough or opened_head(values):
        st.download_button(
            "Save the head",
            partial(saved_head, desk()),
            "head.safetensors",
            "application/octet-stream",
            icon=":material/download:",
            key="teach_save",
            on_click="ignore",
            help="Its weights with the names of the classes, as safetensors. No picture is in it.",
        )


def saved_head(mine: Desk) -> bytes:
    """The head that answers when the file is asked for, in a thread that knows no visitor."""
    if mine.answering is None:
        raise HeadError("nothing answers yet: there is no head to save")
    return save_head(mine.answering)


def save_pictures(given: Lesson, asked: Given) -> None:
    """The visitor's own pictures as the folder that the script reads."""
    if given.has_own or asked.is_own:
        st.download_button(
            "Save your pictures for the script",
            partial(folder_of, given, asked),
            "my_pictures.zip",
            "application/zip",
            icon=":material/folder_zip:",
            key="teach_save_pictures",
            on_click="ignore",
            help="A zip with the folder that the script reads: the middle square of each picture, "
            "as the page reads it. Unpack it beside the script.",
        )


def open_head(values: Values) -> None:
    """The place for a head's file, behind a line that opens; and what answers now."""
    opened = opened_head(values)
    if opened:
        with st.container(horizontal=True, vertical_alignment="center"):
            names = ", ".join(opened.classes)
            st.info(
                shown(f"A head that was opened answers: {names}."), icon=":material/folder_open:"
            )
            st.button("Back to the one taught here", key="teach_back", on_click=_close)
    with st.expander("Open a head", key="teach_open", icon=":material/folder_open:"):
        key = f"teach_head_{desk().attempts}"
        uploader(
            "A head that was saved here",
            most_mb=1,
            key=key,
            refused=_refuse,
            on_change=_open,
            args=(key,),
            help=f"A safetensors file of less than {MOST_BYTES / 1e6:.0f} MB, and nothing else.",
        )
        problem = st.session_state.get(PROBLEM, "")
        if problem:
            st.error(shown(problem), icon=":material/broken_image:")


def _refuse(sentence: str) -> None:
    st.session_state[PROBLEM] = sentence


def _open(key: str) -> None:
    data = received(stands_at(key))
    if data is None:
        return
    desk().attempts += 1
    try:
        opened = load_head(data)
        problem = refuse_opened(opened)
    except HeadError as error:
        problem = str(error)
    st.session_state[PROBLEM] = problem
    if not problem:
        desk().opened = opened
        ADDRESS.set(model=opened.backbone, size=str(opened.size), class_idx=-1)
    run_again(WHOLE)


def _close() -> None:
    desk().opened = None
    ADDRESS.set(class_idx=-1)
    run_again(WHOLE)
