"""One mosaic; how many maps and where the choice is kept are typed in."""

import json

import streamlit as st
import torch

from cnnviz.figures.mosaic import mosaic
from cnnviz.ui.mosaic_view import mosaic_view

query = json.loads(st.text_input("Case", "{}"))
count, side = query.get("count", 24), query.get("side", 6)
maps = torch.randn(count, side, side, generator=torch.Generator().manual_seed(query.get("seed", 0)))


def keep(index: int) -> None:
    st.session_state["map"] = index


is_kept_by_page = query.get("kept_by_page", False)
chosen = mosaic_view(
    mosaic(maps),
    [f"map {index} · mean {one.mean():.2f}" for index, one in enumerate(maps)],
    key=query.get("key", "mosaic"),
    alt=f"{count} feature maps of noise.",
    selected=st.session_state.get("map", 2) if is_kept_by_page else 1,
    on_select=keep if is_kept_by_page else None,
)
st.text(f"chosen {chosen} of {count}, seed {query.get('seed', 0)}")
