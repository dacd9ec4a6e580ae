"""The graph of a network that is built, as boxes in boxes: its blocks, their shortcuts and sums."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from cnnviz.builder.calls import kind_text, reads_text, short_text
from cnnviz.builder.counts import count_params
from cnnviz.builder.names import layer_names, number_of
from cnnviz.builder.shapes import LayerShape, Shape, failure, forward_shapes, shape_after
from cnnviz.counting import size_words
from cnnviz.figures.boxes import ARRIVES, Box, Line, chain
from cnnviz.figures.layer_groups import groups_of, role_of
from cnnviz.models.specs import ARRIVING, INPUT, Join, Layer, NetworkSpec, Path, Residual

SIGNS = {"sum": "+", "product": "×", "difference": "−"}
DOES = {  # what a join does with the places it reads
    "cat": "Lays the channels of {} one behind the other",
    "sum": "Adds {}",
    "product": "Multiplies {} number by number; one number for a map weighs the whole map",
    "difference": "Takes the others of {} from the first, number by number",
}
FEWEST_BLOCKS = 3  # from so many on, a network is shown in stages


@dataclass(frozen=True)
class _Known:
    """What the boxes are made from."""

    rows: dict[Path, LayerShape]
    failed: Path | None
    key_of: Callable[[Path], str]

    def shape(self, path: Path) -> Shape | None:
        """What leaves a layer; None where it does not fit or nothing arrives."""
        row = self.rows.get(path)
        return row.output_shape if row else None


def network_box(spec: NetworkSpec, key_of: Callable[[Path], str] = number_of) -> Box:
    """A network as boxes: layers with what keeps their shape, blocks, stages of equal size.

    Args:
        spec: the network.
        key_of: by what a layer is known while edits move it.
    """
    rows = {row.path: row for row in forward_shapes(spec)}
    failed = failure(list(rows.values()))
    known = _Known(rows, failed.path if failed else None, key_of)
    entry = Box("input", "Input", path="", rows=("",), role="input", shape=size(spec.input_shape))
    places = groups_of(spec.layers)
    boxes = list(_boxes(known, spec.layers, (), spec.input_shape))
    staged = _stages(known, spec.layers, [place[0] for place in places], boxes)
    inside = (entry, *staged)
    has_joins = any(layer.places for layer in spec.layers)
    lines = join_lines(spec.layers, places, inside) if has_joins else chain(inside)[1:-1]
    return Box("", spec.name, inside=inside, lines=lines)


def join_lines(
    layers: Sequence[Layer], groups: list[list[int]], boxes: Sequence[Box]
) -> tuple[Line, ...]:
    """The lines of boxes of which some read earlier places: box 0 is the input."""
    box_of = {layers[group[-1]].mark: index for index, group in enumerate(groups, 1)}
    box_of[INPUT] = 0
    lines: list[Line] = []
    above: list[set[int]] = [set()]  # the boxes that each box depends on
    for index, group in enumerate(groups, 1):
        first = layers[group[0]]
        reads = first.reads if isinstance(first, Join) else (ARRIVING,)
        starts = [box_of[name] if name else index - 1 for name in reads]
        above.append(set(starts).union(*(above[start] for start in starts)))
        for start in starts:
            is_round = any(start in above[other] for other in starts)
            wrong = boxes[index].is_wrong
            lines.append(Line(start, index, boxes[start].shape, is_round, is_wrong=wrong))
    return tuple(lines)


def size(shape: Sequence[int] | None) -> str:
    """A shape as it is read: "16 × 5 × 5"; nothing where there is none."""
    return size_words(shape) if shape else ""


def shortcut_number(block: Path) -> str:
    """The number of the row of a block's shortcut."""
    return f"{number_of(block)}.s"


def sum_number(block: Path) -> str:
    """The number of the row of a block's sum."""
    return f"{number_of(block)}.+"


