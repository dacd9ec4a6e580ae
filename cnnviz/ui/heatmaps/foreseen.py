"""What the classes of the heatmaps page lead to, computed when a hand comes near them."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from cnnviz.ui.foresight.views import Foreseen, View, views_of
from cnnviz.ui.heatmaps.address import ADDRESS, Values
from cnnviz.ui.heatmaps.classes import classes_data, shown_classes
from cnnviz.ui.heatmaps.overlays import overlays_data
from cnnviz.ui.heatmaps.stage import CLASSES, MAPS, NUMBERS, OVERLAYS, sheet_of, strip
from cnnviz.ui.heatmaps.subject import Subject
from cnnviz.ui.page import numbers_html

_IS_NEAR = "heatmaps_is_near"


def note_hand() -> None:
    """A hand has come near the classes: the next run computes what they lead to."""
    st.session_state[_IS_NEAR] = True


def foreseen_classes(subject: Subject) -> Foreseen:
    """The maps of each class that can be clicked, where a hand has just come near them.

    The one that is explained now comes last: the hand may come back to it.
    """
    values, is_near = ADDRESS.values(), st.session_state.pop(_IS_NEAR, False)
    if values.view not in MAPS:
        return Foreseen(None)
    others = ADDRESS.query_of(replace(values, class_idx=-1))
    context = f"{subject.model_name} {subject.picture.digest} {others}"
    if not is_near:
        return Foreseen(context)
    now, scores = subject.class_idx, subject.scores
    likely = sorted(shown_classes(subject), key=lambda index: (index == now, -float(scores[index])))
    return Foreseen(context, views_of(likely, lambda index: _view(values, subject, index)))


def _view(values: Values, subject: Subject, index: int) -> View:
    others = [other for other in range(len(subject.scores)) if other != index]
    against = values.against if values.against in others else None
    asked = replace(subject, class_idx=index, against=against)
    shown = overlays_data(replace(sheet_of(values, asked), follows=0), OVERLAYS, str(index))
    return {
        OVERLAYS: shown,
        CLASSES: classes_data(asked),
        NUMBERS: {"html": numbers_html(strip(asked))},
    }
