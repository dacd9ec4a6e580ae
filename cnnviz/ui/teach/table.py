"""The classes with their pictures, and how good the head is on a picture that it has not seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from cnnviz import counting
from cnnviz.figures.style import CATEGORICAL
from cnnviz.rates import interval
from cnnviz.teaching import LeftOut
from cnnviz.ui import media
from cnnviz.ui.components import register
from cnnviz.ui.insides.runs import run_again
from cnnviz.ui.sent import cell, index, is_whole, part, sent_text, word
from cnnviz.ui.teach.address import ADDRESS, TABLE, WHOLE, Values
from cnnviz.ui.teach.classes import (
    LEAST_CLASSES,
    MOST_CLASSES,
    MOST_PICTURES,
    one_more,
    renamed,
    without_sample,
    written,
)
from cnnviz.ui.teach.desk import Own, desk
from cnnviz.ui.teach.given import Given, Lesson, lesson, thumbnail
from cnnviz.ui.teach.learning import known_left_out, left_out_of, of_a_lesson

KEY = "teach_classes"
LETTER = 0.02  # of the scale on a phone: its labels would lie over one another if nearer

_mount = register(KEY)


def colour(place: int) -> str:
    """Of a class."""
    return CATEGORICAL[place % len(CATEGORICAL)]


def initials(names: Sequence[str]) -> list[str]:
    """A sign of each class beside its colour: its first letter, or numbers where two are alike."""
    letters = [name[:1].upper() for name in names]
    if len(set(letters)) == len(letters):
        return letters
    return [str(number) for number in range(1, len(names) + 1)]


def percent(share: float) -> str:
    """A share as it is written."""
    return counting.percent(share)


@st.fragment(key=TABLE)
def show_classes() -> None:
    """The table; where leaving out takes its time, it is shown first and asks for that."""
    values = ADDRESS.values()
    given = lesson(values)
    judged = known_left_out(values, given) if given.is_enough else None
    told = _told(values, given, judged)
    _mount(
        data={
            **told,
            "classes": _with_pictures(told["classes"], given),
            "hint": "Point at a picture to see what was said of it when it was left out.",
            "least": LEAST_CLASSES,
            "most": MOST_CLASSES,
            "follows": "" if judged or not given.is_enough else _state(values, given),
        },
        key=KEY,
        on_rename_change=_rename,
        on_drop_change=_drop,
        on_more_change=_more,
        on_ask_change=_ask,
        on_take_away_change=_take_away,
        on_follow_change=_follow,
        height="content",
    )


def _state(values: Values, given: Lesson) -> str:
    """A word that differs for what differs, so that each is asked for once."""
    return f"{values.model} {values.size} {values.decay} {hash(given.pictures)}"


def _told(values: Values, given: Lesson, judged: LeftOut | None) -> dict[str, Any]:
    """What the component is told, but for where its pictures lie: that is each visitor's own."""

    def make() -> dict[str, Any]:
        return {
            "classes": _rows(given, judged),
            "judged": _judged(given, judged),
            "first": _first(given, judged),
        }

    if judged is None:
        return make()
    names = [*given.names, *(picture.title for picture in given.pictures)]
    return of_a_lesson(f"teach.told {names}", values, given, make)


def _with_pictures(rows: list[dict[str, Any]], given: Lesson) -> list[dict[str, Any]]:
    urls = map(_url, given.pictures)
    return [
        row | {"pictures": [picture | {"url": next(urls)} for picture in row["pictures"]]}
        for row in rows
    ]


def _url(picture: Given) -> str:
    small = thumbnail(picture)
    return media.url(small.data, small.mimetype, f"{KEY}.{picture.digest}")


def _rows(given: Lesson, judged: LeftOut | None) -> list[dict[str, Any]]:
    rows, at = [], 0
    is_right = judged.is_right.tolist() if judged else []
    for place, one in enumerate(given.classes):
        places = range(at, at + given.count(place))
        at += len(places)
        right = sum(is_right[at - len(places) : at])
        note = f"{right} of {len(places)}" if judged and places else str(len(places) or "")
        rows.append(
            {
                "name": one.name,
                "colour": colour(place),
                "note": note,
                "pictures": [_picture(given, number, judged) for number in places],
            }
        )
    return rows


def _picture(given: Lesson, number: int, judged: LeftOut | None) -> dict[str, Any]:
    picture, name = given.pictures[number], given.names[given.labels[number]]
    told: dict[str, Any] = {
        "alt": picture.alt,
        "says": f"{picture.title}: {name}",
        "shares": [],
        "texts": [],
        "answer": -1,
        "is_wrong": False,
        "is_small": "@" in picture.digest,
    }
    if judged is None:
        return told
    shares = judged.probabilities[number].tolist()
    said, is_wrong = int(judged.answers[number]), not bool(judged.is_right[number])
    says = f"{picture.title}: {name}, left out"
    alt = f"{picture.alt}. Left out, it was said to be {given.names[said]}"
    return told | {
        "alt": alt + (f" and is {name}" if is_wrong else ""),
        "says": says + (f", and said to be {given.names[said]}" if is_wrong else ""),
        "shares": shares,
        "texts": [percent(share) for share in shares],
        "answer": said,
        "is_wrong": is_wrong,
    }


