"""The randomisation test: does a heatmap change when the network forgets what it has learnt?"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
from torch import Tensor

from cnnviz.belief import (
    Answer,
    Randomised,
    Verdict,
    chance_correlation,
    randomisation_test,
    stages,
    verdict,
)
from cnnviz.belief.chance import DRAWS
from cnnviz.belief.verdict import LEAST_OF_AN_IGNORER, MOST_OF_A_FOLLOWER
from cnnviz.figures.pictures import Encoded
from cnnviz.figures.tables import badge, figure, row_of_figures, table
from cnnviz.heatmaps import Method
from cnnviz.progress import Progress
from cnnviz.ui.heatmaps.address import Values
from cnnviz.ui.heatmaps.findings import Finding
from cnnviz.ui.heatmaps.maps import (
    Map,
    asked_of,
    chosen_method,
    finding_of,
    is_small,
    key_of,
    map_of,
    shown_methods,
    there_of,
)
from cnnviz.ui.heatmaps.stage import heat_png, scale_of
from cnnviz.ui.heatmaps.subject import Subject
from cnnviz.ui.job_panel import long_work
from cnnviz.ui.kept import kept

DISPUTED = (
    "**What the test cannot tell.** The edges never look at the network, so they must fail here. "
    "But where the task itself is to find an edge (a digit *is* its outline), a right map looks "
    "like the edges for good reasons, and a random network may draw them too: there the test "
    "condemns maps that are right. Yona and Greenfeld, 2021 (arxiv.org/abs/2110.14297), dispute "
    "it for that; so read it together with planted truth."
)
CHANCE = (
    f"Chance: what the most alike of {DRAWS} pairs of random maps have, of as many cells as the "
    "method's map. The fewer cells, the more alike are two by chance."
)
SAID = (
    f"Said to follow: below {MOST_OF_A_FOLLOWER} on average; to ignore: from {LEAST_OF_AN_IGNORER} "
    "on. Empty: all of one value, without an order to compare; not counted. All of it is one "
    "picture and one shuffle of the weights."
)
KIND = {
    Answer.FOLLOWS: "good",
    Answer.PARTLY: "half",
    Answer.IGNORES: "bad",
    Answer.EMPTY: "none",
}


@dataclass(frozen=True)
class Cascade:
    """What the test of one method found: the maps as pictures, and how alike they stayed."""

    trained: Encoded
    maps: tuple[Encoded, ...]  # one a stage, from the top down
    similarities: tuple[float | None, ...]  # rank correlation with the trained network's map
    scale: str  # of the colours, HTML
    cells: tuple[int, int]  # rows and columns of the maps
    verdict: Verdict


def show_randomised(values: Values, subject: Subject) -> None:
    """The chosen method's maps while the network forgets, and a verdict for each method."""
    chosen, methods = chosen_method(subject, values.method), shown_methods(subject)
    names = [stage.name for stage in stages(subject.network.model)]
    is_quick = is_small(subject)
    known = {method.name: _cascade(subject, method).known(is_quick) for method in methods}
    st.markdown(
        "The weights are shuffled from the top of the network down, stage by stage. A map that "
        "stays as it was is **not looking at what the network has learnt**. How alike: the rank "
        "correlation with the trained network's map, 1 for the same and 0 for unrelated, below 0 "
        "for the same places **the other way round**: what spoke for the class speaks against it."
    )
    missing = [method for method in methods if known[method.name] is None]
    cascade = known[chosen.name]
    if cascade:
        st.html(f'<div class="cnnviz">{_figures(chosen, cascade, names)}</div>')
    if missing:
        _offer(subject, chosen, missing)
    rows = [_row(subject, method, known[method.name], len(names)) for method in methods]
    numbers = (str(number) for number in range(1, len(names) + 1))
    st.html(table(["Method", "Verdict", "mean", "chance", *numbers], rows, methods.index(chosen)))
    st.caption(f"{CHANCE} {SAID}")
    st.caption(DISPUTED)


