"""Watches one pass of a network on the meta device.

Modules announce themselves through hooks, which hang on a private copy of the network. What
happens inside them arrives operator by operator through a `TorchDispatchMode`, which torch keeps
per thread. A module without children becomes one row, however many operators it runs; an operator
that runs in the `forward` of a larger module becomes a row of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_map_only

from cnnviz.summary.calls import Call, tensors_in
from cnnviz.summary.cpu_verdict import cpu_message, may_be_refused
from cnnviz.summary.multiply_adds import is_counted
from cnnviz.summary.quick import quick_result
from cnnviz.summary.recorder import Recorder, Shapes, Step
from cnnviz.summary.rules import AS_A_WHOLE, is_described, is_hidden
from cnnviz.summary.window_rules import attention_in_windows

CONTAINERS = (nn.Sequential, nn.DataParallel, nn.ModuleList, nn.ModuleDict)


class Arrived(Exception):  # noqa: N818
    """The pass has come as far as it should."""


class Tracer(TorchDispatchMode):
    """Keeps a recorder's book while it is active.

    Attributes:
        twin: the network that is watched, a copy of one's own.
        batch: what it is given.
        recorder: the rows and edges so far.
        containers: class names of the modules with children that were called, by name.
        ends: the (first) tensor that came out of them, at their first call.
        running: names of those that are running now, outermost first, and what came to them.
        torch_message: what torch said about the operator that failed, if one did.
        arrived: the (first) tensor that came out of the last layer asked for, when it has run.
    """

    def __init__(self, model: nn.Module, batch: Tensor, last: str | None = None) -> None:
        """Watch a network; where `last` names a layer, `Arrived` is raised when that has run."""
        super().__init__()
        self.last = last  # the network itself is not held: its hooks hold this tracer
        self.arrived: Tensor | None = None
        self.recorder = Recorder(model, batch)
        self.containers: dict[str, str] = {}
        self.ends: dict[str, Tensor] = {}
        self.running: list[tuple[str, Shapes]] = []
        self._entered: dict[str, Tensor] = {}  # what came to the modules that have a rule
        self.torch_message = ""
        for name, module in model.named_modules():
            self._watch(name, module)

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """No guard against torch.compile around every operator: nothing is compiled here."""
        return False

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        """Run an operator and write down what it did."""
        if func.namespace == "profiler":  # marks a stretch of time, and computes nothing
            return func(*args, **(kwargs or {}))
        args, kwargs = _on_one_device(*_without_leaving(func, args, kwargs or {}))
        call = Call.of(func, args, kwargs)
        if self.recorder.step is not None:  # inside a module that is one row
            return self._run(func, call, args, kwargs)
        step = self._operator_step(call)
        self.recorder.begin(step)
        result = self._run(func, call, args, kwargs)
        is_shown = step.macs or self.recorder.comes_from_input(call.tensors)
        if is_shown and not is_hidden(call, step.input_shapes, result):
            self.recorder.finish(result)
            self._arrive(step.name, result)
        else:
            self.recorder.drop()
        return result

    def _run(self, func: Any, call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """The operator's result; one without a rule is taken apart where torch knows how."""
        if not is_described(call) and not is_counted(call):
            with self:
                result = func.decompose(*args, **kwargs)
            if result is not NotImplemented:
                if call.op in AS_A_WHOLE:
                    self.recorder.note(call, result)
                return result
        result = self._torch_result(func, call, args, kwargs)
        self.recorder.note(call, result)
        return result

    def _torch_result(
        self, func: Any, call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """What torch makes of a call; where it fails, its words on the CPU are kept."""
        try:
            result = quick_result(call)
            result = func(*args, **kwargs) if result is None else result
        except Exception as error:
            message = "" if call.is_inplace else cpu_message(func, args, kwargs)
            self.torch_message = message or str(error)
            raise
        if may_be_refused(call, result) and (message := cpu_message(func, args, kwargs)):
            self.torch_message = message
            raise RuntimeError(message)
        return result

    def _operator_step(self, call: Call) -> Step:
        """The step of an operator that runs in the forward of a larger module."""
        parent = self._parent
        name = f"{parent}.{call.op}" if parent else call.op
        arriving = [t for t in call.tensors if self.recorder.known(t).sources]
        shapes = _shapes(arriving)
        return Step(self.recorder.unused_name(name), call.kind, parent, False, shapes)

    @property
    def _parent(self) -> str:
        """Name of the module that runs now; "" for the network itself."""
        return self.running[-1][0] if self.running else ""

    def _watch(self, name: str, module: nn.Module) -> None:
        """Hear of every call of a module; its hooks are never those of the caller's network."""
        if is_leaf(module):
            module.register_forward_pre_hook(partial(self._leaf_begins, name), with_kwargs=True)
            module.register_forward_hook(partial(self._leaf_ends, name), with_kwargs=True)
        else:
            module.register_forward_pre_hook(partial(self._container_begins, name))
            module.register_forward_hook(partial(self._container_ends, name))

    def _container_begins(self, name: str, module: nn.Module, args: Any) -> None:
        """A module with children was called: what runs from now on runs in it."""
        self.containers[name] = type(module).__name__
        self.running.append((name, _shapes(tensors_in(args))))
        if is_attention_in_windows(module):
            self._entered[name] = args[0]
            self.recorder.is_blind = True

    def _container_ends(self, name: str, module: nn.Module, args: Any, output: Any) -> None:
        """A module with children has its result."""
        self.running.pop()
        if name in self._entered:
            arrived = self._entered.pop(name)
            seen = self.recorder.known(arrived).reach
            self.recorder.is_blind = bool(self._entered)
            window, shift = (tuple(getattr(module, n)) for n in ("window_size", "shift_size"))
            self.recorder.see(output, attention_in_windows(seen, arrived.shape, window, shift))
        if tensors := list(tensors_in([output])):
            self.ends.setdefault(name, tensors[0])
        self._arrive(name, output)

    def _arrive(self, name: str, output: Any) -> None:
        """End the pass where it has come to the last layer asked for."""
        if name == self.last:
            self.arrived = next(tensors_in([output]), None)
            raise Arrived

    def _leaf_begins(self, name: str, module: nn.Module, args: Any, kwargs: Any) -> None:
        """A module that is one row was called."""
        if self.recorder.step is not None:  # a part of a larger leaf, such as attention's
            return
        name = self.recorder.unused_name(name or type(module).__name__)
        shapes = _shapes(tensors_in([args, kwargs]))
        step = Step(name, _kind(module), self._parent, True, shapes, module=module)
        step.parameters = {id(parameter) for parameter in module.parameters()}
        self.recorder.begin(step)

    def _leaf_ends(self, name: str, module: nn.Module, args: Any, kwargs: Any, output: Any) -> Any:
        """Its result is there: the row is complete."""
        step = self.recorder.step
        if step is None or step.module is not module:
            return output
        arrived = {id(tensor) for tensor in tensors_in([args, kwargs])}
        if id(output) in arrived and id(output) not in step.written:
            output = output.view(output.shape)  # a name of its own: a skip may still read the input
        self.recorder.finish(output)
        self._arrive(step.name if name else name, output)
        return output


def is_attention_in_windows(module: nn.Module) -> bool:
    """Whether a module is the Swin transformer's attention, of either version."""
    return type(module).__name__.startswith("ShiftedWindowAttention")


def is_leaf(module: nn.Module) -> bool:
    """Whether a module is one row: it has no children, or is one of torch.nn's own layers."""
    if isinstance(module, CONTAINERS):
        return False
    return not any(True for _ in module.children()) or type(module).__module__.startswith(
        "torch.nn"
    )


def _kind(module: nn.Module) -> str:
    """A module as `repr` shows it, on one line."""
    text = repr(module)
    return text if "\n" not in text else f"{type(module).__name__}({module.extra_repr()})"


def _shapes(tensors: Iterable[Tensor]) -> Shapes:
    """Shapes of tensors as plain tuples."""
    return tuple(tuple(tensor.shape) for tensor in tensors)


def _without_leaving(func: Any, args: Any, kwargs: Any) -> tuple[Any, Any]:
    """`x.to(device)` stays on the meta device: a network's own device means nothing here."""
    if func.overloadpacket not in (torch.ops.aten.to, torch.ops.aten._to_copy):
        return args, kwargs
    meta = args[0].device
    return (
        tree_map_only(torch.device, lambda _: meta, (args, kwargs))
        if meta.type == "meta"
        else (args, kwargs)
    )


def _on_one_device(args: Any, kwargs: Any) -> tuple[Any, Any]:
    """Arguments all on the meta device if one is: networks make small CPU tensors on the way."""
    tensors = list(tensors_in([args, kwargs]))
    if len({tensor.device for tensor in tensors}) <= 1:
        return args, kwargs
    return tree_map_only(Tensor, lambda tensor: tensor.to("meta"), (args, kwargs))
