"""The book that is kept during a pass: rows, edges, and what every tensor sees of the input."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from torch import Tensor, nn

from cnnviz.summary.calls import Call, tensors_in
from cnnviz.summary.extent import Extent
from cnnviz.summary.multiply_adds import multiply_adds
from cnnviz.summary.reach import Reach
from cnnviz.summary.report import INPUT, Row
from cnnviz.summary.rules import reaches_after

Shapes = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Known:
    """What is known about a tensor of the pass.

    Attributes:
        tensor: kept, so that its id stays its own; on the meta device that costs nothing.
        reach: what it sees of the input.
        sources: names of the rows that it comes from; none for weights and constants.
    """

    tensor: Tensor
    reach: Reach
    sources: frozenset[str] = frozenset()


@dataclass
class Step:
    """A module or an operator that is running and may become a row."""

    name: str
    kind: str
    parent: str
    is_module: bool
    input_shapes: Shapes
    module: nn.Module | None = None
    macs: int = 0
    parameters: set[int] = field(default_factory=set)  # ids of those it reads
    written: set[int] = field(default_factory=set)  # ids of tensors it writes over


class Recorder:
    """Rows and edges of a pass, as far as it has come.

    Attributes:
        rows: finished steps.
        edges: (from, to) between them.
        step: what is running now, if anything is.
        is_blind: what runs now is in a module that is followed as a whole: its steps are not.
    """

    def __init__(self, model: nn.Module, batch: Tensor) -> None:
        self.rows: list[Row] = []
        self.edges: list[tuple[str, str]] = []
        self.step: Step | None = None
        self.is_blind = False  # in a module that is followed as a whole
        self._axes = tuple(range(2, batch.dim()))
        self._known: dict[int, Known] = {}
        self._uncounted = {id(p): p.numel() for p in model.parameters()}
        self._storages = {batch.untyped_storage()._cdata}
        self._order = {INPUT: 0}  # names given so far, in the order of their rows
        pixels = (Extent.pixels(axis, batch.shape[axis]) for axis in self._axes)
        self._remember(batch, Reach((None, None, *pixels)), frozenset({INPUT}))

    def begin(self, step: Step) -> None:
        """A module or an operator starts; until it ends, everything belongs to it."""
        self.step = step

    def drop(self) -> None:
        """The running step ends without a row: what it read shines through."""
        self.step = None

    def finish(self, outputs: Any) -> None:
        """The running step ends and becomes a row, unless no tensor comes out of it."""
        step, self.step = self.step, None
        tensors = list(tensors_in([outputs]))
        if step is None or not tensors:
            return
        row = self._row(step, tensors)
        sources = {name for tensor in tensors for name in self.known(tensor).sources}
        self.edges += [(name, row.name) for name in sorted(sources, key=self._order.__getitem__)]
        self.rows.append(row)
        for tensor in tensors:
            self._remember(tensor, self.known(tensor).reach, frozenset({row.name}))

    def note(self, call: Call, result: Any) -> None:
        """An operator ran: what do its results see, and what did it cost?"""
        operands = [self.known(tensor) for tensor in call.tensors]
        results = list(tensors_in([result]))
        shapes = [tuple(known.tensor.shape) for known in operands]
        new_shapes = [tuple(tensor.shape) for tensor in results]
        reaches = reaches_after(call, [known.reach for known in operands], shapes, new_shapes)
        sources = frozenset().union(*(known.sources for known in operands))
        for tensor, reach in zip(results, reaches, strict=True):
            self._remember(tensor, reach, sources)
        if self.step:
            self.step.macs += sum(multiply_adds(call, tensor) for tensor in results[:1])
            self.step.parameters |= self._uncounted.keys() & {id(t) for t in call.tensors}
            self.step.written |= {id(tensor) for tensor in results if call.is_inplace}

    def see(self, tensor: Tensor, reach: Reach) -> None:
        """What came out of the last row sees what is known better than step by step."""
        known = self.known(tensor)
        self._remember(tensor, reach, known.sources)
        if self.rows and known.sources == {self.rows[-1].name}:
            extents, axes = self.extents(reach), frozenset(self._axes)
            self.rows[-1] = replace(
                self.rows[-1],
                extents=extents,
                has_global_context=extents is not None and bool(reach.context),
                sees_all=reach.sees_all(axes),
                map_dims=self._map_dims(reach) if extents else None,
            )

    def known(self, tensor: Tensor) -> Known:
        """What is known about a tensor; it sees nothing if it does not come from the input."""
        return self._known.get(id(tensor)) or Known(tensor, Reach((None,) * tensor.dim()))

    def comes_from_input(self, tensors: Iterable[Tensor]) -> bool:
        """Whether any of these tensors was computed from the picture."""
        return any(self.known(tensor).sources for tensor in tensors)

    def unused_name(self, name: str) -> str:
        """The name, with _1, _2, ... where it has been given before."""
        candidate, count = name, 0
        while candidate in self._order:
            count += 1
            candidate = f"{name}_{count}"
        return candidate

    def _row(self, step: Step, outputs: list[Tensor]) -> Row:
        """The row of a step that is over."""
        self._order[step.name] = len(self._order)
        reach = self.known(outputs[0]).reach
        extents = self.extents(reach)
        counted = (self._uncounted.pop(key, 0) for key in step.parameters)
        return Row(
            name=step.name,
            kind=step.kind,
            output_shape=tuple(outputs[0].shape),
            num_params=sum(counted),
            macs=step.macs,
            activation_bytes=sum(self._new_bytes(tensor) for tensor in outputs),
            input_shapes=step.input_shapes,
            parent=step.parent,
            is_module=step.is_module,
            extents=extents,
            has_global_context=extents is not None and bool(reach.context),
            sees_all=not self.is_blind and reach.sees_all(frozenset(self._axes)),
            map_dims=self._map_dims(reach) if extents else None,
        )

    def _map_dims(self, reach: Reach) -> tuple[int, ...]:
        """The dimensions that walk along the axes of the picture, in the order of these."""
        dims = {one.axis: dim for dim, one in enumerate(reach.dims) if isinstance(one, Extent)}
        return tuple(dims[axis] for axis in self._axes)

    def extents(self, reach: Reach) -> tuple[Extent, ...] | None:
        """What a tensor sees along each axis of the picture, if it still has them all."""
        by_axis = {extent.axis: extent for extent in reach.dims if isinstance(extent, Extent)}
        if not self._axes or by_axis.keys() != set(self._axes):
            return None
        return tuple(by_axis[axis] for axis in self._axes)

    def _new_bytes(self, tensor: Tensor) -> int:
        """Memory of a result; 0 if it lies in memory that an earlier one already had."""
        storage = tensor.untyped_storage()._cdata
        if storage in self._storages:
            return 0
        self._storages.add(storage)
        return tensor.numel() * tensor.element_size()

    def _remember(self, tensor: Tensor, reach: Reach, sources: frozenset[str]) -> None:
        self._known[id(tensor)] = Known(tensor, reach, sources)
