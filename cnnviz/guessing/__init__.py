"""Guess the network: does a heatmap help to foretell what it says? The only test of use there is.

Kim et al., 2022 (HIVE, arxiv.org/abs/2112.03184), and Colin et al., 2022
(arxiv.org/abs/2112.04417): people see pictures with a heatmap, and as many without, and say what
the network answers. A heatmap is of use if they are right more often with it.
"""

from cnnviz.guessing.riddles import LABELLED, Riddle, knows_pictures, riddle
from cnnviz.guessing.tally import Tally, by_chance, helps

__all__ = ["LABELLED", "Riddle", "Tally", "by_chance", "helps", "knows_pictures", "riddle"]
