"""Equal blocks in a row of a network: those that may be drawn once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cnnviz.summary.report import Row, Summary

RANDOM = ("StochasticDepth", "Dropout")  # how often they act does not make blocks different


@dataclass(frozen=True)
class Run:
    """Equal blocks, each of which reads the one before it and nothing else.

    Attributes:
        names: of the blocks, as in `model.named_modules()`.
    """

    names: tuple[str, ...]

    @property
    def name(self) -> str:
        """Name of the first."""
        return self.names[0]

    @property
    def times(self) -> int:
        """How many they are."""
        return len(self.names)

    @property
    def title(self) -> str:
        """Their names, and that they are the same."""
        return f"{self.names[0]} … {self.names[-1]}, {self.times} times the same"


@dataclass(frozen=True)
class _Block:
    name: str
    rows: list[int]
    pattern: tuple[object, ...]
    outside: frozenset[int]


def equal_runs(
    summary: Summary, owner: Mapping[int, int], edges: list[tuple[int, int]]
) -> tuple[Run, ...]:
    """The longest runs of equal blocks, the outermost where they lie in one another.

    Args:
        summary: the network.
        owner: for each row the row that it is drawn with.
        edges: which of those reads which.
    """
    inside: dict[str, list[int]] = {name: [] for name in summary.containers}
    for index in sorted({row for row in owner.values() if row >= 0}):
        for name in modules_around(summary.rows[index].parent):
            inside.get(name, []).append(index)
    sources: dict[int, list[int]] = {}
    for start, end in edges:
        sources.setdefault(end, []).append(start)
    blocks = [_block(summary, name, rows, sources) for name, rows in inside.items() if rows]
    found: list[Run] = []
    for run in _runs_of_siblings(blocks):
        if not any(lies_in(run[0].name, name) for other in found for name in other.names):
            found.append(Run(tuple(block.name for block in run)))
    return tuple(found)


def _runs_of_siblings(blocks: list[_Block]) -> list[list[_Block]]:
    """Runs of at least two blocks of one module, outermost first."""
    families: dict[str, list[_Block]] = {}
    for block in sorted(blocks, key=lambda block: block.rows[0]):
        families.setdefault(block.name.rpartition(".")[0], []).append(block)
    runs: list[list[_Block]] = []
    for parent in sorted(families, key=lambda name: name.count(".") + bool(name)):
        run: list[_Block] = []
        for block in families[parent]:
            if run and _follows(block, run[-1]):
                run.append(block)
                continue
            runs.append(run)
            run = [block]
        runs.append(run)
    return [run for run in runs if len(run) > 1]


def _follows(block: _Block, before: _Block) -> bool:
    """Whether a block is equal to the one before it and reads only that one's last result."""
    return block.pattern == before.pattern and block.outside == {before.rows[-1]}


def _block(
    summary: Summary, name: str, rows: list[int], sources: Mapping[int, list[int]]
) -> _Block:
    """A block with all that makes it equal to others: its layers, their shapes, its edges."""
    place = {row: number for number, row in enumerate(rows)}
    outside = frozenset(s for row in rows for s in sources.get(row, []) if s not in place)
    pattern = tuple(
        (*_look(summary.rows[row], name), tuple(place.get(s, -1) for s in sources.get(row, [])))
        for row in rows
    )
    return _Block(name, rows, pattern, outside)


def _look(row: Row, block: str) -> tuple[object, ...]:
    """A row's name within its block, its kind with all arguments, and its shape."""
    kind = row.type if row.type in RANDOM else row.kind
    return row.name.removeprefix(f"{block}."), kind, row.output_shape


def modules_around(name: str) -> list[str]:
    """The names of a module and of those that it is in, outermost first; none of no name."""
    parts = name.split(".") if name else []
    return [".".join(parts[: depth + 1]) for depth in range(len(parts))]


def lies_in(name: str, module: str) -> bool:
    """Whether a module is another one or in it, by their names."""
    return f"{name}.".startswith(f"{module}.")
