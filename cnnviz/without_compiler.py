"""torch's compiler is left out until somebody needs it: 819 modules, 75 MB, seconds when busy.

Nothing here is compiled, but importing torchvision and the first step of an optimizer import
`torch._dynamo`, and sympy with it: torchvision for a function that it calls on a GPU only, an
optimizer to tell the compiler to look away. A stand-in answers these, as the compiler does where
nothing is being compiled; whatever else is asked of it (`torch.compile`) loads the compiler itself.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from threading import RLock
from types import ModuleType
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

COMPILER = "torch._dynamo"
UTILS = "torch._dynamo.utils"

_lock = RLock()


class StandIn(ModuleType):
    """A module that becomes the one it stands for when it is asked for what it has not got."""

    def __getattr__(self, name: str) -> Any:
        is_path_of_package = (self.__name__, name) == (COMPILER, "__path__")
        if name.startswith("__") and not is_path_of_package:  # what looks through all modules
            raise AttributeError(name)
        return getattr(compiler(self.__name__), name)


def compiler(name: str = COMPILER) -> ModuleType:
    """torch's own module, imported now if only the stand-in was there.

    Args:
        name: of the compiler or of its `utils`.
    """
    with _lock:
        if isinstance(sys.modules.get(COMPILER), StandIn):
            del sys.modules[COMPILER], sys.modules[UTILS]
        return importlib.import_module(name)


def leave_out_compiler() -> None:
    """From now on the compiler is imported by who needs it; no matter if it is there already."""
    with _lock:
        if COMPILER in sys.modules:
            return
        package, utils = StandIn(COMPILER), StandIn(UTILS)
        vars(package).update(disable=_as_it_is, graph_break=_nothing, utils=utils)
        vars(utils).update(is_compile_supported=_is_compile_supported)
        sys.modules.update({COMPILER: package, UTILS: utils})


def _as_it_is(function: F, *_: Any, **__: Any) -> F:
    """`disable`: a function that the compiler does not look at, which it never does here."""
    return function


def _nothing(*_: Any, **__: Any) -> None:
    """`graph_break`: no graph is being made."""


def _is_compile_supported(device_type: str) -> bool:
    return compiler(UTILS).is_compile_supported(device_type)
