"""The works that another machine may be asked for, by name: nothing else is done there.

Each takes who waits for it first, then plain data by name, and returns plain data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

import torch
from torch import Tensor

from cnnviz.belief import (
    Chance,
    Completeness,
    Curves,
    Randomised,
    chance_curves,
    completeness,
    deletion_insertion,
    randomisation_test,
)
from cnnviz.belief.confirmed import confirmed
from cnnviz.belief.planted import Planted
from cnnviz.belief.pointing import PointingScore, pointing_game
from cnnviz.builder.codec import decode
from cnnviz.builder.running.passes import NetworkRun, run_network
from cnnviz.changing import Elsewhere, Stroke, elsewhere
from cnnviz.cluster.brought import Brought, restored
from cnnviz.cluster.order import Watch
from cnnviz.cluster.trainings import training
from cnnviz.fully_conv.any_network import LargerMap, larger_map
from cnnviz.fully_conv.class_map import class_map, largest_difference
from cnnviz.heatmaps import METHODS, integrated_gradients
from cnnviz.heatmaps.scores import Target
from cnnviz.models import Pretrained, pretrained, to_fully_conv
from cnnviz.models.onnx.check import Scores, reference_scores
from cnnviz.models.surgery import lenet_of
from cnnviz.playground.ending import Ending, train_to_the_end
from cnnviz.playground.training import Setup
from cnnviz.progress import report
from cnnviz.residual.landscape import surface
from cnnviz.residual.race import RaceRecipe, RaceStep, new_net, run_race
from cnnviz.residual.small_digits import pen
from cnnviz.wants.dream import Held, Recipe, dream, held
from cnnviz.wants.unit import Unit

NETWORKS = 2  # that a worker keeps
SHOW_EVERY = 8  # steps of an optimised picture

Network = str | Brought  # a name that `pretrained` knows, or all of it


def network(asked: Network) -> Pretrained:
    """A network with its weights; one that has a name is kept by this worker.

    Raises:
        WeightsError: they are not on this machine.
        ValueError: what was sent is no network.
    """
    return _sent(asked) if isinstance(asked, Brought) else _named(asked)


@lru_cache(maxsize=1)  # one work asks for it several times
def _sent(asked: Brought) -> Pretrained:
    return restored(asked)


@lru_cache(maxsize=NETWORKS)
def _named(name: str) -> Pretrained:
    return pretrained(name)


def heatmap(
    watch: Watch, model: Network, batch: Tensor, target: Target, method: str, layer: str | None
) -> Tensor:
    """The map of a method."""
    found = METHODS[method](network(model).model, batch, target, layer, watch)
    return found.detach().float()


def curves(
    watch: Watch,
    model: Network,
    batch: Tensor,
    target: Target,
    method: str,
    layer: str | None,
    class_idx: int,
    steps: int,
) -> Curves:
    """Deletion and insertion by a method's map."""
    found = heatmap(watch, model, batch, target, method, layer)
    return deletion_insertion(network(model).model, batch, class_idx, found, steps, watch)


def chance(
    watch: Watch, model: Network, batch: Tensor, class_idx: int, draws: int, steps: int
) -> Chance:
    """The same by random maps."""
    return chance_curves(network(model).model, batch, class_idx, draws, steps, watch)


def randomisation(
    watch: Watch, model: Network, batch: Tensor, target: Target, method: str, layer: str | None
) -> tuple[Tensor, list[Randomised]]:
    """The map, and those of the network while it forgets."""
    found = heatmap(watch, model, batch, target, method, layer)
    whole = network(model).model
    return found, randomisation_test(whole, batch, target, METHODS[method], layer, progress=watch)


def sum_of_map(
    watch: Watch, model: Network, batch: Tensor, target: Target, steps: int
) -> tuple[Tensor, Completeness]:
    """Integrated gradients in so many steps, and how far they add up."""
    found = integrated_gradients(network(model).model, batch, target, steps, progress=watch)
    return found, completeness(network(model).model, batch, target, found)


def stroke_elsewhere(
    watch: Watch,
    model: Network,
    batch: Tensor,
    fill: Tensor,
    gone: Tensor,
    stroke: Stroke,
    target: Target,
    heatmap: Tensor,
) -> Elsewhere:
    """What a stroke costs at other places."""
    whole = network(model).model
    return elsewhere(whole, batch, fill, gone, stroke, target, heatmap, watch)


def planted(watch: Watch, model: str, count: int) -> list[Planted] | str:
    """Pictures of which one region alone can carry the class, or why there are none."""
    return confirmed(network(model), count, watch)


def pointing(
    watch: Watch, model: str, count: int, method: str, layer: str | None
) -> PointingScore | None:
    """How often a method points at the region; None where there are no such pictures."""
    found = _planted(model, count)
    if isinstance(found, str):
        return None
    return pointing_game(METHODS[method], network(model).model, found, layer, watch)


