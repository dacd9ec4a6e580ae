"""Methods of values that are no objects of the code: of lists, modules, super() and flows."""

from __future__ import annotations

from typing import Any

from cnnviz.builder.reading.calls import Calls
from cnnviz.builder.reading.machine import Given, bounded
from cnnviz.builder.reading.tensor_methods import layers_of_method, sizes_of
from cnnviz.builder.reading.values import Flow, Instance, Method, Module, Row, Super

RETURN_THEMSELVES = (
    "apply", "cpu", "cuda", "double", "eval", "float", "requires_grad_", "to", "train",
)  # fmt: skip
OVER_MODULES = ("children", "modules", "named_children", "named_modules", "parameters")


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
            case list() | dict():
                return self._of_collection(owner, name, given)
            case Module() if name in RETURN_THEMSELVES:
                return owner
            case Module() if name in OVER_MODULES:
                return []  # loops over them set weights, which are not read
            case Module() if name == "forward":
                return self.call(owner, given)
            case Instance() | Row():
                return self._of_row(owner, name, given)
        raise self.refusal(given.node, f".{name[:40]}() is not read here.")

    def _of_row(self, owner: Instance | Row, name: str, given: Given) -> Any:
        match owner, name, given.args:
            case Row(), "append", [Module() as module]:
                owner.children.append((str(len(owner.children)), module))
            case Row(is_list=True), "extend", [modules]:
                owner.children += self.row(self.items_of(modules, given.node), given.node).children
            case Row(), "add_module", [str() as child, Module() as module]:
                owner.children.append((child, module))
            case Instance(), "add_module" | "register_module", [str() as child, Module() as module]:
                self._add_module(owner, child, module)
            case _:
                raise self.refusal(given.node, f".{name[:40]}() is not read here.")
        if isinstance(owner, Row):
            bounded(owner.children, given.node)
        return owner

    def _add_module(self, owner: Instance, name: str, module: Module) -> None:
        owner.attributes[name] = module
        if owner.of.is_row:
            owner.row.children.append((name, module))

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
        raise self.refusal(given.node, f"super() has no {name[:40]} that is read.")

    def _of_flow(self, flow: Flow, name: str, given: Given) -> Any:
        if name == "size":
            return sizes_of(given.args, given.kwargs)
        if not given.args:
            after = self.function_of_flow(name, flow, given)
            if after is not None:
                return after
        layers = layers_of_method(name, given.args, given.kwargs)
        if layers is None:
            reason = f"{name[:40]} of a tensor is not read here, or not with these arguments."
            raise self.refusal(given.node, reason)
        for layer in layers:
            flow = self.applied(flow, layer, given)
        return flow

    def _of_collection(
        self, owner: list[Any] | dict[Any, Any], name: str, given: Given
    ) -> list[Any] | None:
        match owner, name, given.args:
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
