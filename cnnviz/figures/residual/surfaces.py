"""Loss surfaces on one scale, to be turned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log10

import numpy as np
import plotly.graph_objects as go

from cnnviz.figures.pictures import Encoded, sequential_png
from cnnviz.figures.style import FIRST_LEVEL, LAST_LEVEL, NEUTRAL, REACH, SEQUENTIAL, figure_layout

Rows = Sequence[Sequence[float]]

HEIGHT = 236
GREY = "rgba(128,138,152,0.6)"
FINE = 12  # pixels of a picture for each point of the grid
EYE = {"x": 1.14, "y": -1.14, "z": 0.62}
SPOT_LINE = "#14181f"
LIFT = 0.012  # of the height, by which the amber line lies above its surface


@dataclass(frozen=True)
class LossScale:
    """The smallest and the largest loss of all surfaces; colours follow its logarithm."""

    low: float
    high: float

    def share(self, loss: float) -> float:
        """Where a loss stands among the colours, in [0, 1]."""
        return (log10(loss) - log10(self.low)) / (log10(self.high) - log10(self.low))


def loss_scale(*surfaces: Rows) -> LossScale:
    """One scale for some surfaces; losses below 0.001 are shown as that."""
    losses = [loss for rows in surfaces for row in rows for loss in row]
    low = max(1e-3, min(losses))
    return LossScale(low, max(max(losses), low * 1.01))


def loss_picture(rows: Rows, scale: LossScale) -> Encoded:
    """A surface from above: the first row at the bottom, points in between by straight lines."""
    logs = np.log10(np.maximum(np.asarray(rows, float), scale.low))
    fine = _refined(_refined(logs).T).T[::-1]
    png = sequential_png(fine, log10(scale.low), log10(scale.high))
    return Encoded(png, "image/png")


def _refined(values: np.ndarray) -> np.ndarray:
    """Along the first axis `FINE` values for each, at the places of pixels around its own."""
    count = len(values)
    places = (np.arange(count * FINE) + 0.5) / FINE - 0.5
    return np.stack([np.interp(places, np.arange(count), column) for column in values.T], axis=1)


def surface(
    name: str,
    places: Sequence[float],
    rows: Rows,
    scale: LossScale,
    *,
    is_log: bool,
    cell: tuple[int, int],
    guess: float,
) -> go.Figure:
    """A surface over two directions, to be turned.

    Args:
        name: what it is called.
        places: along both directions.
        rows: the loss by row (second direction, from the lowest) and column.
        scale: of height and colour, the same for all that stand side by side.
        is_log: whether the height is the logarithm of the loss.
        cell: the row and column that are marked: the row's section is drawn in amber.
        guess: the loss of a network that knows nothing, dashed at the walls.
    """
    figure = go.Figure(_surface(name, places, rows, scale, is_log))
    figure.add_trace(_section(places, rows, cell, scale, is_log))
    figure.add_trace(_walls(places, guess, is_log))
    figure.update_layout(
        **figure_layout(
            HEIGHT,
            margin={"l": 0, "r": 0, "t": 0, "b": 0},
            dragmode="turntable",
            showlegend=False,
            uirevision="turned",
            scene=_scene(scale, is_log),
        )
    )
    return figure


def _heights(losses: Sequence[float], is_log: bool) -> list[float]:
    return [log10(max(loss, 1e-6)) if is_log else loss for loss in losses]


def _surface(
    name: str, places: Sequence[float], rows: Rows, scale: LossScale, is_log: bool
) -> go.Surface:
    return go.Surface(
        name=name,
        x=list(places),
        y=list(places),
        z=[_heights(row, is_log) for row in rows],
        surfacecolor=[[log10(max(loss, scale.low)) for loss in row] for row in rows],
        customdata=[list(row) for row in rows],
        cmin=log10(scale.low),
        cmax=log10(scale.high),
        colorscale=_colours(),
        showscale=False,
        contours={"y": {"show": True, "color": "rgba(255,255,255,0.35)", "width": 1,
                        "start": places[0], "end": places[-1],
                        "size": max(1e-6, places[1] - places[0]) * 2}},
        lighting={"ambient": 0.85, "diffuse": 0.4, "specular": 0.02},
        hovertemplate=f"{name}<br>loss %{{customdata:.2f}} at (%{{x:.1f}}, %{{y:.1f}})"
        "<extra></extra>",
    )  # fmt: skip


def _colours(stops: int = 17) -> list[list[float | str]]:
    levels = np.rint(np.linspace(FIRST_LEVEL, LAST_LEVEL, stops)).astype(int)
    return [
        [at / (stops - 1), "#" + bytes(SEQUENTIAL[level]).hex()] for at, level in enumerate(levels)
    ]


def _section(
    places: Sequence[float],
    rows: Rows,
    cell: tuple[int, int],
    scale: LossScale,
    is_log: bool,
) -> go.Scatter3d:
    """The line through the marked cell, and the cell on it."""
    low, high = _ends(scale, is_log)
    lift = LIFT * (high - low)
    row, column = cell
    return go.Scatter3d(
        x=list(places),
        y=[places[row]] * len(places),
        z=[height + lift for height in _heights(rows[row], is_log)],
        mode="lines+markers",
        line={"color": REACH, "width": 6},
        marker={"color": REACH, "size": [9 if at == column else 0 for at in range(len(places))],
                "line": {"color": SPOT_LINE, "width": 2}},
        hoverinfo="skip",
    )  # fmt: skip


def _walls(places: Sequence[float], guess: float, is_log: bool) -> go.Scatter3d:
    """A dashed line at the height of guessing, along the two far walls."""
    low, high = places[0], places[-1]
    return go.Scatter3d(
        x=[low, low, high],
        y=[low, high, high],
        z=_heights([guess] * 3, is_log),
        mode="lines",
        line={"color": NEUTRAL, "width": 3, "dash": "dash"},
        hoverinfo="skip",
    )


def _ends(scale: LossScale, is_log: bool) -> tuple[float, float]:
    """The ends of the upright axis."""
    return (log10(scale.low), log10(scale.high)) if is_log else (0.0, scale.high)


def _scene(scale: LossScale, is_log: bool) -> dict[str, object]:
    axis = {"gridcolor": GREY, "zerolinecolor": GREY, "showbackground": False, "nticks": 5,
            "showline": True, "linecolor": NEUTRAL, "linewidth": 2,
            "tickfont": {"size": 12}}  # fmt: skip
    low, high = _ends(scale, is_log)
    ticks = _log_ticks(scale) if is_log else {}
    return {
        "xaxis": axis | {"title": {"text": "direction 1", "font": {"size": 12}}},
        "yaxis": axis | {"title": {"text": "direction 2", "font": {"size": 12}}},
        "zaxis": axis | ticks | {"title": {"text": ""}, "range": [low, high]},
        "aspectmode": "manual",
        "aspectratio": {"x": 1, "y": 1, "z": 0.62},
        "camera": {"eye": EYE, "center": {"x": 0, "y": 0, "z": -0.12}},
    }


def _log_ticks(scale: LossScale) -> dict[str, list[float] | list[str]]:
    shown = [loss for loss in (0.01, 0.1, 1, 10, 100) if scale.low <= loss <= scale.high]
    return {
        "tickvals": [log10(loss) for loss in shown],
        "ticktext": [f"{loss:g}" for loss in shown],
    }
