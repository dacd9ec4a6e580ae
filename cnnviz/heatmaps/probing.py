"""Heatmaps without gradients: cover a part and see what happens; and two controls."""

from __future__ import annotations

import math
import zlib
from itertools import product

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnnviz.activations import one_picture
from cnnviz.arithmetic import whole_number
from cnnviz.heatmaps.scores import Difference, Target, at_once, scorer
from cnnviz.progress import Progress, go_on, report

COVERS_PER_SIDE = 6  # so many covers fit into the picture side by side
BLOB = 1 / 16  # width of the blobs of the random map, as a share of the picture
SOBEL = ((-1.0, 0.0, 1.0), (-2.0, 0.0, 2.0), (-1.0, 0.0, 1.0))


def occlusion(
    model: nn.Module,
    batch: Tensor,
    class_idx: Target,
    cover: int | None = None,
    step: int | None = None,
    progress: Progress = go_on,
) -> Tensor:
    """How much the score falls when a square is covered (Zeiler and Fergus, 2014).

        M_ij = mean over the covers on pixel i, j of y(x) − y(x with the square set to 0)

    arxiv.org/abs/1311.2901, section 4.2. Covers overlap by half unless asked otherwise. Zero is
    the mean colour of the training set for a network whose input is normalised.

    Args:
        model: any network; only read.
        batch: one picture (1, channel, height, width), as the network expects it.
        class_idx: the class to explain, from 0, or a `Difference` of two.
        cover: side of the square in pixels; a sixth of the picture's shorter side if None.
        step: pixels from one cover to the next; half a cover if None.
        progress: told how far it is, may stop it.

    Returns:
        (height, width) of the picture, signed, in units of the score.

    Raises:
        ValueError: several pictures, no such class, or a cover or step that does not fit.
        StoppedError: `progress` said so.
    """
    picture, score = one_picture(batch), scorer(model, class_idx)
    height, width = picture.shape[2:]
    side = cover_side(height, width) if cover is None else whole_number("cover", cover)
    if not 1 <= side <= min(height, width):
        raise ValueError(f"a cover of {side} pixels does not fit a picture of {height}×{width}")
    step = max(1, side // 2) if step is None else whole_number("step", step)
    if not 1 <= step <= side:
        raise ValueError(f"a step of {step} pixels is not from 1 to the cover's {side}")
    starts = product(*(range(0, size - side + step, step) for size in (height, width)))
    squares = [(slice(top, top + side), slice(left, left + side)) for top, left in starts]
    falls, covers = picture.new_zeros(2, height, width)
    few = at_once(picture)
    with torch.no_grad():
        before = score(picture)
        for done in range(0, len(squares), few):
            report(progress, done / len(squares))
            here = squares[done : done + few]
            covered = torch.cat([_covered(picture, square) for square in here])
            for square, after in zip(here, score(covered), strict=True):
                falls[square] += before[0] - after
                covers[square] += 1
    return falls / covers


def cover_side(height: int, width: int) -> int:
    """Side of the square that `occlusion` covers unless asked otherwise, in pixels."""
    return max(1, min(height, width) // COVERS_PER_SIDE)


def _covered(picture: Tensor, square: tuple[slice, slice]) -> Tensor:
    covered = picture.clone()
    covered[..., *square] = 0
    return covered


def random_map(model: nn.Module, batch: Tensor, class_idx: Target, draw: int = 0) -> Tensor:
    """Blobs by chance, which know nothing of the network: the control for the others.

    White noise, smoothed by a Gaussian across the borders as if the picture went on at its other
    side, so that the highest point is at any pixel with the same probability.

    Args:
        model: not looked at.
        batch: one picture (1, channel, height, width); the same picture gives the same map.
        class_idx: another class gives another map.
        draw: another number gives another map, unrelated to the first.

    Returns:
        (height, width) of the picture, in [0, 1].
    """
    picture = one_picture(batch).contiguous()
    height, width = picture.shape[2:]
    asked = class_idx if isinstance(class_idx, Difference) else Difference(class_idx, 0)
    start = whole_number("class_idx", asked.of) + 1000 * whole_number("class_idx", asked.minus)
    start += 1_000_000 * whole_number("draw", draw)
    seed = zlib.crc32(picture.view(torch.uint8).numpy().tobytes(), start)
    noise = torch.randn(height, width, generator=torch.Generator().manual_seed(seed))
    rows = torch.fft.fftfreq(height)[:, None] * height
    columns = torch.fft.rfftfreq(width)[None, :] * width
    blur = torch.exp(-2 * (math.pi * BLOB) ** 2 * (rows**2 + columns**2))
    smooth = torch.fft.irfft2(torch.fft.rfft2(noise) * blur, s=(height, width))
    return (smooth - smooth.min()) / (smooth.max() - smooth.min())


def edges(model: nn.Module, batch: Tensor, class_idx: Target) -> Tensor:
    """The edges of the picture, which know nothing of the network: the second control.

        M_ij = max over channels of √(gx² + gy²), Sobel's differences along rows and columns

    Many heatmaps look like it (Adebayo et al., 2018, arxiv.org/abs/1810.03292, section 5): what
    resembles the edges need not have looked at more than the picture.

    Args:
        model: not looked at.
        batch: one picture (1, channel, height, width); its border counts as going on.
        class_idx: not looked at.

    Returns:
        (height, width) of the picture, 0 or more, in units of the picture's values.
    """
    picture = one_picture(batch)
    picture = picture if picture.is_floating_point() else picture.float()
    channels = F.pad(picture, (1, 1, 1, 1), mode="replicate").transpose(0, 1)
    along = torch.tensor(SOBEL, dtype=picture.dtype)
    slopes = F.conv2d(channels, torch.stack([along, along.T])[:, None])
    return slopes.norm(dim=1).amax(dim=0)
