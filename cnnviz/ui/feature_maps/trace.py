"""From a score down to a pixel: in each layer the strongest contribution, or another one."""

from __future__ import annotations

from html import escape
from typing import Any

import streamlit as st

from cnnviz.counting import lines_words, place_words
from cnnviz.figures.pictures import (
    diverging_png,
    encode_photo,
    nice_limit,
    sequential_png,
    signed_limit,
    symmetric_limit,
)
from cnnviz.figures.shown import tied
from cnnviz.figures.style import REACH
from cnnviz.figures.tables import framed_table
from cnnviz.heatmaps.scores import class_scores
from cnnviz.images import fit
from cnnviz.probes.descent import Step, Way, descent, score_cell
from cnnviz.probes.tape import INPUT, Kind
from cnnviz.ui import media
from cnnviz.ui.address import no_number
from cnnviz.ui.feature_maps.address import ADDRESS, Values, way_of
from cnnviz.ui.feature_maps.seen import Place, Seen, is_pass_large, network_view, whole_pass_of
from cnnviz.ui.kept import kept
from cnnviz.ui.sliders import Slider, live_sliders

PHOTO = 320  # pixels of a side, at most
MARK = 9  # pixels on the page of a frame, at least
COLOURS = ("red", "green", "blue")
DOES = {
    Kind.CONV: "convolution: Σ weight · value",
    Kind.CONV_TRANSPOSE: "transposed convolution: Σ weight · value",
    Kind.LINEAR: "linear: Σ weight · value",
    Kind.POOL: "pooling",
    Kind.SUM: "sum of paths",
    Kind.PRODUCT: "product of paths",
    Kind.INPUT: "the picture",
}
HELP = (
    "Each number is a sum. The largest thing in it is followed, layer by layer, until a pixel is "
    "reached. It is one of very many ways: the share beside each says how much of the sum it is."
)


def check(values: Values, seen: Seen) -> None:
    """Say where the address goes a way down that is not there, or more steps of it than it has."""
    if not (values.way or values.step) or not ADDRESS.is_just_read or is_pass_large(seen):
        return
    asked, steps = way_of(values.way), steps_of(values, seen)
    gone = [step.taken for step in steps[: len(asked)]]
    first = next((at for at, way in enumerate(asked) if [way] != gone[at : at + 1]), None)
    ADDRESS.only(way=None if first is None else f"no such way at step {first}")
    ADDRESS.only(step=no_number(values.step, len(steps), "step"))


def show_trace(values: Values, seen: Seen) -> None:
    """The class, the way down, the picture with what is still seen, and what can be gone next."""
    if is_pass_large(seen):
        st.info("This network is too large to keep all that it computed at once.")
        return
    _choose_class(values, seen)
    steps = steps_of(values, seen)
    at = min(values.step, len(steps) - 1)
    live_sliders(
        [
            Slider("step", "Step down", HELP, at, min=0, max=max(1, len(steps) - 1)),
        ],
        key="feature_maps_step",
        on_change=lambda changed: ADDRESS.set(**changed),
    )
    left, right = st.columns([1, 1.3], gap="medium")
    with left.container(key="feature_maps_trace"):
        st.html(
            f'<div class="cnnviz trace">{_picture(seen, steps, at)}{_map(seen, steps[at])}</div>'
        )
    with right:
        st.html(_said(seen, steps, at))
        _ways(values, seen, steps, at)
    rows = "".join(_row(seen, steps, number, at) for number in range(len(steps)))
    st.html(framed_table(["Step", "Layer", "Cell", "Number", "Followed", "Share of it"], rows))
    st.caption(
        "A score is no single way: heatmaps add up very many. The share is that of all that "
        "pushes the sum in the same direction. Batch norms and activations change a number at "
        "its place and are passed."
    )


def steps_of(values: Values, seen: Seen) -> tuple[Step, ...]:
    """The way down that the address says."""
    return _steps(seen.place, class_of(values, seen), values.way, seen)


