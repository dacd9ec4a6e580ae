"""A classification network of torchvision, or a shipped one for photos, layer by layer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from math import inf, prod

import streamlit as st
from PIL import Image

from cnnviz.counting import size_words
from cnnviz.figures.boxes import Box, groups_in
from cnnviz.figures.layer_groups import Role
from cnnviz.figures.layer_table import LayerRow
from cnnviz.figures.module_graph import describe, groups_around, module_box, own_name
from cnnviz.figures.shown import one_line
from cnnviz.figures.volumes import Volume
from cnnviz.models import imagenet_names
from cnnviz.models.photographs import PHOTOGRAPHS
from cnnviz.summary import Row, Summary, summarize
from cnnviz.summary.graph import network_graph
from cnnviz.summary.report import PerAxis
from cnnviz.ui import page
from cnnviz.ui.build.address import ADDRESS, INSPECTED_VIEWS, OWN_FILE, choose_columns
from cnnviz.ui.build.carried import published_words
from cnnviz.ui.build.drawings import MOST_VOLUMES, show_graph, show_volumes
from cnnviz.ui.build.folds import fold, fold_as_at_first, unfolded
from cnnviz.ui.build.network import NetworkView, show_network, stage
from cnnviz.ui.build.pictures import save_pictures, save_tables
from cnnviz.ui.build.rows import field_text, memory_text, sees_text
from cnnviz.ui.build.run import published_link
from cnnviz.ui.kept import kept
from cnnviz.ui.models import load, title_of
from cnnviz.ui.page import Number
from cnnviz.ui.weights import own as own_networks
from cnnviz.ui.weights.names import is_own

TRAINED_SCRIPT = """\
from cnnviz.models import pretrained
from cnnviz.summary import summarize

network = pretrained("{name}")
for row in summarize(network.model, {shape}).rows:
    print(row.name, tuple(row.output_shape), row.num_params, row.macs)
"""


def inspect_network(name: str) -> dict[str, str]:
    """A network of torchvision in all pictures and in numbers; returns the scripts of the view."""
    try:
        if is_own(name) and not own_networks.is_mine(name):
            raise ValueError(own_networks.GONE.rstrip("."))
        summary = inspected(name)
    except ValueError as error:
        page.problem(f"{error}.")
        return {}
    if not is_own(name):
        with st.container(key="inspect_name"):
            st.selectbox(
                "Network", _names(), key=ADDRESS.key("inspect"), format_func=_title,
                on_change=fold_as_at_first,
                help="Two networks for photos that come with their weights, and all classification "
                "networks of torchvision; type to find one.",
            )  # fmt: skip
    box, title = _box(name), _title(name)
    folds = unfolded(box, name)
    volumes = _volumes(name, folds.opened)
    left, right = stage()
    with left:
        show_network(
            _view(name),
            key="build_network",
            name=name,
            folds=folds,
            on_folds=lambda keys: fold(box, name, keys),
            columns=ADDRESS.values().columns,
            on_columns=choose_columns,
        )
    with right:
        page.view_bar(ADDRESS, INSPECTED_VIEWS)
        if ADDRESS.values().view == "volumes":
            show_volumes(volumes, name=name, selected=None, is_edited=False)
        else:
            show_graph(box, folds, name=name, selected=None, is_edited=False)
    page.numbers(
        [
            Number("Network", title),
            Number("Input", str(tuple(summary.input_shape))),
            Number("Output shape", str(tuple(summary.output_shape))),
            Number("Parameters", f"{summary.num_params:,}"),
            Number("Multiply-adds", f"{summary.macs:,}", "FLOPs are twice as many"),
        ]
    )
    if name in imagenet_names():
        st.caption(published_words(name))
    published_link(name)
    save_pictures(name, volumes[:MOST_VOLUMES], _view(name))
    save_tables(name, _view(name))
    return {"The numbers": _script(name, summary.input_shape)}


def say_if_unknown(name: str) -> None:
    """Say that the address asks for a network which nobody knows; one of a visit may be over."""
    is_known = name in ("", OWN_FILE) or is_own(name) or name in _names()
    ADDRESS.only(inspect=None if is_known else "torchvision’s networks, such as resnet18")


def question(name: str) -> str:
    """The page's question, asked of a network of torchvision."""
    is_known = name in _names() or own_networks.shelf().get(name) is not None
    return f"How do layers become {one_line(_title(name), 60) if is_known else 'a network'}?"


