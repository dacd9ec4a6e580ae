"""Networks from the page that builds them, ready to be looked into: weights are random."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
from PIL import Image
from torch import Tensor

from cnnviz.builder.codec import decode
from cnnviz.builder.limits import refuse_run
from cnnviz.builder.modules import build
from cnnviz.builder.shapes import forward_shapes
from cnnviz.images import fit, to_tensor
from cnnviz.models import Pretrained
from cnnviz.models.cards import Card
from cnnviz.models.frozen import frozen


@dataclass(frozen=True)
class BuiltTransform:
    """The middle of a picture at a network's input shape, its values in [0, 1]."""

    shape: tuple[int, int, int]  # channels, height, width

    @property
    def size(self) -> int:
        """Height in pixels of what enters the network."""
        return self.shape[1]

    def __call__(self, picture: Image.Image, size: int | None = None) -> Tensor:
        """The picture as a batch (1, channels, height, width); grey where there are not three."""
        channels, height, width = self.shape
        batch = to_tensor(fit(picture, (height, width)))[None]
        if channels == 3:
            return batch
        return batch.mean(dim=1, keepdim=True).repeat(1, channels, 1, 1)

    def crop(self, picture: Image.Image) -> Image.Image:
        """The part of the picture that the network gets to see."""
        _, height, width = self.shape
        side = min(picture.width / width, picture.height / height)
        return fit(picture, (max(1, round(height * side)), max(1, round(width * side))))


def refusal(code: str) -> str | None:
    """Why a built network cannot be looked into, in a sentence; None where it can."""
    spec = decode(code)
    if not spec.layers:
        return "The network has no layer yet: there is nothing to look into."
    return refuse_run(spec)


@st.cache_resource(max_entries=4, show_spinner="Making the network …")
def built(code: str, seed: int) -> Pretrained:
    """The network of an address with the random weights that belong to a seed; read it only."""
    spec = decode(code)
    model = frozen(build(spec, seed=seed))
    params = sum(parameter.numel() for parameter in model.parameters())
    shape = forward_shapes(spec)[-1].output_shape or ()
    count = shape[0] if len(shape) == 1 else 0
    card = Card(
        name="", title=spec.name, dataset="nothing: random weights", data="", recipe="", seed=seed,
        date=None, test_accuracy=0.0, accuracy_at=(), float32_accuracy=None, num_params=params,
        size_bytes=0, input_size=spec.input_shape[1], num_classes=count, is_half_precision=False,
    )  # fmt: skip
    classes = tuple(f"output {index}" for index in range(count))
    return Pretrained(model, BuiltTransform(spec.input_shape), classes, card)
