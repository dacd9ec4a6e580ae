"""The controls of the page `fully_convolutional`, and their terms in the address."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import streamlit as st

from cnnviz.counting import counted
from cnnviz.fully_conv.class_map import HALF_WITHIN, MIDDLE_WITHIN
from cnnviz.fully_conv.scenes import (
    FARTHEST,
    LARGEST,
    MOST_ITEMS,
    SMALLEST,
    Item,
    read_items,
    write_items,
)
from cnnviz.models.photographs import PHOTOGRAPHS
from cnnviz.ui.choices import segments
from cnnviz.ui.fields import Field, fields
from cnnviz.ui.fully_convolutional.address import (
    ADDRESS,
    CANVASES,
    DIGITS,
    DRAWN,
    LARGEST_SIZE,
    LINEAR,
    PICTURES,
    SMALLEST_SIZE,
    UNITS,
    Values,
)
from cnnviz.ui.fully_convolutional.networks import RANDOM, TITLES, Pair, own_titles
from cnnviz.ui.fully_convolutional.photo.seen import photo_titles
from cnnviz.ui.insides.runs import run_again
from cnnviz.ui.pad import digit_pad
from cnnviz.ui.pictures import Picture
from cnnviz.ui.sliders import Foresee, Slider, live_sliders
from cnnviz.ui.weights.asked import forget

WHOLE = "fullyconv"  # key of the page's fragment
LIVE, CODE = "fullyconv_size", "fullyconv_code"  # fragments: what follows a hand, the script
PHOTO = "fullyconv_photo_live"  # key of the fragment that follows the size of a photo
MIDDLE_HELP = (
    "LeNet learned digits that lie in the middle of 32 × 32 pixels, and was never shown “nothing”. "
    "A cell speaks only where the ink of its crop has its centre of mass within "
    f"{MIDDLE_WITHIN:.0f} pixels of the crop's middle, and half of it within {HALF_WITHIN:.0f}: "
    "half-way between two digits the centre of mass lies there as well, and the ink does not. "
    "Scores stay as they are: switch this off to see what LeNet guesses elsewhere."
)
EMPTIER_HELP = (
    "LeNet names something even on plain grey, with confidence: nobody ever showed it “nothing”. "
    "Cells whose crop has less than 25 % of the strongest contrast are not drawn. Their scores "
    "stay as they are: switch this off to see them."
)
LEARNED = {  # reads digits -> what its training pictures are
    True: "LeNet learned digits in the middle of 32 × 32",
    False: "LeNet learned pictures that are full of one thing",
}
GONE = "The network that was trained here is gone: it lasts as long as a visit. Here is LeNet."
TERMS = ("x", "y", "size")
STARTS = {  # reads digits -> what lies on the canvas of a fresh visitor
    True: "6:6:4:28;5:49:6:28;4:96:5:28;7:6:46:28;3:58:44:28;9:100:45:28",
    False: "cat:4:4:40;boat:46:38:40;horse:90:4:36",
}


def known_network(values: Values) -> str:
    """The network of the address, or the first where it was a visitor's who has left."""
    known = (*TITLES, *PHOTOGRAPHS)
    if values.model in known or values.model in own_titles(values.model):
        return values.model
    st.warning(GONE, icon=":material/cloud_off:")
    ADDRESS.set(model=next(iter(TITLES)))
    return next(iter(TITLES))


def choose_network(model: str) -> None:
    """A LeNet or a network for photos, and a plain word if it knows nothing."""
    titles = TITLES | photo_titles() | own_titles(model)
    st.selectbox(
        "Network",
        list(titles),
        key=ADDRESS.key("model"),
        format_func=titles.__getitem__,
        on_change=forget,
        args=(ADDRESS, ("class_idx", "cell")),
        help="LeNet with weights from training, or as `LeNet()` makes it: shapes, costs and "
        "equalities are the same, only a trained one has something to say. Two networks for "
        "photos, which end in a mean, know a thousand kinds of things.",
    )
    if model == RANDOM:
        st.caption(
            "**These weights are random**: nobody has trained this network. Its classes mean "
            "nothing; its shapes and equalities are as true as any."
        )


def size_slider(values: Values, label: str, help: str, foresee: Foresee | None = None) -> None:
    """The side of the picture in pixels, live."""
    slider = Slider("size", label, help, values.size, min=SMALLEST_SIZE, max=LARGEST_SIZE)
    rest = (LIVE, CODE) if values.view == "size" else (WHOLE,)  # that of the map is not in LIVE
    live_sliders(
        [slider],
        key="fullyconv_size",
        on_change=_set,
        on_rest=lambda: run_again(*rest),  # LIVE too: word of rest stops a run under way
        query=ADDRESS.keep(values),
        context=ADDRESS.query_of(replace(values, size=ADDRESS.defaults.size)),
        foresee=foresee,
    )


def unit_sliders(values: Values, layer: int, unit: int) -> None:
    """Which output's row of weights is reshaped, live."""
    help = "Each output of a Linear layer has a row of weights, one for each number that comes in."
    slider = Slider("unit", "Output", help, unit, min=0, max=UNITS[layer] - 1)
    live_sliders([slider], key=f"fullyconv_unit_{layer}", on_change=_set)