def is_inspected(name: str) -> bool:
    """Whether a network of torchvision of this name is shown here."""
    return name in _names()


def _names() -> list[str]:
    from cnnviz.zoo import networks

    return [*PHOTOGRAPHS, *(known.name for known in networks())]


@kept(spinner="Reading the network …")
def inspected(name: str) -> Summary:
    """The summary of a known network at the size it was trained for, or of a visitor's own.

    Raises:
        ValueError: there is no such network.
    """
    if own := own_networks.shelf().get(name):
        return summarize(own.model, tuple(own.transform(Image.new("RGB", (64, 64))).shape))
    if is_own(name):
        raise ValueError(own_networks.GONE.rstrip("."))
    if name in PHOTOGRAPHS:
        trained = load(name)
        return summarize(trained.model, (1, 3, trained.card.input_size, trained.card.input_size))
    from cnnviz.zoo import network
    from cnnviz.zoo.on_meta import build_on_meta  # here: torchvision takes a second to import

    size = network(name).default.input_size
    return summarize(build_on_meta(name), (1, 3, size, size))


@kept(is_quick=True)
def _view(name: str) -> NetworkView:
    summary = inspected(name)
    return NetworkView(
        rows=list(_rows(summary, _box(name))),
        total_params=summary.num_params,
        total_macs=summary.macs,
        orders=_orders(summary),
    )


def _orders(summary: Summary) -> dict[str, list[str]]:
    """Numbers of the layers by what they are sorted by, the largest first, equal ones in order."""
    sizes: dict[str, Callable[[Row], float]] = {
        "shape": lambda row: prod(summary.shape_of(row)),
        "params": lambda row: row.num_params,
        "macs": lambda row: row.macs,
        "sees": lambda row: inf if row.sees_all else _area(row.receptive_field),
        "jump": lambda row: _area(row.jump),
        "memory": lambda row: row.activation_bytes,
    }
    numbered = list(enumerate(summary.rows, start=1))
    return {
        column: [str(n) for n, row in sorted(numbered, key=lambda pair: -size(pair[1]))]
        for column, size in sizes.items()
    }


def _area(sides: PerAxis | None) -> float:
    """Pixels of a square, or of a rectangle; 0 of what has no place."""
    if sides is None:
        return 0
    return float(prod(sides)) if isinstance(sides, tuple) else float(sides) ** 2


@kept(is_quick=True)
def _box(name: str) -> Box:
    summary = inspected(name)
    return module_box(summary, network_graph(summary), _title(name))


def _rows(summary: Summary, box: Box) -> Iterator[LayerRow]:
    """A row for each call of a layer, and one above those of each group of the graph."""
    most_params = max(row.num_params for row in summary.rows) or 1
    most_macs = max(row.macs for row in summary.rows) or 1
    groups = {group.key: group for group in groups_in(box)}
    around = groups_around(summary, box)
    yield LayerRow("", "Input", shape=size_words(summary.input_shape[1:]), sees="1")
    told: set[str] = set()
    for number, row in enumerate(summary.rows, start=1):
        keys = around[number]
        for depth, key in enumerate(keys):
            if key not in told:
                told.add(key)
                inside = [summary.rows[one - 1] for one in sorted(around) if key in around[one]]
                yield _group_row(groups[key], inside, keys[:depth])
        yield LayerRow(
            str(number),
            _kind(row),
            _words(row, keys),
            shape=size_words(summary.shape_of(row)),
            params=f"{row.num_params:,}" if row.num_params else "",
            macs=f"{row.macs:,}" if row.macs else "",
            sees=sees_text(row),
            jump=field_text(row.jump),
            memory=memory_text(row.activation_bytes),
            params_share=round(row.num_params / most_params, 4),
            macs_share=round(row.macs / most_macs, 4),
            groups=keys,
            name=row.name,
        )


def _words(row: Row, around: tuple[str, ...]) -> str:
    """A layer's name in its group, where that says more than its kind, and its arguments."""
    name = own_name(row.name, around)
    return " · ".join(filter(None, [name if name != _kind(row) else "", describe(row.kind)]))


def _group_row(group: Box, inside: list[Row], around: tuple[str, ...]) -> LayerRow:
    """A group's row: what leaves it, and all in it counted together."""
    params, macs = (sum(one.num_params for one in inside), sum(one.macs for one in inside))
    return LayerRow(
        group.key, group.title, group.text, number=group.number, fold=group.key, groups=around,
        shape=group.shape, sees=sees_text(inside[-1]), jump=field_text(inside[-1].jump),
        params=f"{params:,}" * bool(params), macs=f"{macs:,}" * bool(macs),
        memory=memory_text(sum(one.activation_bytes for one in inside)),
    )  # fmt: skip