def stages(layers: Sequence[Layer], shapes: Sequence[Shape | None]) -> list[tuple[int, int]]:
    """The first and the last place of every stage of a network with blocks: rows to fold.

    Blocks in a row that leave the same shape are one stage, and so are the layers between those.
    """
    blocks = [isinstance(layer, Residual) for layer in layers]
    if sum(blocks) < FEWEST_BLOCKS or any(layer.places for layer in layers):
        return []
    kinds = [(is_block, shape if is_block else None)
             for is_block, shape in zip(blocks, shapes, strict=True)]  # fmt: skip
    runs = [list(run) for _, run in groupby(range(len(layers)), key=kinds.__getitem__)]
    return [(run[0], run[-1]) for run in runs if len(run) > 1]


def stage_key(known: Callable[[Path], str], first: int) -> str:
    """By what a stage is known: its first layer."""
    return f"stage {known((first,))}"


def stage_title(layers: Sequence[Layer], first: int, last: int) -> tuple[str, str]:
    """The names of the first and the last layer of a stage, and what it holds."""
    names = layer_names(tuple(layers))
    inside = layers[first : last + 1]
    count = len(inside)
    if not isinstance(inside[0], Residual):
        return f"{names[first]} … {names[last]}", f"{count} layers"
    return f"{names[first]} … {names[last]}", f"{count} {'equal ' * are_equal(inside)}blocks"


def are_equal(layers: Sequence[Layer]) -> bool:
    """Whether all layers are the same, with the same arguments."""
    return all(one == other for one, other in pairwise(layers))


def _stages(
    known: _Known, layers: Sequence[Layer], starts: list[int], boxes: list[Box]
) -> Iterator[Box]:
    """The boxes with those of one stage in a box of their own."""
    shapes = [known.shape((place,)) for place in range(len(layers))]
    stage_of = {place: stage for stage in stages(layers, shapes)
                for place in range(stage[0], stage[1] + 1)}  # fmt: skip
    placed = list(zip(starts, boxes, strict=True))
    for stage, members in groupby(placed, key=lambda one: stage_of.get(one[0])):
        inside = tuple(box for _, box in members)
        if stage is None or len(inside) == 1:
            yield from inside
        else:
            yield _stage(known, layers, stage, inside)


def _stage(
    known: _Known, layers: Sequence[Layer], stage: tuple[int, int], inside: tuple[Box, ...]
) -> Box:
    first, last = stage
    title, text = stage_title(layers, first, last)
    is_run = isinstance(layers[first], Residual) and are_equal(layers[first : last + 1])
    key = stage_key(known.key_of, first)
    return Box(
        key, title, text, number=f"{first + 1}–{last + 1}", path=key, role=inside[-1].role,
        shape=inside[-1].shape, times=len(inside) if is_run else 1, inside=inside,
        lines=chain(inside), is_waiting=inside[0].is_waiting,
    )  # fmt: skip


def _boxes(
    known: _Known, layers: Sequence[Layer], parent: Path, arriving: Shape | None
) -> Iterator[Box]:
    """A row of layers, those that keep the shape with the one before them."""
    for group in groups_of(layers):
        path = (*parent, group[0])
        layer = layers[group[0]]
        if isinstance(layer, Residual):
            yield _block(known, layer, path, arriving)
        else:
            yield _layer(known, layers, parent, group, arriving)
        arriving = known.shape((*parent, group[-1]))


def _layer(
    known: _Known, layers: Sequence[Layer], parent: Path, group: list[int], arriving: Shape | None
) -> Box:
    paths = [(*parent, place) for place in group]
    first, *rest = (layers[place] for place in group)
    shape = known.shape(paths[-1])
    if isinstance(first, Join) and not rest:
        return _join(known, first, paths[0], arriving)
    if isinstance(first, Join):  # where the path goes on from an earlier place
        first, *rest = rest
    words = [short_text(first), *(f"{layer.kind} {short_text(layer)}".strip() for layer in rest)]
    return Box(
        known.key_of(paths[0]), first.kind, " · ".join(filter(None, words)),
        number=number_of(paths[0]), path=number_of(paths[0]),
        rows=tuple(number_of(path) for path in paths), role=role_of(first, shape),
        shape=size(shape), is_wrong=known.failed in paths, is_waiting=arriving is None,
    )  # fmt: skip


