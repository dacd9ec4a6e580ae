"""The modules that a module holds, as torch knows them: set as attributes, in their order."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import Any

from cnnviz.builder.counts import count_params
from cnnviz.builder.reading.torch_names import OF_MODULE
from cnnviz.builder.reading.values import Instance, Leaf, Learnt, Module, Row, UserClass

Named = list[tuple[str, Module]]


def not_kept(name: str, of: UserClass | None = None, others: Iterable[str] = ()) -> str:
    """Why torch keeps no layer or learnt numbers under a name, in a sentence; "" where it does.

    A module's own methods, and what stands in the body of its class, are found before what is set
    under the same name, so that the layer would never be seen.

    Args:
        name: the name.
        of: the class of the code whose object it would be set on.
        others: names that torch's own class has beside those of every module.
    """
    short = name[:40]
    if not name or "." in name:
        return f"torch keeps no layer under {short!r}: a name is not empty and has no dot."
    if name in OF_MODULE or name in others:
        return f"{short} is what torch itself calls a part of every module: choose another name."
    if of is not None and (of.find(name) or of.constant(name)):
        where = f"the body of {of.name[:40]}"
        return f"{short} stands in {where} too, and torch finds that one: choose another name."
    return ""


def children_of(module: Module) -> Named:
    """The modules in a module by name, each once, in the order in which they were set."""
    if isinstance(module, Row):
        named: list[tuple[str, Any]] = list(module.children)
    elif isinstance(module, Instance):
        named = [*module.row.children, *module.attributes.items()]
        named += [("", module.leaf)] if module.leaf is not None else []
    else:
        return []
    found: dict[int, tuple[str, Module]] = {}
    for name, value in named:
        if isinstance(value, Module) and value is not module:
            found.setdefault(id(value), (str(name), value))
    return list(found.values())


def all_modules(module: Module) -> Named:
    """The module and all in it, each once, with the names that torch gives them."""
    found: dict[int, tuple[str, Module]] = {}
    stack: Named = [("", module)]
    while stack:
        name, each = stack.pop()
        if id(each) in found:
            continue
        found[id(each)] = (name, each)
        inner = [
            (f"{name}.{child}" if name else child, value) for child, value in children_of(each)
        ]
        stack += inner[::-1]
    return list(found.values())


def differences(module: Module, used: dict[int, Any], reached: set[int]) -> list[str]:
    """Where what torch counts is not what a picture goes through, each in a sentence.

    Args:
        module: the network.
        used: the layers that a picture went through, by identity.
        reached: the identities of those on the way to the output.
    """
    named = all_modules(module)
    known = {id(each) for _, each in named}
    sentences: list[str] = []
    told: set[int] = set()
    for name, each in named:
        leaves = [leaf for _, leaf in all_modules(each) if _has_params(leaf)]
        is_idle = bool(leaves) and not any(id(leaf) in reached | told for leaf in leaves)
        if not name or not is_idle:
            continue
        told |= {id(leaf) for leaf in leaves}
        count = sum(count_params(leaf.layer) for leaf in leaves if isinstance(leaf, Leaf))
        is_used = any(id(leaf) in used for leaf in leaves)
        sentences.append(
            f"{name} {'leads to no output here' if is_used else 'is never called'}: torch "
            f"counts its {count:,} parameters."
        )
    for name, each in named:
        if isinstance(each, Instance):
            sentences += _hidden_in(each, known, used)
            sentences += _unused_numbers(name, each, used)
    return sentences


def _unused_numbers(name: str, instance: Instance, used: dict[int, Any]) -> list[str]:
    """The learnt numbers of an object that no picture meets, each in a sentence."""
    return [
        f"{f'{name}.' * bool(name)}{attribute} is never used: torch counts its "
        f"{prod(value.shape):,} parameters."
        for attribute, value in instance.attributes.items()
        if isinstance(value, Learnt) and id(value.key) not in used
    ]


def _hidden_in(instance: Instance, known: set[int], used: dict[int, Leaf]) -> list[str]:
    found: list[str] = []
    for name, value in instance.attributes.items():
        items = list(value.values()) if isinstance(value, dict) else value
        if not isinstance(items, list | tuple):
            continue
        hidden = [item for item in items if isinstance(item, Module) and id(item) not in known]
        leaves = [leaf for item in hidden for _, leaf in all_modules(item)]
        if any(id(leaf) in used and _has_params(leaf) for leaf in leaves):
            kind = type(value).__name__
            found.append(
                f"torch does not see the layers in the {kind} {name}: use nn.ModuleList, or they "
                "are never trained and not counted."
            )
    return found


def _has_params(module: Module) -> bool:
    return isinstance(module, Leaf) and count_params(module.layer) > 0
