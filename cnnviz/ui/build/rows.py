"""What is shown of a network that is built: the rows of its table, and its editor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from math import prod
from typing import Any

from cnnviz.builder.calls import kind_text, short_text
from cnnviz.builder.codec import encode, fits_address
from cnnviz.builder.doctor import Diagnosis
from cnnviz.builder.doctor.last_change import Change
from cnnviz.builder.doctor.remarks import Remark, remarks
from cnnviz.builder.names import number_of
from cnnviz.builder.running.seen import Geometry, geometry_of, rows_seen
from cnnviz.builder.shapes import (
    LayerShape,
    Shape,
    forward_shapes,
    output_shape,
    shape_after,
)
from cnnviz.counting import size_words
from cnnviz.figures.graph import (
    shortcut_number,
    shortcut_text,
    stage_key,
    stage_title,
    stages,
    sum_number,
)
from cnnviz.figures.layer_table import LayerRow
from cnnviz.models.specs import (
    Flatten,
    Identity,
    Layer,
    NetworkSpec,
    Path,
    Residual,
    layer_at,
)
from cnnviz.summary import Row
from cnnviz.ui.build import state
from cnnviz.ui.build.doctor import described, diagnosed
from cnnviz.ui.build.fields import editor_of
from cnnviz.ui.build.network import NetworkView
from cnnviz.ui.build.unheard import done
from cnnviz.ui.kept import kept

MOST_STEPS = 3  # of Undo and Redo that a hand is quicker with than the answers
VIEWS_ONLY = (Flatten, Identity)  # their result is what arrives, in another shape


def network_view(spec: NetworkSpec, path: Path | None) -> NetworkView:
    """A network that is edited, with the layer at `path` selected; None is none."""
    table = _network_table(spec, _keys())
    return NetworkView(
        rows=table.rows,
        total_params=table.total_params,
        total_macs=table.total_macs,
        selected=number_of(path or ()),
        editing=_editing(spec, path),
    )


def network_table(spec: NetworkSpec) -> NetworkView:
    """The table of a network, nothing selected, each layer known by its number."""
    return _network_table(spec, ())


def key_of(spec: NetworkSpec) -> Callable[[Path], str]:
    """By what the layers of the network on the page are known while edits move them."""
    known = dict(_keys())
    return lambda path: known.get(path, number_of(path))


def _keys() -> tuple[tuple[Path, str], ...]:
    return tuple((path, f"layer {own}") for path, own in state.identities().by_path.items())


@kept(is_quick=True)
def _network_table(spec: NetworkSpec, keys: tuple[tuple[Path, str], ...]) -> NetworkView:
    """The table of a network whose layers are known by `keys`.

    Behind a layer that does not fit the rows have no numbers: nothing arrives there.
    """
    table = _Table(spec, dict(keys))
    first = LayerRow("", "Input", spec.name, shape=size_words(spec.input_shape), sees="1")
    found = table.shapes.values()
    return NetworkView(
        rows=[first, *table.rows()],
        total_params=sum(row.num_params for row in found),
        total_macs=sum(row.macs for row in found),
    )


def seen_by(spec: NetworkSpec, shapes: list[LayerShape]) -> dict[Path, Row]:
    """What each layer of a network sees, as `rows_seen` says it."""
    return _rows_seen(geometry_of(spec, shapes))


@kept(is_quick=True)
def _rows_seen(geometry: Geometry) -> dict[Path, Row]:
    return rows_seen(geometry)


class _Table:
    """The rows of a network that is built: layers, blocks with their shortcuts and sums, stages."""

    def __init__(self, spec: NetworkSpec, keys: dict[Path, str]) -> None:
        self.spec, self.keys = spec, keys
        self.shapes = {row.path: row for row in forward_shapes(spec)}
        self.sees = seen_by(spec, list(self.shapes.values()))
        found = self.shapes.values()
        self.most_params = max((row.num_params for row in found), default=0) or 1
        self.most_macs = max((row.macs for row in found), default=0) or 1

    def rows(self) -> Iterator[LayerRow]:
        """The rows from the first layer to the last."""
        layers = self.spec.layers
        shapes = [self._shape((place,)) for place in range(len(layers))]
        stage_of = {first: (first, last) for first, last in stages(layers, shapes)}
        around, until = (), -1
        for place, layer in enumerate(layers):
            if place in stage_of:
                stage = self._stage(*stage_of[place])
                yield stage
                around, until = (stage.fold,), stage_of[place][1]
            yield from self._layer((place,), layer, around if place <= until else ())

    def _layer(self, path: Path, layer: Layer, groups: tuple[str, ...]) -> Iterator[LayerRow]:
        if not isinstance(layer, Residual):
            yield self._row(path, layer, groups)
            return
        key = self._key(path)
        yield self._block(path, layer, groups, key)
        for place, one in enumerate(layer.layers):
            yield from self._layer((*path, place), one, (*groups, key))
        if layer.shortcut_layers:
            yield self._shortcut(path, layer, (*groups, key))
        yield self._sum(path, layer, (*groups, key))

    def _row(self, path: Path, layer: Layer, groups: tuple[str, ...]) -> LayerRow:
        row = self.shapes.get(path)
        known = LayerRow(number_of(path), kind_text(layer), short_text(layer), groups=groups)
        if row is None:
            return replace(known, waiting=True)
        shape = size_words(row.output_shape) if row.output_shape else "—"
        counted = self._counted(known, row.num_params, row.macs, is_sum=False)
        placed = replace(counted, shape=shape, problem=row.problem is not None)
        return self._looked(placed, path)

    def _counted(self, row: LayerRow, params: int, macs: int, *, is_sum: bool) -> LayerRow:
        """A row with its counts; a total has no bars, which would count twice."""
        counted = replace(row, params=f"{params:,}" * bool(params), macs=f"{macs:,}" * bool(macs))
        if is_sum:
            return counted
        return replace(
            counted,
            params_share=round(params / self.most_params, 4),
            macs_share=round(macs / self.most_macs, 4),
        )

    def _block(self, path: Path, block: Residual, groups: tuple[str, ...], key: str) -> LayerRow:
        """A block with all that is in it counted together."""
        row, (params, macs) = self.shapes.get(path), self._total(path)
        known = LayerRow(
            number_of(path), block.kind, f"{block.shortcut} shortcut", block=True, fold=key,
            groups=groups, waiting=row is None,
        )  # fmt: skip
        if row is None:
            return known
        shape = size_words(row.output_shape) if row.output_shape else "—"
        counted = self._counted(known, params, macs, is_sum=True)
        placed = replace(counted, shape=shape, problem=row.problem is not None)
        return self._looked(placed, path)

    def _shortcut(self, path: Path, block: Residual, groups: tuple[str, ...]) -> LayerRow:
        row = self.shapes.get(path)
        kind, _, text = shortcut_text(block).partition(" ")
        known = LayerRow(
            shortcut_number(path), kind, text, of=number_of(path), groups=groups,
            waiting=row is None,
        )  # fmt: skip
        if row is None:
            return known
        shape = shape_after(block.shortcut_layers, row.input_shape)
        counted = self._counted(known, row.num_params, row.macs, is_sum=False)
        return replace(counted, shape=size_words(shape) if shape else "—")

    def _sum(self, path: Path, block: Residual, groups: tuple[str, ...]) -> LayerRow:
        row = self.shapes.get(path)
        shape = row.output_shape if row else None
        activation = "" if block.activation == "none" else block.activation
        total = LayerRow(
            sum_number(path), "sum", activation, of=number_of(path), groups=groups,
            shape=size_words(shape) if shape else "", waiting=row is None,
        )  # fmt: skip
        return self._looked(total, path)

    def _stage(self, first: int, last: int) -> LayerRow:
        title, text = stage_title(self.spec.layers, first, last)
        key, shape = stage_key(self._key, first), self._shape((last,))
        totals = [self._total((place,)) for place in range(first, last + 1)]
        row = LayerRow(
            key, title, text, number=f"{first + 1}–{last + 1}", fold=key,
            shape=size_words(shape) if shape else "",
            waiting=(first,) not in self.shapes,
        )  # fmt: skip
        params, macs = (sum(counts) for counts in zip(*totals, strict=True))
        return self._looked(self._counted(row, params, macs, is_sum=True), (last,))

    def _total(self, path: Path) -> tuple[int, int]:
        """Parameters and multiply-adds of a layer and of all in it."""
        rows = [row for at, row in self.shapes.items() if at[: len(path)] == path]
        return sum(row.num_params for row in rows), sum(row.macs for row in rows)

    def _looked(self, row: LayerRow, path: Path) -> LayerRow:
        """A row with what a cell of a layer sees, how far the next one is, and what all take."""
        seen = self.sees.get(path)
        sees, jump = (sees_text(seen), field_text(seen.jump)) if seen else ("", "")
        own = self.shapes.get(path)
        shape = own.output_shape if own and not isinstance(own.layer, VIEWS_ONLY) else None
        return replace(row, sees=sees, jump=jump, memory=memory_text(4 * prod(shape or (0,))))

    def _shape(self, path: Path) -> Shape | None:
        row = self.shapes.get(path)
        return row.output_shape if row else None

    def _key(self, path: Path) -> str:
        return self.keys.get(path, number_of(path))


def field_text(field: int | Fraction | tuple[int | Fraction, ...] | None) -> str:
    """A receptive field as it is read: "14", "14 × 10", empty where there is none."""
    if field is None:
        return ""
    return size_words(field if isinstance(field, tuple) else (field,))


def sees_text(row: Row) -> str:
    """What a row of a summary sees of the picture: all of it, or so many pixels."""
    return "all of it" if row.sees_all else field_text(row.receptive_field)


def memory_text(num_bytes: int) -> str:
    """What a result takes, empty where it takes nothing of its own."""
    if not num_bytes:
        return ""
    unit, name = (1e6, "MB") if num_bytes >= 1e6 else (1e3, "kB")
    return f"{num_bytes / unit:,.1f} {name}"


def _editing(spec: NetworkSpec, path: Path | None) -> dict[str, Any]:
    steps, found = state.history(), diagnosis(spec)
    return {
        "editor": editor_of(spec, path or ()),
        "identities": _identities(spec),
        "outcome": next(reversed(state.outcomes().values()), ""),
        "sides": _sides(spec, path),
        "doctor": described(spec, found) if found else None,
        "remarks": [{**vars(one), "path": number_of(one.path)} for one in _remarks(spec)],
        "result": _result(spec, found),
        "message": state.message(),
        "can_undo": steps.can_undo,
        "can_redo": steps.can_redo,
        "net": _code(spec),
        "undone": [_code(one) for one in steps.past[: -MOST_STEPS - 1 : -1]],
        "redone": [_code(one) for one in steps.future[:MOST_STEPS]],
        "done": done(),
    }


@kept(is_quick=True)
def _code(spec: NetworkSpec) -> str:
    """A network as an address says it; empty where it is too long for one."""
    code = encode(spec)
    return code if fits_address(code) else ""


@kept(is_quick=True)
def _remarks(spec: NetworkSpec) -> tuple[Remark, ...]:
    return remarks(spec)


def _identities(spec: NetworkSpec) -> list[int | str]:
    """Of every row, what an event calls its layer."""
    known = {number_of(path): own for path, own in state.identities().by_path.items()}
    rows = _network_table(spec, _keys()).rows
    return ["", *(known.get(row.of or row.path, "none") for row in rows[1:])]


def diagnosis(spec: NetworkSpec) -> Diagnosis | None:
    """What is wrong with the network on the page; None where everything fits."""
    return diagnosed(spec, _change(spec))


def _change(spec: NetworkSpec) -> Change | None:
    return None if output_shape(spec) else state.breaking_change(spec)


def _result(spec: NetworkSpec, found: Diagnosis | None) -> str:
    """What came of the last edit in one line, for screens on which the table is far away."""
    if found is not None:
        return f"It stops at {found.title}: {found.sentence}"
    table, shape = network_table(spec), output_shape(spec)
    comes = size_words(shape or spec.input_shape)
    return f"It fits: {comes} come out, {table.total_params:,} parameters."


def _sides(spec: NetworkSpec, path: Path | None) -> list[dict[str, str]]:
    """Where a layer can be added from the selected one, the usual place first."""
    if not path:
        return [{"side": "behind", "label": "first" if path == () else "at the end"}]
    sides = [{"side": "behind", "label": f"behind {number_of(path)}"}]
    if isinstance(layer_at(spec, path), Residual):
        sides.append({"side": "inside", "label": f"inside {number_of(path)}"})
    if len(path) > 1:
        sides.append({"side": "outside", "label": f"behind block {number_of(path[:-1])}"})
    return sides
