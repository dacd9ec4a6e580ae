"""The attributes of objects, layers, modules and tensors of the code: looked up and set."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Any

from cnnviz.builder.reading.elsewhere.command_line import Parser
from cnnviz.builder.reading.machine import Given, Scope, bounded, line_of
from cnnviz.builder.reading.members import not_kept
from cnnviz.builder.reading.operators import Operators
from cnnviz.builder.reading.torch_names import nearest, not_there
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
from cnnviz.models.specs import Conv2d, ConvTranspose2d, Layer, LayerNorm

TEXT_METHODS = ("format", "lower", "upper", "split", "strip", "startswith", "endswith", "isdigit")
OF_MODULES = (
    "add_module", "append", "apply", "children", "cpu", "cuda", "double", "eval", "extend", "float",
    "forward", "half", "load_state_dict", "modules", "named_children", "named_modules",
    "named_parameters", "parameters", "register_buffer", "register_module", "requires_grad_",
    "save_hyperparameters", "state_dict", "to", "train", "zero_grad",
)  # fmt: skip
OF_DICTS = ("items", "keys", "values")
# What torch's layers look up at every call, and what changes more than a plain attribute.
HEEDED = ("stride", "dilation", "eps", "momentum", "p", "negative_slope", "alpha", "ceil_mode",
          "count_include_pad", "norm_type", "output_size", "scale_factor", "dim", "size",
          "beta", "k", "upscale_factor", "downscale_factor")  # fmt: skip
OF_TORCH = ("forward", "weight", "bias", "train", "eval", "__class__", "register_forward_hook")
PAIRS = ("kernel_size", "stride", "padding", "dilation", "output_padding")
A_COMMA = "this is a tuple and not a layer: a comma at the end of the line that makes it has to go."


class Attributes(Operators):
    """Looks up and sets attributes as Python and torch do."""

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
            case Flow() if reason := not_there(name, "m"):
                raise self.refusal(node, reason)
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
