"""CIFAR-10 and MNIST as tensors in memory, from files or from torchvision's data sets."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import torch
from PIL import Image
from torch import Tensor


@dataclass(frozen=True)
class LabelledPictures:
    """Pictures (N, C, H, W) as uint8 in [0, 255] and the index of each one's class (N)."""

    pictures: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.labels)

    def some(self, count: int) -> LabelledPictures:
        """`count` of them, at most all, spread evenly over the whole."""
        chosen = torch.arange(count) * len(self) // count
        return LabelledPictures(self.pictures[chosen], self.labels[chosen])


def read_data(dataset: str, path: Path, part: str, may_download: bool = False) -> LabelledPictures:
    """The pictures of one part of a data set.

    Args:
        dataset: "MNIST" or "CIFAR-10".
        path: an npz file with x_train, y_train, x_test and y_test; or a folder with train and test
            in it, each with a folder of picture files for each class; or else the folder where
            torchvision keeps its data sets.
        part: "train" or "test".
        may_download: whether torchvision may fetch what is not in its folder.

    Raises:
        ValueError: nothing of the kind is there.
    """
    if path.suffix == ".npz":
        return read_npz(path, part)
    if (path / part).is_dir():
        return read_folders(path / part)
    return read_torchvision(dataset, path, part, may_download)


def read_npz(path: Path, part: str) -> LabelledPictures:
    """Grey pictures of the arrays x_train and y_train, or x_test and y_test.

    Raises:
        ValueError: the file is not there, or does not hold them.
    """
    if not path.is_file():
        raise ValueError(f"there is no file {path}")
    try:
        with np.load(path) as arrays:
            pictures = torch.from_numpy(arrays[f"x_{part}"]).unsqueeze(1)  # (N, 1, H, W)
            labels = torch.from_numpy(arrays[f"y_{part}"])
    except KeyError as error:
        raise ValueError(f"{path} has no arrays x_{part} and y_{part}") from error
    except (ValueError, TypeError, AttributeError, OSError, EOFError, BadZipFile) as error:
        raise ValueError(f"{path} cannot be read as arrays of numbers") from error
    is_whole = not labels.is_floating_point() or torch.equal(labels, labels.trunc())
    if labels.is_complex() or not is_whole:
        raise ValueError(f"{path} has labels in y_{part} that are no whole numbers")
    return LabelledPictures(pictures, labels.long())


def read_folders(folder: Path) -> LabelledPictures:
    """Colour pictures of one size from a folder that holds a folder of files for each class.

    Classes are the folders in alphabetical order, which for CIFAR-10 is its own.

    Raises:
        ValueError: there is no picture, one cannot be read, or they differ in size.
    """
    class_folders = sorted(path for path in folder.iterdir() if path.is_dir())
    files = [
        (path, label)
        for label, class_folder in enumerate(class_folders)
        for path in sorted(class_folder.iterdir())
    ]
    if not files:
        raise ValueError(f"{folder} holds no folders with pictures in them, one for each class")
    pictures = [_pixels(path) for path, _ in files]
    sizes = {picture.shape[:2] for picture in pictures}
    if len(sizes) > 1:
        raise ValueError(f"the pictures in {folder} are not all of one size: {sorted(sizes)[:3]}")
    labels = torch.tensor([label for _, label in files])
    return LabelledPictures(
        torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).contiguous(), labels
    )


def _pixels(path: Path) -> np.ndarray:
    try:
        with Image.open(path) as picture:
            return np.asarray(picture.convert("RGB"))
    except (OSError, SyntaxError, ValueError) as error:
        raise ValueError(f"{path} cannot be read as a picture") from error


def read_torchvision(
    dataset: str, root: Path, part: str, may_download: bool = False
) -> LabelledPictures:
    """The data set as torchvision keeps it in the folder `root`.

    Raises:
        ValueError: it is not there, and may not be downloaded or cannot be.
    """
    datasets = importlib.import_module("cnnviz.torchvision_compat").torchvision.datasets
    kind = {"MNIST": datasets.MNIST, "CIFAR-10": datasets.CIFAR10}[dataset]
    try:
        return from_torchvision(kind(root, train=part == "train", download=may_download))
    except (RuntimeError, OSError) as error:
        raise ValueError(
            f"{dataset} is not in {root}: name the folder where it is, or add --download ({error})"
        ) from error


def from_torchvision(dataset: Any) -> LabelledPictures:
    """A data set of torchvision that holds `.data`, grey (N, H, W) or colour (N, H, W, 3)."""
    pictures = torch.as_tensor(dataset.data)
    has_colour = pictures.ndim == 4
    pictures = pictures.permute(0, 3, 1, 2).contiguous() if has_colour else pictures.unsqueeze(1)
    return LabelledPictures(pictures, torch.as_tensor(dataset.targets).long())
