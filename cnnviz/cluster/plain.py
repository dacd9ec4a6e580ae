"""Plain data as bytes and back: numbers, texts, lists, arrays, and a fixed table of dataclasses.

What is read makes nothing but these, whoever wrote it: no code can be in it, as in a pickle.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import msgpack
import numpy as np
import torch
from torch import Tensor

from cnnviz.belief import Chance, Completeness, Curves
from cnnviz.belief.planted import Planted
from cnnviz.belief.pointing import PointingScore
from cnnviz.belief.randomisation import Randomised
from cnnviz.builder.running.passes import LayerRun, NetworkRun
from cnnviz.changing import Elsewhere, Stroke
from cnnviz.cluster.brought import Brought
from cnnviz.fully_conv.any_network import ClassCells, LargerMap
from cnnviz.heatmaps import Difference
from cnnviz.models.transforms import InputSpec
from cnnviz.playground.ending import Ending
from cnnviz.playground.training import Setup
from cnnviz.probes.receptive import Box
from cnnviz.residual.race import RaceRecipe, RaceStep
from cnnviz.training.plan import Plan
from cnnviz.wants.dream import Held, Recipe
from cnnviz.wants.unit import Unit

TUPLE, ARRAY, TENSOR, DATACLASS = range(4)
NUMBERS = "biuf"  # kinds of numpy's types: truth values, whole numbers, and numbers
CLASSES: Mapping[str, type] = {
    each.__name__: each
    for each in (
        Box, Brought, Chance, ClassCells, Completeness, Curves, Difference, Elsewhere, Ending, Held,
        InputSpec, LargerMap, LayerRun, NetworkRun, Plan, Planted, PointingScore, RaceRecipe,
        RaceStep, Randomised, Recipe, Setup, Stroke, Unit,
    )
}  # fmt: skip


def packed(value: Any) -> bytes:
    """A value as bytes.

    Raises:
        TypeError: it, or something in it, is not plain.
    """
    return msgpack.packb(value, default=_extended, strict_types=True)


def unpacked(data: bytes) -> Any:
    """The value that `packed` made bytes of; arrays and tensors may be written to.

    Raises:
        ValueError: the bytes are of nothing plain.
    """
    try:
        return msgpack.unpackb(data, ext_hook=_restored)
    except (TypeError, KeyError, OverflowError, RecursionError, RuntimeError) as error:
        raise ValueError(f"these bytes are of nothing plain: {error}") from error


def _extended(value: Any) -> msgpack.ExtType:
    if type(value) is tuple:
        return msgpack.ExtType(TUPLE, packed(list(value)))
    if isinstance(value, Tensor):
        return msgpack.ExtType(TENSOR, _of_array(value.detach().numpy()))
    if isinstance(value, np.ndarray):
        return msgpack.ExtType(ARRAY, _of_array(value))
    name = type(value).__name__
    if CLASSES.get(name) is not type(value) or not is_dataclass(value):
        raise TypeError(f"{name} is not plain data")
    stated = {field.name: getattr(value, field.name) for field in fields(value)}
    return msgpack.ExtType(DATACLASS, packed([name, stated]))


def _of_array(array: np.ndarray) -> bytes:
    if array.dtype.kind not in NUMBERS:
        raise TypeError(f"an array of {array.dtype} is not plain data")
    return packed([array.dtype.str, list(array.shape), array.tobytes()])


def _restored(code: int, data: bytes) -> Any:
    value = unpacked(data)
    if code == TUPLE:
        return tuple(value)
    if code == DATACLASS:
        name, stated = value
        return CLASSES[name](**stated)
    if code not in (ARRAY, TENSOR):
        raise ValueError(f"no plain data has the code {code}")
    array = _array(*value)
    return torch.from_numpy(array) if code == TENSOR else array


def _array(kind: str, shape: list[int], data: bytes) -> np.ndarray:
    dtype = np.dtype(kind)
    if dtype.kind not in NUMBERS:
        raise ValueError(f"an array of {kind} is not plain data")
    return np.frombuffer(data, dtype).reshape(shape).copy()
