"""Gradients and activations of every layer at the start of training, from one real pass."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnnviz.models.deep import DeepNet, convolutions
from cnnviz.models.seeded import draw_weights

BATCH_SHAPE = (8, 3, 16, 16)  # pictures of random numbers, mean 0 and standard deviation 1
NUM_CLASSES = 10
STEP_RATE = 0.1  # learning rate of the one step of SGD
INITIALISATIONS = ("pytorch", "he")


@dataclass(frozen=True)
class LayerFlow:
    """One convolution in one forward and backward pass.

    Attributes:
        name: of the convolution in `DeepNet`.
        gradient_norm: Euclidean norm of the loss's gradient by its weights, summed in float64:
            in float32 the squares of anything below 1e-23 are zero.
        activation_std: standard deviation of all activations behind it.
        between_pictures: root mean square, over maps and places, of the standard deviation from
            picture to picture: what is left of the difference between them.
        changed: share of its weights, in [0, 1], that one step of SGD at `STEP_RATE` moves to
            another float32.
        inside_block: whether it is the first of a block's two, so that no shortcut ends behind it.
    """

    name: str
    gradient_norm: float
    activation_std: float
    between_pictures: float
    changed: float
    inside_block: bool


def gradient_flow(
    depth: int,
    width: int = 16,
    residual: bool = True,
    batch_norm: bool = False,
    activation: str = "relu",
    initialisation: str = "pytorch",
    seed: int = 0,
) -> tuple[LayerFlow, ...]:
    """A row for each convolution of a `DeepNet` at its start, from the input up.

    The batch is eight pictures of 3×16×16 normal random numbers with random classes, the loss is
    cross entropy, norms measure the batch. Weights, pictures and classes are drawn in this order
    as `torch.manual_seed(seed)` would have them drawn, but from a generator of this call alone.

    Args:
        depth: layers with weights, the last Linear among them: even, at least 4.
        width: maps of every layer.
        residual: whether every block of two adds its input.
        batch_norm: with batch norm and no bias, or with a bias and no norm.
        activation: "relu" or "tanh".
        initialisation: "pytorch", uniform in ±1/√fan_in with the bias; or "he", normal with
            variance 2/fan_in and no bias (He et al., 2015, arxiv.org/abs/1502.01852).
        seed: of weights, pictures and classes.

    Raises:
        ValueError: a depth, activation or initialisation of another kind.
    """
    if initialisation not in INITIALISATIONS:
        raise ValueError(f"initialisation is one of {', '.join(INITIALISATIONS)}")
    generator = torch.Generator().manual_seed(seed)
    with torch.device("meta"):
        net = DeepNet(depth, width, residual=residual, batch_norm=batch_norm, activation=activation)
    net = net.to_empty(device="cpu")
    draw_weights(net, generator)
    if initialisation == "he":
        draw_he(net, generator)
    pictures = torch.randn(BATCH_SHAPE, generator=generator)
    labels = torch.randint(NUM_CLASSES, BATCH_SHAPE[:1], generator=generator)
    return _measured(net, pictures, labels)


def draw_he(net: nn.Module, generator: torch.Generator) -> None:
    """Fill every convolution by He's rule: variance 2/fan_in, bias zero."""
    for layer in convolutions(net).values():
        nn.init.kaiming_normal_(layer.weight, nonlinearity="relu", generator=generator)
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)


def _measured(net: DeepNet, pictures: Tensor, labels: Tensor) -> tuple[LayerFlow, ...]:
    layers = convolutions(net)
    weights = [layer.weight for layer in layers.values()]
    with torch.enable_grad():
        maps = net.activations(pictures)
        loss = F.cross_entropy(net.scores(maps[-1]), labels)
        gradients = torch.autograd.grad(loss, weights)
    return tuple(
        LayerFlow(
            name=name,
            gradient_norm=float(gradient.double().norm()),
            activation_std=float(seen.detach().double().std()),
            between_pictures=_between_pictures(seen.detach()),
            changed=_changed(layer.weight.detach(), gradient),
            inside_block=name.endswith("conv1"),
        )
        for (name, layer), gradient, seen in zip(layers.items(), gradients, maps, strict=True)
    )


def _between_pictures(maps: Tensor) -> float:
    """Root mean square of the standard deviation over the batch of (batch, width, H, W)."""
    return float(maps.double().var(0).mean().sqrt())


def _changed(weight: Tensor, gradient: Tensor) -> float:
    return float((weight - STEP_RATE * gradient != weight).double().mean())
