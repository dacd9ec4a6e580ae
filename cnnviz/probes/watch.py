"""One forward pass, watched: every result a model computes on the way, by name.

Hooks on a model that several threads use hand one visitor's numbers to another, and tracing it
with `torch.fx` replaces `nn.Module.__call__` for the whole process while it lasts: every other
thread's forward pass fails meanwhile. So a pass is watched on a twin of the model that shares its
weights and is thrown away (half a millisecond for ResNet18). Sums and functions, which are no
modules, are caught by a `TorchFunctionMode`, which belongs to one thread.

Names are those of `named_modules()`. What a module computes itself, between its children, is
called "<module>.<function>": "group0.0.add" is the residual sum of block "group0.0". A second call
of the same thing gets "_1", as in torchvision's feature extractor.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Generator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode
from torch.utils.hooks import RemovableHandle

from cnnviz.progress import Progress, report
from cnnviz.summary.calls import tensors_in
from cnnviz.summary.taken import check_followed, not_compiled, told

LayerChoice = str | nn.Module  # a layer by name, or the module itself

# Functions that have a module of their own in torch.nn, which takes the same arguments.
MODULE_OF_FUNCTION: dict[str, type[nn.Module]] = {
    "relu": nn.ReLU,
    "relu6": nn.ReLU6,
    "leaky_relu": nn.LeakyReLU,
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "hardswish": nn.Hardswish,
    "hardsigmoid": nn.Hardsigmoid,
    "silu": nn.SiLU,
    "gelu": nn.GELU,
    "dropout": nn.Dropout,
    "flatten": nn.Flatten,
    "max_pool2d": nn.MaxPool2d,
    "max_pool2d_with_indices": nn.MaxPool2d,
    "avg_pool2d": nn.AvgPool2d,
    "lp_pool2d": nn.LPPool2d,
    "adaptive_avg_pool2d": nn.AdaptiveAvgPool2d,
    "adaptive_max_pool2d": nn.AdaptiveMaxPool2d,
    "adaptive_max_pool2d_with_indices": nn.AdaptiveMaxPool2d,
}
# What a function takes after the maps, where its module takes the same in another order.
ORDER: dict[str, tuple[str, ...]] = {
    "max_pool2d": ("kernel_size", "stride", "padding", "dilation", "ceil_mode"),
    "max_pool2d_with_indices": ("kernel_size", "stride", "padding", "dilation", "ceil_mode"),
    "flatten": ("start_dim", "end_dim"),
}

CONVERSIONS = frozenset(
    ("to", "type", "type_as", "float", "double", "half", "bfloat16", "contiguous", "cpu", "cuda")
)


class Enough(Exception):  # noqa: N818
    """Raised by who watches a pass: nothing behind this step is wanted any more."""


@dataclass(frozen=True)
class Step:
    """One result of a forward pass.

    Attributes:
        name: where it was computed, unique within the pass.
        operation: the module that computed it, or the torch function where there is no module.
        args: what the operation was given, tensors and settings, in order.
        options: what it was given by keyword.
        output: the tensor that came out; an in-place layer further on may overwrite it, so whoever
            keeps it clones it.
        is_container: a module made of others, whose output is the output of one of them.
        is_function: computed by a function that a module calls, not by a layer of the model.
        piece: which of several results this is, where a function returns a tuple.
    """

    name: str
    operation: nn.Module | Callable[..., Any]
    args: tuple[Any, ...]
    options: dict[str, Any]
    output: Tensor
    is_container: bool = False
    is_function: bool = False
    piece: int | None = None

    @property
    def inputs(self) -> tuple[Tensor, ...]:
        """The tensors that were read, in order."""
        return tuple(tensors_in((*self.args, *self.options.values())))


def shares_memory(step: Step) -> bool:
    """Whether an output lies in the memory of what was read, as a view does."""
    address = step.output.untyped_storage().data_ptr()
    return any(tensor.untyped_storage().data_ptr() == address for tensor in step.inputs)


def as_batch(batch: object) -> Tensor:
    """The batch, if it is a tensor.

    Raises:
        ValueError: it is something else, such as an array of NumPy.
    """
    if not isinstance(batch, Tensor):
        kind = type(batch).__name__
        raise ValueError(f"a batch is a torch.Tensor (N, channel, height, width), and no {kind}")
    return batch


def share(model: nn.Module) -> nn.Module:
    """A twin of the model in evaluation mode: modules of its own, weights in the same memory.

    Hooks put on the twin leave the model as it is, and no gradient of a weight is ever computed
    through it, whether or not the model is frozen. Weights that change later change in both.

    Raises:
        ValueError: the model is none that can be followed, such as one of two inputs.
    """
    check_followed(model)
    return _twin(not_compiled(model), {})


def run(network: nn.Module, batch: Tensor) -> Any:
    """What a network returns for a batch.

    Raises:
        ValueError: its forward ends in an error, with what that says.
    """
    try:
        return network(batch)
    except MemoryError:
        raise
    except Exception as error:
        raise told(network, error, batch) from error


def _twin(module: nn.Module, known: dict[int, nn.Module]) -> nn.Module:
    if id(module) in known:
        return known[id(module)]  # one module in two places stays one
    twin = known[id(module)] = object.__new__(type(module))
    for name, value in module.__dict__.items():
        twin.__dict__[name] = value.copy() if isinstance(value, dict) else value
    for name, parameter in module._parameters.items():
        twin._parameters[name] = None if parameter is None else parameter.detach()  # ty: ignore
    for name, child in module._modules.items():
        twin._modules[name] = None if child is None else _twin(child, known)
    twin.__dict__["training"] = False
    return twin


def watch(
    model: nn.Module,
    batch: Tensor,
    see: Callable[[Step], Tensor | None],
    only: Collection[str] | None = None,
) -> Any:
    """Run the model once and show its results to `see`, which may put others in their place.

    The model itself is only read, so any number of threads may watch it at once. The pass is one
    of evaluation, whatever mode the model is in: batch norm and dropout change nothing.

    Args:
        model: any network; left exactly as it was.
        batch: pictures (batch, channel, height, width).
        see: called with each `Step` as it is computed. What it returns goes on through the network
            in place of the step's output; None leaves it. It raises `Enough` to end the pass.
        only: names of the steps to show, all if None. A few modules cost next to nothing to watch.

    Returns:
        What the model returns, of a pass with the replacements made; None where it was ended.

    Raises:
        ValueError: the model is none that can be followed, such as one of two inputs, or its
            forward ends in an error, with what that says.
    """
    twin = share(model)
    modules = {name: module for name, module in twin.named_modules() if name}
    watcher = _Watcher(see, only)
    needs_functions = only is None or not all(name in modules for name in only)
    watched = modules if only is None or needs_functions else only
    hooks = [hook for name in watched for hook in _place_hooks(watcher, modules[name], name)]
    try:
        with watcher if needs_functions else nullcontext():
            return twin(batch)
    except Enough:
        return None
    except MemoryError:
        raise
    except Exception as error:
        if error is watcher.raised:
            raise
        raise told(model, error, batch) from error
    finally:
        watcher.raised = None  # it holds the frames that hold the watcher
        for hook in hooks:  # who keeps a step keeps a module of the twin, and may run it again
            hook.remove()


def told_pass(model: nn.Module, batch: Tensor, progress: Progress) -> Any:
    """What the model returns, of a pass that tells its share behind each layer and may end there.

    Args:
        model: any network; it is only read.
        batch: pictures (batch, channel, height, width).
        progress: told the share of the layers that are done.

    Raises:
        StoppedError: `progress` said so.
    """
    leaves = [name for name, module in model.named_modules() if name and is_leaf(module)]
    done = 0

    def tell(_step: Step) -> None:
        nonlocal done
        done += 1
        report(progress, min(1.0, done / len(leaves)))  # a layer may be called several times

    with torch.inference_mode():
        return watch(model, batch, tell, only=leaves)


def layer_name(model: nn.Module, layer: LayerChoice) -> str:
    """The name of a layer in the model; a name is returned as it is.

    Raises:
        ValueError: the module is not part of the model.
    """
    if isinstance(layer, str):
        return layer
    for name, module in not_compiled(model).named_modules():
        if module is layer:
            return name
    raise ValueError(f"{type(layer).__name__} is not a layer of this network")


def is_leaf(module: nn.Module) -> bool:
    """Whether a module is one of torch.nn's own layers, not made of other modules."""
    has_children = next(module.children(), None) is not None
    return type(module).__module__.startswith("torch.nn") and not has_children


