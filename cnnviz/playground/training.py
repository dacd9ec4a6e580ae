"""A small network on its way: one step after the other, each with both losses."""

from __future__ import annotations

import time
from array import array
from collections.abc import Iterable, MutableSequence, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnnviz.models.mlp import MLP
from cnnviz.models.seeded import build_seeded
from cnnviz.playground.points import Points, make_points

OPTIMIZERS = ("adam", "sgd", "momentum")
MOST_LAYERS, MOST_NEURONS = 6, 64
MOST_STEPS = 20_000  # what a run ends at
BLOCK = 30  # steps whose losses are worked out at once


@dataclass(frozen=True)
class Setup:
    """All that a run depends on: the same setup gives the same weights at every step.

    Args:
        data: one of `cnnviz.playground.points.DATA`.
        points: how many, with those of the test.
        noise: see `make_points`.
        test_share: share of the points kept for the test, between 0 and 1.
        hidden: neurons of each hidden layer.
        activation: one of `cnnviz.models.mlp.ACTIVATIONS`.
        optimizer: one of `OPTIMIZERS`.
        learning_rate: of the optimizer.
        weight_decay: of the optimizer (Adam's is AdamW's).
        seed: of the points and of the weights.
    """

    data: str = "moons"
    points: int = 80
    noise: float = 0.3
    test_share: float = 0.5
    hidden: tuple[int, ...] = (20,)
    activation: str = "tanh"
    optimizer: str = "adam"
    learning_rate: float = 0.01
    weight_decay: float = 0.0
    seed: int = 0


def read_hidden(text: str) -> tuple[int, ...]:
    """Neurons of each hidden layer from a text like "3,3".

    Raises:
        ValueError: with what would be right.
    """
    sizes = text.split(",")
    good = [size for size in sizes if size.isascii() and size.isdigit() and len(size) < 4]
    if len(good) != len(sizes) or len(sizes) > MOST_LAYERS:
        raise ValueError(f"one to {MOST_LAYERS} whole numbers with commas between them, like 3,3")
    hidden = tuple(int(size) for size in sizes)
    if not all(1 <= size <= MOST_NEURONS for size in hidden):
        raise ValueError(f"layers of 1 to {MOST_NEURONS} neurons, like 3,3")
    return hidden


@dataclass
class History:
    """Both losses and the points right before each step, beginning with no step at all.

    In arrays: lists of them took 3 MB of every visitor who trained to the end.
    """

    train: MutableSequence[float] = field(default_factory=partial(array, "d"))
    test: MutableSequence[float] = field(default_factory=partial(array, "d"))
    train_right: MutableSequence[int] = field(default_factory=partial(array, "H"))
    test_right: MutableSequence[int] = field(default_factory=partial(array, "H"))


class Run:
    """A network, its optimizer and its points; `advance` trains it.

    Step t of the history is the network after t steps. A step does what a bare loop does; the
    weights that it began with are kept for a block of steps, whose test points then go through all
    of them at once.
    """

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.points = points_of(setup)
        self.network = network_of(setup, self.points)
        self._parameters = list(self.network.parameters())
        self.weights = in_one_piece(self._parameters)
        self.optimizer = optimizer_of(setup, [self.weights])
        self.step = 0
        self.history = History()
        self._now: History | None = None  # where it was asked for since the last step
        self._learned = self.points.x[: self.points.num_train]
        self._labels = self.points.y[: self.points.num_train]
        self._weights = torch.empty(BLOCK, self.num_params)  # before each step of a block
        self._rows, self._today = list(self._weights), self.weights.detach()
        self._answers: list[Tensor] = []  # of these steps

    @property
    def num_params(self) -> int:
        """Numbers that the network learns."""
        return sum(parameter.numel() for parameter in self.network.parameters())

    @property
    def has_failed(self) -> bool:
        """True once a loss is no longer a number: the learning rate is too high."""
        losses = self.history.train
        return bool(losses) and not losses[-1] < float("inf")

    def advance(self, steps: int, seconds: float = float("inf")) -> int:
        """Train for up to `steps` steps, or until `seconds` of this thread's computing are over.

        Returns:
            How many steps were made.
        """
        first, end = self.step, time.thread_time() + seconds
        last, self._now = first + steps, None
        with torch.enable_grad():
            is_over = self.has_failed
            while self.step < last and not is_over:
                self._one_step()
                is_late = time.thread_time() >= end
                if len(self._answers) == BLOCK or is_late:
                    self._note()
                    is_over = is_late or self.has_failed
        if self._answers:
            self._note()
        return self.step - first

    def _one_step(self) -> None:
        self._rows[len(self._answers)].copy_(self._today)
        answers = self.network.layers(self._learned)
        grads = torch.autograd.grad(loss_of(answers, self._labels), self._parameters)
        torch.cat([grad.view(-1) for grad in grads], out=self.weights.grad)
        self.optimizer.step()
        self._answers.append(answers.detach())
        self.step += 1

    def _note(self) -> None:
        """Work out the losses of the steps since the last time."""
        with torch.inference_mode():
            learned, weights = torch.stack(self._answers), self._weights[: len(self._answers)]
            tested = answers_of_many(self.network, weights, self.points.x[len(self._learned) :])
            add_to(self.history, torch.cat([learned, tested], dim=1), self.points)
        self._answers = []

    def now(self) -> History:
        """The history with today's network as its last entry."""
        if self._now is None:
            self._now = self._with_today()
        return self._now

    def _with_today(self) -> History:
        with torch.inference_mode():
            answers = self.network(self.points.x)
        whole = deepcopy(self.history)
        add_to(whole, answers.unsqueeze(0), self.points)
        return whole


