"""The value of an expression."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from cnnviz.builder.reading.elsewhere.command_line import Parser
from cnnviz.builder.reading.errors import CodeError
from cnnviz.builder.reading.machine import Given, Scope, bounded, line_of
from cnnviz.builder.reading.members import not_kept
from cnnviz.builder.reading.operators import Operators
from cnnviz.builder.reading.paths import cropped
from cnnviz.builder.reading.tensors.learnt import with_new_axes
from cnnviz.builder.reading.tensors.parts import channels_between
from cnnviz.builder.reading.tensors.weighing import as_factors
from cnnviz.builder.reading.torch_names import nearest
from cnnviz.builder.reading.values import (
    BATCH,
    TRAINING,
    Extent,
    Flow,
    Instance,
    Known,
    Leaf,
    Learnt,
    Method,
    Module,
    Noise,
    Picture,
    Row,
    Super,
    Unread,
    UserClass,
    UserFunction,
)
from cnnviz.builder.reading.vocabulary import USUAL_NAMES
from cnnviz.models.specs import Conv2d, ConvTranspose2d, Flatten, Layer, LayerNorm

KERAS = ("keras", "tf", "tensorflow")
RUNS = ("eval", "exec", "compile", "open", "input", "globals", "locals", "vars", "exit", "quit",
        "help", "dir", "breakpoint", "delattr", "memoryview")  # fmt: skip
TEXT_METHODS = ("format", "lower", "upper", "split", "strip", "startswith", "endswith", "isdigit")
OF_MODULES = (
    "add_module", "append", "apply", "children", "cpu", "cuda", "double", "eval", "extend", "float",
    "forward", "half", "load_state_dict", "modules", "named_children", "named_modules",
    "named_parameters", "parameters", "register_buffer", "register_module", "requires_grad_",
    "save_hyperparameters", "state_dict", "to", "train", "zero_grad",
)  # fmt: skip
OF_DICTS = ("items", "keys", "values")
ANY_NAMES = ("x", "y", "out", "output", "h", "identity")  # of tensors: they say nothing
# What torch's layers look up at every call, and what changes more than a plain attribute.
HEEDED = ("stride", "dilation", "eps", "momentum", "p", "negative_slope", "alpha", "ceil_mode",
          "count_include_pad", "norm_type", "output_size", "scale_factor", "dim", "size",
          "beta", "k", "upscale_factor", "downscale_factor")  # fmt: skip
OF_TORCH = ("forward", "weight", "bias", "train", "eval", "__class__", "register_forward_hook")
PAIRS = ("kernel_size", "stride", "padding", "dilation", "output_padding")
A_COMMA = "this is a tuple and not a layer: a comma at the end of the line that makes it has to go."


class Expressions(Operators):
    """The part that reads expressions."""

    def evaluate(self, node: ast.expr, scope: Scope) -> Any:
        """The value of an expression.

        Raises:
            CodeError: it is of a kind that is not read, or holds a name that is not known.
        """
        self.spend(node)
        self.check(node)
        reader = getattr(self, f"_{type(node).__name__.lower()}", None)
        if reader is None:
            raise self.refusal(node, f"{type(node).__name__} is not read here.")
        value = reader(node, scope)
        if isinstance(value, Unread):
            raise CodeError(value.reason, value.line)
        return value

    def items_of(self, value: Any, node: ast.AST) -> list[Any]:
        """The items that a loop goes through.

        Raises:
            CodeError: the value has none that are known.
        """
        if isinstance(value, Row):
            return value.modules()
        if isinstance(value, Instance) and value.of.is_row:
            return value.row.modules()
        if isinstance(value, dict | list | tuple | str):
            return list(value)
        raise self.refusal(node, "a loop can only go through a list, a range or a row of layers.")

    def _constant(self, node: ast.Constant, scope: Scope) -> Any:
        return node.value

    def _name(self, node: ast.Name, scope: Scope) -> Any:
        around: Scope | None = scope
        while around is not None:
            if node.id in around.names:
                return around.names[node.id]
            around = around.around
        if node.id in self.library.names and self.is_in_library(scope):
            return self.library.names[node.id]
        if node.id in self.globals.names:
            return self.globals.names[node.id]
        if self.is_built_in(node.id):
            return Known(node.id)
        if node.id in USUAL_NAMES:
            return Known(USUAL_NAMES[node.id])
        raise self.refusal(node, self._unknown_name(node.id, scope))

    def is_in_library(self, scope: Scope) -> bool:
        """Whether a method or function of torchvision's runs, whose names are no file's."""
        owner = scope.owner
        is_method = owner is not None and self.library.names.get(owner.name) is owner
        return is_method or scope.around is self.library

    def _unknown_name(self, name: str, scope: Scope) -> str:
        """Why a name stands for nothing, with what may be meant."""
        if name in RUNS:
            return f"{name} is not read: what is pasted is never run."
        if scope.instance is not None and name in scope.instance.attributes:
            return f"the name {name[:40]} is not defined: do you mean self.{name[:40]}?"
        if name in KERAS:
            return f"{name} is of Keras: only PyTorch is read here."
        near = nearest(name, [*scope.names, *self.globals.names, *USUAL_NAMES])
        hint = f": do you mean {near}?" if near else " in the code above."
        return f"the name {name[:40]} is not defined{hint}"

    def _tuple(self, node: ast.Tuple, scope: Scope) -> tuple[Any, ...]:
        return tuple(self.elements(node.elts, scope))

    def _list(self, node: ast.List, scope: Scope) -> list[Any]:
        return self.elements(node.elts, scope)

    def elements(self, nodes: list[ast.expr], scope: Scope) -> list[Any]:
        """The values of expressions, a starred one unpacked.

        Raises:
            CodeError: one of them is not read, or there are too many.
        """
        values: list[Any] = []
        for node in nodes:
            if isinstance(node, ast.Starred):
                values += self.items_of(self.evaluate(node.value, scope), node)
            else:
                values.append(self.evaluate(node, scope))
            bounded(values, node)
        return values

    def _lambda(self, node: ast.Lambda, scope: Scope) -> UserFunction:
        returned = ast.copy_location(ast.Return(node.body), node)
        definition = ast.FunctionDef("a lambda", node.args, [returned], [])
        around = None if scope is self.globals else scope
        return UserFunction(ast.copy_location(definition, node), around=around)

    def _namedexpr(self, node: ast.NamedExpr, scope: Scope) -> Any:
        value = self.evaluate(node.value, scope)
        self.bind(node.target, value, scope)
        return value

    def _dictcomp(self, node: ast.DictComp, scope: Scope) -> dict[Any, Any]:
        pair = ast.copy_location(ast.Tuple([node.key, node.value], ast.Load()), node)
        pairs = ast.copy_location(ast.ListComp(pair, node.generators), node)
        values = dict(self._listcomp(pairs, scope))
        if not all(isinstance(key, str | int) for key in values):
            raise self.refusal(node, "a dict is read with plain texts or numbers as keys only.")
        return bounded(values, node)

    def _dict(self, node: ast.Dict, scope: Scope) -> dict[Any, Any]:
        values: dict[Any, Any] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                values |= self.dict_of(value, scope)
                continue
            name = self.evaluate(key, scope)
            if not isinstance(name, str | int):
                raise self.refusal(node, "a dict is read with plain texts or numbers as keys only.")
            values[name] = self.evaluate(value, scope)
        return bounded(values, node)

    def dict_of(self, node: ast.expr, scope: Scope) -> dict[Any, Any]:
        """The dict behind two stars.

        Raises:
            CodeError: it is none.
        """
        values = self.evaluate(node, scope)
        if not isinstance(values, dict) or not all(isinstance(name, str) for name in values):
            raise self.refusal(node, "behind ** a dict with names as keys is read.")
        return values

    def _joinedstr(self, node: ast.JoinedStr, scope: Scope) -> str:
        parts = [self.evaluate(part, scope) for part in node.values]
        return bounded("".join(map(str, parts)), node)

    def _formattedvalue(self, node: ast.FormattedValue, scope: Scope) -> str:
        value = self.evaluate(node.value, scope)
        if node.format_spec is not None or not isinstance(value, int | str):
            raise self.refusal(node, "a text is read with plain numbers and texts in it only.")
        return str(value)

    def _listcomp(self, node: ast.ListComp | ast.GeneratorExp, scope: Scope) -> list[Any]:
        values: list[Any] = []
        self.extend(values, node, scope)
        return values

    def extend(
        self, values: list[Any], node: ast.ListComp | ast.GeneratorExp, scope: Scope
    ) -> None:
        """Append what a loop in one line makes, each before the next is made.

        Raises:
            CodeError: one is not read.
        """
        for inner in self._rounds(node.generators, scope, node):
            values.append(self.evaluate(node.elt, inner))
            bounded(values, node)

    def _rounds(
        self, loops: list[ast.comprehension], scope: Scope, node: ast.AST
    ) -> Iterator[Scope]:
        """The names in each round of loops in one line, the last loop the quickest."""
        if not loops:
            yield scope
            return
        first, *rest = loops
        inner = Scope(dict(scope.names), scope.instance, scope.owner, scope.depth, scope.around)
        for item in self.items_of(self.evaluate(first.iter, scope), node):
            self.spend(node)
            self.bind(first.target, item, inner)
            if all(self.truth(test, inner) for test in first.ifs):
                yield from self._rounds(rest, inner, node)

    _generatorexp = _listcomp

    def bind(self, target: ast.expr, value: Any, scope: Scope) -> None:
        """Let a name, or a tuple of names, stand for a value.

        Raises:
            CodeError: the target is of another kind, or the numbers of names and values differ.
        """
        self.spend(target)
        self.check(target)
        match target:
            case ast.Name():
                scope.names[target.id] = value
                if isinstance(value, Flow) and target.id not in ANY_NAMES:
                    self.place_names.setdefault(value.key, target.id)
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                items = _gathered(targets, self.items_of(value, target))
                if len(items) != len(targets):
                    raise self.refusal(
                        target, f"{len(targets)} names are given to {len(items)} values."
                    )
                for each, item in zip(targets, items, strict=True):
                    plain = each.value if isinstance(each, ast.Starred) else each
                    self.bind(plain, item, scope)
            case ast.Attribute():
                owner = self.evaluate(target.value, scope)
                self.set_attribute(owner, target.attr, value, target)
            case ast.Subscript():
                self._set_item(target, value, scope)
            case _:
                raise self.refusal(target, "this cannot be assigned to.")

    def set_attribute(self, owner: Any, name: str, value: Any, node: ast.AST) -> None:
        """Set an attribute of an object of the code.

        Raises:
            CodeError: it is no object of the code, or torch would refuse it.
        """
        if isinstance(owner, Leaf | Row):
            self._set_on_module(owner, name, value, node)
            return
        if not isinstance(owner, Instance):
            raise self.refusal(node, "only the attributes of self can be set.")
        if isinstance(value, Module) and owner.of.is_module and not owner.is_ready:
            raise self.refusal(
                node,
                "super().__init__() is missing before this line: torch cannot keep a layer in a "
                "module whose own __init__ has not run.",
            )
        is_kept = owner.of.is_module and isinstance(value, Module | Learnt)
        if is_kept and (reason := not_kept(name, owner.of)):
            raise self.refusal(node, reason)
        owner.attributes[name] = value
        if owner.of.is_row and isinstance(value, Module):  # torch goes through it in its turn
            owner.row.children[:] = list((dict(owner.row.children) | {name: value}).items())

    def _set_on_module(self, owner: Leaf | Row, name: str, value: Any, node: ast.AST) -> None:
        """Set an attribute of a layer of torch, or of a row of them, as far as torch heeds it.

        Raises:
            CodeError: it would change what is computed in a way that is not read.
        """
        if isinstance(owner, Row) and isinstance(value, Module):
            owner.children[:] = list((dict(owner.children) | {name: value}).items())
        elif isinstance(owner, Leaf) and name in HEEDED and name in owner.layer.values:
            try:
                owner.layer = replace(owner.layer, **{name: value})
            except ValueError as error:
                raise self.refusal(node, f"{error}.") from error
        elif isinstance(owner, Leaf) and name == "bias" and value is None:
            owner.layer = replace(owner.layer, **{name: False})
        elif name in OF_TORCH or (isinstance(owner, Leaf) and name in owner.layer.values):
            kind = owner.layer.kind if isinstance(owner, Leaf) else "nn.Sequential"
            reason = f"what setting {name[:40]} of a finished {kind} changes is not read."
            raise self.refusal(node, reason)

    def delete(self, target: ast.expr, scope: Scope) -> None:
        """Take away a name, an attribute of an object, or an item of a list or row of layers.

        Raises:
            CodeError: there is none, or it is of something else.
        """
        match target:
            case ast.Name(id=name):
                scope.names.pop(name, None)
                return
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                for each in targets:
                    self.delete(each, scope)
                return
            case ast.Attribute(value=expression, attr=place):
                owner: Any = self.evaluate(expression, scope)
            case ast.Subscript(value=expression, slice=index):
                owner = self.evaluate(expression, scope)
                is_part = isinstance(index, ast.Slice)
                place = self._slice(index, scope) if is_part else self.evaluate(index, scope)
            case _:
                raise self.refusal(target, "this cannot be deleted.")
        try:
            _without(owner, place)
        except (KeyError, IndexError, TypeError) as error:
            raise self.refusal(target, f"there is no {str(place)[:40]} to delete.") from error

    def _set_item(self, target: ast.Subscript, value: Any, scope: Scope) -> None:
        owner, place = self.evaluate(target.value, scope), self.evaluate(target.slice, scope)
        match owner, place:
            case list(), int() if -len(owner) <= place < len(owner):
                owner[place] = value
            case dict(), str() | int():
                owner[place] = value
                bounded(owner, target)
            case Row(), int() if isinstance(value, Module) and place < len(owner.children):
                owner.children[place] = (owner.children[place][0], value)
            case Row(), str() if isinstance(value, Module):
                rest = dict(owner.children) | {place: value}
                owner.children[:] = list(rest.items())
            case _:
                raise self.refusal(target, "this cannot be assigned to.")

    def _attribute(self, node: ast.Attribute, scope: Scope) -> Any:
        return self.attribute(self.evaluate(node.value, scope), node.attr, node)

    def attribute(self, owner: Any, name: str, node: ast.AST) -> Any:
        """What stands behind the dot.

        Raises:
            CodeError: nothing that is known.
        """
        match owner:
            case Known():
                return Known(bounded(f"{owner.path}.{name}", node))
            case Super():
                return Method(owner, name)
            case Instance():
                return self._attribute_of(owner, name, node)
            case Leaf() if name == "bias" and owner.layer.values.get(name) is False:
                return None
            case Leaf() if name in owner.layer.values and name != "bias":
                return _as_torch_keeps(owner.layer, name)
            case Leaf() if name in ("weight", "bias"):
                return Known(f"torch.nn.init.{name}")  # weights are drawn anew: see `Calls`
            case Flow() if name == "shape":
                return self.sizes(owner, node)
            case Flow() if name == "ndim":
                return owner.rank
            case int() | float() if name == "item":
                return Method(owner, name)
            case Picture() if name == "shape" and owner.shape:
                return owner.shape
            case Picture() if name == "data":
                return owner
            case Row() if name in dict(owner.children):
                return dict(owner.children)[name]
            case Flow() if name in ("data",):
                return owner
            case Learnt() if name == "data":
                return Known("torch.nn.init.weight")
            case (Flow() as first, Unread()) if name == "values":
                return first
            case Flow() | Learnt() | Module() | Noise() | list() | dict() | Picture() | Parser():
                return Method(owner, name)
            case str() if name in TEXT_METHODS:
                return Method(owner, name)
            case UserClass() if found := owner.constant(name):
                return found[name]
            case UserClass() if found := owner.find(name):
                return UserFunction(found[1], None, found[0])
        if isinstance(owner, tuple) and any(isinstance(item, Module) for item in owner):
            raise self.refusal(node, A_COMMA)
        raise self.refusal(node, f".{name[:40]} is not read here.")

    def sizes(self, flow: Flow, node: ast.AST) -> tuple[Any, ...]:
        """What the shape of a flow is."""
        if flow.averaged:
            raise self.refusal(node, "the shape between two means is not read.")
        axes = (2, 3, 1) if flow.is_turned else tuple(range(1, flow.rank))
        return (BATCH, *(Extent(flow, axis) for axis in axes))

    def _attribute_of(self, owner: Instance, name: str, node: ast.AST) -> Any:
        if name in owner.attributes:
            return owner.attributes[name]
        if found := owner.of.find(name):
            return self.bound(found[1], owner, found[0], node)
        if constant := owner.of.constant(name):
            return constant[name]
        if name == "training":
            return TRAINING
        if name in OF_MODULES or (owner.of.is_row and name in OF_DICTS):
            return Method(owner, name)
        if owner.leaf is not None:
            return self._attribute_of_layer(owner, owner.leaf, name, node)
        raise self.refusal(node, _no_attribute(owner, name))

    def _attribute_of_layer(self, owner: Instance, leaf: Leaf, name: str, node: ast.AST) -> Any:
        """What a class that is a layer of torch has from there."""
        layer = leaf.layer
        if isinstance(layer, LayerNorm) and name in ("weight", "bias"):
            value = float(name == "weight")
            owner.attributes[name] = Learnt(layer.sizes, value, line_of(node), leaf)
            return owner.attributes[name]
        if isinstance(layer, LayerNorm) and name == "normalized_shape":
            return layer.sizes
        if name in ("weight", "bias"):
            kind = layer.kind
            reason = f"a forward of one's own with the weights of an nn.{kind} is not read."
            raise self.refusal(node, reason)
        return self.attribute(leaf, name, node)

    def bound(
        self, definition: ast.FunctionDef, owner: Instance, of: UserClass, node: ast.AST
    ) -> Any:
        """A method of an object; the value of a property.

        Raises:
            CodeError: it has decorators that are not read.
        """
        self.called.add(id(definition))
        match _decorator(definition):
            case "staticmethod":
                return UserFunction(definition, None, of)
            case "property":
                given = Given(node, Scope(depth=1), [owner])
                return self.run_function(definition, given, Scope({}, owner, of, 1))
        return UserFunction(definition, owner, of)

    def _subscript(self, node: ast.Subscript, scope: Scope) -> Any:
        owner = self.evaluate(node.value, scope)
        if isinstance(owner, dict):
            key = self.evaluate(node.slice, scope)
            if isinstance(key, str | int) and key in owner:
                return owner[key]
            raise self.refusal(node, "the dict has no such key.")
        if isinstance(owner, Picture) and _is_place(node.slice, owner.shape):
            return replace(owner, shape=owner.shape[1:])
        if isinstance(owner, Learnt):
            if (seen := with_new_axes(owner, node.slice)) is None:
                raise self.refusal(node, "a part of learnt numbers is not read.")
            return seen
        if isinstance(owner, Flow):
            return self._part_of(owner, node, scope)
        if isinstance(owner, Row) and not isinstance(node.slice, ast.Slice):
            key = self.evaluate(node.slice, scope)
            if isinstance(key, str) and key in dict(owner.children):
                return dict(owner.children)[key]
        if isinstance(owner, str):
            items: Any = owner
        else:
            items = tuple(owner) if isinstance(owner, tuple) else self.items_of(owner, node)
        if isinstance(node.slice, ast.Slice):
            part = items[self._slice(node.slice, scope)]
            if isinstance(owner, Module):
                return Row([(str(place), module) for place, module in enumerate(part)])
            return part
        index = self.evaluate(node.slice, scope)
        if isinstance(index, bool) or not isinstance(index, int):
            raise self.refusal(node, "a place in a list is a whole number.")
        if not -len(items) <= index < len(items):
            raise self.refusal(node, f"there is no place {index} among {len(items)}.")
        return items[index]

    def _part_of(self, flow: Flow, node: ast.Subscript, scope: Scope) -> Flow:
        """Some channels, the middle of a map as large as another, x[:, :, 0, 0] of one pixel."""
        match node.slice:
            case ast.Tuple(elts=[pictures, ast.Slice(step=None) as channels, *rest]) if (
                (channels.lower or channels.upper)
                and len(rest) < flow.rank - 1
                and all(map(_is_whole, (pictures, *rest)))
            ):
                ends = (channels.lower, channels.upper)
                first, last = (end and self.evaluate(end, scope) for end in ends)
                layers = channels_between(flow, first, last)
                if layers is not None and not flow.is_turned:
                    for layer in layers:
                        flow = self.applied(flow, layer, Given(node, scope))
                    return flow
            case ast.Tuple(elts=[
                ast.Slice(lower=None, upper=None, step=None),
                ast.Slice(lower=None, upper=None, step=None),
                ast.Slice(lower=ast.expr() as top, upper=ast.expr() as bottom, step=None),
                ast.Slice(lower=ast.expr() as left, upper=ast.expr() as right, step=None),
            ]):  # fmt: skip
                ends = [self.evaluate(end, scope) for end in (top, bottom, left, right)]
                part = cropped(flow, (ends[0], ends[1]), (ends[2], ends[3]))
                if part is not None:
                    return part
            case ast.Tuple(
                elts=[
                    ast.Slice(lower=None, upper=None, step=None),
                    ast.Slice(lower=None, upper=None, step=None),
                    ast.Constant(value=0),
                    ast.Constant(value=0),
                ]
            ) if flow.is_one_pixel:
                return self.applied(flow, Flatten(), Given(node, Scope()))
            case ast.Tuple(elts=[*kept, ast.Constant(value=None), ast.Constant(value=None)]) if (
                _keeps_a_row(kept) and (factors := as_factors(flow)) is not None
            ):
                return factors
        reason = (
            "a part of a tensor is read where it is some of the channels, x[:, 2:5], or the middle "
            "of a map, as large as another map that it is joined with."
        )
        raise self.refusal(node, reason)

    def _slice(self, node: ast.Slice, scope: Scope) -> slice:
        ends = [end and self.evaluate(end, scope) for end in (node.lower, node.upper, node.step)]
        if not all(end is None or isinstance(end, int) for end in ends) or ends[2] == 0:
            raise self.refusal(node, "a part of a list is given by whole numbers.")
        return slice(*ends)


def _without(owner: Any, place: Any) -> None:
    """Delete an attribute or an item in place.

    Raises:
        KeyError, IndexError, TypeError: there is none, or of what has none.
    """
    match owner:
        case Instance() if isinstance(place, str):
            del owner.attributes[place]
            owner.row.children[:] = [pair for pair in owner.row.children if pair[0] != place]
        case Instance() if owner.of.is_row:
            _without(owner.row, place)
        case Row() if isinstance(place, str):
            named = dict(owner.children)
            del named[place]
            owner.children[:] = list(named.items())
        case Row():
            rest = owner.modules()
            del rest[place]
            is_numbered = all(name.isdigit() for name, _ in owner.children)
            names = [name for name, _ in owner.children]
            del names[place]
            owner.children[:] = [
                (str(number) if is_numbered else name, module)
                for number, (name, module) in enumerate(zip(names, rest, strict=True))
            ]
        case list() | dict():
            del owner[place]
        case _:
            raise TypeError


def _gathered(targets: list[ast.expr], items: list[Any]) -> list[Any]:
    """The items with those for a starred target as one list."""
    starred = [place for place, each in enumerate(targets) if isinstance(each, ast.Starred)]
    if len(starred) != 1 or len(items) < len(targets) - 1:
        return items
    (at,), more = starred, len(items) - len(targets) + 1
    return [*items[:at], items[at : at + more], *items[at + more :]]


def _is_place(index: ast.expr, shape: tuple[Any, ...]) -> bool:
    """Whether an index takes one of the pictures, or maps, of a tensor of this shape."""
    value = index.value if isinstance(index, ast.Constant) else None
    return type(value) is int and bool(shape) and 0 <= value < shape[0]


def _is_whole(index: ast.expr) -> bool:
    """Whether this is a bare colon, or dots."""
    is_dots = isinstance(index, ast.Constant) and index.value is ...
    is_slice = isinstance(index, ast.Slice)
    return is_dots or (is_slice and not (index.lower or index.upper or index.step))


def _keeps_a_row(kept: list[ast.expr]) -> bool:
    """Whether these are the places of a whole row of numbers: `...`, or `:, :`."""
    match kept:
        case [ast.Constant(value=value)]:
            return value is ...
        case [ast.Slice() as pictures, ast.Slice() as numbers]:
            return not any((pictures.lower, pictures.upper, numbers.lower, numbers.upper))
    return False


def _as_torch_keeps(layer: Layer, name: str) -> Any:
    """An argument of a layer: a convolution keeps what has two sides as a pair."""
    value = layer.values[name]
    is_pair = isinstance(layer, Conv2d | ConvTranspose2d) and name in PAIRS
    return (value, value) if is_pair and isinstance(value, int) else value


def _decorator(definition: ast.FunctionDef) -> str:
    names = [node.id for node in definition.decorator_list if isinstance(node, ast.Name)]
    return names[0] if names else ""


def _no_attribute(owner: Instance, name: str) -> str:
    """Why there is no such attribute, as torch says it, and what may be meant."""
    of, short = owner.of, name[:40]
    names = [*owner.attributes, *of.methods, *of.constants]
    near = nearest(name, names)
    if "__init__" not in of.methods and (written := _misspelt(of, "__init__")):
        hint = f"; {written} is never called: write __init__ with two underscores on each side"
    elif near:
        hint = f"; it has {near}"
    else:
        hint = f"; it has {', '.join(names[:5])}" if names else ""
    return f"self has no {short}{hint[:200]}."


def _misspelt(of: UserClass, wanted: str) -> str:
    """A method whose name is nearly the wanted one."""
    letters = wanted.strip("_")
    close = [name for name in of.methods if name.strip("_").lower() in (letters, "int", "initt")]
    return next((name for name in close if name != wanted), "")
