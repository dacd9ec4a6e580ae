"""A file's network on a photo larger than its own: a map of classes, where it can give one."""

from __future__ import annotations

import numpy as np
import streamlit as st
import torch
from PIL import Image

from cnnviz.figures.examples import heat_over
from cnnviz.figures.own.brought import class_cells
from cnnviz.figures.shown import shown
from cnnviz.fully_conv.any_network import AnySize, ClassCells, any_size, cells_of
from cnnviz.images import SAMPLES, sample
from cnnviz.models.onnx.opened import LARGEST_SIDE, FileTransform
from cnnviz.ui import media
from cnnviz.ui.compute import computing
from cnnviz.ui.sent import stands_at
from cnnviz.ui.weights.files import OwnFile

PHOTOS = ("cat", "coffee", "rocket")
TIMES = 2  # as long as the network's own pictures
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
    try:
        with computing():
            network = any_size(file.opened.model, file.opened.shape)
            cells = _cells(file, name, network)
    except ValueError as error:
        st.caption(f"It stays a network for pictures of its own size: {shown(str(error), 200)}.")
        return
    photo = _larger(file, name)
    height, width = photo.height, photo.width
    share = torch.nn.functional.interpolate(cells.share[None, None], (height, width))[0, 0]
    drawn = heat_over(np.asarray(photo), share.numpy(), is_signed=False)
    rows, columns = cells.share.shape
    url = media.url(drawn.data, drawn.mimetype, f"build.own.larger.{name}")
    title, words = SAMPLES[name].title, file.classes[cells.best]
    st.html(class_cells(url, title, words, (rows, columns), float(cells.share.max())))
    st.caption(_said(network, file))


def _cells(file: OwnFile, name: str, network: AnySize) -> ClassCells:
    """The map of classes of a photo, kept with the file."""
    place = (name, (file.mean, file.std))
    if place not in file.larger:
        photo = _larger(file, name)
        shape = (file.opened.shape[0], photo.height, photo.width)
        batch = FileTransform(shape, file.mean, file.std)(photo)
        file.larger[place] = cells_of(network, batch)
    return file.larger[place]


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


def _said(network: AnySize, file: OwnFile) -> str:
    changes = ", ".join(network.replaced) or "nothing had to be replaced"
    height, width = file.opened.shape[1:]
    meaning = (
        "the mean of all cells’ scores is what the network says of the whole photo"
        if network.is_averaged
        else f"each cell is what it says of {height} × {width} pixels, but for padding at edges"
    )
    return f"{changes}; {meaning}."
