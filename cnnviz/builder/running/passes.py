"""A real forward pass of a network that was built, with a small picture of what each layer made."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import adaptive_avg_pool2d

from cnnviz.builder.names import module_name
from cnnviz.builder.running.drawn import drawn_network
from cnnviz.models.specs import NetworkSpec, Path, walk
from cnnviz.probes.watch import Enough, Step, watch
from cnnviz.progress import Progress, go_on, report

MOST_LAYERS = 60  # that are shown; of more, those in blocks are left out first
MOST_MAPS = 16  # of one layer
MOST_FEATURES = 128  # of one flat layer
SIDE = 28  # pixels of a small map at most


@dataclass(frozen=True)
class LayerRun:
    """What one layer made of a picture, small.

    Attributes:
        path: where the layer stands.
        name: its name among the modules.
        shape: what left it, without the batch.
        maps: the first maps (k, height, width), larger ones averaged down to `SIDE` pixels.
        low: smallest number that left the layer, of all its maps.
        high: the largest.
        is_averaged: the maps shown are smaller than the real ones.
    """

    path: Path
    name: str
    shape: tuple[int, ...]
    maps: Tensor
    low: float
    high: float
    is_averaged: bool

    @property
    def count(self) -> int:
        """How many maps or features the layer has."""
        return self.shape[0]


@dataclass(frozen=True)
class NetworkRun:
    """A forward pass: what came out, and the layers that are shown of `num_layers`."""

    output: Tensor
    layers: tuple[LayerRun, ...]
    num_layers: int


def run_network(
    spec: NetworkSpec,
    batch: Tensor,
    trained: nn.Module | None = None,
    progress: Progress = go_on,
) -> NetworkRun:
    """Send a batch of one picture (1, channels, height, width) through the network as built.

    Its weights are trained ones, or those of seed 0, drawn as torch draws them for a new module
    when their layer's turn comes. What a layer made is made small as soon as it is there, so that
    no more than one is held.

    Args:
        spec: the network.
        batch: the picture.
        trained: the network with trained weights; only read.
        progress: told behind each layer that is shown.

    Raises:
        RuntimeError: the layers do not fit each other.
        StoppedError: `progress` said so.
    """
    paths = shown_paths(spec)
    by_name = {module_name(spec, path): path for path in paths}
    found: dict[Path, LayerRun] = {}

    def see(step: Step) -> None:
        found[by_name[step.name]] = _small(by_name[step.name], step.name, step.output[0])
        report(progress, len(found) / len(paths))

    with torch.inference_mode():
        output = watch(trained or drawn_network(spec), batch, see, only=by_name)
    layers = tuple(found[path] for path in paths)
    return NetworkRun(output.clone(), layers, sum(1 for _ in walk(spec.layers)))


def maps_of(
    spec: NetworkSpec, batch: Tensor, path: Path, trained: nn.Module | None = None
) -> Tensor:
    """What one layer makes of a picture, without the batch; the layers behind it do not run.

    Raises:
        RuntimeError: the layers do not fit each other.
    """
    found: list[Tensor] = []

    def see(step: Step) -> None:
        found.append(step.output[0].clone())
        raise Enough

    with torch.inference_mode():
        watch(trained or drawn_network(spec), batch, see, only=[module_name(spec, path)])
    return found[0]


def shown_paths(spec: NetworkSpec) -> list[Path]:
    """The layers that are shown: all, or only those outside blocks, or the first of these."""
    paths: list[Path] = [path for path, _ in walk(spec.layers)]
    if len(paths) > MOST_LAYERS:
        paths = [path for path in paths if len(path) == 1]
    return paths[:MOST_LAYERS]


def _small(path: Path, name: str, values: Tensor) -> LayerRun:
    shape = tuple(values.shape)
    low, high = values.min().item(), values.max().item()
    if values.ndim != 3:
        maps = values.flatten()[:MOST_FEATURES].reshape(-1, 1, 1)
        return LayerRun(path, name, shape, maps.clone(), low, high, is_averaged=False)
    maps = values[:MOST_MAPS]
    height, width = shape[1:]
    ratio = max(height, width) / SIDE
    if ratio <= 1:
        return LayerRun(path, name, shape, maps.clone(), low, high, is_averaged=False)
    size = (max(1, round(height / ratio)), max(1, round(width / ratio)))
    return LayerRun(path, name, shape, adaptive_avg_pool2d(maps, size), low, high, is_averaged=True)