def least_slider(values: Values) -> None:
    """From which probability on a cell is shown, live."""
    help = "Cells whose probability is lower stay empty. LeNet has no class for “nothing here”."
    slider = Slider("least", "A cell speaks from, %", help, values.least, min=0, max=99)
    live_sliders([slider], key="fullyconv_least", on_change=_set)


def skip_toggle(pair: Pair) -> None:
    """Whether cells whose crop is unlike those of training are left out of the picture."""
    st.toggle(
        "Only ink in the middle" if pair.reads_digits else "Leave out emptier crops",
        key=ADDRESS.key("skip_empty"),
        help=MIDDLE_HELP if pair.reads_digits else EMPTIER_HELP,
    )


def unheard(values: Values, pair: Pair, silent: Counter[str]) -> None:
    """How many more cells would speak, were none left out, and what most of them would say.

    Args:
        silent: names of the classes that those cells say.
    """
    if not silent or not values.skip_empty:
        return
    name, most = silent.most_common(1)[0]
    more = counted(silent.total(), "more cell")
    st.caption(
        f"{LEARNED[pair.reads_digits]}. Elsewhere it guesses: without this, **{more}** would "
        f"speak, **{most:,}** of them would say {name}."
    )


def choose_layer(values: Values) -> int:
    """Which of LeNet's Linear layers is reshaped; its place in the classifier."""
    sizes = {place: f"{inputs}→{outputs}" for place, (inputs, outputs) in LINEAR.items()}
    help = "What comes in → neurons: LeNet's three Linear layers, each of which becomes a Conv2d."
    segments(ADDRESS, "linear", "Linear layer", sizes, help)
    return values.linear


def _set(changed: dict[str, Any]) -> None:
    ADDRESS.set(**changed)
    ADDRESS.dismiss()


def kinds_of(pair: Pair) -> tuple[str, ...]:
    """What may lie on the canvas of this network."""
    return DIGITS if pair.reads_digits else PICTURES


def items_of(values: Values, pair: Pair) -> list[Item]:
    """What lies on the canvas now: kinds of the other sort of network are left out."""
    text = values.items
    items = read_items(text, (*DIGITS, *PICTURES)) if text else []
    fitting = [item for item in items if item.kind in kinds_of(pair)]
    return fitting or read_items(STARTS[pair.reads_digits], kinds_of(pair))


def set_items(items: list[Item]) -> None:
    """Put these on the canvas."""
    ADDRESS.set(items=write_items(items))
    ADDRESS.dismiss()


def canvas_controls(items: list[Item], pair: Pair) -> Picture | None:
    """Size of the canvas, adding, and every item's place as numbers; the digit drawn by hand."""
    st.selectbox(
        "Canvas",
        CANVASES,
        key=ADDRESS.key("canvas"),
        format_func=lambda size: size.replace("x", " × ") + " pixels",
        help="Width and height of the picture that the network reads in one pass.",
    )
    _add_buttons(items, pair)
    _places(items, pair)
    if not pair.reads_digits:
        return None
    with st.expander("Draw a digit", icon=":material/draw:"):
        drawn = digit_pad("fully_convolutional")
        if drawn and all(item.kind != DRAWN for item in items):
            st.button(
                "Put it on the canvas",
                on_click=set_items,
                args=([*items[: MOST_ITEMS - 1], Item(DRAWN, 4, 4, 28)],),
            )
        st.caption("What you draw is not part of the link.")
    return drawn


def _add_buttons(items: list[Item], pair: Pair) -> None:
    kinds = [kind for kind in kinds_of(pair) if kind != DRAWN]
    side = 28 if pair.reads_digits else 40
    with st.container(horizontal=True, gap="xxsmall"):
        for kind in kinds:
            st.button(
                kind,
                key=f"fullyconv_add_{kind}",
                help=f"Put another {kind} on the canvas",
                disabled=len(items) >= MOST_ITEMS,
                on_click=set_items,
                args=([*items, Item(kind, 4 + 6 * len(items), 4 + 4 * len(items), side)],),
            )


def _places(items: list[Item], pair: Pair) -> None:
    """Every item's place and size as numbers: the keyboard's and the screen reader's canvas."""

    def moved(typed: dict[str, int]) -> None:
        now = items_of(ADDRESS.values(), pair)
        set_items([_moved(item, index, typed) for index, item in enumerate(now)])

    with st.expander("Places as numbers", icon=":material/pin:"):
        places = [_place(item, index, term) for index, item in enumerate(items) for term in TERMS]
        fields(places, key="fullyconv_places", on_typed=moved, columns=len(TERMS))
        st.button("Back to the first arrangement", on_click=ADDRESS.set, kwargs={"items": ""})


def _place(item: Item, index: int, term: str) -> Field:
    low, high = (SMALLEST, LARGEST) if term == "size" else (-FARTHEST, FARTHEST)
    return Field(f"{index}.{term}", f"{item.kind}: {term}", getattr(item, term), low, high)


def _moved(item: Item, index: int, typed: dict[str, int]) -> Item:
    """The item with what was typed for the one at this index."""
    return replace(
        item, **{term: typed.get(f"{index}.{term}", getattr(item, term)) for term in TERMS}
    )
