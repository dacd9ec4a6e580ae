"""The maps of the heatmaps page: computed once for each picture, class and layer, then kept."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from cnnviz.heatmaps import METHODS, Method, Progress, class_activation_maps
from cnnviz.heatmaps.scores import go_on
from cnnviz.ui.compute import computing
from cnnviz.ui.heatmaps.subject import Subject
from cnnviz.ui.jobs import Task

SMALL = 1_000_000  # parameters; up to here even the slow methods take less than a tenth of a second

Map = NDArray[np.float32]


@st.cache_resource(max_entries=300, show_spinner=False)
def place(key: Hashable) -> dict[str, Any]:
    """A place for one map, shared by all visitors; at most 300, of 4 to 200 kB."""
    return {}


def key_of(subject: Subject, method: Method | None, what: str = "map") -> Hashable:
    """What a result of a method depends on, or one of all methods, in names and numbers."""
    layer = subject.layer if method is None or method.needs_layer else None
    return (
        what,
        subject.model_name,
        subject.picture.digest,
        subject.size,
        subject.target,
        layer,
        method.name if method else "all methods",
    )


def shown_methods(subject: Subject) -> list[Method]:
    """The methods that this network has something for."""
    return [m for m in METHODS.values() if not m.needs_layer or subject.layer is not None]


def chosen_method(subject: Subject, name: str) -> Method:
    """The method of this name; the first where this network has nothing for it."""
    shown = shown_methods(subject)
    return next((method for method in shown if method.name == name), shown[0])


def is_small(subject: Subject) -> bool:
    """Whether even the slow methods and tests need no button."""
    return subject.network.card.num_params < SMALL


def kept_map(subject: Subject, method: Method) -> Map | None:
    """The map if it was computed before or is quick to compute; None if it has to be asked for."""
    kept = place(key_of(subject, method))
    if "map" not in kept and (not method.is_slow or is_small(subject)):
        with computing():
            if method.needs_layer:
                _class_activation_maps(subject)
            compute_map(subject, method, kept)
    return kept.get("map")


def compute_map(
    subject: Subject, method: Method, kept: dict[str, Any], progress: Progress = go_on
) -> Map:
    """The map, from its place or computed and put there. In a place for computing.

    Raises:
        StoppedError: `progress` said so.
    """
    if "map" not in kept:
        heatmap = method(
            subject.network.model, subject.batch, subject.target, subject.layer, progress
        )
        kept["map"] = heatmap.detach().float().numpy()
    return kept["map"]


def _class_activation_maps(subject: Subject) -> None:
    """All that look at one layer, which share their passes through the network."""
    model, batch, layer = subject.network.model, subject.batch, subject.layer
    if layer is not None:
        for name, heatmap in class_activation_maps(model, batch, subject.target, layer).items():
            place(key_of(subject, METHODS[name]))["map"] = heatmap.float().numpy()


def map_tasks(subject: Subject) -> list[Task]:
    """The maps that are missing, as work for the background."""
    return [
        Task(method.title, _work(subject, method, place(key_of(subject, method))))
        for method in shown_methods(subject)
        if kept_map(subject, method) is None
    ]


def _work(subject: Subject, method: Method, kept: dict[str, Any]) -> Callable[[Progress], None]:
    def work(progress: Progress) -> None:
        compute_map(subject, method, kept, progress)

    return work
