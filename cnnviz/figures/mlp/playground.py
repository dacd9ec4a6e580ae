"""A training as the browser draws it: levels of surfaces, curves of losses, sentences of points.

Surfaces travel as one byte a cell, numbers to be read off as float32, both in base64.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor

from cnnviz.counting import percent
from cnnviz.figures.mlp.sheets import decimal
from cnnviz.figures.pictures import diverging_levels, symmetric_limit
from cnnviz.figures.style import DIVERGING
from cnnviz.models.mlp import MLP
from cnnviz.playground.points import EDGE, Points
from cnnviz.playground.surfaces import (
    PICTURE_EDGE,
    Layers,
    at_points,
    bias_pull,
    layers_at,
    places,
    pulls,
)
from cnnviz.playground.training import History, best_step, point_losses

ANSWER_CELLS = 60  # of the large picture, a side
CURVE_CELLS = 160  # of a curve
MOST_IN_CURVE = 240  # points of a line of losses
COLOURS = ("blue", "red")


def packed_levels(values: ArrayLike, limit: float) -> str:
    """Signed values as entries of the diverging palette."""
    return b64encode(diverging_levels(values, limit).tobytes()).decode("ascii")


def packed(values: Tensor) -> str:
    """Numbers as float32, little-endian."""
    return b64encode(values.numpy().astype("<f4").tobytes()).decode("ascii")


def palette() -> str:
    """The colours of the levels: 256 times red, green, blue."""
    return b64encode(DIVERGING.tobytes()).decode("ascii")


def surfaces(network: MLP, points: Points, cells: int) -> dict[str, Any]:
    """What is drawn in every frame: the answer, and the small pictures of inputs and neurons.

    The answer of classes is drawn as 2 · p(red) − 1, an input on the limits of the plane, a neuron
    on the limit of its layer.
    """
    inputs = points.x.shape[1]
    wide = layers_at(network, places(ANSWER_CELLS if inputs == 2 else CURVE_CELLS, inputs))
    at = places(cells, inputs)
    small, edge = layers_at(network, at), PICTURE_EDGE if inputs == 2 else EDGE
    answer = (
        {"levels": packed_levels(2 * wide.red - 1, 1.0), "cells": ANSWER_CELLS}
        if inputs == 2
        else {"curve": _rounded(wide.scores[:, 0].tolist())}
    )
    return {
        "answer": answer,
        "inputs": inputs,
        "edge": edge,
        "cells": cells,
        "input": {
            "levels": packed_levels(at.T.contiguous(), edge),
            "names": ["x₁", "x₂"] if inputs == 2 else ["x"],
        },
        "layers": [_layer(hidden) for hidden in small.hidden],
    }


def _layer(hidden: Tensor) -> dict[str, Any]:
    limit = symmetric_limit(hidden).value
    return {
        "levels": packed_levels(hidden.T.contiguous(), limit),
        "count": hidden.shape[1],
        "limit": decimal(limit),
    }


def readable(network: MLP, points: Points, cells: int) -> dict[str, Any]:
    """What can be read off by pointing, where the training rests: places and points.

    The pulls are those of the last hidden layer; with the bias they add up to the sum.
    """
    inputs = points.x.shape[1]
    found = layers_at(network, places(cells, inputs))
    return {
        "cells": cells,
        "sum": packed(_summed(found, points)),
        "answer": packed(found.red if points.is_classes else found.scores[:, 0]),
        "pulls": packed(pulls(network, found.hidden[-1]).T.contiguous()),
        "point_pulls": packed(pulls(network, at_points(network, points).hidden[-1]).T.contiguous()),
        "bias": decimal(bias_pull(network)),
        "points": point_words(network, points),
    }


def _summed(found: Layers, points: Points) -> Tensor:
    return found.margin if points.is_classes else found.scores[:, 0]


def marks(points: Points) -> list[list[float]]:
    """The points as [x, y, class or 0, 1 if it is learned from]."""
    second = points.x[:, 1] if points.is_classes else points.y[:, 0]
    kinds = points.y.tolist() if points.is_classes else [0] * len(points.x)
    return [
        [round(x, 3), round(y, 3), int(kind), int(index < points.num_train)]
        for index, (x, y, kind) in enumerate(
            zip(points.x[:, 0].tolist(), second.tolist(), kinds, strict=True)
        )
    ]


def here(network: MLP, points: Points, place: tuple[float, float], point: int) -> dict[str, Any]:
    """What the network answers at one place: in words, and the pulls of the last hidden layer.

    Args:
        network: as it is now.
        points: what it learns from.
        place: in the plane; of a line only x counts.
        point: the number of the point pointed at, or -1 for none.
    """
    x = points.x[point : point + 1] if point >= 0 else _place(place, points.x.shape[1])
    found = layers_at(network, x)
    words = (
        point_words(network, points, [point])[0]
        if point >= 0
        else _at(found, points, x, bias_pull(network))
    )
    return {
        "words": words,
        "pulls": pulls(network, found.hidden[-1])[0].tolist(),
        "tip": f"{words[0].removeprefix('Here: ')}: {_answer(found, points)}",
    }


def _place(place: tuple[float, float], inputs: int) -> Tensor:
    return torch.tensor([place[:inputs]], dtype=torch.float32)


def _at(found: Layers, points: Points, x: Tensor, bias: float) -> list[str]:
    """The title of a place, the sum there, and the answer."""
    where = [decimal(value) for value in x[0].tolist()]
    title = f"Here: ({', '.join(where)})" if points.is_classes else f"Here: x = {where[0]}"
    return [title, *_sum_words(found, points, 0, bias)]


def _answer(found: Layers, points: Points) -> str:
    if points.is_classes:
        return f"p(red) {float(found.red[0]):.3f}"
    return f"ŷ {decimal(float(found.scores[0, 0]))}"


def point_words(
    network: MLP, points: Points, wanted: Sequence[int] | None = None
) -> list[list[str]]:
    """For each point its title, the sum, the answer, the loss, and what that means.

    Args:
        network: as it is now.
        points: what it learns from.
        wanted: the numbers of the points to be told of; by default all.
    """
    found = at_points(network, points)
    losses = point_losses(found.scores.unsqueeze(0), points.y)[0].tolist()
    test_sum = sum(losses[points.num_train :])
    write = _class_words if points.is_classes else _number_words
    words = []
    for index in range(len(losses)) if wanted is None else wanted:
        loss, is_test = losses[index], index >= points.num_train
        share = f"{percent(loss / test_sum)} of the whole test loss" if is_test else ""
        lines = write(found, points, index, loss, bias_pull(network))
        words.append([_name(points, index, is_test), *lines[:-1], _joined(lines[-1], share)])
    return words


def _joined(verdict: str, share: str) -> str:
    return f"{verdict}: {share}" if verdict and share else verdict or share


def _name(points: Points, index: int, is_test: bool) -> str:
    kind = "test" if is_test else "training"
    if not points.is_classes:
        return f"A {kind} point at x = {decimal(float(points.x[index, 0]))}"
    x, y = points.x[index].tolist()
    return f"A {COLOURS[int(points.y[index])]} {kind} point at ({decimal(x)}, {decimal(y)})"


def _class_words(found: Layers, points: Points, index: int, loss: float, bias: float) -> list[str]:
    label, share = int(points.y[index]), float(found.red[index])
    own = share if label else 1 - share
    name = COLOURS[label]
    says = COLOURS[int(share > 0.5)]
    sure = f"called {says}, {percent(max(share, 1 - share), 1)} sure"
    return [
        *_sum_words(found, points, index, bias),
        f"loss = −ln p({name}) = −ln {_small(own)} = {decimal(loss, 3)}",
        f"{sure}, and {'right' if says == name else 'wrong'}",
    ]


def _number_words(found: Layers, points: Points, index: int, loss: float, bias: float) -> list[str]:
    return [
        *_sum_words(found, points, index, bias),
        f"y = {decimal(float(points.y[index, 0]))}",
        f"loss = (y − ŷ)² = {decimal(loss, 3)}",
        "",
    ]


def _sum_words(found: Layers, points: Points, index: int, bias: float) -> list[str]:
    """Pulls and bias add up; and what comes of that where classes are told apart."""
    total = float(_summed(found, points)[index])
    parts = f"{decimal(total - bias)} {'−' if bias < 0 else '+'} {decimal(abs(bias))}"
    if not points.is_classes:
        return [f"ŷ = {parts} = {decimal(total)}"]
    return [
        f"z(red) − z(blue) = {parts} = {decimal(total)}",
        f"p(red) = 1 / (1 + e^{decimal(-total)}) = {_small(float(found.red[index]))}",
    ]


def _small(share: float) -> str:
    """A probability to four digits: near 0 and near 1 they count."""
    return f"{share:.4f}" if share > 1e-4 else f"{share:.0e}" if share else "0"


def loss_curves(history: History) -> dict[str, Any]:
    """Both losses, thinned to what a chart can show, and where they part."""
    steps = _thinned(len(history.train))
    best = best_step(history.test)
    last = len(history.train) - 1
    return {
        "steps": steps,
        "train": _rounded([history.train[step] for step in steps]),
        "test": _rounded([history.test[step] for step in steps]),
        "best": best,
        "best_loss": decimal(history.test[best], 3),
        "parts": best < last,
        "last": last,
        "train_text": f"{_loss(history.train[-1])} training",
        "test_text": f"{_loss(history.test[-1])} test",
    }


def _thinned(count: int) -> list[int]:
    """The steps that are drawn: all of the first, then evenly, and the last."""
    if count <= MOST_IN_CURVE:
        return list(range(count))
    return sorted({*np.linspace(0, count - 1, MOST_IN_CURVE).round().astype(int).tolist()})


def _rounded(values: Sequence[float]) -> list[float]:
    """Finite numbers with five digits; what is none ends the line at its largest."""
    good = [value for value in values if abs(value) < float("inf")]
    top = max(good, default=0.0)
    return [float(f"{value if abs(value) < float('inf') else top:.5g}") for value in values]


def _loss(value: float) -> str:
    return f"{value:.3f}" if value < 10 else f"{value:.3g}"


def story(history: History, points: Points) -> str:
    """When the losses part and what that costs, from this run alone."""
    best, last = best_step(history.test), len(history.test) - 1
    if last == 0:
        return "No step yet. Play, and watch both losses."
    if best == last:
        return (
            f"Up to step {last:,} the test loss is still at its lowest: {_loss(history.test[-1])}."
        )
    lost = f"from {_loss(history.test[best])} to {_loss(history.test[-1])}"
    words = f"Since step {best:,} the test loss has gone {lost}"
    if not points.is_classes:
        return words + f", the training loss to {_loss(history.train[-1])}."
    train, test = history.train_right, history.test_right
    return (
        f"{words}: {train[best]} → {train[-1]} of {points.num_train} training points right, "
        f"{test[best]} → {test[-1]} of {points.num_test} test points."
    )
