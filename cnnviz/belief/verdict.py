"""The randomisation test in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import mean

from cnnviz.belief.randomisation import Randomised

# Mean rank correlation over the stages. A map of chance alone keeps 1, one that hangs on every
# weight falls to 0 at the first stage. Measured with the shipped networks: guided backpropagation
# 0.7, saliency 0.4 to 0.5, Grad-CAM, occlusion and integrated gradients below 0.1.
MOST_OF_A_FOLLOWER = 0.4
LEAST_OF_AN_IGNORER = 0.6
REVERSED = 0.5  # a rank correlation below its negative: the map upside down


class Answer(StrEnum):
    """What the test says about a method."""

    FOLLOWS = "follows the model"
    PARTLY = "follows the model in part"
    IGNORES = "ignores the weights"
    EMPTY = "not told: empty maps"


@dataclass(frozen=True)
class Verdict:
    """An answer and the number that it rests on.

    Attributes:
        answer: in words.
        similarity: mean rank correlation with the trained network's map over all stages that
            have one; 0 where none has.
        empty: how many maps were empty, so that there was nothing to compare.
        reversed: at how many stages the map was turned upside down.
    """

    answer: Answer
    similarity: float
    empty: int = 0
    reversed: int = 0

    @property
    def reason(self) -> str:
        """One sentence."""
        kept = (
            "with weights made random its rank correlation stays "
            f"{self.similarity:.2f} on average".replace("-", "−")
        )
        said = {
            Answer.FOLLOWS: f"The map changes when the network does: {kept}.",
            Answer.PARTLY: f"Part of the map stays whatever the network has learnt: {kept}.",
            Answer.IGNORES: f"The map hardly changes when the network forgets: {kept}.",
            Answer.EMPTY: "No map has an order of pixels that could be compared.",
        }[self.answer]
        return said + self._besides

    @property
    def _besides(self) -> str:
        upside_down = (
            f" Turned upside down (below −{REVERSED}) in {self.reversed} of the maps: the same "
            "places, with what spoke for the class now against it. That counts as a change."
        )
        empty = f" Empty, all of one value, and not counted: {self.empty} of the maps."
        return upside_down * (self.reversed > 0) + empty * (self.empty > 0)


def verdict(results: Sequence[Randomised]) -> Verdict:
    """What the randomisation test of one method says, over one picture or over many.

    Args:
        results: from `randomisation_test`, of one picture or of several put together.

    Raises:
        ValueError: there are no results.
    """
    if not results:
        raise ValueError("a verdict needs the results of a test")
    alike = [r.rank_correlation for r in results if r.rank_correlation is not None]
    similarity = mean(alike) if alike else 0.0
    answer = _answer(similarity) if alike else Answer.EMPTY
    upside_down = sum(one < -REVERSED for one in alike)
    return Verdict(answer, similarity, len(results) - len(alike), upside_down)


def _answer(similarity: float) -> Answer:
    if similarity >= LEAST_OF_AN_IGNORER:
        return Answer.IGNORES
    return Answer.FOLLOWS if similarity < MOST_OF_A_FOLLOWER else Answer.PARTLY
