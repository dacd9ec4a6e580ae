"""One call of a torch operator, its arguments by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from torch import Tag, Tensor
from torch._ops import OpOverload


@dataclass(frozen=True)
class Call:
    """What a torch operator was called with.

    Attributes:
        op: the operator's name, without overload and without the `_` of in-place versions.
        arguments: every argument by the name in torch's schema, defaults included.
        is_inplace: the operator writes into its first argument.
        is_pointwise: torch says that it works element by element.
        kind: the call as a reader would write it, without tensors and defaults:
            `flatten(start_dim=1)`.
    """

    op: str
    arguments: Mapping[str, Any]
    is_inplace: bool
    is_pointwise: bool
    kind: str

    @classmethod
    def of(cls, func: OpOverload, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Call:
        """The call `func(*args, **kwargs)`."""
        signature = _signature(func)
        given = {**dict(zip(signature.defaults, args, strict=False)), **kwargs}
        arguments = {**signature.defaults, **given}
        kind = _kind(signature, given)
        return cls(signature.op, arguments, signature.is_inplace, signature.is_pointwise, kind)

    @property
    def tensors(self) -> list[Tensor]:
        """All tensors among the arguments, those in lists included, in order."""
        return list(tensors_in(self.arguments.values()))

    def __getitem__(self, name: str) -> Any:
        return self.arguments[name]

    def get(self, *names: str) -> Any:
        """The first of these arguments that the operator has, or None."""
        return next((self.arguments[name] for name in names if name in self.arguments), None)

    def numbers(self, name: str, count: int) -> list[int]:
        """An argument that stands for `count` axes, as so many numbers: 3 or [3] as [3, 3]."""
        value = self.arguments[name]
        values = list(value) if isinstance(value, (list, tuple)) else [value]
        return values * count if len(values) == 1 else values


def tensors_in(values: Iterable[Any]) -> Iterator[Tensor]:
    """All tensors among the values and in the lists, tuples and dicts among them."""
    for value in values:
        if isinstance(value, Tensor):
            yield value
        elif isinstance(value, (list, tuple)):
            yield from tensors_in(value)
        elif isinstance(value, Mapping):
            yield from tensors_in(value.values())


@dataclass(frozen=True)
class _Signature:
    """What torch's schema tells about an operator."""

    op: str
    defaults: Mapping[str, Any]
    is_inplace: bool
    is_pointwise: bool


@lru_cache(maxsize=1024)
def _signature(func: OpOverload) -> _Signature:
    """An operator's name, and its arguments with their defaults in torch's order."""
    schema = func._schema
    name = schema.name.split("::")[-1]
    defaults = {
        a.name: a.default_value if a.has_default_value() else None for a in schema.arguments
    }
    is_inplace = name.endswith("_") and not name.endswith("__")
    return _Signature(name.rstrip("_"), defaults, is_inplace, Tag.pointwise in func.tags)


def _kind(signature: _Signature, given: Mapping[str, Any]) -> str:
    """The call as text, without tensors and without what is left at its default."""
    shown = [
        f"{name}={_text(value)}"
        for name, value in given.items()
        if not any(True for _ in tensors_in([value])) and value != signature.defaults[name]
    ]
    return f"{signature.op}({', '.join(shown)})" if shown else signature.op


def _text(value: Any) -> str:
    """An argument as a reader would write it: (2, 2) for [2, 2], 0.03 for 0.030000000000000027."""
    if isinstance(value, float):
        return f"{value:g}"
    return str(tuple(value) if isinstance(value, list) else value)
