"""What the translation of a graph keeps: results so far, and the modules that give them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from cnnviz.models.onnx.file import Array, Graph, Node
from cnnviz.models.onnx.limits import MAX_RESULT, checked_size
from cnnviz.models.onnx.network import Call

MISFITS = (RuntimeError, ValueError, IndexError, TypeError, AssertionError, OverflowError,
           NotImplementedError, ArithmeticError)  # fmt: skip


class Builder:
    """Makes the modules of a graph, and follows the shapes of what they give on the meta device.

    Args:
        graph: of the file, its constants worked out.
        shape: of the picture, with its batch.
    """

    def __init__(self, graph: Graph, shape: Sequence[int]) -> None:
        self.graph = graph
        self.arrays: dict[str, Array] = dict(graph.tensors)
        self.results: dict[str, Tensor] = {graph.input: torch.empty(*shape, device="meta")}
        self.modules: dict[str, nn.Module] = {}
        self.calls: list[Call] = []
        self.made: dict[str, list[str]] = {}  # by operator, the modules that it became
        self.batch = shape[0]

    def add(
        self,
        path: str,
        module: nn.Module,
        inputs: Sequence[str],
        outputs: Sequence[str],
        weights: Mapping[str, Array] | None = None,
    ) -> None:
        """Put a module, made on the meta device, behind what it reads.

        Raises:
            ValueError: weights do not have the shapes that its arguments ask for, or are not all
                there.
            Exception: one of `MISFITS`, where it does not take what arrives.
        """
        found = module.eval()(*(self.results[name] for name in inputs))
        found = found if isinstance(found, tuple) else (found,)
        for name, tensor in zip(outputs, found, strict=True):
            checked_size(tuple(tensor.shape), MAX_RESULT, "its result")
            self.results[name] = tensor
        _fill(module, weights or {})
        self.modules[path] = module
        self.calls.append(Call(path, tuple(inputs), tuple(outputs)))


def _fill(module: nn.Module, weights: Mapping[str, Array]) -> None:
    """Put a file's numbers where a module on the meta device has none."""
    state = {name: torch.from_numpy(np.array(values)) for name, values in weights.items()}
    for name, empty in module.state_dict().items():
        if name == "num_batches_tracked":
            state[name] = torch.tensor(0)
        elif name not in state or state[name].shape != empty.shape:
            raise ValueError(f"its {name} does not have the shape {tuple(empty.shape)}")
    module.load_state_dict(state, strict=True, assign=True)


class Place:
    """One node on its way to a module: what it reads, and how it says what it becomes.

    Attributes:
        node: of the file.
        path: of its module.
    """

    def __init__(self, builder: Builder, node: Node, path: str) -> None:
        self.builder, self.node, self.path = builder, node, path
        self.attributes = node.attributes
        self.opset = builder.graph.opset

    def __len__(self) -> int:
        return len(self.node.inputs)

    def has(self, index: int) -> bool:
        """Whether an input is given."""
        return index < len(self.node.inputs) and self.node.inputs[index] != ""

    def array(self, index: int) -> Array | None:
        """The numbers of an input that the file holds; None where it comes from the picture."""
        return self.builder.arrays.get(self.node.inputs[index]) if self.has(index) else None

    def numbers(self, index: int, what: str) -> Array:
        """As `array`.

        Raises:
            ValueError: it comes from the picture, or is not there.
        """
        found = self.array(index)
        if found is None:
            raise self.refuse(f"its {what} is worked out from the picture, or is missing")
        return found

    def whole(
        self, name: str, index: int, default: Sequence[int] | None = None
    ) -> list[int] | None:
        """Whole numbers that newer versions have as an input and older ones as an attribute."""
        if name in self.attributes:
            value = self.attributes[name]
            return [int(v) for v in (value if isinstance(value, list) else [value])]
        if self.has(index):
            return [int(v) for v in self.numbers(index, name).reshape(-1)]
        return None if default is None else list(default)

    def real(self, name: str, index: int, default: float) -> float:
        """The same of one real number."""
        if name in self.attributes:
            return float(self.attributes[name])
        return float(self.numbers(index, name).reshape(-1)[0]) if self.has(index) else default

    def shape(self, index: int = 0) -> tuple[int, ...]:
        """The shape of an input, with the batch."""
        array = self.array(index)
        return tuple(array.shape if array is not None else self.result(index).shape)

    def result(self, index: int) -> Tensor:
        """What arrives at an input, on the meta device.

        Raises:
            ValueError: it is not there.
        """
        found = self.builder.results.get(self.node.inputs[index]) if self.has(index) else None
        if found is None:
            raise self.refuse(f"its input {index + 1} is missing, or is a number of the file")
        return found

    def maps(self) -> tuple[int, ...]:
        """The shape of maps that arrive, (batch, channels, rows, columns).

        Raises:
            ValueError: something else arrives.
        """
        shape = self.shape()
        if len(shape) != 4:
            raise self.refuse(f"it reads {shape}, and only maps of two axes are taken")
        return shape

    def axis(self, name: str = "axis", default: int = 0, ndim: int | None = None) -> int:
        """An axis counted from the front."""
        count = len(self.shape()) if ndim is None else ndim
        axis = self.attributes.get(name, default)
        if not -count <= axis < count:
            raise self.refuse(f"there is no axis {axis} among {count}")
        return axis % count

    def refuse(self, why: str) -> ValueError:
        """The sentence that refuses the node."""
        return self.node.refuse(why)

    def becomes(
        self, make: Callable[[], nn.Module], *, reads: Sequence[int] = (0,), before: int = 0,
        outputs: Sequence[str] | None = None, weights: Mapping[str, Array] | None = None,
    ) -> None:  # fmt: skip
        """The node is this module.

        Args:
            make: makes it; called where tensors have no numbers.
            reads: which of the node's inputs go in.
            before: 1 where another module of this node follows, which reads what this one gives.
            outputs: names of its results, by default those of the node.
            weights: its numbers by name.
        """
        for index in reads:
            self.result(index)
        inputs = [self.node.inputs[index] for index in reads]
        if self.is_behind_another():
            inputs = [self._between]
        with torch.device("meta"):
            module = make()
        kind = type(module).__name__
        path, names = self.path, list(outputs or self.node.outputs)
        if before:
            path, names = f"{self.path}_{kind.lower()}", [self._between]
        self.builder.add(path, module, inputs, names, weights)
        for op in self.node.stands_for or (self.node.op,):
            made = self.builder.made.setdefault(op, [])
            made += [] if kind in made else [kind]

    @property
    def _between(self) -> str:
        return f"{self.node.outputs[0]} within {self.path}"

    def is_behind_another(self) -> bool:
        """Whether the node has become a module already, and this one is to follow it."""
        return self._between in self.builder.results

    def between(self) -> Tensor:
        """What the first of two modules of this node gives."""
        return self.builder.results[self._between]

    def is_given(self, value: Array) -> None:
        """The node gives numbers that do not depend on the picture's."""
        self.builder.arrays[self.node.outputs[0]] = value


Operator = Callable[[Place], Any]
