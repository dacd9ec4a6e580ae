"""Does a heatmap look at the model? Make the weights random and see whether it changes.

Adebayo et al., 2018, arxiv.org/abs/1810.03292, the cascading test.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from cnnviz.activations import LayerChoice, layer_name, one_picture
from cnnviz.arithmetic import whole_number
from cnnviz.belief.similarity import alike
from cnnviz.heatmaps.methods import Method, default_layer, upsample
from cnnviz.heatmaps.scores import Target
from cnnviz.probes.watch import share
from cnnviz.progress import Progress, go_on, report

FEWEST_STAGES = 5


@dataclass(frozen=True)
class Stage:
    """Part of a network whose weights are made random together: the modules of these names."""

    name: str
    modules: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Randomised:
    """A heatmap of a network whose weights are random from the top down to a stage.

    Attributes:
        stage: the lowest that is random; everything above is random too.
        heatmap: of the random network, for the same picture and class, of the layer's size or the
            picture's.
        rank_correlation: Spearman's, with the map of the trained network, in [-1, 1]; None where
            one of the two is empty, all of one value: there is no order to compare.
    """

    stage: str
    heatmap: Tensor
    rank_correlation: float | None


def stages(model: nn.Module) -> list[Stage]:
    """The parts of a network from the top down, at least five where it has so many layers.

    They are the parts that the network itself is made of; the largest are opened until there are
    enough.
    """
    parts = [(name, child) for name, child in model.named_children() if _weighted(child)]
    while len(parts) < FEWEST_STAGES:
        largest = max(parts, key=lambda part: len(_weighted(part[1])), default=("", nn.Identity()))
        inner = [
            (f"{largest[0]}.{name}", child)
            for name, child in largest[1].named_children()
            if _weighted(child)
        ]
        if not inner:
            break
        at = parts.index(largest)
        parts[at : at + 1] = inner
    return [
        Stage(name, tuple(f"{name}.{inner}".rstrip(".") for inner in _weighted(child)))
        for name, child in reversed(parts)
    ]


def _weighted(module: nn.Module) -> list[str]:
    """Names, within the module, of the modules that have weights of their own."""
    return [name for name, inner in module.named_modules() if inner._parameters]


def randomised(model: nn.Module, modules: tuple[str, ...], seed: int = 0) -> nn.Module:
    """A twin of the model in which the named modules have their weights in random order.

    The numbers of each weight tensor stay the same, so that activations keep their size; only
    their places are drawn. Running statistics of batch norms are kept. The model is only read.
    """
    twin = share(model)
    for name in modules:
        parameters = twin.get_submodule(name)._parameters  # the twin's own dictionary
        for key, weights in parameters.items():
            if weights is not None:
                at = zlib.crc32(f"{name}.{key}".encode(), whole_number("seed", seed))
                order = torch.randperm(weights.numel(), generator=torch.Generator().manual_seed(at))
                parameters[key] = weights.flatten()[order].view_as(weights)  # ty: ignore
    return twin


def randomisation_test(
    model: nn.Module,
    batch: Tensor,
    class_idx: Target,
    method: Method,
    layer: LayerChoice | None = None,
    seed: int = 0,
    progress: Progress = go_on,
) -> list[Randomised]:
    """How alike heatmaps stay while weights are made random, stage by stage, from the top down.

    Args:
        model: any network; only read, the random weights are in private copies.
        batch: one picture (1, channel, height, width), as the network expects it.
        class_idx: the class to explain, from 0, or a `Difference`; of the random networks too.
        method: one of `METHODS`.
        layer: for methods that need one; the last with maps if None.
        seed: of the random weights.
        progress: told how far it is, may stop it.

    Returns:
        One entry per stage, the first with only the top random, the last with everything random.

    Raises:
        ValueError: several pictures, no such class, no such layer, or a layer without maps.
        StoppedError: `progress` said so.
    """
    size = (one_picture(batch).shape[2], batch.shape[3])
    if method.needs_layer:
        default = default_layer(model, tuple(batch.shape)) if layer is None else layer
        layer = layer_name(model, default)
    parts = stages(model)
    total = len(parts) + 1

    def heatmap_of(network: nn.Module, done: int) -> Tensor:
        def inner_progress(share_done: float) -> bool:
            return progress((done + share_done) / total)

        report(progress, done / total)
        return method(network, batch, class_idx, layer, inner_progress)

    trained, results, modules = upsample(heatmap_of(model, 0), size), [], ()
    for done, stage in enumerate(parts, start=1):
        modules = (*modules, *stage.modules)
        heatmap = heatmap_of(randomised(model, modules, seed), done)
        results.append(Randomised(stage.name, heatmap, alike(trained, upsample(heatmap, size))))
    return results
