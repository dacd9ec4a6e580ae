"""Giving pictures: samples, files, the camera, the pad."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from cnnviz.figures.shown import shown
from cnnviz.images import MAX_BYTES, ImageError
from cnnviz.ui.choices import segments
from cnnviz.ui.insides.files import received
from cnnviz.ui.insides.runs import run_again
from cnnviz.ui.pad import digit_pad
from cnnviz.ui.pictures import Picture
from cnnviz.ui.sent import stands_at
from cnnviz.ui.teach.address import ADDRESS, SOURCES, WHOLE
from cnnviz.ui.teach.classes import MOST_PICTURES, with_sample, written
from cnnviz.ui.teach.desk import Own, desk, kept_square, own_picture
from cnnviz.ui.teach.given import ALL_SAMPLES, Lesson, lesson, sample_title
from cnnviz.ui.uploader import uploader
from cnnviz.ui.visit.camera import camera

Take = Callable[[Own], None]


@st.fragment
def give_pictures() -> None:
    """The controls that give a class a picture, behind one line that opens."""
    values = ADDRESS.values()
    given = lesson(values)
    with st.expander(
        "Give it pictures of your own", key="teach_give", icon=":material/add_a_photo:"
    ):
        places = list(range(len(given.classes)))
        if values.to not in places:
            ADDRESS.set(to=0)
        st.selectbox(
            "To the class",
            places,
            key=ADDRESS.key("to"),
            format_func=lambda place: given.names[place] if place in places else "",
            help="Each class takes up to twelve pictures. Its name is changed in the table.",
        )
        segments(ADDRESS, "give", "From", SOURCES, "Where the pictures come from.")
        _source(values.give, min(values.to, len(places) - 1), given)
        if desk().problem:
            st.error(shown(desk().problem), icon=":material/broken_image:")
        st.caption(
            "Your pictures stay in this visit, are never part of a link, and are gone when you "
            "leave. The network itself does not change."
        )


def _source(give: str, place: int, given: Lesson) -> None:
    def take(own: Own) -> None:
        desk().give(place, own, len(given.classes[place].samples))

    if give == "samples":
        _samples(place, given)
    elif give == "upload":
        files("give", take, several=True)
    elif give == "camera":
        shots("give", take)
    else:
        _pad(place, given, take)


def _samples(place: int, given: Lesson) -> None:
    key = f"teach_give_sample_{desk().attempts}"

    def add() -> None:
        chosen = stands_at(key)
        desk().attempts += 1
        desk().problem = ""
        if given.count(place) >= MOST_PICTURES:
            desk().problem = f"A class has at most {MOST_PICTURES} pictures: take one away first."
        elif chosen in ALL_SAMPLES:
            ADDRESS.set(classes=written(with_sample(given.classes, place, chosen)))
        run_again(WHOLE)

    there = set(given.classes[place].samples)
    st.selectbox(
        "A sample",
        [name for name in ALL_SAMPLES if name not in there],
        index=None,
        key=key,
        format_func=sample_title,
        placeholder="Choose one: it is added",
        on_change=add,
        help="A picture that is in another class moves from there.",
    )


def _pad(place: int, given: Lesson, take: Take) -> None:
    drawn = digit_pad("teach_give")

    def add(picture: Picture) -> None:
        _taking(take, kept_square(picture.image, "A drawing"))
        run_again(WHOLE)

    if drawn:
        st.button(
            f"Give it to {given.names[place]}",
            key="teach_give_drawn",
            icon=":material/add:",
            on_click=add,
            args=(drawn,),
        )


def files(what: str, take: Take, *, several: bool) -> None:
    """A place for files; each that can be read is taken, of the others is said why not."""
    key = f"teach_{what}_files_{desk().attempts}"

    def taken() -> None:
        found = stands_at(key) or []
        given = found if isinstance(found, list) else [found]
        desk().attempts += 1
        desk().problem = ""
        for file in given[: 5 * MOST_PICTURES]:
            data = received(file)
            if data is not None:
                _read(data, file.name, take)
        run_again(WHOLE)

    def refused(sentence: str) -> None:
        desk().problem = sentence
        run_again(WHOLE)

    uploader(
        "Pictures from your device" if several else "A picture from your device",
        most_mb=MAX_BYTES // 1024**2,
        accept_multiple_files=several,
        key=key,
        refused=refused,
        on_change=taken,
    )
    _say_problem(what)


def shots(what: str, take: Take) -> None:
    """The camera: each shot is taken."""
    key = f"teach_{what}_shot_{desk().attempts}"

    def shot() -> None:
        data = received(stands_at(key))
        desk().attempts += 1
        desk().problem = ""
        if data is not None:
            _read(data, f"Shot {desk().attempts}", take)
        run_again(WHOLE)

    camera(f"teach_{what}", key=key, on_change=shot)
    _say_problem(what)


def _say_problem(what: str) -> None:
    if what == "ask" and desk().problem:
        st.error(shown(desk().problem), icon=":material/broken_image:")


def _read(data: bytes, name: str, take: Take) -> None:
    try:
        take(own_picture(data, name[:40]))
    except ImageError as error:
        desk().problem = str(error)


def _taking(take: Take, own: Own) -> None:
    desk().problem = ""
    try:
        take(own)
    except ImageError as error:
        desk().problem = str(error)