def class_of(values: Values, seen: Seen) -> int:
    """The class whose score is followed: the winner unless another is asked for."""
    scores = class_scores(whole_pass_of(seen).scores)[0]
    return values.top if 0 <= values.top < len(scores) else int(scores.argmax())


@kept
def _steps(place: Place, class_idx: int, way: str, _seen: Seen) -> tuple[Step, ...]:
    played = whole_pass_of(_seen)
    layer, cell = score_cell(played, class_idx)
    return descent(_seen.network.model, played, layer, cell, way_of(way))


def _choose_class(values: Values, seen: Seen) -> None:
    """The winner, or any other class, the likeliest first."""
    scores = class_scores(whole_pass_of(seen).scores)[0]
    names = seen.network.classes
    order = [-1, *scores.argsort(descending=True).tolist()]
    if values.top not in order:
        ADDRESS.set(top=-1)
    st.selectbox(
        "Score of",
        order,
        key=ADDRESS.key("top"),
        format_func=lambda i: "the winner" if i < 0 else names[i],
        on_change=lambda: ADDRESS.set(way="", step=0),
        help="Whose score is taken apart. Type to find a class.",
        width=260,
    )


def _picture(seen: Seen, steps: tuple[Step, ...], at: int) -> str:
    """The picture with the field of today's number, and faintly those before."""
    shown = network_view(seen)
    height, width = shown.height, shown.width
    photo = encode_photo(fit(shown, PHOTO) if min(shown.size) > PHOTO else shown)
    source = media.url(photo.data, photo.mimetype, "feature_maps.trace")
    frames = "".join(
        _frame(steps[number], (height, width), 1.0 if number == at else 0.28)
        for number in range(at + 1)
    )
    box = steps[at].box
    said = (
        f"{lines_words('row', box.top, box.bottom)}, "
        f"{lines_words('column', box.left, box.right)} of {height} × {width}"
    )
    return (
        f'<figure><div class="seen" style="aspect-ratio:{width}/{height}"><img src="{source}" '
        f'alt="{escape(seen.picture.alt)}. This '
        f'number sees {said}.">{frames}</div><figcaption>It sees {said}</figcaption></figure>'
    )


def _frame(step: Step, size: tuple[int, int], opacity: float) -> str:
    height, width = size
    box = step.box
    return (
        f'<i style="left:{100 * box.left / width:.2f}%;top:{100 * box.top / height:.2f}%;'
        f"width:max({MARK}px,{100 * box.width / width:.2f}%);"
        f"height:max({MARK}px,{100 * box.height / height:.2f}%);"
        f'border-color:{REACH};opacity:{opacity}"></i>'
    )


def _map(seen: Seen, step: Step) -> str:
    """The map that the number is a cell of, the cell framed."""
    if len(step.cell) < 3 or step.is_pixel:
        return ""
    channel, row, column = step.cell
    values = whole_pass_of(seen)[step.layer].output[0, channel]
    height, width = values.shape
    if height * width == 1:
        return ""
    limit = symmetric_limit(values).value
    png = diverging_png(values, limit) if values.min() < 0 else sequential_png(values, 0, limit)
    source = media.url(png, "image/png", "feature_maps.trace_map")
    frame = (
        f'<i style="left:{100 * column / width:.2f}%;top:{100 * row / height:.2f}%;'
        f'width:{100 / width:.2f}%;height:{100 / height:.2f}%;border-color:{REACH}"></i>'
    )
    low = signed_limit(-limit) if values.min() < 0 else "0"
    said = f"{height} × {width} cells, {low} to {nice_limit(limit)}"
    return (
        f'<figure><div class="seen" style="aspect-ratio:{width}/{height}"><img src="{source}" '
        f'alt="Map {channel} of {step.layer}, {place_words(row, column)} framed: '
        f'{step.value:.4g}; {said}">{frame}</div>'
        f"<figcaption>Map {channel} of {escape(step.layer)}: {said}</figcaption></figure>"
    )


