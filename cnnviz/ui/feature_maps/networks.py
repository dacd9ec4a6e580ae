"""Networks from the page that builds them, ready to be looked into: weights are random."""

from __future__ import annotations

from cnnviz.builder.codec import decode
from cnnviz.builder.limits import refuse_run, run_cost
from cnnviz.builder.modules import build
from cnnviz.builder.shapes import forward_shapes
from cnnviz.builder.transform import BuiltTransform
from cnnviz.models import Pretrained
from cnnviz.models.cards import Card
from cnnviz.models.frozen import frozen
from cnnviz.ui.kept import LARGEST, kept, make_room


def refusal(code: str) -> str | None:
    """Why a built network cannot be looked into, in a sentence; None where it can."""
    spec = decode(code)
    if not spec.layers:
        return "The network has no layer yet: there is nothing to look into."
    return refuse_run(spec)


def built(code: str, seed: int) -> Pretrained:
    """The network of an address with the random weights that belong to a seed; read it only."""
    make_room(_num_bytes(code))
    return _built(code, seed)


def is_large(code: str) -> bool:
    """Whether a pass of the network of an address is not kept whole."""
    return bool(code) and _num_bytes(code) > LARGEST


@kept(is_quick=True)
def _num_bytes(code: str) -> int:
    return run_cost(decode(code)).num_bytes


@kept(spinner="Making the network …")
def _built(code: str, seed: int) -> Pretrained:
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
