"""The graph of any network, as boxes in boxes: one for each of its modules that holds several."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import takewhile

from cnnviz.figures.boxes import ARRIVES, Box, Line
from cnnviz.figures.graph import size
from cnnviz.summary.equal_blocks import Run, modules_around
from cnnviz.summary.graph import INPUT, MERGES, NetworkGraph
from cnnviz.summary.report import Row, Summary

SIGNS = {"add": "+", "mul": "×", "sub": "−", "cat": "cat"}
SIGNS |= {"Add": "+", "Mul": "×", "Sub": "−", "Concat": "cat"}  # modules that do the same
ARGUMENTS = (("kernel_size", "kernel"), ("stride", "stride"), ("groups", "groups"))
PLAIN = (
    "Sequential",
    "ModuleList",
    "GraphModule",
)  # classes that say nothing about what is in them
Chain = tuple[str, ...]  # the keys of the groups around a layer, outermost first


def module_box(summary: Summary, graph: NetworkGraph, name: str) -> Box:
    """A network as boxes: its modules, equal ones in a row together, and the layers in them.

    A module that holds one box only is that box.

    Args:
        summary: of the network.
        graph: from `cnnviz.summary.graph.network_graph`.
        name: of the network.
    """
    chains = {first: chain_of(summary, graph.runs, summary.rows[first]) for first in graph.drawn}
    making = _Making(summary, graph, chains)
    shape = size(summary.input_shape[1:])
    entry = Box("input", "Input", rows=("",), role="input", shape=shape)
    members = list(graph.drawn)
    children = making.children(members, 0)
    lines = making.lines(children, is_whole=True)
    moved = [Line(line.start + 1, line.end + 1, line.text, line.is_round) for line in lines]
    boxes = (entry, *(making.box(key, inside, 0) for key, inside in children))
    return Box("", name, inside=boxes, lines=tuple(line for line in moved if line.end < len(boxes)))


def own_name(module: str, above: Sequence[str]) -> str:
    """The name of a module without those of the groups around it."""
    around = max((name for name in above if module.startswith(f"{name}.")), key=len, default="")
    return module.removeprefix(f"{around}.")


def chain_of(summary: Summary, runs: Iterable[Run], row: Row) -> Chain:
    """The groups that a layer stands in, by their keys: modules, and runs of equal ones."""
    run_of = {name: run.title for run in runs for name in run.names}
    found: list[str] = []
    for module in modules_around(row.parent):
        if module in summary.containers:
            found += [run_of[module], module] if module in run_of else [module]
    return tuple(found)


def groups_around(summary: Summary, box: Box) -> dict[int, Chain]:
    """For the number of every row the groups of the graph that it stands in, outermost first.

    A row that is not drawn stands in those of the row before it that its module is in.
    """
    found = dict(_held(box, ()))
    last: Chain = ()
    for number, row in enumerate(summary.rows, start=1):
        last = found.setdefault(number, _still_around(last, row))
    return found


def _held(box: Box, around: Chain) -> Iterator[tuple[int, Chain]]:
    for one in box.inside:
        if one.inside:
            yield from _held(one, (*around, one.key))
        else:
            yield from ((int(row), around) for row in one.rows if row)


def _still_around(groups: Chain, row: Row) -> Chain:
    """The outermost of some groups that are modules around a row."""
    modules = modules_around(row.parent)
    return tuple(takewhile(modules.__contains__, groups))


class _Making:
    """Boxes from a network's rows; `chains` has the groups around each."""

    def __init__(self, summary: Summary, graph: NetworkGraph, chains: Mapping[int, Chain]) -> None:
        self.summary, self.graph, self.chains = summary, graph, chains
        self.times = {run.title: run.times for run in graph.runs}
        self.ends = {run.title: (run.names[0], run.names[-1]) for run in graph.runs}

    def children(self, members: Sequence[int], depth: int) -> list[tuple[str | int, list[int]]]:
        """What a group shows: modules in it with their layers, and layers of its own."""
        found: dict[str | int, list[int]] = {}
        for member in members:
            chain = self.chains[member]
            key = chain[depth] if depth < len(chain) else member
            found.setdefault(key, []).append(member)
        return list(found.items())

    def box(self, key: str | int, members: Sequence[int], depth: int) -> Box:
        """A layer, or a group; a group that would show one box only is that box."""
        if isinstance(key, int) or len(members) == 1:
            return self._layer(members[0])
        inside = self.children(members, depth + 1)
        times = self.times.get(key, 1)
        while len(inside) == 1:
            depth += 1
            times = max(times, self.times.get(str(inside[0][0]), 1))
            inside = self.children(members, depth + 1)
        return self._group(key, members, inside, depth, times)

    def _group(
        self, key: str, members: Sequence[int], inside: list[tuple[str | int, list[int]]],
        depth: int, times: int,
    ) -> Box:  # fmt: skip
        lines = self.lines(inside)
        boxes = tuple(self.box(one, held, depth + 1) for one, held in inside)
        above = self.chains[members[0]]
        named = [own_name(one, above[: above.index(key)]) for one in self.ends.get(key, (key,))]
        kind = self.summary.containers.get(key, "")
        numbers = [row + 1 for first in members for row in self.graph.drawn[first]]
        count = f"{times} equal blocks" if times > 1 else f"{len(numbers)} layers"
        return Box(
            key, " … ".join(named), f"{kind} · {count}" if kind and kind not in PLAIN else count,
            number=f"{min(numbers)}–{max(numbers)}", path=key, role=boxes[-1].role,
            shape=boxes[-1].shape, skip=_skip(boxes, lines), times=times, inside=boxes,
            lines=tuple(lines), about=key,
        )  # fmt: skip

    def _layer(self, first: int) -> Box:
        rows = self.graph.drawn[first]
        row = self.summary.rows[first]
        title, words = _row_text(row)
        others = (self.summary.rows[place].type for place in rows[1:])
        shape = self._shape(rows[-1])
        role = "sum" if row.type in MERGES else "flat" if shape and "×" not in shape else "output"
        return Box(
            row.name, title, " · ".join(filter(None, [words, *others])), number=str(first + 1),
            path=str(first + 1), rows=tuple(str(place + 1) for place in rows), role=role,
            shape=shape, about=row.name,
        )  # fmt: skip

    def lines(
        self, inside: list[tuple[str | int, list[int]]], *, is_whole: bool = False
    ) -> list[Line]:
        """Who reads whom among the boxes of a group, what arrives at it and what leaves it."""
        place = {member: index for index, (_, held) in enumerate(inside) for member in held}
        found: dict[tuple[int, int], str] = {}
        for start, end in self.graph.edges:
            pair = place.get(start, ARRIVES), place.get(end, len(inside))
            if pair[0] != pair[1] and pair != (ARRIVES, len(inside)):
                found.setdefault(pair, self._shape(start))
        if inside:
            found.setdefault((len(inside) - 1, len(inside)), "")
        rounds = _going_round(list(found), len(inside))
        arriving = {shape for (start, _), shape in found.items() if start == ARRIVES}
        said = {pair for pair in found if not is_whole and _is_said(pair, len(inside), arriving)}
        return [
            Line(*pair, "" if pair in rounds | said else shape, pair in rounds)
            for pair, shape in found.items()
        ]

    def _shape(self, index: int) -> str:
        """What leaves a layer with all that is drawn with it."""
        if index == INPUT:
            return size(self.summary.input_shape[1:])
        last = self.graph.drawn[index][-1] if index in self.graph.drawn else index
        return size(self.summary.shape_of(self.summary.rows[last]))


