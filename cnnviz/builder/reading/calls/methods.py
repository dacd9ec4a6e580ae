"""Methods of values that are no objects of the code: of lists, modules, super() and flows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cnnviz.builder.reading.calls.arguments import Calls
from cnnviz.builder.reading.calls.functions import SIGNS
from cnnviz.builder.reading.elsewhere.command_line import Parser, namespace, of_parser
from cnnviz.builder.reading.machine import Given, bounded, line_of
from cnnviz.builder.reading.members import all_modules, children_of, not_kept
from cnnviz.builder.reading.tensors import written_norms
from cnnviz.builder.reading.tensors.channels_last import TO_FIRST, TO_LAST, axes_of
from cnnviz.builder.reading.tensors.grouped import shuffled
from cnnviz.builder.reading.tensors.learnt import seen_as
from cnnviz.builder.reading.tensors.methods import between, layers_of_method, over_channels
from cnnviz.builder.reading.tensors.trials import behind_method
from cnnviz.builder.reading.tensors.weighing import laid_out, numbers_in
from cnnviz.builder.reading.torch_names import OF_SEQUENTIAL, is_of_tensors, nearest
from cnnviz.builder.reading.values import (
    BATCH,
    Flow,
    Instance,
    Learnt,
    Method,
    Module,
    Noise,
    Picture,
    Row,
    Super,
    Unread,
)
from cnnviz.builder.reading.vocabulary import FUNCTIONS

RETURN_THEMSELVES = (
    "apply", "cpu", "cuda", "double", "eval", "float", "half", "requires_grad_", "to", "train",
)  # fmt: skip
NO_STRUCTURE = (
    "parameters", "named_parameters", "state_dict", "load_state_dict", "zero_grad",
    "register_buffer", "log", "log_dict",
)  # fmt: skip


TO_PLACES = ("to", "cuda", "cpu", "float", "double", "half", "requires_grad_", "clone", "detach")


OF_TENSORS = (
    *FUNCTIONS, "flatten", "view", "reshape", "mean", "squeeze", "size", "contiguous", "permute",
    "transpose", "unsqueeze", "interpolate", "cat", "stack", "chunk", "split", "max", "sum", "amax",
    "detach", "pad", "matmul", "expand", "expand_as", "repeat", "unflatten", "normalize",
)  # fmt: skip


OF_EACH_NUMBER = ("exp", "log", "sqrt", "square", "pow", "abs", "sin", "cos", "clamp", "clip")
TURNS, PARTS = "turns the axes of a tensor", "cuts a tensor into parts"
WHY_NOT = {
    "permute": TURNS, "transpose": TURNS, "movedim": TURNS, "swapaxes": TURNS,
    "chunk": PARTS, "split": PARTS, "narrow": PARTS, "unbind": PARTS,
    "repeat": "lays copies side by side", "normalize": "divides by the length of a row",
    "max": "takes the larger of two tensors, or the largest along an axis",
    "min": "takes the smaller of two tensors, or the smallest along an axis",
    "expand": "stretches a map", "expand_as": "stretches a map", "roll": "moves a map round",
}  # fmt: skip


def _not_of_a_tensor(name: str) -> str:
    """Why a method or function of a tensor is not read: misspelt, or none of the builder's."""
    near = nearest(name, OF_TENSORS)
    if name not in (*OF_TENSORS, *WHY_NOT) and is_of_tensors(name):
        return f"{name[:40]} is torch's, but no layer of the builder does what it does."
    if near and near != name and name not in OF_TENSORS:
        return f"torch has no {name[:40]} of a tensor: do you mean {near}?"
    if name in WHY_NOT:
        return f"{name} {WHY_NOT[name]}, and no layer of the builder does."
    if name == "pad":
        return (
            "pad is read with plain numbers, and where it makes a map as large as another that it "
            "is joined with."
        )
    if name in ("view", "reshape"):
        return (
            f"{name} is read where it lays each picture in a row, or a row out as maps of given "
            "sizes; no layer makes other shapes."
        )
    return f"{name[:40]} of a tensor is not read here, or not with these arguments."