def by_chance(subject: Subject, cells: tuple[int, int]) -> float:
    """The largest rank correlation of maps of so many cells that have nothing in common."""
    return _by_chance(subject.picture.digest, subject.size, cells, subject.batch)


@kept
def _by_chance(digest: str, size: int | None, cells: tuple[int, int], _batch: Tensor) -> float:
    return chance_correlation(_batch, cells)


def _offer(subject: Subject, chosen: Method, missing: list[Method]) -> None:
    first = [chosen, *(method for method in missing if method is not chosen)]
    order = [method for method in first if method in missing]
    long_work(
        key_of(subject, None, "cascades"),
        lambda: [_cascade(subject, method).task() for method in order],
        button="Shuffle the weights",
        place="heatmaps_random",
        help=f"{len(order)} methods, each on a network with more and more of its weights shuffled.",
        wait="From a second for each to half a minute on a large network",
        count=len(order),
        like=(subject.model_name, subject.size),
    )


def _cascade(subject: Subject, method: Method) -> Finding[Cascade]:
    def read(answer: tuple[Tensor, list[Randomised]]) -> Cascade:
        return _pictured(method, answer[0].numpy(), answer[1])

    there = there_of(subject, "randomisation", asked_of(subject, method), read)
    return finding_of(subject, method, "cascade", _tested, there)


def _tested(subject: Subject, method: Method, progress: Progress) -> Cascade:
    trained = map_of(subject, method).found(progress)
    results = randomisation_test(
        subject.network.model,
        subject.batch,
        subject.target,
        method,
        subject.layer,
        progress=progress,
    )
    return _pictured(method, trained, results)


def _pictured(method: Method, trained: Map, results: list[Randomised]) -> Cascade:
    return Cascade(
        heat_png(method, trained),
        tuple(heat_png(method, result.heatmap.detach().numpy()) for result in results),
        tuple(result.rank_correlation for result in results),
        scale_of(method, trained),
        (trained.shape[0], trained.shape[1]),
        verdict(results),
    )


def _figures(method: Method, cascade: Cascade, names: list[str]) -> str:
    """The map of the trained network, then one for each stage, and the verdict in a sentence."""
    figures = [figure(cascade.trained, f"{method.title}, trained", "0 trained", "alike 1")]
    found = zip(names, cascade.maps, cascade.similarities, strict=True)
    for number, (name, heat, alike) in enumerate(found, start=1):
        alt = f"{method.title} with random weights from the top down to {name}"
        figures.append(
            figure(heat, alt, f"{number} ↓ {_breakable(name)}", f"alike {_number(alike)}")
        )
    said = (
        f'<p style="margin:8px 0 0"><b>{method.title}</b> {_badge(method, cascade)} '
        f"{cascade.verdict.reason}</p>"
    )
    return row_of_figures(figures) + cascade.scale + said


def _row(subject: Subject, method: Method, cascade: Cascade | None, count: int) -> list[str]:
    if cascade is None:
        return [method.title, badge("none", "not tested yet"), "", "", *[""] * count]
    numbers = [_number(alike) for alike in cascade.similarities]
    mean = f"<b>{_number(cascade.verdict.similarity)}</b>"
    chance = f"±{by_chance(subject, cascade.cells):.2f}"
    return [method.title, _badge(method, cascade), mean, chance, *numbers]


def _number(alike: float | None) -> str:
    return "empty" if alike is None else f"{alike:.2f}".replace("-", "−")


def _breakable(name: str) -> str:
    """A layer's name that may go on in the next line after a dot or an underscore."""
    return name.replace(".", ".\u200b").replace("_", "_\u200b")


def _badge(method: Method, cascade: Cascade) -> str:
    words = str(cascade.verdict.answer)
    return badge(KIND[cascade.verdict.answer], words)
