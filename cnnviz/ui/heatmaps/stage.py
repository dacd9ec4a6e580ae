"""The maps of the heatmaps page: all side by side or one large, and what the chosen one means."""

from __future__ import annotations

import time
from collections.abc import Hashable
from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st
from PIL import Image, ImageOps

from cnnviz import counting
from cnnviz.counting import size_words
from cnnviz.figures.pictures import (
    Encoded,
    diverging_png,
    encode_photo,
    nice_limit,
    sequential_png,
    signed_limit,
)
from cnnviz.figures.tables import shares_scale
from cnnviz.heatmaps import Method
from cnnviz.images import fit
from cnnviz.ui import page
from cnnviz.ui.heatmaps.address import ADDRESS, Values
from cnnviz.ui.heatmaps.classes import MOST
from cnnviz.ui.heatmaps.likely import likely_next
from cnnviz.ui.heatmaps.maps import (
    Map,
    chosen_method,
    following,
    is_quick,
    is_small,
    kept_map,
    key_of,
    known_map,
    map_tasks,
    shown_methods,
)
from cnnviz.ui.heatmaps.overlays import Card, Original, Sheet, overlays
from cnnviz.ui.heatmaps.subject import Subject, asked_anew, percent
from cnnviz.ui.heatmaps.ties import tie_words
from cnnviz.ui.insides.runs import run_again
from cnnviz.ui.job_panel import is_asked_for, long_work, visitor
from cnnviz.ui.kept import kept
from cnnviz.ui.links import follow
from cnnviz.ui.page import Number
from cnnviz.ui.serving.idle import idle
from cnnviz.ui.taking.offers import offer_numbers

WHOLE = "heatmaps"  # key of the page's fragment
STAGE = "heatmaps_stage"  # key of the fragment that shows the maps
CLASSES, SEARCH = "heatmaps_classes", "heatmaps_search"  # keys of the fragments that choose classes
SLOW_WORK, ANSWER, CODE = (
    "heatmaps_slow_work",
    "heatmaps_answer",
    "heatmaps_code",
)  # and that follow
MAPS = ("maps", "large")  # views in which these answer a question, and the rest of the page stays
OF_A_QUESTION = ("class_idx", "against", "method", "opacity")  # parameters that only these show
OVERLAYS, NUMBERS = "heatmaps_overlays", "heatmaps_numbers"  # keys of components
TOGETHER_S = 0.15  # maps that are ready within such a time are shown together
PHOTO = 256  # pixels of a side, enough for a card
SLOW = "heatmaps_slow"  # place of the button for the slow methods
COARSE = 40  # cells of a side up to which a map is shown as cells


def run_what_follows(subject: Subject) -> None:
    """In a callback: run again what shows the question, or how it is answered, and no more."""
    search = (SEARCH,) if len(subject.network.classes) > MOST else ()
    following = (CLASSES, *search, SLOW_WORK, ANSWER, CODE)
    run_again(*(following if ADDRESS.values().view in MAPS else (WHOLE,)))


@st.fragment(key=ANSWER)
def answer(subject: Subject, made_of: Values) -> None:
    """The maps of today's question, what the method means, and the numbers.

    Args:
        subject: with the question that was asked when the whole page was made.
        made_of: the values that it was made of. Where a control of the page has moved together with
            a class, the page is made anew.
    """
    values = ADDRESS.values()
    if values != replace(made_of, **{name: getattr(values, name) for name in OF_A_QUESTION}):
        st.rerun()
    subject = asked_anew(subject, values)
    with page.stage():
        show_maps(subject)
    explain_method(values, subject)
    with st.container(gap=None):
        show_numbers(subject)
        follow(ADDRESS, key="answer")


@st.fragment(key=STAGE)
def show_maps(subject: Subject) -> None:
    """The picture and one card a method, each on the scale of its own strongest cell, as said.

    What looks at one layer is there first, and the method that is chosen. Where the others take
    their time, the browser asks for them as soon as it has painted those.
    """
    sheet = sheet_of(ADDRESS.values(), subject)
    overlays(
        sheet,
        key=OVERLAYS,
        on_choose=lambda name: _set(subject, method=name),
        on_opacity=lambda value: _set(subject, opacity=value),
        on_follow=lambda: _compute_some(subject),
    )
    offer_numbers(f"heatmaps for {subject.class_name}", ADDRESS, lambda: _known_maps(subject))
    if not sheet.follows:
        idle().later(visitor(), likely_next(subject))


