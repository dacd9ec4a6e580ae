"""Training: of the shipped networks (`python -m cnnviz.training`) and of any other, step by step.

training = Training(model, spec, data, recipe, seed=0)
for step in training.run_epoch():
    print(step.loss, step.accuracy)
"""

from cnnviz.training.data import LabelledPictures, read_data
from cnnviz.training.loop import Step, Training, accuracy
from cnnviz.training.recipes import RECIPES, Augmentation, Cycle, Recipe, Stage

__all__ = [
    "RECIPES",
    "Augmentation",
    "Cycle",
    "LabelledPictures",
    "Recipe",
    "Stage",
    "Step",
    "Training",
    "accuracy",
    "read_data",
]
