"""torch's compiler is left out until somebody needs it: 819 modules, 75 MB, seconds when busy.

Nothing here is compiled, but importing torchvision and the first step of an optimizer import
`torch._dynamo`, and sympy with it: torchvision for a function that it calls on a GPU only, an
optimizer to tell the compiler to look away. The first layer on the meta device imports sympy too
(485 modules, 37 MB), for sizes that are symbols. A stand-in answers these, as torch does where
nothing is being compiled and sizes are numbers; whatever else is asked of it (`torch.compile`)
loads the module itself.
"""

from __future__ import annotations

import importlib
import operator
import sys
from collections.abc import Callable
from functools import partial, reduce
from threading import Lock
from types import ModuleType
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")

COMPILER = "torch._dynamo"
UTILS = "torch._dynamo.utils"
SHAPES = "torch.fx.experimental.symbolic_shapes"
SYMPY = "sympy"
PACKAGES = (COMPILER, SYMPY)

# Held to change `sys.modules` and never while something is imported: who asks may be within an
# import that the compiler's own waits for.
_lock = Lock()


class StandIn(ModuleType):
    """A module that becomes the one it stands for when it is asked for what it has not got."""

    def __init__(self, name: str, **members: Any) -> None:
        """Stand for a module.

        Args:
            name: of the module.
            members: what it answers by itself, as long as the module is not there.
        """
        super().__init__(name)
        self._members = members

    def __getattr__(self, name: str) -> Any:
        is_path_of_package = self.__name__ in PACKAGES and name == "__path__"
        if name.startswith("__") and not is_path_of_package:  # what looks through all modules
            raise AttributeError(name)
        members = self._members if sys.modules.get(self.__name__) is self else {}
        return members[name] if name in members else getattr(compiler(self.__name__), name)


def compiler(name: str = COMPILER) -> ModuleType:
    """torch's own module, imported now if only the stand-in was there.

    Args:
        name: of the compiler or of another module that is left out.
    """
    with _lock:
        for left_out in (COMPILER, UTILS, SHAPES, SYMPY):
            if isinstance(sys.modules.get(left_out), StandIn):
                del sys.modules[left_out]
    return importlib.import_module(name)


def leave_out_compiler() -> None:
    """From now on the compiler is imported by who needs it; no matter if it is there already."""
    with _lock:
        if COMPILER in sys.modules or SYMPY in sys.modules:
            return
        utils = StandIn(UTILS, is_compile_supported=_is_compile_supported)
        package = StandIn(COMPILER, disable=_as_it_is, graph_break=_graph_break, utils=utils)
        shapes = StandIn(SHAPES, **{name: partial(_of_numbers, name) for name in _OF_NUMBERS})
        sympy = StandIn(SYMPY, Basic=_Symbol)
        sys.modules.update({COMPILER: package, UTILS: utils, SHAPES: shapes, SYMPY: sympy})


class _Symbol:
    """`sympy.Basic`, of which there is nothing while sympy is not there."""


def _as_it_is(function: F, *_: Any, **__: Any) -> F:
    """`disable`: a function that the compiler does not look at, which it never does here."""
    return function


def _graph_break(*_: Any, **__: Any) -> None:
    """No graph is being made. torch asks at every step of an optimizer, and finds the module at
    once where it is an attribute.
    """
    if "_dynamo" not in vars(sys.modules["torch"]):
        sys.modules["torch"].__dict__["_dynamo"] = sys.modules[COMPILER]


def _is_compile_supported(device_type: str) -> bool:
    return compiler(UTILS).is_compile_supported(device_type)


def _of_numbers(name: str, *asked: Any) -> Any:
    """What torch's function of this name says, which is short where nothing is a symbol."""
    answer = _OF_NUMBERS[name] if _is_plain(asked) else getattr(compiler(SHAPES), name)
    return answer(*asked)


def _is_plain(value: object) -> bool:
    if isinstance(value, list | tuple):
        return all(map(_is_plain, value))
    return isinstance(value, int)


def _itself(value: T) -> T:
    return value


def _are_equal(one: object, other: object) -> bool:
    """Lists and tuples of the same sizes are equal here."""
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(_are_equal, one, other))
    return one == other


_OF_NUMBERS: dict[str, Callable[..., int]] = {
    "expect_true": _itself,
    "guard_or_false": _itself,
    "guard_or_true": _itself,
    "guard_size_oblivious": _itself,
    "guarding_hint_or_throw": _itself,
    "has_guarding_hint": lambda _: True,
    "statically_known_true": _itself,
    "is_nested_int": lambda _: False,
    "sym_and": lambda *all_of: reduce(operator.and_, all_of),
    "sym_or": lambda *one_of: reduce(operator.or_, one_of),
    "sym_eq": _are_equal,
}
