"""The class map over a whole photo: which class where, any class as heat, what it adds up to."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st
import torch

from cnnviz.counting import counted
from cnnviz.figures.mosaic import mosaic
from cnnviz.fully_conv.photographs import PhotoMap, crop_round
from cnnviz.ui import page
from cnnviz.ui.address import no_place
from cnnviz.ui.compute import computing
from cnnviz.ui.finding.terms import meaning
from cnnviz.ui.foresight.views import View
from cnnviz.ui.fully_convolutional.address import ADDRESS, Values
from cnnviz.ui.fully_convolutional.class_map import Checked, mount
from cnnviz.ui.fully_convolutional.controls import WHOLE
from cnnviz.ui.fully_convolutional.photo.controls import percent
from cnnviz.ui.fully_convolutional.photo.drawn import Heat, heat_of, photo_map_data
from cnnviz.ui.fully_convolutional.photo.seen import Seen, at_side
from cnnviz.ui.insides.runs import run_again
from cnnviz.ui.kept import kept
from cnnviz.ui.mosaic_view import mosaic_view
from cnnviz.ui.sliders import Foresee, Slider
from cnnviz.ui.taking.offers import offer_numbers

MAP = "fullyconv_photo_map"  # key of the component
SHOWN = 8  # maps of classes below the photo
ROW = 4  # of them side by side
STRIP = 740  # pixels of such a row
EXACT = 1e-5  # of the largest score: how near both ways to a score have to be


def show(values: Values, seen: Seen) -> None:
    """The map over the photo with what one cell says, the whole photo's answer, and class maps."""
    found = seen.found
    offer_numbers("the map of classes", ADDRESS, lambda: arrays(seen))
    check_address(values, found)
    with page.stage():
        mount(
            _map_data(values, seen),
            key=MAP,
            size=(found.rows, found.columns),
            on_cell=lambda cell: ADDRESS.set(cell=cell),
        )
    whole_answer(seen, found)
    _class_maps(values, seen, found, _chosen(values))


def foreseen(values: Values, seen: Seen) -> Foresee:
    """The map that the view shows with a slider at a stop."""

    def at_stop(slider: Slider, stop: int) -> View:
        then = replace(values, **{slider.name: stop})
        sized = replace(seen, size=at_side(seen.picture, then.side))
        return {MAP: _map_data(then, sized, ahead=f".{slider.name}.{stop}")}

    return at_stop


def _map_data(values: Values, seen: Seen, ahead: str = "") -> dict[str, Any]:
    found, chosen = seen.found, _chosen(values)
    cell = cell_now(values, found)
    heat = None if chosen is None else heat_of(found, chosen, values.as_scores)
    return photo_map_data(
        seen,
        found,
        key=MAP,
        alt=_alt(seen, found, heat, chosen),
        cell=cell,
        least=values.sure / 100,
        heat=heat,
        checked=Checked(cell, _alone(seen, cell)),
        ahead=ahead,
    )


def _chosen(values: Values) -> int | None:
    """The class that is shown as heat, if one is."""
    return values.class_idx if values.class_idx >= 0 else None


def check_address(values: Values, found: PhotoMap) -> None:
    """Say what the address asks for and this map does not have."""
    ADDRESS.only(cell=no_place(values.cell, found.rows, found.columns))


