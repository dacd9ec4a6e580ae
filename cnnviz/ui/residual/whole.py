"""ResNet18 as the paper's table has it, each stage a way into the builder and its maps."""

from __future__ import annotations

from html import escape

import streamlit as st

from cnnviz.builder.codec import encode
from cnnviz.models.networks import resnet
from cnnviz.residual.table import Stage, stages, tutorial_shapes
from cnnviz.ui import page
from cnnviz.ui.kept import kept
from cnnviz.ui.page import Number
from cnnviz.ui.residual.address import ADDRESS, SIDES
from cnnviz.ui.residual.network import MODEL, resnet18
from cnnviz.ui.residual.places import Places
from cnnviz.ui.taking.offers import offer_table

FIRST_LAYERS = {"input_group": 1, "group0": 5, "group1": 7, "group2": 9, "group3": 11, "fc": 15}
HEADS = ("paper", "module", "layers", "output", "parameters", "multiply-adds")


def show_whole(side: str, places: Places) -> None:
    """The table for pictures of the chosen size."""
    with places.main:
        st.select_slider(
            "Picture",
            SIDES,
            key=ADDRESS.key("side"),
            format_func=lambda side: f"{side} × {side}",
            help="Height and width of the picture, in pixels. Parameters do not depend on it: "
            "shapes and multiply-adds do.",
        )
        st.caption(
            "Two convolutions in each block, two blocks in each group: 4 · 4, with the first layer "
            "and the Linear 18. The shortcuts’ 1×1 convolutions are not counted."
        )
    shown = _stages(int(side))
    offer_table("ResNet18 by stages", ADDRESS, lambda: [HEADS, *map(_texts, shown)])
    with places.right:
        with page.stage():
            _line("residual_stage_heads", _cells(HEADS, "span"), None)
            for stage in shown:
                _line(f"residual_stage_{stage.name}", _cells(_texts(stage)), stage)
        page.numbers(_strip(shown, int(side)))


@kept
def _stages(side: int) -> list[Stage]:
    return stages(resnet18(), side)


@kept
def _tutorial(side: int) -> list[tuple[str, tuple[int, ...]]]:
    return tutorial_shapes(resnet18(), side)


def _texts(stage: Stage) -> tuple[str, ...]:
    return (
        stage.paper or "—",
        stage.name,
        stage.what,
        str(stage.output_shape),
        f"{stage.num_params:,}",
        f"{stage.macs:,}",
    )


def _cells(texts: tuple[str, ...], tag: str = "b") -> str:
    """A line of the table; on a phone, where the heads do not fit, each cell says its own."""
    columns = "".join(
        f'<{tag if at == 1 else "span"} data-head="{HEADS[at]}">{escape(text)}'
        f"</{tag if at == 1 else 'span'}>"
        for at, text in enumerate(texts)
    )
    return f'<div class="cnnviz stage_line">{columns}</div>'


def _line(key: str, html: str, stage: Stage | None) -> None:
    with st.container(key=key):
        numbers, ways = st.columns([3.5, 1], vertical_alignment="center")
        numbers.html(html)
        if stage:
            with ways.container(horizontal=True, gap="small"):
                _ways(stage)


def _ways(stage: Stage) -> None:
    """The links from a stage to the builder and to its maps."""
    st.page_link(
        "pages/build.py",
        label="Build",
        icon=":material/construction:",
        query_params={"net": encode(resnet()), "layer": str(FIRST_LAYERS[stage.name])},
        help=f"{stage.name} in ResNet18 in the builder, where it can be changed",
        width="content",
    )
    if stage.layer:
        st.page_link(
            "pages/feature_maps.py",
            label="Maps",
            icon=":material/layers:",
            query_params={"model": MODEL, "layer": stage.layer},
            help=f"What {stage.layer} of the trained ResNet18 sees",
            width="content",
        )


def _strip(shown: list[Stage], side: int) -> list[Number]:
    shapes = [
        Number(name, str(shape), f"Its output for one picture of {side} × {side}")
        for name, shape in _tutorial(side)
    ]
    params = sum(stage.num_params for stage in shown)
    return [*shapes, Number("parameters", f"{params:,}", "Of the whole network, ten classes")]
