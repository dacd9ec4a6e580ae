"""What comes from the builder's browser: every edit that it can ask for, and nonsense."""

from __future__ import annotations

from typing import Any

import pytest

from cnnviz.builder.doctor import diagnose
from cnnviz.builder.edits import dropped_at, place_beside, shifted
from cnnviz.builder.identities import Identities
from cnnviz.builder.shapes import output_shape
from cnnviz.models import networks
from cnnviz.models.specs import Conv2d, Join, NetworkSpec, ReLU, Residual, layer_at
from cnnviz.ui.build import events, state
from cnnviz.ui.build.events import EDITS, PLACES, existing
from cnnviz.ui.build.fields import editor_of, entered

LENET = networks.lenet()
RESNET = networks.resnet((1, 1), 8, 10, 32)


def edit(spec: NetworkSpec, what: str, /, **event: Any) -> NetworkSpec:
    return EDITS[what](spec, event)[0]


def kinds(spec: NetworkSpec) -> list[str]:
    return [layer.kind for layer in spec.layers]


def test_lenet_is_built_from_an_empty_page_by_adding_and_typing():
    spec = NetworkSpec("Mine", (3, 32, 32))
    wanted = [layer.kind for layer in LENET.layers]
    for index, kind in enumerate(wanted):
        spec, path = EDITS["add"](spec, {"kind": kind, "path": str(index or "")})
        assert path == (index,)
        for name, value in LENET.layers[index].values.items():
            text = value if isinstance(value, bool | str) else str(value)
            spec = edit(spec, "set", path=str(index + 1), name=name, value=text)
    assert spec.layers == LENET.layers


def test_an_argument_is_set_from_text():
    changed = edit(LENET, "set", path="4", name="kernel_size", value="3, 5")
    assert changed.layers[3].kernel_size == (3, 5)  # ty: ignore
    assert edit(LENET, "set", path="4", name="bias", value=False).layers[3] == Conv2d(
        6, 16, 5, bias=False
    )


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("kernel_size", "5", 5), ("kernel_size", "3×5", (3, 5)), ("stride", "None", None),
        ("stride", " 2 ", 2), ("ceil_mode", True, True),
    ],
)  # fmt: skip
def test_sizes_are_entered_as_people_write_them(name, text, value):
    assert entered(networks.alexnet().layers[2], name, text) == value


def test_the_input_its_name_and_a_resnets_plan_are_set():
    assert edit(LENET, "set", path="", name="height", value="64").input_shape == (3, 64, 32)
    assert edit(LENET, "set", path="", name="name", value="Mine").name == "Mine"
    wider = edit(RESNET, "set", path="", name="base width", value="16")
    deeper = edit(wider, "set", path="", name="blocks", value="1,2,3")
    assert deeper == networks.resnet((1, 2, 3), 16, 10, 32)


def test_a_layer_moves_among_its_neighbours_and_out_of_its_block():
    assert shifted(LENET, (3,), 1) == (4,)
    assert shifted(LENET, (0,), -1) is None
    assert shifted(LENET, (11,), 1) is None
    assert shifted(RESNET, (4, 0), -1) == (4,)
    assert shifted(RESNET, (4, 4), 1) == (5,)
    out = edit(RESNET, "shift", path="5.1", by=-1)
    assert layer_at(out, (4,)).kind == "Conv2d"
    assert len(layer_at(out, (5,)).layers) == 4  # ty: ignore


@pytest.mark.parametrize(
    ("path", "of", "where", "to"),
    [
        ((0,), (3,), "before", (2,)), ((0,), (3,), "behind", (3,)), ((5,), (3,), "before", (3,)),
        ((5,), (3,), "behind", (4,)), ((5,), (), "behind", (0,)), ((0,), (4,), "inside", (3, 0)),
        ((7,), (4,), "inside", (4, 0)), ((0,), (4, 2), "behind", (3, 3)),
        ((4, 0), (4, 2), "behind", (4, 2)), ((4, 0), (5,), "before", (5,)),
    ],
)  # fmt: skip
def test_a_dragged_layer_comes_to_stand_where_it_was_dropped(path, of, where, to):
    assert dropped_at(path, of, where) == to
    numbers = {"path": ".".join(str(i + 1) for i in path), "of": ".".join(str(i + 1) for i in of)}
    moved, selected = EDITS["move"](RESNET, {**numbers, "where": where})
    assert selected == to
    assert layer_at(moved, to) == layer_at(RESNET, path)


