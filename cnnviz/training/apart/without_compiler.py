"""Optimizers without torch's compiler, in a process that compiles nothing.

The first step of any optimizer imports `torch._dynamo`, which it only tells not to compile it: 819
modules, 65 MB and seconds of a busy processor. A stand-in takes what it is told.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import torch

COMPILER = "torch._dynamo"


class _NoCompiler(ModuleType):
    """What optimizers ask of the compiler: to leave a function alone, and to break a graph."""

    @staticmethod
    def disable(function: Callable[..., Any], *_: object, **__: object) -> Callable[..., Any]:
        return function

    @staticmethod
    def graph_break() -> None:
        return None


def leave_out_compiler() -> None:
    """Put the stand-in in the compiler's place; where that has been imported, it stays."""
    if COMPILER not in sys.modules:
        stand_in = _NoCompiler(COMPILER)
        sys.modules[COMPILER] = stand_in
        setattr(torch, COMPILER.rpartition(".")[2], stand_in)
