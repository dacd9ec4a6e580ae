"""Trained weights from a file, put into a network that has been built or pasted."""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterable, Mapping
from pickletools import genops
from zipfile import ZipFile, is_zipfile

import torch
from safetensors.torch import load as load_safetensors
from torch import Tensor, nn

MAX_BYTES = 512 * 2**20
MOST_LISTED = 4 * 2**20  # bytes that say which tensors a file holds: names and shapes of thousands
MOST_ENTRIES = 20_000  # of what torch.save wrote: one for each tensor
ENTRY = b"PK\x01\x02"  # how each begins in the list of a zip
PREFIXES = ("module.", "_orig_mod.", "model.", "net.")  # of DataParallel, compile and Lightning
SOME = 4  # mismatches that are listed
PLAIN = (
    re.compile(  # what the pickle of a state dict calls; torch allows more, as bytearray(10**11)
        r"collections (OrderedDict|Counter|defaultdict)|builtins set|torch\.nn\.parameter Parameter"
        r"|torch \w+|torch\.storage \w+|torch\.serialization _get_layout|torch\._utils "
        r"_rebuild_(tensor|tensor_v[23]|parameter\w*|sparse_tensor|qtensor|meta_tensor_no_storage)"
    )
)
PARTS = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")  # torch's order


def read_weights(data: bytes) -> dict[str, Tensor]:
    """The tensors of a safetensors file, or of a state dict that `torch.save` wrote.

    A pickle is opened with `weights_only=True`: nothing but tensors and plain values is made. What
    a file of some kilobytes could make of them is bounded before: see `_saved`.

    Raises:
        ValueError: it is neither, is too large, or holds something else than named tensors.
    """
    if len(data) > MAX_BYTES:
        raise ValueError(f"the file has {len(data):,} bytes; up to {MAX_BYTES:,} are read")
    try:
        found = _saved(data) if is_zipfile(io.BytesIO(data)) else _in_order(data)
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
    if odd := next((name for name, tensor in weights.items() if not _is_plain(tensor)), None):
        raise ValueError(
            f"{odd[:60]} is sparse, quantised, complex or without numbers: weights are plain "
            "real numbers here"
        )
    return dict(weights)


def _is_plain(tensor: Tensor) -> bool:
    """Whether a tensor has a real number in memory for each place."""
    is_here = tensor.layout == torch.strided and tensor.device.type == "cpu"
    return is_here and not tensor.is_quantized and not tensor.is_complex()


def _in_order(data: bytes) -> dict[str, Tensor]:
    """A safetensors file has lost the order: the numbers in names say it, as in "features.10"."""
    if struct.unpack_from("<Q", data)[0] > MOST_LISTED:
        raise ValueError("too many tensors")
    found = load_safetensors(data)
    return {name: found[name] for name in sorted(found, key=_in_modules)}


def _saved(data: bytes) -> object:
    """What `torch.save` wrote, from a copy of the archive whose every part was looked at.

    torch inflates what is packed and calls, with any numbers, more than a state dict needs.
    """
    if data.count(ENTRY) > MOST_ENTRIES:
        raise ValueError("too many tensors")
    copied = io.BytesIO()
    with ZipFile(io.BytesIO(data)) as archive, ZipFile(copied, "w") as copy:
        parts = {part.filename: part for part in archive.infolist()}
        if sum(part.file_size for part in parts.values()) > len(data):
            raise ValueError("packed: torch.save does not")
        for name, part in parts.items():
            content = archive.read(part)
            if name.lower().endswith(".pkl"):
                _check_pickle(content)
            copy.writestr(name, content)
    copied.seek(0)
    return torch.load(copied, map_location="cpu", weights_only=True)


def _check_pickle(content: bytes) -> None:
    """Refuse a pickle that calls what no state dict needs."""
    if len(content) > MOST_LISTED:
        raise ValueError("too many tensors")
    called = (str(name) for operation, name, _ in genops(content) if operation.name == "GLOBAL")
    if odd := next((name for name in called if not PLAIN.fullmatch(name)), None):
        raise ValueError(f"it calls {odd[:60]}")


