"""The pictures of the model zoo, what a click opens, the table, and the numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from cnnviz.counting import counted
from cnnviz.figures.zoo.chart import THE_FOUR
from cnnviz.figures.zoo.entries import ZooEntry, entries_of
from cnnviz.figures.zoo.four import Winner, four_table
from cnnviz.places import PAGES
from cnnviz.ui import page
from cnnviz.ui.insides.runs import run_again
from cnnviz.ui.kept import kept
from cnnviz.ui.links import follow
from cnnviz.ui.page import Number
from cnnviz.ui.taking.offers import columns_of, offer_numbers, offer_table, rows_of
from cnnviz.ui.zoo.address import ADDRESS, GAINS, LEFT, WHOLE, Values
from cnnviz.ui.zoo.chart import show_chart
from cnnviz.ui.zoo.controls import shown_entries
from cnnviz.zoo import network, networks
from cnnviz.zoo.depth import Depth, depth_of

if TYPE_CHECKING:
    import pandas as pd

NUMBERS = "zoo_numbers"  # key of the component
HERE = {  # torchvision's networks -> a relative whose weights come with the app, and its title
    "squeezenet1_1": ("squeezenet1.1", "SqueezeNet 1.1"),
    "efficientnet_b0": ("efficientnet-lite0", "its relative EfficientNet-Lite0"),
}
GOOD = 70.0  # percent: the accuracy at which the cheapest network is asked for


@st.fragment(key=LEFT)
def what_is_left() -> None:
    """What the filters leave: the picture, the tutorial's four networks, numbers and table."""
    values = ADDRESS.values()
    entries = shown_entries(values)
    if entries:
        picture(values, entries)
        the_four()
        page.live_numbers(numbers_of_the_chart(entries), key=NUMBERS)
        table(entries)
    else:
        nothing_left()
    with st.container(gap=None):
        follow(ADDRESS, key="left")


def picture(values: Values, entries: Sequence[ZooEntry]) -> None:
    """The chart, and below it what there is to know of the chosen network."""
    picked = picked_of(values, entries)
    offer_numbers("accuracy and cost", ADDRESS, lambda: numbers_of(entries))
    with page.stage():
        show_chart(values, entries, picked)
    if picked is not None:
        _picked_card(picked)


@st.fragment(key=GAINS)
def newer_weights() -> None:
    """Beside the choice of the view: what better training alone has brought."""
    gains = [entry.gain for entry in shown_entries(ADDRESS.values()) if entry.first is not None]
    if gains:
        st.caption(
            f"{len(gains)} networks have newer weights: {min(gains):+.1f} to {max(gains):+.1f}, "
            "at the same cost"
        )


def nothing_left() -> None:
    """What stands in place of the picture when the filters leave no network."""
    page.problem("No network passes all filters. Allow more families, years or parameters.")


def picked_of(values: Values, entries: Sequence[ZooEntry]) -> ZooEntry | None:
    """The chosen network, if it is shown."""
    return next((entry for entry in entries if entry.network.name == values.pick), None)


def _picked_card(entry: ZooEntry) -> None:
    """The chosen network: its paper and its weights, and the ways on."""
    weights, family = entry.weights, entry.network.family
    with st.container(border=True, key="zoo_picked"):
        st.markdown(
            f"**{entry.network.title}** · [{family.paper}]({family.link}), {family.year}  \n"
            f"top-1 {weights.top1:.1f} %, top-5 {weights.top5:.1f} % · "
            f"{weights.num_params:,} parameters · {weights.giga_macs:.2f} billion multiply-adds at "
            f"{weights.input_size} × {weights.input_size} · weights `{weights.name}`, "
            f"{weights.file_mebibytes:.0f} MB ([recipe]({weights.recipe}))"
        )
        with st.container(horizontal=True, vertical_alignment="center", key="zoo_open"):
            _open_in_builder(entry)
            if entry.network.family.is_convolutional:
                st.button(
                    "Compare its layers",
                    icon=":material/compare_arrows:",
                    on_click=_compare,
                    args=(entry.network.name,),
                    type="tertiary",
                )


def _open_in_builder(entry: ZooEntry) -> None:
    if (PAGES / "build.py").exists():
        st.page_link(
            "pages/build.py",
            label=f"Open {entry.network.title} in the builder",
            icon=":material/construction:",
            query_params={"inspect": entry.network.name},
        )
    if relative := HERE.get(entry.network.name):
        st.page_link(
            "pages/feature_maps.py",
            label=f"Look into {relative[1]}, whose weights are here",
            icon=":material/layers:",
            query_params={"model": relative[0]},
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
    run_again(WHOLE)


@kept(spinner="Counting layers …")
def _depth(name: str) -> Depth:
    """What was counted of one network, the same for all visitors."""
    return depth_of(name)


def the_four() -> None:
    """The tutorial's four networks as a table."""
    winners = [Winner(entries_of(network(name), "both")[0], _depth(name)) for name in THE_FOUR]
    st.html(four_table(winners))


def numbers_of_the_chart(entries: Sequence[ZooEntry]) -> str:
    """The strip below the chart, as HTML."""
    return page.numbers_html(strip(entries))


def strip(entries: Sequence[ZooEntry]) -> list[Number]:
    """The numbers of the chart."""
    best = max(entries, key=lambda entry: entry.accuracy)
    names = len({entry.network.name for entry in entries})
    good = [entry for entry in entries if entry.accuracy >= GOOD]
    sizes = [entry.weights.num_params / 1e6 for entry in entries]
    found = [
        Number("Networks", f"{names} of {len(networks())}", "That pass the filters"),
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
    offer_table("torchvision’s networks", ADDRESS, lambda: rows_of(table_of(entries)))
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
            alt=counted(len(rows), "network") + " with accuracy, parameters and multiply-adds",
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


def numbers_of(entries: Sequence[ZooEntry]) -> dict[str, Any]:
    """Columns of the chart's networks: their names, and the numbers of their weights."""
    networks_ = [entry.network.name for entry in entries]
    years = [entry.network.family.year for entry in entries]
    return {"network": networks_, "year": years, **columns_of([one.weights for one in entries])}


def table_of(entries: Sequence[ZooEntry]) -> pd.DataFrame:
    """A row per network, with the numbers of torchvision's metadata."""
    import pandas as pd  # 60 MB, which a server without a table does without

    return pd.DataFrame(
        [
            {
                "network": entry.network.title,
                "family": entry.network.family.name,
                "year": entry.network.family.year,
                "top-1 %": entry.weights.top1,
                "first weights %": entry.first.top1 if entry.first else None,
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
