"""What the zoo's switches lead to, computed before a hand turns one."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from cnnviz.ui.foresight.switches import look_ahead_of_switches
from cnnviz.ui.foresight.views import View
from cnnviz.ui.zoo import stage
from cnnviz.ui.zoo.address import ADDRESS, AHEAD, Values
from cnnviz.ui.zoo.chart import KEY, chart_data
from cnnviz.ui.zoo.controls import SWITCHES, shown_entries

TURNED = {ADDRESS.key("only_conv"): "only_conv", ADDRESS.key("same_data"): "same_data"}


@st.fragment(key=AHEAD)
def look_ahead() -> None:
    """Chart and numbers with each switch turned; a hand that comes near runs nothing else."""
    values = ADDRESS.values()
    look_ahead_of_switches(
        list(TURNED),
        around=SWITCHES,
        key=AHEAD,
        context=ADDRESS.query_of(values),
        view=partial(_turned, values),
    )


def _turned(values: Values, switch: str) -> View | None:
    name = TURNED[switch]
    then = replace(values, **{name: not getattr(values, name)})
    entries = shown_entries(then)
    if not entries:
        return None
    chart = chart_data(then, entries, stage.picked_of(then, entries))
    return {KEY: chart, stage.NUMBERS: {"html": stage.numbers_of_the_chart(entries)}}
