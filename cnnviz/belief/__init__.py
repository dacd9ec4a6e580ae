"""Can a heatmap be believed? Four ways to find out.

    from cnnviz.belief import completeness, deletion_insertion, randomisation_test, verdict

The fourth, pictures of which one region alone can carry the class, is in `planted` and `pointing`.
"""

from cnnviz.belief.chance import Chance, Side, chance_correlation, chance_curves
from cnnviz.belief.completeness import Completeness, completeness
from cnnviz.belief.curves import Curves, deletion_insertion
from cnnviz.belief.randomisation import Randomised, Stage, randomisation_test, randomised, stages
from cnnviz.belief.similarity import rank_correlation
from cnnviz.belief.verdict import Answer, Verdict, verdict

__all__ = [
    "Answer",
    "Chance",
    "Completeness",
    "Curves",
    "Randomised",
    "Side",
    "Stage",
    "Verdict",
    "chance_correlation",
    "chance_curves",
    "completeness",
    "deletion_insertion",
    "randomisation_test",
    "randomised",
    "rank_correlation",
    "stages",
    "verdict",
]
