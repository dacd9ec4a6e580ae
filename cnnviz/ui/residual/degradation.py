"""Degradation: deeper plain networks are worse, on the pictures that they are trained with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

import streamlit as st

from cnnviz.residual.recording import CURVE_EVERY, means, recording
from cnnviz.ui import page
from cnnviz.ui.choices import seed, segments
from cnnviz.ui.job_panel import long_work
from cnnviz.ui.page import Number
from cnnviz.ui.residual.address import ADDRESS, RACE_STEPS, SOURCES, Values
from cnnviz.ui.residual.charts import (
    Chart,
    Look,
    Panel,
    Scale,
    Series,
    Tick,
    Tone,
    Words,
    linked_charts,
)
from cnnviz.ui.residual.live import (
    BATCH_SIZE,
    CHUNK,
    DEPTHS,
    NUM_DIGITS,
    Race,
    race,
    race_tasks,
)
from cnnviz.ui.residual.places import Places
from cnnviz.ui.residual.words import percent
from cnnviz.ui.taking.offers import offer_numbers

RECORDED_DEPTHS, RECORDED_STEPS = (20, 56), 600
LAST = 2  # means at the end of a curve that count as where it ends
CLEARLY = 0.01  # of the pictures: less is the wobble of batches
HEIGHT = 250
NAMED_AT: dict[Look, float] = {"thin": 0.33, "solid": 0.5}  # of the way along the chart


@dataclass(frozen=True)
class Curve:
    """Training error of one network: share of the pictures named wrongly, means by step."""

    depth: int
    residual: bool
    errors: Sequence[float]

    @property
    def end(self) -> float:
        """The mean of its last values."""
        return fmean(self.errors[-LAST:])


def show_degradation(values: Values, places: Places) -> None:
    """The recorded curves, or those of a race in the page."""
    with places.more:
        _switches(values)
    if values.source == "recorded":
        curves, steps = recorded_curves(), RECORDED_STEPS
        _recorded_words(places)
    else:
        running = race(int(values.race_steps), values.seed)
        curves, steps = live_curves(running), running.recipe.steps
        _live_controls(values, running, places)
    with places.right:
        with page.stage():
            _charts(curves, steps)
        if curves:
            page.numbers(_strip(curves), [], summary(curves))
            offer_numbers("training error by step", ADDRESS, lambda: _numbers(curves))


def _numbers(curves: Sequence[Curve]) -> dict[str, Sequence[float]]:
    return {
        f"{'residual' if curve.residual else 'plain'}_{curve.depth}": curve.errors
        for curve in curves
    }


def recorded_curves() -> list[Curve]:
    """The curves that come with the project."""
    return [
        Curve(depth, residual, recording().run(depth, RECORDED_STEPS, residual).errors)
        for residual in (False, True)
        for depth in RECORDED_DEPTHS
    ]


def live_curves(race: Race) -> list[Curve]:
    """The curves of a race as far as all of its networks are."""
    whole = race.steps_done - race.steps_done % CURVE_EVERY
    if not whole:
        return []
    return [
        Curve(depth, residual, means([step.error for step in race.told[depth, residual][:whole]]))
        for residual in (False, True)
        for depth in DEPTHS
    ]


def _switches(values: Values) -> None:
    segments(
        ADDRESS,
        "source",
        "Run",
        SOURCES,
        "A long run made beforehand by this project’s own code, or a short one in this page.",
    )


def _recorded_words(places: Places) -> None:
    kept = recording()
    rule = kept.recipe
    with places.more:
        st.markdown(
            f":red[●] :small[**Recorded** on {kept.date} by our code, seed {rule['seed']:g}: "
            f"{kept.data}; width {rule['width']:g}, batch norm, {rule['batch_size']:g} digits a "
            f"step, {RECORDED_STEPS} steps of SGD (momentum 0.9), one cycle up to "
            f"{rule['peak_rate']:g}, weight decay {rule['weight_decay']:g}.]"
        )
        st.code(kept.command, language="bash", wrap_lines=True)


def _live_controls(values: Values, race: Race, places: Places) -> None:
    with places.more:
        st.select_slider(
            "Steps",
            RACE_STEPS,
            key=ADDRESS.key("race_steps"),
            help="Steps of SGD for each of the four networks.",
        )
        seed(
            ADDRESS,
            "Of the weights and of the order of the digits; the same for all four networks.",
        )
        st.caption(
            f"{NUM_DIGITS:,} digits drawn by our own pen, bent by chance, at 14 × 14; width "
            f"{race.recipe.width}, batch norm, {BATCH_SIZE} digits a step, one cycle of SGD up to "
            f"{race.recipe.peak_rate:g}. All four see the same batches."
        )
    if not race.is_over:
        with places.bar:
            long_work(
                race.key,
                lambda: race_tasks(race),
                button="Train four networks here",
                place="residual_race",
                help=f"{' and '.join(map(str, DEPTHS))} layers, plain and residual, "
                f"{race.recipe.steps} steps each.",
                wait="About half a minute",
                like=race.recipe.steps,
            )


def _charts(curves: Sequence[Curve], steps: int) -> None:
    if not curves:
        st.info(
            "Nothing has been trained with these settings yet: “Train four networks here” begins, "
            f"and the curves grow every {CHUNK} steps.",
            icon=":material/model_training:",
        )
        return
    count = steps // CURVE_EVERY
    panels = [
        _panel([curve for curve in curves if curve.residual == residual], residual, count)
        for residual in (False, True)
    ]
    places = [f"steps {n * CURVE_EVERY + 1} to {(n + 1) * CURVE_EVERY}" for n in range(count)]
    linked_charts(panels, places, key="residual_degradation")


def _panel(curves: Sequence[Curve], residual: bool, count: int) -> Panel:
    shallow, deep = curves
    name = "Residual" if residual else "Plain"
    return Panel(
        charts=(_chart(shallow, deep, count),),
        title=(
            Words(f"{name}:", strong=True),
            Words(f"{deep.depth} layers are"),
            Words(verdict(shallow, deep), _tone(shallow, deep), strong=True),
            Words(f"{shallow.depth}"),
        ),
        foot=(
            Words("wrong at the end"),
            Words(f"{shallow.depth} layers {percent(shallow.end)}", strong=True),
            Words(f"{deep.depth} layers {percent(deep.end)}", strong=True),
        ),
    )


def verdict(shallow: Curve, deep: Curve) -> str:
    """How the deeper network ends, against the shallower one."""
    if deep.end > shallow.end + CLEARLY:
        return "worse than"
    return "better than" if deep.end < shallow.end - CLEARLY else "as good as"


def _tone(shallow: Curve, deep: Curve) -> Tone:
    return "warn" if verdict(shallow, deep) == "worse than" else "good"


def _chart(shallow: Curve, deep: Curve, count: int) -> Chart:
    tone: Tone = "residual" if deep.residual else "plain"
    looks: dict[int, Look] = {shallow.depth: "thin", deep.depth: "solid"}
    scale = Scale(0, 1)
    return Chart(
        title="Training error",
        note=(Words("share of the batch named wrongly, means of 10 steps"),),
        alt=f"Training error by step: {shallow.depth} layers end at {percent(shallow.end)}, "
        f"{deep.depth} layers at {percent(deep.end)}",
        series=[
            _series(curve, tone, looks[curve.depth], scale, count) for curve in (shallow, deep)
        ],
        ticks=[Tick(share, percent(share)) for share in (0, 0.25, 0.5, 0.75, 1)],
        ends=("step 1", f"step {count * CURVE_EVERY}"),
        height=HEIGHT,
    )


def _series(curve: Curve, tone: Tone, look: Look, scale: Scale, count: int) -> Series:
    missing = count - len(curve.errors)
    return Series(
        f"{curve.depth} layers",
        tone,
        look,
        [*scale.shares(curve.errors), *[None] * missing],
        [*map(percent, curve.errors), *[""] * missing],
        NAMED_AT[look],
    )


def _strip(curves: Sequence[Curve]) -> list[Number]:
    return [
        Number(
            f"{'residual' if curve.residual else 'plain'}, {curve.depth} layers",
            percent(curve.end),
            "Share of the training pictures named wrongly at the end",
        )
        for curve in curves
    ]


def summary(curves: Sequence[Curve]) -> str:
    """What depth did to both kinds, in a sentence."""
    plain, residual = curves[:2], curves[2:]
    return (
        f"plain: deeper is {_short(verdict(*plain))}; residual: deeper is "
        f"{_short(verdict(*residual))}. It is the training error: no overfitting. One start each: "
        "how another seed ends, “Here, live” shows"
    )


def _short(words: str) -> str:
    return "as good" if words == "as good as" else words.removesuffix(" than")
