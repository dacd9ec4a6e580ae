"""Planted truth: pictures of which only one region can carry the class, and who points at it."""

from __future__ import annotations

from typing import Any

import streamlit as st
import torch.nn.functional as F
from torch import Tensor

from cnnviz.belief.confirmed import confirmed
from cnnviz.belief.planted import Planted
from cnnviz.belief.pointing import (
    COPIES,
    PATH_STEPS,
    Answer,
    PointingScore,
    pointing_game,
    share_inside,
)
from cnnviz.cluster.order import Order
from cnnviz.counting import percent
from cnnviz.figures.examples import pointing_example
from cnnviz.figures.shown import shown
from cnnviz.figures.tables import badge, figure, row_of_figures, shares_scale, table
from cnnviz.heatmaps import METHODS, Method, upsample
from cnnviz.progress import Progress
from cnnviz.ui.heatmaps.address import Values
from cnnviz.ui.heatmaps.findings import Finding, There
from cnnviz.ui.heatmaps.maps import chosen_method, shown_methods
from cnnviz.ui.heatmaps.subject import Subject, pixels
from cnnviz.ui.job_panel import long_work
from cnnviz.ui.jobs import Task
from cnnviz.ui.kept import kept
from cnnviz.ui.weights.names import is_own

COUNT = 200
SHOWN = 6
KIND = {Answer.BEATS: "good", Answer.AT: "none", Answer.WORSE: "bad"}
WHAT = {
    "MNIST": "A digit at a random place among scribbles of the same pen.",
    "CIFAR-10": "One tile is a small picture, the other three are its own pieces, shuffled.",
}


def show_planted(values: Values, subject: Subject) -> None:
    """How often each method points at the one region that can carry the class."""
    card = subject.network.card
    if card.dataset not in WHAT:
        st.info(
            f"The test needs {COUNT} pictures that the network knows for sure. It is made for the "
            "networks that come with this app: choose one of MNIST or CIFAR-10.",
            icon=":material/filter_center_focus:",
        )
        return
    chosen, methods = chosen_method(subject, values.method), shown_methods(subject)
    planted = _planted(subject).known(is_quick=False)
    st.markdown(
        f"{WHAT[card.dataset]} The network itself confirms each of the {COUNT} pictures: with the "
        "region as it is the class is likely, without it the class is gone. So **only the frame "
        "can be the reason**, and a map whose highest point (cross) is elsewhere is wrong."
    )
    if isinstance(planted, str):
        st.warning(shown(planted))
        return
    if planted:
        st.html(_examples(subject.model_name, chosen.name, _layer_of(subject, chosen), subject))
    scores = {method.name: _score(subject, method).known(is_quick=False) for method in methods}
    missing = [method for method in methods if scores[method.name] is None]
    if missing:
        long_work(
            ("planted", subject.model_name, subject.layer),
            lambda: _tasks(subject, missing),
            button=f"Plant {COUNT} pictures and test all methods",
            place="heatmaps_planted",
            help="What has been measured once is kept for all visitors.",
            wait="About 15 s for a small network, some minutes for ResNet18",
            count=len(missing) + 1,
            like=subject.model_name,
        )
    st.caption(
        "The highest points of random maps fall anywhere, so chance is the share of the picture "
        "that the frame takes; of fair controls one interval in twenty misses it. Slow methods do "
        f"less here: SmoothGrad {COPIES} copies, integrated gradients {PATH_STEPS} points, "
        "occlusion with covers side by side."
    )
    rows = [_row(method, scores[method.name]) for method in methods]
    columns = ["Method", "hits", "Verdict", "dashed: chance", "95 % interval"]
    st.html(table(columns, rows, methods.index(chosen)))


def _layer_of(subject: Subject, method: Method) -> str | None:
    return subject.layer if method.needs_layer else None


def _tasks(subject: Subject, methods: list[Method]) -> list[Task]:
    order = sorted(methods, key=lambda method: method.cost)
    return [_planted(subject).task(), *(_score(subject, method).task() for method in order)]


def _planted(subject: Subject) -> Finding[list[Planted] | str]:
    """The pictures, 10 MB for the largest network, or a sentence: the network knows too little."""
    name = subject.model_name

    def compute(progress: Progress) -> list[Planted] | str:
        return confirmed(subject.network, COUNT, progress)

    there = _there("planted", {"model": name, "count": COUNT})
    return Finding(("planted", name), f"Planting {COUNT} pictures", compute, there)


