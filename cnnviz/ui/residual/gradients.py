"""Gradients and activations of plain and residual nets at their start, layer by layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import product
from typing import Any

import streamlit as st

from cnnviz.counting import percent
from cnnviz.figures.formulas import term
from cnnviz.gradients import (
    BATCH_SHAPE,
    STEP_RATE,
    Fate,
    LayerFlow,
    fate,
    gradient_flow,
    mean_factor,
    unchanged,
)
from cnnviz.ui import page
from cnnviz.ui.choices import seed, segments
from cnnviz.ui.kept import kept
from cnnviz.ui.residual.address import (
    ACTIVATION_NAMES,
    ADDRESS,
    DEPTHS,
    NORMS,
    START_NAMES,
    WIDTHS,
    Values,
)
from cnnviz.ui.residual.charts import (
    SUPERSCRIPTS,
    Chart,
    Look,
    Panel,
    Series,
    Tone,
    Words,
    linked_charts,
    log_scale,
    log_ticks,
    said,
)
from cnnviz.ui.residual.places import Places
from cnnviz.ui.taking.offers import columns_of, offer_numbers

NEAR_ONE = 0.1, 10.0
GRADIENT_HEIGHT, ACTIVATION_HEIGHT, BARS_HEIGHT = 172, 96, 44


@dataclass(frozen=True)
class Start:
    """What plain and residual net share: depth, width, activation, initialisation, seed."""

    depth: int
    width: int
    activation: str
    initialisation: str
    seed: int


@dataclass(frozen=True)
class Pair:
    """The rows of a plain and a residual net from the same start, with or without norm."""

    plain: tuple[LayerFlow, ...]
    residual: tuple[LayerFlow, ...]
    batch_norm: bool


def start_of(values: Values) -> Start:
    """The start that the controls say."""
    return Start(
        depth=int(values.depth),
        width=int(values.width),
        activation=values.activation,
        initialisation=values.initialisation,
        seed=values.seed,
    )


@kept
def flow(start: Start, residual: bool, batch_norm: bool) -> tuple[LayerFlow, ...]:
    """One backward pass, at once where it was computed before."""
    return gradient_flow(
        start.depth,
        start.width,
        residual,
        batch_norm,
        start.activation,
        start.initialisation,
        start.seed,
    )


def pair(start: Start, batch_norm: bool) -> Pair:
    """Plain and residual net of one start."""
    return Pair(flow(start, False, batch_norm), flow(start, True, batch_norm), batch_norm)


def norms_shown(values: Values) -> list[bool]:
    """Without norm, with it, or both in this order."""
    return {"without": [False], "with": [True], "both": [False, True]}[values.batch_norm]


def show_gradients(values: Values, places: Places) -> None:
    """The controls, the charts of the chosen start, and the table of all starts last."""
    with places.main:
        _sliders()
    with places.more:
        _switches()
        table_place = st.container()
        _fixed(values)
    with places.right:
        with page.stage():
            start, norms = start_of(values), norms_shown(values)
            panels = [_panel(start, norm) for norm in norms]
            count = len(flow(start, False, norms[0]))
            layers = [f"layer {number + 1}" for number in range(count)]
            linked_charts(panels, layers, key="residual_gradients")
        _formula(values)
    offer_numbers("gradients and activations by layer", ADDRESS, lambda: _numbers(values))
    with table_place:
        _all_starts(values)


def _numbers(values: Values) -> dict[str, Any]:
    """The rows of each net as columns: `plain_with_norm_gradient_norm`."""
    pairs = [pair(start_of(values), norm) for norm in norms_shown(values)]
    nets = {
        f"{kind}_{'with' if one.batch_norm else 'without'}_norm": rows
        for one in pairs
        for kind, rows in (("plain", one.plain), ("residual", one.residual))
    }
    return {
        f"{net}_{name}": column
        for net, rows in nets.items()
        for name, column in columns_of(rows).items()
    }


def _sliders() -> None:
    st.select_slider(
        "Depth",
        DEPTHS,
        key=ADDRESS.key("depth"),
        help="Layers with weights: 3×3 convolutions, two in each block, and one Linear.",
    )
    st.select_slider(
        "Width",
        WIDTHS,
        key=ADDRESS.key("width"),
        help="Maps of every layer, from the first to the last.",
    )


def _switches() -> None:
    segments(
        ADDRESS,
        "batch_norm",
        "Batch norm",
        NORMS,
        "With a batch norm behind every convolution, or with a bias instead; both side by side.",
    )
    segments(
        ADDRESS,
        "initialisation",
        "Initialisation",
        START_NAMES,
        "What the weights are before training. PyTorch draws them evenly from ±1/√fan_in; He "
        "normally with variance 2/fan_in, which keeps the size of activations behind a ReLU.",
    )
    segments(
        ADDRESS, "activation", "Activation", ACTIVATION_NAMES, "The function behind each layer."
    )


def _fixed(values: Values) -> None:
    count, channels, height, width = BATCH_SHAPE
    seed(ADDRESS, "Of the weights, the pictures and their classes: another one is another start.")
    bias = {"without": "bias, no norm", "with": "norm, no bias", "both": "bias or norm"}
    st.caption(
        f"{count} random pictures, {channels} × {height} × {width}; {bias[values.batch_norm]}; "
        f"one backward pass before any training; one step at rate {STEP_RATE}"
    )


@kept(spinner="One forward and one backward pass through each network …")
def _panel(start: Start, batch_norm: bool) -> dict[str, Any]:
    """The charts of a plain and a residual net, as the component is told them."""
    return asdict(_panel_of(pair(start, batch_norm)))


def _panel_of(pair: Pair) -> Panel:
    steps = len(pair.plain) - 1
    return Panel(
        charts=(_gradient_chart(pair), _changed_chart(pair), _activation_chart(pair)),
        title=(
            Words(f"{'With' if pair.batch_norm else 'Without'} batch norm", strong=True),
            Words("the plain net’s gradient"),
            _fate_words(pair.plain),
            Words("and the residual one’s"),
            _fate_words(pair.residual),
        ),
        foot=(
            Words(f"a layer, {steps} times"),
            Words(_factor(pair.plain), "plain", strong=True),
            Words(_factor(pair.residual), "residual", strong=True),
        ),
    )


def _fate_words(rows: Sequence[LayerFlow]) -> Words:
    word = fate(rows)
    return Words(word, "good" if word is Fate.STAYS else "warn", strong=True)


def _factor(rows: Sequence[LayerFlow]) -> str:
    """What a layer multiplies on average, to the power of the layers it was multiplied in."""
    steps, factor = len(rows) - 1, mean_factor(rows)
    return f"{factor:.3f}{str(steps).translate(SUPERSCRIPTS)} = {said(factor**steps)}"


def _gradient_chart(pair: Pair) -> Chart:
    plain, residual = ([row.gradient_norm for row in rows] for rows in (pair.plain, pair.residual))
    scale = log_scale(plain, residual)
    return Chart(
        title="Gradient norm by layer",
        note=(Words("← back from the loss"),),
        alt=_alt("Norm of the gradient", plain, residual),
        series=(
            _line("plain", "dashed", plain, scale.shares(plain), 0.62),
            _line("residual", "solid", residual, scale.shares(residual), 0.4),
        ),
        ticks=log_ticks(scale),
        height=GRADIENT_HEIGHT,
    )


def _line(
    name: Tone, look: Look, numbers: Sequence[float], heights: Sequence[float | None], named: float
) -> Series:
    return Series(name, name, look, heights, [said(number) for number in numbers], named)


def _alt(what: str, plain: Sequence[float], residual: Sequence[float]) -> str:
    return (
        f"{what} in {len(plain)} layers, from the first to the last: plain from {said(plain[0])} "
        f"to {said(plain[-1])}, residual from {said(residual[0])} to {said(residual[-1])}"
    )


def _changed_chart(pair: Pair) -> Chart:
    still = unchanged(pair.plain), unchanged(pair.residual)
    rows: dict[Tone, tuple[LayerFlow, ...]] = {"plain": pair.plain, "residual": pair.residual}
    layers = len(pair.plain)
    words = " and ".join(
        f"nothing in {count} of {layers} {name} layers"
        for name, count in zip(rows, still, strict=True)
        if count
    )
    return Chart(
        title="Weights changed by one step",
        note=(Words(words, "warn", strong=True) if words else Words("in every layer"),),
        alt="Share of each layer’s weights that one step changes: "
        + (words or "some in every layer"),
        series=[
            Series(
                name,
                name,
                "solid",
                [round(row.changed, 3) for row in layers_],
                [_percent(row.changed) for row in layers_],
            )
            for name, layers_ in rows.items()
        ],
        height=BARS_HEIGHT,
        kind="bars",
    )


def _percent(share: float) -> str:
    return "none" if share == 0 else "<1 %" if share < 0.01 else percent(share)


def _activation_chart(pair: Pair) -> Chart:
    plain = [row.activation_std for row in pair.plain]
    residual = [row.activation_std for row in pair.residual]
    between = [row.between_pictures for row in pair.plain]
    scale = log_scale(plain, residual, between)
    sums, inside = _by_place(pair.residual, scale.shares(residual))
    texts = [said(value) for value in residual]
    return Chart(
        title="Activations, standard deviation",
        note=(Words("thin: between pictures, plain · dots: inside blocks"),),
        alt=_alt("Standard deviation of the activations", plain, residual)
        + f"; between pictures in the plain net from {said(between[0])} to {said(between[-1])}",
        series=(
            Series("plain", "plain", "dashed", scale.shares(plain), [said(v) for v in plain]),
            Series("residual", "residual", "solid", sums, texts),
            Series("", "residual", "dots", inside, [""] * len(texts)),
            Series(
                "between",
                "plain",
                "dotted",
                scale.shares(between),
                [said(v) for v in between],
            ),
        ),
        ticks=log_ticks(scale),
        ends=("layer 1, at the picture", f"layer {len(plain)}, at the loss"),
        height=ACTIVATION_HEIGHT,
    )


def _by_place(
    rows: Sequence[LayerFlow], heights: Sequence[float | None]
) -> tuple[list[float | None], list[float | None]]:
    """The heights behind the sums, and those inside blocks; None for the others."""
    sums = [None if row.inside_block else at for row, at in zip(rows, heights, strict=True)]
    inside = [at if row.inside_block else None for row, at in zip(rows, heights, strict=True)]
    return sums, inside


def _all_starts(values: Values) -> None:
    """Layer 1's gradient for both initialisations, with and without norm."""
    table, words = _table(start_of(values), tuple(norms_shown(values)))
    st.html(table)
    st.caption(words)


