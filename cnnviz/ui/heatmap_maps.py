"""The maps of the heatmaps page: computed once for each picture, class and layer, then kept."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from cnnviz.heatmaps import METHODS, Method
from cnnviz.ui.compute import computing
from cnnviz.ui.heatmap_controls import Subject

SLOW_LIMIT = 128  # pixels of a side up to which slow methods need no button on a small network
KEPT = "_heatmaps_asked"

Key = tuple[str, str, int | None, int, str, str]


def key_of(subject: Subject, method: Method) -> Key:
    """What a map depends on, in names and numbers."""
    layer = subject.layer if method.needs_layer else None
    return (
        subject.model_name,
        subject.picture.digest,
        subject.size,
        subject.class_idx,
        layer or "",
        method.name,
    )


@st.cache_resource(max_entries=400, show_spinner=False)
def _store(key: Key) -> dict[str, NDArray[np.float32]]:
    """A place for one map, shared by all visitors; at most 400 of at most 224×224 numbers."""
    return {}


def shown_methods(subject: Subject) -> list[Method]:
    """The methods that this network has something for."""
    return [m for m in METHODS.values() if not m.needs_layer or subject.layer is not None]


def kept_map(subject: Subject, method: Method) -> NDArray[np.float32] | None:
    """The map if it was computed before or is quick to compute; None if it has to be asked for."""
    place = _store(key_of(subject, method))
    if "map" not in place and (not method.is_slow or is_small(subject)):
        place["map"] = _computed(subject, method, None)
    return place.get("map")


def is_small(subject: Subject) -> bool:
    """True if even the slow methods take less than a second."""
    return subject.network.card.num_params < 1_000_000


def compute_slow(subject: Subject) -> None:
    """Compute the slow maps that are missing, with progress. Any click stops it."""
    waiting = [m for m in shown_methods(subject) if m.is_slow and kept_map(subject, m) is None]
    bar = st.progress(0.0, "Computing …")
    for number, method in enumerate(waiting):

        def progress(share: float, number: int = number, method: Method = method) -> bool:
            bar.progress(
                min(1.0, (number + share) / len(waiting)),
                f"{method.title}: {share:.0%}. Any other click stops it.",
            )
            return True

        _store(key_of(subject, method))["map"] = _computed(subject, method, progress)
    bar.empty()


def _computed(subject: Subject, method: Method, progress) -> NDArray[np.float32]:
    more = {"progress": progress} if progress else {}
    with computing():
        heatmap = method(
            subject.network.model, subject.batch, subject.class_idx, subject.layer, **more
        )
    return heatmap.detach().float().numpy()
