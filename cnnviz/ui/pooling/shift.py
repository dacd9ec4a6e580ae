"""How much of a response survives when the picture moves by a pixel, in five ways of pooling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st
import torch
from PIL import Image
from torch import Tensor, nn

from cnnviz.convolution.kernels import KERNELS
from cnnviz.counting import percent, place_words
from cnnviz.figures import pictures
from cnnviz.figures.style import SEQUENTIAL, css_gradient
from cnnviz.pooling.network import wide_batch
from cnnviz.pooling.shift import (
    MOST_SHIFT,
    WAYS,
    Kept,
    crops,
    follow_curves,
    kept_by,
    layer_shares,
    patch_of,
    response,
    strongest_patch,
    survives,
    with_layer,
    with_pooling,
)
from cnnviz.ui import media, page
from cnnviz.ui.address import no_place
from cnnviz.ui.charts.line_chart import Chart, Line, line_chart
from cnnviz.ui.components import register
from cnnviz.ui.compute import computing
from cnnviz.ui.insides.runs import run_again
from cnnviz.ui.kept import kept
from cnnviz.ui.models import load
from cnnviz.ui.pictures import Picture, picture_chooser
from cnnviz.ui.pooling.address import ADDRESS, CODE, LIVE, WHOLE, Values
from cnnviz.ui.pooling.photo import tensor_of
from cnnviz.ui.sent import cell, word
from cnnviz.ui.sliders import Slider, live_sliders
from cnnviz.ui.taking.offers import offer_numbers

SHIFT, FRAME = "pooling_shift", "pooling_frame"  # keys of the components
SIDE = 24  # pixels of the frame
NETWORK, POOL = "resnet18-cifar10", "input_group.3"
LAYERS = {
    "input_group.2": "conv1", "input_group.3": "pool", "group0": "group0", "group1": "group1",
    "group2": "group2", "group3": "group3", "avgpool": "avgpool",
}  # fmt: skip
SHORT = {"none": "no pooling", "stride": "stride 2", "avg": "average", "max": "max", "blur": "blur"}
TICKS = ("conv1", "pool", "group0", "1", "2", "3", "avg")
FAR = (1, 4, 16)  # pixels, layer by layer
ROLES = {"none": "grey", "stride": "red", "avg": "blue", "max": "green", "blur": "violet"}
FOOT = (
    "Still there: Σ min(before, after) / Σ before, cell by cell; what leaves comes in on the other "
    "side."
)
NETWORK_FOOT = "ResNet18, at 64 × 64: its own pooling replaced, the weights as trained."
HEIGHT = 118  # pixels of the charts: at 1280 × 720 their axes are above the fold
MOVING = "pooling_moving"  # in the session: whether a hand is on a slider

_mount = register("pooling_shift")
_mount_frame = register("pooling_frame")


@dataclass(frozen=True)
class Scores:
    """What the network says before and after, by way; and with nothing at all in the place."""

    name: str  # of the class it names on the picture as it is
    by_way: dict[str, tuple[float, float]]
    bare: float  # probability without the maximum too


def sliders(values: Values) -> None:
    """How far the picture moves, live."""
    live_sliders(
        [
            Slider("dx", "Move right, px", "Pixels that the picture moves to the right.",
                   values.dx, min=0, max=16),
            Slider("dy", "Move down, px", "Pixels that the picture moves down.",
                   values.dy, min=0, max=16),
        ],
        key="pooling_move",
        on_change=_set,
        on_rest=_rested,
        query=ADDRESS.keep(values),
    )  # fmt: skip


def _set(changed: dict[str, Any]) -> None:
    ADDRESS.set(**{name: int(value) for name, value in changed.items()})
    ADDRESS.dismiss()
    st.session_state[MOVING] = True


def _rested() -> None:
    st.session_state[MOVING] = False
    run_again(LIVE, CODE)


def controls(values: Values) -> Picture:
    """The picture with its frame, and the response that is looked at."""
    st.session_state[MOVING] = False  # a hand that drags runs less than the whole page
    picture = picture_chooser(ADDRESS)
    most = _start(picture.digest, values.kernel, tensor_of(picture))[1]
    ADDRESS.only(place=no_place(values.place, most[0] + 1, most[1] + 1))
    _frame(values, picture)
    st.selectbox(
        "Response",
        list(KERNELS),
        key=ADDRESS.key("kernel"),
        format_func=lambda name: f"{KERNELS[name].title}, then ReLU",
        help="The filter, 3 × 3, whose answers are pooled; negative ones become 0.",
    )
    return picture


def _frame(values: Values, picture: Picture) -> None:
    tensor = tensor_of(picture)
    place = place_of(values, picture)
    photo = pictures.encode_photo(pictures.photo(tensor))
    height, width = tensor.shape[1:]

    def placed() -> None:
        if at := word(FRAME, "place", cell((height, width))):
            ADDRESS.set(place=at)
            run_again(WHOLE)

    _mount_frame(
        data={
            "photo": media.url(photo.data, photo.mimetype, f"{FRAME}.photo"),
            "height": height,
            "width": width,
            "side": SIDE,
            "place": list(place),
            "alt": picture.alt,
            "help": "The frame whose cells are shown. The arrow keys move it.",
            "crop_alt": f"{SIDE} × {SIDE} pixels from {place_words(*place)}, enlarged.",
            "note": f"In the frame, {SIDE} × {SIDE} pixels. Drag it elsewhere.",
        },
        key=FRAME,
        on_place_change=placed,
        height="content",
    )


def place_of(values: Values, picture: Picture) -> tuple[int, int]:
    """Top and left of the frame: where it was put, or where the response is strongest."""
    first, most = _start(picture.digest, values.kernel, tensor_of(picture))
    if min(values.place) < 0:
        return first
    top, left = (min(at, end) // 2 * 2 for at, end in zip(values.place, most, strict=True))
    return top, left


@kept
def _start(digest: str, kernel: str, _tensor: Tensor) -> tuple[tuple[int, int], tuple[int, int]]:
    found = response(_tensor, kernel)
    most = max(0, found.shape[0] - SIDE), max(0, found.shape[1] - SIDE)
    return strongest_patch(found, SIDE), most


@kept
def _kept(digest: str, dx: int, dy: int, kernel: str, _tensor: Tensor) -> dict[str, Kept]:
    return kept_by(_tensor, dx, dy, kernel)


@kept
def _curves(digest: str, kernel: str, _tensor: Tensor) -> dict[str, list[float]]:
    return follow_curves(_tensor, kernel=kernel)


@kept
def _scores(digest: str, dx: int, dy: int, _image: Image.Image) -> Scores:
    """What ResNet18 says of the picture, before and after, with each pooling in its place."""
    trained = load(NETWORK)
    before, after = crops(wide_batch(trained, _image), dx, dy)
    with torch.inference_mode():
        said = int(trained.model(before).argmax())
        by_way = {
            name: (
                _probability(with_pooling(trained.model, POOL, name), before, said),
                _probability(with_pooling(trained.model, POOL, name), after, said),
            )
            for name in WAYS
        }
        bare = _probability(with_layer(trained.model, POOL, nn.Identity()), before, said)
    return Scores(trained.classes[said], by_way, bare)


def _probability(network: nn.Module, batch: Tensor, number: int) -> float:
    return float(network(batch).softmax(dim=1)[0, number])


@kept
def _layers(digest: str, _image: Image.Image) -> dict[int, tuple[list[float], float]]:
    """For each far move: what survives in each layer, and the probability that is left."""
    trained = load(NETWORK)
    batch = wide_batch(trained, _image)
    found = {}
    for far in FAR:
        before, after = crops(batch, far)
        with torch.inference_mode():
            said = int(trained.model(before).argmax())
            score = _probability(trained.model, after, said)
        found[far] = layer_shares(trained.model, before, after, list(LAYERS)), score
    return found


def show(values: Values, picture: Picture) -> None:
    """The five ways side by side; the curves below."""
    tensor = tensor_of(picture)
    if min(tensor.shape[1:]) < SIDE + 2:
        page.problem(f"This picture is too small: the frame alone is {SIDE} × {SIDE} pixels.")
        return
    with computing():
        kept = _kept(picture.digest, values.dx, values.dy, values.kernel, tensor)
        scores = None  # ten passes of the network wait until the hand rests
        if not st.session_state.get(MOVING):
            scores = _scores(picture.digest, values.dx, values.dy, picture.image)
    title = f"five ways of pooling, moved by {values.dx}, {values.dy}"
    offer_numbers(title, ADDRESS, lambda: _numbers(values, picture))
    _mount(data=_data(values, kept, scores, place_of(values, picture)), key=SHIFT, height="content")


def _numbers(values: Values, picture: Picture) -> dict[str, Any]:
    """Each way's map before and after the move, and what survives of it."""
    found = _kept(picture.digest, values.dx, values.dy, values.kernel, tensor_of(picture))
    return {
        f"{name}_{part}": getattr(way, part)
        for name, way in found.items()
        for part in ("before", "after", "share")
    }