def _is_said(pair: tuple[int, int], count: int, arriving: set[str]) -> bool:
    """Whether the shape of what arrives at a group, or leaves it, stands outside of it."""
    return pair[1] == count or (pair[0] == ARRIVES and len(arriving) == 1)


def _going_round(pairs: list[tuple[int, int]], count: int) -> set[tuple[int, int]]:
    """The lines beside which a longer way leads from their start to their end."""
    sources: dict[int, list[int]] = {}
    for start, end in pairs:
        sources.setdefault(end, []).append(start)
    before: dict[int, set[int]] = {ARRIVES: set()}
    for end in range(count + 1):
        before[end] = {
            one for start in sources.get(end, []) for one in (start, *before.get(start, ()))
        }
    return {
        (start, end) for start, end in pairs
        if any(start in before.get(other, ()) for other in sources[end] if other != start)
    }  # fmt: skip


def _skip(boxes: Sequence[Box], lines: Sequence[Line]) -> str:
    """How what arrives at a group goes round its layers to the sum that ends it."""
    for place, box in enumerate(boxes):
        if box.title != SIGNS["add"]:
            continue
        starts = [line.start for line in lines if line.end == place]
        if ARRIVES in starts:
            return "identity"
        if any(line.start == ARRIVES and line.end in starts[1:] for line in lines):
            return "convolution"
    return ""


def _row_text(row: Row) -> tuple[str, str]:
    if row.type in SIGNS:
        return SIGNS[row.type], ""
    name, words = row.name.rpartition(".")[2], describe(row.kind)
    if name.isdigit():  # places in a Sequential say less than the class
        return row.type, words
    says_it = name.lower().startswith(row.type.lower()) and not words
    return name, "" if says_it else f"{row.type} {words}".strip()


def describe(kind: str) -> str:
    """What matters of a layer's arguments, in the words of the builder: "64, kernel 7, stride 2".

    Args:
        kind: the layer as `repr` shows it.
    """
    words = []
    if match := re.match(r"(?:Conv\w+\(\d+, |NonDynamically\w+\(.*out_features=)(\d+)", kind):
        words.append(match[1])
    if match := re.match(r"Linear\(.*out_features=(\d+)", kind):
        words.append(match[1])
    for argument, word in ARGUMENTS:
        if match := re.search(rf"\b{argument}=(\([^)]*\)|\d+)", kind):
            value = " × ".join(dict.fromkeys(re.findall(r"\d+", match[1])))
            if value != "1" or word == "kernel":
                words.append(f"{word} {value}")
    return ", ".join(words)