def optimised(
    watch: Watch, model: Network, unit: Unit, recipe: Recipe, early: tuple[int, ...]
) -> tuple[list[float], list[tuple[int, Tensor]], Tensor, Held]:
    """A picture for a unit: the scores, some early pictures by their steps, the last, its scores.

    What is shown meanwhile: the scores so far, the early pictures, and the picture.
    """
    scores: list[float] = []
    kept: list[tuple[int, Tensor]] = []
    picture = torch.empty(0)
    for moment in dream(network(model), [unit], recipe):
        scores.append(moment.scores[0].item())
        picture = moment.pictures[0]
        if moment.step in (*early, recipe.steps):
            kept.append((moment.step, picture.clone()))
        report(watch, moment.step / recipe.steps)
        if moment.step % SHOW_EVERY == 1:
            watch.show((scores, kept, picture))
    return scores, kept, picture, held(network(model), unit, picture)


def race(
    watch: Watch,
    runners: Sequence[tuple[int, bool]],
    recipe: RaceRecipe,
    digits: tuple[int, int],
    chunk: int,
) -> list[list[RaceStep]]:
    """The steps of networks (depth, whether residual), each a list; shown after every chunk.

    Args:
        watch: told how far it is.
        runners: the networks.
        recipe: of all.
        digits: how many of our pen, and their seed.
        chunk: steps of each network that are done in one go.
    """
    drawn = pen(*digits)
    runs = [run_race(new_net(*runner, recipe), drawn, recipe) for runner in runners]
    told: list[list[RaceStep]] = [[] for _ in runs]
    for _ in range(0, recipe.steps, chunk):
        for run, steps in zip(runs, told, strict=True):
            for step in islice(run, chunk):
                steps.append(step)
                report(watch, sum(map(len, told)) / (len(runs) * recipe.steps))
        watch.show(told)
    return told


def landscape(
    watch: Watch,
    runners: Sequence[tuple[int, bool]],
    recipe: RaceRecipe,
    digits: tuple[int, int],
    seeds: tuple[int, int],
    points: int,
    pictures: int,
) -> list[list[list[float]]]:
    """The rows of the loss around each network, trained here by the recipe."""
    drawn, total = pen(*digits), len(runners) * (recipe.steps + points)
    done = 0
    surfaces: list[list[list[float]]] = []
    for runner in runners:
        net, rows = new_net(*runner, recipe), []
        for _ in run_race(net, drawn, recipe):
            done += 1
            report(watch, done / total)
        for row in surface(net, drawn.some(pictures), seeds, points):
            rows.append(row)
            done += 1
            report(watch, done / total)
        surfaces.append(rows)
    return surfaces


def ending(watch: Watch, setup: Setup, steps: int, cells: int) -> Ending:
    """What a small network of the playground comes to."""
    return train_to_the_end(setup, steps, cells, watch)


def all_crops(watch: Watch, model: Network, batch: Tensor) -> float:
    """How far LeNet on any crop of a picture is from the cell of the map that reads it.

    Raises:
        ValueError: the network is no LeNet.
    """
    lenet = lenet_of(network(model).model)
    if lenet is None:
        raise ValueError("only LeNet has a map to compare with")
    return largest_difference(lenet, class_map(to_fully_conv(lenet), batch), batch, watch)


def larger(
    watch: Watch, model: Network, shape: tuple[int, int, int], batch: Tensor
) -> LargerMap | str:
    """The map of classes of a picture larger than a network's own, or why there is none."""
    try:
        return larger_map(network(model).model, shape, batch, watch)
    except ValueError as error:
        return str(error)


def reference(watch: Watch, file: bytes, pictures: Sequence[Scores]) -> list[Scores] | str:
    """What onnx's own reference gives for pictures, or why it gives nothing."""
    found: list[Scores] = []
    try:
        for scores in reference_scores(file, pictures):
            found.append(scores)
            report(watch, len(found) / len(pictures))
            watch.show(found)
    except ValueError as error:
        return f"{error}."
    return found


def forward_pass(watch: Watch, network: str, batch: Tensor) -> NetworkRun:
    """What each layer of a network, a text of `cnnviz.builder.codec`, makes of a picture.

    Its weights are those of seed 0.

    Raises:
        ValueError: the text is none of a network.
    """
    return run_network(decode(network), batch, progress=watch)


@lru_cache(maxsize=1)
def _planted(model: str, count: int) -> list[Planted] | str:
    return confirmed(network(model), count)


WORKS: Mapping[str, Callable[..., Any]] = {
    work.__name__: work
    for work in (
        heatmap, curves, chance, randomisation, sum_of_map, stroke_elsewhere, planted, pointing,
        optimised, race, landscape, ending, all_crops, larger, reference, forward_pass,
        training,
    )
}  # fmt: skip