def _said(seen: Seen, steps: tuple[Step, ...], at: int) -> str:
    """What number it is and what it is made of."""
    step = steps[at]
    through = ", then ".join(reversed(step.through))
    passed = f" It goes on through {escape(through)}." if through else ""
    count = "one number" if step.num_ways == 1 else f"{step.num_ways:,} numbers that are not zero"
    made = f"Made of {count}{_first_ones(step)}:" if step.ways else _end(step)
    return (
        f'<div class="cnnviz"><p style="margin:0 0 4px;font-size:17px">'
        f"<b>{escape(_name(seen, step.layer, step.cell, at == 0))} = {_number(step.value)}</b></p>"
        f'<p style="margin:0 0 6px">{DOES.get(step.kind, "as torch gives it")}.{passed} {made}</p>'
        "</div>"
    )


def _first_ones(step: Step) -> str:
    return f", the {len(step.ways)} strongest" if step.num_ways > len(step.ways) else ""


def _end(step: Step) -> str:
    if step.is_pixel:
        return "The way ends here: this value is what the network was given (normalised)."
    return "The way ends here: nothing that is not zero was added up, or it cannot be taken apart."


def _ways(values: Values, seen: Seen, steps: tuple[Step, ...], at: int) -> None:
    """A button for each way that can be gone, the one that is followed with an arrow."""
    step = steps[at]
    for place, way in enumerate(step.ways):
        st.button(
            _label(seen, way),
            key=f"feature_maps_way_{place}",
            icon=":material/arrow_downward:" if place == step.taken else None,
            width="stretch",
            on_click=_go,
            args=(values, at, place),
        )


def _go(values: Values, at: int, place: int) -> None:
    """Follow the way of this place from a step on; below it the strongest again."""
    ways = way_of(values.way)
    ADDRESS.set(step=at + 1)
    if place != (ways[at] if at < len(ways) else 0):
        above = [*ways[:at], *[0] * (at - len(ways)), place]
        ADDRESS.set(way=",".join(map(str, above)))


def _label(seen: Seen, way: Way) -> str:
    """One contribution with its factors and its share."""
    factors = f" × {_number(way.weight)}" if way.weight is not None else ""
    result = f" = {signed_limit(way.gives)}" if way.weight is not None else ""
    name = _name(seen, way.layer, way.cell)
    return tied(f"{name}: {_number(way.value)}{factors}{result} · {_percent(way.share)}")


def _row(seen: Seen, steps: tuple[Step, ...], number: int, at: int) -> str:
    step = steps[number]
    way = step.ways[step.taken] if step.ways else None
    cells: list[Any] = [
        number,
        escape(step.layer),
        escape(_name(seen, INPUT if step.is_pixel else "", step.cell, number == 0)),
        _number(step.value),
        "" if way is None else signed_limit(way.gives),
        "" if way is None else _percent(way.share),
    ]
    colour = ' style="background:color-mix(in srgb, var(--accent) 11%, transparent)"'
    return f"<tr{colour if number == at else ''}>{''.join(f'<td>{c}</td>' for c in cells)}</tr>"


def _name(seen: Seen, layer: str, cell: tuple[int, ...], is_score: bool = False) -> str:
    """Which number it is, in words."""
    channel, *place = cell
    if is_score:
        return f"Score of {seen.network.classes[channel]}"
    if layer == INPUT and len(place) == 2:
        return f"Pixel in {place_words(*place)}{_colour(seen, channel)}"
    of = f" of {layer}" if layer else ""
    if not place or whole_pass_of(seen)[layer or INPUT].output.ndim < 3:
        return f"Feature {channel}{of}"
    return f"Map {channel}, {place_words(*place)}{of}"


def _colour(seen: Seen, channel: int) -> str:
    return f", {COLOURS[channel]}" if seen.shape[1] == len(COLOURS) else ""


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.095 else f"{float(f'{100 * share:.2g}'):g} %"


def _number(value: float) -> str:
    return nice_limit(value)
