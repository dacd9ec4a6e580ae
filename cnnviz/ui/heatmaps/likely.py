"""What a visitor of the heatmaps page is likely to ask next, to be computed while nobody asks."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from cnnviz.heatmaps import Method
from cnnviz.models.download import WeightsError
from cnnviz.ui.heatmaps.maps import following, kept_map
from cnnviz.ui.heatmaps.subject import Subject

TOP = 3  # classes


def likely_next(subject: Subject) -> list[Callable[[], None]]:
    """The work of the likeliest questions, a task a map, the likeliest question first."""
    return [
        _computing(question, method)
        for question in likely_questions(subject)
        for method in following(question)
    ]


def likely_questions(subject: Subject) -> list[Subject]:
    """The same picture asked for the other ones of the best classes, then "why not" each."""
    best = subject.scores.argsort(descending=True)[: TOP + 1].tolist()
    others = [index for index in best if index != subject.class_idx][:TOP]
    plain = [replace(subject, class_idx=index, against=None) for index in others]
    why_not = [replace(subject, against=index) for index in others if index != subject.against]
    return plain + why_not


def _computing(subject: Subject, method: Method) -> Callable[[], None]:
    return lambda: _compute(subject, method)


def _compute(subject: Subject, method: Method) -> None:
    with suppress(WeightsError):  # a network of one's own, gone with its visitor
        kept_map(subject, method)