def test_a_block_is_not_moved_into_itself():
    with pytest.raises(ValueError, match="into itself"):
        edit(RESNET, "move", path="5", of="5.2", where="behind")


@pytest.mark.parametrize(
    ("path", "side", "place"),
    [
        ((3,), "behind", (4,)), ((), "behind", (0,)), (None, "behind", (6,)),
        ((4,), "behind", (5,)), ((4,), "inside", (4, 5)), ((4, 1), "behind", (4, 2)),
        ((4, 1), "outside", (5,)), ((3,), "inside", (4,)), ((3,), "outside", (4,)),
    ],
)  # fmt: skip
def test_a_new_layer_stands_behind_the_selected_one_unless_one_says_otherwise(path, side, place):
    spec = NetworkSpec("Mine", (3, 32, 32), RESNET.layers[:6])
    assert place_beside(spec, path, side) == place


def test_a_new_layer_fills_an_empty_block():
    empty = NetworkSpec("Mine", (3, 8, 8), (Residual(()),))
    filled = edit(empty, "add", kind="ReLU", path="1", side="inside")
    assert filled.layers == (Residual((ReLU(),)),)


def test_layers_are_removed_and_duplicated():
    assert kinds(edit(LENET, "remove", path="3")) == kinds(LENET)[:2] + kinds(LENET)[3:]
    assert EDITS["remove"](RESNET, {"path": "5.1"})[1] == (4, 0)
    assert EDITS["remove"](NetworkSpec("Mine", (3, 8, 8), (ReLU(),)), {"path": "1"})[1] == ()
    assert kinds(edit(LENET, "duplicate", path="1"))[:2] == ["Conv2d", "Conv2d"]


def test_a_mend_of_the_doctor_is_carried_out():
    large = edit(edit(LENET, "set", path="", name="height", value="64"), "set", path="",
                 name="width", value="64")  # fmt: skip
    assert output_shape(large) is None
    mend = diagnose(large).mends[0]  # ty: ignore[unresolved-attribute]
    assert output_shape(edit(large, "mend", label=mend.label)) is not None


@pytest.mark.parametrize(
    ("name", "event"),
    [
        ("set", {"path": "99", "name": "bias", "value": True}),
        ("set", {"path": "4", "name": "__class__", "value": "x"}),
        ("set", {"path": "4", "name": "stride", "value": "0"}),
        ("set", {"path": "4", "name": "stride", "value": 10**400}),
        ("set", {"path": "4", "name": "out_channels", "value": "9" * 50}),
        ("set", {"path": "4", "name": "bias", "value": "yes"}),
        ("set", {"path": "4", "name": "kernel_size", "value": "٣"}),
        ("set", {"path": "", "name": "height", "value": "0"}),
        ("set", {"path": "", "name": "blocks", "value": "2,2"}),
        ("set", {"path": "", "name": "name", "value": "a'b"}),
        ("set", {"path": "", "name": "layers", "value": "1"}),
        ("add", {"kind": "os.system", "path": "1"}),
        ("add", {"kind": "ReLU", "path": "77"}),
        ("add", {"kind": "ReLU", "path": None}),
        ("add", {"kind": "ReLU", "path": "1.1.1.1.1.1.1"}),
        ("remove", {"path": "gone"}),
        ("set", {"path": "gone", "name": "bias", "value": True}),
        ("remove", {"path": ""}),
        ("move", {"path": "1", "of": "x", "where": "before"}),
        ("mend", {"label": "Add a layer"}),
        ("mend", {"label": 0}),
        ("shift", {}),
    ],
)
def test_nonsense_is_refused_with_a_sentence(name, event):
    with pytest.raises(ValueError, match=r"\w+ \w+"):
        edit(LENET, name, **event)


@pytest.mark.parametrize("number", [None, 4, "4.", ".", "x", "-1", "99", "4.1", "²", "1" * 99])
def test_a_number_that_is_no_layers_is_none(number):
    assert existing(LENET, number) is None


@pytest.mark.parametrize(
    ("text", "value"), [("400", 400), ("16*5*5", 400), ("16 × 5 × 5", 400), ("16x25", 400)]
)
def test_a_count_is_entered_as_a_product_too(text, value):
    changed = edit(LENET, "set", path="8", name="in_features", value=text)
    assert layer_at(changed, (7,)).in_features == value  # ty: ignore


