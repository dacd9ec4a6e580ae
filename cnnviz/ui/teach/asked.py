"""One picture that is asked: from where it comes, what the head says, what is most alike."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from cnnviz.counting import place_words
from cnnviz.figures.pictures import nice_limit
from cnnviz.figures.style import SEQUENTIAL, css_gradient
from cnnviz.teaching import alike_by_chance
from cnnviz.ui import media
from cnnviz.ui.choices import segments
from cnnviz.ui.components import register
from cnnviz.ui.foresight.views import Foreseen, View, views_of
from cnnviz.ui.insides.runs import run_again
from cnnviz.ui.links import follow
from cnnviz.ui.pad import digit_pad, on_the_pad
from cnnviz.ui.pictures import Picture
from cnnviz.ui.sent import index, stands_at, word
from cnnviz.ui.taking.offers import offer_numbers
from cnnviz.ui.teach.address import ADDRESS, ANSWER, SOURCES, WHOLE, Values
from cnnviz.ui.teach.desk import desk
from cnnviz.ui.teach.given import (
    ALL_SAMPLES,
    Given,
    Lesson,
    asked_picture,
    large,
    lesson,
    sample_title,
    thumbnail,
)
from cnnviz.ui.teach.giving import files, shots
from cnnviz.ui.teach.learning import Answer, answer, last_seen, nearest_rows, opened_head, saved
from cnnviz.ui.teach.table import colour, initials, percent
from cnnviz.ui.visit import own

KEY = "teach_asked"
NOTHING_YET = "Give at least two classes a picture: then a head is taught, and answers here."
EARLY_AND_LATE = (
    "Early layers find what is coloured and drawn alike, the last more often what is alike. The "
    "head reads only the last: the average of each of its maps."
)

SCALE = css_gradient(SEQUENTIAL)

_IS_NEAR = f"_{KEY}_is_near"
_mount = register(KEY)


@st.fragment
def show_asked() -> None:
    """The controls and the answer: a fragment of its own, so that it follows a pen."""
    values = ADDRESS.values()
    with st.container(horizontal=True, vertical_alignment="center", key="teach_asked_head"):
        st.header("Ask it", anchor=False)
        segments(ADDRESS, "source", "From where the picture comes that is asked", SOURCES,
                 is_bare=True)  # fmt: skip
    _choose(values)
    with st.container(gap=None):
        show_answer()


@st.fragment(key=ANSWER)
def show_answer() -> None:
    """What the head says: alone, so that another head draws no control anew."""
    values = ADDRESS.values()
    note_own(values)
    _show(values, lesson(values), asked_now(values))
    follow(ADDRESS, key="explained")


def note_own(values: Values) -> None:
    """Let the address say that pictures of the visitor's are here, given or asked about."""
    own.note("teach", "pictures", lesson(values).has_own or desk().asked is not None)


def asked_now(values: Values) -> Given:
    """The picture that is asked: what lies on the pad, the visitor's own, or a sample."""
    drawn = on_the_pad() if values.source == "pad" else None
    return _drawn(drawn) if drawn else asked_picture(values)


def _choose(values: Values) -> None:
    """The control that the asked picture comes from."""
    if values.source == "pad":
        digit_pad("teach")
    elif values.source == "samples":
        _select(values)
    elif values.source == "camera":
        shots("ask", _take)
    else:
        files("ask", _take, several=False)


def _drawn(picture: Picture) -> Given:
    return Given(picture.digest, picture.digest, picture.title, picture.alt, is_own=True,
                 load=picture.load)  # fmt: skip


def _take(own: Any) -> None:
    desk().asked = own
    ADDRESS.set(class_idx=-1)


def _select(values: Values) -> None:
    own = desk().asked
    key = "teach_ask_sample" if own is None else "teach_ask_sample_instead"
    if stands_at(key) != (values.ask if own is None else None):
        ADDRESS.show(key, values.ask if own is None else None)

    def choose() -> None:
        if stands_at(key) in ALL_SAMPLES:
            desk().asked = None
            ADDRESS.set(ask=stands_at(key), class_idx=-1)
            run_again(WHOLE)

    st.selectbox(
        "A sample to ask about",
        ALL_SAMPLES,
        index=None,
        key=key,
        format_func=sample_title,
        placeholder=f"Your picture {own.title}; choose a sample instead" if own else None,
        on_change=choose,
        label_visibility="collapsed",
        help="Any sample, also one that is among those given; a digit is written by one of twelve "
        "hands.",
    )


def _show(values: Values, given: Lesson, asked: Given) -> None:
    is_taught = given.is_enough or opened_head(values) is not None
    desk().answering = saved(values, given) if is_taught else None
    found = answer(values, given, asked) if is_taught else None

    if given.pictures:
        offer_numbers(
            "what was learned and asked", ADDRESS, partial(_numbers, values, given, asked, found)
        )

    def explain() -> None:
        place = word(KEY, "explain", index(len(found.names) if found else 0))
        if place is not None:
            is_winner = found is not None and place == found.winner
            ADDRESS.set(class_idx=-1 if is_winner else place)  # the script says nothing of it

    photo, is_small = large(asked)
    told: dict[str, Any] = {
        "photo": media.url(photo.data, photo.mimetype, f"{KEY}.photo"),
        "alt": asked.alt,
        "is_small": is_small,
        "note": _note(given, asked),
        "rows": [],
        "problem": NOTHING_YET,
        "layers": _layers(values, given, asked),
        "words": f"{EARLY_AND_LATE} {_by_chance(given)}",
    }
    if found:
        told |= _answered(found) | {"foresight": _foreseen(values, given, asked, found).told()}
    _mount(
        data=told,
        key=KEY,
        on_explain_change=explain,
        on_near_change=_note_hand,
        height="content",
    )


