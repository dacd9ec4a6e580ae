"""The one place that imports torchvision, so that any build of it fits any build of torch.

PyPI's torchvision is built for CUDA. Beside the CPU build of torch its C++ operators cannot be
loaded, and importing it fails with "operator torchvision::nms does not exist", because its Python
part registers shapes for operators that nobody declared. Declaring the two missing operators is
enough for models, weights, transforms and data sets. Where torchvision imports as it is, nothing
is declared.

    from cnnviz.torchvision_compat import torchvision
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

import torch

OPERATORS = ("nms", "qnms")
SCHEMA = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"

# torch forgets a declaration when its library object is collected.
_declarations: list[torch.library.Library] = []


def missing_operators() -> list[str]:
    """Names of the torchvision operators that torch does not know in this process."""
    return [name for name in OPERATORS if not hasattr(torch.ops.torchvision, name)]


def declare_missing_operators() -> list[str]:
    """Declare the operators torch does not know, without an implementation; returns their names."""
    names = missing_operators()
    if names:
        library = torch.library.Library("torchvision", "FRAGMENT")
        for name in names:
            library.define(name + SCHEMA)
        _declarations.append(library)
    return names


def _forget_half_made() -> None:
    """Drop what a failed import left. Other threads import meanwhile: a copy is gone through."""
    for name in list(sys.modules):
        if name.split(".")[0] == "torchvision":
            sys.modules.pop(name, None)


def import_torchvision() -> ModuleType:
    """The torchvision package, its missing operators declared first if it cannot do without.

    Raises:
        ImportError: torchvision is not installed.
        RuntimeError: torchvision fails to import for another reason.
    """
    try:
        return importlib.import_module("torchvision")
    except RuntimeError as error:
        if "does not exist" not in str(error):
            raise
    _forget_half_made()
    declare_missing_operators()
    return importlib.import_module("torchvision")


torchvision = import_torchvision()
