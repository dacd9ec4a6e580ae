"""A network as volumes to scale: height × width × channels, the picture that every paper has.

Height and width are to scale; channels, and the length of flat features, are drawn by their square
root, because 3 and 512 would not fit into one picture. The caption says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import prod, sqrt

from cnnviz.builder.names import layer_names, number_of
from cnnviz.builder.shapes import LayerShape, Shape, failure, forward_shapes
from cnnviz.counting import size_words
from cnnviz.figures import volume_style as look
from cnnviz.figures.layer_groups import Role, keeps_the_shape, role_of
from cnnviz.models.specs import NetworkSpec, Residual

TALL_PX = 104  # the tallest volume
DEPTH_X, DEPTH_Y = 0.24, 0.15  # how far one pixel of width goes to the right and up
THICKEST_PX = 76  # the volume with the most channels
THICK_PX = 6.5  # per square root of a channel, where that is less
THIN_PX = 4  # anything is at least so large
BAR_PX = 9  # width of flat features
GAP_PX = 20
LETTER_PX = 6.1  # of a label
ARC_PX, LABELS_PX, CAPTION_PX, MARGIN_PX = 24, 40, 20, 14
PAGE_STYLE = look.style_sheet(standalone=False)
CAPTION = "Height and width to scale, channels and flat features by their square root."


@dataclass(frozen=True)
class Volume:
    """What leaves one layer, or several in a row that leave the same shape.

    Attributes:
        layers: the numbers of the layers, as `number_of` gives them; "input" for the input.
        label: what stands below: "conv1", "conv1 – relu2".
        shape: what leaves, without the batch; empty for a layer that does not fit.
        role: "input", "output" or "flat".
        has_skip: whether a shortcut leads around it.
    """

    layers: tuple[str, ...]
    label: str
    shape: Shape
    role: Role
    has_skip: bool = False


def volumes_of(spec: NetworkSpec) -> list[Volume]:
    """The volumes of a network, from the input to the first layer that does not fit.

    A layer that keeps the shape shares the volume of the one before it, and so do convolutions in
    a row that leave the same shape. A block is one volume, its layers counted to it.
    """
    rows = forward_shapes(spec)
    names = layer_names(spec.layers)
    volumes = [Volume(("input",), "input", spec.input_shape, "input")]
    for row in rows:
        if len(row.path) > 1 or row.output_shape is None:
            continue
        numbers = tuple(number_of(other.path) for other in rows if other.path[0] == row.path[0])
        volume = Volume(
            numbers,
            names[row.path[0]],
            row.output_shape,
            role_of(row.layer, row.output_shape),
            isinstance(row.layer, Residual),
        )
        if _joins(volumes[-1], volume, row):
            volumes[-1] = _joined(volumes[-1], volume, row)
        else:
            volumes.append(volume)
    failed = failure(rows)
    if failed is not None:
        place = failed.path[0]
        volumes.append(Volume((number_of(failed.path[:1]),), names[place], (), "output"))
    return volumes


def volumes_svg(
    volumes: Sequence[Volume],
    selected: str | None = None,
    standalone: bool = False,
    has_style: bool = True,
) -> str:
    """The volumes as an SVG picture of its natural size, for a box that scrolls.

    Each volume is a group of class "volume" whose `data-layer` holds the numbers of its layers,
    so that `[data-layer~="3"]` finds the one of layer 3.

    Args:
        volumes: from `volumes_of`, or made for any other network.
        selected: number of a layer whose volume is framed.
        standalone: for a file: plain colours that are right on light and dark ground, instead of
            the page's CSS variables with these as fallbacks.
        has_style: with its own style sheet; a page that draws many pictures has `PAGE_STYLE` once.
    """
    scale = _Scale.of(volumes)
    parts: list[str] = []
    x = float(MARGIN_PX)
    for volume in volumes:
        width = scale.slot(volume)
        parts.append(_group(volume, x, width, scale, selected))
        x += width + GAP_PX
    width, height = x - GAP_PX + MARGIN_PX, scale.base + LABELS_PX
    if standalone:  # on a page the caption stands below the box that scrolls
        width, height = max(width, len(CAPTION) * LETTER_PX), height + CAPTION_PX
        parts.append(look.text(width / 2, height - 6, CAPTION))
    style = f"<style>{look.style_sheet(standalone)}</style>" if has_style else ""
    names = ", ".join(f"{v.label} {shape_text(v.shape)}" for v in volumes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="cnnviz-volumes" width="{width:.0f}" '
        f'height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}" role="img" '
        f'aria-label="{escape(f"Volumes: {names}")}">'
        f"{style}{''.join(parts)}</svg>"
    )


def shape_text(shape: Shape) -> str:
    """A shape for a label: "6 × 28 × 28"; "does not fit" for none."""
    return size_words(shape) if shape else "does not fit"


@dataclass(frozen=True)
class _Scale:
    """How many pixels of the picture one number of a shape takes."""

    side: float  # per pixel of a feature map
    channel: float  # per square root of the channels
    flat: float  # per square root of flat features
    base: float  # where the labels begin: below the tallest volume and an arc over it

    @classmethod
    def of(cls, volumes: Sequence[Volume]) -> _Scale:
        boxes = [volume.shape for volume in volumes if len(volume.shape) == 3]
        bars = [prod(volume.shape) for volume in volumes if len(volume.shape) in (1, 2)]
        side = TALL_PX / max((max(shape[1:]) for shape in boxes), default=1)
        most = sqrt(max((shape[0] for shape in boxes), default=1))
        channel = min(THICK_PX, THICKEST_PX / most)
        rise = max((shape[2] for shape in boxes), default=0) * side * DEPTH_Y
        arc = ARC_PX if any(volume.has_skip for volume in volumes) else 0
        return cls(side, channel, TALL_PX / sqrt(max(bars, default=1)), TALL_PX + rise + arc)

    def box(self, shape: Shape) -> tuple[float, float, float]:
        """Width (channels), height and depth (width of a map) of a box in pixels."""
        channels, height, width = shape
        return (
            max(THIN_PX, self.channel * sqrt(channels)),
            max(THIN_PX, self.side * height),
            max(THIN_PX, self.side * width),
        )

    def slot(self, volume: Volume) -> float:
        """The width that a volume takes with its labels."""
        label = LETTER_PX * max(len(volume.label), len(shape_text(volume.shape)))
        if len(volume.shape) != 3:
            return max(label, BAR_PX)
        front, _, depth = self.box(volume.shape)
        return max(label, front + depth * DEPTH_X)


def _group(volume: Volume, x: float, width: float, scale: _Scale, selected: str | None) -> str:
    base, centre = scale.base, x + width / 2
    shape = shape_text(volume.shape)
    name = "shape" if volume.shape else "problem"
    labels = look.text(centre, base + 18, shape, name) + look.text(centre, base + 33, volume.label)
    return (
        f'<g class="volume{" selected" if selected in volume.layers else ""}" '
        f'data-role="{volume.role}" data-layer="{escape(" ".join(volume.layers))}">'
        f"<title>{escape(f'{volume.label}: {shape}')}</title>"
        f"{_drawn(volume, centre, base, scale)}{labels}</g>"
    )


def _drawn(volume: Volume, centre: float, base: float, scale: _Scale) -> str:
    middle = base - TALL_PX / 2
    if not volume.shape:
        return look.missing(centre, middle)
    if len(volume.shape) != 3:
        height = max(THIN_PX, scale.flat * sqrt(prod(volume.shape)))
        return look.bar(centre - BAR_PX / 2, middle - height / 2, BAR_PX, height)
    front, height, depth = scale.box(volume.shape)
    right, up = depth * DEPTH_X, depth * DEPTH_Y
    left, top = centre - (front + right) / 2, middle - (height - up) / 2
    drawn = look.box(left, top, front, height, right, up)
    if volume.has_skip:
        drawn += look.skip(left - GAP_PX / 2, left + front + right + GAP_PX / 2, top - up - 4)
    return drawn


def _joins(before: Volume, volume: Volume, row: LayerShape) -> bool:
    if keeps_the_shape(row.layer) and before.shape == volume.shape:
        return before.role != "input"
    is_repeat = before.shape == volume.shape and before.role == volume.role == "output"
    return is_repeat and not before.has_skip and not volume.has_skip


def _joined(before: Volume, volume: Volume, row: LayerShape) -> Volume:
    """One volume for both, its label from the first layer to the last that does not only keep."""
    label = before.label
    if not keeps_the_shape(row.layer):
        label = f"{before.label.split(' – ')[0]} – {volume.label}"
    return Volume(
        (*before.layers, *volume.layers), label, before.shape, before.role, before.has_skip
    )
