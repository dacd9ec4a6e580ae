"""The receptive field of a layer, from theory: how far its units see, how far apart they look."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from torch import nn

from cnnviz.probes.tape import unknown_layer
from cnnviz.probes.watch import LayerChoice, layer_name
from cnnviz.summary import LayerReach, Row, ShapeError, layer_reach, layer_reaches
from cnnviz.summary.extent import Extent, windows
from cnnviz.summary.taken import check_followed

CHANNELS = ("in_channels", "num_features", "num_channels")  # what modules call the maps they take
MOST_TRIES = 3  # of other numbers of input channels

T = TypeVar("T")
Sizes = tuple[int, ...]  # (height, width)
Jumps = tuple[int | Fraction, ...]


@dataclass(frozen=True)
class ReceptiveField:
    """What the units of a layer see of the picture, in pixels, as (height, width).

    Unit i of an axis sees the pixels offset + i * jump to offset + i * jump + size - 1, as if the
    picture went on beyond its borders. After upsampling that is so on average; `window` is exact.

    Attributes:
        layer: its name.
        size: pixels from the first to the last that one unit depends on; not cut to the picture.
            None where the units have no single size, or no rows and columns.
        jump: pixels from one unit to the next; a fraction after upsampling. None as for size.
        offset: first pixel of unit 0, negative where that lies in the padding. None as for size.
        reason: why there is no single size; "" where there is one.
        extents: what every unit sees, row by row and column by column, also where sizes differ.
        has_global_context: the units depend on the whole picture too, beside their field: through
            a gate (squeeze and excitation) or a statistic over a map.
    """

    layer: str
    size: Sizes | None
    jump: Jumps | None
    offset: Sizes | None
    reason: str = ""
    extents: tuple[Extent, ...] | None = None
    has_global_context: bool = False

    def window(self, *unit: int) -> tuple[range, ...] | None:
        """The pixels that the unit (row, column) sees: a range for each axis.

        Pixels below 0 or past the picture lie in the padding. None where the layer has no rows and
        columns.

        Raises:
            ValueError: `unit` has not one whole number for each axis.
        """
        return None if self.extents is None else windows(self.extents, unit)


def receptive_field(
    model: nn.Module, layer: LayerChoice, input_shape: Sequence[int] = (1, 3, 512, 512)
) -> ReceptiveField:
    """How far a unit of a layer sees: size, jump and offset, each (height, width), in input pixels.

    Followed through the real graph of the network, so residual sums, concatenations, dilation,
    padding and kernels that are not square are as they are: a sum sees from the first to the last
    pixel that any of its operands sees. Nothing is computed, and only the layers up to the one
    asked for are followed: a network with a fixed input size can be asked at any. A. Araujo,
    W. Norris, J. Sim, "Computing Receptive Fields of Convolutional Neural Networks" (2019),
    doi:10.23915/distill.00021.

        receptive_field(ResNet18(10), "group3").size  # (435, 435)

    Args:
        model: any network; only read.
        layer: name of the layer, or the module. Names are those of `model.named_modules()`, and
            those that `summarize` gives to operations that are no module: "group0.0.add".
        input_shape: of a batch, (batch, channels, height, width). Where the network takes another
            number of channels, that is taken. After a global pooling the field is the picture.

    Raises:
        ShapeError: the network does not take this input, before that layer.
        ValueError: the network has no such layer, or a pass never comes to it.
    """
    check_followed(model)
    name = layer_name(model, layer)
    return _field(_as_it_takes(model, input_shape, lambda shape: _named_reach(model, name, shape)))


def receptive_fields(
    model: nn.Module, input_shape: Sequence[int] = (1, 3, 512, 512)
) -> dict[str, tuple[Sizes, ReceptiveField]]:
    """The output shape and the receptive field of every layer by name, in one pass.

    Args:
        model: any network; one that does not take this input is followed as far as it goes.
        input_shape: as for `receptive_field`.

    Raises:
        ShapeError: the network does not take this input at all.
    """
    found = _as_it_takes(model, input_shape, lambda shape: layer_reaches(model, shape))
    return {name: (reach.output_shape, _field(reach)) for name, reach in found.items()}


def _as_it_takes(model: nn.Module, shape: Sequence[int], look: Callable[[tuple[int, ...]], T]) -> T:
    """What `look` finds for pictures of as many channels as the network takes."""
    shape = tuple(shape)
    for _ in range(MOST_TRIES):
        try:
            return look(shape)
        except ShapeError as error:
            channels = _channels_taken(model, error, shape[1])
            if channels in (None, shape[1]):
                raise
            shape = (shape[0], channels, *shape[2:])
    return look(shape)


def _named_reach(model: nn.Module, name: str, shape: tuple[int, ...]) -> LayerReach:
    try:
        return layer_reach(model, name, shape)
    except ShapeError:
        raise
    except ValueError as error:
        names = [known for known, _ in model.named_modules() if known]
        raise error if not names or name in names else unknown_layer(name, names) from error


def _channels_taken(model: nn.Module, error: ShapeError, channels: int) -> int | None:
    """Input channels with which the layer that failed would get what it takes; None if unknown."""
    module = dict(model.named_modules()).get(error.name, model)
    taken = next((getattr(module, key) for key in CHANNELS if hasattr(module, key)), None)
    if not isinstance(taken, int) or not error.input_shapes or len(error.input_shapes[0]) < 2:
        return None
    wanted, left_over = divmod(channels * taken, error.input_shapes[0][1])
    return None if left_over or wanted < 1 else wanted


def _field(reach: LayerReach) -> ReceptiveField:
    extents, has_context = reach.extents, reach.has_global_context
    reason = _reason(reach)
    if extents is None or reason:
        return ReceptiveField(reach.name, None, None, None, reason, extents, has_context)
    return ReceptiveField(
        reach.name,
        tuple(extent.size for extent in extents),
        tuple(extent.jump for extent in extents),
        tuple(extent.at(0)[0] for extent in extents),
        extents=extents,
        has_global_context=has_context,
    )


def _reason(reach: LayerReach) -> str:
    """Why the units of a layer have no single size, in one sentence; "" if they have."""
    if reach.extents is None:
        return _without_rows(reach)
    sizes = sorted({size for extent in reach.extents for size in _sizes(extent)})
    if all(len(_sizes(extent)) == 1 for extent in reach.extents):
        return ""
    first = next((row for row in reach.rows if _alternates(row)), None)
    behind = f" behind {first.name!r}, {first.kind}," if first else ""
    numbers = ", ".join(str(size) for size in sizes[:-1])
    return (
        f"the units of {reach.name!r} have no single size:{behind} neighbours see {numbers} or "
        f"{sizes[-1]} pixels by turns; `extents` says what each of them sees"
    )


def _without_rows(reach: LayerReach) -> str:
    """Why a layer has no extents."""
    if len(reach.output_shape) <= 2:
        return (
            f"the units of {reach.name!r} lie in no rows and columns: they see all of their input"
        )
    return f"what the units of {reach.name!r} see follows no pattern of rows and columns"


def _alternates(row: Row) -> bool:
    return any(len(_sizes(extent)) > 1 for extent in row.extents or ())


def _sizes(extent: Extent) -> set[int]:
    """The numbers of pixels that the units of one axis see."""
    return {max(0, last - first + 1) for first, last in extent.phases}
