"""MNIST, FashionMNIST and CIFAR-10 as torchvision keeps them: read where they are, else fetched."""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import torch

from cnnviz.models.download import WeightsError, download
from cnnviz.models.shipped import CIFAR10_CLASSES, DIGITS, SHIPPED
from cnnviz.models.transforms import InputSpec
from cnnviz.operator_settings import operator_settings
from cnnviz.training.data import LabelledPictures, from_torchvision
from cnnviz.training.material.kind import Material, MaterialError, NotHereError

ASKED = 1_000  # pictures of the test set
FASHION_CLASSES = (
    *("T-shirt", "trouser", "pullover", "dress", "coat"),
    *("sandal", "shirt", "sneaker", "bag", "ankle boot"),
)

Arrival = Callable[[int, int], None]


@dataclass(frozen=True)
class Shelf:
    """One of torchvision's data sets, there or not.

    Attributes:
        name: in a link.
        title: its own.
        kind: torchvision's class of it.
        classes: of its labels.
        input: how its pictures enter a network.
        size_bytes: of what is fetched.
        learnt: pictures that are learnt from, of those it has: all would fill the server.
    """

    name: str
    title: str
    kind: str
    classes: tuple[str, ...]
    input: InputSpec
    size_bytes: int
    learnt: int

    @property
    def size_mb(self) -> float:
        """Of what is fetched."""
        return self.size_bytes / 1e6

    @property
    def host(self) -> str:
        """Where it is fetched from."""
        return urlparse(_files(self)[0].url).hostname or ""


def _fashion_input() -> InputSpec:
    return InputSpec(channels=1, size=28, padding=2, mean=(0.2860,), std=(0.3530,))


SHELVES = {
    shelf.name: shelf
    for shelf in (
        Shelf("mnist", "MNIST", "MNIST", DIGITS, SHIPPED["lenet-mnist"].input, 11_594_722, 20_000),
        Shelf(
            "fashion", "FashionMNIST", "FashionMNIST", FASHION_CLASSES, _fashion_input(),
            30_878_645, 20_000,
        ),
        Shelf(
            "cifar10", "CIFAR-10", "CIFAR10", CIFAR10_CLASSES, SHIPPED["lenet-cifar10"].input,
            170_498_071, 10_000,
        ),
    )
}  # fmt: skip


def data_folder() -> Path:
    """Where torchvision's data sets lie: as the operator says, else beside torch's own files."""
    return operator_settings().data or Path(torch.hub.get_dir()).parent / "datasets"


def shelf_material(shelf: Shelf) -> Material:
    """Pictures of a data set that is on this machine.

    Raises:
        MaterialError: it is not.
    """
    training = _part(shelf, is_training=True)
    validation = _part(shelf, is_training=False)
    note = (
        f"{len(training):,} pictures of {shelf.title} to learn from and {len(validation):,} of its "
        "test set to be asked, through torchvision."
    )
    return Material(shelf.name, shelf.title, shelf.classes, shelf.input, training, validation, note)


def fetch(shelf: Shelf, on_progress: Arrival | None = None) -> None:
    """Bring a data set to this machine; whole and checked, or not at all.

    Args:
        on_progress: called with the bytes that have arrived, of all files, and the bytes of them
            all. What it raises ends the download.

    Raises:
        MaterialError: it cannot be had, with the reason.
    """
    arrived = 0
    for file in _files(shelf):
        before = arrived

        def tell(now: int, _expected: int | None, before: int = before) -> None:
            if on_progress:
                on_progress(before + now, shelf.size_bytes)

        try:
            download(file.url, file.target, "", tell)
        except WeightsError as error:
            raise MaterialError(str(error)) from error
        _check(file)
        arrived += file.target.stat().st_size
    _dataset(shelf, is_training=True, may_unpack=True)


@dataclass(frozen=True)
class _File:
    url: str
    target: Path
    md5: str


def _files(shelf: Shelf) -> list[_File]:
    """What torchvision would fetch, from where, to where."""
    kind, root = _kind(shelf), data_folder()
    if shelf.kind == "CIFAR10":
        return [_File(kind.url, root / kind.filename, kind.tgz_md5)]
    raw = root / shelf.kind / "raw"
    return [_File(kind.mirrors[0] + name, raw / name, md5) for name, md5 in kind.resources]


def _check(file: _File) -> None:
    with file.target.open("rb") as whole:
        is_right = hashlib.file_digest(whole, "md5").hexdigest() == file.md5
    if not is_right:
        file.target.unlink()
        raise MaterialError(
            f"What arrived is not {file.target.name}: it has been thrown away, try again."
        )


def _kind(shelf: Shelf) -> Any:
    datasets = importlib.import_module("cnnviz.torchvision_compat").torchvision.datasets
    return getattr(datasets, shelf.kind)


def _dataset(shelf: Shelf, is_training: bool, may_unpack: bool = False) -> Any:
    """Torchvision's data set; of CIFAR-10 its first fifth, because all of it takes 300 MB."""
    kind = _kind(shelf)
    if shelf.kind == "CIFAR10":
        kind = type("FirstFifth", (kind,), {"train_list": kind.train_list[:1]})
    try:
        return kind(data_folder(), train=is_training, download=may_unpack)
    except (RuntimeError, OSError) as error:
        raise NotHereError(
            f"{shelf.title} is not on this machine: it has {shelf.size_mb:.0f} MB and can be "
            f"fetched once, from {shelf.host}."
        ) from error


def _part(shelf: Shelf, is_training: bool) -> LabelledPictures:
    data = from_torchvision(_dataset(shelf, is_training))
    return data.some(min(shelf.learnt if is_training else ASKED, len(data)))
