"""The pictures of the model zoo, what a click opens, the table, and the numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from cnnviz.figures.zoo import ZooEntry, cost_chart, year_chart
from cnnviz.places import PAGES
from cnnviz.ui import page
from cnnviz.ui.page import Number
from cnnviz.ui.sent import part, sent_name, told_by
from cnnviz.ui.zoo.address import ADDRESS, Values
from cnnviz.zoo import networks

GOOD = 70.0  # percent: the accuracy at which the cheapest network is asked for
CHART = "zoo_chart"


def chart(values: Values, entries: Sequence[ZooEntry]) -> None:
    """Accuracy against cost, or by year; a click on a bubble chooses its network."""
    draw = cost_chart if values.view == "cost" else year_chart
    key = f"{CHART}_{values.view}"

    def pick() -> None:
        name = sent_name(clicked(told_by(key)), [entry.network.name for entry in entries])
        if name is not None:
            ADDRESS.set(pick=name)

    with page.stage():
        _picked_bar(values, entries)
        st.plotly_chart(
            draw(entries, values.pick),
            key=key,
            on_select=pick,
            selection_mode="points",
            config={"displayModeBar": False},
            alt=_alt(entries),
        )
        st.caption(
            "Area: parameters. Diamonds are attention, all others convolutional; hollow ones were "
            "trained on more than ImageNet-1K."
        )


def clicked(told: Any) -> Any:
    """Custom data of the first point that a chart says was clicked; client input."""
    data = part(told, "selection", "points", 0, "customdata")
    return part(data, 0) if isinstance(data, list) else data  # some versions wrap it


def _alt(entries: Sequence[ZooEntry]) -> str:
    best = max(entries, key=lambda entry: entry.accuracy)
    return (
        f"Accuracy of {len(entries)} networks. The best is {best.network.title} with "
        f"{best.accuracy:.1f} percent, at {best.weights.giga_macs:.1f} billion multiply-adds."
    )


def nothing_left() -> None:
    """What stands in place of the picture when the filters leave no network."""
    page.problem("No network passes all filters. Allow more families, years or parameters.")


def _picked(values: Values, entries: Sequence[ZooEntry]) -> ZooEntry | None:
    return next((entry for entry in entries if entry.network.name == values.pick), None)


def _picked_bar(values: Values, entries: Sequence[ZooEntry]) -> None:
    """Over the chart: the way from the clicked network into the builder and the comparison."""
    entry = _picked(values, entries)
    with st.container(horizontal=True, vertical_alignment="center", key="zoo_open"):
        if entry is None:
            st.markdown(":material/ads_click: **Click a bubble** to open its network.")
            return
        _open_in_builder(entry)
        if entry.network.family.is_convolutional:
            st.button(
                "Compare its layers",
                icon=":material/compare_arrows:",
                on_click=_compare,
                args=(entry.network.name,),
                type="tertiary",
            )


def picked_card(values: Values, entries: Sequence[ZooEntry]) -> None:
    """The chosen network: its paper and its weights."""
    entry = _picked(values, entries)
    if entry is None:
        return
    weights, family = entry.weights, entry.network.family
    with st.container(border=True, key="zoo_picked"):
        st.markdown(
            f"**{entry.network.title}** · [{family.paper}]({family.link}), {family.year}  \n"
            f"top-1 {weights.top1:.1f} %, top-5 {weights.top5:.1f} % · "
            f"{weights.num_params:,} parameters · {weights.giga_macs:.2f} billion multiply-adds at "
            f"{weights.input_size} × {weights.input_size} · weights `{weights.name}`, "
            f"{weights.file_mebibytes:.0f} MB ([recipe]({weights.recipe}))"
        )


def _open_in_builder(entry: ZooEntry) -> None:
    if (PAGES / "build.py").exists():
        st.page_link(
            "pages/build.py",
            label=f"Open {entry.network.title} in the builder",
            icon=":material/construction:",
            query_params={"inspect": entry.network.name},
        )
    if entry.network.family.is_convolutional:
        st.page_link(
            "pages/pooling.py",
            label=f"See the receptive field of {entry.network.title}",
            icon=":material/center_focus_strong:",
            query_params={"view": "field", "network": entry.network.name},
        )


def _compare(name: str) -> None:
    others = [other for other in ADDRESS.values().compare if other != name]
    ADDRESS.set(compare=(name, *others)[:2], view="compare")


def strip(entries: Sequence[ZooEntry]) -> list[Number]:
    """The numbers of the chart."""
    best = max(entries, key=lambda entry: entry.accuracy)
    good = [entry for entry in entries if entry.accuracy >= GOOD]
    sizes = [entry.weights.num_params / 1e6 for entry in entries]
    found = [
        Number("Networks", f"{len(entries)} of {len(networks())}", "That pass the filters"),
        Number("Best", f"{best.network.title}, {best.accuracy:.1f} %", "Highest top-1 accuracy"),
        Number("Parameters", f"{min(sizes):.1f} – {max(sizes):.0f} M", "Smallest to largest"),
    ]
    if good:
        cheapest = min(good, key=lambda entry: entry.weights.giga_macs)
        label = f"Cheapest with {GOOD:.0f} %"
        value = f"{cheapest.network.title}, {cheapest.weights.giga_macs:.2f} G"
        found.append(Number(label, value, "Fewest billions of multiply-adds for one picture"))
    return found


def table(entries: Sequence[ZooEntry]) -> None:
    """All numbers, to sort and to take along; made when it is opened."""
    place = st.expander("As a table", icon=":material/table:", key="zoo_table", on_change="rerun")
    if not place.open:
        return
    with place:
        rows = table_of(entries)
        if (PAGES / "build.py").exists():
            rows["open"] = ["build?inspect=" + entry.network.name for entry in entries]
        st.dataframe(
            rows,
            hide_index=True,
            alt=f"{len(rows)} networks with their accuracy, parameters and multiply-adds",
            column_config={
                "paper": st.column_config.LinkColumn(display_text="paper"),
                "open": st.column_config.LinkColumn(display_text="open in the builder"),
                "parameters": st.column_config.NumberColumn(format="localized"),
            },
        )
        st.download_button(
            "Download as CSV",
            table_of(entries).to_csv(index=False),
            "torchvision_networks.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
        )


def table_of(entries: Sequence[ZooEntry]) -> pd.DataFrame:
    """A row per network, with the numbers of torchvision's metadata."""
    return pd.DataFrame(
        [
            {
                "network": entry.network.title,
                "family": entry.network.family.name,
                "year": entry.network.family.year,
                "top-1 %": entry.weights.top1,
                "top-5 %": entry.weights.top5,
                "parameters": entry.weights.num_params,
                "multiply-adds, billions": entry.weights.giga_macs,
                "input": entry.weights.input_size,
                "convolutional": entry.network.family.is_convolutional,
                "weights": entry.weights.name,
                "name": entry.network.name,
                "paper": entry.network.family.link,
            }
            for entry in entries
        ]
    )
