"""torchvision's classification CNNs for ImageNet: names, weights on this machine or not, pictures.

torchvision takes a second to import, which LeNet need not wait for: it is imported when a name of
its own is asked for.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlparse

import torch
from PIL import Image
from torch import Tensor

from cnnviz.models.cards import Card
from cnnviz.models.download import Arrival, download, has_hash
from cnnviz.models.transforms import InputSpec, centre_square

TRANSFORMERS = ("vit_", "swin_", "maxvit_")
MEBIBYTE = 1 << 20


@dataclass(frozen=True)
class ImageNetStatus:
    """Whether a network's weights are on this machine, and how large they are.

    Args:
        url: where torchvision publishes them.
        path: where torch's cache keeps them.
        hash_prefix: first hexadecimal digits of the file's SHA-256, from its name.
        size_bytes: of the file.
        is_cached: whether it is there.
    """

    name: str
    url: str
    path: Path
    hash_prefix: str
    size_bytes: int
    is_cached: bool

    @property
    def size_mb(self) -> float:
        """Size of the file in megabytes of 10⁶ bytes."""
        return self.size_bytes / 1e6


@cache
def imagenet_names() -> tuple[str, ...]:
    """Names of torchvision's convolutional networks that have weights for ImageNet."""
    names = torchvision_models().list_models(module=torchvision_models())
    return tuple(name for name in names if not name.startswith(TRANSFORMERS))


def imagenet_status(name: str) -> ImageNetStatus:
    """Size and whereabouts of the weights of one of `imagenet_names`.

    Raises:
        ValueError: the name is not known.
    """
    weights = _weights(name)
    url = checkpoint_url(name)
    path = Path(torch.hub.get_dir()) / "checkpoints" / Path(urlparse(url).path).name
    is_cached = path.is_file()
    size = path.stat().st_size if is_cached else round(weights.meta["_file_size"] * MEBIBYTE)
    return ImageNetStatus(name, url, path, path.stem.rpartition("-")[2], size, is_cached)


def checkpoint_url(name: str) -> str:
    """Where torchvision publishes the weights of a network."""
    return _weights(name).url


def download_weights(
    name: str, on_progress: Arrival | None = None, time_limit_s: float = 600
) -> Path:
    """Bring the weights of one of `imagenet_names` into torch's cache; returns where they are.

    Args:
        on_progress: called with the bytes that have arrived and the bytes expected, if known.
        time_limit_s: seconds that it may take.

    Raises:
        WeightsError: no network, too slow, cut off, or the file's hash is not that in its name.
    """
    status = imagenet_status(name)
    if not status.is_cached:
        download(status.url, status.path, status.hash_prefix, on_progress, time_limit_s)
    return status.path


def is_published(name: str) -> bool:
    """Whether the file in torch's cache is the one that torchvision publishes, by its hash."""
    status = imagenet_status(name)
    return status.is_cached and has_hash(status.path, status.hash_prefix)


@dataclass(frozen=True)
class ImageNetTransform:
    """The picture as torchvision's own evaluation of the network prepares it."""

    name: str

    @property
    def size(self) -> int:
        """Height and width in pixels of what enters the network unless asked otherwise."""
        return self._preset().crop_size[0]

    @property
    def spec(self) -> InputSpec:
        """What torchvision's evaluation expects of a picture."""
        preset = self._preset()
        mean, std = tuple(preset.mean), tuple(preset.std)
        return InputSpec(3, self.size, 0, mean, std, self._kept_share())

    def __call__(self, picture: Image.Image, size: int | None = None) -> Tensor:
        """The picture as a batch (1, 3, height, width), normalised as in training.

        Args:
            picture: of any mode and size.
            size: height and width in pixels; as in training if not given.

        Raises:
            ValueError: the size is below one pixel.
        """
        size = self.size if size is None else size
        if size < 1:
            raise ValueError(f"a picture needs at least one pixel a side, and the size is {size}")
        resize_size = round(size / self._kept_share())
        preset = _weights(self.name).transforms(crop_size=size, resize_size=resize_size)
        return preset(picture.convert("RGB")).unsqueeze(0)

    def crop(self, picture: Image.Image) -> Image.Image:
        """The square of the picture that the network gets to see, in the picture's own pixels."""
        return centre_square(picture, max(1, round(min(picture.size) * self._kept_share())))

    def _preset(self) -> Any:
        return _weights(self.name).transforms()

    def _kept_share(self) -> float:
        return self._preset().crop_size[0] / self._preset().resize_size[0]


def imagenet_classes(name: str) -> tuple[str, ...]:
    """Names of the thousand classes in the order of the scores."""
    return tuple(_weights(name).meta["categories"])


def imagenet_card(name: str, is_verified: bool = False) -> Card:
    """What torchvision says of the weights.

    Args:
        is_verified: whether the file's hash was found to be that in its name.
    """
    meta, status = _weights(name).meta, imagenet_status(name)
    accuracy = meta["_metrics"]["ImageNet-1K"]["acc@1"] / 100
    size = ImageNetTransform(name).size
    return Card(
        name=name,
        title=f"{name}, a thousand kinds of pictures",
        dataset="ImageNet",
        data="ImageNet-1K: 1,281,167 pictures to train and 50,000 to validate",
        recipe=meta.get("recipe") or "https://github.com/pytorch/vision",
        seed=None,
        date=None,
        test_accuracy=accuracy,
        accuracy_at=((size, accuracy),),
        float32_accuracy=None,
        num_params=meta["num_params"],
        size_bytes=status.size_bytes,
        input_size=size,
        num_classes=len(meta["categories"]),
        is_half_precision=False,
        is_verified=is_verified,
    )


@cache
def torchvision_models() -> ModuleType:
    """The module torchvision.models, imported at the first call."""
    return importlib.import_module("cnnviz.torchvision_compat").torchvision.models


@cache
def _weights(name: str) -> Any:
    if name not in imagenet_names():
        raise ValueError(f"{name!r} is not known: choose one of {', '.join(imagenet_names())}")
    return torchvision_models().get_model_weights(name).DEFAULT
