"""A network that a visitor trained or brought, as plain data: its layers or its file, its weights.

Whatever is wrong with it is refused where it is restored as on the page: the text by
`cnnviz.builder.codec`, the file by `cnnviz.models.onnx`.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from cnnviz.builder.codec import MAX_CODE, decode, encode
from cnnviz.models.cards import unknown_card
from cnnviz.models.onnx.opened import open_file
from cnnviz.models.trained import Pretrained
from cnnviz.models.transforms import InputSpec, PictureTransform
from cnnviz.training.moments import network_of

MOST_BYTES = 32_000_000  # of file or weights: what is larger stays where it is


@dataclass(frozen=True, eq=False)
class Brought:
    """What is sent of a network.

    Attributes:
        source: its layers as a text of `cnnviz.builder.codec`, or an ONNX file.
        weights: by name, as in a state dict; none beside a file, which has its own.
        input: what it expects of pictures; None where nobody has said.
        classes: a name for each score.
    """

    source: str | bytes
    weights: dict[str, Tensor]
    input: InputSpec | None
    classes: tuple[str, ...]


def brought(network: Pretrained) -> Brought | None:
    """What is to be sent of a network; None if it is too large, or cannot be written as text."""
    transform, source = network.transform, network.source
    expected = transform.spec if isinstance(transform, PictureTransform) else None
    if source is None or network.card.size_bytes > MOST_BYTES:
        return None
    if isinstance(source, bytes):
        is_small = len(source) <= MOST_BYTES
        return Brought(source, {}, expected, network.classes) if is_small else None
    code = encode(source)
    if len(code) > MAX_CODE:
        return None
    return Brought(code, dict(network.model.state_dict()), expected, network.classes)


def restored(sent: Brought) -> Pretrained:
    """The network, frozen; nothing is known of how good it is.

    Raises:
        ValueError: the text or the file is refused.
        RuntimeError: the weights are not those of the layers.
    """
    if isinstance(sent.source, bytes):
        opened = open_file(sent.source)
        model, shape = opened.model, opened.shape
    else:
        layers = decode(sent.source)
        model, shape = network_of(layers, sent.weights), layers.input_shape
    spec = sent.input or InputSpec(shape[0], shape[1], 0, (0.0,) * shape[0], (1.0,) * shape[0])
    num_params = sum(parameter.numel() for parameter in model.parameters())
    card = unknown_card("", "", num_params, shape[1], len(sent.classes))
    return Pretrained(model, PictureTransform(spec), sent.classes, card)
