"""Results that belong to no visitor, kept by the scheduler for all replicas, bounded in bytes."""

from __future__ import annotations

from collections import OrderedDict
from functools import cache

from cnnviz.operator_settings import operator_settings


class Shelf:
    """Results by name; what was asked for least recently leaves first.

    Args:
        total: bytes that all may have together; a larger result is not kept.
    """

    def __init__(self, total: int) -> None:
        self._total = total
        self._results: OrderedDict[str, bytes] = OrderedDict()
        self.num_bytes = 0

    def get(self, name: str) -> bytes | None:
        """The result, or None where it is not kept."""
        if name in self._results:
            self._results.move_to_end(name)
        return self._results.get(name)

    def put(self, name: str, result: bytes) -> None:
        """Keep a result."""
        self.num_bytes += len(result) - len(self._results.pop(name, b""))
        self._results[name] = result
        while self.num_bytes > self._total:
            self.num_bytes -= len(self._results.popitem(last=False)[1])


@cache
def shelf() -> Shelf:
    """That of this process, which is the scheduler's."""
    return Shelf(operator_settings().shared_mb * 1_000_000)


def find(name: str) -> bytes | None:
    """What the scheduler keeps under a name."""
    return shelf().get(name)


def keep(name: str, result: bytes) -> None:
    """Have the scheduler keep it."""
    shelf().put(name, result)