def charts(values: Values, picture: Picture) -> None:
    """What is kept if the map may follow, and layer by layer through the network."""
    with computing():
        curves = _curves(picture.digest, values.kernel, tensor_of(picture))
        layers = _layers(picture.digest, picture.image)
        scores = _scores(picture.digest, 0, 0, picture.image)
    left, right = st.columns([1, 1.16], gap="small")
    with left, st.container(border=True):
        line_chart(_follow_chart(curves, values.dx), key="pooling_follow")
    with right, st.container(border=True):
        line_chart(_layer_chart(layers, scores.name), key="pooling_layers")
    st.caption(NETWORK_FOOT + _bare_words(scores))


def _data(
    values: Values, kept: dict[str, Kept], scores: Scores | None, place: tuple[int, int]
) -> dict[str, Any]:
    patches = {
        name: [patch_of(one, name, place, SIDE) for one in (way.before, way.after)]
        for name, way in kept.items()
    }
    high = max(float(one.max()) for pair in patches.values() for one in pair) or 1.0
    return {
        "ways": [_way(name, kept[name], patches[name], high, scores) for name in WAYS],
        "colours": css_gradient(SEQUENTIAL),
        "high": pictures.nice_limit(high),
        "moved": _moved_words(values),
        "says": f"ResNet18 says {scores.name if scores else '…'}",
        "start": _strongest(patches["stride"][0]),
        "foot": FOOT,
    }


