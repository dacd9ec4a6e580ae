"""What a summary says: rows, totals, the graph, and how far a network came before it failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import prod

from cnnviz.summary.extent import Extent, windows

NEW_LINE = "\n"
INPUT = "input"  # the name of the picture in the graph's edges

Pixels = int | Fraction
PerAxis = Pixels | tuple[Pixels, ...]


@dataclass(frozen=True)
class Row:
    """One layer, or one operation between layers, at the moment it was called.

    Attributes:
        name: as in `model.named_modules()`; `relu_1` is the second call of `relu`, and an operation
            that is no module is named after its place and itself: `layer1.0.add`. These are the
            names of torchvision's `create_feature_extractor` too.
        kind: the layer as `repr` shows it, or the operation: `flatten(start_dim=1)`.
        output_shape: of its (first) result, batch included.
        num_params: parameters that no row above has counted; a layer that is called twice counts
            its parameters once.
        macs: multiply-adds of this call. A floating-point operation (FLOP) is half of one.
        activation_bytes: memory its result takes: 0 where it writes over its input (in-place ReLU)
            or only looks at it in another shape (flatten).
        input_shapes: shapes of the tensors that came in.
        parent: name of the module it was called in, "" for the network itself.
        is_module: False for an operation that is no `nn.Module`, such as the sum of a skip.
        extents: what the result sees along each spatial axis; None where it has none.
        has_global_context: its values depend on the whole picture too, beside their receptive
            field: a gate (squeeze and excitation) or a statistic over a map (layer norm).
        map_dims: the dimensions of the result that walk along the axes of the picture: (2, 3) for
            most, (1, 2) where channels come last; None where it has none.
        sees_all: every value of it depends on the whole picture, from end to end along each axis.
    """

    name: str
    kind: str
    output_shape: tuple[int, ...]
    num_params: int
    macs: int
    activation_bytes: int
    input_shapes: tuple[tuple[int, ...], ...]
    parent: str
    is_module: bool
    extents: tuple[Extent, ...] | None = None
    has_global_context: bool = False
    sees_all: bool = False
    map_dims: tuple[int, ...] | None = None

    @property
    def type(self) -> str:
        """The kind without its arguments: Conv2d, ReLU, add."""
        return self.kind.split("(")[0]

    @property
    def depth(self) -> int:
        """How many modules deep it lies; 0 directly in the network."""
        return self.parent.count(".") + 1 if self.parent else 0

    @property
    def num_activations(self) -> int:
        """Numbers in its result."""
        return prod(self.output_shape)

    @property
    def receptive_field(self) -> PerAxis | None:
        """Input pixels from the first to the last that one output position depends on.

        It is counted as if the picture went on beyond its borders, so it can be larger than the
        picture. After a global pooling it is the picture's size. (height, width) where the two
        differ; None where the result has no rows and columns any more.
        """
        return _per_axis([extent.size for extent in self.extents]) if self.extents else None

    @property
    def jump(self) -> PerAxis | None:
        """Input pixels between neighbouring output positions; a fraction after upsampling."""
        return _per_axis([extent.jump for extent in self.extents]) if self.extents else None

    def input_window(self, *position: int) -> tuple[range, ...] | None:
        """The input pixels that the output at this position sees: a range for each spatial axis.

        Pixels below 0 or past the picture lie in the padding. `position` is (row, column) for
        pictures. None where the result has no rows and columns any more.

        Raises:
            ValueError: `position` has not one whole number for each axis.
        """
        return None if self.extents is None else windows(self.extents, position)


@dataclass(frozen=True)
class Summary:
    """A network layer by layer, for one input shape.

    Attributes:
        rows: in the order of the calls.
        edges: (name, name) from each row to those that read its result; the picture is "input".
        num_params: all parameters of the network, each once, also those that this pass never used
            (the auxiliary classifiers of Inception).
        input_shape: batch included.
        containers: class names of the modules that hold others, by name: "layer1.0": "BasicBlock".
        given: shape of the (first) tensor that the network gives, batch included; None where that
            is what its last row gives.
    """

    rows: tuple[Row, ...]
    edges: tuple[tuple[str, str], ...]
    num_params: int
    input_shape: tuple[int, ...]
    containers: Mapping[str, str] = field(default_factory=dict)
    given: tuple[int, ...] | None = None

    @property
    def macs(self) -> int:
        """Multiply-adds of one pass. FLOPs, where an addition counts for itself, are twice that."""
        return sum(row.macs for row in self.rows)

    @property
    def activation_bytes(self) -> int:
        """Memory for all results when every one is kept, as training does."""
        return sum(row.activation_bytes for row in self.rows)

    @property
    def output_shape(self) -> tuple[int, ...]:
        """Shape of the network's (first) result; that of the input where there are no layers."""
        if self.given is not None:
            return self.given
        return self.rows[-1].output_shape if self.rows else self.input_shape

    def shape_of(self, row: Row) -> tuple[int, ...]:
        """What a row gives for one picture: its shape without the batch.

        Windows that are computed side by side (Swin) are no batch, and stay.
        """
        is_batch = row.output_shape[:1] == tuple(self.input_shape[:1])
        return tuple(row.output_shape[1:]) if is_batch else tuple(row.output_shape)

    def map_shape_of(self, row: Row) -> tuple[int, ...] | None:
        """Channels, rows and columns of a map, in whatever order the network has them."""
        if row.map_dims is None or len(row.output_shape) != len(row.map_dims) + 2:
            return None
        (channels,) = set(range(1, len(row.output_shape))) - set(row.map_dims)
        return tuple(row.output_shape[dim] for dim in (channels, *row.map_dims))

    def row(self, name: str) -> Row:
        """The row of this name.

        Raises:
            ValueError: there is none.
        """
        for row in self.rows:
            if row.name == name:
                return row
        raise ValueError(f"the network has no layer named {name!r}")


@dataclass(frozen=True)
class LayerReach:
    """What one layer of a network sees, and the way there.

    Attributes:
        name: of the layer.
        output_shape: batch included.
        extents: as in `Row`.
        has_global_context: as in `Row`.
        rows: everything that ran before the layer, and the layer.
        edges: between them, as in `Summary`.
    """

    name: str
    output_shape: tuple[int, ...]
    extents: tuple[Extent, ...] | None
    has_global_context: bool
    rows: tuple[Row, ...]
    edges: tuple[tuple[str, str], ...]


class ShapeError(ValueError):
    """A network that does not take this input, and how far it came.

    Attributes:
        rows: the layers up to the last good one.
        edges: the graph between them.
        name: name of the layer or operation that failed, as its row would be called.
        kind: that layer as `repr` shows it.
        input_shapes: shapes of what came to it.
        torch_message: torch's own words, those of the CPU.
    """

    def __init__(
        self,
        name: str,
        kind: str,
        torch_message: str,
        rows: Sequence[Row] = (),
        edges: Sequence[tuple[str, str]] = (),
        input_shapes: Sequence[tuple[int, ...]] = (),
    ) -> None:
        self.name, self.kind, self.torch_message = name, kind, torch_message
        self.rows, self.edges = tuple(rows), tuple(edges)
        self.input_shapes = tuple(input_shapes)
        arrived = " and ".join(str(shape) for shape in self.input_shapes) or "what arrives"
        layer = f"{name}, {kind}," if kind.endswith(")") else name
        super().__init__(f"{layer} does not take {arrived}: {torch_message.partition(NEW_LINE)[0]}")


def _per_axis(values: Sequence[Pixels]) -> PerAxis:
    """One number where all axes agree, else one for each."""
    return values[0] if len(set(values)) == 1 else tuple(values)
