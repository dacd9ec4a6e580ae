"""The classes of a network with their scores: a click explains one, another compares it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cnnviz.ui.components import register
from cnnviz.ui.foresight.views import Foreseen
from cnnviz.ui.heatmaps.subject import Subject, percent
from cnnviz.ui.sent import index, word

MOST = 10  # rows; a network of more classes shows those with the highest scores

_mount = register("classes")


def class_chooser(
    subject: Subject,
    *,
    key: str,
    on_explain: Callable[[int], None],
    on_compare: Callable[[int], None],
    on_near: Callable[[], None],
    foreseen: Foreseen,
) -> None:
    """Show the classes; `on_explain` and `on_compare` get the index of one (−1: compare no more).

    `on_near` is told that a hand is near, `foreseen` says what the classes lead to. What a browser
    sends is checked: it must be the index of a class of this network.
    """
    count = len(subject.network.classes)

    def sent(what: str, act: Callable[[int], None], least: int) -> Callable[[], None]:
        one_class = index(count, least)

        def callback() -> None:
            chosen = word(key, what, one_class)
            if chosen is not None:
                act(chosen)

        return callback

    _mount(
        data={**classes_data(subject), "foresight": foreseen.told()},
        key=key,
        on_explain_change=sent("explain", on_explain, 0),
        on_compare_change=sent("compare", on_compare, -1),
        on_near_change=on_near,
        height="content",
    )


def classes_data(subject: Subject) -> dict[str, Any]:
    """What the component is told of the classes."""
    names = subject.network.classes
    return {
        "rows": [_row(subject, index, names[index]) for index in shown_classes(subject)],
        "explained": subject.class_idx,
        "explained_name": subject.class_name,
        "against": subject.against,
        "winner": int(subject.scores.argmax()),  # the one that an address need not name
        "foresight": None,
    }


def shown_classes(subject: Subject) -> list[int]:
    """All classes in their order where they are few; else the best, with those that are asked."""
    count = len(subject.network.classes)
    if count <= MOST:
        return list(range(count))
    asked = [i for i in (subject.class_idx, subject.against) if i is not None]
    best = [i for i in subject.scores.argsort(descending=True).tolist() if i not in asked]
    chosen = [*asked, *best[: MOST - len(asked)]]
    return sorted(chosen, key=lambda index: -float(subject.scores[index]))


def _row(subject: Subject, index: int, name: str) -> dict[str, Any]:
    share = float(subject.scores[index])
    return {
        "index": index,
        "name": name,
        "share": round(share, 4),
        "score": percent(share),
    }
