"""What a class gives that is called: an object of the code, a row of modules, learnt numbers."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from cnnviz.builder.reading.calls.passing import Passing
from cnnviz.builder.reading.elsewhere.torchvision_networks import NOT_READ
from cnnviz.builder.reading.machine import Given, bounded, line_of
from cnnviz.builder.reading.members import not_kept
from cnnviz.builder.reading.torch_names import OF_MODULE_DICT, OF_SEQUENTIAL
from cnnviz.builder.reading.values import (
    Instance,
    Known,
    Leaf,
    Learnt,
    Module,
    Picture,
    Row,
    UserClass,
    UserFunction,
)
from cnnviz.builder.reading.vocabulary import FUNCTIONS, KINDS, layer_named

TAKE_OVER = {"__call__", "__getattr__", "__getattribute__", "__setattr__", "__new__", "__iter__"}


class Making(Passing):
    """The part that makes objects and modules."""

    def instantiate(self, of: UserClass, given: Given) -> Instance:
        """A new object of a class of the code.

        Raises:
            CodeError: its __init__ is not read, or calls go too deep.
        """
        self.called.add(id(of))
        for name in TAKE_OVER & of.methods.keys():
            reason = f"a {name} of one's own is not read."
            raise self.refusal(of.methods[name], reason)
        if self.is_flowing and of.is_module:
            self.notes[f"{of.name} is made anew in forward (line {line_of(given.node)})."] = None
        instance = Instance(of)
        if of.fields is not None:
            self._fill_fields(instance, given)
            return instance
        if of.find("__init__") is None:
            instance.is_ready = True
        self.initialise(instance, of, given)
        self.instances.append(instance)
        return instance

    def _fill_fields(self, instance: Instance, given: Given) -> None:
        names = instance.of.fields or ()
        values = dict(zip(names, given.args, strict=False)) | given.kwargs
        for name in names:
            found = {name: values.pop(name)} if name in values else instance.of.constant(name)
            if not found:
                raise self.refusal(given.node, f"{instance.of.name} needs a value for {name}.")
            instance.attributes |= found
        if values:
            reason = f"{instance.of.name} has no argument {min(values)[:40]}."
            raise self.refusal(given.node, reason)

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
            instance.settings = inner.names | instance.settings
        elif instance.of.is_row:
            instance.is_ready = True
            items = given.args
            if instance.of.is_list:
                items = self.items_of(items[0], given.node) if items else []
            instance.row = self.row(items, given.node)
        elif instance.of.layer:
            layer = self.checked(
                given.node, layer_named, instance.of.layer, given.args, given.kwargs
            )
            instance.leaf, instance.is_ready = Leaf(layer), True
        elif given.args or (given.kwargs and of is not None):
            raise self.refusal(given.node, f"the class {instance.of.name} takes no arguments.")
        elif of is None or of.base is None:
            instance.is_ready = True

    def outer_init(self, args: list[Any], node: ast.AST) -> None:
        """Take nn.Module.__init__(self), as older code calls it.

        Raises:
            CodeError: it is given something else than self.
        """
        match args:
            case [Instance() as instance]:
                instance.is_ready = True
            case _:
                raise self.refusal(node, "nn.Module.__init__ takes self.")

    def row(self, args: list[Any], node: ast.AST, others: Iterable[str] = OF_SEQUENTIAL) -> Row:
        """An nn.Sequential of what it is given: modules, or one OrderedDict of them.

        Args:
            args: what it is given.
            node: where.
            others: the names that torch's class has of its own, beside those of every module.

        Raises:
            CodeError: something among it is no module, or is called as torch keeps none.
        """
        named = [(str(place), module) for place, module in enumerate(args)]
        if len(args) == 1 and isinstance(args[0], dict):
            named = [(str(name), module) for name, module in args[0].items()]
        for name, module in named:
            if not isinstance(module, Module):
                raise self.refusal(node, self._no_layer(module))
            if reason := not_kept(name, others=others):
                raise self.refusal(node, reason)
        return Row(bounded(named, node))

    def _no_layer(self, value: Any) -> str:
        """Why a value is no layer for an nn.Sequential."""
        match value:
            case Known() if value.path.rpartition(".")[2] in KINDS:
                name = value.path.rpartition(".")[2]
                return f"nn.{name} lacks its brackets: nn.{name}()."
            case UserClass():
                return f"{value.name} lacks its brackets: {value.name}(…)."
            case Known() if value.path.rpartition(".")[2] in FUNCTIONS:
                name = value.path.rpartition(".")[2]
                return f"{name} is a function: as a layer it is nn.{FUNCTIONS[name]}()."
            case list() | tuple():
                return "an nn.Sequential takes layers and no list: a star unpacks it, *layers."
            case UserFunction():
                return "a function is no layer: torch takes only modules in an nn.Sequential."
            case None:
                return "None is no layer: torch takes only modules in an nn.Sequential."
        return f"an nn.Sequential takes layers only, and no {type(value).__name__}."

    def module_dict(self, args: list[Any], node: ast.AST) -> Row:
        """An nn.ModuleDict of a dict or of pairs.

        Raises:
            CodeError: it is given something else, or something among it is no module.
        """
        named = args[0] if args else {}
        if isinstance(named, list) and all(_is_pair(pair) for pair in named):
            named = dict(named)
        if not isinstance(named, dict):
            raise self.refusal(node, "an nn.ModuleDict is read from a dict or a list of pairs.")
        return Row(self.row([named], node, OF_MODULE_DICT).children if named else [], is_list=True)

    def ordered_dict(self, given: Given) -> dict[str, Any]:
        """An OrderedDict of pairs and of keywords.

        Raises:
            CodeError: it is given something else.
        """
        pairs = self.items_of(given.args[0], given.node) if given.args else []
        for pair in pairs:
            if not isinstance(pair, tuple) or len(pair) != 2 or not isinstance(pair[0], str):
                raise self.refusal(given.node, "an OrderedDict is read from a list of pairs.")
        return dict(pairs) | given.kwargs

    def learnt(self, given: Given) -> Learnt:
        """The learnt numbers of an nn.Parameter.

        Raises:
            CodeError: they are of no tensor that is read, or made in forward.
        """
        made = given.args[0] if given.args else given.kwargs.get("data")
        if not isinstance(made, Picture):
            reason = "nn.Parameter is read of a tensor that the code makes: torch.ones(C, 1, 1)."
            raise self.refusal(given.node, reason)
        if self.is_flowing:
            reason = "nn.Parameter in forward makes new numbers at every call: make it in __init__."
            raise self.refusal(given.node, reason)
        return Learnt(made.shape, made.value, line_of(given.node))

    def of_torchvision(self, name: str, given: Given) -> Any:
        """A network of torchvision, without its weights.

        Raises:
            CodeError: torchvision takes no such argument.
        """
        line = line_of(given.node)
        self.define_library(line)
        values = {key: value for key, value in given.kwargs.items() if key not in NOT_READ}
        weights = next((given.kwargs[key] for key in NOT_READ[:2] if given.kwargs.get(key)), None)
        is_trained = bool(weights) or bool(given.args)  # what stands first are the weights
        made = self.call(self.library.names[name], replace(given, args=[], kwargs=values))
        asks = "; it asks for trained weights, and Run says which ones it has" if is_trained else ""
        self.notes[f"{name} of line {line} is read as torchvision builds it{asks}."] = None
        self.known_as[id(made)] = name
        return made


def _is_pair(value: Any) -> bool:
    """Whether a value is a name with what it stands for."""
    return isinstance(value, tuple | list) and len(value) == 2 and isinstance(value[0], str)