def in_one_piece(parameters: Sequence[nn.Parameter]) -> nn.Parameter:
    """Parameters one after the other, (P): from now on they are views of it.

    What a step changes is copied, and changed, by one call then, however many layers there are.
    """
    sizes = [parameter.numel() for parameter in parameters]
    whole = nn.Parameter(torch.cat([parameter.detach().flatten() for parameter in parameters]))
    whole.grad = torch.zeros_like(whole)
    for parameter, part in zip(parameters, whole.detach().split(sizes), strict=True):
        parameter.data = part.view_as(parameter)
    return whole


def answers_of_many(network: MLP, weights: Tensor, x: Tensor) -> Tensor:
    """What one network with many sets of weights answers: (sets, N, outputs).

    Args:
        network: whose layers are gone through.
        weights: (sets, P), its parameters in their order.
        x: (N, inputs).
    """
    h = x.expand(len(weights), *x.shape)
    shapes = [parameter.shape for parameter in network.parameters()]
    parts = weights.split([shape.numel() for shape in shapes], dim=1)
    stacked = iter([part.view(-1, *shape) for part, shape in zip(parts, shapes, strict=True)])
    for layer in network.layers:
        if isinstance(layer, nn.Linear):
            weight, bias = next(stacked), next(stacked)
            h = torch.baddbmm(bias.unsqueeze(1), h, weight.transpose(1, 2))
        else:
            h = layer(h)
    return h


def points_of(setup: Setup) -> Points:
    """The points of a run."""
    return make_points(setup.data, setup.points, setup.noise, setup.test_share, setup.seed)


def network_of(setup: Setup, points: Points) -> MLP:
    """The network of a run before its first step: torch's own initial weights, by the seed."""
    inputs, outputs = points.x.shape[1], points.num_outputs
    return build_seeded(lambda: MLP(inputs, setup.hidden, outputs, setup.activation), setup.seed)


def optimizer_of(setup: Setup, parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
    """The optimizer of a run, in torch's fused form: one call for all weights."""
    rate, decay = setup.learning_rate, setup.weight_decay
    if setup.optimizer == "adam":
        return torch.optim.AdamW(parameters, rate, weight_decay=decay, fused=True)
    momentum = 0.9 if setup.optimizer == "momentum" else 0.0
    return torch.optim.SGD(parameters, rate, momentum=momentum, weight_decay=decay, fused=True)


def loss_of(answers: Tensor, y: Tensor) -> Tensor:
    """Cross-entropy of class scores (N, 2), or squared error of numbers (N, 1): the mean."""
    return F.mse_loss(answers, y) if y.is_floating_point() else F.cross_entropy(answers, y)


def point_losses(answers: Tensor, y: Tensor) -> Tensor:
    """The loss of each point, (steps, N), for answers (steps, N, outputs)."""
    steps, count, outputs = answers.shape
    if y.is_floating_point():
        return (answers - y).square().sum(dim=2)
    flat = F.cross_entropy(answers.reshape(-1, outputs), y.repeat(steps), reduction="none")
    return flat.view(steps, count)


def add_to(history: History, answers: Tensor, points: Points) -> None:
    """Add the losses and points right of answers (steps, N, outputs) to a history."""
    train, test = point_losses(answers, points.y).split([points.num_train, points.num_test], dim=1)
    history.train.extend(train.mean(dim=1).tolist())
    history.test.extend(test.mean(dim=1).tolist())
    if points.is_classes:
        right = answers.argmax(dim=2) == points.y
        history.train_right.extend(right[:, : points.num_train].sum(dim=1).tolist())
        history.test_right.extend(right[:, points.num_train :].sum(dim=1).tolist())


def best_step(test: Sequence[float]) -> int:
    """The step of the lowest test loss: from there on the two losses part."""
    return min(range(len(test)), key=test.__getitem__)