def _note_hand() -> None:
    """A hand has come near the classes: the next run computes where it looks for each."""
    st.session_state[_IS_NEAR] = True


def _foreseen(values: Values, given: Lesson, asked: Given, now: Answer) -> Foreseen:
    """Where it looks for each class, the likeliest first; not while a hand draws."""
    is_near = st.session_state.pop(_IS_NEAR, False)
    if values.source == "pad":
        return Foreseen(None)
    digests = [picture.digest for picture in given.pictures]
    others = [ADDRESS.query_of(replace(values, class_idx=-1)), asked.digest, digests]
    context = json.dumps([*others, given.labels, now.names, now.shares])
    if not is_near:
        return Foreseen(context)

    def looked(place: int) -> View:
        is_now = place == now.class_idx
        found = now if is_now else answer(replace(values, class_idx=place), given, asked)
        return {KEY: _answered(found, ahead=str(place))}

    likeliest = sorted(range(len(now.names)), key=lambda at: -now.shares[at])
    return Foreseen(context, views_of(likeliest, looked))


def _numbers(values: Values, given: Lesson, asked: Given, found: Answer | None) -> dict[str, Any]:
    """What the head reads of each picture and of the one asked, and what it has answered."""
    read = {
        "features": last_seen(values, given.pictures),
        "labels": given.labels,
        "asked": last_seen(values, [asked]),
    }
    if found is None:
        return read
    return read | {"names": found.names, "shares": found.shares, "heatmap": found.heatmap}


def _note(given: Lesson, asked: Given) -> str:
    count = len(given.pictures)
    if any(picture.digest == asked.digest for picture in given.pictures):
        return f"one of the {count}: learned by heart"
    return f"not among the {count}"


def _answered(found: Answer, ahead: str = "") -> dict[str, Any]:
    """What the component is told of an answer; `ahead` names one that is not asked for yet."""
    top, heat = float(found.heatmap.max()), found.heat
    name = found.names[found.class_idx]
    height, width = found.heatmap.shape
    where = divmod(int(found.heatmap.argmax()), width)
    return {
        "heat": media.small_url(heat.data, heat.mimetype, f"{KEY}.heat{ahead}"),
        "heat_alt": f"Grad-CAM for {name}: {height} × {width} cells from 0 to {nice_limit(top)}, "
        f"the strongest in {place_words(*where)}",
        "gradient": SCALE,
        "top": nice_limit(top),
        "whose": f"for {name}" if top else f"nothing speaks for {name}",
        "explained": found.class_idx,
        "rows": [
            {
                "name": one,
                "share": share,
                "text": percent(share),
                "colour": colour(place),
                "is_winner": place == found.winner,
            }
            for place, (one, share) in enumerate(zip(found.names, found.shares, strict=True))
        ],
        "learned": f"{found.num_learned:,} numbers",
        "frozen": f"{found.num_frozen:,}",
    }


def _layers(values: Values, given: Lesson, asked: Given) -> list[dict[str, Any]]:
    if not given.pictures:
        return []
    rows = nearest_rows(values, given, asked)
    count = len(given.pictures)
    near = {place for row in rows for place in row.found.places}
    shown = partial(_neighbour, given, {place: _small(given.pictures[place]) for place in near})
    return [
        {
            "layer": row.layer,
            "pictures": list(map(shown, row.found.places, row.found.alike)),
            "alike": str(row.alike),
            "of": f" of {count}",
        }
        for row in rows
    ]


def _by_chance(given: Lesson) -> str:
    """What a count of those whose nearest is of their class is worth."""
    if not given.is_enough:
        return ""
    count = len(given.pictures)
    mean, low, high = alike_by_chance([given.count(place) for place in set(given.labels)])
    return (
        f"Were the nearest any of the others, it would be of the same class for {mean:.1f} of "
        f"{count} pictures, in 95 % of draws {low} to {high}: only a layer beyond that tells them "
        "apart better than chance."
    )


def _small(picture: Given) -> str:
    """The address of a picture's thumbnail."""
    small = thumbnail(picture)
    return media.url(small.data, small.mimetype, f"{KEY}.{picture.digest}")


def _neighbour(given: Lesson, urls: Mapping[int, str], place: int, alike: float) -> dict[str, str]:
    picture, label = given.pictures[place], given.labels[place]
    return {
        "url": urls[place],
        "alt": f"{picture.title}, {given.names[label]}: cosine {alike:.2f}",
        "colour": colour(label),
        "letter": initials(given.names)[label],
    }