@kept
def _table(shown: Start, norms: tuple[bool, ...]) -> tuple[str, str]:
    """The table of all starts as HTML, those that are shown marked, and what it says."""
    kinds = list(product(START_NAMES, (False, True)))
    pairs = {kind: pair(replace(shown, initialisation=kind[0]), kind[1]) for kind in kinds}
    rows = "".join(
        f'<tr class="{"shown" if start == shown.initialisation and norm in norms else ""}">'
        f"<td>{START_NAMES[start]}{' + norm' if norm else ''}</td>"
        f"{_cell(one.plain)}{_cell(one.residual)}</tr>"
        for (start, norm), one in pairs.items()
    )
    table = (
        '<div class="cnnviz"><b>Gradient of layer 1</b><table class="starts"><tr><th>start</th>'
        f"<th>plain</th><th>residual</th></tr>{rows}</table></div>"
    )
    return table, near_one_words(pairs)


def _cell(rows: Sequence[LayerFlow]) -> str:
    norm = rows[0].gradient_norm
    return f'<td class="{"near" if is_near_one(norm) else ""}"><b>{said(norm)}</b></td>'


def is_near_one(norm: float) -> bool:
    """Whether a gradient has about the size that weights have: from 0.1 to 10."""
    return NEAR_ONE[0] <= norm <= NEAR_ONE[1]


