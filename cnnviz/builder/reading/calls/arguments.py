"""What a call gives: its arguments are read first, as Python does it, then what is called."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import Any

from cnnviz.builder.reading.attributes import A_COMMA
from cnnviz.builder.reading.calls.functions import Functions
from cnnviz.builder.reading.calls.passing import are_flows
from cnnviz.builder.reading.elsewhere.exported import Aligned, sizes_made_by
from cnnviz.builder.reading.machine import Given, Scope, bounded
from cnnviz.builder.reading.values import (
    Flow,
    Known,
    Method,
    Module,
    Partial,
    Picture,
    Super,
    UserClass,
    UserFunction,
)

HARMLESS = ("torch.nn.init.", "torch.manual_seed", "torch.set_num_threads", "print")
WRAPPERS = (
    "torch.nn.DataParallel", "torch.nn.parallel.DataParallel", "torch.compile", "copy.deepcopy",
    "torch.nn.utils.spectral_norm", "torch.nn.utils.weight_norm",
    "torch.nn.parallel.DistributedDataParallel", "torch.jit.script", "torch.autograd.Variable",
)  # fmt: skip
STAYS = ("to", "cuda", "cpu", "half", "float", "double", "apply", "eval", "train",
         "requires_grad_", "load_state_dict")  # fmt: skip
PLACES = r"(cpu|cuda|mps|xpu|hpu|xla|meta|npu)(:\d{1,3})?"


class Calls(Functions):
    """The part that reads calls."""

    def _owner_named(self, node: ast.Call, scope: Scope) -> UserClass | None:
        """The class of `super(Net, self)`; None of a bare `super()`.

        Raises:
            CodeError: these are not a class that self is of, and self.
        """
        if not node.args:
            return None
        named, *rest = (self.evaluate(each, scope) for each in node.args)
        above: UserClass | None = scope.instance.of if scope.instance else None
        while above is not None and above is not named:
            above = above.base
        if above is None or [id(each) for each in rest] != [id(scope.instance)]:
            raise self.refusal(
                node, "super takes its class and self, or nothing: super().__init__()."
            )
        return above

    def _call(self, node: ast.Call, scope: Scope) -> Any:
        target = self.evaluate(node.func, scope)
        if isinstance(target, Known) and target.path.startswith(HARMLESS):
            if target.path.startswith("torch.nn.init."):
                self.begun[node.lineno] = node.end_lineno or node.lineno
            return None
        if isinstance(target, Known) and target.path == "super":
            if scope.instance is None or scope.owner is None:
                raise self.refusal(node, "super() stands outside a method.")
            return Super(scope.instance, self._owner_named(node, scope) or scope.owner)
        if isinstance(target, Method) and target.name in STAYS and _is_kept(target.owner):
            self._check_place(target.name, node)
            return target.owner
        if isinstance(target, Known) and target.path in WRAPPERS and node.args:
            return self.evaluate(node.args[0], scope)
        match target, node.args:
            case Method(owner=list() as values, name="extend"), [ast.GeneratorExp() as items]:
                if len(items.generators) == 1:  # an item may read those before it
                    return self.extend(values, items, scope)
        args = self.elements(node.args, scope)  # first, as Python does: one may change what follows
        kwargs: dict[str, Any] = {}
        for keyword in node.keywords:
            if keyword.arg is None:
                more = self.dict_of(keyword.value, scope)
            else:
                more = {keyword.arg: self.evaluate(keyword.value, scope)}
            if twice := kwargs.keys() & more.keys():
                raise self.refusal(node, f"{min(twice)[:40]} is given twice.")
            kwargs |= more
        given = Given(node, scope, args, kwargs)
        return bounded(self.call(target, given), node)

    def _check_place(self, name: str, node: ast.Call) -> None:
        """Make sure that a module is sent to a place that torch knows; apply sets weights."""
        if name == "apply":
            self.begun[node.lineno] = node.end_lineno or node.lineno
        for given in node.args if name == "to" else ():
            place = given.value if isinstance(given, ast.Constant) else None
            if isinstance(place, str) and not re.fullmatch(PLACES, place):
                raise self.refusal(node, f"torch knows no device {place[:20]!r}.")

    def call(self, target: Any, given: Given) -> Any:
        """What a call of a value gives.

        Raises:
            CodeError: the value cannot be called, or not with these arguments.
        """
        self.spend(given.node)
        match target:
            case Known():
                return self.known(target.path, given)
            case UserClass():
                return self.instantiate(target, given)
            case UserFunction():
                self.called.add(id(target.definition))
                sizes = sizes_made_by(target.definition)
                if sizes and are_flows(given.args) and not given.kwargs:
                    return Aligned(given.args, sizes)
                if target.instance is not None:
                    given = given.behind(target.instance)
                inner = given.scope.inner(target.instance, target.owner, target.around)
                return self.run_function(target.definition, given, inner)
            case Partial():
                return self.call(
                    target.target,
                    replace(given.behind(*target.args), kwargs=target.kwargs | given.kwargs),
                )
            case Method():
                return self.call_method(target, given)
            case Module():
                return self.call_module(target, given)
        if isinstance(target, tuple) and any(isinstance(item, Module) for item in target):
            raise self.refusal(given.node, A_COMMA)
        if isinstance(target, Flow):
            reason = "this is a tensor, which cannot be called: an operator may be missing."
            raise self.refusal(given.node, reason)
        raise self.refusal(given.node, "this cannot be called, or not with these arguments.")


def _is_kept(value: Any) -> bool:
    """Whether a value is a module, or a tensor outside of the network."""
    return isinstance(value, Module | Picture)