def _volumes(name: str, opened: Sequence[str]) -> list[Volume]:
    """A volume for each folded group, and for each shape in a row of the layers in unfolded ones.

    Layers that leave the shape as it is belong to the volume before them.
    """
    summary, around = inspected(name), groups_around(inspected(name), _box(name))
    groups = {group.key: group for group in groups_in(_box(name))}
    volumes = [Volume(("input",), "input", tuple(summary.input_shape[1:]), "input")]
    drawn = None  # the folded group that the last volume stands for
    for number, row in enumerate(summary.rows, start=1):
        folded = next((key for key in around[number] if key not in opened), None)
        before, shape = volumes[-1], _drawn_shape(summary, row)
        is_inside = folded is not None and folded == drawn
        is_same = folded is None and before.shape == shape and before.role != "input"
        if shape is None or is_same:
            volumes[-1] = replace(before, layers=(*before.layers, str(number)))
            continue
        role: Role = "output" if len(shape) == 3 and prod(shape[1:]) > 1 else "flat"
        if is_inside:
            layers = (*before.layers, str(number))
            volumes[-1] = replace(before, layers=layers, shape=shape, role=role)
            continue
        drawn = folded
        label = _short(row.name) if folded is None else _title_of(groups[folded])
        keys = [key for key in (folded,) if key and " " not in key]
        volumes.append(Volume((*keys, str(number)), label, shape, role))
    return volumes


def _drawn_shape(summary: Summary, row: Row) -> tuple[int, ...] | None:
    """Channels, rows and columns of a map, or the length of a vector.

    None for windows and for positions in a row. A module for pictures has its channels first, also
    where attention before it has mixed all places.
    """
    shape = summary.shape_of(row)
    is_picture = len(shape) == 1 or (len(shape) == 3 and row.type.endswith("2d"))
    return summary.map_shape_of(row) or (shape if is_picture else None)


def _title_of(group: Box) -> str:
    """The name of a group's module; of equal ones in a row the first, and how many they are."""
    if group.times == 1:
        return _short(group.about)
    return f"{_short(group.inside[0].about or group.title)} × {group.times}"


def _short(name: str) -> str:
    return name if len(name) <= 18 else "…" + name[-17:]


def _kind(row: Row) -> str:
    return row.kind.partition("(")[0]


def _title(name: str) -> str:
    """What a network is called: a file of one's own by its name."""
    from cnnviz.zoo import network

    if name in PHOTOGRAPHS:
        return title_of(name)
    own = own_networks.shelf().get(name)
    return own.card.title if own else network(name).title


def _script(name: str, shape: tuple[int, ...]) -> str:
    """What torch and torchvision alone say of a network, without memory for its weights.

    What is a visitor's own or comes with its weights is opened by cnnviz.
    """
    if is_own(name) or name in PHOTOGRAPHS:
        return own_networks.in_script(TRAINED_SCRIPT.format(name=name, shape=tuple(shape)), name)
    from cnnviz.zoo.on_meta import arguments_of

    arguments = "".join(f", {key}={value!r}" for key, value in arguments_of(name).items())
    made = f'get_model("{name}", weights=None{arguments})'
    on_meta = 'with torch.device("meta"):  # shapes, and no memory for weights\n    model = '
    # RegNet computes its widths with torch, so it is made as usual first
    making = f'model = {made}.to("meta")' if name.startswith("regnet") else on_meta + made
    return f"""import torch
from torch.utils.flop_counter import FlopCounterMode
from torchvision.models import get_model

{making}
model.eval()
picture = torch.empty({tuple(shape)}, device="meta")

def tell(name, module, output):
    num_params = sum(parameter.numel() for parameter in module.parameters())
    print(name, type(module).__name__, tuple(output.shape), num_params)

for name, module in model.named_modules():
    if not list(module.children()):
        module.register_forward_hook(lambda module, _, out, name=name: tell(name, module, out))

with FlopCounterMode(display=False) as counted:
    model(picture)

print("parameters:", sum(parameter.numel() for parameter in model.parameters()))
print("multiply-adds:", counted.get_total_flops() // 2)
"""
