"""The surgery before one's eyes: the row folds into a kernel, the kernel slides, the sums paint."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import numpy as np
from PIL import Image
from torch import Tensor

from cnnviz.figures.pictures import (
    diverging_levels,
    encode_photo,
    nice_limit,
    sequential_levels,
    symmetric_limit,
)
from cnnviz.figures.style import DIVERGING, SEQUENTIAL
from cnnviz.fully_conv.class_map import field_of
from cnnviz.fully_conv.sliding import Sliding, sliding
from cnnviz.ui import media
from cnnviz.ui.address import no_number
from cnnviz.ui.components import register
from cnnviz.ui.compute import computing
from cnnviz.ui.fully_convolutional.address import ADDRESS, Values
from cnnviz.ui.fully_convolutional.networks import Pair
from cnnviz.ui.sent import index, word

KEY = "fullyconv_sliding"
ACTS = 3  # the row, its pieces, the kernel; then a step for every place

_mount = register("surgery")


def sliding_view(values: Values, pair: Pair, picture: Image.Image, unit: int) -> None:
    """Show the steps of the surgery of one output; where a visitor rests is part of the link."""
    with computing():
        found = sliding(pair.lenet, pair.batch(picture), unit)
    steps = ACTS + found.response.numel()
    ADDRESS.only(step=no_number(values.step, steps, "step"))

    def rested() -> None:
        step = word(KEY, "step", index(steps))
        if step is not None:
            ADDRESS.set(step=step)

    _mount(
        data=sliding_data(found, picture, field_of(pair.fully_conv), unit)
        | {"step": min(values.step, steps - 1)},
        key=KEY,
        on_step_change=rested,
        height="content",
    )


def sliding_data(
    found: Sliding, picture: Image.Image, field: tuple[int, int], unit: int
) -> dict[str, Any]:
    """What the component is told: all numbers, and their colours as entries of two palettes."""
    photo = encode_photo(picture.convert("RGB"))
    weight, answer = symmetric_limit(found.planes).value, symmetric_limit(found.response).value
    partial, highest = symmetric_limit(found.sums).value, float(found.maps.max()) or 1.0
    return {
        "unit": unit,
        "shape": list(found.planes.shape),
        "maps_size": list(found.maps.shape[1:]),
        "size": list(found.response.shape),
        "planes": _bytes(diverging_levels(found.planes.numpy(), weight)),
        "maps": _bytes(sequential_levels(found.maps.numpy(), 0.0, highest)),
        "levels": _bytes(diverging_levels(found.response.numpy(), answer)),
        "sum_levels": _bytes(diverging_levels(found.sums.numpy(), partial)),
        "signed": _bytes(DIVERGING),
        "unsigned": _bytes(SEQUENTIAL),
        "sums": _floats(found.sums),
        "response": _floats(found.response),
        "by_linear": _floats(found.by_linear),
        "bias": float(f"{found.bias:.6g}"),
        "photo": media.url(photo.data, photo.mimetype, f"{KEY}.photo"),
        "picture": [picture.height, picture.width],
        "window": field[0],
        "stride": field[1],
        "scales": f"Red above 0, blue below: weights ±{nice_limit(weight)}, sums "
        f"±{nice_limit(partial)}, response ±{nice_limit(answer)}. Maps from 0, dark, to "
        f"{nice_limit(highest)}, bright.",
        "alt": f"The {found.planes.numel()} weights of output {unit} in a row fold into "
        f"{len(found.planes)} planes of 5 × 5, which slide over the maps of a picture of "
        f"{picture.height} × {picture.width}: {found.response.shape[0]} × "
        f"{found.response.shape[1]} sums from {float(found.response.min()):.3g} to "
        f"{float(found.response.max()):.3g}.",
    }


def _bytes(levels: np.ndarray) -> str:
    return b64encode(np.ascontiguousarray(levels, np.uint8).tobytes()).decode("ascii")


def _floats(values: Tensor) -> str:
    return b64encode(values.contiguous().numpy().astype("<f4").tobytes()).decode("ascii")
