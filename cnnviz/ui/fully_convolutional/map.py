"""View 3 of the page `fully_convolutional`: a map of classes over a canvas or a large picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass
from hashlib import blake2b

import streamlit as st
import torch
from PIL import Image
from torch import Tensor

from cnnviz.cluster.order import Order
from cnnviz.counting import counted
from cnnviz.figures.mosaic import mosaic
from cnnviz.figures.pictures import nice_limit
from cnnviz.fully_conv.class_map import (
    CellCheck,
    ClassMap,
    check_cell,
    class_map,
    contrast,
    largest_difference,
    reads_middle,
)
from cnnviz.fully_conv.scenes import render
from cnnviz.fully_conv.sliding import strongest_folded
from cnnviz.images import fit, sample
from cnnviz.images.ten_digits import STROKES, digit
from cnnviz.models.photographs import PHOTOGRAPHS
from cnnviz.models.transforms import picture_tensor
from cnnviz.progress import Progress
from cnnviz.ui import page
from cnnviz.ui.address import no_place
from cnnviz.ui.choices import segments
from cnnviz.ui.compute import computing
from cnnviz.ui.finding.terms import meaning
from cnnviz.ui.fully_convolutional.address import ADDRESS, DRAWN, PICTURES, SOURCES, Values
from cnnviz.ui.fully_convolutional.class_map import Canvas, Checked, class_map_view
from cnnviz.ui.fully_convolutional.controls import (
    canvas_controls,
    items_of,
    kinds_of,
    set_items,
    size_slider,
)
from cnnviz.ui.fully_convolutional.cost import show_cost
from cnnviz.ui.fully_convolutional.folded import show_folded
from cnnviz.ui.fully_convolutional.networks import Pair, cost_of, sent_as
from cnnviz.ui.fully_convolutional.scores import score_table
from cnnviz.ui.job_panel import long_work
from cnnviz.ui.jobs import Ordered, Task
from cnnviz.ui.kept import Result, account
from cnnviz.ui.mosaic_view import mosaic_view
from cnnviz.ui.pictures import Picture, picture_chooser
from cnnviz.ui.taking.offers import arrays_of, offer_numbers

EMPTY_PICTURES = 0.25  # below this share of the strongest contrast
STRIP = 740  # pixels: the maps of all classes in one row on a small laptop
PICTURE_SIDE = 96  # pixels of an item's picture before it is scaled
READ_HELP = "A canvas to put several things on, each of which can be moved; or one picture, whole."


@dataclass(frozen=True)
class Scene:
    """What the networks read, and the canvas it comes from (None for a picture)."""

    image: Image.Image
    canvas: Canvas | None


def choose_scene(values: Values, pair: Pair) -> Scene:
    """The controls of the canvas or of the picture, and what they give."""
    segments(ADDRESS, "source", "What it reads", SOURCES, READ_HELP)
    if values.source == "picture":
        size_slider(values, "Longer side, pixels", "The picture is scaled to this before.")
        _offer_photo_network()
        return Scene(_scaled(_picture(pair).image, max(values.size, 32)), None)
    items = items_of(values, pair)
    drawn = canvas_controls(items, pair)
    pictures = item_pictures(pair, drawn)
    width, height = (int(side) for side in values.canvas.split("x"))
    image = render(items, pictures, height, width)
    return Scene(image, Canvas(items, pictures, kinds_of(pair), set_items))


def _picture(pair: Pair) -> Picture:
    return picture_chooser(ADDRESS, is_for_digits=pair.reads_digits)


def _offer_photo_network() -> None:
    st.button(
        "A network for photos instead",
        icon=":material/photo_camera:",
        key="fullyconv_for_photos",
        width="stretch",
        on_click=lambda: ADDRESS.set(model=PHOTOGRAPHS[0], class_idx=-1),
        help="It knows a thousand kinds of things, and takes the photo at its own shape.",
    )


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
    """The map over the picture with what one cell says, and a layer for each class."""
    batch = pair.batch(scene.image)
    with computing():
        found = class_map(pair.fully_conv, batch)
    offer_numbers("the map of classes", ADDRESS, lambda: arrays_of(found))
    ADDRESS.only(cell=no_place(values.cell, found.rows, found.columns))
    cell = (min(values.cell[0], found.rows - 1), min(values.cell[1], found.columns - 1))
    chosen = values.class_idx if 0 <= values.class_idx < len(pair.classes) else None
    with computing():
        check = check_cell(pair.lenet, found, batch, *cell)
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
            skipped=_left_out(values, pair, scene, found, batch).flatten().tolist(),
            canvas=scene.canvas,
            checked=Checked(cell, _checked(check)),
        )
    with computing():
        folded = strongest_folded(pair.lenet, batch, check.crop, cell)
    surgery, cost = st.columns([1.15, 1], gap="small")
    with surgery:
        show_folded(folded, pair.name)
    with cost:
        show_cost(cost_of(pair.name, scene.image.height, scene.image.width))
    _layers(values, pair, found, chosen)
    _beside(pair, found, batch, check, cell)


def _left_out(values: Values, pair: Pair, scene: Scene, found: ClassMap, batch: Tensor) -> Tensor:
    """Cells that do not speak, (rows, columns): what they read is not what LeNet learned."""
    if not values.skip_empty:
        return torch.zeros(found.rows, found.columns, dtype=torch.bool)
    return _unlike_training(pair, scene.image, found, batch)


def _unlike_training(pair: Pair, image: Image.Image, found: ClassMap, batch: Tensor) -> Tensor:
    if pair.reads_digits:
        return ~reads_middle(found, picture_tensor(image, channels=1).float())
    seen = contrast(found, batch)
    return seen < EMPTY_PICTURES * seen.max()


def silent(values: Values, pair: Pair, image: Image.Image) -> Counter[str]:
    """What the cells say that only the rule of `_left_out` keeps from speaking."""
    batch = pair.batch(image)
    with computing():
        found = class_map(pair.fully_conv, batch)
    is_sure = found.probabilities.amax(dim=0) >= values.least / 100
    said = found.winners[is_sure & _unlike_training(pair, image, found, batch)]
    return Counter(pair.classes[kind] for kind in said.tolist())


def _alt(scene: Scene, found: ClassMap, pair: Pair) -> str:
    counts = found.winners.flatten().bincount(minlength=len(pair.classes))
    top = int(counts.argmax())
    return (
        f"{found.rows} × {found.columns} cells over a picture of {scene.image.height} × "
        f"{scene.image.width} pixels; most of them, {int(counts[top])}, say {pair.classes[top]}."
    )


def _checked(check: CellCheck) -> str:
    """What LeNet says of the crop alone, beside the cell."""
    is_same = int(check.on_crop.argmax()) == int(check.in_map.argmax())
    same = "says the same" if is_same else "says something else"
    difference = nice_limit(check.difference)
    return f"LeNet on this crop alone {same}: its scores differ by at most {difference}."


def _beside(
    pair: Pair, found: ClassMap, batch: Tensor, check: CellCheck, cell: tuple[int, int]
) -> None:
    """Both networks' scores of one cell, and every crop for those who do not believe one."""
    cells = counted(found.rows * found.columns, "crop")
    with st.expander(f"Row {cell[0] + 1}, column {cell[1] + 1}: both networks' scores"):
        titles = ("LeNet on the crop", "the cell")
        score_table(pair.classes, check.on_crop, check.in_map, titles)
        key = ("all crops", pair.name, blake2b(batch.numpy().tobytes(), digest_size=16).digest())
        if (checked := account().get(key)) is not None:
            st.caption(f"Largest difference of all {cells}: **{nice_limit(checked.value)}**")
            return
        long_work(
            key,
            lambda: [_all_crops(key, pair, found, batch)],
            button=f"Check all {cells}",
            place="fullyconv_all",
            help="LeNet sees every crop by itself and is compared with the cell that reads it: "
            "up to a few seconds for the largest picture.",
            icon="fact_check",
        )


