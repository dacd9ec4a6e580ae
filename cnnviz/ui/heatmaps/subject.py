"""What the heatmaps page explains: a picture in front of a network, and the question about it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from cnnviz import counting
from cnnviz.heatmaps import Difference, Target
from cnnviz.models import Pretrained
from cnnviz.ui.heatmaps.address import Values
from cnnviz.ui.models import batch_of, load
from cnnviz.ui.pictures import Picture


@dataclass(frozen=True)
class Subject:
    """What is explained: a picture in front of a network, and the class it is explained for.

    Callbacks hold one as long as a visit lasts: it holds names and asks for what is large.
    """

    model_name: str
    picture: Picture
    size: int | None  # pixels of a side the picture is brought to; None: as in training
    scores: Tensor  # (classes,), probabilities
    class_idx: int
    against: int | None  # the class that it is compared with
    layer: str | None  # of methods that look at one; None where the network has no maps
    digit: int = -1  # the sample digit on the pad, if the picture is one

    @property
    def network(self) -> Pretrained:
        """The network."""
        return load(self.model_name)

    @property
    def batch(self) -> Tensor:
        """The picture as the network takes it, (1, channels, height, width); only to be read."""
        return batch_of(self.model_name, self.picture, self.size)

    @property
    def target(self) -> Target:
        """The score that heatmaps explain."""
        return self.class_idx if self.against is None else Difference(self.class_idx, self.against)

    @property
    def class_name(self) -> str:
        """Name of the class that is explained."""
        return self.network.classes[self.class_idx]

    @property
    def against_name(self) -> str:
        """Name of the class that it is compared with; empty without one."""
        return "" if self.against is None else self.network.classes[self.against]

    @property
    def question(self) -> str:
        """What is asked, in words."""
        said = f"{self.class_name} ({percent(float(self.scores[self.class_idx]))})"
        if self.against is None:
            return f"Which pixels speak for {said}?"
        return (
            f"Why {said} and not {self.against_name} ({percent(float(self.scores[self.against]))})?"
        )


def asked(values: Values, scores: Tensor) -> tuple[int, int | None]:
    """The class that is explained, by default the winner, and the one it is compared with."""
    count, winner = len(scores), int(scores.argmax())
    explained = values.class_idx if 0 <= values.class_idx < count else winner
    against = values.against
    return explained, against if 0 <= against < count and against != explained else None


def asked_anew(subject: Subject, values: Values) -> Subject:
    """The same picture in front of the same network, with the question that the address asks."""
    explained, against = asked(values, subject.scores)
    return replace(subject, class_idx=explained, against=against)


def percent(share: float) -> str:
    """A probability as it is written: 95.7 %, and never a rounded 0 or 100."""
    if 0 < share < 0.001:
        return "<0.1 %"
    if 0.999 < share < 1:
        return ">99.9 %"
    return counting.percent(share, 1)


def pixels(network: Pretrained, batch: Tensor) -> NDArray[np.uint8]:
    """A batch (N, channels, height, width) as pictures (N, height, width[, 3]) for the eye.

    The inverse of the network's transform, found from what it makes of black and of white.
    """
    black, white = (_of_one_colour(network, colour) for colour in ("black", "white"))
    values = ((batch - black) / (white - black) * 255).round().clamp(0, 255).to(torch.uint8)
    return (
        values.permute(0, 2, 3, 1).numpy().squeeze(-1)
        if values.shape[1] == 1
        else (values.permute(0, 2, 3, 1).numpy())
    )


def _of_one_colour(network: Pretrained, colour: str) -> Tensor:
    """What the transform makes of one colour, (channels, 1, 1)."""
    batch = network.transform(Image.new("RGB", (64, 64), colour))
    middle = batch.shape[2] // 2
    return batch[0, :, middle : middle + 1, middle : middle + 1]
