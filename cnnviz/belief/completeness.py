"""Do the parts add up to the whole?"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from cnnviz.activations import one_picture
from cnnviz.heatmaps.scores import Target, scorer


@dataclass(frozen=True)
class Completeness:
    """The sum of a heatmap beside the difference that it should explain.

    Attributes:
        total: Σ of the heatmap.
        difference: score of the picture minus score of the baseline.
    """

    total: float
    difference: float

    @property
    def error(self) -> float:
        """|Σ a − Δf|, in units of the score."""
        return abs(self.total - self.difference)

    @property
    def relative_error(self) -> float:
        """The error as a share of |Δf|; infinite where there is no difference to explain."""
        return self.error / abs(self.difference) if self.difference else float("inf")


def completeness(
    model: nn.Module,
    batch: Tensor,
    class_idx: Target,
    heatmap: Tensor,
    baseline: Tensor | None = None,
) -> Completeness:
    """How far a heatmap's values add up to what they share out.

    Integrated gradients promise Σ a = y(x) − y(x') (Sundararajan et al., 2017, proposition 1,
    arxiv.org/abs/1703.01365); what is missing is the error of the finite number of steps. Other
    signed methods promise nothing of the kind, which this shows.

    Args:
        model: any network; only read.
        batch: one picture (1, channel, height, width), as the network expects it.
        class_idx: the class that was explained, from 0, or the `Difference`.
        heatmap: (height, width), signed, in units of the score.
        baseline: the picture that the explanation started from; zeros if None.

    Raises:
        ValueError: several pictures, or no such class.
    """
    picture = one_picture(batch)
    start = torch.zeros_like(picture) if baseline is None else baseline
    with torch.no_grad():
        scores = scorer(model, class_idx)(torch.cat([picture, start]))
    return Completeness(heatmap.sum().item(), (scores[0] - scores[1]).item())