def _all_crops(key: Hashable, pair: Pair, found: ClassMap, batch: Tensor) -> Task:
    def keep(difference: float) -> None:
        account().put(key, Result(difference))

    def work(progress: Progress) -> None:
        keep(largest_difference(pair.lenet, found, batch, progress))

    def order() -> Order:
        return Order("all_crops", {"model": sent_as(pair.name), "batch": batch})

    ordered = Ordered(order, keep) if sent_as(pair.name) else None
    return Task("Comparing", work, ordered)


def _layers(values: Values, pair: Pair, found: ClassMap, chosen: int | None) -> None:
    """One heat layer a class; a click shows that class over the picture, another the winners."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"**The output** (1, {len(pair.classes)}, {found.rows}, {found.columns}): a map "
            "for each class, every cell shown"
        )
        st.toggle(
            "Scores before softmax",
            key=ADDRESS.key("as_scores"),
            help=meaning("softmax"),
        )
        if chosen is not None:
            st.button("Winners again", on_click=ADDRESS.set, kwargs={"class_idx": -1})
    as_scores = values.as_scores
    maps = found.scores if as_scores else found.probabilities
    columns = 10 if pair.reads_digits else 5  # a name needs more room than a digit
    mosaic_view(
        mosaic(maps, colours="diverging", columns=columns, width=STRIP)
        if as_scores
        else mosaic(maps, colours="sequential", limit=1.0, columns=columns, width=STRIP),
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
