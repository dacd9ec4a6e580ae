"""The frame every page stands in: question, toolbar, numbers, why, things to try, the code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cnnviz.figures.misfit import Along, drawn, in_words
from cnnviz.figures.shown import shown
from cnnviz.pasting import files_read, pasteable
from cnnviz.places import APP
from cnnviz.ui.address import Address
from cnnviz.ui.choices import segments
from cnnviz.ui.components import register
from cnnviz.ui.kept import kept
from cnnviz.ui.links import View, links, toolbar
from cnnviz.ui.taking.offers import offer_nothing
from cnnviz.ui.visit import wall

_mount_numbers = register("numbers", is_isolated=False)


@dataclass(frozen=True)
class Number:
    """One number of the strip under the picture: what it is, its value, what the term means."""

    label: str
    value: str
    help: str = ""


def header(
    question: str,
    address: Address,
    menus: dict[str, Sequence[View]] | None = None,
    note: str = "The address of this page is this view",
) -> None:
    """The question as the page's title, with presets, "Copy link" and "Reset" beside it.

    Sentences about values of the address that could not be used stand below it.
    """
    offer_nothing()  # what this run shows, it offers anew
    with st.container(horizontal=True, vertical_alignment="center", key="header"):
        st.title(question, anchor=False)
        with st.container(width="content", key="header_toolbar"):
            toolbar(address, menus or {}, note)
    wall.mark()
    for sentence in address.notices():
        st.warning(shown(sentence), icon=":material/link_off:")


def stage_columns() -> tuple[DeltaGenerator, DeltaGenerator, DeltaGenerator]:
    """Places for the main controls, the other controls, and the picture beside them.

    On a phone the main controls stay at the top of the screen, the picture comes next, and the
    other controls below it.
    """
    left, picture = st.container(key="explorer").columns([1, 3.45], gap="medium")
    return left.container(key="main_controls"), left.container(key="more_controls"), picture


def columns_with_pad() -> tuple[DeltaGenerator, DeltaGenerator, DeltaGenerator, DeltaGenerator]:
    """As `stage_columns`, with a place before the main controls, which does not stay at the top."""
    left, picture = st.container(key="explorer").columns([1, 3.45], gap="medium")
    names = ("first_controls", "main_controls", "more_controls")
    first, main, more = (left.container(key=name) for name in names)
    return first, main, more, picture


def view_bar(address: Address, views: Mapping[str, str]) -> DeltaGenerator:
    """The choice of the view (parameter `view`), and a place beside it for its switches."""
    bar = st.container(horizontal=True, vertical_alignment="center", key="view_bar")
    with bar:
        segments(address, "view", "View", views, is_bare=True)
    return bar


def stage() -> DeltaGenerator:
    """The card that holds the picture."""
    return st.container(border=True, key="stage")


def instead_of_the_picture() -> DeltaGenerator:
    """The room of the picture where there is none: what is below stays where it was."""
    return st.container(key="no_picture")


def numbers(strip: Sequence[Number], formulas: Sequence[str] = (), words: str = "") -> None:
    """The numbers of the view, each formula written out with them, and the view in words.

    `formulas` are HTML made by `cnnviz.figures.formulas`; labels, values and words are plain text.
    """
    st.html(f'<div class="cnnviz numbers">{numbers_html(strip, formulas, words)}</div>')


def numbers_html(strip: Sequence[Number], formulas: Sequence[str] = (), words: str = "") -> str:
    """The inside of the strip of numbers, for `numbers` and `live_numbers`."""
    cells = "".join(_number_html(one) for one in strip)
    lines = "".join(f'<p tabindex="0">{formula}</p>' for formula in formulas)  # may scroll
    said = f'<span class="say">{escape(words)}</span>' if words else ""
    return f'<div class="strip">{cells}</div><div class="formulas"><div>{lines}</div>{said}</div>'


def _number_html(one: Number) -> str:
    """A number whose help is told by pointing, by a tap and by the Tab key."""
    inside = f"<span>{escape(one.label)}</span><b>{escape(one.value)}</b>"
    if not one.help:
        return f'<div class="number">{inside}</div>'
    name = escape(f"{one.label}: {one.value}. {one.help}")
    tip = f'<i class="tip" aria-hidden="true">{escape(one.help)}</i>'
    return f'<div class="number" tabindex="0" role="group" aria-label="{name}">{inside}{tip}</div>'


def live_numbers(html: str, *, key: str) -> None:
    """The strip of numbers where sliders may show it ahead of the server: see `ui.sliders`."""
    live_html(html, key=key, kind="numbers")


def live_html(html: str, *, key: str, kind: str) -> None:
    """HTML that may be shown ahead of the server, in a node of the classes `cnnviz` and `kind`."""
    _mount_numbers(data={"html": html, "kind": kind}, key=key, height="content")


def why(paragraph: str) -> None:
    """One short paragraph in plain words (Markdown)."""
    st.header("Why", anchor=False)
    st.markdown(paragraph)


def things_to_try(address: Address, views: Sequence[View]) -> None:
    """Links into this page with other settings."""
    st.header("Things to try", anchor=False)
    links(address, views, key="try")


def same_in_pytorch(scripts: dict[str, str]) -> None:
    """The scripts that give the numbers of this view, by title; nothing where there are none."""
    show_scripts(scripts)
    offer_files(files_of(scripts))


def show_scripts(scripts: dict[str, str]) -> None:
    """The scripts without the files that they read: these differ where the scripts seldom do."""
    if not scripts:
        return
    st.header("The same in PyTorch", anchor=False)
    for title, script in scripts.items():
        if len(scripts) > 1:
            st.caption(title)
        st.code(_pasteable(script), language="python", wrap_lines=True)


@kept(is_quick=True)
def _pasteable(script: str) -> str:
    return pasteable(script)


def files_of(scripts: dict[str, str]) -> list[str]:
    """Paths of the app's files that the scripts read."""
    return sorted({path for script in scripts.values() for path in files_read(script)})


def offer_files(paths: Sequence[str]) -> None:
    """The files that the scripts read, one click each."""
    if not paths:
        return
    with st.container(horizontal=True):
        for path in paths:
            file = APP / path
            if file.is_file():
                st.download_button(
                    file.name, file.read_bytes, file.name, icon=":material/download:"
                )


def misfit(height: Along, width: Along) -> None:
    """The window of such a setting over the padded input; nothing where that is too large."""
    if drawing := drawn(height, width):
        words = in_words(height, width)
        st.image(drawing, alt=words, caption=f"{words}.")


def problem(sentence: str) -> None:
    """A setting that cannot be, in one plain sentence that names the numbers."""
    st.error(shown(sentence), icon=":material/block:")
