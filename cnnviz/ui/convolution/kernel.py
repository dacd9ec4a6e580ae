"""The kernel of the convolution page: from the library, or with weights of one's own."""

from __future__ import annotations

import streamlit as st
from torch import Tensor

from cnnviz.convolution.grid_inputs import INPUTS
from cnnviz.convolution.kernels import KERNELS
from cnnviz.convolution.responses import flip
from cnnviz.convolution.settings import ConvSettings
from cnnviz.ui.convolution.address import ADDRESS, CUSTOM, OWN, Values
from cnnviz.ui.convolution.weights import address_weights, custom_weight
from cnnviz.ui.finding.terms import meaning
from cnnviz.ui.sliders import Slider, live_sliders

DIGIT_SIDE = 12  # cells a side in which a digit can be recognised


def channel_weight(values: Values, settings: ConvSettings, channel: int) -> Tensor:
    """The weights (in channels of a group, height, width) of one output channel.

    Channel 0 has the chosen kernel, the next channels the next kernels of the library.
    """
    depth = settings.in_channels // settings.groups
    if values.kernel == CUSTOM and channel == 0:
        weight = custom_weight(values.weights, settings.kernel_size, depth)
    else:
        plane = library_weight(channel_kernel(values.kernel, channel), values, settings)
        weight = plane.expand(depth, -1, -1)
    return flip(weight) if values.flip else weight


def channel_kernel(chosen: str, channel: int) -> str:
    """Name of the kernel of an output channel when channel 0 has the chosen one."""
    names = list(KERNELS)
    if chosen == CUSTOM:
        return CUSTOM if channel == 0 else names[(channel - 1) % len(names)]
    return names[(names.index(chosen) + channel) % len(names)]


def kernel_title(name: str) -> str:
    """What a kernel is called on the page."""
    return "Your own" if name == CUSTOM else KERNELS[name].title


def library_weight(name: str, values: Values, settings: ConvSettings) -> Tensor:
    """The plane (height, width) of a library kernel at today's kernel size, angle and seed."""
    return library_plane(name, settings.kernel_size, values)


def library_plane(name: str, size: tuple[int, int], values: Values) -> Tensor:
    """The plane (height, width) of a library kernel at a size, today's angle and seed."""
    return KERNELS[name].weights(size, angle=float(values.angle), seed=values.seed)


def kernel_controls(values: Values) -> None:
    """Choose a kernel, turn it, flip it; a sentence says what it does and where it comes from."""
    names = [*KERNELS, CUSTOM] if values.weights or values.kernel == CUSTOM else [*KERNELS]
    st.selectbox(
        "Kernel",
        names,
        key=ADDRESS.key("kernel"),
        format_func=kernel_title,
        help=f"{meaning('kernel')} Edit any weight in the grid to make your own.",
    )
    if values.kernel in ("gabor", "motion_blur"):
        _slider("angle", "Angle", "Direction in degrees, counted from the horizontal.", values, 180)
    if values.kernel == "random":
        _slider("seed", "Seed", "Another seed, other weights; the same seed, the same.", values, 99)
    st.toggle(
        "Flip the kernel",
        key=ADDRESS.key("flip"),
        help=meaning("cross_correlation"),
    )


def input_controls(values: Values) -> None:
    """Choose what the grid reads; a digit brings the room it needs to be seen."""

    def chosen() -> None:
        values = ADDRESS.values()
        if values.input.startswith("digit") and max(values.height, values.width) < DIGIT_SIDE:
            ADDRESS.set(height=DIGIT_SIDE, width=DIGIT_SIDE)

    names = [*INPUTS, OWN] if values.pixels or values.input == OWN else [*INPUTS]
    st.selectbox(
        "Input",
        names,
        key=ADDRESS.key("input"),
        format_func=lambda name: "Your own" if name == OWN else INPUTS[name],
        help="The numbers that the kernel slides over. Type over any of them, or paint.",
        on_change=chosen,
    )
    if values.input == OWN and not address_weights(values.pixels):
        st.caption("Your numbers are too many to be part of the link.")


def kernel_story(values: Values) -> None:
    """What the chosen kernel does and where it comes from."""
    if values.kernel == CUSTOM:
        st.caption(f"**{kernel_title(CUSTOM)}.** {_own_story(values.weights)}")
        return
    kernel = KERNELS[values.kernel]
    st.caption(f"**{kernel.title}.** {kernel.sentence} Source: {kernel.source}.{_zeros(values)}")


def _zeros(values: Values) -> str:
    """Why a kernel is all zeros: what measures a slope needs neighbours."""
    if library_plane(values.kernel, values.kernel_size, values).any():
        return ""
    high, wide = values.kernel_size
    return (
        f" **At {high} × {wide} it has no neighbour to compare with, so all its weights are 0**: "
        "take a larger kernel."
    )


def _own_story(weights: str) -> str:
    if weights and not address_weights(weights):
        return "The weights as you changed them: too many to be part of the link."
    return "The weights as you changed them. They are part of the link."


def _slider(name: str, label: str, help: str, values: Values, high: int) -> None:
    value = getattr(values, name)
    live_sliders(
        [Slider(name, label, help, value, min=0, max=max(high, value))],
        key=f"convolution_{name}",
        on_change=lambda changed: ADDRESS.set(**changed),
    )
