"""A network as volumes to scale and as a table; pointing at a layer lights it in both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import streamlit as st

from cnnviz.models.specs import ACTIVATIONS
from cnnviz.ui.components import register

_mount = register("network")


@dataclass(frozen=True)
class LayerRow:
    """One layer as it is shown: everything is text or a share that Python computed."""

    path: str  # "" for the input, "7.1" for the second layer in block 7
    number: str
    kind: str
    arguments: str
    shape: str
    params: str
    macs: str
    sees: str
    channels: int
    height: int
    width: int
    is_flat: bool
    params_share: float = 0.0
    macs_share: float = 0.0
    problem: bool = False
    is_waiting: bool = False  # nothing arrives: a layer before it does not fit
    is_inside: bool = False

    @property
    def role(self) -> str:
        """What colour the volume has."""
        return "input" if not self.path else "flat" if self.is_flat else "output"


def show_network(
    variant: Literal["volumes", "table"],
    layers: Sequence[LayerRow],
    *,
    key: str,
    selected: str,
    total_params: str,
    total_macs: str,
    on_select: Callable[[str], None] | None,
    note: str = "",
) -> None:
    """Show the layers in one of two variants; `on_select` is called with the path of a click.

    Without `on_select` the network is only to be looked at.
    """
    paths = {layer.path for layer in layers}

    def chosen() -> None:
        path = st.session_state[key].get("select")
        if on_select is not None and isinstance(path, str) and path in paths:
            on_select(path)

    drawn = [layer for layer in layers if variant == "table" or _has_volume(layer)]
    _mount(
        data={
            "variant": variant,
            "layers": [_described(layer) for layer in drawn],
            "selected": selected,
            "total_params": total_params,
            "total_macs": total_macs,
            "readOnly": on_select is None,
            "note": note,
            "alt": f"A network of {len(layers) - 1} layers, {total_params} parameters, "
            f"{total_macs} multiply-adds",
        },
        key=key,
        on_select_change=chosen,
        height="content",
    )


def _has_volume(layer: LayerRow) -> bool:
    """Layers that change the shape have a volume of their own."""
    return not (layer.problem or layer.is_waiting) and layer.kind not in SHAPELESS


SHAPELESS = {kind.__name__ for kind in ACTIVATIONS} | {
    *("BatchNorm2d", "BatchNorm1d", "GroupNorm", "Dropout", "Dropout2d", "Identity"),
}


def _described(layer: LayerRow) -> dict[str, Any]:
    return {**asdict(layer), "role": layer.role, "title": f"{layer.kind} {layer.arguments}"}
