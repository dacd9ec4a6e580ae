"""What a network costs to run, and the limits that protect the other visitors of a small server.

Shapes are free, because torch computes them without memory; only running has a limit. The server
has 690 MB in all, of which 340 MB are Python, torch and Streamlit before anyone has come. One run
may take 120 MB of weights and 96 MB of activations, and 136 MB of both, in which the largest
layer counts twice: a convolution is computed in an order of its own and copied into torch's. With
every page opened before, a run of more went over 690. How many run at once is bounded elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from cnnviz.builder.counts import count_looks
from cnnviz.builder.formulas import side
from cnnviz.builder.names import number_of
from cnnviz.builder.shapes import LayerShape, failure, forward_shapes
from cnnviz.models.specs import Conv2d, LocalResponseNorm, NetworkSpec

BYTES_PER_NUMBER = 4  # torch.float32
MAX_PARAMS = 30_000_000  # ResNet50 has 25,557,032, AlexNet 61,100,840
MAX_ACTIVATIONS = 24_000_000  # ResNet18 at 224×224 makes 7.3 million, VGG-16 28.9 million
MAX_NUMBERS = 34_000_000  # parameters and activations together; ResNet34 at 224×224 has 32 million
MAX_MACS = 5_000_000_000  # about two seconds on one core
MAX_LOOKS = 1_000_000_000  # pooling takes half a second for it, LocalResponseNorm four


@dataclass(frozen=True)
class RunCost:
    """What one picture's way through a network costs.

    Attributes:
        num_params: learnt numbers.
        num_activations: numbers that all layers put out, which are kept to be shown.
        macs: multiply-adds.
        largest: numbers that the largest layer puts out, which are there twice for a moment.
        looks: numbers that the windows of pooling layers and the like look at.
    """

    num_params: int
    num_activations: int
    macs: int
    largest: int = 0
    looks: int = 0

    @property
    def num_numbers(self) -> int:
        """Parameters and activations together, the largest layer's twice."""
        return self.num_params + self.num_activations + self.largest

    @property
    def num_bytes(self) -> int:
        """Memory that a run takes at most, in bytes."""
        return BYTES_PER_NUMBER * self.num_numbers


def run_cost(spec: NetworkSpec) -> RunCost:
    """What it costs to run a network; of one that does not fit, the layers before the mistake."""
    rows = forward_shapes(spec)
    return RunCost(
        num_params=sum(row.num_params for row in rows),
        num_activations=prod(spec.input_shape) + sum(map(_num_activations, rows)),
        macs=sum(row.macs for row in rows),
        largest=max(map(_num_beside, rows), default=0),
        looks=sum(count_looks(row.layer, row.output_shape) for row in rows if row.output_shape),
    )


def refuse_run(spec: NetworkSpec) -> str | None:
    """Why a network cannot be run here, in a sentence with both numbers; None where it can."""
    failed = failure(forward_shapes(spec))
    if failed is not None:
        return (
            f"The network does not fit together at layer {number_of(failed.path)}, {failed.name}."
        )
    cost = run_cost(spec)
    together = "parameters and activations, the largest layer's twice"
    limits = (
        ("parameters", cost.num_params, MAX_PARAMS, BYTES_PER_NUMBER),
        ("activations", cost.num_activations, MAX_ACTIVATIONS, BYTES_PER_NUMBER),
        (together, cost.num_numbers, MAX_NUMBERS, BYTES_PER_NUMBER),
        ("multiply-adds for one picture", cost.macs, MAX_MACS, 0),
        ("numbers in the windows of layers without kernels", cost.looks, MAX_LOOKS, 0),
    )
    for noun, count, most, num_bytes in limits:
        if count > most:
            return _refusal(spec.name, noun, count, most, num_bytes)
    return None


def _refusal(name: str, noun: str, count: int, most: int, num_bytes: int) -> str:
    size, bound = (f" ({_megabytes(number * num_bytes)})" for number in (count, most))
    if not num_bytes:
        size = bound = ""
    return (
        f"{name} has {count:,} {noun}{size}; up to {most:,}{bound} are run here, so that "
        "everyone's page stays alive. Its shapes are right all the same."
    )


def _megabytes(num_bytes: int) -> str:
    return f"{num_bytes / 1e6:,.0f} MB"


def _num_activations(row: LayerShape) -> int:
    return 0 if row.output_shape is None else prod(row.output_shape)


def _num_beside(row: LayerShape) -> int:
    """Numbers that a layer holds beside what it puts out, while it computes."""
    count = _num_activations(row)
    match row.layer:
        case LocalResponseNorm() as norm if row.output_shape:
            channels, *sizes = row.output_shape
            return 2 * count + (channels + norm.size - 1) * prod(sizes)  # squares, padded
        case Conv2d() as layer if row.output_shape and layer.padding_mode != "zeros":
            channels, *sizes = row.input_shape  # torch pads a copy before
            padded = (size + _padding(layer, axis) for axis, size in enumerate(sizes))
            return count + channels * prod(padded)
    return count


def _padding(layer: Conv2d, axis: int) -> int:
    """Rows, or columns for the axis 1, that are added on both sides together."""
    if layer.padding == "same":
        return (side(layer.kernel_size, axis) - 1) * side(layer.dilation, axis)
    return 0 if isinstance(layer.padding, str) else 2 * side(layer.padding, axis)
