"""A mosaic of maps that answers pointing, arrow keys and a choice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import streamlit as st

from cnnviz.figures.filters import FilterSheet
from cnnviz.figures.mosaic import Mosaic
from cnnviz.figures.pictures import nice_limit, signed_limit
from cnnviz.figures.style import css_gradient
from cnnviz.ui import media, turns
from cnnviz.ui.components import register
from cnnviz.ui.insides.runs import run_again
from cnnviz.ui.sent import index, one_of, sent_index, word

Mark = Literal["dead", "saturated", "off"]
MARK_WORDS: dict[Mark, str] = {"dead": "dead", "saturated": "saturated", "off": "switched off"}

_mount = register("mosaic")


@dataclass(frozen=True)
class Order:
    """An order of the maps: its name, what it is called, and the index of the map at each place."""

    name: str
    label: str
    sequence: Sequence[int] | None = None  # None: as they come


@dataclass(frozen=True)
class Group:
    """Maps that can be shown alone: name, what they are called, how many there are."""

    name: str
    label: str
    count: int
    help: str = ""


@dataclass(frozen=True)
class Bar:
    """The choices below a mosaic; what was chosen is told before the run that it causes.

    Attributes:
        orders: the browser lays the maps out in them by itself.
        order: the name of today's.
        groups: of which Python shows one.
        group: the name of today's.
        on_order, on_group: told the name of another one.
    """

    orders: Sequence[Order]
    order: str
    groups: Sequence[Group]
    group: str
    on_order: Callable[[str], None]
    on_group: Callable[[str], None]


@dataclass(frozen=True)
class Says:
    """What a choice makes the page's address say, in the moment of the press.

    Attributes:
        name: of the parameter that says which map is chosen.
        texts: what it says for each map.
        besides: what the choice makes other parameters say.
        is_set: whether it says a set of numbers, which a choice adds to or takes from.
    """

    name: str
    texts: Sequence[str]
    besides: Mapping[str, str] = field(default_factory=dict)
    is_set: bool = False


def mosaic_view(
    mosaic: Mosaic | FilterSheet,
    labels: Sequence[str],
    *,
    key: str,
    alt: str,
    selected: int | None = None,
    captions: Sequence[str] = (),
    marks: Mapping[int, Mark] | None = None,
    noun: str = "maps",
    on_select: Callable[[int], None] | None = None,
    follows: Sequence[str] = (),
    on_rest: Callable[[], None] | None = None,
    is_dragged: bool = False,
    bar: Bar | None = None,
    says: Says | None = None,
) -> int | None:
    """Show the mosaic and return the index of the chosen map.

    The picture travels by address; pointing at a map frames it and shows its label without a
    word to the server, click or Enter chooses it and causes one run.

    Args:
        mosaic: the picture, from `cnnviz.figures.mosaic.mosaic` or `cnnviz.figures.filters`.
        labels: what is said of each map, for example "map 9 · mean 0.41".
        key: name of the component.
        alt: what the picture shows, in a sentence made from its data.
        selected: the chosen map; without `on_select` only until the visitor chooses another.
        captions: names written into the corner of the maps, where there are few enough to read.
        marks: a sign on some of the maps: a cross on a dead one, a square on a saturated one, and
            one that is switched off is crossed out; a line below says what the signs mean.
        noun: what the tiles are, in the word about the scale.
        on_select: called with the index before the run that a choice causes, to keep the choice
            where `selected` comes from. Without it the choice is kept under `<key>_selected`.
        follows: keys of the fragments that a choice runs, where it is not that of the mosaic.
        on_rest: called once when the hand rests after a choice. Then each choice counts, however
            quickly they come: `on_select` hears of all.
        is_dragged: whether a pointer that is dragged over the maps chooses each of them; the last
            choice alone counts.
        bar: orders and groups to choose below the mosaic.
        says: what a choice makes of the page's address, where it is a parameter of it.

    The data sent to the browser (`mosaic_data`, and which choice was heard): `url, alt, width,
    height, columns, count, tile {width, height, gap}` in pixels of the picture, `labels`,
    `captions`, `selected`, `marks` (index and kind) and what they mean, the colour bar's `low,
    high, gradient, scale`, what a choice `says`, and `orders`, `order`, `groups`, `group` where
    there is a bar.

    Raises:
        ValueError: there is not one label per map.
    """
    if len(labels) != mosaic.count:
        raise ValueError(f"{mosaic.count} maps need as many labels, not {len(labels)}")
    kept = f"{key}_selected"
    if on_select is None:
        selected = st.session_state.get(kept, selected)
    count = mosaic.count  # what hears of a choice outlives the run: it may not hold the picture
    selected = sent_index(selected, count)

    def choose() -> None:
        for chosen in turns.unheard(key, "selected", index(count)):
            if on_select is not None:
                on_select(chosen)
            else:
                st.session_state[kept] = chosen
        if follows:
            run_again(*follows)

    def sort() -> None:
        name = word(key, "order", one_of([order.name for order in bar.orders] if bar else ()))
        if bar and name is not None:
            bar.on_order(name)

    def show() -> None:
        name = word(key, "group", one_of([group.name for group in bar.groups] if bar else ()))
        if bar and name is not None:
            bar.on_group(name)

    told = mosaic_data(
        mosaic, labels, key=key, alt=alt, selected=selected, captions=captions, marks=marks,
        noun=noun, live="drag" if is_dragged else "rest" if on_rest else "", bar=bar,
        says=says,
    )  # fmt: skip
    _mount(
        data={**told, "heard": turns.heard(key, "selected")},
        key=key,
        on_selected_change=choose,
        on_rest_change=on_rest or _nothing,
        on_order_change=sort,
        on_group_change=show,
        height="content",
    )
    return selected


def mosaic_data(
    mosaic: Mosaic | FilterSheet,
    labels: Sequence[str],
    *,
    key: str,
    alt: str,
    selected: int | None = None,
    captions: Sequence[str] = (),
    marks: Mapping[int, Mark] | None = None,
    noun: str = "maps",
    live: str = "",
    bar: Bar | None = None,
    says: Says | None = None,
    ahead: str = "",
) -> dict[str, Any]:
    """What the component is told; `ahead` names the choice that a mosaic is made for early.

    `live` says what follows a choice: "drag" the maps under a pointer that is dragged, "rest" a
    word when the hand rests; the others are those of `mosaic_view`.
    """
    return {
        **_described(mosaic, labels, selected, alt, f"{key}.ahead.{ahead}" if ahead else key),
        **(_of_bar(bar) if bar else {}),
        "live": live,
        "says": vars(says) if says else None,
        "captions": list(captions),
        "scale": _scale_words(mosaic, noun),
        "marks": sorted((marks or {}).items()),
        "meanings": [[kind, MARK_WORDS[kind]] for kind in MARK_WORDS if _has(marks, kind)],
    }


def _nothing() -> None:
    """What a component is told that nobody listens to."""


def _of_bar(bar: Bar) -> dict[str, Any]:
    return {
        "orders": [vars(order) for order in bar.orders],
        "order": bar.order,
        "groups": [vars(group) for group in bar.groups],
        "group": bar.group,
    }


def _has(marks: Mapping[int, Mark] | None, kind: Mark) -> bool:
    return kind in (marks or {}).values()


def _described(
    mosaic: Mosaic | FilterSheet, labels: Sequence[str], selected: int | None, alt: str, place: str
) -> dict[str, Any]:
    return {
        "url": media.url(mosaic.png, "image/png", f"mosaic.{place}"),
        "alt": alt,
        "width": mosaic.width,
        "height": mosaic.height,
        "columns": mosaic.columns,
        "count": mosaic.count,
        "tile": {
            "width": mosaic.tile.width,
            "height": mosaic.tile.height,
            "gap": mosaic.tile.gap,
        },
        "labels": list(labels),
        "selected": selected,
        **_limits(mosaic),
        "gradient": css_gradient(mosaic.palette),
    }


def _limits(mosaic: Mosaic | FilterSheet) -> dict[str, str]:
    """What stands at the ends of the colour bar."""
    is_signed = mosaic.low < 0
    low = signed_limit(mosaic.low)
    high = signed_limit(mosaic.high) if is_signed else nice_limit(mosaic.high)
    if not mosaic.is_clipped:
        return {"low": low, "high": high}
    return {"low": f"≤ {low}" if is_signed else low, "high": f"≥ {high}"}


def _scale_words(mosaic: Mosaic | FilterSheet, noun: str) -> str:
    if mosaic.count == 1:
        return ""
    if mosaic.is_per_map:
        return "each map on a scale of its own; the ends are the strongest map's"
    return f"one scale for all {mosaic.count} {noun}"
