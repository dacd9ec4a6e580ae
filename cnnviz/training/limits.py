"""What a run may need: its process has a budget of memory, and its visitor is not the only one.

Measured in the process (proportional set size): 215 MB with LeNet, nearly all of it torch; beside
that, weights, gradients and what the optimizer remembers, the pictures, and twice the activations
of a batch, for they are kept for the gradients that follow.
"""

from __future__ import annotations

from cnnviz.builder.limits import RunCost, run_cost
from cnnviz.builder.names import number_of
from cnnviz.builder.shapes import failure, forward_shapes, output_shape
from cnnviz.counting import size_words
from cnnviz.models.specs import NetworkSpec
from cnnviz.training.material.kind import Material
from cnnviz.training.plan import BATCH_SIZES, Plan

MOST_BYTES = 300_000_000  # DESIGN's budget of a training's own process
BASE_BYTES = 205_000_000  # of a process that trains next to nothing
REMEMBERED = {"sgd": 0, "momentum": 1, "adam": 2, "adamw": 2}  # numbers for each weight
ACTIVATIONS_KEPT = 2
BYTES_PER_NUMBER = 4
MACS_A_SECOND = 8e9  # of one core, forward and backward together
BACKWARD = 2  # what the backward pass costs, in forward passes
MOST_SECONDS = 1800.0


def needed_bytes(cost: RunCost, num_picture_bytes: int, plan: Plan, batch_size: int) -> int:
    """About what the process of a run needs."""
    weights = cost.num_params * (2 + REMEMBERED[plan.optimizer])
    activations = cost.num_activations * batch_size * ACTIVATIONS_KEPT
    return BASE_BYTES + num_picture_bytes + BYTES_PER_NUMBER * (weights + activations)


def seconds_needed(cost: RunCost, num_pictures: int, plan: Plan) -> float:
    """About how long a run takes on a quiet core, within a factor of three."""
    return (cost.macs + cost.looks) * (1 + BACKWARD) * num_pictures * plan.epochs / MACS_A_SECOND


def refusal(network: NetworkSpec, material: Material, plan: Plan) -> str | None:
    """Why a run is not begun, in a sentence that names the cause and the mend; None if it is."""
    return _misfit(network, material) or _too_much(network, material, plan)


def _misfit(network: NetworkSpec, material: Material) -> str | None:
    side = material.input.padded_size
    if network.input_shape != (material.input.channels, side, side):
        shown = size_words(network.input_shape)
        return (
            f"The network takes pictures of {shown} and these have {material.input.channels} × "
            f"{side} × {side}: change its input shape on the page Build a network."
        )
    failed = failure(forward_shapes(network))
    if failed is not None:
        return (
            f"The network does not fit together at layer {number_of(failed.path)}, {failed.name}: "
            "mend it on the page Build a network."
        )
    shape, num_classes = output_shape(network), len(material.classes)
    if shape is None or shape[0] != num_classes:
        return (
            f"The network ends in {shape} and the pictures have {num_classes} classes: "
            f"end it with a Linear layer of {num_classes} features."
        )
    return None


def _too_much(network: NetworkSpec, material: Material, plan: Plan) -> str | None:
    cost, pictures = run_cost(network), material.training.pictures
    batch_size = min(plan.batch_size, len(pictures))
    needed = needed_bytes(cost, pictures.nbytes, plan, batch_size)
    if needed > MOST_BYTES:
        return (
            f"This training would need about {needed / 1e6:,.0f} MB and {MOST_BYTES / 1e6:.0f} are "
            f"there: {_smaller(cost, pictures.nbytes, plan, batch_size)}."
        )
    seconds = seconds_needed(cost, len(pictures), plan)
    if seconds > MOST_SECONDS:
        return (
            f"This training would take about {seconds / 60:,.0f} minutes and "
            f"{MOST_SECONDS / 60:.0f} are given: "
            "choose fewer epochs, or take away layers or channels."
        )
    return None


def _smaller(cost: RunCost, num_picture_bytes: int, plan: Plan, batch_size: int) -> str:
    """What would fit: smaller batches where these do it, else another optimizer or network."""
    sizes = [size for size in (128, 64, 32, 16, 8) if size < batch_size]
    for size in [*sizes, BATCH_SIZES[0]]:
        if needed_bytes(cost, num_picture_bytes, plan, size) <= MOST_BYTES:
            return f"choose batches of {size} or fewer, or take away layers or channels"
    return "the network is too large, take away layers or channels"
