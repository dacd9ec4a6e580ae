"""What visitors do to the network in the browser: each event is checked and carried out here.

An event comes from a browser, so nothing in it is trusted: a word for what is to be done, layers by
their identity (`of`'s by `of_layer`), and values as text. A hand can be quicker than the answers: a
layer is meant where it stands now. "selected" is the one that is selected by then, and "outcome 7"
the one that the edit with the mark 7 selected.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeGuard

from cnnviz.builder.edits import (
    add_layer,
    arriving_shape,
    change_arguments,
    change_input_shape,
    dropped_at,
    duplicate_layer,
    move_layer,
    place_beside,
    remove_layer,
    rename,
    shifted,
)
from cnnviz.builder.fitting import fit_network, new_layer
from cnnviz.builder.identities import Moves, alike, inserted, moved, removed
from cnnviz.builder.names import number_of
from cnnviz.builder.places import add_join, rename_place, set_like, set_reads, taken_apart
from cnnviz.builder.resnets import ResNetPlan, planned_resnet, resnet_plan
from cnnviz.models.spec_arguments import shown
from cnnviz.models.specs import NetworkSpec, Path, layer_at
from cnnviz.ui.build import state
from cnnviz.ui.build.doctor import diagnosed
from cnnviz.ui.build.fields import SIDES, entered, whole_numbers
from cnnviz.ui.sent import sent_index

Edit = tuple[NetworkSpec, Path | None]
SELECTED, OUTCOME, INPUT, GONE = "selected", "outcome ", "", "gone"
LAST_MARK = 2**53
LONGEST_NUMBER = 24  # characters
LONGEST_READS = 200  # characters
PLACES = {"reads": set_reads, "like": set_like, "mark": rename_place}
OF_LAYERS = ("remove", "duplicate", "shift")  # which do nothing to the input
PLAN = ("blocks", "base width", "classes")


def perform(event: dict[str, Any]) -> None:
    """Do what an event asks for; what cannot be done is said in a sentence (`state.message`)."""
    event = _placed(event)
    match event.get("do"):
        case "undo":
            state.undo()
        case "redo":
            state.redo()
        case "select":
            if (path := existing(state.present(), event.get("path"))) is not None:
                state.select(path)
        case str() as name if name in EDITS:
            state.attempt(lambda: _edited(name, event))
            if (mark := sent_index(event.get("mark"), LAST_MARK)) is not None:
                state.note_outcome(mark)


def _placed(event: dict[str, Any]) -> dict[str, Any]:
    """An event with the numbers of its layers as they are now; "gone" for one that is no more."""
    known = {}
    for name, number in (("layer", "path"), ("of_layer", "of")):
        if name in event:
            known[number] = _number_now(event[name])
    return event | known


def _number_now(identity: object) -> str:
    if identity == SELECTED:
        path = state.selected_path(state.present())
    else:
        if isinstance(identity, str) and identity.startswith(OUTCOME):
            identity = state.outcomes().get(_mark(identity))
        path = () if identity == INPUT else state.identities().path_of(identity)
    return GONE if path is None else number_of(path)


def _mark(identity: str) -> int:
    digits = identity.removeprefix(OUTCOME)
    return int(digits) if re.fullmatch(r"\d{1,16}", digits, re.ASCII) else -1


def _edited(name: str, event: dict[str, Any]) -> Edit:
    """The network after an edit; the other layers fitted to it where the visitor wants that."""
    before = state.present()
    if name in OF_LAYERS and event.get("path") == INPUT:
        return before, None
    spec, path = EDITS[name](before, event)
    if event.get("fit") is True:
        spec = fit_network(spec)
    state.moved(_moves(name, existing(before, event.get("path")), path, before, spec), spec)
    return spec, path


def _moves(
    name: str, at: Path | None, to: Path | None, before: NetworkSpec, spec: NetworkSpec
) -> Moves:
    """Where the layers are after an edit of the one at `at`, which selects the one at `to`."""
    match name:
        case "add" | "duplicate" if to:
            return inserted(to)
        case "remove" if at:
            return removed(at)
        case "shift" | "move" if at and to:
            return moved(at, to)
    return alike(before, spec)


def existing(spec: NetworkSpec, number: object) -> Path | None:
    """The path of a layer from its number; () for the input, None where there is no such layer."""
    if number == "":
        return ()
    if not _is_place(number):
        return None
    try:
        path = state.path_of(number)
        layer_at(spec, path)
    except ValueError:
        return None
    return path


def _path(spec: NetworkSpec, number: object) -> Path:
    path = existing(spec, number)
    if number == GONE:
        raise ValueError("the layer you meant is no longer there")
    if not path:
        raise ValueError(f"there is no layer {shown(number)}")
    return path


def _set(spec: NetworkSpec, event: dict[str, Any]) -> Edit:
    """Another value for an argument of a layer, or for the input."""
    name, value = str(event.get("name")), event.get("value")
    if event.get("path") == "":
        return _changed_input(spec, name, value), None
    path = _path(spec, event.get("path"))
    if name in PLACES and (len(path) > 1 or not isinstance(value, str)):
        raise ValueError("there is no such place for a layer")
    if name in PLACES:
        return PLACES[name](spec, path, str(value)[:LONGEST_READS]), None
    return change_arguments(spec, path, **{name: entered(layer_at(spec, path), name, value)}), None


def _changed_input(spec: NetworkSpec, name: str, value: object) -> NetworkSpec:
    text = str(value)[:60]
    if name == "name":
        return rename(spec, text)
    if name in PLAN:
        return _replanned(spec, name, text)
    if name not in SIDES:
        raise ValueError(f"the input has no {shown(name)}")
    shape = dict(zip(SIDES, spec.input_shape, strict=True)) | {
        name: whole_numbers(name, text, 1)[0]
    }
    return change_input_shape(spec, (shape["channels"], shape["height"], shape["width"]))


def _replanned(spec: NetworkSpec, name: str, text: str) -> NetworkSpec:
    plan = resnet_plan(spec)
    if plan is None:
        raise ValueError("only a ResNet as it was started has blocks and a width to set")
    values = (plan.blocks, (plan.width,), (plan.num_classes,))
    numbers = dict(zip(PLAN, values, strict=True))
    numbers[name] = whole_numbers(name, text, 6 if name == "blocks" else 1)
    blocks, (width,), (num_classes,) = (numbers[part] for part in PLAN)
    return planned_resnet(ResNetPlan(blocks, width, num_classes), spec.input_shape, spec.name)


def _add(spec: NetworkSpec, event: dict[str, Any]) -> Edit:
    """A new layer, fitted to what arrives at its place."""
    kind, number = str(event.get("kind")), event.get("path")
    path = None if number == GONE else existing(spec, number)
    if path is None and number != GONE:
        raise ValueError("there is no such place for a layer")
    place = place_beside(spec, path, str(event.get("side")))
    if kind == "Join":
        return add_join(spec, place), place
    arriving = arriving_shape(spec, place) or spec.input_shape
    layer = new_layer(kind, arriving, is_last=place == (len(spec.layers),))
    return add_layer(spec, place, layer), place


def _is_place(number: object) -> TypeGuard[str]:
    """Whether this is a layer's number as it is shown: a few short numbers with points between."""
    is_short = isinstance(number, str) and len(number) <= LONGEST_NUMBER
    return is_short and re.fullmatch(r"\d+(\.\d+)*", number, re.ASCII) is not None


