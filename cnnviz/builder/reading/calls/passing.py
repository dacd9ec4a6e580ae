"""What comes of a tensor behind a layer, a module or a join."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from cnnviz.builder.reading.elsewhere.libraries import Libraries
from cnnviz.builder.reading.errors import CodeError
from cnnviz.builder.reading.flows import add_flows, apply
from cnnviz.builder.reading.machine import MAX_CALLS, Given, Scope, TooMuchError, line_of
from cnnviz.builder.reading.paths import as_large_as, joined
from cnnviz.builder.reading.tensors.channels_last import with_channels_first
from cnnviz.builder.reading.tensors.trials import UNKNOWN, behind_layer
from cnnviz.builder.reading.tensors.whole import why_not_whole
from cnnviz.builder.reading.torch_names import nearest
from cnnviz.builder.reading.values import (
    Flow,
    Instance,
    Leaf,
    Module,
    Picture,
    Row,
    Symbol,
    UserFunction,
)
from cnnviz.builder.reading.vocabulary import FromTheEnd
from cnnviz.models.specs import (
    ACTIVATIONS,
    MAX_LAYERS,
    ConvTranspose2d,
    Layer,
    LogSoftmax,
    PReLU,
    Softmax,
)

ELEMENTWISE = tuple(set(ACTIVATIONS) - {Softmax, LogSoftmax, PReLU})
T = TypeVar("T")
HAVE_WEIGHTS = ("bias", "affine", "num_parameters")


class Passing(Libraries):
    """The part that sends tensors through what the code has made."""

    def call_module(self, module: Module, given: Given) -> Any:
        """What a module gives that is called.

        Raises:
            CodeError: it is not given one picture, or does not take it.
        """
        match given.args:
            case [Picture() as picture, *_] if not self.is_flowing:
                if picture.is_made:
                    self.fed.append(picture.shape)
                is_inside = given.scope.instance is not None and len(given.args) == 1
                return self._tried(module, picture, given) if is_inside else UNKNOWN
            case [] if (named := _with_input_first(module, given)) is not None:
                return self.call_module(module, named)
            case [Flow() as flow, *more] if isinstance(module, Instance):
                return self._through_instance(module, flow, replace(given, args=more))
            case [list() | tuple() as flows, *more] if isinstance(module, Instance) and are_flows(
                flows
            ):
                return self._through_instance(module, flows, replace(given, args=more))
            case [Flow() as flow] if not given.kwargs:
                return self.pass_through(module, flow, given)
            case [Flow() as flow] if set(given.kwargs) == {"output_size"}:
                return self._with_output_size(module, flow, given)
            case [Module(), *_]:
                reason = "here a layer is given to a layer: its picture in brackets is missing."
                raise self.refusal(given.node, reason)
            case [Flow(), *_]:
                name = next(iter(given.kwargs), "a second argument")
                raise self.refusal(given.node, f"a layer takes a picture, and no {name[:40]}.")
        raise self.refusal(given.node, "a layer is called with a picture, and here it gets none.")

    def _tried(self, module: Module, picture: Picture, given: Given) -> Any:
        """What comes of a tensor that a network sends through its own layers to learn a size."""
        self.spend(given.node)
        match module:
            case Leaf():
                return self.checked(given.node, behind_layer, picture, module.layer)
            case Row(is_list=False):
                for child in module.modules():
                    picture = self._tried(child, picture, given)
                return picture
            case Instance() if found := module.of.find("forward"):
                inner = given.scope.inner(module, found[0])
                taken = Given(given.node, inner, [module, picture])
                return self.run_function(found[1], taken, inner)
            case Instance() if module.of.is_row and not module.of.is_list:
                return self._tried(module.row, picture, given)
        return UNKNOWN

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
                within = given.scope.inner()
                between = Given(ast.Pass(lineno=line_of(given.node)), within)
                children = module.modules()
                for place, child in enumerate(children, 1):
                    is_last = place == len(children)
                    after = Given(given.node, within) if is_last else between
                    flow = self.pass_through(child, flow, after)
                return flow
            case Instance():
                return self._one_of(self._through_instance(module, flow, given), module, given)
        reason = "an nn.ModuleList has no forward of its own: go through it in a loop."
        raise self.refusal(given.node, reason)

    def _through_leaf(self, leaf: Leaf, flow: Flow, given: Given) -> Flow:
        has_weights = any(name in leaf.layer.values for name in HAVE_WEIGHTS)
        if has_weights and id(leaf) in self.late:
            self.notes[
                f"The {leaf.layer.kind} of line {line_of(given.node)} is made in forward: torch "
                "makes it anew at every call, so that it is never trained, and does not count its "
                "parameters."
            ] = None
        if has_weights and id(leaf) in self.used:
            raise self.refusal(
                given.node,
                f"this {leaf.layer.kind} is used twice; layers that share weights are not read.",
            )
        self.used[id(leaf)] = leaf
        after = self.applied(flow, leaf.layer, given)
        self.leaf_of.setdefault(after.key, leaf)
        return after

    def _with_output_size(self, module: Module, flow: Flow, given: Given) -> Flow:
        """The flow behind a transposed convolution that is told how large its output is."""
        if not isinstance(module, Leaf) or not isinstance(module.layer, ConvTranspose2d):
            raise self.refusal(given.node, "only a ConvTranspose2d takes an output_size.")
        if id(module) in self.used:
            return self._through_leaf(module, flow, given)  # which refuses it
        self.used[id(module)] = module
        after = self._as_large_as(flow, module.layer, given.kwargs["output_size"], given)
        self.leaf_of[after.key] = module
        return after

    def _through_instance(self, instance: Instance, flow: Any, given: Given) -> Any:
        """What the forward of an object returns: one tensor, or several for the code around it."""
        if "forward" in instance.attributes:  # set anew, on the object
            return self._through_own_forward(instance, flow, given)
        found = instance.of.find("forward")
        is_plain = isinstance(flow, Flow) and not instance.of.is_list
        if found is None and instance.of.is_row and is_plain:
            return self.pass_through(instance.row, flow, given)
        if found is None and instance.leaf is not None and is_plain:
            return self.pass_through(instance.leaf, flow, given)
        if found is None:
            raise self._no_forward(instance, given)
        owner, definition = found
        inner = given.scope.inner(instance, owner)
        if not definition.args.args and definition.args.vararg is None:
            raise self.refusal(definition, "forward lacks its first argument, self.")
        taken = Given(given.node, inner, [instance, flow, *given.args], given.kwargs)
        after = self.run_function(definition, taken, inner)
        if after is None:
            reason = "forward returns nothing: its last line has to be a return."
            raise self.refusal(definition, reason)
        return self._closed(after, definition)

    def _through_own_forward(self, instance: Instance, flow: Any, given: Given) -> Any:
        """What a function returns that was set as the forward of one object: it gets no self."""
        function = instance.attributes["forward"]
        if not isinstance(function, UserFunction):
            raise self.refusal(given.node, "forward of this object is set to what is no function.")
        after = self.call(function, replace(given, args=[flow, *given.args]))
        return self._closed(after, function.definition)

    def _closed(self, after: Any, definition: ast.FunctionDef) -> Any:
        """What a forward returns; an activation outside is a layer of its own, and of no block."""
        match after:
            case Flow():
                self.check_whole(after, definition)
                return after if after.open_sum is None else replace(after, open_sum=None)
            case tuple():
                return tuple(self._closed(each, definition) for each in after)
            case list():
                return [self._closed(each, definition) for each in after]
        if not isinstance(after, dict | Symbol | int | float | str | None):
            raise self.refusal(definition, "forward has to return tensors.")
        return after

    def _one_of(self, after: Any, instance: Instance, given: Given) -> Flow:
        """The one tensor that a forward returns, or the first of several at the end of all."""
        flows = flows_in(after)
        definition = instance.of.find("forward")
        place = definition[1] if definition else given.node
        if isinstance(after, Flow):
            return after
        if not flows:
            raise self.refusal(place, "forward has to return a tensor.")
        if given.node is not self.end:
            reason = f"forward returns {len(flows)} tensors, and what follows takes one."
            raise self.refusal(place, reason)
        if len(flows) == 1:
            return flows[0]
        name = self.place_names.get(flows[0].key, "")
        self.notes[
            f"forward returns {len(flows)} tensors: the output here is the first"
            f"{f', {name}' if name else ''}; another is shown where forward returns it alone."
        ] = None
        return flows[0]

    def _no_forward(self, instance: Instance, given: Given) -> CodeError:
        of = instance.of
        near = nearest("forward", of.methods)
        hint = f": it has {near}, and torch calls forward" if near else ""
        error = self.refusal(given.node, f"the class {of.name} has no forward{hint}.")
        return CodeError(error.reason, of.methods[near].lineno if near else of.line)

    def applied(self, flow: Flow, layer: Layer, given: Given) -> Flow:
        """The flow behind one more layer.

        Raises:
            TooMuchError: there are more layers than any network here may have.
        """
        if flow.is_turned:
            layer = self.checked(given.node, with_channels_first, layer)
            return replace(
                self.applied(replace(flow, is_turned=False), layer, given), is_turned=True
            )
        if flow.weighs and isinstance(layer, ELEMENTWISE):  # then the order does not matter
            plain = replace(flow, weighs=False)
            return replace(self.applied(plain, layer, given), weighs=True, fills=flow.fills)
        self.check_whole(flow, given.node)
        if flow.rank == 1 and not isinstance(layer, ELEMENTWISE):
            reason = f"a {layer.kind} takes no row without its axis, which was squeezed away."
            raise self.refusal(given.node, reason)
        if isinstance(layer, FromTheEnd):
            layer = self.checked(given.node, layer.at_rank, flow.rank)
        if flow.length >= MAX_LAYERS:
            reason = f"there are more than {MAX_LAYERS} layers up to here."
            raise TooMuchError(reason, line_of(given.node))
        after = apply(flow, layer, call=given.scope)
        if after.before is not flow:  # an activation that closes a block
            self.made.pop(flow.key, None)
        self.made[after.key] = line_of(given.node)
        return after

    def check_whole(self, flow: Flow, node: ast.AST) -> None:
        """Make sure that a tensor is not half of something that only the next step makes whole.

        Raises:
            CodeError: it is.
        """
        if flow.unread is not None:
            raise flow.unread
        if reason := why_not_whole(flow):
            raise self.refusal(node, reason)

    def added(self, left: Flow, right: Flow, node: ast.AST, scope: Scope) -> Flow:
        """The sum of two flows.

        Raises:
            CodeError: one is a row of numbers and the other a volume.
        """
        is_plain = not any(why_not_whole(flow) for flow in (left, right))
        if not is_plain or not self.has_blocks:
            return self.joined([left, right], "sum", node)
        total = add_flows(left, right, call=scope)
        if total is None or total.length > MAX_LAYERS:
            return self.joined([left, right], "sum", node)
        for each in (*left.chain(), *right.chain()):
            self.made.pop(each.key, None)  # they are in the block, or before it
        self.made[total.key] = line_of(node)
        for each in total.chain()[:-1]:
            self.made[each.key] = line_of(node)
        return total

    def joined(self, flows: Sequence[Flow], how: str, node: ast.AST) -> Flow:
        """The flow behind a join of several.

        Raises:
            CodeError: they cannot be joined.
        """
        for flow in flows:
            if flow.unread is not None:
                raise flow.unread
        total = self.checked(node, joined, flows, how)
        self.made[total.key] = line_of(node)
        return total

    def _as_large_as(self, flow: Flow, layer: Layer, sizes: Any, given: Given) -> Flow:
        """The flow behind a layer that makes the height and width of another tensor."""
        after = as_large_as(flow, layer, sizes)
        self.check_whole(flow, given.node)
        if after is None:
            reason = "a size is read where it is that of another tensor, as in skip.shape[2:]."
            raise self.refusal(given.node, reason)
        self.made[after.key] = line_of(given.node)
        return after

    def checked(self, node: ast.AST, make: Callable[..., T], *args: Any) -> T:
        """A layer from the vocabulary, its refusal given the line of a node.

        Raises:
            CodeError: the vocabulary refuses.
        """
        try:
            return make(*args)
        except (ValueError, TypeError) as error:
            reason = str(error)
            raise self.refusal(node, reason if reason.endswith("?") else f"{reason}.") from error


def flows_in(value: Any) -> list[Flow]:
    """The tensors that a value holds, in order."""
    match value:
        case Flow():
            return [value]
        case list() | tuple():
            return [flow for each in value for flow in flows_in(each)]
        case dict():
            return [flow for each in value.values() for flow in flows_in(each)]
    return []


def are_flows(values: list[Any] | tuple[Any, ...]) -> bool:
    """Whether these are tensors on their way, as a dense layer takes a list of them."""
    return bool(values) and all(isinstance(value, Flow) for value in values)


def _with_input_first(module: Module, given: Given) -> Given | None:
    """A call that names its input, with the input in the first place; None for any other."""
    found = module.of.find("forward") if isinstance(module, Instance) else None
    names = [argument.arg for argument in found[1].args.args[1:2]] if found else ["input"]
    if not names or names[0] not in given.kwargs:
        return None
    rest = {name: value for name, value in given.kwargs.items() if name != names[0]}
    return replace(given, args=[given.kwargs[names[0]]], kwargs=rest)