def _score(subject: Subject, method: Method) -> Finding[PointingScore | None]:
    """What is known of a method; it does not depend on the visitor's picture, so it serves all."""
    layer, name = _layer_of(subject, method), subject.model_name

    def compute(progress: Progress) -> PointingScore | None:
        pictures = _planted(subject).found(progress)
        if isinstance(pictures, str):
            return None
        return pointing_game(method, subject.network.model, pictures, subject.layer, progress)

    arguments = {"model": name, "count": COUNT, "method": method.name, "layer": layer}
    there = _there("pointing", arguments)
    return Finding(("pointing", name, method.name, layer), method.title, compute, there)


def _there(work: str, arguments: dict[str, Any]) -> There[Any] | None:
    if is_own(arguments["model"]):
        return None
    return There(lambda: Order(work, arguments, is_shared=True))


@kept
def _examples(model_name: str, method_name: str, layer: str | None, _subject: Subject) -> str:
    """The first pictures with the method's highest point on each, as HTML."""
    pictures, method = _planted(_subject).found(), METHODS[method_name]
    if isinstance(pictures, str):
        return ""
    figures = [_example(_subject, method, picture) for picture in pictures[:SHOWN]]
    scale = shares_scale(
        method.is_signed, "share of each map's own strongest cell, over the picture"
    )
    return f'<div class="cnnviz">{row_of_figures(figures)}{scale}</div>'


def _example(subject: Subject, method: Method, planted: Planted) -> str:
    batch, box = planted.batch, planted.box
    size = (batch.shape[2], batch.shape[3])
    cells = method(subject.network.model, batch, planted.class_idx, subject.layer).detach()
    heatmap = upsample(cells, size)
    row, column = divmod(int(heatmap.argmax()), size[1])
    is_hit = share_inside((heatmap == heatmap.max()).float(), box) > 0.5
    picture = pointing_example(
        pixels(subject.network, batch)[0],
        as_cells(cells, size).numpy(),
        (box.top, box.left, box.bottom, box.right),
        (row, column),
        method.is_signed,
    )
    name = subject.network.classes[planted.class_idx]
    said = "✓ hit" if is_hit else "✗ miss" if heatmap.any() else "zero everywhere"
    return figure(picture, f"{method.title} for {name}: {said}", name, said, side=104)


def as_cells(heatmap: Tensor, size: tuple[int, int]) -> Tensor:
    """A heatmap (h, w) at the size of the picture, each of its values as a cell."""
    return F.interpolate(heatmap[None, None], size, mode="nearest-exact")[0, 0]


def _row(method: Method, score: PointingScore | None) -> list[str]:
    if score is None:
        return [method.title, "…", badge("none", "not measured yet"), "", ""]
    low, high = score.interval
    return [
        method.title,
        f"<b>{percent(score.accuracy)}</b>",
        _verdict(method, score),
        _bar(score),
        f"{percent(low)} to {percent(high)}",
    ]


def _verdict(method: Method, score: PointingScore) -> str:
    """What the interval says of a method; of chance, whether it says what it must."""
    if not method.is_chance:
        return badge(KIND[score.answer], score.answer)
    if score.answer is Answer.AT:
        return badge("none", "the control, at chance")
    side = "above" if score.answer is Answer.BEATS else "below"
    return badge("half", f"the control, {side} chance")


def _bar(score: PointingScore) -> str:
    """The rate as a bar, its interval as a thin line, and a mark where chance is."""
    low, high = score.interval
    title = f"{score.hits:.0f} of {score.total}; chance {percent(score.chance)}"
    return (
        f'<span title="{title}" style="position:relative;display:block;width:150px;height:12px;'
        'border-radius:3px;background:color-mix(in srgb, var(--accent) 8%, transparent)">'
        f'<i style="position:absolute;left:0;top:2px;height:8px;width:{score.accuracy:.1%};'
        'border-radius:3px;background:color-mix(in srgb, var(--accent) 55%, transparent)"></i>'
        f'<i style="position:absolute;left:{low:.1%};width:{high - low:.1%};top:5px;height:2px;'
        'background:currentColor"></i>'
        f'<i style="position:absolute;left:{score.chance:.1%};top:-2px;height:16px;'
        'border-left:2px dashed currentColor"></i></span>'
    )