def _bare_words(scores: Scores) -> str:
    return (
        " No pooling: the maximum with stride 1, so maps behind are twice as large as it knows; "
        f"without it: {scores.name} {percent(scores.bare)}."
    )


def _moved_words(values: Values) -> str:
    parts = [f"{values.dx} px right"] * (values.dx > 0)
    parts += [f"{values.dy} px down"] * (values.dy > 0)
    return f"moved {', '.join(parts) or 'not at all'}"


def _strongest(patch: Tensor) -> list[float]:
    row, column = divmod(int(patch.argmax()), patch.shape[1])
    return [(row + 0.25) / patch.shape[0], (column + 0.25) / patch.shape[1]]


def _way(
    name: str, kept: Kept, patch: list[Tensor], high: float, scores: Scores | None
) -> dict[str, Any]:
    before, after = patch
    way, said = WAYS[name], scores.by_way[name] if scores else None
    rows, columns = before.shape
    return {
        "title": way.title,
        "note": f"{rows} × {columns} cells" if name in ("none", "avg", "max") else way.note,
        "role": ROLES[name],
        "rows": rows,
        "columns": columns,
        "before": _picture(before, high, f"{SHIFT}.{name}.before"),
        "after": _picture(after, high, f"{SHIFT}.{name}.after"),
        "alts": {
            "before": f"{way.title}, before: {rows} × {columns} cells up to {before.max():.3g}.",
            "after": f"{way.title}, moved: {rows} × {columns} cells up to {after.max():.3g}.",
        },
        "share": kept.share,
        "patch": survives(before, after),
        "score": f"{100 * said[0]:.1f} → {percent(said[1], 1)}" if said else "…",
        "score_help": "Probability of that class before and after the move",
    }


def _picture(patch: Tensor, high: float, place: str) -> dict[str, Any]:
    data = pictures.sequential_png(patch, 0, high)
    values = [[float(f"{value:.3g}") for value in row] for row in patch.tolist()]
    return {"url": media.url(data, "image/png", place), "values": values}


def _follow_chart(curves: dict[str, list[float]], dx: int) -> Chart:
    said = ", ".join(f"{WAYS[name].title} {percent(curve[1])}" for name, curve in curves.items())
    return Chart(
        title="If the map may follow",
        note="by whole cells",
        lines=[
            Line(
                SHORT[name],
                ROLES[name],
                [(i, 100 * share) for i, share in enumerate(curve)],
                named_at=-2,
            )
            for name, curve in curves.items()
        ],
        x_ticks=[(i, str(i) if i < MOST_SHIFT else f"{i} px") for i in range(MOST_SHIFT + 1)],
        y_ticks=[(at, f"{at} %") for at in (50, 75, 100)],
        alt=f"What survives of a move of 0 to {MOST_SHIFT} pixels when the map may follow by whole "
        f"cells. After one pixel: {said}.",
        mark=dx if 0 < dx <= MOST_SHIFT else None,
        names_width=66,
        height=HEIGHT,
    )


def _layer_chart(layers: dict[int, tuple[list[float], float]], name: str) -> Chart:
    said = "; ".join(
        f"{far} px: {', '.join(percent(share) for share in shares)}"
        for far, (shares, _) in layers.items()
    )
    return Chart(
        title="Layer by layer",
        note="in the shipped ResNet18, at 64 × 64",
        lines=[
            Line(
                f"{far} px: {name} {percent(score)}",
                "blue",
                [(i, 100 * share) for i, share in enumerate(shares)],
                is_dashed=far > 1,
                has_dots=True,
            )
            for far, (shares, score) in layers.items()
        ],
        x_ticks=list(enumerate(TICKS)),
        y_ticks=[(at, f"{at} %") for at in (25, 50, 75, 100)],
        alt=f"What survives in {', '.join(LAYERS.values())}. {said}.",
        names_width=104,
        height=HEIGHT,
    )