def cell_now(values: Values, found: PhotoMap) -> tuple[int, int]:
    """The cell that is looked at; the middle one where a map has no such cell."""
    return values.cell if _has(found, values.cell) else (found.rows // 2, found.columns // 2)


def _has(found: PhotoMap, cell: tuple[int, int]) -> bool:
    return cell[0] < found.rows and cell[1] < found.columns


def arrays(seen: Seen) -> dict[str, np.ndarray]:
    """What is saved: all scores, the network's own, and which class wins in each cell."""
    found = seen.found
    return {
        "scores": found.scores.numpy(),
        "own_scores": found.own.numpy(),
        "winners": found.scores.argmax(dim=0).numpy(),
        "classes": np.array(seen.classes),
    }


def _alt(seen: Seen, found: PhotoMap, heat: Heat | None, chosen: int | None) -> str:
    height, width = seen.size
    start = f"{seen.picture.alt}; {found.rows} × {found.columns} cells over {height} × {width} px: "
    if heat is not None and chosen is not None:
        low, high = (float(end(heat.values)) for end in (torch.min, torch.max))
        return f"{start}{seen.classes[chosen]}, {heat.words}, from {low:.3g} to {high:.3g}."
    counts = Counter(found.scores.argmax(dim=0).flatten().tolist())
    (most, count), *_ = counts.most_common()
    return (
        f"{start}{counted(len(counts), 'class', 'classes')} win somewhere, "
        f"{seen.classes[most]} in most of them, {count:,}."
    )


def _alone(seen: Seen, cell: tuple[int, int]) -> str:
    """What the network says of a crop round the cell, by itself."""
    share, name, height, width = _on_crop(seen.name, seen.picture.digest, seen.size, cell, seen)
    return f"{seen.title} on the {height} × {width} round it, alone: {name}, {percent(share)}."


@kept
def _on_crop(
    name: str, digest: str, size: tuple[int, int], cell: tuple[int, int], _seen: Seen
) -> tuple[float, str, int, int]:
    rows, columns = crop_round(_seen.cells, cell, size)
    crop = _seen.batch[:, :, rows, columns]
    with torch.inference_mode():
        shares = _seen.network.model(crop)[0].softmax(dim=0)
    best = int(shares.argmax())
    return float(shares[best]), _seen.classes[best], crop.shape[2], crop.shape[3]


def whole_answer(seen: Seen, found: PhotoMap) -> None:
    """The mean of all cells beside the network's own answer, and how far they are apart."""
    with computing():
        shares, mean, difference = found.shares, found.mean, found.difference
    best = int(found.own.argmax())
    name, cells = seen.classes[best], counted(found.rows * found.columns, "cell")
    sentence = (
        f"**The mean of all {cells} is the network’s own answer**: {name}, score "
        f"{float(mean[best]):.4f}; {seen.title} itself gives {float(found.own[best]):.4f}, "
        f"{percent(float(shares[best]))}. Of all {len(shares):,} scores "
        f"{_plain(difference)}."
    )
    if difference <= EXACT * max(1.0, float(found.own.abs().max())):
        st.success(sentence, icon=":material/check_circle:")
    else:
        st.error(sentence, icon=":material/error:")


def _plain(difference: float) -> str:
    """A small difference as a hall can read it."""
    if not difference:
        return "none differs in any digit"
    return f"none differs by more than {max(difference, 1e-6):.6f}"


def _class_maps(values: Values, seen: Seen, found: PhotoMap, chosen: int | None) -> None:
    """The maps of the classes that lead, and of the one that is asked for; a click shows one."""
    with computing():
        best = found.own.topk(SHOWN).indices.tolist()
        shown = best if chosen is None or chosen in best else [*best[:-1], chosen]
        maps = (
            found.scores[shown]
            if values.as_scores
            else torch.stack([found.probabilities(index) for index in shown])
        )
        shares = found.shares
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"**The output** (1, {len(seen.classes):,}, {found.rows}, {found.columns}): the maps "
            f"of {len(shown)} classes, the likeliest first"
        )
        st.toggle("Scores before softmax", key=ADDRESS.key("as_scores"), help=meaning("softmax"))
        if chosen is not None:
            st.button("Which class where", on_click=ADDRESS.set, kwargs={"class_idx": -1})
    is_signed = values.as_scores and float(maps.min()) < 0
    mosaic_view(
        mosaic(
            maps,
            colours="diverging" if is_signed else "sequential",
            limit=None if values.as_scores else 1.0,
            columns=ROW,
            width=STRIP,
            aspect=1.0,
        ),
        [
            f"{seen.classes[index]} · {percent(float(shares[index]))} of the photo · at most "
            f"{layer.max():.2f} in a cell"
            for index, layer in zip(shown, maps, strict=True)
        ],
        key="fullyconv_photo_classes",
        alt=f"{len(maps)} maps of {found.rows} × {found.columns} cells, one for each of "
        f"{', '.join(seen.classes[index] for index in shown)}.",
        selected=None if chosen is None else shown.index(chosen),
        captions=[seen.classes[index] for index in shown],
        on_select=lambda place: _turn_to(shown[place]),
    )


def _turn_to(class_idx: int) -> None:
    ADDRESS.set(class_idx=class_idx)
    run_again(WHOLE)
