"""Run the network on a picture: a real forward pass, and what the selected layer makes of it."""

from __future__ import annotations

import streamlit as st
import torch
from torch import Tensor

from cnnviz.activations import record
from cnnviz.builder.limits import refuse_run
from cnnviz.builder.modules import build
from cnnviz.builder.names import module_name
from cnnviz.builder.shapes import forward_shapes
from cnnviz.figures.mosaic import mosaic
from cnnviz.images import fit, to_tensor
from cnnviz.models.specs import NetworkSpec, Path
from cnnviz.ui.compute import computing
from cnnviz.ui.mosaic import mosaic_view
from cnnviz.ui.pictures import Picture, picture_chooser

MOST_MAPS = 256  # in one mosaic


def run(spec: NetworkSpec, selected: Path | None) -> None:
    """A forward pass on the chosen picture; refused, with the numbers, where it would cost much."""
    st.subheader("Run it", anchor=False)
    controls, result = st.columns([1, 3.45], gap="medium")
    with controls:
        picture = picture_chooser("build")
    with result:
        if refusal := refuse_run(spec):
            st.info(refusal, icon=":material/block:")
            return
        names = [row.name for row in forward_shapes(spec) if len(row.path) == 1]
        if not names:
            st.info("There is no layer yet: add one beside the table.")
            return
        name = module_name(spec, selected) if selected else names[-1]
        values, output = _forward(spec, picture.digest, name, picture)
        st.markdown(
            f"Output shape **{tuple(output.shape)}** for one picture, with random weights "
            f"(seed 0). Below: what **{name}** computed, {tuple(values.shape[1:])}."
        )
        _maps(values[0], name, picture)


@st.cache_data(max_entries=32, show_spinner=False)
def _forward(spec: NetworkSpec, digest: str, name: str, _picture: Picture) -> tuple[Tensor, Tensor]:
    """The activation of a layer and the network's output."""
    channels, height, width = spec.input_shape
    batch = to_tensor(fit(_picture.image, (height, width)))[None]
    batch = batch if channels == 3 else batch.mean(dim=1, keepdim=True).expand(-1, channels, -1, -1)
    network = build(spec).eval().requires_grad_(False)
    with computing(), torch.inference_mode():
        output = network(batch)
    with computing():
        values = record(network, batch, [name])[name]
    return values.clone(), output.clone()


def _maps(values: Tensor, name: str, picture: Picture) -> None:
    maps = values if values.ndim == 3 else values.reshape(-1, 1, 1)
    shown = maps[:MOST_MAPS]
    mosaic_view(
        mosaic(shown, colours="diverging" if float(shown.min()) < 0 else "sequential"),
        [f"map {i} · {m.min():.3g} to {m.max():.3g}" for i, m in enumerate(shown)],
        key="build_maps",
        alt=f"{len(shown)} maps of {name} for “{picture.title}”, from {float(shown.min()):.3g} to "
        f"{float(shown.max()):.3g}.",
    )
    if len(maps) > MOST_MAPS:
        st.caption(f"The first {MOST_MAPS} of {len(maps)} maps.")