def sheet_of(values: Values, subject: Subject) -> Sheet:
    """The picture and its maps as far as they are known; the first of them are computed now."""
    methods, chosen = shown_methods(subject), chosen_method(subject, values.method)
    for method in methods if is_small(subject) else (methods[0], chosen):
        kept_map(subject, method)
    return Sheet(
        _original(subject),
        [_card(subject, method) for method in methods],
        question=subject.question,
        selected=chosen.name,
        opacity=values.opacity,
        large=values.view == "large",
        follows=len(following(subject)),
    )


def _known_maps(subject: Subject) -> dict[str, Map]:
    """The maps that are computed already, by the names of their methods."""
    found = {method.name: known_map(subject, method) for method in shown_methods(subject)}
    return {name: heatmap for name, heatmap in found.items() if heatmap is not None}


def _set(subject: Subject, **values: Any) -> None:
    ADDRESS.set(**values)
    run_what_follows(subject)


def _compute_some(subject: Subject) -> None:
    """The maps that are missing, until there are some new ones to be shown."""
    end = time.monotonic() + TOGETHER_S
    for method in following(subject):
        kept_map(subject, method)
        if time.monotonic() > end:
            return


@st.fragment(key=SLOW_WORK)
def slow_work(subject: Subject) -> None:
    """The button for the slow methods, or how far they are."""
    subject = asked_anew(subject, ADDRESS.values())
    waiting = [
        method
        for method in shown_methods(subject)
        if not is_quick(subject, method) and known_map(subject, method) is None
    ]
    if waiting:
        long_work(
            key_of(subject, None, "maps"),
            lambda: map_tasks(subject),
            button="Compute the slow methods too",
            place=SLOW,
            help=f"{', '.join(method.title for method in waiting)}, and again for what you turn to "
            "next, until you press Stop.",
            wait="A few seconds for all",
            count=len(waiting),
            like=(subject.model_name, subject.size),
            goes_on=True,
            then=lambda: run_again(SLOW_WORK, ANSWER),
        )


def _original(subject: Subject) -> Original:
    best = subject.scores.argsort(descending=True)[:2].tolist()
    note = ", ".join(
        f"{subject.network.classes[i]} {percent(float(subject.scores[i]))}" for i in best
    )
    photo, is_small = _photo(subject.model_name, subject.picture.digest, subject.size, subject)
    return Original(photo, "Picture", note, subject.picture.alt, is_small)


@kept(is_quick=True)
def _photo(
    model_name: str, digest: str, size: int | None, _subject: Subject
) -> tuple[Encoded, bool]:
    """The picture as the network gets to see it, and whether single pixels are to be seen."""
    cut = _subject.network.transform.crop(_subject.picture.image)
    photo = _with_border(fit(cut, PHOTO) if min(cut.size) > PHOTO else cut, _subject)
    return encode_photo(photo), min(cut.size) < 100


def _with_border(picture: Image.Image, subject: Subject) -> Image.Image:
    """The picture with the black border that a network for digits puts around it."""
    padding = (subject.batch.shape[-1] - subject.network.transform.size) // 2
    if subject.size or padding <= 0:
        return picture
    border = round(picture.width * padding / subject.network.transform.size)
    return ImageOps.expand(picture, border)


def _card(subject: Subject, method: Method) -> Card:
    heatmap = known_map(subject, method)
    if heatmap is None and is_quick(subject, method):
        return Card(method.name, method.title, "", "", waiting="being computed …")
    if heatmap is None:
        waiting = "being computed …" if is_asked_for(SLOW) else "slow: ask for it above"
        return Card(method.name, method.title, "slow", "", waiting=waiting)
    return _painted(key_of(subject, method), subject, method, heatmap)


@kept(is_quick=True)
def _painted(key: Hashable, _subject: Subject, _method: Method, _heatmap: Map) -> Card:
    """The card of a map, and what is said of it: the same for all who ask this question."""
    return Card(
        _method.name,
        _method.title,
        _note(_heatmap),
        alt=_alt(_subject, _method, _heatmap),
        heat=heat_png(_method, _heatmap),
        is_coarse=max(_heatmap.shape) <= COARSE,
        scale=f"{'−1 … +1' if _method.is_signed else '0 … 1'} of the strongest",
        badge="a control" if _method.is_control else "",
        is_on_paper=_method.is_signed and _subject.network.card.dataset == "MNIST",
    )


