"""What a pass of a built network costs whose weights are drawn layer by layer, and its limits.

Nothing of it is kept but small pictures. So its memory is that of its largest step: what arrives at
a layer, what leaves it, and its weights or a block of them; of a network with joins also the maps
that wait to be joined. Its time is that of drawing all weights and of all multiply-adds.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from cnnviz.builder.limits import BYTES_PER_NUMBER
from cnnviz.builder.names import number_of
from cnnviz.builder.running.drawn import BLOCK
from cnnviz.builder.shapes import LayerShape, failure, forward_shapes
from cnnviz.models.specs import Linear, NetworkSpec

MAX_NUMBERS = 24_000_000  # at once: 96 MB; VGG-16 at 224×224 has 6.4 million
MAX_PARAMS = 160_000_000  # drawn in all; VGG-19 has 143,667,240
MAX_MACS = 21_000_000_000  # VGG-19 at 224×224 has 19.6 billion
DRAWN_PER_S = 50_000_000  # weights, on one core of a small server; measured 38 to 110 million
MACS_PER_S = 12_000_000_000  # multiply-adds of convolutions there; measured 7.5 to 25 billion


@dataclass(frozen=True)
class PassCost:
    """What one picture's way through a network costs.

    Attributes:
        num_numbers: that are held at once, in the largest step.
        num_params: weights that are drawn.
        macs: multiply-adds.
    """

    num_numbers: int
    num_params: int
    macs: int

    @property
    def num_bytes(self) -> int:
        """Memory of the largest step."""
        return BYTES_PER_NUMBER * self.num_numbers

    @property
    def seconds(self) -> float:
        """About how long it takes on a small server that does nothing else."""
        return self.num_params / DRAWN_PER_S + self.macs / MACS_PER_S


def pass_cost(spec: NetworkSpec) -> PassCost:
    """What a pass costs; of a network that does not fit, up to the mistake."""
    rows = forward_shapes(spec)
    waiting = sum(prod(row.output_shape or ()) for row in rows if row.layer.mark)
    return PassCost(
        num_numbers=waiting + max(map(_numbers, rows), default=prod(spec.input_shape)),
        num_params=sum(row.num_params for row in rows),
        macs=sum(row.macs for row in rows),
    )


def refuse_pass(spec: NetworkSpec) -> str | None:
    """Why a network cannot be run here, in a sentence with both numbers; None where it can."""
    failed = failure(forward_shapes(spec))
    if failed is not None:
        place = number_of(failed.path)
        return f"The network does not fit together at layer {place}, {failed.name}."
    cost = pass_cost(spec)
    limits = (
        ("numbers in its largest step", cost.num_numbers, MAX_NUMBERS),
        ("parameters", cost.num_params, MAX_PARAMS),
        ("multiply-adds for one picture", cost.macs, MAX_MACS),
    )
    for noun, count, most in limits:
        if count > most:
            return (
                f"{spec.name} has {count:,} {noun}; up to {most:,} are run here, so that "
                "everyone's page stays alive. Its shapes are right all the same."
            )
    return None


def _numbers(row: LayerShape) -> int:
    """Numbers that are there while a layer runs; a block keeps what arrived for its shortcut."""
    weights = min(row.num_params, BLOCK) if isinstance(row.layer, Linear) else row.num_params
    return prod(row.input_shape) + 2 * prod(row.output_shape or ()) + weights