def _turns_to_channels_first(axes: list[Any]) -> bool:
    given = axes[0] if len(axes) == 1 else axes
    return isinstance(given, list | tuple) and list(given) in ([0, 3, 1, 2], [0, -1, 1, 2])


def _arguments(names: dict[str, Any]) -> dict[str, Any]:
    """What an __init__ was given, of the names that it knows."""
    return {name: value for name, value in names.items() if name != "self"}


def _is_named_tensor(args: list[Any]) -> bool:
    return len(args) >= 2 and isinstance(args[0], str) and isinstance(args[1], Picture)


ADD_NAMED = ("add_module", "register_module")


class Methods(Calls):
    """The part that reads methods."""

    def call_method(self, method: Method, given: Given) -> Any:
        """What a method gives.

        Raises:
            CodeError: it is not known, or takes other arguments.
        """
        owner, name = method.owner, method.name
        match owner:
            case Super():
                return self._of_super(owner, name, given)
            case Flow():
                return self._of_flow(owner, name, given)
            case int() | float() if name == "item":
                return owner
            case list() if name == "tolist":
                return owner
            case Learnt():
                return self.checked(given.node, seen_as, owner, name, given.args, given.kwargs)
            case Noise() if name.rstrip("_") in SIGNS and len(given.args) == 1:
                sign = SIGNS[name.rstrip("_")]
                return self.combine(sign, owner, given.args[0], given.node, given.scope)
            case list() | dict():
                return self._of_collection(owner, name, given)
            case Picture():
                if name in TO_PLACES:
                    return owner
                return self.checked(
                    given.node, behind_method, owner, name, given.args, given.kwargs
                )
            case str():
                return self._of_text(owner, name, given)
            case Parser():
                return self.checked(given.node, of_parser, owner, name, given.args, given.kwargs)
            case Module() if name in RETURN_THEMSELVES:
                return owner
            case Module() if name in ("children", "named_children"):
                named = children_of(owner)
                return named if name == "named_children" else [child for _, child in named]
            case Module() if name in ("modules", "named_modules"):
                named = all_modules(owner)
                return named if name == "named_modules" else [child for _, child in named]
            case Instance() if name == "save_hyperparameters":
                owner.attributes["hparams"] = namespace(_arguments(given.scope.names))
                return None
            case Instance() if name == "register_buffer" and _is_named_tensor(given.args):
                self._check_name(given.args[0], owner, given)
                owner.attributes[given.args[0]] = given.args[1]
                return None
            case Module() if name in NO_STRUCTURE:
                return []  # loops over them set weights, which are not read
            case Module() if name == "forward":
                return self.call(owner, given)
            case Instance() | Row():
                return self._of_row(owner, name, given)
        return self._not_read(name, given)

    def _not_read(self, name: str, given: Given) -> Any:
        raise self.refusal(given.node, f".{name[:40]}() is not read here.")

    def _of_text(self, owner: str, name: str, given: Given) -> Any:
        plain = all(isinstance(arg, str | int) for arg in given.args)
        if not plain or given.kwargs or (name == "format" and ("{:" in owner or "!" in owner)):
            return self._not_read(name, given)
        try:
            return bounded(getattr(owner, name)(*given.args), given.node)
        except (TypeError, ValueError, IndexError, KeyError) as error:
            raise self.refusal(given.node, f".{name}() is not read here.") from error

    def _of_row(self, owner: Instance | Row, name: str, given: Given) -> Any:
        if isinstance(owner, Instance) and owner.of.is_row and name not in ADD_NAMED:
            given_back = self._of_row(owner.row, name, given)
            return owner if given_back is owner.row else given_back
        match owner, name, given.args:
            case Row(), "append", [Module() as module]:
                owner.children.append((str(len(owner.children)), module))
            case Row(is_list=True), "extend", [modules]:
                owner.children += self.row(self.items_of(modules, given.node), given.node).children
            case Row(), "add_module", [str() as child, Module() as module]:
                self._check_name(child, owner, given)
                owner.children[:] = list((dict(owner.children) | {child: module}).items())
            case Row(), "insert", [int() as place, Module() as module]:
                named = [child for _, child in owner.children]
                named.insert(place, module)
                owner.children[:] = [(str(number), child) for number, child in enumerate(named)]
            case Row(), "items", []:
                return list(owner.children)
            case Row(), "keys", []:
                return [child for child, _ in owner.children]
            case Row(), "values", []:
                return owner.modules()
            case Instance(), "add_module" | "register_module", [str() as child, Module() as module]:
                self._check_name(child, owner, given)
                self.set_attribute(owner, child, module, given.node)
            case _:
                raise self.refusal(given.node, f".{name[:40]}() is not read here.")
        if isinstance(owner, Row):
            bounded(owner.children, given.node)
        return owner

    def _check_name(self, name: str, owner: Instance | Row, given: Given) -> None:
        of = owner.of if isinstance(owner, Instance) else None
        others = OF_SEQUENTIAL if isinstance(owner, Row) and not owner.is_list else ()
        if reason := not_kept(name, of, others):
            raise self.refusal(given.node, reason)

    def _of_super(self, owner: Super, name: str, given: Given) -> Any:
        above = owner.owner.base
        if name == "__init__":
            self.initialise(owner.instance, above, given)
            return None
        found = above.find(name) if above else None
        if found is not None:
            inner = given.scope.inner(owner.instance, found[0])
            return self.run_function(found[1], given.behind(owner.instance), inner)
        if name == "forward" and owner.instance.of.is_row:
            return self.call(owner.instance.row, given)
        if name == "forward" and owner.instance.leaf is not None:
            return self.call(owner.instance.leaf, given)
        raise self.refusal(given.node, f"super() has no {name[:40]} that is read.")

    def _of_flow(self, flow: Flow, name: str, given: Given) -> Any:
        if name in ("size", "dim", "ndimension"):
            sizes = self.sizes(flow, given.node)
            return len(sizes) if name != "size" else self._size(sizes, given)
        after = self.function_of_flow(name, flow, given)
        if after is not None:
            return after
        if (part := self._of_written_norm(flow, name, given)) is not None:
            return part
        if name in ("chunk", "split"):
            return self._parts(flow, name, given)
        if (pool := over_channels(name, given.args, given.kwargs, flow)) is not None:
            made = self.applied(flow, pool, given)
            if name != "max":
                return made
            return made, Unread("which channel is the largest is not read.", line_of(given.node))
        if name == "permute" and (turned := self._turned(flow, given)) is not None:
            return turned
        if (in_groups := shuffled(flow, name, given.args, given.kwargs)) is not None:
            if isinstance(in_groups, Flow):
                return in_groups
            return self.applied(replace(flow, grouped=None), in_groups, given)
        if name == "permute" and flow.layer is None and _turns_to_channels_first(given.args):
            self.is_turned = True
            self.notes[
                f"Line {line_of(given.node)} turns pictures whose channels come last: here they "
                "come first."
            ] = None
            return flow
        if name.rstrip("_") in SIGNS and len(given.args) == 1 and not given.kwargs:
            sign = SIGNS[name.rstrip("_")]
            return self.combine(sign, flow, given.args[0], given.node, given.scope)
        if name == "register_hook":
            self.notes[f"The hook of line {line_of(given.node)} is left out."] = None
            return None
        if flow.layer is None and (begun := self._laid_out_first(flow, name, given)) is not None:
            return begun
        if (closed := self._of_one_number(flow, name, given)) is not None:
            return closed
        if (weighing := laid_out(flow, name, given.args, given.kwargs)) is not None:
            return weighing
        if name in ("mean", "flatten", "squeeze", "view", "reshape"):
            closed = between(flow, name, given.args, given.kwargs)
            if isinstance(closed, Flow):
                return closed
            if isinstance(closed, tuple):
                flow = replace(flow, averaged=(), rank=4)
                for layer in closed:
                    flow = self.applied(flow, layer, given)
                return flow
        layers = None if flow.averaged else layers_of_method(name, given.args, given.kwargs, flow)
        if layers is None:
            refusal = self.refusal(given.node, _not_of_a_tensor(name))
            if name.rstrip("_") not in OF_EACH_NUMBER:
                raise refusal
            return replace(flow, unread=flow.unread or refusal)
        for layer in layers:
            flow = self.applied(flow, layer, given)
        return flow

    def _of_written_norm(self, flow: Flow, name: str, given: Given) -> Flow | None:
        """The next part of a LayerNorm that is written out, by a method; None of any other."""
        if name == "pow" and given.args == [2]:
            return written_norms.squared(flow)
        if name in ("sqrt", "rsqrt") and not given.args:
            return written_norms.rooted(flow, name == "rsqrt")
        if name == "mean" and over_channels(name, given.args, given.kwargs, flow) is not None:
            return written_norms.averaged(flow)
        return None

    def _turned(self, flow: Flow, given: Given) -> Flow | None:
        """The flow with its channels last, or first again; None for another order of axes."""
        axes = axes_of(given.args, given.kwargs)
        if flow.rank != 4 or flow.averaged or flow.weighs:
            return None
        if not flow.is_turned and axes in TO_LAST:
            return replace(flow, is_turned=True)
        if flow.is_turned and axes in TO_FIRST:
            return replace(flow, is_turned=False)
        return None

    def _of_one_number(self, flow: Flow, name: str, given: Given) -> Flow | None:
        """One number for each picture without its axis: `squeeze(1)` of a single score."""
        is_last = not given.kwargs and given.args in ([], [1], [-1])
        if name != "squeeze" or not is_last or flow.rank != 2 or numbers_in(flow) != 1:
            return None
        self.notes[
            f"Line {line_of(given.node)} leaves one number for each picture, without an axis: here "
            "it stays a row of one number."
        ] = None
        return replace(flow, rank=1)

    def _laid_out_first(self, flow: Flow, name: str, given: Given) -> Flow | None:
        """The picture where code lays out what it is given as pictures, before any layer."""
        sizes = given.args
        if len(sizes) == 1 and isinstance(sizes[0], tuple | list):
            sizes = list(sizes[0])
        if name == "unsqueeze" and given.args == [1]:
            self.notes[
                f"Line {line_of(given.node)} gives pictures their one channel: here they have it."
            ] = None
            return flow
        is_view = name in ("view", "reshape") and len(sizes) == 4 and not given.kwargs
        if not is_view or not all(type(size) is int and size > 0 for size in sizes[1:]):
            return None
        if sizes[0] is not BATCH and sizes[0] != -1:
            return None
        self.fed.append(tuple(sizes[1:]))
        return flow

    def _size(self, sizes: tuple[Any, ...], given: Given) -> Any:
        places = [*given.args, *given.kwargs.values()]
        if not places:
            return sizes
        place = places[0]
        if not isinstance(place, int) or not -len(sizes) <= place < len(sizes):
            raise self.refusal(given.node, f"there is no dimension {place}.")
        return sizes[place]

    def _of_collection(self, owner: list[Any] | dict[Any, Any], name: str, given: Given) -> Any:
        match owner, name, given.args:
            case dict(), "get", [str() | int() as key, *default] if len(default) < 2:
                return owner.get(key, *default)
            case dict(), "update", [dict() as more]:
                owner.update(more)
            case dict(), "pop", [str() | int() as key, *default] if default or key in owner:
                return owner.pop(key, *default[:1])
            case dict(), "setdefault", [str() | int() as key, *default]:
                return owner.setdefault(key, *default[:1])
            case list(), "pop", [] if owner:
                return owner.pop()
            case list(), "pop", [int() as place] if -len(owner) <= place < len(owner):
                return owner.pop(place)
            case list(), "reverse", []:
                owner.reverse()
            case list(), "copy", []:
                return list(owner)
            case list(), "append", [item]:
                owner.append(item)
            case list(), "extend", [items]:
                owner.extend(self.items_of(items, given.node))
            case list(), "insert", [int() as place, item]:
                owner.insert(place, item)
            case dict(), "items", []:
                return list(owner.items())
            case dict(), "values", []:
                return list(owner.values())
            case dict(), "keys", []:
                return list(owner)
            case _:
                kind = type(owner).__name__
                raise self.refusal(given.node, f".{name[:40]}() of a {kind} is not read.")
        bounded(owner, given.node)
        return None