def _remove(spec: NetworkSpec, event: dict[str, Any]) -> Edit:
    """Without the layer; the one before it is selected then, and for the first the one behind."""
    path = _path(spec, event.get("path"))
    after = remove_layer(spec, path)
    if path[-1]:
        return after, (*path[:-1], path[-1] - 1)
    return after, path if existing(after, number_of(path)) else path[:-1]


def _duplicate(spec: NetworkSpec, event: dict[str, Any]) -> Edit:
    path = _path(spec, event.get("path"))
    return duplicate_layer(spec, path), (*path[:-1], path[-1] + 1)


def _shift(spec: NetworkSpec, event: dict[str, Any]) -> Edit:
    """The layer one place up or down among its neighbours; at the end of a block, out of it."""
    path = _path(spec, event.get("path"))
    by = 1 if event.get("by") == 1 else -1
    to = shifted(spec, path, by)
    return (spec, path) if to is None else (move_layer(spec, path, to), to)


def _move(spec: NetworkSpec, event: dict[str, Any]) -> Edit:
    """A layer that was dragged: before, behind or inside another one."""
    path = _path(spec, event.get("path"))
    of = existing(spec, event.get("of"))
    if of is None:
        raise ValueError("there is no such place for a layer")
    to = dropped_at(path, of, str(event.get("where")))
    return move_layer(spec, path, to), to


def _mend(spec: NetworkSpec, event: dict[str, Any]) -> Edit:
    found = diagnosed(spec, state.breaking_change(spec))
    meant = event.get("label"), event.get("scope", "")
    mends = found.mends if found else ()
    mend = next((mend for mend in mends if (mend.label, mend.scope) == meant), None)
    if mend is None:
        raise ValueError("this mend is no longer offered")
    return mend.spec, None


def _take_apart(spec: NetworkSpec, event: dict[str, Any]) -> Edit:
    """A block as its layers and a sum, so that places in it can be joined."""
    return taken_apart(spec, _path(spec, event.get("path")))


EDITS: dict[str, Callable[[NetworkSpec, dict[str, Any]], Edit]] = {
    "set": _set,
    "add": _add,
    "remove": _remove,
    "duplicate": _duplicate,
    "shift": _shift,
    "move": _move,
    "apart": _take_apart,
    "mend": _mend,
}
