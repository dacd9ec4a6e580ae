"""What a command that trains looks at before its first step: nothing may end a run after hours.

Each function raises ValueError with one sentence.
"""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from cnnviz.models.shipped import ShippedNetwork
from cnnviz.summary.calls import tensors_in
from cnnviz.training.data import LabelledPictures
from cnnviz.training.loop import Training


def check_folders(out: Path, checkpoint: Path | None) -> None:
    """Weights and checkpoint can be written where they are to be; the folder `out` is made."""
    if checkpoint:
        check_file(checkpoint, "--checkpoint")
    check_folder(out, "--out")


def check_file(file: Path, option: str) -> None:
    """A file that an option names can be written; it may be there already."""
    _check_name(file, option)
    if file.is_dir():
        raise ValueError(f"{option} {file} is a folder: name a file in it")
    if not file.parent.is_dir():
        raise ValueError(f"{option} {file}: there is no folder {file.parent}")
    check_folder(file.parent, option)


def _check_name(file: Path, option: str) -> None:
    """A file system takes the name: it may be too long, or a link to itself."""
    try:
        file.stat()
    except (FileNotFoundError, NotADirectoryError):
        pass  # there is none yet; its folder is looked at below
    except (OSError, ValueError) as error:
        raise ValueError(f"{option} {file} cannot be written: {_why(error)}") from error


def _why(error: OSError | ValueError) -> str:
    return (isinstance(error, OSError) and error.strerror) or str(error)


def check_folder(folder: Path, option: str) -> None:
    """A folder that an option names can be written to; it is made."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError, PermissionError):
        pass  # said below, with what stands in the way
    except (OSError, ValueError) as error:
        raise ValueError(f"{option} {folder} cannot be made: {_why(error)}") from error
    if folder.is_symlink() and not folder.exists():
        raise ValueError(f"{option} {folder} is a link that leads nowhere")
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not there.is_dir():
        raise ValueError(f"{option} {folder}: {there} is a file, and a folder is needed")
    if not os.access(there, os.W_OK):
        raise ValueError(f"{option} {folder}: {there} cannot be written to")


def check_pictures(data: LabelledPictures, network: ShippedNetwork, least: int) -> None:
    """They are what the network takes, each has a class, and there are enough of them.

    Args:
        least: as many as are needed.
    """
    spec, shape = network.input, tuple(data.pictures.shape)
    wanted = (spec.channels, spec.size, spec.size)
    if data.pictures.dtype != torch.uint8:
        raise ValueError(f"the pictures are {data.pictures.dtype}, and uint8 from 0 to 255 is read")
    if len(shape) != 4 or shape[1:] != wanted:
        raise ValueError(f"the pictures are {shape[1:]}, and {network.title} learns from {wanted}")
    if data.labels.shape != (len(data.pictures),):
        raise ValueError(
            f"there are {len(data.pictures):,} pictures and {data.labels.numel():,} labels"
        )
    if len(data) < least:
        raise ValueError(f"there are {len(data):,} pictures, and at least {least:,} are needed")
    low, high = int(data.labels.min()), int(data.labels.max())
    if low < 0 or high >= len(network.classes):
        count = len(network.classes)
        raise ValueError(
            f"labels go from {low} to {high}, and {network.dataset} has {count} classes"
        )


def go_on(training: Training, checkpoint: Path) -> None:
    """Go on from a checkpoint of this very run."""
    try:
        state = torch.load(checkpoint, weights_only=True)
    except (RuntimeError, OSError, EOFError, KeyError, pickle.UnpicklingError) as error:
        raise ValueError(f"{checkpoint} cannot be read as a checkpoint of this program") from error
    if not isinstance(state, dict):
        raise ValueError(f"{checkpoint} is no checkpoint of this program")
    for name, value in training.identity().items():
        if state.get(name) != value:
            raise ValueError(_of_another(checkpoint, name, state.get(name), value))
    epoch, most = state.get("epoch"), training.recipe.epochs
    if isinstance(epoch, bool) or not isinstance(epoch, int) or not 0 <= epoch <= most:
        raise ValueError(f"{checkpoint} is of epoch {epoch}, and this run has {most}: train again")
    parts = {part: state.get(part) for part in ("model", "averaged", "optimizer")}
    if odd := [part for part, found in parts.items() if not isinstance(found, dict)]:
        raise ValueError(f"{checkpoint} does not hold its {odd[0]}: train again without it")
    if problem := _of_numbers(state):
        raise ValueError(f"{checkpoint} {problem}: train again without it")
    try:
        training.resume(state)
    except (RuntimeError, KeyError, ValueError, TypeError) as error:
        raise ValueError(f"{checkpoint} does not fit this network") from error


def _of_another(checkpoint: Path, name: str, found: Any, wanted: Any) -> str:
    if found is None:
        return f"{checkpoint} does not say its {name}: it may be of another run, train again"
    if name in ("recipe", "data"):
        other = {"recipe": "another recipe", "data": "other pictures"}[name]
        return f"{checkpoint} is of {other}: train again, or name another file"
    return f"{checkpoint} is of {name} {found}, and this run has {wanted}: name another file"


def _of_numbers(state: dict[str, Any]) -> str:
    """What is wrong with the weights of a checkpoint; empty if nothing."""
    weights = [
        weight
        for part in ("model", "averaged")
        for weight in state[part].values()
        if isinstance(weight, Tensor) and weight.is_floating_point()
    ]
    if any(not weight.isfinite().all() for weight in weights):
        return "holds weights that are no numbers"
    if any(not moment.isfinite().all() for moment in tensors_in([state["optimizer"]])):
        return "holds moments of the optimizer that are no numbers"
    other = {str(weight.dtype) for weight in weights} - {"torch.float32"}
    return f"holds {other.pop()} and a run goes on from float32" if other else ""
