"""Deletion and insertion: take away what a heatmap calls important, and watch the class."""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from cnnviz.belief import Chance, Curves, Side, chance_curves, deletion_insertion
from cnnviz.belief.chance import DRAWS
from cnnviz.belief.curves import curve_pictures
from cnnviz.figures.pictures import Encoded, encode_photo
from cnnviz.heatmaps import METHODS, Method
from cnnviz.progress import Progress
from cnnviz.ui.heatmaps.address import ADDRESS, Values
from cnnviz.ui.heatmaps.curves import Band, Line, curves_chart
from cnnviz.ui.heatmaps.findings import Finding
from cnnviz.ui.heatmaps.maps import (
    asked_of,
    chosen_method,
    finding_of,
    is_small,
    key_of,
    map_of,
    shown_methods,
    there_of,
)
from cnnviz.ui.heatmaps.subject import Subject, pixels
from cnnviz.ui.job_panel import long_work
from cnnviz.ui.jobs import Task
from cnnviz.ui.kept import kept

STEPS = 20
FRAME = 112  # pixels a side of a frame, at most


def show_curves(values: Values, subject: Subject) -> None:
    """The curves of all methods that are known, quick ones at once and slow ones when asked for."""
    chosen, methods = chosen_method(subject, values.method), shown_methods(subject)
    known = {
        method.name: _curves(subject, method).known(_is_quick(subject, method, chosen))
        for method in methods
    }
    chance = _chance(subject).known(is_quick=is_small(subject))
    curves_chart(
        [_line(method, known[method.name], chance) for method in methods],
        [round(step / STEPS, 4) for step in range(STEPS + 1)],
        _frames(key_of(subject, chosen), subject, chosen) if known[chosen.name] else None,
        key="heatmaps_curves",
        chance=None if chance is None else _band(chance),
        selected=chosen.name,
        class_name=subject.class_name,
        on_choose=lambda name: ADDRESS.set(method=name),
    )
    missing = [method for method in methods if known[method.name] is None]
    if chance is None or missing:
        long_work(
            key_of(subject, None, "curves"),
            lambda: _tasks(subject, missing, chance is None),
            button="Measure chance and all methods" if chance is None else "Measure all methods",
            place="heatmaps_all_curves",
            help=f"{DRAWS} random maps say what chance gives, then come {len(missing)} methods, "
            f"each with {2 * STEPS + 2} pictures.",
            wait="Some seconds, on a large network a minute",
            count=len(missing) + (chance is None),
            like=(subject.model_name, subject.size),
        )


def _tasks(subject: Subject, methods: list[Method], is_chance_missing: bool) -> list[Task]:
    """Chance first: without it no curve is a verdict."""
    first = [_chance(subject).task()] * is_chance_missing
    return [*first, *(_curves(subject, method).task() for method in methods)]


def _is_quick(subject: Subject, method: Method, chosen: Method) -> bool:
    """Whether the curves need no button: on a large network those of the chosen and the control."""
    return is_small(subject) or (
        (method is chosen or method.is_control)
        and (not method.is_slow or map_of(subject, method).known(is_quick=False) is not None)
    )


def _curves(subject: Subject, method: Method) -> Finding[Curves]:
    arguments = asked_of(subject, method) | {"class_idx": subject.class_idx, "steps": STEPS}
    return finding_of(subject, method, "curves", _measured, there_of(subject, "curves", arguments))


def _measured(subject: Subject, method: Method, progress: Progress) -> Curves:
    heatmap = torch.from_numpy(map_of(subject, method).found(progress))
    model, batch, class_idx = subject.network.model, subject.batch, subject.class_idx
    return deletion_insertion(model, batch, class_idx, heatmap, STEPS, progress)


def _chance(subject: Subject) -> Finding[Chance]:
    def measured(progress: Progress) -> Chance:
        model, batch = subject.network.model, subject.batch
        return chance_curves(model, batch, subject.class_idx, DRAWS, STEPS, progress)

    key = key_of(subject, METHODS["random"], "chance")
    arguments = {"class_idx": subject.class_idx, "draws": DRAWS, "steps": STEPS}
    there = there_of(subject, "chance", arguments)
    return Finding(key, f"{DRAWS} random maps", measured, there)


def _band(chance: Chance) -> Band:
    return Band(
        chance.draws,
        _lowest_and_highest(chance.deletion),
        _lowest_and_highest(chance.insertion),
        (chance.deletion_areas.min().item(), chance.deletion_areas.max().item()),
        (chance.insertion_areas.min().item(), chance.insertion_areas.max().item()),
        chance.level,
    )


def _lowest_and_highest(curves: Tensor) -> tuple[list[float], list[float]]:
    return _rounded(curves.amin(dim=0)), _rounded(curves.amax(dim=0))


def _line(method: Method, curves: Curves | None, chance: Chance | None) -> Line:
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
        "" if chance is None else "the control" if method.is_chance else against(curves, chance),
    )


def _rounded(values: Tensor) -> list[float]:
    return [round(value, 4) for value in values.tolist()]


def against(curves: Curves, chance: Chance) -> str:
    """What the curves of a method are beside those of random maps, in words."""
    deletion, insertion = chance.deletion_side(curves), chance.insertion_side(curves)
    if deletion == insertion:
        return deletion.value if deletion is Side.CHANCE else f"{deletion} than chance in both"
    return f"{_words(deletion)} in deletion, {_words(insertion)} in insertion"


def _words(side: Side) -> str:
    return "as chance" if side is Side.CHANCE else side.value


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
