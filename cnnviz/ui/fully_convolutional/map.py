"""View 3 of the page `fully_convolutional`: a map of classes over a canvas or a large picture."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
import torch
from PIL import Image
from torch import Tensor

from cnnviz.figures.mosaic import mosaic
from cnnviz.fully_conv.class_map import (
    ClassMap,
    check_cell,
    class_map,
    contrast,
    largest_difference,
)
from cnnviz.fully_conv.scenes import render
from cnnviz.images import fit, sample
from cnnviz.images.ten_digits import STROKES, digit
from cnnviz.ui import page
from cnnviz.ui.choices import segments
from cnnviz.ui.compute import computing
from cnnviz.ui.fully_convolutional.address import ADDRESS, DRAWN, PICTURES, SOURCES, Values
from cnnviz.ui.fully_convolutional.class_map import Canvas, class_map_view
from cnnviz.ui.fully_convolutional.controls import (
    canvas_controls,
    items_of,
    kinds_of,
    set_items,
    size_slider,
    skip_toggle,
)
from cnnviz.ui.fully_convolutional.networks import Pair
from cnnviz.ui.fully_convolutional.scores import crop_picture, score_table
from cnnviz.ui.mosaic_view import mosaic_view
from cnnviz.ui.pictures import Picture, picture_chooser

EMPTY_DIGITS, EMPTY_PICTURES = 0.8, 0.25  # below this share of the strongest contrast
PICTURE_SIDE = 96  # pixels of an item's picture before it is scaled


@dataclass(frozen=True)
class Scene:
    """What the networks read, and the canvas it comes from (None for a picture)."""

    image: Image.Image
    canvas: Canvas | None


def choose_scene(values: Values, pair: Pair) -> Scene:
    """The controls of the canvas or of the picture, and what they give."""
    skip_toggle()
    segments(ADDRESS, "source", "What it reads", SOURCES)
    if values.source == "picture":
        size_slider(values, "Longer side, pixels", "The picture is scaled to this before.")
        return Scene(_scaled(picture_chooser(ADDRESS).image, max(values.size, 32)), None)
    items = items_of(values, pair)
    drawn = canvas_controls(items, pair)
    pictures = item_pictures(pair, drawn)
    width, height = (int(side) for side in values.canvas.split("x"))
    image = render(items, pictures, height, width)
    return Scene(image, Canvas(items, pictures, kinds_of(pair), set_items))


def _scaled(image: Image.Image, longer: int) -> Image.Image:
    """The whole picture, its longer side at so many pixels, no side below 32."""
    factor = longer / max(image.size)
    width, height = (max(32, round(side * factor)) for side in image.size)
    return fit(image, (height, width))


def item_pictures(pair: Pair, drawn: Picture | None) -> dict[str, Image.Image]:
    """The small picture of every kind that can lie on the canvas."""
    if not pair.reads_digits:
        return {name: fit(sample(name), PICTURE_SIDE) for name in PICTURES}
    digits = {name: Image.fromarray(digit(name)) for name in STROKES}
    return digits | ({DRAWN: drawn.image.convert("L")} if drawn else {})


def show(values: Values, pair: Pair, scene: Scene) -> None:
    """The map over the picture, the chosen cell beside LeNet's answer, a layer for each class."""
    batch = pair.batch(scene.image)
    with computing():
        found = class_map(pair.fully_conv, batch)
    is_cell = values.cell[0] < found.rows and values.cell[1] < found.columns
    ADDRESS.only(cell=None if is_cell else f"{found.rows} rows and {found.columns} columns")
    cell = (min(values.cell[0], found.rows - 1), min(values.cell[1], found.columns - 1))
    chosen = values.class_idx if 0 <= values.class_idx < len(pair.classes) else None
    seen = contrast(found, batch)
    share = EMPTY_DIGITS if pair.reads_digits else EMPTY_PICTURES
    skipped = (seen < share * seen.max()) & torch.tensor(values.skip_empty)
    with page.stage():
        class_map_view(
            scene.image,
            found,
            pair.classes,
            key="fullyconv_map",
            alt=_alt(scene, found, pair),
            cell=cell,
            on_cell=lambda cell: ADDRESS.set(cell=cell),
            shown_class=chosen,
            least=values.least / 100,
            skipped=skipped.flatten().tolist(),
            canvas=scene.canvas,
        )
    _chosen_cell(pair, found, batch, scene, cell)
    _layers(values, pair, found, chosen)


def _alt(scene: Scene, found: ClassMap, pair: Pair) -> str:
    counts = found.winners.flatten().bincount(minlength=len(pair.classes))
    top = int(counts.argmax())
    return (
        f"{found.rows} × {found.columns} cells over a picture of {scene.image.height} × "
        f"{scene.image.width} pixels; most of them, {int(counts[top])}, say {pair.classes[top]}."
    )


def _chosen_cell(
    pair: Pair, found: ClassMap, batch: Tensor, scene: Scene, cell: tuple[int, int]
) -> None:
    """The crop that a cell equals, and both scores."""
    with computing():
        check = check_cell(pair.lenet, found, batch, *cell)
    top, left = found.corner(*cell)
    st.markdown(f"**Cell ({cell[0]}, {cell[1]}) is LeNet on one crop**")
    picture, table = st.columns([1, 3.2], gap="medium")
    with picture:
        box = (left, top, left + found.window, top + found.window)
        crop_picture(scene.image.crop(box), f"The 32 × 32 pixels that cell {cell} reads")
        st.caption(f"Rows {top}–{box[3] - 1}, columns {left}–{box[2] - 1}.")
        st.caption(f"Largest difference: {check.difference:.1e}")
        _all_crops(pair, found, batch)
    with table:
        score_table(pair.classes, check.on_crop, check.in_map, ("LeNet on the crop", "the cell"))


def _all_crops(pair: Pair, found: ClassMap, batch: Tensor) -> None:
    """Every crop through LeNet, for those who do not believe one."""
    cells = found.rows * found.columns
    if st.button(f"Check all {cells:,} crops", key="fullyconv_all", icon=":material/fact_check:"):
        with computing():
            difference = largest_difference(pair.lenet, found, batch)
        st.caption(f"Largest difference of all {cells:,}: **{difference:.1e}**")


def _layers(values: Values, pair: Pair, found: ClassMap, chosen: int | None) -> None:
    """One heat layer a class; a click shows that class over the picture, another the winners."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("**A layer for each class**")
        st.toggle(
            "Scores before softmax",
            key=ADDRESS.key("as_scores"),
            help="Scores can be negative and need not add up to one; softmax makes probabilities "
            "of the ten scores of each cell.",
        )
        if chosen is not None:
            st.button("Winners again", on_click=ADDRESS.set, kwargs={"class_idx": -1})
    as_scores = values.as_scores
    maps = found.scores if as_scores else found.probabilities
    mosaic_view(
        mosaic(maps, colours="diverging", columns=5)
        if as_scores
        else mosaic(maps, colours="sequential", limit=1.0, columns=5),
        [
            f"{name} · at most {layer.max():.2f}"
            for name, layer in zip(pair.classes, maps, strict=True)
        ],
        key="fullyconv_layers",
        alt=f"{len(maps)} maps of {found.rows} × {found.columns} cells, one for each class.",
        selected=chosen,
        captions=list(pair.classes),
        on_select=lambda index: ADDRESS.set(class_idx=index),
    )
