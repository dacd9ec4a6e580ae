"""The kernel of the convolution page: from the library, or with weights of one's own."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import streamlit as st
import torch
from torch import Tensor
from torch.nn import functional as F

from cnnviz.convolution_settings import ConvSettings
from cnnviz.kernels import KERNELS
from cnnviz.responses import flip
from cnnviz.ui.sliders import Slider, live_sliders

CUSTOM = "custom"
MAX_WEIGHTS = 1024  # numbers an address can carry
MAX_WEIGHT = 1000.0


def read_weights(text: str) -> str:
    """The text of a kernel's weights as the address carries it: numbers with commas between them.

    Raises:
        ValueError: it holds something else, too many numbers, or one beyond ±1000.
    """
    if not text:
        return ""
    message = f"up to {MAX_WEIGHTS} numbers from -{MAX_WEIGHT:g} to {MAX_WEIGHT:g}, with commas"
    try:
        weights = [float(part) for part in text.split(",")]
    except ValueError:
        raise ValueError(message) from None
    if len(weights) > MAX_WEIGHTS or not all(abs(weight) <= MAX_WEIGHT for weight in weights):
        raise ValueError(message)
    return write_weights(weights)


def write_weights(weights: list[float]) -> str:
    """Numbers as the address carries them, at most four significant digits after the point."""
    return ",".join(f"{weight:.4g}" for weight in weights)


def channel_weight(values: Mapping[str, Any], settings: ConvSettings, channel: int) -> Tensor:
    """The weights (in channels of a group, height, width) of one output channel.

    Channel 0 has the chosen kernel, the next channels the next kernels of the library.
    """
    depth = settings.in_channels // settings.groups
    if values["kernel"] == CUSTOM and channel == 0:
        weight = custom_weight(values["weights"], settings.kernel_size, depth)
    else:
        plane = library_weight(channel_kernel(values["kernel"], channel), values, settings)
        weight = plane.expand(depth, -1, -1)
    return flip(weight) if values["flip"] else weight


def channel_kernel(chosen: str, channel: int) -> str:
    """Name of the kernel of an output channel when channel 0 has the chosen one."""
    names = list(KERNELS)
    if chosen == CUSTOM:
        return CUSTOM if channel == 0 else names[(channel - 1) % len(names)]
    return names[(names.index(chosen) + channel) % len(names)]


def kernel_title(name: str) -> str:
    """What a kernel is called on the page."""
    return "Your own" if name == CUSTOM else KERNELS[name].title


def library_weight(name: str, values: Mapping[str, Any], settings: ConvSettings) -> Tensor:
    """The plane (height, width) of a library kernel at today's kernel size, angle and seed."""
    return KERNELS[name].weights(
        settings.kernel_size, angle=float(values["angle"]), seed=values["seed"]
    )


def custom_weight(text: str, kernel_size: tuple[int, int], depth: int) -> Tensor:
    """The visitor's weights (depth, height, width), kept in the middle when the size has changed.

    One plane serves all input channels; a text with as many planes as there are channels gives
    each its own.
    """
    numbers = [float(part) for part in text.split(",")] if text else [1.0]
    planes = depth if depth > 1 and len(numbers) % depth == 0 and len(numbers) > depth else 1
    height, width = _sides(len(numbers) // planes, kernel_size)
    weight = torch.tensor(numbers[: planes * height * width]).reshape(planes, height, width)
    high, wide = (target - side for target, side in zip(kernel_size, (height, width), strict=True))
    padded = F.pad(weight, (wide // 2, wide - wide // 2, high // 2, high - high // 2))
    return padded.expand(depth, -1, -1)


def _sides(count: int, kernel_size: tuple[int, int]) -> tuple[int, int]:
    """Height and width of a plane of `count` weights: today's size if it fits, else a square."""
    if count == kernel_size[0] * kernel_size[1]:
        return kernel_size
    side = max(1, math.isqrt(count))
    return side, side


def kernel_controls(values: Mapping[str, Any]) -> None:
    """Choose a kernel, turn it, flip it; a sentence says what it does and where it comes from."""
    names = [*KERNELS, CUSTOM] if values["weights"] or values["kernel"] == CUSTOM else [*KERNELS]
    st.selectbox(
        "Kernel",
        names,
        key="kernel",
        format_func=kernel_title,
        help="The weights that slide over the input. Edit any weight in the grid to make your own.",
    )
    if values["kernel"] in ("gabor", "motion_blur"):
        _slider("angle", "Angle", "Direction in degrees, counted from the horizontal.", values, 180)
    if values["kernel"] == "random":
        _slider("seed", "Seed", "Another seed, other weights; the same seed, the same.", values, 99)
    st.toggle(
        "Flip the kernel",
        key="flip",
        help="Turns the kernel by 180°. torch slides it as it stands (cross-correlation); "
        "mathematics flips it first (convolution). Symmetric kernels give the same.",
    )


def kernel_story(values: Mapping[str, Any]) -> None:
    """What the chosen kernel does and where it comes from."""
    if values["kernel"] != CUSTOM:
        kernel = KERNELS[values["kernel"]]
        st.caption(f"**{kernel.title}.** {kernel.sentence} Source: {kernel.source}.")


def _slider(name: str, label: str, help: str, values: Mapping[str, Any], high: int) -> None:
    live_sliders(
        [Slider(name, label, help, values[name], min=0, max=max(high, values[name]))],
        key=f"convolution_{name}",
        on_change=lambda changed: st.session_state.update(changed),
    )
