"""What a recording that was stopped has left in its work folder, looked at before it goes on."""

from __future__ import annotations

import json
import pickle
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch

from cnnviz.models.deep import DeepNet
from cnnviz.residual.small_digits import SmallDigits

DIGITS = "digits.json"  # of which digits a folder is
TOLD = ("errors", "losses", "right")  # of a network that is trained


def check_digits(work: Path, digits: Iterable[SmallDigits]) -> None:
    """A folder is of these digits, or of none yet, and is marked as theirs.

    Raises:
        ValueError: it is of others, or does not say so.
    """
    own, mark = _checksum(digits), work / DIGITS
    if not mark.exists() and any(work.glob("*.json")):
        raise ValueError(f"--work {work} does not say of which digits it is: name another folder")
    if mark.exists() and read_json(mark) != own:
        raise ValueError(f"--work {work} is of other digits: name another folder")
    write_json(mark, own)


def _checksum(digits: Iterable[SmallDigits]) -> int:
    total = 0
    for some in digits:
        for part in (some.pictures, some.labels):
            total = zlib.crc32(part.contiguous().numpy(), total)
    return total


def finished(net: DeepNet, path: Path) -> dict[str, Any] | None:
    """What is told of a network that is trained, which gets its weights; None of one that is not.

    Args:
        net: of the same depth.
        path: of its files, without their ends.

    Raises:
        ValueError: a file is broken, or of another network.
    """
    weights, curves = path.with_suffix(".pt"), path.with_suffix(".json")
    if not curves.exists():
        return None
    told = read_json(curves)
    try:
        net.load_state_dict(torch.load(weights, weights_only=True))
    except (RuntimeError, OSError, EOFError, TypeError, pickle.UnpicklingError) as error:
        raise _broken(weights) from error
    if not all(weight.isfinite().all() for weight in net.state_dict().values()):
        raise _broken(weights)
    if not isinstance(told, dict) or any(name not in told for name in TOLD):
        raise _broken(curves)
    return told


def read_json(path: Path) -> Any:
    """What a file of this folder tells.

    Raises:
        ValueError: it is broken.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _broken(path) from error


def write_json(path: Path, told: object) -> None:
    """Write a file at once: a run killed while it writes leaves the old one whole."""
    part = path.with_suffix(".part")
    part.write_text(json.dumps(told), encoding="utf-8")
    part.replace(path)


def _broken(path: Path) -> ValueError:
    return ValueError(f"{path} is nothing to go on from: remove it, or name another folder")
