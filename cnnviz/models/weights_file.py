"""Trained weights from a file, put into a network that has been built or pasted."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from zipfile import is_zipfile

import torch
from safetensors.torch import load as load_safetensors
from torch import Tensor, nn

MAX_BYTES = 512 * 2**20
PREFIXES = ("module.", "_orig_mod.", "model.", "net.")  # of DataParallel, compile and Lightning
SOME = 4  # mismatches that are listed


def read_weights(data: bytes) -> dict[str, Tensor]:
    """The tensors of a safetensors file, or of a state dict that `torch.save` wrote.

    A pickle is opened with `weights_only=True`: nothing but tensors and plain values is made.

    Raises:
        ValueError: it is neither, is too large, or holds something else than named tensors.
    """
    if len(data) > MAX_BYTES:
        raise ValueError(f"the file has {len(data):,} bytes; up to {MAX_BYTES:,} are read")
    try:
        found = _saved(data) if is_zipfile(io.BytesIO(data)) else load_safetensors(data)
    except Exception as error:  # whatever a damaged or hostile file makes these readers raise
        raise ValueError(
            "this is no file of weights: save net.state_dict() with safetensors or torch.save"
        ) from error
    inner = found.get("state_dict") if isinstance(found, Mapping) else None
    weights = inner if isinstance(inner, Mapping) else found
    if not isinstance(weights, Mapping) or not weights:
        raise ValueError("the file holds no state dict: save net.state_dict()")
    if not all(isinstance(k, str) and isinstance(v, Tensor) for k, v in weights.items()):
        raise ValueError("the file holds more than named tensors: save net.state_dict()")
    return dict(weights)


def _saved(data: bytes) -> object:
    return torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)


def load_weights(model: nn.Module, data: bytes) -> nn.Module:
    """The same network with the weights of a file, in float32; the network is changed.

    Names are matched as they are, or without what wrappers put before all of them ("module.").
    Where no name is the same (a network that was pasted has other names here), the tensors are
    taken in their order, or by their shapes where no two are equal.

    Raises:
        ValueError: the file is none, or names or shapes do not match; nothing is changed then.
    """
    state = model.state_dict()
    weights = _placed(without_prefix(read_weights(data), state), state)
    if problems := mismatches(model, weights):
        shown = "; ".join(problems[:SOME])
        more = f"; and {len(problems) - SOME} more" if len(problems) > SOME else ""
        raise ValueError(f"the weights do not fit the network: {shown}{more}")
    floats = {k: v.float() if v.is_floating_point() else v for k, v in weights.items()}
    model.load_state_dict(floats, strict=False)
    return model


def without_prefix(weights: Mapping[str, Tensor], wanted: Iterable[str]) -> dict[str, Tensor]:
    """The weights without the prefixes that stand before every name and not in the network's."""
    names, found = set(wanted), dict(weights)
    for _ in PREFIXES:
        prefix = next((p for p in PREFIXES if all(name.startswith(p) for name in found)), None)
        if prefix is None or any(name.startswith(prefix) for name in names):
            break
        found = {name.removeprefix(prefix): tensor for name, tensor in found.items()}
    return found


def _placed(weights: dict[str, Tensor], state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The weights under the names of a network, where only the names are others.

    A safetensors file has lost the order; there each shape has to be that of one tensor alone.
    """
    if weights.keys() & state.keys():
        return weights
    given, wanted = ([tuple(t.shape) for t in one.values()] for one in (weights, state))
    if given == wanted:
        return dict(zip(state, weights.values(), strict=True))
    if len(set(given)) == len(given) and sorted(given) == sorted(wanted):
        of_shape = {tuple(tensor.shape): tensor for tensor in weights.values()}
        return {name: of_shape[tuple(tensor.shape)] for name, tensor in state.items()}
    return weights


def mismatches(model: nn.Module, weights: Mapping[str, Tensor]) -> list[str]:
    """What does not match, a line each: of another shape, unknown, or missing."""
    wanted = {
        name: tensor
        for name, tensor in model.state_dict().items()
        if not name.endswith("num_batches_tracked")
    }
    of_another_shape = [
        f"{name} is {tuple(weights[name].shape)} in the file and {tuple(tensor.shape)} "
        "in the network"
        for name, tensor in wanted.items()
        if name in weights and weights[name].shape != tensor.shape
    ]
    missing = [
        f"{name} {tuple(wanted[name].shape)} is missing" for name in wanted if name not in weights
    ]
    known = model.state_dict()
    unknown = [
        f"{name} {tuple(tensor.shape)} is not in the network"
        for name, tensor in weights.items()
        if name not in known
    ]
    return of_another_shape + unknown + missing
