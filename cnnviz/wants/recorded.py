"""Pictures of every channel of some layers, made once and shipped, with their recipe.

`python -m cnnviz.wants` makes the files.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from cnnviz.images import SAMPLES, sample
from cnnviz.models import Pretrained
from cnnviz.places import ASSETS, read_from
from cnnviz.probes.excitation import strongest_cells
from cnnviz.wants.dream import Recipe, dream
from cnnviz.wants.unit import Unit

FOLDER = ASSETS / "wants"
LAYERS = {
    "resnet18-cifar10": ("input_group.2", "group0.1", "group1.1", "group2.1"),
    "squeezenet1.1": ("features.1", "features.4", "features.7", "features.11"),
}
RECIPE = Recipe(side=64, steps=48)
ACROSS = 16  # pictures in a row of the file
TOGETHER = 16  # that are made in one batch: all begin with the noise of one seed
BEST = 3  # sample pictures that are kept for each channel
QUALITY = 82  # of the file's compression


@dataclass(frozen=True)
class Recorded:
    """The pictures of one layer.

    Attributes:
        network, layer: of which.
        recipe: how each was made.
        command: what makes the file.
        scores: (channels,), the mean of each map for its picture, in the last step.
        best: for each channel the sample pictures with its largest numbers, and those numbers.
    """

    network: str
    layer: str
    recipe: Recipe
    command: str
    scores: tuple[float, ...]
    best: tuple[tuple[tuple[str, float], ...], ...]


def stem(network: str, layer: str) -> str:
    """The name of a layer's files."""
    return f"{network}.{layer}"


def recorded(network: str, layer: str) -> Recorded | None:
    """What is known of a layer's pictures; None where none are shipped.

    Raises:
        AssetError: the file is damaged.
    """
    file = FOLDER / f"{stem(network, layer)}.json"
    return _read(file) if file.exists() else None


@lru_cache(maxsize=8)
def _read(file: Path) -> Recorded:
    with read_from(file):
        found = json.loads(file.read_text(encoding="utf-8"))
        best = tuple(tuple((name, value) for name, value in row) for row in found.pop("best"))
        recipe, scores = Recipe(**found.pop("recipe")), tuple(found.pop("scores"))
        return Recorded(recipe=recipe, scores=scores, best=best, **found)


def sheet(network: str, layer: str) -> bytes:
    """All pictures of a layer in one file, sixteen in a row (WebP).

    Raises:
        AssetError: it is missing.
    """
    file = FOLDER / f"{stem(network, layer)}.webp"
    with read_from(file):
        return file.read_bytes()


def recorded_picture(known: Recorded, index: int) -> Tensor:
    """One picture of a layer, (3, side, side) in [0, 1], as the file's compression has left it.

    Raises:
        AssetError: the file is missing or damaged.
        IndexError: no such channel.
    """
    if not 0 <= index < len(known.scores):
        raise IndexError(f"channel {index} is not one of 0 to {len(known.scores) - 1}")
    side = known.recipe.side
    left, top = index % ACROSS * side, index // ACROSS * side
    data, file = sheet(known.network, known.layer), f"{stem(known.network, known.layer)}.webp"
    with read_from(FOLDER / file), Image.open(io.BytesIO(data)) as whole:
        cut = np.array(whole.convert("RGB").crop((left, top, left + side, top + side)))
    return torch.from_numpy(cut).permute(2, 0, 1) / 255


def make(network: Pretrained, name: str, layer: str, count: int, command: str) -> None:
    """Make the pictures of the first `count` channels of a layer, and write both files."""
    pictures, scores = [], []
    for start in range(0, count, TOGETHER):
        units = [Unit(layer, index) for index in range(start, min(count, start + TOGETHER))]
        for moment in dream(network, units, RECIPE):
            last = moment
        pictures.append(last.pictures)
        scores += last.scores.tolist()
    known = Recorded(
        name, layer, RECIPE, command, tuple(round(one, 4) for one in scores),
        _best(network, layer),
    )  # fmt: skip
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{stem(name, layer)}.json").write_text(json.dumps(asdict(known)), encoding="utf-8")
    (FOLDER / f"{stem(name, layer)}.webp").write_bytes(_laid_out(torch.cat(pictures)))


def _laid_out(pictures: Tensor) -> bytes:
    side = pictures.shape[-1]
    rows = -(-len(pictures) // ACROSS)
    whole = Image.new("RGB", (ACROSS * side, rows * side))
    for index, picture in enumerate(pictures):
        bytes_of = (picture * 255 + 0.5).clamp(0, 255).byte().permute(1, 2, 0).numpy()
        whole.paste(Image.fromarray(bytes_of), (index % ACROSS * side, index // ACROSS * side))
    file = io.BytesIO()
    whole.save(file, "WEBP", quality=QUALITY, method=6)
    return file.getvalue()


def _best(network: Pretrained, layer: str) -> tuple[tuple[tuple[str, float], ...], ...]:
    """For each channel the sample pictures that excite it most."""
    values = torch.stack(
        [
            strongest_cells(network.model, layer, network.transform(sample(name))).values[0]
            for name in SAMPLES
        ]
    )  # (pictures, channels)
    return tuple(_first(column, list(SAMPLES)) for column in values.T)


def _first(values: Tensor, names: Sequence[str]) -> tuple[tuple[str, float], ...]:
    order = values.argsort(descending=True, stable=True)[:BEST].tolist()
    return tuple((names[index], round(values[index].item(), 4)) for index in order)