def _join(known: _Known, join: Join, path: Path, arriving: Shape | None) -> Box:
    """A sum as a small box, a concatenation as one that says so."""
    shape, number = known.shape(path), number_of(path)
    title = kind_text(join) if join.is_way_back else SIGNS.get(join.how, kind_text(join))
    return Box(
        known.key_of(path), title, short_text(join), number=number, path=number, rows=(number,),
        role="sum", shape=size(shape), is_wrong=known.failed == path, about=join_words(join, shape),
        is_waiting=arriving is None,
    )  # fmt: skip


def join_words(join: Join, shape: Shape | None) -> str:
    """What a join does, in a sentence or two."""
    of = reads_text(join)
    if join.is_way_back:
        return f"The path goes on from {of}."
    gives = f": {size(shape)} come out." if shape else "."
    return DOES[join.how].format(of) + gives


def _block(known: _Known, block: Residual, path: Path, arriving: Shape | None) -> Box:
    """A block: its layers, the way round them, and the sum of both."""
    number, key = number_of(path), known.key_of(path)
    inside = list(_boxes(known, block.layers, path, arriving))
    main = known.shape((*path, len(block.layers) - 1)) if block.layers else arriving
    lines = list(chain(inside)[:-1]) if inside else []
    is_wrong, last = known.failed == path, len(inside) - 1
    if block.shortcut_layers:
        inside.append(_shortcut(block, path, key, arriving))
        lines += [
            Line(ARRIVES, last + 1),
            Line(last + 1, last + 2, inside[-1].shape, is_wrong=is_wrong),
        ]
    total = len(inside)
    if not block.shortcut_layers:
        lines.append(Line(ARRIVES, total, "identity", is_round=True, is_wrong=is_wrong))
    lines += [Line(last, total, size(main), is_wrong=is_wrong), Line(total, total + 1)]
    inside.append(_sum(known, block, path, key, main, arriving))
    skip = "convolution" if block.shortcut_layers else "identity"
    return Box(
        key, "Residual", number=number, note=f"{block.shortcut} shortcut", path=number,
        rows=(number,), shape=size(known.shape(path)), skip=skip, inside=tuple(inside),
        lines=tuple(lines), is_wrong=is_wrong, is_waiting=arriving is None,
    )  # fmt: skip


def shortcut_text(block: Residual) -> str:
    """The layers of a block's shortcut in one line: "Conv2d 128, kernel 1 · BatchNorm2d"."""
    return " · ".join(f"{one.kind} {short_text(one)}".strip() for one in block.shortcut_layers)


def _shortcut(block: Residual, path: Path, key: str, arriving: Shape | None) -> Box:
    kind, _, text = shortcut_text(block).partition(" ")
    shape = shape_after(block.shortcut_layers, arriving) if arriving else None
    return Box(
        f"{key} shortcut", kind, text, path=shortcut_number(path), rows=(shortcut_number(path),),
        number=shortcut_number(path), shape=size(shape), is_waiting=arriving is None,
    )  # fmt: skip


def _sum(
    known: _Known, block: Residual, path: Path, key: str, main: Shape | None,
    arriving: Shape | None,
) -> Box:  # fmt: skip
    activation = "" if block.activation == "none" else block.activation
    return Box(
        f"{key} sum", "+", activation, number=sum_number(path), path=sum_number(path),
        rows=(sum_number(path),), role="sum", shape=size(known.shape(path)),
        is_wrong=known.failed == path, about=sum_words(block, number_of(path), main, arriving),
        is_waiting=arriving is None,
    )  # fmt: skip


def sum_words(block: Residual, number: str, main: Shape | None, arriving: Shape | None) -> str:
    """What the sum of a block adds, and what the way round costs."""
    if main is None or arriving is None:
        return f"The sum of block {number}: nothing arrives yet."
    if not block.shortcut_layers:
        return (
            f"The sum of block {number}: what came in, {size(arriving)}, is added as it is to "
            f"{size(main)} from the layers. The way round is free."
        )
    weights = sum(map(count_params, block.shortcut_layers))
    return (
        f"The sum of block {number}: {size(main)} from the layers, and what came in, "
        f"{size(arriving)}, through a convolution of its own with {weights:,} parameters, because "
        f"only equal shapes can be added."
    )
