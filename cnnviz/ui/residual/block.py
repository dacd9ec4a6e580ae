"""The tutorial's ResNetBlock as a diagram: a real picture on its main path and its shortcut."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import Any

import numpy as np
import streamlit as st
import torch
from torch import Tensor

from cnnviz.counting import counted, percent
from cnnviz.figures.pictures import Limit, diverging_png, nice_limit, robust_limit, signed_limit
from cnnviz.figures.style import DIVERGING, css_gradient
from cnnviz.models import ResNetBlock
from cnnviz.models.seeded import build_seeded
from cnnviz.residual.paths import (
    BlockPass,
    blocks,
    input_of,
    is_identity,
    root_mean_square,
    run_block,
)
from cnnviz.residual.walk import (
    MapWalk,
    block_sizes,
    maps_for,
    num_params,
    shortcut_reason,
    walk_in,
)
from cnnviz.ui import page
from cnnviz.ui.address import no_place
from cnnviz.ui.choices import segments
from cnnviz.ui.insides.runs import run_again
from cnnviz.ui.kept import kept
from cnnviz.ui.page import Number
from cnnviz.ui.pictures import Picture, picture_chooser
from cnnviz.ui.residual.address import (
    ADDRESS,
    BLOCKS,
    IN_CHANNELS,
    OUT_CHANNELS,
    WEIGHT_NAMES,
    Values,
)
from cnnviz.ui.residual.block_picture import (
    Block,
    Line,
    MapPicture,
    Part,
    Role,
    Way,
    block_data,
    block_picture,
)
from cnnviz.ui.residual.network import batch_of, resnet18
from cnnviz.ui.residual.places import Places
from cnnviz.ui.sliders import Option, Slider, live_sliders
from cnnviz.ui.taking.offers import arrays_of, offer_numbers

LIVE, CODE = "residual_block", "residual_code"  # keys of fragments: what follows a hand, the script
PICTURE, SCALE, NUMBERS = "residual_block", "residual_scale", "residual_numbers"  # of components
TRAINED_SIZE, FRESH_SIZE = 128, 32  # pixels a side: 32 × 32 cells in the first group
SHOWN_SIDE = 190  # pixels of a map on the page
SMALL = 0.095  # below it a number has one digit more


@dataclass(frozen=True)
class Asked:
    """Which block, which map, which cell: what the address says, made to fit together."""

    is_trained: bool
    name: str
    in_channels: int
    out_channels: int
    first_stride: int
    map_number: int
    seed: int


@dataclass(frozen=True, eq=False)
class AtWork:
    """A block, and what it has computed of a picture."""

    block: ResNetBlock
    seen: BlockPass


@dataclass(frozen=True, eq=False)
class Shown:
    """The block at work: one map of it, and what it has learned over all maps."""

    walk: MapWalk
    in_shape: tuple[int, ...]
    out_shape: tuple[int, ...]
    is_identity: bool
    main_params: int
    shortcut_params: int
    change: float  # root mean square of the main path
    around: float  # and of the shortcut
    takes_away: float  # share of the map's cells in which the main path is below zero


def asked(values: Values) -> Asked:
    """The block that the controls say; a trained one has its own channels and stride."""
    is_trained = values.weights == "trained"
    if is_trained:
        sizes = block_sizes(blocks(resnet18())[values.block])
    else:
        sizes = (int(values.in_channels), int(values.out_channels), values.first_stride)
    number = min(values.map, sizes[1])
    return Asked(is_trained, values.block, *sizes, number, values.seed)


def show_block(values: Values, places: Places) -> Picture:
    """The controls, the diagram, and what the block has learned; the picture comes back."""
    with places.more:
        _choose(values)
        picture = picture_chooser(ADDRESS)
    _live(places, picture)
    return picture


@st.fragment(key=LIVE)
def _live(places: Places, picture: Picture) -> None:
    """What follows the sliders while they are dragged."""
    values = ADDRESS.values()
    what = asked(values)
    is_there = values.map <= what.out_channels
    ADDRESS.only(map=None if is_there else f"the maps 1 to {what.out_channels}")
    with places.main:
        _sliders(values, what, picture)
    shown = shown_of(picture, what)
    ADDRESS.only(cell=no_place(values.cell, *_size(shown)))
    offer_numbers(
        f"one map of {what.name}, from input to output",
        ADDRESS,
        lambda: arrays_of(shown_of(picture, what).walk),
    )
    limit = _limit(shown)
    with places.more:
        _words(what, shown)
    with places.bar:
        page.live_html(_scale(limit), key=SCALE, kind="scale_line")
    with places.right:
        with page.stage():
            block_picture(
                _block(what, shown, limit),
                _cell(values.cell, shown),
                key=PICTURE,
                on_pin=lambda cell: ADDRESS.set(cell=cell),
            )
        page.live_numbers(page.numbers_html(_strip(what, shown)), key=NUMBERS)


def _at_stop(
    values: Values, picture: Picture, slider: Slider, stop: int | str
) -> Mapping[str, Any] | None:
    """What the page shows with the slider of the map at a stop; other sliders change the block."""
    if slider.name != "map":
        return None
    then = replace(values, map=int(stop))
    what = asked(then)
    shown = shown_of(picture, what)
    limit, cell = _limit(shown), _cell(values.cell, shown)
    return {
        PICTURE: block_data(_block(what, shown, limit), cell, PICTURE, ahead=str(stop)),
        SCALE: {"html": _scale(limit)},
        NUMBERS: {"html": page.numbers_html(_strip(what, shown))},
    }


def shown_of(picture: Picture, what: Asked) -> Shown:
    """The block at work on a picture, and one map of it."""
    return _shown(picture.digest, what, picture)


@kept
def _shown(digest: str, what: Asked, _picture: Picture) -> Shown:
    at_work = _at_work(digest, replace(what, map_number=0), _picture)
    with torch.inference_mode():
        return _measured(at_work, what.map_number - 1)


@kept
def _at_work(digest: str, what: Asked, _picture: Picture) -> AtWork:
    batch = _batch(_picture, what)
    with torch.inference_mode():
        if what.is_trained:
            block = blocks(resnet18())[what.name]
            x = input_of(resnet18(), batch, what.name)
        else:
            block = fresh_block(what)
            x = maps_for(resnet18(), batch, what.in_channels)
        return AtWork(block, run_block(block, x))


def _batch(picture: Picture, what: Asked) -> Tensor:
    is_pixels = not what.is_trained and what.in_channels == 3
    return batch_of(picture, FRESH_SIZE if is_pixels else TRAINED_SIZE)


def fresh_block(what: Asked) -> ResNetBlock:
    """A block of these sizes as it is before training, in eval mode."""
    make = partial(ResNetBlock, what.in_channels, what.out_channels, what.first_stride)
    return build_seeded(make, what.seed).eval().requires_grad_(False)


def _measured(at_work: AtWork, index: int) -> Shown:
    block, seen = at_work.block, at_work.seen
    one = walk_in(block, seen, index)
    return Shown(
        walk=one,
        in_shape=tuple(seen.x.shape),
        out_shape=tuple(seen.output.shape),
        is_identity=is_identity(block),
        main_params=num_params(block.main_path),
        shortcut_params=num_params(block.shortcut_path),
        change=root_mean_square(seen.main),
        around=root_mean_square(seen.shortcut),
        takes_away=(one.main < 0).double().mean().item(),
    )


def _choose(values: Values) -> None:
    segments(
        ADDRESS,
        "weights",
        "Weights",
        WEIGHT_NAMES,
        "One of the eight blocks of the trained ResNet18, or a block of any sizes as it is "
        "before training.",
    )
    if values.weights == "trained":
        st.selectbox(
            "Block", BLOCKS, key=ADDRESS.key("block"), help="Which of its eight residual blocks."
        )


def _sliders(values: Values, what: Asked, picture: Picture) -> None:
    fresh = (
        []
        if what.is_trained
        else [
            _channels("in_channels", what.in_channels, IN_CHANNELS, "Maps that the block reads."),
            _channels("out_channels", what.out_channels, OUT_CHANNELS, "Maps that it gives."),
            Slider(
                "first_stride",
                "first_stride",
                "Stride of its first convolution, and of the 1×1 convolution: 2 halves the maps.",
                what.first_stride,
                1,
                2,
            ),
        ]
    )
    number = Slider("map", "Map", "Which of the block’s maps.", what.map_number, 1,
                    what.out_channels)  # fmt: skip
    live_sliders(
        [*fresh, number],
        key="residual_block_sliders",
        on_change=lambda changed: ADDRESS.set(**changed),
        on_rest=lambda: run_again(LIVE, CODE),  # LIVE too: word of rest stops a run under way
        query=ADDRESS.keep(values),
        context=f"{picture.digest} {ADDRESS.query_of(_without_sliders(values))}",
        foresee=partial(_at_stop, values, picture),
    )


def _without_sliders(values: Values) -> Values:
    known = ADDRESS.defaults
    return replace(
        values,
        map=known.map,
        in_channels=known.in_channels,
        out_channels=known.out_channels,
        first_stride=known.first_stride,
    )


def _channels(name: str, value: int, offered: tuple[str, ...], help: str) -> Slider:
    stops = tuple(Option(stop, stop) for stop in offered)
    return Slider(name, name, help, str(value), options=stops)


def _words(what: Asked, shown: Shown) -> None:
    if what.is_trained:
        st.caption(
            f"in_channels {what.in_channels}, out_channels {what.out_channels}, "
            f"first_stride {what.first_stride}"
        )
    st.markdown(
        f":small[{shortcut_reason(what.in_channels, what.out_channels, what.first_stride)}]"
    )
    st.markdown(
        ":small[**Point at a cell** of a map: its sum is written out below the maps. A click "
        "keeps it.]"
    )
    learned = "What it learned" if what.is_trained else "Before training"
    st.markdown(
        f":small[**{learned}:** a change of {shown.change:.2f} to a shortcut of {shown.around:.2f} "
        f"(root mean square over all {what.out_channels} maps). In this map it takes away in "
        f"{percent(shown.takes_away)} of the cells.]"
    )


def _scale(limit: Limit) -> str:
    end = nice_limit(limit.value)
    return (
        f"<span>one scale</span><span>≤ −{end}</span>"
        f"<i style='background:{css_gradient(DIVERGING)}'></i>"
        f"<span>≥ {signed_limit(limit.value)}</span>"
    )


def _limit(shown: Shown) -> Limit:
    one = shown.walk
    maps = (one.x, one.half_way, one.main, one.shortcut, one.total, one.output)
    return robust_limit(np.concatenate([part.numpy().ravel() for part in maps]))


def _block(what: Asked, shown: Shown, limit: Limit) -> Block:
    return Block(
        _map_pictures(shown, limit),
        _ways(what, shown),
        _lines(shown),
        rows=_rows(shown.walk),
        size=_size(shown),
    )


def _size(shown: Shown) -> tuple[int, int]:
    return shown.walk.output.shape[0], shown.walk.output.shape[1]


def _cell(asked: tuple[int, int], shown: Shown) -> tuple[int, int]:
    rows, columns = _size(shown)
    return min(asked[0], rows - 1), min(asked[1], columns - 1)


def _map_pictures(shown: Shown, limit: Limit) -> dict[str, MapPicture]:
    one, out = shown.walk, _short(shown.out_shape)
    make = partial(_map_picture, limit=limit.value)
    kept = "as it is" if shown.is_identity else "made to fit"
    x_note = _short(shown.in_shape)  # which of its maps is said in the picture's alt text
    return {
        "x": make("input x", x_note, "in", one.x, index=one.x_index + 1),
        "shortcut": make("x" if shown.is_identity else "conv1×1(x)", kept, "in", one.shortcut),
        "total": make("x + F(x)", out, "out", one.total),
        "half_way": make("half way", out, "kernel", one.half_way),
        "main": make("F(x)", "the change", "kernel", one.main),
        "output": make("output", out, "out", one.output),
    }


def _map_picture(
    title: str, note: str, role: Role, values: Tensor, limit: float, index: int = 0
) -> MapPicture:
    array = values.numpy()
    rows, columns = array.shape
    which = f", map {index}" if index else ""
    low, high = nice_limit(float(array.min())), nice_limit(float(array.max()))
    return MapPicture(
        title=title,
        note=note,
        alt=f"{title}{which}: {rows} × {columns} cells from {low} to {high}",
        role=role,
        png=diverging_png(array, limit, scale=max(1, round(SHOWN_SIDE / rows))),
        size=(rows, columns),
    )


def _short(shape: tuple[int, ...]) -> str:
    _, channels, height, width = shape
    return f"{channels} · {height}²" if height == width else f"{channels} · {height}×{width}"


def number(value: float) -> str:
    """A number of a cell: two digits behind the point, three where it is small."""
    digits = 2 if abs(value) >= SMALL or value == 0 else 3
    text = f"{abs(value):.{digits}f}"
    return f"−{text}" if value < 0 and float(text) else text


def _rows(walk: MapWalk) -> dict[str, str]:
    """The numbers of every map and step, as they are written but for the minus, which is ASCII."""
    steps = (field.name for field in fields(walk) if isinstance(getattr(walk, field.name), Tensor))
    return {name: texts(getattr(walk, name)) for name in steps}


def texts(values: Tensor) -> str:
    """What `number` says of each, with "-" for the minus and spaces between them."""
    array = values.numpy().ravel() + 0.0  # no zero is below zero
    forms = np.where((np.abs(array) < SMALL) & (array != 0), "%.3f", "%.2f")
    return (" ".join(forms.tolist()) % tuple(array.tolist())).replace("-0.000", "0.000")


def _ways(what: Asked, shown: Shown) -> dict[str, Way]:
    strided = f", stride {what.first_stride}" if what.first_stride > 1 else ""
    shortcut = "the identity" if shown.is_identity else f"conv 1×1{strided}, norm"
    return {
        "shortcut": Way("shortcut", shortcut, f"{shown.shortcut_params:,} parameters"),
        "main": Way("main path", f"{shown.main_params:,} parameters", "conv 3×3, norm"),
        "first": Way("", f"conv 3×3{strided}, norm, ReLU"),
        "last": Way("ReLU"),
    }


def _lines(shown: Shown) -> list[Line]:
    one, norm = shown.walk, shown.walk.norm
    around = "x, shortcut" if shown.is_identity else "shortcut"
    return [
        Line(
            "convolution",
            "main_path.3",
            "kernel",
            (
                Part("what adds", row="adds"),
                Part(text="+"),
                Part("what takes away", row="takes"),
                Part(text=counted(one.num_products, "product")),
            ),
            "convolved",
        ),
        Line(
            "batch norm",
            "main_path.4",
            "kernel",
            (
                Part(text="("),
                Part("from above", row="convolved"),
                Part(text="−"),
                Part("mean", number(norm.mean)),
                Part(text=") / √"),
                Part("variance + ε", number(norm.variance)),
                Part(text="·"),
                Part("weight", bracketed(norm.weight)),
                Part(text="+"),
                Part("bias", number(norm.bias)),
            ),
            "main",
        ),
        Line(
            "sum",
            "",
            "in",
            (
                Part(around, row="shortcut"),
                Part(text="+"),
                Part("F(x), main path", row="main"),
            ),
            "total",
        ),
        Line(
            "ReLU",
            "",
            "out",
            (Part(text="max(0,"), Part("from above", row="total"), Part(text=")")),
            "output",
        ),
    ]


def bracketed(value: float) -> str:
    """A factor: in brackets where it is below zero."""
    text = number(value)
    return f"({text})" if text.startswith("−") else text


def _strip(what: Asked, shown: Shown) -> list[Number]:
    return [
        Number("input", str(shown.in_shape), "Picture, channels, height, width"),
        Number("output", str(shown.out_shape), "Picture, channels, height, width"),
        Number("main path", f"{shown.main_params:,}", "Parameters of its two convolutions, norms"),
        Number("shortcut", f"{shown.shortcut_params:,}", "Parameters; the identity has none"),
        Number("change ÷ shortcut", f"{shown.change / shown.around:.2f}" if shown.around else "—",
               "Root mean square of the main path divided by that of the shortcut"),
    ]  # fmt: skip
