"""The loss around a plain and a residual network's weights, recorded or computed in the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import streamlit as st

from cnnviz.figures.residual.contours import contour_segments, svg_path
from cnnviz.figures.residual.surfaces import (
    LossScale,
    Rows,
    loss_picture,
    loss_scale,
    patch_colours,
)
from cnnviz.figures.style import SEQUENTIAL, css_gradient
from cnnviz.residual.landscape import grid
from cnnviz.residual.recording import POINTS, SEEDS, SURFACE_PICTURES, recording
from cnnviz.ui import page
from cnnviz.ui.choices import seed, segments
from cnnviz.ui.job_panel import long_work
from cnnviz.ui.residual.address import (
    ADDRESS,
    HEIGHTS,
    POINT_STOPS,
    REACHES,
    RUNS,
    SOURCES,
    Values,
)
from cnnviz.ui.residual.charts import Scale, Tick
from cnnviz.ui.residual.landscape_maps import LevelLine, LossMap, landscape_maps
from cnnviz.ui.residual.live import (
    AROUND_DEPTH,
    AROUND_PICTURES,
    AROUND_STEPS,
    BATCH_SIZE,
    Around,
    around,
    around_tasks,
)
from cnnviz.ui.residual.places import Places
from cnnviz.ui.residual.words import percent
from cnnviz.ui.taking.offers import offer_numbers

GUESS = log(10)  # the loss of a network that gives each of ten classes a tenth
LEVELS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
NAMES = {False: "Plain", True: "Residual"}


@dataclass(frozen=True)
class Landscape:
    """Two surfaces over the same two directions, plain first.

    Attributes:
        places: along both directions, in lengths of each filter.
        plain: loss by row (second direction, from the lowest) and column (first direction).
        residual: the same.
        words: how the networks were trained.
    """

    places: tuple[float, ...]
    plain: Rows
    residual: Rows
    words: str

    @property
    def named(self) -> tuple[tuple[str, Rows], tuple[str, Rows]]:
        """Both surfaces with their names."""
        return (NAMES[False], self.plain), (NAMES[True], self.residual)

    @property
    def middle(self) -> int:
        """The place of the weights themselves."""
        return len(self.places) // 2


def show_landscape(values: Values, places: Places) -> None:
    """The controls, the surfaces, the maps from above and the section."""
    with places.main:
        _reach()
    with places.more:
        _switches(values)
    if values.source == "recorded":
        shown: Landscape | None = recorded_landscape(values.run)
        with places.more:
            _recorded_words(values)
    else:
        asked = around((values.first, values.second), int(values.points), values.seed)
        shown = live_landscape(asked)
        _live_controls(asked, places)
    with places.right, page.stage():
        if shown is None:
            st.info(
                "Nothing has been computed with these settings yet: “Compute it here” trains two "
                "small networks and then looks around their weights, row by row.",
                icon=":material/landscape:",
            )
            return
        shown = within(shown, float(values.reach))
        _stage(values, shown)
    with places.right:
        page.numbers([], [], summary(shown))
    offer_numbers(
        "two surfaces of the loss",
        ADDRESS,
        lambda: {"places": shown.places, "plain": shown.plain, "residual": shown.residual},
    )


def recorded_landscape(run: str) -> Landscape:
    """The surfaces that come with the project."""
    depth, steps = (int(part) for part in run.split("-"))
    plain, residual = (recording().run(depth, steps, skip).surface for skip in (False, True))
    return Landscape(tuple(grid(POINTS)), plain, residual, f"{depth} layers, {steps} steps")


def live_landscape(around: Around) -> Landscape | None:
    """What was computed in the page, when both surfaces are whole."""
    if not around.is_over:
        return None
    words = f"{AROUND_DEPTH} layers, {AROUND_STEPS} steps"
    return Landscape(tuple(grid(around.points)), around.rows[False], around.rows[True], words)


def within(shown: Landscape, reach: float) -> Landscape:
    """The part of a landscape that is not further from the weights than `reach`."""
    inside = [at for at, place in enumerate(shown.places) if abs(place) <= reach + 1e-9]

    def cut(rows: Rows) -> Rows:
        return [[rows[row][column] for column in inside] for row in inside]

    kept = tuple(shown.places[at] for at in inside)
    return Landscape(kept, cut(shown.plain), cut(shown.residual), shown.words)


def _switches(values: Values) -> None:
    segments(
        ADDRESS,
        "source",
        "Run",
        SOURCES,
        "Surfaces that were computed beforehand by this project’s own code, or coarse ones "
        "computed in this page.",
    )
    if values.source == "recorded":
        st.selectbox(
            "Networks",
            list(RUNS),
            key=ADDRESS.key("run"),
            format_func=RUNS.__getitem__,
            help="Depth of both networks and how long both were trained: it decides the picture.",
        )
    segments(
        ADDRESS,
        "height",
        "Height",
        HEIGHTS,
        "Of the surface and of the section. Colours always follow the logarithm of the loss.",
    )


def _reach() -> None:
    st.select_slider(
        "Reach",
        REACHES,
        key=ADDRESS.key("reach"),
        format_func=lambda reach: f"± {reach}",
        help="How far from the weights: ±1 moves each filter by its own length.",
    )


def _recorded_words(values: Values) -> None:
    kept = recording()
    rule = kept.recipe
    rows = "".join(_run_row(run, run == values.run) for run in RUNS)
    st.html(
        '<div class="cnnviz"><b>Test digits right</b><table class="starts">'
        f"<tr><th>layers, steps</th><th>plain</th><th>residual</th></tr>{rows}</table></div>"
    )
    st.markdown(
        f":red[●] :small[**Recorded** on {kept.date} by our code: {kept.data}; width "
        f"{rule['width']:g}, {rule['batch_size']:g} digits a step, one cycle of SGD up to "
        f"{rule['peak_rate']:g}, seed {rule['seed']:g}. Loss on {SURFACE_PICTURES} training "
        f"digits, norm by batch, {POINTS} × {POINTS} points, directions of seeds "
        f"{SEEDS[0]} and {SEEDS[1]}.]"
    )
    st.code(kept.command, language="bash", wrap_lines=True)


def _run_row(run: str, is_shown: bool) -> str:
    depth, steps = (int(part) for part in run.split("-"))
    cells = "".join(
        f"<td>{percent(recording().run(depth, steps, skip).right)}</td>" for skip in (False, True)
    )
    return f'<tr class="{"shown" if is_shown else ""}"><td>{depth}, {steps}</td>{cells}</tr>'


def _live_controls(around: Around, places: Places) -> None:
    with places.more:
        first, second = st.columns(2)
        direction = "Seed of a random direction."
        with first:
            seed(ADDRESS, direction, name="first", label="Direction 1")
        with second:
            seed(ADDRESS, direction, name="second", label="Direction 2")
        st.select_slider(
            "Points",
            POINT_STOPS,
            key=ADDRESS.key("points"),
            format_func=lambda points: f"{points} × {points}",
            help="At how many places the loss is computed: each is the whole network, moved.",
        )
        seed(ADDRESS, "Of the weights and the batches.")
        st.caption(
            f"{AROUND_DEPTH} layers, width {around.race.recipe.width}, {AROUND_STEPS} steps of "
            f"{BATCH_SIZE} digits of our own pen; loss on {AROUND_PICTURES} of them, norm by batch."
        )
    if not around.is_over:
        with places.bar:
            long_work(
                around.key,
                lambda: around_tasks(around),
                button="Compute it here",
                place="residual_around",
                help=f"Two networks of {AROUND_DEPTH} layers are trained and then moved to "
                f"{around.points} × {around.points} places.",
                wait="About a minute",
                like=around.points,
            )


def _stage(values: Values, shown: Landscape) -> None:
    scale = loss_scale(shown.plain, shown.residual)
    cell = nearest(shown.places, values.b), nearest(shown.places, values.a)
    is_log = values.height == "log"

    def pin(cell: tuple[int, int]) -> None:
        ADDRESS.set(b=shown.places[cell[0]], a=shown.places[cell[1]])

    landscape_maps(
        [_loss_map(name, rows, shown, scale, is_log) for name, rows in shown.named],
        len(shown.places),
        ticks=_ticks(scale, is_log),
        ends=(f"−{shown.places[-1]:g}", "direction 1", f"+{shown.places[-1]:g}"),
        rows=[f"direction 2 at {place:+.1f}" for place in shown.places],
        cell=cell,
        key="residual_landscape",
        on_pin=pin,
    )
    st.html(_legend(scale))


def nearest(places: Sequence[float], wanted: float) -> int:
    """The place that is nearest to a number."""
    return min(range(len(places)), key=lambda at: abs(places[at] - wanted))


def _about(rows: Rows, middle: int) -> str:
    return f"loss {rows[middle][middle]:.2f} at its weights, up to {highest(rows):.1f} around them"


def highest(rows: Rows) -> float:
    """The largest loss of a surface."""
    return max(map(max, rows))


def _alt(name: str, rows: Rows, shown: Landscape) -> str:
    return (
        f"A surface of the loss around the weights of the {name.lower()} network, {shown.words}: "
        f"{rows[shown.middle][shown.middle]:.2f} in the middle, up to {highest(rows):.1f}"
    )


def _loss_map(name: str, rows: Rows, shown: Landscape, scale: LossScale, is_log: bool) -> LossMap:
    losses = [loss for row in rows for loss in row]
    heights = _height_scale(scale, is_log)
    return LossMap(
        name=name,
        tone=name.lower(),
        about=_about(rows, shown.middle),
        surface_alt=_alt(name, rows, shown),
        colours=patch_colours(rows, scale),
        alt=f"{name} from above: losses from {min(losses):.2f} to {max(losses):.1f}",
        picture=loss_picture(rows, scale),
        lines=[_level_line(rows, level) for level in (*LEVELS, GUESS)],
        texts=[f"{loss:.2f}" for loss in losses],
        shares=[heights.share(max(loss, scale.low)) or 0.0 for loss in losses],
    )


def _level_line(rows: Rows, level: float) -> LevelLine:
    """A line of equal loss in units of cells: the lowest row at the bottom of the picture."""
    count = len(rows)
    segments = [
        ((a + 0.5, count - 0.5 - b), (c + 0.5, count - 0.5 - d))
        for (a, b), (c, d) in contour_segments(rows, level)
    ]
    return LevelLine(svg_path(segments), strong=level == GUESS)


def _height_scale(scale: LossScale, is_log: bool) -> Scale:
    return Scale(scale.low if is_log else 0.0, scale.high, is_log)


def _ticks(scale: LossScale, is_log: bool) -> list[Tick]:
    heights = _height_scale(scale, is_log)
    step = next(step for step in (1, 2, 4, 8, 16, 32, 1e9) if scale.high / step < 6)
    shown = LEVELS if is_log else [step * n for n in range(int(scale.high / step) + 1)]
    ticks = [
        Tick(heights.share(loss) or 0.0, f"{loss:g}")
        for loss in shown
        if (scale.low <= loss or not is_log) and loss <= scale.high
    ]
    guess = heights.share(GUESS)
    if guess is None or not 0 <= guess <= 1:
        return ticks
    return [
        *(tick for tick in ticks if abs(tick.share - guess) > 0.06),
        Tick(guess, "ln 10", strong=True),
    ]


def _legend(scale: LossScale) -> str:
    marks = "".join(
        f'<span style="left:{100 * scale.share(loss):.1f}%">{label}</span>'
        for loss, label in (*((level, f"{level:g}") for level in LEVELS if level != 2),
                            (GUESS, "<b>2.3</b>"))
        if 0.02 < scale.share(loss) < 0.98
    )  # fmt: skip
    return (
        '<div class="cnnviz loss_legend"><b>loss</b>'
        f'<div><i style="background:{css_gradient(SEQUENTIAL)}"></i>{marks}</div>'
        "<span>dashed: 2.3 = ln 10, guessing. Drag a surface to turn both; click a map to keep the "
        "amber line.</span></div>"
    )


def summary(shown: Landscape) -> str:
    """Which valley is deeper and which rises higher, from the numbers."""
    at = [rows[shown.middle][shown.middle] for _, rows in shown.named]
    top = [highest(rows) for _, rows in shown.named]
    deeper, higher = (NAMES[values[1] > values[0]].lower() for values in ([-v for v in at], top))
    return (
        f"{shown.words}: the {deeper} net’s weights lie deeper ({min(at):.2f} against "
        f"{max(at):.2f}); the {higher} one’s surroundings rise higher ({max(top):.1f} against "
        f"{min(top):.1f})"
    )