def _first(given: Lesson, judged: LeftOut | None) -> str | None:
    """The picture that is shown until one is pointed at: the first mistake."""
    if judged is None or judged.num_right == len(given.pictures):
        return None
    number = judged.is_right.tolist().index(False)
    place = given.labels[number]
    return f"{place},{number - given.labels.index(place)}"


def _judged(given: Lesson, judged: LeftOut | None) -> dict[str, Any]:
    count = len(given.pictures)
    if not given.is_enough:
        return {"words": "Give at least two classes a picture, and two in all."}
    if judged is None:
        return {"words": f"Leaving each of the {count} pictures out once …"}
    low, high = interval(judged.num_right, count)
    share, guessing = judged.num_right / count, max(map(given.labels.count, given.labels)) / count
    guess = "always the largest class" if _is_uneven(given) else "guessing"
    labels = [
        (f"{guess} {percent(guessing)}", guessing),
        (percent(low), low),
        (percent(high), high),
    ]
    return {
        "head": f"{judged.num_right} of {count} right,",
        "percent": percent(share),
        "share": share,
        "low": low,
        "high": high,
        "guessing": guessing,
        "labels": _apart(labels),
        "alt": f"{percent(share)}, with 95 % confidence between {percent(low)} and "
        f"{percent(high)}; {guess} gives {percent(guessing)}",
        "words": f"Each picture was left out once, a head taught by the other {count - 1} and "
        f"asked. With {count} pictures the true rate may lie anywhere in the bar (95 %): two heads "
        "that differ by less may be equally good. Pictures of yours that are alike make it look "
        f"better than it is.{_lonely(given)}",
    }


def _is_uneven(given: Lesson) -> bool:
    counts = {given.count(place) for place in range(len(given.classes))}
    return len(counts) > 1


def _lonely(given: Lesson) -> str:
    """What cannot be said of classes with one picture."""
    names = [one.name for place, one in enumerate(given.classes) if given.count(place) == 1]
    if not names:
        return ""
    return f" Of {', '.join(names)} there is one picture: left out, nothing is known of its kind."


def _apart(labels: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """Labels moved so that none lies over another."""
    moved, last, before = [], 0.0, 0
    for text, at in sorted(labels, key=lambda label: label[1]):
        last = max(at, last + LETTER * (before + len(text)) / 2)
        before = len(text)
        moved.append((text, last))
    over = max(0.0, last - 1.0)
    return [(text, at - over) for text, at in moved]


def _rename() -> None:
    told = word(KEY, "rename", lambda value: value)
    place, name = part(told, "place"), sent_text(part(told, "name"), 200)
    classes = lesson(ADDRESS.values()).classes
    if is_whole(place) and 0 <= place < len(classes) and name is not None:
        ADDRESS.set(classes=written(renamed(classes, place, name)))
        run_again(WHOLE)


def _drop() -> None:
    classes = lesson(ADDRESS.values()).classes
    place = word(KEY, "drop", index(len(classes)))
    if place is not None and len(classes) > LEAST_CLASSES:
        desk().take_class(place)
        ADDRESS.set(classes=written([*classes[:place], *classes[place + 1 :]]), class_idx=-1, to=0)
        run_again(WHOLE)


def _more() -> None:
    classes = lesson(ADDRESS.values()).classes
    if len(classes) < MOST_CLASSES:
        ADDRESS.set(classes=written(one_more(classes)), to=len(classes))
        run_again(WHOLE)


def _told_picture(name: str) -> tuple[int, Given] | None:
    """The picture that a word names, and the place of its class."""
    given = lesson(ADDRESS.values())
    told = word(KEY, name, cell((len(given.classes), MOST_PICTURES)))
    if told is None or told[1] >= given.count(told[0]):
        return None
    numbers = [number for number, label in enumerate(given.labels) if label == told[0]]
    return told[0], given.pictures[numbers[told[1]]]


def _ask() -> None:
    found = _told_picture("ask")
    if found is None:
        return
    place, picture = found
    desk().asked = _own(place, picture.digest) if picture.is_own else None
    if not picture.is_own:
        ADDRESS.set(ask=picture.key)
    if not picture.is_own or ADDRESS.values().source == "pad":  # there only a drawing is asked
        ADDRESS.set(source="samples")
    ADDRESS.set(class_idx=-1)
    run_again(WHOLE)


def _own(place: int, digest: str) -> Own | None:
    there = desk().pictures.get(place, [])
    return next((own for own in there if own.digest == digest), None)


def _take_away() -> None:
    found = _told_picture("take_away")
    if found is None:
        return
    place, picture = found
    if picture.is_own:
        desk().take_away(place, picture.digest)
    else:
        classes = lesson(ADDRESS.values()).classes
        ADDRESS.set(classes=written(without_sample(classes, place, picture.key)))
    run_again(WHOLE)


def _follow() -> None:
    """Leave out what is shown, now that it is."""
    values = ADDRESS.values()
    given = lesson(values)
    if given.is_enough:
        left_out_of(values, given)
