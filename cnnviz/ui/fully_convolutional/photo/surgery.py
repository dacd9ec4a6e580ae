"""Linear → Conv2d for the networks of photos: one needs it, the other was built that way."""

from __future__ import annotations

from html import escape

import streamlit as st
import torch
from torch import Tensor

from cnnviz.figures.formulas import term
from cnnviz.figures.mosaic import mosaic
from cnnviz.figures.pictures import nice_limit
from cnnviz.figures.tables import table
from cnnviz.ui import page
from cnnviz.ui.compute import computing
from cnnviz.ui.fully_convolutional.address import Values
from cnnviz.ui.fully_convolutional.photo.map import EXACT
from cnnviz.ui.fully_convolutional.photo.seen import Seen
from cnnviz.ui.fully_convolutional.scores import score_table
from cnnviz.ui.kept import kept
from cnnviz.ui.mosaic_view import mosaic_view

COLUMNS = 64  # weights in a row of the kernel's picture
WEIGHT = 10  # pixels of one of them
BEST = 8  # classes in the table of scores


def show(values: Values, seen: Seen) -> None:
    """The kernel of a class, both ways through the end of the network, and both ways' scores."""
    with computing():
        found = seen.found
        class_idx = values.class_idx if values.class_idx >= 0 else int(found.own.argmax())
        kernel = seen.parts.kernels.weight[class_idx].flatten()
    with page.stage():
        st.markdown(_story(seen, class_idx, kernel))
        _kernel(seen, class_idx, kernel)
        st.html(_two_ways(seen))
    _sum(seen, class_idx)
    _same_scores(seen, class_idx)


def _story(seen: Seen, class_idx: int, kernel: Tensor) -> str:
    name, count = seen.classes[class_idx], len(kernel)
    if seen.parts.was_linear:
        return (
            f"**Output “{name}” of Linear({count:,}, {len(seen.classes):,})**: a row of {count:,} "
            f"weights, one for each number of the mean. As `Conv2d` it is {count:,} planes of "
            "1 × 1: the same sum in every cell, **before** the mean and not after it. No number "
            "changes; only mean and sum change places."
        )
    return (
        f"**No surgery needed**: {seen.title} has no Linear layer. Its last convolution has a "
        f"kernel of {count:,} × 1 × 1 for each class (here “{name}”) and gives a map of scores; "
        "the network’s answer is the mean of that map. It was fully convolutional all along."
    )


def _kernel(seen: Seen, class_idx: int, kernel: Tensor) -> None:
    limit = float(kernel.abs().max()) or 1.0
    mosaic_view(
        mosaic(kernel.view(-1, 1, 1), limit=limit, columns=COLUMNS, gap=1, scale=WEIGHT),
        [f"weight {i}: {value:+.4f}, reads map {i}" for i, value in enumerate(kernel.tolist())],
        key="fullyconv_photo_kernel",
        alt=f"The {len(kernel):,} weights of “{seen.classes[class_idx]}” from "
        f"{float(kernel.min()):.3g} to {float(kernel.max()):.3g}.",
        noun="weights",
    )


def _two_ways(seen: Seen) -> str:
    """The last layers as they were trained and as a map of classes, with their shapes."""
    channels, count = seen.parts.kernels.in_channels, len(seen.classes)
    found = seen.found
    maps = f"{channels:,} × {found.rows} × {found.columns}"
    scores = f"{count:,} × {found.rows} × {found.columns}"
    relu = "" if seen.parts.was_linear else ", ReLU"
    as_map = [
        ("maps of the features", maps),
        (f"Conv2d({channels:,}, {count:,}, 1){relu}", scores),
        ("mean over all cells", f"{count:,}"),
    ]
    trained = (
        [
            ("maps of the features", maps),
            ("mean over all cells", f"{channels:,}"),
            (f"Linear({channels:,}, {count:,})", f"{count:,}"),
        ]
        if seen.parts.was_linear
        else as_map
    )
    rows = [
        (f"{escape(a)}: <b>{one}</b>", f"{escape(b)}: <b>{other}</b>")
        for (a, one), (b, other) in zip(trained, as_map, strict=True)
    ]
    return table(["as it was trained", "with a map of classes"], rows)


def _sum(seen: Seen, class_idx: int) -> None:
    """The mean of sums beside the sum of means, written out with today's numbers."""
    found = seen.found
    cells = found.rows * found.columns
    per_cell = float(found.scores[class_idx].mean())
    if seen.parts.was_linear:
        dot, bias = _of_means(seen.name, seen.picture.digest, seen.size, class_idx, seen)
        left = f"mean of {term(f'{cells:,}', 'cells')} of (w · x + b)"
        right = (
            f"w · mean(x) + b = {term(f'{dot:.4f}', 'w · mean(x)')} + {term(f'{bias:.4f}', 'b')}"
        )
        first, second = per_cell, dot + bias
    else:
        left = f"mean of {term(f'{cells:,}', 'cells')} of ReLU(w · x + b)"
        right = f"{escape(seen.title)}’s own score"
        first, second = per_cell, float(found.own[class_idx])
    st.html(
        f'<div class="cnnviz numbers"><div class="formulas"><div><p tabindex="0"><span '
        f'class="formula">{left} = <b>{first:.4f}</b> = {right} = <b>{second:.4f}</b></span>'
        "</p></div></div></div>"
    )


@kept
def _of_means(
    name: str, digest: str, size: tuple[int, int], class_idx: int, _seen: Seen
) -> tuple[float, float]:
    """Weights times the means of the maps, and the bias, of one class."""
    parts = _seen.parts
    assert parts.kernels.bias is not None
    with torch.inference_mode():
        means = parts.features(_seen.batch)[0].mean(dim=(1, 2))
        dot = parts.kernels.weight[class_idx].flatten() @ means
    return float(dot), float(parts.kernels.bias[class_idx])


def _same_scores(seen: Seen, class_idx: int) -> None:
    """Both networks' scores of the photo, the likeliest classes and the one that is shown."""
    found = seen.found
    height, width = seen.size
    sentence = (
        f"At {height} × {width} the {len(seen.classes):,} scores of both ways differ by at most "
        f"{nice_limit(found.difference)}"
    )
    if found.difference <= EXACT * max(1.0, float(found.own.abs().max())):
        st.success(
            f"{sentence}, which is rounding: they are one network.", icon=":material/check_circle:"
        )
    else:
        st.error(f"{sentence}.", icon=":material/error:")
    shown = list(dict.fromkeys([*found.own.topk(BEST).indices.tolist(), class_idx]))
    with st.expander("Both ways’ scores", expanded=True):
        score_table(
            [seen.classes[index] for index in shown],
            found.own[shown],
            found.mean[shown],
            ("as it was trained", "mean of its map"),
        )
