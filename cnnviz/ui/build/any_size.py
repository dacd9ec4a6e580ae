"""A file's network on a photo larger than its own: a map of classes, where it can give one."""

from __future__ import annotations

import numpy as np
import streamlit as st
import torch
from PIL import Image
from torch import Tensor

from cnnviz.cluster.brought import MOST_BYTES, Brought
from cnnviz.cluster.order import Order
from cnnviz.figures.examples import heat_over
from cnnviz.figures.own.brought import class_cells
from cnnviz.figures.shown import shown
from cnnviz.fully_conv.any_network import LargerMap, larger_map
from cnnviz.images import SAMPLES, sample
from cnnviz.models.onnx.opened import LARGEST_SIDE, FileTransform
from cnnviz.progress import Progress, go_on
from cnnviz.ui import media
from cnnviz.ui.compute import computing
from cnnviz.ui.job_panel import long_work
from cnnviz.ui.jobs import Ordered, Task
from cnnviz.ui.sent import stands_at
from cnnviz.ui.weights.files import OwnFile, Pixels

PHOTOS = ("cat", "coffee", "rocket")
QUICK_MACS = 10**9  # multiply-adds
TIMES = 2  # as long as the network's own pictures
Place = tuple[str, Pixels]  # a photo, and what its pixels mean
HELP = (
    "Its last layers become convolutions with the same weights, so that one pass gives the scores "
    "of every place of a photo that is twice as large as its own."
)


def any_size_of(file: OwnFile) -> None:
    """The choice of a larger photo, and what the network says in each place of it."""
    key = f"build_own_larger_{file.token}"
    with st.container(border=True, key="build_own_any_size"):
        st.segmented_control(
            "Any size: a larger photo",
            PHOTOS,
            format_func=lambda name: SAMPLES[name].title,
            key=key,
            help=HELP,
        )
        if stands_at(key) in PHOTOS:
            _show(file, str(stands_at(key)))


def _show(file: OwnFile, name: str) -> None:
    found = _found(file, name)
    if isinstance(found, str):
        st.caption(f"It stays a network for pictures of its own size: {shown(found, 200)}.")
    elif found is not None:
        _show_map(file, name, found)


def _show_map(file: OwnFile, name: str, found: LargerMap) -> None:
    photo, cells = _larger(file, name), found.cells
    height, width = photo.height, photo.width
    share = torch.nn.functional.interpolate(cells.share[None, None], (height, width))[0, 0]
    drawn = heat_over(np.asarray(photo), share.numpy(), is_signed=False)
    rows, columns = cells.share.shape
    url = media.url(drawn.data, drawn.mimetype, f"build.own.larger.{name}")
    title, words = SAMPLES[name].title, file.classes[cells.best]
    st.html(class_cells(url, title, words, (rows, columns), float(cells.share.max())))
    st.caption(_said(found, file))


def _found(file: OwnFile, name: str) -> LargerMap | str | None:
    """The map of classes of a photo, or why there is none; None while workers make a dear one."""
    place: Place = (name, (file.mean, file.std))
    if place in file.larger:
        return file.larger[place]
    photo = _larger(file, name)
    if _is_quick(file, photo):
        with computing():
            _make(file, place, go_on)
        return file.larger[place]
    long_work(
        ("larger photo", file.token, *place),
        lambda: [_making(file, place)],
        button="Make the map",
        place="build_own_larger",
        help=HELP,
        like=file.token,
        at_once=True,
    )
    return None


def _is_quick(file: OwnFile, photo: Image.Image) -> bool:
    """Whether its map takes less than about a tenth of a second."""
    area = (photo.height * photo.width) / (file.opened.shape[1] * file.opened.shape[2])
    return file.num_macs * area < QUICK_MACS


def _making(file: OwnFile, place: Place) -> Task:
    """Have the map made, by a worker where the file may be sent."""

    def order() -> Order:
        model = Brought(file.data, {}, None, file.classes)
        shape, batch = file.opened.shape, _batch(file, place)
        return Order("larger", {"model": model, "shape": shape, "batch": batch})

    def take(found: LargerMap | str) -> None:
        file.larger[place] = found

    is_sent = len(file.data) <= MOST_BYTES
    ordered = Ordered(order, take) if is_sent else None
    return Task("A larger photo", lambda progress: _make(file, place, progress), ordered)


def _make(file: OwnFile, place: Place, progress: Progress) -> None:
    """Make the map here."""
    batch = _batch(file, place)
    try:
        file.larger[place] = larger_map(file.opened.model, file.opened.shape, batch, progress)
    except ValueError as error:
        file.larger[place] = str(error)


def _batch(file: OwnFile, place: Place) -> Tensor:
    """The photo as the network reads it, (1, channels, height, width)."""
    name, pixels = place
    photo = _larger(file, name)
    shape = (file.opened.shape[0], photo.height, photo.width)
    return FileTransform(shape, *pixels)(photo)


def _larger(file: OwnFile, name: str) -> Image.Image:
    """A photo whose shorter side is longer than the network's own, up to what is taken here."""
    photo = sample(name).convert("RGB")
    side = min(LARGEST_SIDE, TIMES * max(file.opened.shape[1:]))
    longest = max(photo.width, photo.height)
    sizes = [
        max(least, round(size * side / longest))
        for size, least in zip(photo.size, file.opened.shape[:0:-1], strict=True)
    ]
    return photo.resize((sizes[0], sizes[1]))


def _said(found: LargerMap, file: OwnFile) -> str:
    changes = ", ".join(found.replaced) or "nothing had to be replaced"
    height, width = file.opened.shape[1:]
    meaning = (
        "the mean of all cells’ scores is what the network says of the whole photo"
        if found.is_averaged
        else f"each cell is what it says of {height} × {width} pixels, but for padding at edges"
    )
    return f"{changes}; {meaning}."
