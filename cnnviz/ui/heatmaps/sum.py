"""Completeness: do the parts that integrated gradients hand out add up to the whole?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st
from torch import Tensor

from cnnviz.belief import Completeness, completeness
from cnnviz.counting import counted, percent
from cnnviz.figures.pictures import Encoded, nice_limit, signed_limit
from cnnviz.figures.tables import badge, figure, table
from cnnviz.heatmaps import METHODS, integrated_gradients
from cnnviz.heatmaps.probing import cover_side
from cnnviz.progress import Progress
from cnnviz.ui.heatmaps.address import ADDRESS, STEPS, Values
from cnnviz.ui.heatmaps.findings import Finding
from cnnviz.ui.heatmaps.maps import is_small, kept_map, key_of, map_of, there_of
from cnnviz.ui.heatmaps.stage import heat_png, scale_of
from cnnviz.ui.heatmaps.subject import Subject
from cnnviz.ui.job_panel import long_work
from cnnviz.ui.sliders import Option, Slider, live_sliders

QUICK = 16  # steps up to which a large network needs no button
CLOSE = 0.02  # of the difference: an error below it is called small
METHOD = METHODS["integrated_gradients"]
OTHERS = (METHODS["input_x_gradient"], METHODS["occlusion"])  # signed, and promise nothing


@dataclass(frozen=True)
class Sum:
    """A map of integrated gradients, and how far its cells add up."""

    heat: Encoded
    scale: str  # of its colours, HTML
    result: Completeness


def show_sum(values: Values, subject: Subject) -> None:
    """The sum of the map beside the difference of the scores, for a number of steps."""
    steps = int(values.steps)
    live_sliders(
        [_slider(values.steps)], key="heatmaps_steps", on_change=lambda new: ADDRESS.set(**new)
    )
    now = _known(subject, steps)
    told = f'<div class="cnnviz">{_words(subject, now, steps)}</div>'
    if now:
        left, right = st.columns([1, 3], gap="medium")
        alt = f"Integrated gradients for {subject.class_name} with {counted(steps, 'step')}"
        shown = figure(now.heat, alt, counted(steps, "step"), "red for, blue against", side=190)
        left.html(f'<div class="cnnviz">{shown}{now.scale}</div>')
        right.html(told)
    else:
        st.html(told)
    known = {count: _known(subject, count) for count in STEPS}
    missing = [count for count in STEPS if known[count] is None]
    others = [method for method in OTHERS if kept_map(subject, method) is None]
    if missing or others:
        long_work(
            key_of(subject, METHOD, "sums"),
            lambda: [
                *(_sum(subject, count).task() for count in missing),
                *(map_of(subject, method).task() for method in others),
            ],
            button=_what_is_missing(missing, steps),
            place="heatmaps_sum",
            help="Each step is one pass forward and one backward; occlusion is a pass a cover.",
            wait=_wait(missing),
            like=(subject.model_name, subject.size, tuple(missing), len(others)),
            count=len(missing) + len(others),
        )
    st.html(table(["method", "Σ map", "to explain", "error"], _rows(subject, steps, known)))
    st.caption(
        "Input × gradient and occlusion promise no such thing; the rows say how near they come. "
        "What a cover takes away is shared equally by its pixels, or each would be counted for all."
    )


def _what_is_missing(missing: Sequence[int], steps: int) -> str:
    if steps in missing:
        return f"Compute {counted(steps, 'step')} and the others"
    return "Compute the finer steps" if missing else "Compute occlusion too"


def _wait(missing: Sequence[int]) -> str:
    passes = f"{sum(missing):,} passes and occlusion: " if missing else ""
    return f"{passes}some seconds, on a large network a minute"


def _slider(steps: str) -> Slider:
    return Slider(
        "steps",
        "Steps on the path",
        "In how many points the gradient is taken on the way from the baseline to the picture.",
        steps,
        options=tuple(Option(str(count), str(count)) for count in STEPS),
    )


def _known(subject: Subject, steps: int) -> Sum | None:
    return _sum(subject, steps).known(is_quick=is_small(subject) or steps <= QUICK)


def _sum(subject: Subject, steps: int) -> Finding[Sum]:
    def added_up(progress: Progress) -> Sum:
        model, batch, target = subject.network.model, subject.batch, subject.target
        heatmap = integrated_gradients(model, batch, target, steps, progress=progress)
        result = completeness(model, batch, target, heatmap)
        return _pictured(heatmap, result)

    key = key_of(subject, METHOD, "sum"), steps
    arguments = {"target": subject.target, "steps": steps}
    there = there_of(subject, "sum_of_map", arguments, lambda answer: _pictured(*answer))
    return Finding(key, counted(steps, "step"), added_up, there)


def _pictured(heatmap: Tensor, result: Completeness) -> Sum:
    cells = heatmap.numpy()
    return Sum(heat_png(METHOD, cells), scale_of(METHOD, cells), result)


def _words(subject: Subject, now: Sum | None, steps: int) -> str:
    """The promise, and the two numbers as bars on one scale."""
    what = f"the score of {subject.class_name}"
    if subject.against_name:
        what = f"the lead of {subject.class_name} over {subject.against_name}"
    promise = (
        f"<p style='margin:0 0 8px'>Integrated gradients promise that all cells together are "
        f"<b>what the picture adds to {what}</b>, compared with a picture "
        "that says nothing: Σ map = y(x) − y(x′). What is missing is the error of the steps.</p>"
    )
    if now is None:
        return promise
    whole, total = now.result.difference, now.result.total
    end = max(abs(whole), abs(total)) or 1.0
    bars = _bar("y(x) − y(x′)", whole, end) + _bar("Σ map", total, end)
    return promise + bars + f"<p style='margin:8px 0 0'>{_verdict(now.result, steps)}</p>"


def _bar(label: str, value: float, end: float) -> str:
    return (
        '<div style="display:grid;grid-template-columns:6.2em minmax(0,1fr) 4.5em;gap:8px;'
        f'align-items:center;margin:3px 0"><span>{label}</span>'
        f'<i style="height:15px;border-radius:4px;width:{100 * abs(value) / end:.1f}%;'
        'background:color-mix(in srgb, var(--accent) 55%, transparent)"></i>'
        f'<b style="text-align:right">{signed_limit(value)}</b></div>'
    )


def _verdict(result: Completeness, steps: int) -> str:
    share = result.relative_error
    of_it = f" ({percent(share, 1)} of it)" if result.difference else ""
    error = f"{nice_limit(result.error)}{of_it}"
    if share <= CLOSE:
        return badge("good", "it adds up") + f" The error is {error}."
    more = ": take more steps." if steps < STEPS[-1] else ", even with the most steps there are."
    return badge("half", "not yet") + f" {error} is missing or too much{more}"


def _rows(subject: Subject, steps: int, known: Mapping[int, Sum | None]) -> list[list[str]]:
    """What is known for each number of steps, and other signed methods, which promise nothing."""
    rows = []
    for count, found in known.items():
        name = counted(count, "step")
        cells = _cells(found.result) if found else ["…", "…", "…"]
        rows.append([f"<b>{name}</b>" if count == steps else name, *cells])
    return rows + _others(subject, known)


def _others(subject: Subject, known: Mapping[int, Sum | None]) -> list[list[str]]:
    any_known = next(found for found in known.values() if found)
    rows = []
    for method in OTHERS:
        heatmap, title, pixels = kept_map(subject, method), method.title, 1
        if method.name == "occlusion":
            side = cover_side(subject.batch.shape[2], subject.batch.shape[3])
            title, pixels = f"{title}, shared by {side}×{side} pixels", side**2
        if heatmap is None:
            rows.append([title, "…", "…", "…"])
            continue
        total = float(heatmap.sum()) / pixels
        rows.append([title, *_cells(Completeness(total, any_known.result.difference))])
    return rows


def _cells(result: Completeness) -> list[str]:
    return [
        signed_limit(result.total),
        signed_limit(result.difference),
        percent(result.relative_error, 1) if result.difference else "∞",
    ]