@pytest.mark.parametrize("text", ["16*", "*5", "16**5", "1*1*1*1*1*1*1", "16*5,5"])
def test_what_is_no_product_is_refused(text):
    with pytest.raises(ValueError, match="a whole number"):
        edit(LENET, "set", path="8", name="in_features", value=text)


def test_a_block_with_an_identity_shortcut_shows_no_fields_that_do_nothing():
    names = [field["name"] for field in editor_of(RESNET, (4,))["fields"]]
    assert names == ["activation", "shortcut"]
    strided = next(n for n, layer in enumerate(RESNET.layers) if "conv" in str(layer.values))
    assert len(editor_of(RESNET, (strided,))["fields"]) == 7


def test_every_field_of_every_layer_gives_its_own_value_back():
    for make in networks.NETWORKS.values():
        spec = make()
        for index, layer in enumerate(spec.layers):
            for field in editor_of(spec, (index,))["fields"]:
                if field["name"] in PLACES:
                    assert PLACES[field["name"]](spec, (index,), field["value"]) == spec
                    continue
                value = entered(layer, field["name"], field["value"])
                assert value == getattr(layer, field["name"])


class Told:
    """Stands for the page's state: the network, and what was asked of it."""

    def __init__(self) -> None:
        self.asked: list[object] = []

    def present(self) -> NetworkSpec:
        return RESNET

    def undo(self) -> None:
        self.asked.append("undo")

    def redo(self) -> None:
        self.asked.append("redo")

    def select(self, path: Any) -> None:
        self.asked.append(("select", path))

    def attempt(self, edit: Any) -> None:
        self.asked.append(edit())

    def moved(self, moves: Any, spec: NetworkSpec) -> None:
        self.identities = Identities.of(RESNET).after(moves, spec)

    path_of = staticmethod(state.path_of)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    stand_in = Told()
    monkeypatch.setattr(events, "state", stand_in)
    return stand_in


@pytest.mark.parametrize(
    ("event", "asked"),
    [
        ({"do": "undo"}, ["undo"]), ({"do": "redo"}, ["redo"]), ({"do": "rEdo"}, []),
        ({"do": "select", "path": "5.2"}, [("select", (4, 1))]),
        ({"do": "select", "path": ""}, [("select", ())]),
        ({"do": "select", "path": "99"}, []), ({"do": "explode"}, []),
        ({"do": ["set"]}, []), ({}, []),
    ],
)  # fmt: skip
def test_an_event_does_what_it_is_called_and_nothing_else(told: Told, event, asked) -> None:
    events.perform(event)
    assert told.asked == asked


def test_an_edit_gives_the_network_and_what_is_selected_then(told: Told) -> None:
    for event, selected in [
        ({"do": "remove", "path": "4"}, (2,)), ({"do": "remove", "path": "5.2"}, (4, 0)),
        ({"do": "remove", "path": "1"}, (0,)), ({"do": "remove", "path": "5.1"}, (4, 0)),
        ({"do": "duplicate", "path": "2"}, (2,)), ({"do": "duplicate", "path": "5.2"}, (4, 2)),
    ]:  # fmt: skip
        events.perform(event)
        spec, path = told.asked.pop()  # ty: ignore
        assert path == selected
        assert spec != RESNET
    events.perform({"do": "set", "path": "1", "name": "out_channels", "value": "3", "fit": True})
    assert output_shape(told.asked.pop()[0]) == output_shape(RESNET)  # ty: ignore
    events.perform({"do": "set", "path": "1", "name": "out_channels", "value": "3"})
    assert output_shape(told.asked.pop()[0]) is None  # ty: ignore


def test_a_block_is_taken_apart_by_its_button_and_then_joined():
    number = str(next(i for i, one in enumerate(RESNET.layers, 1) if isinstance(one, Residual)))
    assert editor_of(RESNET, (int(number) - 1,))["is_block"]
    assert not editor_of(RESNET, (int(number) - 1, 0))["is_block"]
    apart, path = EDITS["apart"](RESNET, {"path": number})
    assert path is not None
    assert layer_at(apart, path).kind == "Join"
    assert output_shape(apart) == output_shape(RESNET)
    joined, _ = EDITS["add"](apart, {"kind": "Join", "path": number, "side": "behind"})
    assert sum(isinstance(one, Join) for one in joined.layers) == 2
    with pytest.raises(ValueError, match="has no layers"):
        edit(LENET, "apart", path="1")
