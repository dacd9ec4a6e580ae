"""What the choice among tied cells of a max pooling does to the map that is shown."""

from __future__ import annotations

from torch import Tensor

from cnnviz.counting import percent
from cnnviz.heatmaps import Method
from cnnviz.heatmaps.scores import Target
from cnnviz.heatmaps.ties import Ties, max_pool_ties
from cnnviz.models import Pretrained
from cnnviz.ui.heatmaps.subject import Subject
from cnnviz.ui.kept import kept

OF_PIXELS = ("saliency", "input_x_gradient", "guided_backprop")
LARGEST = 64  # pixels a side of the pictures it is worked out for: two more gradients, at once
TOLD = 0.02  # of the map's maximum: what is less cannot be seen


def tie_words(subject: Subject, method: Method) -> str:
    """A sentence where another choice would be seen in the map of this method; else nothing."""
    if method.name not in OF_PIXELS or max(subject.batch.shape[2:]) > LARGEST:
        return ""
    ties = _ties(
        subject.model_name, subject.picture.digest, subject.size, subject.target,
        subject.network, subject.batch,
    )  # fmt: skip
    if ties.spread < TOLD:
        return ""
    return (
        f" **Ties.** In {ties.tied:,} of {ties.windows:,} windows of max pooling several cells are "
        "the largest, but for rounding, as on a flat background. The rule here: the gradient goes "
        "to the first of them, row by row. torch has none (its choice changes with the layout of "
        f"memory); going to the last of them, up to {percent(ties.spread)} of the map's maximum "
        "would lie elsewhere."
    )


@kept
def _ties(
    name: str, digest: str, size: int | None, target: Target, _network: Pretrained, _batch: Tensor
) -> Ties:
    return max_pool_ties(_network.model, _batch, target)
