"""A network as a graph of modules, each called on results by their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from torch import Tensor, nn


@dataclass(frozen=True)
class Call:
    """One module, what it reads and what it gives.

    Attributes:
        path: of the module in the network, "layer1.0.conv1".
        inputs: names of results.
        outputs: names of its results; "" for one that nobody reads.
    """

    path: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


class GraphModule(nn.Module):
    """Modules that are called one after the other, each on the results that it reads.

    Args:
        calls: in order; paths are those of modules in this one.
        inputs: names of what is given, in order.
        outputs: names of what is returned: one tensor, or several in a tuple.
    """

    def __init__(
        self, calls: Sequence[Call], inputs: Sequence[str], outputs: Sequence[str]
    ) -> None:
        super().__init__()
        self.calls, self.inputs, self.outputs = tuple(calls), tuple(inputs), tuple(outputs)
        self._over = _last_readers(self.calls, self.outputs)

    def forward(self, *given: Tensor) -> Tensor | tuple[Tensor, ...]:
        """What comes out for what arrives."""
        known = dict(zip(self.inputs, given, strict=True))
        for call, over in zip(self.calls, self._over, strict=True):
            result = self.get_submodule(call.path)(*(known[name] for name in call.inputs))
            results = result if isinstance(result, tuple) else (result,)
            known.update(zip(call.outputs, results, strict=True))
            for name in over:
                known.pop(name, None)
        results = tuple(known[name] for name in self.outputs)
        return results[0] if len(results) == 1 else results


def _last_readers(calls: Sequence[Call], outputs: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """For each call the results that nobody reads after it: they need not be kept."""
    needed, over = set(outputs), []
    for call in reversed(calls):
        mine = {*call.inputs, *call.outputs}
        over.append(tuple(sorted(mine - needed)))
        needed |= mine
    return tuple(reversed(over))


def assembled(
    calls: Sequence[Call], modules: Mapping[str, nn.Module], given: str, outputs: Sequence[str]
) -> GraphModule:
    """The network of calls, with the modules around them where they are called as one.

    A name with points lies in modules: "layer1.0.conv1" in "layer1" and "layer1.0". Such a module
    is called as one where its calls follow one another, read one result from outside, and give one
    to the outside. Where they do not, it only holds its modules.
    """
    network = GraphModule(calls, (given,), outputs)
    groups = _groups(calls, outputs)
    top = _as_groups(calls, groups, "")
    network.calls, network._over = top, _last_readers(top, network.outputs)
    for path, module in modules.items():
        for up in range(path.count("."), 0, -1):
            _put_around(network, path.rsplit(".", up)[0], groups)
        _put(network, path, module)
    return network


@dataclass(frozen=True)
class _Group:
    """Calls that one module around them stands for."""

    calls: tuple[Call, ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


def _put_around(network: nn.Module, path: str, groups: Mapping[str, _Group]) -> None:
    """Make the module of a path that has others in it, if it is not there yet."""
    parent, _, name = path.rpartition(".")
    if name in network.get_submodule(parent)._modules:
        return
    group = groups.get(path)
    if group is None:
        _put(network, path, nn.Module())
    else:
        own = _as_groups(group.calls, groups, path)
        _put(network, path, GraphModule(own, group.inputs, group.outputs))


def _groups(calls: Sequence[Call], outputs: Sequence[str]) -> dict[str, _Group]:
    """The modules around calls that can be called as one, by name."""
    members: dict[str, list[int]] = {}
    for place, call in enumerate(calls):
        for up in range(1, call.path.count(".") + 1):
            members.setdefault(call.path.rsplit(".", up)[0], []).append(place)
    readers: dict[str, list[int]] = {name: [len(calls)] for name in outputs}
    for place, call in enumerate(calls):
        for name in call.inputs:
            readers.setdefault(name, []).append(place)
    found = {}
    for path, places in members.items():
        if places[-1] - places[0] + 1 == len(places):
            group = _group(calls, places[0], places[-1], readers)
            if len(group.inputs) == len(group.outputs) == 1:
                found[path] = group
    return found


def _group(
    calls: Sequence[Call], first: int, last: int, readers: Mapping[str, Sequence[int]]
) -> _Group:
    inner = tuple(calls[first : last + 1])
    made = dict.fromkeys(name for call in inner for name in call.outputs if name)
    read = dict.fromkeys(name for call in inner for name in call.inputs)
    given = tuple(name for name in read if name not in made)
    wanted = tuple(
        name for name in made if any(not first <= at <= last for at in readers.get(name, ()))
    )
    return _Group(inner, given, wanted)


def _as_groups(
    calls: Sequence[Call], groups: Mapping[str, _Group], inside: str
) -> tuple[Call, ...]:
    """The calls of a module, those of a module in it as one; paths as seen from inside."""
    start = len(inside) + 1 if inside else 0
    seen: dict[str, Call] = {}
    for call in calls:
        parts = call.path[start:].split(".")
        around = (".".join(parts[:end]) for end in range(1, len(parts)))
        whole = next((a for a in around if call.path[:start] + a in groups), None)
        if whole is None:
            seen[call.path[start:]] = Call(call.path[start:], call.inputs, call.outputs)
        else:
            group = groups[call.path[:start] + whole]
            seen[whole] = Call(whole, group.inputs, group.outputs)
    return tuple(seen.values())


def _put(network: nn.Module, path: str, module: nn.Module) -> None:
    parent, _, name = path.rpartition(".")
    network.get_submodule(parent).add_module(name, module)
