"""What is folded into a column, layer by layer, and the maps in it that make a chosen one."""

from __future__ import annotations

from collections.abc import Sequence

from cnnviz.overview.columns import Column, run_of
from cnnviz.overview.gives import gives
from cnnviz.overview.joins import Join, joins_of
from cnnviz.probes.maps import map_statistics, sorted_maps
from cnnviz.probes.tape import Tape

ROWS = 3  # maps of each layer: the chosen one and what it is made of


def unfolded(columns: Sequence[Column], index: int, played: Tape) -> tuple[Column, ...]:
    """The layers of a column and of its block one by one, behind the one that the block reads.

    Args:
        columns: of the network.
        index: of the column.
        played: a pass of the network.
    """
    run = run_of(columns, index)
    joins = [join for join in joins_of(columns, played) if join.target in run]
    before = max((join.source for join in joins if join.source not in run), default=-1)
    own = [Column((layer,)) for place in run for layer in columns[place].layers]
    return tuple([Column((columns[before].layer,)), *own] if before >= 0 else own)


def followed(
    columns: Sequence[Column], played: Tape, channel: int, cell: tuple[int, int]
) -> list[list[int]]:
    """Of each column the maps that count for a cell of the last one, those that give most first.

    Args:
        columns: in the order of computation.
        played: a pass of the network.
        channel: the map of the last column.
        cell: its row and column.
    """
    maps = played[columns[-1].name].output[0]
    rest = sorted_maps(map_statistics(maps), "variance")[:ROWS]
    found = {len(columns) - 1: [channel, *(one for one in rest if one != channel)][:ROWS]}
    joins = joins_of(columns, played)
    for target in range(len(columns) - 1, 0, -1):
        for join in joins:
            if join.target == target and join.source >= 0:
                found.setdefault(join.source, _sources(join, found.get(target, [0]), cell))
    return [found.get(index, [0]) for index in range(len(columns))]


def _sources(join: Join, targets: Sequence[int], cell: tuple[int, int]) -> list[int]:
    count = join.nodes[-1].output.shape[1]
    if join.is_same:
        moved = [channel - join.offset for channel in targets]
        return [channel for channel in moved if 0 <= channel < count] or [*range(min(ROWS, count))]
    terms = gives(join, targets[:1], range(count))
    if terms is None:
        return list(range(min(ROWS, count)))
    row, column = (min(at, size - 1) for at, size in zip(cell, terms.shape[2:], strict=True))
    return terms[0, :, row, column].abs().argsort(descending=True)[:ROWS].tolist()
