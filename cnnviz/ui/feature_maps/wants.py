"""What a unit wants to see: a picture made for it, what the switches are for, recorded ones."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace

import streamlit as st
from torch import Tensor

from cnnviz.cluster.order import Order
from cnnviz.figures.pictures import Encoded
from cnnviz.figures.shown import shown
from cnnviz.figures.tables import figure, row_of_figures
from cnnviz.figures.wants.made import Way, encoded, score, ways_html
from cnnviz.models.transforms import PictureTransform
from cnnviz.progress import Progress, report
from cnnviz.ui import page
from cnnviz.ui.charts.line_chart import Chart, Line, line_chart
from cnnviz.ui.choices import segments
from cnnviz.ui.feature_maps.address import ADDRESS, UNITS, Values
from cnnviz.ui.feature_maps.exciting import show_exciting
from cnnviz.ui.feature_maps.guess import show_guess
from cnnviz.ui.feature_maps.one_map import lens_of
from cnnviz.ui.feature_maps.seen import Seen, chosen_map, is_pass_large
from cnnviz.ui.feature_maps.wants_sheet import wants_sheet
from cnnviz.ui.job_panel import duration, long_work, visitor
from cnnviz.ui.jobs import Ordered, Task, jobs
from cnnviz.ui.kept import Result, account
from cnnviz.ui.weights.sent import can_be_sent, sent
from cnnviz.wants.dream import Held, Recipe, dream, held
from cnnviz.wants.recorded import recorded, recorded_picture
from cnnviz.wants.unit import Unit

SIDES = {"squeezenet1.1": 224}  # as it reads photos; other networks' passes take more
SHOWN_STEPS = (1, 8, 32, 128)  # whose pictures are kept
LOOK_EVERY_S = 0.8
PLACE = "feature_maps_wants"
ONE_CHANNEL = {"cell": (-1, -1), "unit": "channel"}
SWITCHES = {
    "all on": (True, True, True),
    "waves off": (False, True, True),
    "moves off": (True, False, True),
    "colours off": (True, True, False),
    "all off": (False, False, False),
}


# What another machine tells: see `cnnviz.cluster.works.optimised`.
Growth = tuple[list[float], list[tuple[int, Tensor]], Tensor, *tuple[Held, ...]]


@dataclass(frozen=True)
class Made:
    """A picture and how it came about; `held` is None while it still grows."""

    picture: Encoded
    scores: tuple[float, ...]
    early: tuple[tuple[int, Encoded], ...]
    held: Held | None = None


def unit_of(values: Values, seen: Seen) -> Unit:
    """The unit that is asked for."""
    if values.unit == "class":
        classes = len(seen.network.classes)
        return Unit("", min(max(0, values.wish), classes - 1), "class")
    what = "cell" if values.unit == "cell" else "channel"
    return Unit(seen.layer.name, chosen_map(values, seen), what)


def recipe_of(values: Values, seen: Seen) -> Recipe:
    """How it is made."""
    return Recipe(
        SIDES.get(seen.model_name, Recipe.side),
        values.steps,
        values.noise,
        values.waves,
        values.moves,
        values.colours,
    )


def wants(values: Values, seen: Seen) -> None:
    """The picture while it grows, its curve, pictures that excite the unit, and the switches."""
    if not isinstance(seen.network.transform, PictureTransform):
        st.info("Pictures are made for networks that were trained on pictures: choose one of them.")
        return
    unit, recipe = unit_of(values, seen), recipe_of(values, seen)
    with page.stage():
        _controls(values, seen)
        picture, growth = st.columns([1, 1.4], gap="medium")
        with picture:
            _grown(seen, unit, recipe)
        with growth:
            _offer(seen, unit, recipe)
            _curve(seen, unit, recipe)
    with st.container(border=True):
        _ours(values, seen, unit)
    if unit.what != "class" and not is_pass_large(seen):
        with st.container(border=True):
            _guess(seen, unit)
    with st.container(border=True):
        _compare(seen, unit, recipe)
    _recorded(values, seen)


def _controls(values: Values, seen: Seen) -> None:
    with st.container(
        horizontal=True, vertical_alignment="bottom", gap="small", key="feature_maps_row"
    ):
        segments(ADDRESS, "unit", "Excite", UNITS, "A map's mean, its middle cell, or a class.")
        if values.unit == "class":
            if values.wish >= len(seen.network.classes):
                ADDRESS.set(wish=0)
            st.selectbox(
                "Class",
                range(len(seen.network.classes)),
                key=ADDRESS.key("wish"),
                format_func=lambda index: seen.network.classes[index],
                width=180,
            )
        st.number_input(
            "Steps", 1, 512, key=ADDRESS.key("steps"), width=110, help="Of gradient ascent."
        )
        st.number_input(
            "Seed", 0, 9999, key=ADDRESS.key("noise"), width=110,
            help="Of the noise that it begins with, and of the moves.",
        )  # fmt: skip
        st.toggle(
            "Waves", key=ADDRESS.key("waves"),
            help="Optimise amplitudes of waves, not pixels: neighbours are decorrelated, and "
            "coarse shapes grow as quickly as fine grain.",
        )  # fmt: skip
        st.toggle(
            "Moves", key=ADDRESS.key("moves"),
            help="Move and scale the picture a little before each step: what excites only at one "
            "exact place does not survive.",
        )  # fmt: skip
        st.toggle(
            "Colours", key=ADDRESS.key("colours"),
            help="Mix colours as they vary together in photographs: without, they turn neon.",
        )  # fmt: skip


def _key(seen: Seen, unit: Unit, recipe: Recipe) -> Hashable:
    return ("wants", seen.key, unit, recipe)


def made(seen: Seen, unit: Unit, recipe: Recipe) -> Made | None:
    """The picture, if it was made; while it grows, as far as it is."""
    found = account().get(_key(seen, unit, recipe))
    return found.value if found else None


def _task(seen: Seen, unit: Unit, recipe: Recipe, name: str) -> Task:
    key = _key(seen, unit, recipe)

    def work(progress: Progress) -> None:
        _make(seen, unit, recipe, progress)

    def order() -> Order | None:
        if _is_done(seen, unit, recipe):
            return None
        model = sent(seen.model_name, seen.network)
        given = {"model": model, "unit": unit, "recipe": recipe, "early": SHOWN_STEPS}
        return Order("optimised", given, is_shared=isinstance(model, str))

    def keep(found: Growth) -> None:
        account().put(key, Result(_pictured(*found)))

    is_sent = can_be_sent(seen.model_name, seen.network)
    return Task(name, work, Ordered(order, keep, keep) if is_sent else None)


def _pictured(
    scores: list[float],
    early: list[tuple[int, Tensor]],
    picture: Tensor,
    held: Held | None = None,
) -> Made:
    """What another machine has told, as it is shown."""
    shown = tuple((step, encoded(one)) for step, one in early)
    return Made(encoded(picture), tuple(scores), shown, held)


def _make(seen: Seen, unit: Unit, recipe: Recipe, progress: Progress) -> None:
    """Make the picture; what there is of it can be looked at meanwhile.

    Raises:
        StoppedError: `progress` said so; what there was of it is kept.
    """
    key, network, scores = _key(seen, unit, recipe), seen.network, []
    early: list[tuple[int, Encoded]] = []
    for moment in dream(network, [unit], recipe):
        scores.append(moment.scores[0].item())
        last = moment.pictures[0]
        if moment.step in SHOWN_STEPS or moment.step == recipe.steps:
            early.append((moment.step, encoded(last)))
        if moment.step % 4 == 1 or moment.step == recipe.steps:
            account().put(key, Result(Made(encoded(last), tuple(scores), tuple(early))))
        report(progress, moment.step / recipe.steps)
    done = Made(encoded(last), tuple(scores), tuple(early), held(network, unit, last))
    account().put(key, Result(done))


def _is_done(seen: Seen, unit: Unit, recipe: Recipe) -> bool:
    found = made(seen, unit, recipe)
    return found is not None and found.held is not None


def _ways(recipe: Recipe) -> dict[str, Recipe]:
    return {
        name: replace(recipe, has_waves=waves, is_moved=moves, has_colours=colours)
        for name, (waves, moves, colours) in SWITCHES.items()
    }


def _offer(seen: Seen, unit: Unit, recipe: Recipe) -> None:
    if _is_done(seen, unit, recipe):
        return
    long_work(
        _key(seen, unit, recipe),
        lambda: [_task(seen, unit, recipe, "Making the picture")],
        button="Make the picture",
        place=PLACE,
        help=f"{recipe.steps} steps of gradient ascent from noise.",
        wait=f"About {max(1, round(recipe.steps * 15 / 128))} s on a quiet server",
        like=(seen.model_name, recipe.steps),
        icon="auto_awesome",
    )


def _grown(seen: Seen, unit: Unit, recipe: Recipe) -> None:
    """The picture; while it is being made, anew every 0.8 s."""
    if jobs().watch(_key(seen, unit, recipe), visitor()):
        _growing(seen, unit, recipe)
    else:
        _picture(seen, unit, recipe)


@st.fragment(run_every=LOOK_EVERY_S)
def _growing(seen: Seen, unit: Unit, recipe: Recipe) -> None:
    _picture(seen, unit, recipe)


def _picture(seen: Seen, unit: Unit, recipe: Recipe) -> None:
    found = made(seen, unit, recipe)
    name = name_of(seen, unit)
    if found is None:
        _not_made_yet(seen, unit, name)
        return
    alt = f"Made for {name}: score {score(found.scores[-1])}"
    st.image(found.picture.data, alt=alt, width="stretch")
    st.caption(f"Made from noise for **{shown(name)}**, step {len(found.scores)}")


def _not_made_yet(seen: Seen, unit: Unit, name: str) -> None:
    """The recorded picture, if there is one, until a larger one is made."""
    known = recorded(seen.model_name, seen.layer.name) if unit.what == "channel" else None
    if known is None:
        st.caption(f"No picture for {shown(name)} yet: press “Make the picture”.")
        return
    small = recorded_picture(known, unit.index)
    alt = f"Recorded for {name}: score {score(known.scores[unit.index])}"
    st.image(encoded(small).data, alt=alt, width=256)
    st.caption(
        f"Recorded for **{shown(name)}**, {known.recipe.side} × {known.recipe.side} pixels. "
        "“Make the picture” makes a larger one before your eyes."
    )


def name_of(seen: Seen, unit: Unit) -> str:
    """What the unit is called."""
    if unit.what == "class":
        return f"the class {seen.network.classes[unit.index]}"
    what = "the middle cell of channel" if unit.what == "cell" else "channel"
    return f"{what} {unit.index} of {unit.layer}"


def _curve(seen: Seen, unit: Unit, recipe: Recipe) -> None:
    found = made(seen, unit, recipe)
    if found is None:
        return
    if found.early:
        cells = [figure(one, f"Step {step}", f"step {step}") for step, one in found.early]
        st.html(f'<div class="cnnviz">{row_of_figures(cells)}</div>')
    line_chart(_chart(found, _other_curves(seen, unit, recipe)), key="feature_maps_wants_curve")
    if found.held:
        scores = {"Score as it is": found.held.as_it_is, "Moved and scaled": found.held.moved}
        numbers = "".join(
            f'<div class="number"><span>{name}</span><b>{score(value)}</b></div>'
            for name, value in scores.items()
        )
        st.html(f'<div class="cnnviz"><div class="strip">{numbers}</div></div>')


def _other_curves(seen: Seen, unit: Unit, recipe: Recipe) -> dict[str, Made]:
    """What was made with all switches off, where that is another setting, by its name."""
    name = "all off"
    other = made(seen, unit, _ways(recipe)[name])
    return {name: other} if other and _ways(recipe)[name] != recipe else {}


def _chart(found: Made, others: Mapping[str, Made]) -> Chart:
    """The score, step by step."""

    def line(name: str, scores: Sequence[float], role: str, is_dashed: bool = False) -> Line:
        return Line(name, role, list(enumerate(scores, 1)), is_dashed)

    steps, (low, high) = len(found.scores), _ends(found, *others.values())
    return Chart(
        "Score", "step by step",
        [*(line(name, one.scores, "red", True) for name, one in others.items()),
         line("this setting", found.scores, "blue")],
        [(1, "1"), (steps, f"step {steps}")],
        [(value, score(value)) for value in sorted({low, 0.0, high})],
        f"This setting goes from {score(found.scores[0])} to {score(found.scores[-1])}."
        + "".join(f" {name}: {score(one.scores[-1])}." for name, one in others.items()),
        height=124,
    )  # fmt: skip


def _ends(*made: Made) -> tuple[float, float]:
    """The lowest and the highest score, and zero between them."""
    every = [0.0, *(one for curve in made for one in curve.scores)]
    return min(every), max(every)


def _ours(values: Values, seen: Seen, unit: Unit) -> None:
    """The sample pictures that excite the channel most."""
    if unit.what == "class":
        st.caption("A class is asked of the whole network: see Heatmaps for what speaks for it.")
        return
    st.markdown("**Our pictures that excite it most**")
    show_exciting(values, seen, lens_of(values, seen).sees)
    st.caption("A channel has no name: look, guess, then test by blurring what you guess, below.")


def _guess(seen: Seen, unit: Unit) -> None:
    """The picture that is chosen, to blur what the channel is believed to look for."""
    st.markdown(f"**Test a guess about channel {unit.index}** · in “{shown(seen.picture.title)}”")
    show_guess(seen, unit)


def _compare(seen: Seen, unit: Unit, recipe: Recipe) -> None:
    """The same with each switch off: by two scores."""
    st.markdown(
        "**Is this picture enhanced? What each switch is for** · pale: the score as it is, blue: "
        "the mean of 16 moved and scaled a little"
    )
    ways = _ways(recipe)
    known = {name: found for name, way in ways.items() if (found := made(seen, unit, way))}
    done = {name: found for name, found in known.items() if found.held}
    if done:
        st.html(
            ways_html(
                [
                    Way(name, one.picture, one.held.as_it_is, one.held.moved, ways[name] == recipe)
                    for name, one in done.items()
                    if one.held
                ],
                len(ways),
            )
        )
    missing = [name for name in ways if name not in done]
    if missing:
        long_work(
            ("wants ways", seen.key, unit, recipe),
            lambda: [_task(seen, unit, ways[name], name) for name in missing],
            button=f"Make {len(missing)} to compare",
            place=f"{PLACE}_ways",
            help="Each switch off by itself, and all off: as many pictures, one after the other.",
            wait=f"About {duration(len(missing) * recipe.steps * 15 / 128)} on a quiet server",
            count=len(missing),
            like=(seen.model_name, recipe.steps),
        )


def _recorded(values: Values, seen: Seen) -> None:
    known = recorded(seen.model_name, seen.layer.name)
    if known is None:
        return
    recipe = known.recipe
    with st.container(border=True):
        st.markdown(
            f"**Every channel of {shown(known.layer)}**, recorded: {recipe.side} × {recipe.side} "
            f"pixels, {recipe.steps} steps, seed {recipe.seed}, all switches on, by "
            f"`{known.command}`"
        )
        wants_sheet(
            known,
            key="feature_maps_wants_sheet",
            selected=chosen_map(values, seen),
            on_select=lambda channel: ADDRESS.set(map=channel, **ONE_CHANNEL),
            says=ADDRESS.said(**ONE_CHANNEL),
        )
