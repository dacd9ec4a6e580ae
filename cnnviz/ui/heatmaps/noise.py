"""The same map after noise too small to see: what stays of it, and is it but edges?"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
import torch
from PIL import Image

from cnnviz.belief.similarity import alike
from cnnviz.changing import Levels, Shaken, noisy, shaken
from cnnviz.changing.noise import DRAWS
from cnnviz.figures.pictures import Encoded, encode_photo
from cnnviz.figures.tables import badge, figure, row_of_figures, table
from cnnviz.heatmaps import METHODS, Method, upsample
from cnnviz.heatmaps.scores import shares_of
from cnnviz.progress import Progress
from cnnviz.ui.heatmaps.address import ADDRESS, NOISES, Values
from cnnviz.ui.heatmaps.change.adversarial import levels_of
from cnnviz.ui.heatmaps.findings import Finding
from cnnviz.ui.heatmaps.maps import (
    chosen_method,
    is_quick,
    key_of,
    map_of,
    shown_methods,
)
from cnnviz.ui.heatmaps.random import CHANCE, by_chance
from cnnviz.ui.heatmaps.stage import heat_png, scale_of
from cnnviz.ui.heatmaps.subject import Subject, percent, pixels
from cnnviz.ui.job_panel import long_work
from cnnviz.ui.kept import kept
from cnnviz.ui.sliders import Option, Slider, live_sliders

SHOWN = 3  # maps under noise beside the first
STEADY = 0.9  # mean rank correlation from which a map is said to stay
WORDS = (
    f"Every value of every pixel goes up or down by so many of 255 grey levels, as a coin falls, "
    f"{DRAWS} times anew. The answer of the network should stay, and **so should the reason for "
    "it**: a map that turns into another by what no eye sees says little about the picture. How "
    "alike: rank correlation, 1 for the same. Beside it how alike each map is to the **edges** of "
    "the picture, the control that never looks at a network: what resembles them may have found "
    "no more than them (Adebayo et al., 2018)."
)


@dataclass(frozen=True)
class Steadiness:
    """What noise did to the map of one method."""

    maps: tuple[Encoded, ...]  # without noise first
    similarities: tuple[float | None, ...]
    mean: float | None
    with_edges: float | None
    scale: str  # of the colours, HTML
    cells: tuple[int, int]  # rows and columns of the maps


def show_noise(values: Values, subject: Subject) -> None:
    """The picture and the chosen map with and without noise, and a row a method."""
    size = float(values.noise)
    chosen, methods = chosen_method(subject, values.method), shown_methods(subject)
    live_sliders(
        [_slider(values.noise)], key="heatmaps_noise", on_change=lambda new: ADDRESS.set(**new)
    )
    known = {
        method.name: _steadiness(subject, method, size).known(is_quick(subject, method))
        for method in methods
    }
    st.html(f'<div class="cnnviz">{_figures(subject, chosen, known[chosen.name], size)}</div>')
    st.caption(WORDS)
    missing = [method for method in methods if known[method.name] is None]
    if missing:
        long_work(
            key_of(subject, None, f"noise {size:g}"),
            lambda: [_steadiness(subject, method, size).task() for method in missing],
            button="Shake the slow methods too",
            place="heatmaps_shaken",
            help=f"{DRAWS + 1} maps each of {', '.join(method.title for method in missing)}.",
            wait="Some seconds, on a large network a minute",
            count=len(missing),
            like=(subject.model_name, subject.size),
        )
    rows = [_row(subject, method, known[method.name]) for method in methods]
    columns = ["Method", "Verdict", "mean", "least", "chance", "alike to the edges"]
    st.html(table(columns, rows, methods.index(chosen)))
    st.caption(
        f"Said to stay: from {STEADY} on average; to be another map: up to what chance gives. "
        f"{CHANCE} Noise that is looked for does more: “Adversarial” in "
        "“Change the picture” takes a step of the same size with an aim (Ghorbani et al., 2019)."
    )


def _slider(noise: str) -> Slider:
    return Slider(
        "noise",
        "Noise, grey levels of 255",
        "How far each value of each pixel goes up or down. One is less than most screens show; "
        "from about eight on one sees it.",
        noise,
        options=tuple(Option(one, one) for one in NOISES),
    )


def _steadiness(subject: Subject, method: Method, size: float) -> Finding[Steadiness]:
    def found(progress: Progress) -> Steadiness:
        result = shaken(
            subject.network.model,
            subject.batch,
            subject.target,
            method,
            size,
            levels_of(subject),
            subject.layer,
            progress=progress,
        )
        return _told(subject, method, result)

    return Finding((key_of(subject, method, "noise"), size), method.title, found)


def _told(subject: Subject, method: Method, result: Shaken) -> Steadiness:
    maps = [result.before, *result.after[:SHOWN]]
    own = [one.numpy() for one in maps]
    edges = map_of(subject, METHODS["edges"]).found()
    large = upsample(result.before, (subject.batch.shape[2], subject.batch.shape[3]))
    return Steadiness(
        tuple(heat_png(method, one) for one in own),
        result.rank_correlations,
        result.similarity,
        alike(large, torch.from_numpy(edges)),
        scale_of(method, own[0]),
        (own[0].shape[0], own[0].shape[1]),
    )


def _figures(subject: Subject, method: Method, found: Steadiness | None, size: float) -> str:
    """The picture with and without noise, and below each its map."""
    seen = _seen((key_of(subject, None, "noisy"), size), subject, size)
    pictures = [
        figure(picture, f"The picture {name}: {said}", name, said, side=150)
        for name, (picture, said) in zip(_names(size), seen, strict=True)
    ]
    if found is None:
        return row_of_figures(pictures)
    maps = [figure(found.maps[0], f"{method.title} without noise", method.title, "alike 1", 150)]
    for picture, similarity in zip(found.maps[1:], found.similarities, strict=False):
        said = f"alike {_number(similarity)}"
        alt = f"{method.title} after noise of {size:g}: {said}"
        maps.append(figure(picture, alt, "after noise", said, side=150))
    return row_of_figures(pictures) + row_of_figures(maps) + found.scale


def _names(size: float) -> list[str]:
    return ["without noise", *[f"±{size:g} of 255"] * SHOWN]


@kept
def _seen(key: object, _subject: Subject, _size: float) -> list[tuple[Encoded, str]]:
    """Pictures with and without noise, and what the network says of each class explained."""
    levels: Levels = levels_of(_subject)
    batch = torch.cat(
        [_subject.batch, *(noisy(_subject.batch, _size, levels, draw) for draw in range(SHOWN))]
    )
    shares = shares_of(_subject.network.model, batch)[:, _subject.class_idx]
    said = [f"{_subject.class_name} {percent(share)}" for share in shares.tolist()]
    shown = [encode_photo(Image.fromarray(one)) for one in pixels(_subject.network, batch)]
    return list(zip(shown, said, strict=True))


def _row(subject: Subject, method: Method, found: Steadiness | None) -> list[str]:
    if found is None:
        return [method.title, badge("none", "not measured yet"), "", "", "", ""]
    chance = by_chance(subject, found.cells)
    known = [one for one in found.similarities if one is not None]
    return [
        method.title,
        _verdict(found.mean, chance),
        f"<b>{_number(found.mean)}</b>",
        _number(min(known, default=None)),
        f"±{chance:.2f}",
        _number(found.with_edges),
    ]


def _verdict(mean: float | None, chance: float) -> str:
    if mean is None:
        return badge("none", "empty maps")
    if mean >= STEADY:
        return badge("good", "stays")
    return badge("bad", "another map") if mean <= chance else badge("half", "stays in part")


def _number(value: float | None) -> str:
    return "empty" if value is None else f"{value:.2f}".replace("-", "−")