def _place_hooks(watcher: _Watcher, module: nn.Module, name: str) -> list[RemovableHandle]:
    return [
        module.register_forward_pre_hook(lambda module, inputs: watcher.enter(module, name)),
        module.register_forward_hook(
            lambda module, inputs, out: watcher.leave(module, inputs, out)
        ),
    ]


def _changes_nothing(func: Callable[..., Any], args: tuple[Any, ...], output: Any) -> bool:
    """Whether a conversion found what it is given as it should be: `x.to(x.device)`."""
    name = getattr(func, "__name__", "")
    return name in CONVERSIONS and bool(args) and output is args[0]


class _Watcher(TorchFunctionMode):
    """Keeps track of where in the model the pass is, and reports what is computed there."""

    def __init__(self, see: Callable[[Step], Tensor | None], only: Collection[str] | None) -> None:
        super().__init__()
        self.see, self.only = see, only
        self.path: list[str] = []
        self.calls: Counter[str] = Counter()
        self.is_inside_leaf = False
        self.raised: Exception | None = None  # by `see`, and not by the model

    def enter(self, module: nn.Module, name: str) -> None:
        self.path.append(name)
        self.is_inside_leaf = self.is_inside_leaf or is_leaf(module)

    def leave(self, module: nn.Module, inputs: tuple[Any, ...], output: Any) -> Any:
        name, leaf = self.path.pop(), is_leaf(module)
        self.is_inside_leaf = self.is_inside_leaf and not leaf
        if isinstance(output, Tensor):
            name = self._unique(name)
            return self._show(Step(name, module, inputs, {}, output, is_container=not leaf))
        if not leaf:
            return output  # its tensors were shown one by one where they were computed
        first = self._unique(name)
        return self._show_each(
            output,
            lambda item, i: Step(f"{first}.{i}" if i else first, module, inputs, {}, item, piece=i),
        )

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        options = kwargs or {}
        output = func(*args, **options)
        if self.is_inside_leaf or _changes_nothing(func, args, output):
            return output
        if func is Tensor.__setitem__:  # it gives nothing: what it has written into is its result
            self._show(self._step(func, args, options, args[0], None))
            return output
        if isinstance(output, Tensor):
            return self._show(self._step(func, args, options, output, None))
        return self._show_each(output, lambda item, i: self._step(func, args, options, item, i))

    def _show_each(self, output: Any, step_of: Callable[[Tensor, int], Step]) -> Any:
        """Show the tensors of several results, each as a step of its own."""
        if not isinstance(output, tuple | list):
            return output
        items = [
            self._show(step_of(item, i)) if isinstance(item, Tensor) else item
            for i, item in enumerate(output)
        ]
        kind: Any = type(output)
        return kind._make(items) if hasattr(kind, "_make") else kind(items)

    def _step(
        self, func: Any, args: Any, options: dict[str, Any], output: Tensor, piece: int | None
    ) -> Step:
        kind = getattr(func, "__name__", "function").strip("_")
        name = self._unique(".".join([*self.path[-1:], kind]))
        if kind not in MODULE_OF_FUNCTION or (kind == "dropout" and output is not args[0]):
            return Step(name, func, tuple(args), options, output, is_function=True, piece=piece)
        settings = {key: value for key, value in options.items() if key != "training"}
        settings |= zip(ORDER.get(kind, ()), args[1:], strict=False)
        given = () if kind in ORDER else args[1:]
        if kind == "flatten":
            settings.setdefault("start_dim", 0)
        module = MODULE_OF_FUNCTION[kind](*given, **settings).eval()
        return Step(name, module, tuple(args[:1]), {}, output, is_function=True, piece=piece)

    def _show(self, step: Step) -> Tensor:
        if self.only is not None and step.name not in self.only:
            return step.output
        try:
            with self._unwatched():  # what `see` computes is not part of the model
                seen = self.see(step)
        except Exception as error:
            self.raised = error
            raise
        return step.output if seen is None else seen

    def _unique(self, name: str) -> str:
        self.calls[name] += 1
        count = self.calls[name]
        return name if count == 1 else f"{name}_{count - 1}"

    @contextmanager
    def _unwatched(self) -> Generator[None]:
        was_inside_leaf, self.is_inside_leaf = self.is_inside_leaf, True
        try:
            yield
        finally:
            self.is_inside_leaf = was_inside_leaf
