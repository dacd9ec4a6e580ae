"""Some maps of the layer switched off, and what the network says without them."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from html import escape

import streamlit as st
import torch
from torch import Tensor

from cnnviz.counting import percent
from cnnviz.figures.shown import shown
from cnnviz.probes.ablation_by_chance import DRAWS, Control, ablated_by_chance
from cnnviz.probes.excitation import ablate
from cnnviz.probes.maps import MapStatistics, sorted_maps
from cnnviz.progress import Progress
from cnnviz.ui.feature_maps.address import (
    ADDRESS,
    MOST_OFF,
    OFF,
    SCORES,
    WHOLE,
    Values,
    channels_of,
    read_channels,
)
from cnnviz.ui.feature_maps.map_sheet import map_sheet, maps_in_view, marks_of, statistics_of
from cnnviz.ui.feature_maps.seen import Place, Seen, let_go_of_pass
from cnnviz.ui.fields import Field, fields
from cnnviz.ui.finding.terms import meaning
from cnnviz.ui.insides.runs import run_again
from cnnviz.ui.job_panel import long_work
from cnnviz.ui.jobs import Task
from cnnviz.ui.kept import account, found_or_made, kept
from cnnviz.ui.mosaic_view import Mark, Says

SHOWN_CLASSES = 6
STRONGEST = 8
PROBLEM = "_feature_maps_off_problem"


@kept
def _scores(place: Place, _seen: Seen) -> Tensor:
    """With all maps, (1, classes)."""
    let_go_of_pass(_seen)
    with torch.inference_mode():
        return _seen.network.model(_seen.batch)


@kept
def _probabilities(
    place: Place, layer: str, off: tuple[int, ...], _seen: Seen
) -> tuple[Tensor, Tensor] | None:
    """Before and after, (classes,) each; None of a network that does not end in class scores."""
    before = _scores(place, _seen)
    let_go_of_pass(_seen)
    said = ablate(_seen.network.model, _seen.batch, layer, off, before)
    if said.before.ndim != 2 or said.before.shape[1] != len(_seen.network.classes):
        return None
    return said.before[0].softmax(0), said.after[0].softmax(0)


def said_without(seen: Seen, off: list[int]) -> tuple[Tensor, Tensor] | None:
    """The probability of every class with all maps, and without those; None without classes."""
    return _probabilities(seen.place, seen.layer.name, tuple(off), seen)


@st.fragment(key=OFF)
def switches(seen: Seen) -> None:
    """The mosaic in which a click switches a map off or on; the scores follow at once."""
    values, statistics = ADDRESS.values(), statistics_of(seen)
    off = channels_of(values.off, seen.layer.shape[0])
    channels = maps_in_view(replace(values, show="all"), statistics)
    signs: dict[int, Mark] = marks_of(statistics)
    signs.update(dict.fromkeys(off, "off"))
    map_sheet(
        seen,
        channels,
        statistics,
        key="feature_maps_off",
        per_map=values.per_map,
        marks=signs,
        on_select=_switch,
        follows=[OFF, SCORES],
        on_rest=lambda: run_again(WHOLE),
        says=Says("off", [str(channel) for channel in channels], is_set=True),
    )


def _switch(channel: int) -> None:
    _set({channel} ^ set(channels_of(ADDRESS.values().off, 10_000)))


def _set(off: set[int]) -> None:
    st.session_state[PROBLEM] = ""
    ADDRESS.set(off=",".join(str(channel) for channel in sorted(off)[:MOST_OFF]))


def buttons(values: Values, statistics: MapStatistics) -> None:
    """The numbers to type, and many maps at once."""
    count = len(statistics.strength)
    off = channels_of(values.off, count)
    strongest = sorted_maps(statistics, "distance")[:STRONGEST]
    everything = set(range(min(count, MOST_OFF)))
    with st.container(
        horizontal=True, vertical_alignment="bottom", gap="small", key="feature_maps_row"
    ):
        fields([_typed_field(values.off)], key="feature_maps_off_typed", on_typed=_typed)
        st.button(
            f"{len(strongest)} strongest",
            key="feature_maps_off_strongest",
            on_click=_set,
            args=({*off, *strongest},),
            width="content",
        )
        st.button(
            "The others",
            key="feature_maps_off_others",
            on_click=_set,
            args=(everything - set(off),),
            width="content",
        )
        st.button(
            "None",
            key="feature_maps_off_none",
            on_click=_set,
            args=(set(),),
            disabled=not off,
            width="content",
        )
    if st.session_state.get(PROBLEM):
        st.error(shown(st.session_state[PROBLEM]), icon=":material/block:")


def _typed_field(off: str) -> Field:
    return Field(
        "off",
        "Switched off",
        off,
        help=f"Numbers of maps with commas between them. {meaning('ablation')}",
        placeholder="none: click maps, or type 3,17",
    )


def _typed(texts: dict[str, str]) -> None:
    try:
        ADDRESS.set(off=read_channels(texts["off"]))
        st.session_state[PROBLEM] = ""
    except ValueError as error:
        typed = texts["off"][:40]
        st.session_state[PROBLEM] = f"“{typed}” is not possible here: it takes {error}."


@st.fragment(key=SCORES)
def scores(seen: Seen) -> None:
    """The class scores with all maps and without those that are switched off."""
    count = seen.layer.shape[0]
    off = channels_of(ADDRESS.values().off, count)
    said = said_without(seen, off)
    if said is None:
        st.info("This network does not end in class scores, so there are none to compare.")
        return
    st.html(score_bars(seen.network.classes, *said, shown=SHOWN_CLASSES))
    control = _known_control(seen, off, said[0])
    st.caption(_verdict(seen, off, count, *said) + _against_chance(said, control))
    if control is None and 0 < len(off) < count:
        long_work(
            _control_key(seen, off, said[0]),
            lambda: [_task(seen, off, said[0])],
            button="Is that more than chance?",
            place="feature_maps_off",
            help=f"The control: as many maps, drawn by chance, {DRAWS} times.",
            wait="A few seconds",
            like=(seen.model_name, seen.size),
        )


def _control_key(seen: Seen, off: list[int], before: Tensor) -> Hashable:
    return "switched off by chance", seen.place, seen.layer.name, len(off), int(before.argmax())


def _known_control(seen: Seen, off: list[int], before: Tensor) -> Control | None:
    found = account().get(_control_key(seen, off, before))
    return found.value if found else None


def _task(seen: Seen, off: list[int], before: Tensor) -> Task:
    def work(progress: Progress) -> None:
        found_or_made(
            _control_key(seen, off, before),
            lambda: ablated_by_chance(
                seen.network.model,
                seen.batch,
                seen.layer.name,
                seen.layer.shape[0],
                len(off),
                int(before.argmax()),
                progress,
            ),
        )

    return Task("As many maps by chance", work)


def _against_chance(said: tuple[Tensor, Tensor], control: Control | None) -> str:
    """What as many maps by chance leave of the class that was said first, and what that tells."""
    if control is None:
        return ""
    first = int(said[0].argmax())
    low, high = percent(float(control.left.min()), 1), percent(float(control.left.max()), 1)
    verdict = {
        "more": "these take more than chance does",
        "less": "these take less than chance does",
        "none": "these are not told from chance",
    }[control.side(float(said[1][first]))]
    return (
        f" As many drawn by chance, {DRAWS} times, leave "
        f"{percent(float(control.left.median()), 1)} in the middle, {low} to {high}: **{verdict}**."
    )


def _verdict(seen: Seen, off: list[int], count: int, before: Tensor, after: Tensor) -> str:
    first, then = int(before.argmax()), int(after.argmax())
    names = seen.network.classes
    if not off:
        return f"All {count} maps of {seen.layer.name} are on. Click one to switch it off."
    what = f"Without {len(off)} of {count} maps of {seen.layer.name}"
    if first == then:
        return (
            f"{what} it still says **{names[first]}**, "
            f"{percent(float(before[first]), 1)} → {percent(float(after[first]), 1)}."
        )
    return (
        f"{what} it no longer says **{names[first]}** "
        f"({percent(float(before[first]), 1)} → {percent(float(after[first]), 1)}) "
        f"but **{names[then]}** "
        f"({percent(float(before[then]), 1)} → {percent(float(after[then]), 1)})."
    )


def score_bars(classes: tuple[str, ...], before: Tensor, after: Tensor, shown: int) -> str:
    """HTML: for the classes that matter in either, two bars and both numbers."""
    first = before.argsort(descending=True)[:shown].tolist()
    then = after.argsort(descending=True)[: shown // 2].tolist()
    kept = list(dict.fromkeys([*first[: shown - 1], *then, *first]))[:shown]
    rows = LEGEND + "".join(_row(classes[i], float(before[i]), float(after[i])) for i in kept)
    return f'<div class="cnnviz" style="display:grid;gap:9px;font-size:13.5px">{rows}</div>'


LEGEND = (
    '<span style="color:var(--soft);font-size:12.5px">'
    '<i style="display:inline-block;width:18px;height:8px;border-radius:4px;background:#8b95a5">'
    '</i> with all maps &nbsp; <i style="display:inline-block;width:18px;height:8px;'
    'border-radius:4px;background:#1f9d6b"></i> without them</span>'
)


def _row(name: str, before: float, after: float) -> str:
    bars = _bar(before, "#8b95a5") + _bar(after, "#1f9d6b")
    arrow = "→" if abs(after - before) < 0.0005 else "↑" if after > before else "↓"
    return (
        '<span style="display:grid;grid-template-columns:1fr auto;gap:1px 10px">'
        f'<span style="overflow-wrap:anywhere">{escape(name)}</span>'
        f"<span>{percent(before, 1)} {arrow} <b>{percent(after, 1)}</b></span>"
        f'<span style="grid-column:1/3;display:grid;gap:2px" role="img" '
        f'aria-label="{escape(name)}: {percent(before, 1)} before, {percent(after, 1)} after">'
        f"{bars}</span></span>"
    )


def _bar(share: float, colour: str) -> str:
    return (
        '<span style="display:block;height:8px;border-radius:4px;background:var(--line)">'
        f'<span style="display:block;height:8px;border-radius:4px;width:{100 * share:.2f}%;'
        f'background:{colour}"></span></span>'
    )
