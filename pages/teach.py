"""Can it learn from a few pictures of mine?"""

import streamlit as st

from cnnviz.ui import page
from cnnviz.ui.teach.address import ADDRESS, CODE, OF_THE_PAGE, WHOLE, Values
from cnnviz.ui.teach.asked import asked_now, note_own, show_asked
from cnnviz.ui.teach.controls import choose, open_head, save_pictures
from cnnviz.ui.teach.given import lesson
from cnnviz.ui.teach.giving import give_pictures
from cnnviz.ui.teach.learning import opened_head
from cnnviz.ui.teach.scripts import scripts
from cnnviz.ui.teach.table import show_classes
from cnnviz.ui.teach.views import PRESETS, TRY, WHY

ADDRESS.arrive()


@st.fragment(key=WHOLE)
def explorer() -> None:
    """The whole page is one fragment; the classes and what is asked are their own inside."""
    values = ADDRESS.values()
    given = lesson(values)
    note_own(values)
    page.header(
        "Can it learn from a few pictures of mine?",
        ADDRESS,
        {"Presets": PRESETS},
        note="The address of this page is this view; pictures of your own are not part of it",
    )
    choose(values, given)
    left, right = st.columns([1, 1.08], gap="medium")
    with left, page.stage():
        st.header("Your classes", anchor=False)
        give_pictures()
        show_classes()
    with right, st.container(border=True, key="teach_asks"):
        show_asked()
    open_head(values)
    page.why(WHY)
    page.things_to_try(ADDRESS, TRY)
    files = page.files_of(scripts_now(values))
    code(values, files)
    page.offer_files(files)


@st.fragment(key=CODE)
def code(made_of: Values, files: list[str]) -> None:
    """The script, the last of all that follows a head.

    Where another control of the page, which was `made_of` these values and offers these files, has
    moved together with that of the head, the page is made anew.
    """
    values = ADDRESS.values()
    made = scripts_now(values)
    is_old = any(getattr(values, name) != getattr(made_of, name) for name in OF_THE_PAGE)
    if is_old or page.files_of(made) != files:
        st.rerun()
    page.show_scripts(made)
    save_pictures(lesson(values), asked_now(values))
    ADDRESS.settle()


def scripts_now(values: Values) -> dict[str, str]:
    """The script of what is shown."""
    is_opened = opened_head(values) is not None
    return scripts(values, lesson(values), asked_now(values), is_opened=is_opened)


explorer()
