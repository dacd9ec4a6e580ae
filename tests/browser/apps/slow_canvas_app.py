"""A canvas whose answers take a while: what is dragged is ahead of them."""

import time

import streamlit as st
from PIL import Image

from cnnviz.fully_conv.scenes import Item, write_items
from cnnviz.ui.fields import Field, fields
from cnnviz.ui.fully_convolutional.class_map import Canvas, class_map_view

ANSWER = 0.4  # seconds


def keep(items: list[Item]) -> None:
    st.session_state["items"] = items


def typed(values: dict[str, int]) -> None:
    (item,) = st.session_state["items"]
    keep([Item(item.kind, item.x, values["y"], item.size)])


@st.fragment
def canvas() -> None:
    items = st.session_state.setdefault("items", [Item("7", 8, 8, 28)])
    fields([Field("y", "From the top", items[0].y, -100, 100)], key="typed", on_typed=typed)
    time.sleep(ANSWER)
    class_map_view(
        Image.new("L", (128, 96)),
        None,
        ["7"],
        key="canvas",
        alt="A canvas.",
        cell=(0, 0),
        on_cell=lambda cell: None,
        canvas=Canvas(items, {"7": Image.new("L", (28, 28), 255)}, ["7"], keep),
    )
    st.text(f"Python has {write_items(items)}")


canvas()