def load_weights(model: nn.Module, data: bytes) -> nn.Module:
    """The same network with the weights of a file, in float32; the network is changed.

    Names are matched as they are, or without what wrappers put before all of them ("module.").
    Where names are others (a network that was pasted has its own here), the tensors are
    taken in their order, or in that of the numbers in their names, where every shape agrees, or by
    their shapes where no two are equal.

    Raises:
        ValueError: the file is none, names or shapes do not match, or a number is none that a
            network can compute with; nothing is changed then.
    """
    state = model.state_dict()
    given = without_prefix(read_weights(data), state)
    weights = _placed(given, state)
    if not weights.keys() & state.keys():
        raise ValueError(f"the weights do not fit the network: {_unlike(given, state)}")
    if problems := mismatches(model, weights):
        shown = "; ".join(problems[:SOME])
        more = f"; and {len(problems) - SOME} more" if len(problems) > SOME else ""
        raise ValueError(f"the weights do not fit the network: {shown}{more}")
    floats = {k: v.float() if v.is_floating_point() else v for k, v in weights.items()}
    for name, tensor in floats.items():
        if name.rpartition(".")[2] == "running_var" and bool((tensor < 0).any()):
            raise ValueError(f"{name} has variances below 0, of which there is no root")
        if tensor.isfinite().all():
            continue
        if not weights[name].double().isfinite().all():  # of eight bits torch does not say
            raise ValueError(f"{name} has numbers that are infinite or none (NaN)")
        raise ValueError(f"{name} has numbers that are too large for float32")
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

    They are taken in their order, or in that of the numbers in their names; else each shape has to
    be that of one tensor alone.
    """
    if weights.keys() >= state.keys():
        return weights
    wanted = [tuple(tensor.shape) for tensor in state.values()]
    for order in (list(weights), sorted(weights, key=_in_modules)):
        pairs = dict(zip(state, order, strict=False))
        is_moved = any(own in weights and own != name for own, name in pairs.items())
        if [tuple(weights[name].shape) for name in order] == wanted and not is_moved:
            return {own: weights[name] for own, name in pairs.items()}
    if weights.keys() & state.keys():
        return weights
    given = [tuple(tensor.shape) for tensor in weights.values()]
    if len(set(given)) == len(given) and sorted(given) == sorted(wanted):
        of_shape = {tuple(tensor.shape): tensor for tensor in weights.values()}
        return {name: of_shape[tuple(tensor.shape)] for name, tensor in state.items()}
    return weights


def _in_modules(name: str) -> tuple[list[tuple[int, str]], int]:
    """Where a tensor stands among those of a network whose modules have numbers."""
    module, _, part = name.rpartition(".")
    pieces = [piece for piece in re.split(r"0*([0-9]+)", module) if piece]
    # a number with more digits is larger; a name is free to have thousands of them
    numbers = [(len(piece) if piece[0] in "0123456789" else 0, piece) for piece in pieces]
    return numbers, PARTS.index(part) if part in PARTS else len(PARTS)


def _unlike(weights: Mapping[str, Tensor], state: Mapping[str, Tensor]) -> str:
    """Why weights without one name of the network's cannot be taken in their order either."""
    order = sorted(weights, key=_in_modules)
    pairs = zip(order, state, strict=False)
    for name, own in pairs:
        if weights[name].shape != state[own].shape:
            return (
                f"no name is the same, and in their order the first that differs is {name[:60]} "
                f"{tuple(weights[name].shape)}, where {own} is {tuple(state[own].shape)}"
            )
    return f"no name is the same, and it has {len(state)} tensors where the file has {len(weights)}"


def are_named_alike(model: nn.Module, data: bytes) -> bool:
    """Whether a file names its tensors as the network does; else they are taken in their order.

    Raises:
        ValueError: it is no file of weights.
    """
    state = model.state_dict()
    return without_prefix(read_weights(data), state).keys() == state.keys()


def mismatches(model: nn.Module, weights: Mapping[str, Tensor]) -> list[str]:
    """What does not match, a line each: of another shape, unknown, or missing."""
    wanted = model.state_dict()
    of_another_shape = [
        f"{name} is {tuple(weights[name].shape)} in the file and {tuple(tensor.shape)} "
        "in the network"
        for name, tensor in wanted.items()
        if name in weights and weights[name].shape != tensor.shape
    ]
    missing = [
        f"{name} {tuple(wanted[name].shape)} is missing"
        for name in wanted
        if name not in weights and not name.endswith("num_batches_tracked")  # older files lack it
    ]
    unknown = [
        f"{name[:60]} {tuple(tensor.shape)} is not in the network"
        for name, tensor in weights.items()
        if name not in wanted
    ]
    return of_another_shape + unknown + missing
