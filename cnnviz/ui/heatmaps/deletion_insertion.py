"""Deletion and insertion: take away what a heatmap calls important, and watch the class."""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from cnnviz.belief import Curves, deletion_insertion
from cnnviz.belief.curves import curve_pictures
from cnnviz.figures.pictures import Encoded, encode_photo
from cnnviz.heatmaps import Method
from cnnviz.progress import Progress
from cnnviz.ui.heatmaps.address import ADDRESS, Values
from cnnviz.ui.heatmaps.curves import Line, curves_chart
from cnnviz.ui.heatmaps.findings import Finding
from cnnviz.ui.heatmaps.maps import (
    chosen_method,
    finding_of,
    is_small,
    key_of,
    map_of,
    shown_methods,
)
from cnnviz.ui.heatmaps.subject import Subject, pixels
from cnnviz.ui.job_panel import long_work
from cnnviz.ui.kept import kept

STEPS = 20
FRAME = 112  # pixels a side of a frame, at most
SAME = "the same"
CLEARLY = 0.02  # difference of two areas that is more than the wobble of the curves


def show_curves(values: Values, subject: Subject) -> None:
    """The curves of all methods that are known, quick ones at once and slow ones when asked for."""
    chosen, methods = chosen_method(subject, values.method), shown_methods(subject)
    known = {
        method.name: _curves(subject, method).known(_is_quick(subject, method, chosen))
        for method in methods
    }
    curves_chart(
        [_line(method, known[method.name], known["random"]) for method in methods],
        [round(step / STEPS, 4) for step in range(STEPS + 1)],
        _frames(key_of(subject, chosen), subject, chosen) if known[chosen.name] else None,
        key="heatmaps_curves",
        selected=chosen.name,
        class_name=subject.class_name,
        on_choose=lambda name: ADDRESS.set(method=name),
    )
    missing = [method for method in methods if known[method.name] is None]
    if missing:
        long_work(
            key_of(subject, None, "curves"),
            lambda: [_curves(subject, method).task() for method in missing],
            button="Measure all methods",
            place="heatmaps_all_curves",
            help=f"{len(missing)} methods, 42 pictures each, and the maps of the slow ones: "
            "some seconds on a large network.",
        )


def _is_quick(subject: Subject, method: Method, chosen: Method) -> bool:
    """Whether the curves need no button: on a large network those of the chosen and the control."""
    return is_small(subject) or (
        (method is chosen or method.is_control)
        and (not method.is_slow or map_of(subject, method).known(is_quick=False) is not None)
    )


def _curves(subject: Subject, method: Method) -> Finding[Curves]:
    return finding_of(subject, method, "curves", _measured)


def _measured(subject: Subject, method: Method, progress: Progress) -> Curves:
    heatmap = torch.from_numpy(map_of(subject, method).found(progress))
    model, batch, class_idx = subject.network.model, subject.batch, subject.class_idx
    return deletion_insertion(model, batch, class_idx, heatmap, STEPS, progress)


def _line(method: Method, curves: Curves | None, control: Curves | None) -> Line:
    if curves is None:
        return Line(method.name, method.title, method.is_control)
    return Line(
        method.name,
        method.title,
        method.is_control,
        _rounded(curves.deletion),
        _rounded(curves.insertion),
        curves.deletion_area,
        curves.insertion_area,
        "the control" if method.is_control or control is None else against(curves, control),
    )


def _rounded(values: Tensor) -> list[float]:
    return [round(value, 4) for value in values.tolist()]


def against(curves: Curves, control: Curves) -> str:
    """How the curves of a method compare with those of the random map, in words."""
    deletion = control.deletion_area - curves.deletion_area  # above 0: the score falls sooner
    insertion = curves.insertion_area - control.insertion_area
    found = tuple(_side(gain) for gain in (deletion, insertion))
    if found[0] == found[1]:
        return f"{found[0]} in both" if found[0] != SAME else "as the random map"
    return f"{found[0]} in deletion, {found[1]} in insertion"


def _side(gain: float) -> str:
    if abs(gain) <= CLEARLY:
        return SAME
    return "better" if gain > 0 else "worse"


@kept
def _frames(key: object, _subject: Subject, _method: Method) -> Encoded:
    """All pictures of the curves as one: a row for deletion, a row for insertion."""
    heatmap = torch.from_numpy(map_of(_subject, _method).found())
    shown = curve_pictures(_subject.batch, heatmap, STEPS)
    rows = [pixels(_subject.network, part) for part in (shown.deleted, shown.inserted)]
    sheet = np.concatenate([np.concatenate(list(row), axis=1) for row in rows], axis=0)
    image = Image.fromarray(sheet)
    side = _subject.batch.shape[2]
    if side > FRAME:
        image = image.resize((FRAME * (STEPS + 1), FRAME * 2), Image.Resampling.BILINEAR)
    return encode_photo(image)
