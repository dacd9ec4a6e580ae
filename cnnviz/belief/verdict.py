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


class Answer(StrEnum):
    """What the test says about a method."""

    FOLLOWS = "follows the model"
    PARTLY = "follows the model in part"
    IGNORES = "ignores the weights"


@dataclass(frozen=True)
class Verdict:
    """An answer and the number that it rests on.

    Attributes:
        answer: in words.
        similarity: mean rank correlation with the trained network's map over all stages.
    """

    answer: Answer
    similarity: float

    @property
    def reason(self) -> str:
        """One sentence."""
        kept = (
            f"with weights made random its rank correlation stays {self.similarity:.2f} on average"
        )
        return {
            Answer.FOLLOWS: f"The map changes when the network does: {kept}.",
            Answer.PARTLY: f"Part of the map stays whatever the network has learnt: {kept}.",
            Answer.IGNORES: f"The map hardly changes when the network forgets: {kept}.",
        }[self.answer]


def verdict(results: Sequence[Randomised]) -> Verdict:
    """What the randomisation test of one method says, over one picture or over many.

    Args:
        results: from `randomisation_test`, of one picture or of several put together.

    Raises:
        ValueError: there are no results.
    """
    if not results:
        raise ValueError("a verdict needs the results of a test")
    similarity = mean(result.rank_correlation for result in results)
    if similarity >= LEAST_OF_AN_IGNORER:
        return Verdict(Answer.IGNORES, similarity)
    answer = Answer.FOLLOWS if similarity < MOST_OF_A_FOLLOWER else Answer.PARTLY
    return Verdict(answer, similarity)