def near_one_words(pairs: Mapping[tuple[str, bool], Pair]) -> str:
    """Which kind of network stays near 1 (framed) from both starts, worked out from the table."""
    kinds = {
        "plain without norm": [p.plain for (_, norm), p in pairs.items() if not norm],
        "plain with norm": [p.plain for (_, norm), p in pairs.items() if norm],
        "skips without norm": [p.residual for (_, norm), p in pairs.items() if not norm],
        "skips and norm together": [p.residual for (_, norm), p in pairs.items() if norm],
    }
    staying = [
        name
        for name, runs in kinds.items()
        if all(is_near_one(rows[0].gradient_norm) for rows in runs)
    ]
    if not staying:
        return "Framed: near 1 (0.1 to 10). None of the four kinds is near 1 from both starts."
    only = "only " if len(staying) == 1 else ""
    kinds_said = " and ".join(staying)
    return f"Framed: near 1 (0.1 to 10). Whatever the start, {only}{kinds_said} stay near 1."


def _formula(values: Values) -> None:
    function = ACTIVATION_NAMES[values.activation]
    formula = (
        f'<span class="formula">y = {function}(s), s = x + F(x) &nbsp;⇒&nbsp; ∂L/∂x = ∂L/∂s · ('
        f"{term(1, 'shortcut')} + {term('∂F/∂x', 'main path')})</span>"
    )
    page.numbers([], [formula], "the shortcut is the 1: no weight can shrink it")
