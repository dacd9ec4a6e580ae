"""Items and parts: places in lists, dicts, rows of layers and tensors; what is deleted of them."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Any

from cnnviz.builder.reading.attributes import Attributes
from cnnviz.builder.reading.machine import Given, Scope, bounded
from cnnviz.builder.reading.paths import cropped
from cnnviz.builder.reading.tensors.learnt import with_new_axes
from cnnviz.builder.reading.tensors.parts import channels_between
from cnnviz.builder.reading.tensors.weighing import as_factors
from cnnviz.builder.reading.values import Flow, Instance, Learnt, Module, Picture, Row
from cnnviz.models.specs import Flatten


class Items(Attributes):
    """Takes items and parts out of what holds them, and sets and deletes them."""

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
