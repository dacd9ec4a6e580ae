"""Layers by numbers of their own, which stay while the layers around them come, go and move.

A hand that is quicker than the answers points at places as they were. It names layers by identity,
and where each stands now is looked up when its word is heard.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import partial

from cnnviz.models.specs import Layer, NetworkSpec, Path, Residual, walk

Moves = Callable[[Path], Path | None]  # where a layer stands after an edit, from where it stood
Layers = tuple[Layer, ...]


@dataclass(frozen=True)
class Identities:
    """The identity of every layer of `spec`, by its path; from 1, each given once."""

    spec: NetworkSpec
    by_path: dict[Path, int]
    last: int

    @classmethod
    def of(cls, spec: NetworkSpec, last: int = 0) -> Identities:
        """The first identities of a network, behind `last`."""
        return cls(spec, {}, last).after(lambda path: path, spec)

    def after(self, moves: Moves, spec: NetworkSpec) -> Identities:
        """The identities once the network is `spec`: kept ones, and new ones for the rest."""
        there = {path for path, _ in walk(spec.layers)}
        moved = {moves(path): number for path, number in self.by_path.items()}
        by_path = {path: number for path, number in moved.items() if path in there}
        new = sorted(there - by_path.keys())
        numbers = range(self.last + 1, self.last + 1 + len(new))
        return Identities(
            spec, by_path | dict(zip(new, numbers, strict=True)), self.last + len(new)
        )

    def become(self, spec: NetworkSpec) -> Identities:
        """The identities after a change of which only the outcome is known."""
        return self if spec == self.spec else self.after(alike(self.spec, spec), spec)

    def path_of(self, number: object) -> Path | None:
        """Where a layer stands; None if there is none of that identity (any more)."""
        return next((path for path, own in self.by_path.items() if own == number), None)


def inserted(at: Path) -> Moves:
    """A layer was put in and stands at `at`."""
    return partial(_behind, at, 1)


def removed(at: Path) -> Moves:
    """The layer at `at` was taken out, with all that it holds."""
    return lambda path: None if path[: len(at)] == at else _behind(at, -1, path)


def moved(at: Path, to: Path) -> Moves:
    """The layer at `at` was taken out and stands at `to`, with all that it holds."""
    take, put = removed(at), inserted(to)

    def moves(path: Path) -> Path | None:
        if path[: len(at)] == at:
            return (*to, *path[len(at) :])
        rest = take(path)
        return None if rest is None else put(rest)

    return moves


def alike(before: NetworkSpec, after: NetworkSpec) -> Moves:
    """Layers of the same kind in the same order are the same, equal ones at both ends first."""
    places = dict(_pairs(before.layers, after.layers, (), ()))
    return places.get


def _behind(at: Path, by: int, path: Path) -> Path:
    """A path after its siblings from `at` on were moved by so many places."""
    depth = len(at) - 1
    if len(path) <= depth or path[:depth] != at[:depth] or path[depth] < at[depth]:
        return path
    return (*path[:depth], path[depth] + by, *path[depth + 1 :])


def _pairs(old: Layers, new: Layers, above: Path, now: Path) -> list[tuple[Path, Path]]:
    found: list[tuple[Path, Path]] = []
    for i, j in _matches(old, new):
        one, other = old[i], new[j]
        found.append(((*above, i), (*now, j)))
        if isinstance(one, Residual) and isinstance(other, Residual):
            found += _pairs(one.layers, other.layers, (*above, i), (*now, j))
    return found


def _matches(old: Layers, new: Layers) -> list[tuple[int, int]]:
    start = _num_equal(old, new)
    end = _num_equal(old[start:][::-1], new[start:][::-1])
    parts = [[layer.kind for layer in side[start : len(side) - end]] for side in (old, new)]
    blocks = SequenceMatcher(None, *parts, autojunk=False).get_matching_blocks()
    middle = [(start + a + k, start + b + k) for a, b, size in blocks for k in range(size)]
    tail = [(len(old) - k, len(new) - k) for k in range(end, 0, -1)]
    return [*((k, k) for k in range(start)), *middle, *tail]


def _num_equal(old: Layers, new: Layers) -> int:
    """How many layers at the beginning are equal."""
    pairs = zip(old, new, strict=False)
    return next((k for k, (a, b) in enumerate(pairs) if a != b), min(len(old), len(new)))
