"""Any result of a network as a torch expression of `model` and `x` that one can paste."""

from __future__ import annotations

from torch import nn

from cnnviz.probes.tape import INPUT, Kind, Node, Tape

LONGEST = 400  # characters; what takes more is read with `record` instead


def module_path(model: nn.Module, name: str) -> str:
    """A module as Python writes it: "group0.1.main_path" is `model.group0[1].main_path`."""
    path, module = "model", model
    for part in name.split(".") if name else []:
        is_indexed = part.isdigit() and isinstance(module, nn.Sequential | nn.ModuleList)
        is_named = part.isidentifier() or is_indexed
        plain = f"[{part}]" if is_indexed else f".{part}"
        path += plain if is_named else f'.get_submodule("{part}")'
        module = module.get_submodule(part)
    return path


class Writer:
    """Writes the nodes of one pass as expressions."""

    def __init__(self, model: nn.Module, played: Tape) -> None:
        self.model, self.played = model, played
        self.modules = dict(model.named_modules())
        self.written: dict[Node, str] = {played.nodes[INPUT]: "x"}
        self.outermost: dict[Node, str] = {}
        for name, node in played.containers.items():
            if name in played.entries and node is not played.entries[name]:
                known = self.outermost.get(node, name)
                self.outermost[node] = min(name, known, key=lambda text: text.count("."))

    def write(self, node: Node) -> str:
        """The expression of a node's whole output."""
        if node not in self.written:
            text = self._expression(node)
            if len(text) > LONGEST or text.count("record(") > 1:
                text = _recorded(node)
            self.written[node] = text
        return self.written[node]

    def cell(self, node: Node, cell: tuple[int, ...]) -> str:
        """The expression of one number of a node's output."""
        return f"{self.write(node)}[{', '.join(str(i) for i in (0, *cell))}]"

    def module(self, node: Node) -> str:
        """The module that computed a node, as Python writes it."""
        return module_path(self.model, self.module_name(node))

    def module_name(self, node: Node) -> str:
        """The name of a node's module: the second call of it has the same one."""
        return node.name if node.name in self.modules else node.name.rpartition("_")[0]

    def _expression(self, node: Node) -> str:
        container = self.outermost.get(node)
        if container is not None:
            entry = self.played.entries[container]
            return f"{module_path(self.model, container)}({self.write(entry)})"
        if node.is_function or node.operation is None:
            return self._function(node)
        return self._slice(node) or f"{self.module(node)}({self.write(node.sources[0])})"

    def _slice(self, node: Node) -> str | None:
        """The beginning of the Sequential that a module stands in, called on what entered it."""
        parent, _, child = self.module_name(node).rpartition(".")
        container = self.modules[parent]
        if not _can_be_cut(container) or node.name not in self.modules:
            return None
        entry = self.played.nodes[INPUT] if parent == "" else self.played.entries.get(parent)
        if entry is None:
            return None
        index = list(container._modules).index(child)
        part = f"[:{index + 1}]" if index > 0 else "[0]"
        return f"{module_path(self.model, parent)}{part}({self.write(entry)})"

    def _function(self, node: Node) -> str:
        if node.operation is None or not all(source.is_from_picture for source in node.sources):
            return _recorded(node)
        sources = [self.write(source) for source in node.sources]
        if node.kind is Kind.SUM and len(sources) == 2:
            return f"({sources[0]} + {sources[1]})"
        if node.kind is Kind.PRODUCT and len(sources) == 2:
            return f"({sources[0]} * {sources[1]})"
        if isinstance(node.operation, nn.ReLU):
            return f"{sources[0]}.relu()"
        if node.kind is Kind.MOVE and node.output.ndim == 2 and node.piece is None:
            return f"{sources[0]}.flatten(1)"
        return _recorded(node)


def _can_be_cut(container: nn.Module) -> bool:
    """Whether `container[:2]` works: torch makes the piece as it makes any nn.Sequential."""
    kind = type(container)
    made_alike = kind.__init__ is nn.Sequential.__init__
    return kind.forward is nn.Sequential.forward and made_alike


def _recorded(node: Node) -> str:
    return f'record(model, x, ["{node.name}"])["{node.name}"]'
