"""Any network as a table and a graph, for an input shape, without running it.

summary = summarize(LeNet(), (1, 3, 32, 32))
summary.num_params, summary.macs  # 62006, 651720
summary.rows[0].receptive_field   # 5
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import prod

import torch
from torch import Tensor, nn

from cnnviz.arithmetic import whole_number
from cnnviz.summary.meta_copy import meta_copy
from cnnviz.summary.report import INPUT, LayerReach, Row, ShapeError, Summary
from cnnviz.summary.staying import Staying
from cnnviz.summary.taken import (
    MISFITS,
    check_taken,
    cut,
    ended,
    needs_values,
    not_compiled,
    words_of,
)
from cnnviz.summary.tracer import Arrived, Tracer

__all__ = [
    "INPUT",
    "LayerReach",
    "Row",
    "ShapeError",
    "Summary",
    "layer_reach",
    "layer_reaches",
    "summarize",
]

MOST_NUMBERS = 2**60  # of a batch: their bytes must be counted in 63 bits


def summarize(model: nn.Module, input_shape: Sequence[int] = (1, 3, 224, 224)) -> Summary:
    """A row per layer: output shape, parameters, multiply-adds, memory, receptive field, jump.

    The network is traced once, in evaluation mode, as a copy without weights on torch's meta
    device: nothing is computed, so size costs neither memory nor time, and the network itself is
    only read, so other threads may use it meanwhile.

    Multiply-adds are the products that convolutions, transposed convolutions, linear layers and
    matrix products sum up; bias, normalisation, activation and pooling are not counted. FLOPs are
    twice the multiply-adds.

    Receptive field and jump are in input pixels, from theory: as if the picture went on beyond its
    borders. They follow the real graph; a sum or a concatenation sees from the first to the last
    pixel that any of its operands sees. A global pooling sees the whole picture. Where maps are
    multiplied with what such a pooling found (squeeze and excitation), and after a statistic over
    a map (layer norm, group norm), the receptive field stays that of the maps and the row says
    `has_global_context`. Reflecting and circular padding count as padding.

    Args:
        model: any module that takes one tensor; not TorchScript, and without quantised layers.
        input_shape: batch, channels and then the spatial axes, of a picture (N, C, H, W).

    Raises:
        ShapeError: the network does not take this input; the error carries the rows so far.
        ValueError: `input_shape` has no batch and channels, three numbers for a network of
            pictures, or a size below 1, the network is none of those that are taken, or its path
            depends on the values of the picture.
    """
    shape = checked_shape(input_shape)
    twin, batch = _twin_and_batch(model, shape)
    tracer = Tracer(twin, batch)
    _run(tracer, twin, batch)
    book = tracer.recorder
    num_params = sum(parameter.numel() for parameter in model.parameters())
    end = tracer.ends.get("")
    given = None if end is None else tuple(end.shape)
    return Summary(tuple(book.rows), tuple(book.edges), num_params, shape, tracer.containers, given)


def layer_reach(
    model: nn.Module, layer: str, input_shape: Sequence[int] = (1, 3, 224, 224)
) -> LayerReach:
    """What one layer sees of the picture. The network is followed only as far as that layer.

    Args:
        model: as for `summarize`.
        layer: name of a module, also of one made of others, or of a row: `layer1.0.add`; "" is the
            network itself.
        input_shape: as for `summarize`.

    Raises:
        ShapeError: the network does not take this input, before that layer.
        ValueError: the pass never comes to a layer of this name, or as for `summarize`.
    """
    twin, batch = _twin_and_batch(model, checked_shape(input_shape))
    tracer = Tracer(twin, batch, layer)
    _run(tracer, twin, batch)
    if tracer.arrived is None:
        raise ValueError(f"a pass of the network never comes to a layer named {layer!r}")
    return _reach(tracer, layer, tracer.arrived)


def layer_reaches(
    model: nn.Module, input_shape: Sequence[int] = (1, 3, 224, 224)
) -> dict[str, LayerReach]:
    """What every layer sees, by name, in one pass: rows and modules made of others.

    A network that does not take this input is followed as far as it goes.

    Raises:
        ShapeError: it does not take this input at all.
        ValueError: as for `summarize`.
    """
    twin, batch = _twin_and_batch(model, checked_shape(input_shape))
    tracer = Tracer(twin, batch)
    try:
        _run(tracer, twin, batch)
    except ShapeError as error:
        if not error.rows:
            raise
    book = tracer.recorder
    rows, edges = tuple(book.rows), tuple(book.edges)
    found = {
        row.name: LayerReach(
            row.name, row.output_shape, row.extents, row.has_global_context, rows, edges
        )
        for row in rows
    }
    return found | {name: _reach(tracer, name, end) for name, end in tracer.ends.items()}


def _reach(tracer: Tracer, name: str, output: Tensor) -> LayerReach:
    """What a tensor that came out of a layer sees, with all rows so far."""
    book = tracer.recorder
    reach = book.known(output).reach
    extents = book.extents(reach)
    has_context = extents is not None and bool(reach.context)
    shape = tuple(output.shape)
    return LayerReach(name, shape, extents, has_context, tuple(book.rows), tuple(book.edges))


def _twin_and_batch(model: nn.Module, shape: tuple[int, ...]) -> tuple[nn.Module, Tensor]:
    """A copy of the network without values, and a batch of the same kind."""
    check_taken(model, shape)
    twin = meta_copy(not_compiled(model))
    floats = (p.dtype for p in twin.parameters() if p.is_floating_point())
    with torch.inference_mode():
        return twin, torch.empty(shape, device="meta", dtype=next(floats, torch.float32))


def _run(tracer: Tracer, twin: nn.Module, batch: Tensor) -> None:
    """One pass on the meta device, up to the last layer asked for or to the end."""
    with torch.inference_mode():
        try:
            with Staying(), tracer:
                twin(batch)
        except Arrived:
            pass
        except MISFITS as error:
            raise _refusal(tracer, twin, error) from error
        except MemoryError:
            raise
        except Exception as error:
            if needs_values(str(error)):
                raise _refusal(tracer, twin, error) from error
            raise ended(twin, error) from error


def checked_shape(input_shape: Sequence[int]) -> tuple[int, ...]:
    """An input shape as a tuple of Python's own integers.

    Raises:
        ValueError: it is none: batch and channels at least, whole numbers from 1 on.
    """
    if not isinstance(input_shape, Iterable):
        raise ValueError(f"input_shape is a list of whole numbers, and is {input_shape!r}")
    shape = tuple(input_shape)
    if len(shape) < 2:
        raise ValueError(f"input_shape needs batch and channels at least, and is {shape}")
    sizes = tuple(whole_number("a size of input_shape", size, least=1) for size in shape)
    if prod(sizes) > MOST_NUMBERS:
        raise ValueError(f"input_shape has more numbers than torch can count: {shape}")
    return sizes


def _refusal(tracer: Tracer, twin: nn.Module, error: Exception) -> ValueError:
    """What is known about the step that failed."""
    book = tracer.recorder
    message = tracer.torch_message or words_of(error)
    if isinstance(error, NotImplementedError) and not tracer.torch_message:
        return ended(twin, error)
    if isinstance(error, NotImplementedError) or needs_values(message):
        return ValueError(f"without values this network has no path to follow: {cut(message)}")
    if book.step is not None:
        name, kind, shapes = book.step.name, book.step.kind, book.step.input_shapes
    else:  # between two operators, in the code of a module
        name, shapes = tracer.running[-1] if tracer.running else ("", ())
        kind = type(twin.get_submodule(name)).__name__
    return ShapeError(name or kind, kind, message, book.rows, book.edges, shapes)
