"""What a call gives: a layer, an object of a class of the code, or the flow behind either."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from cnnviz.builder.reading.expressions import Expressions
from cnnviz.builder.reading.flows import add_flows, apply
from cnnviz.builder.reading.machine import MAX_CALLS, Given, Scope, TooMuchError, bounded, line_of
from cnnviz.builder.reading.values import (
    Flow,
    Instance,
    Known,
    Leaf,
    Method,
    Module,
    Row,
    Super,
    UserClass,
    UserFunction,
)
from cnnviz.builder.reading.vocabulary import FUNCTIONS, layer_named, layer_of_function
from cnnviz.models.specs import MAX_LAYERS, Layer

HOMES_OF_FUNCTIONS = ("torch", "torch.nn.functional")
HARMLESS = ("torch.nn.init.", "torch.manual_seed", "torch.set_num_threads", "print")
HAVE_WEIGHTS = ("bias", "affine", "num_parameters")


class Calls(Expressions):
    """The part that reads calls."""

    def _call(self, node: ast.Call, scope: Scope) -> Any:
        target = self.evaluate(node.func, scope)
        if isinstance(target, Known) and target.path.startswith(HARMLESS):
            return None
        if isinstance(target, Known) and target.path == "super":
            if scope.instance is None or scope.owner is None:
                raise self.refusal(node, "super() stands outside a method.")
            return Super(scope.instance, scope.owner)
        kwargs: dict[str, Any] = {}
        for keyword in node.keywords:
            if keyword.arg is None:
                raise self.refusal(node, "arguments from a dict (**) are not read.")
            kwargs[keyword.arg] = self.evaluate(keyword.value, scope)
        given = Given(node, scope, self.elements(node.args, scope), kwargs)
        return bounded(self.call(target, given), node)

    def call(self, target: Any, given: Given) -> Any:
        """What a call of a value gives.

        Raises:
            CodeError: the value cannot be called, or not with these arguments.
        """
        self.spend(given.node)
        match target:
            case Known():
                return self._known(target.path, given)
            case UserClass():
                return self.instantiate(target, given)
            case UserFunction():
                if target.instance is not None:
                    given = given.behind(target.instance)
                inner = given.scope.inner(target.instance, target.owner)
                return self.run_function(target.definition, given, inner)
            case Method():
                return self.call_method(target, given)
            case Module():
                match given:
                    case Given(args=[Flow() as flow], kwargs={}):
                        return self.pass_through(target, flow, given)
        raise self.refusal(given.node, "this cannot be called, or not with these arguments.")

    def pass_through(self, module: Module, flow: Flow, given: Given) -> Flow:
        """The flow behind a module.

        Raises:
            CodeError: its weights are used twice, or it has no forward that is read.
        """
        self.spend(given.node)
        if given.scope.depth > MAX_CALLS:
            reason = f"modules stand more than {MAX_CALLS} deep in each other."
            raise TooMuchError(reason, line_of(given.node))
        match module:
            case Leaf():
                return self._through_leaf(module, flow, given)
            case Row(is_list=False):
                inner = Given(given.node, given.scope.inner())
                for child in module.modules():
                    flow = self.pass_through(child, flow, inner)
                return flow
            case Instance():
                return self._through_instance(module, flow, given)
        reason = "an nn.ModuleList has no forward of its own: go through it in a loop."
        raise self.refusal(given.node, reason)

    def _through_leaf(self, leaf: Leaf, flow: Flow, given: Given) -> Flow:
        if any(name in leaf.layer.values for name in HAVE_WEIGHTS) and id(leaf) in self.used:
            raise self.refusal(
                given.node,
                f"this {leaf.layer.kind} is used twice; layers that share weights are not read.",
            )
        self.used.add(id(leaf))
        return self.applied(flow, leaf.layer, given)

    def _through_instance(self, instance: Instance, flow: Flow, given: Given) -> Flow:
        found = instance.of.find("forward")
        if found is None and instance.of.is_row:
            return self.pass_through(instance.row, flow, given)
        if found is None:
            raise self.refusal(given.node, f"the class {instance.of.name} has no forward.")
        owner, definition = found
        inner = given.scope.inner(instance, owner)
        after = self.run_function(definition, Given(given.node, inner, [instance, flow]), inner)
        if not isinstance(after, Flow):
            raise self.refusal(definition, "forward has to return one tensor.")
        # The sum of a block is closed here: an activation outside is a layer of its own.
        return after if after.open_sum is None else replace(after, open_sum=None)

    def applied(self, flow: Flow, layer: Layer, given: Given) -> Flow:
        """The flow behind one more layer.

        Raises:
            TooMuchError: there are more layers than any network here may have.
        """
        if flow.length >= MAX_LAYERS:
            reason = f"there are more than {MAX_LAYERS} layers up to here."
            raise TooMuchError(reason, line_of(given.node))
        return apply(flow, layer, call=given.scope)

    def added(self, left: Flow, right: Flow, node: ast.AST, scope: Scope) -> Flow:
        """The sum of two flows.

        Raises:
            CodeError: neither of them is a shortcut.
        """
        total = add_flows(left, right, call=scope)
        if total is None or total.length > MAX_LAYERS:
            raise self.refusal(
                node,
                "a sum is read where one path is the identity, or a 1×1 convolution with or "
                "without BatchNorm2d after it.",
            )
        return total

    def instantiate(self, of: UserClass, given: Given) -> Instance:
        """A new object of a class of the code.

        Raises:
            CodeError: its __init__ is not read, or calls go too deep.
        """
        instance = Instance(of)
        self.initialise(instance, of, given)
        return instance

    def initialise(self, instance: Instance, of: UserClass | None, given: Given) -> None:
        """Run the __init__ of an object as `of`, a class above its own, has it.

        Raises:
            CodeError: it is not read, or takes other arguments.
        """
        found = of.find("__init__") if of else None
        if found is not None:
            owner, definition = found
            inner = given.scope.inner(instance, owner)
            self.run_function(definition, given.behind(instance), inner)
        elif instance.of.is_row:
            instance.row = self.row(given.args, given.node)
        elif given.args or given.kwargs:
            raise self.refusal(given.node, f"the class {instance.of.name} takes no arguments.")

    def row(self, args: list[Any], node: ast.AST) -> Row:
        """An nn.Sequential of what it is given: modules, or one OrderedDict of them.

        Raises:
            CodeError: something among it is no module.
        """
        named = [(str(place), module) for place, module in enumerate(args)]
        if len(args) == 1 and isinstance(args[0], dict):
            named = [(str(name), module) for name, module in args[0].items()]
        for _, module in named:
            if not isinstance(module, Module):
                raise self.refusal(node, "an nn.Sequential takes layers only.")
        return Row(bounded(named, node))

    def checked(self, node: ast.AST, make: Callable[..., Layer], *args: Any) -> Layer:
        """A layer from the vocabulary, its refusal given the line of a node.

        Raises:
            CodeError: the vocabulary refuses.
        """
        try:
            return make(*args)
        except (ValueError, TypeError) as error:
            raise self.refusal(node, f"{error}.") from error

    def function_of_flow(self, name: str, flow: Flow, given: Given) -> Flow | None:
        """The flow behind a function that is a layer without weights; None if it is none."""
        if name not in FUNCTIONS:
            return None
        layer = self.checked(given.node, layer_of_function, name, given.args, given.kwargs)
        return self.applied(flow, layer, given)

    def _known(self, path: str, given: Given) -> Any:
        home, _, name = path.rpartition(".")
        node, args = given.node, given.args
        if path == "torch.nn.Sequential":
            return self.row(args, node)
        if path == "torch.nn.ModuleList":
            children = self.items_of(args[0], node) if args else []
            return Row(self.row(children, node).children, is_list=True)
        if home == "torch.nn":
            return Leaf(self.checked(node, layer_named, name, args, given.kwargs))
        if home in HOMES_OF_FUNCTIONS and args and isinstance(args[0], Flow):
            return self._function(name, args[0], replace(given, args=args[1:]))
        if name == "OrderedDict":
            return self._ordered_dict(given)
        if home:
            raise self.refusal(node, f"{path[:60]} is not read here.")
        return self.built_in(path, given)

    def _function(self, name: str, flow: Flow, given: Given) -> Any:
        if name == "add" and len(given.args) == 1 and isinstance(given.args[0], Flow):
            return self.added(flow, given.args[0], given.node, given.scope)
        after = self.function_of_flow(name, flow, given)
        return self.call_method(Method(flow, name), given) if after is None else after

    def _ordered_dict(self, given: Given) -> dict[str, Any]:
        pairs = self.items_of(given.args[0], given.node) if given.args else []
        for pair in pairs:
            if not isinstance(pair, tuple) or len(pair) != 2 or not isinstance(pair[0], str):
                raise self.refusal(given.node, "an OrderedDict is read from a list of pairs.")
        return dict(pairs)