def heat_png(method: Method, heatmap: Map) -> Encoded:
    """Shares of the strongest cell as a picture; a map of zeros is shown as zeros."""
    top = float(np.abs(heatmap).max())
    shares = heatmap / top if top > 0 else heatmap
    if method.is_signed:
        return Encoded(diverging_png(shares, 1.0), "image/png")
    return Encoded(sequential_png(np.maximum(shares, 0), 0.0, 1.0), "image/png")


def scale_of(method: Method, heatmap: Map) -> str:
    """The colour bar of maps shown by `heat_png`, with what a cell is."""
    height, width = heatmap.shape
    cells = f", {height} × {width} cells of the layer" if method.needs_layer else ""
    return shares_scale(method.is_signed, f"share of each map's own strongest cell{cells}")


def _note(heatmap: Map) -> str:
    height, width = heatmap.shape
    top = float(np.abs(heatmap).max())
    strongest = f"strongest {nice_limit(top)}" if top > 0 else "zero everywhere"
    return f"{height} × {width}, {strongest}"


def _alt(subject: Subject, method: Method, heatmap: Map) -> str:
    if not heatmap.any():
        return f"{method.title}. {subject.question} Zero everywhere."
    row, column = np.unravel_index(np.abs(heatmap).argmax(), heatmap.shape)
    down, along = (row + 0.5) / heatmap.shape[0], (column + 0.5) / heatmap.shape[1]
    return (
        f"{method.title}. {subject.question} Strongest at {counting.percent(down)} from the top "
        f"and {counting.percent(along)} from the left."
    )


def explain_method(values: Values, subject: Subject) -> None:
    """What the chosen method shows here, its formula, its paper, and what it cannot tell."""
    is_sum = (values.view, values.test) == ("belief", "sum")  # a test of one method only
    method = chosen_method(subject, "integrated_gradients" if is_sum else values.method)
    formula, words = st.columns([1, 1.15], gap="medium", vertical_alignment="center")
    with formula, st.container(key="heatmap_formula"):
        st.latex(method.formula)
    with words:
        st.markdown(
            f"**{method.title}** · {method.paper}  \n{reading(subject, method)}"
            f"{tie_words(subject, method)}  \n"
            f"**What it cannot tell.** {method.cannot_tell}"
        )


def reading(subject: Subject, method: Method) -> str:
    """How a map of this method is read for this question, and what it adds up to."""
    one, other = subject.class_name, subject.against_name
    heatmap = kept_map(subject, method)
    if heatmap is not None and not heatmap.any():
        return f"The map is zero everywhere: this method finds nothing that speaks for {one} here."
    if method.is_control:
        what = "Chance" if method.is_chance else "The picture's own edges"
        return f"{what}: it knows neither the network nor the question."
    if not method.is_signed:
        what = f"the lead of {one} over {other}" if other else f"the score of {one}"
        return f"Bright: places that matter for {what}."
    said = f"Red speaks for {one}, blue against it."
    if other:
        said = f"Red speaks for {one} and against {other}, blue for {other} and against {one}."
    return said + _evidence(heatmap)


def _evidence(heatmap: Map | None) -> str:
    """What the red cells of a signed map add up to, and the blue ones."""
    if heatmap is None:
        return ""
    red, blue = (float(heatmap[sign * heatmap > 0].sum()) for sign in (1, -1))
    return f" All red together: {signed_limit(red)}; all blue: {signed_limit(blue)}."


def show_numbers(subject: Subject) -> None:
    """The numbers of the view, which may be shown ahead of the server."""
    page.live_numbers(page.numbers_html(strip(subject)), key=NUMBERS)


def strip(subject: Subject) -> list[Number]:
    """The numbers of the view."""
    card = subject.network.card
    shape = size_words(subject.batch.shape[1:])
    at = dict(card.accuracy_at).get(subject.size or 0, card.test_accuracy)
    asked = subject.class_name + (f" − {subject.against_name}" if subject.against_name else "")
    return [
        Number("Class explained", asked, "The class whose score, or lead, is explained"),
        Number(
            "Its probability",
            f"{float(subject.scores[subject.class_idx]):.4f}",
            "Softmax of the network's scores",
        ),
        Number("Input", shape, "Channels × height × width that enter the network"),
        Number("Layer", subject.layer or "none", "Where the class activation methods look"),
        Number(
            "Test accuracy at this size",
            counting.percent(at, 1) if at else "not known",
            "Of the network, on pictures it never saw",
        ),
    ]
