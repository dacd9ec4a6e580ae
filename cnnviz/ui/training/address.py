"""What the address of the page says: the network, the pictures, and all that decides a run."""

from __future__ import annotations

from dataclasses import dataclass

from cnnviz.training import plan
from cnnviz.training.material import MATERIALS
from cnnviz.training.networks import NETWORKS
from cnnviz.ui import network_parameter
from cnnviz.ui.address import Address
from cnnviz.ui.parameters import choice, flag, number, whole

VIEWS = {"live": "Live", "rewind": "Rewind", "mistakes": "Mistakes"}
COMPARED = {"moments": "Two moments", "runs": "Two runs"}
OWN = "own"
ZIP = "zip"  # of one's own pictures
NETWORK_NAMES = {name.lower().replace(", ", "-").replace(" ", "-"): name for name in NETWORKS}
OPTIMIZER_NAMES = {
    "sgd": "SGD", "momentum": "SGD momentum", "adam": "Adam", "adamw": "AdamW",
}  # fmt: skip
SCHEDULE_NAMES = {
    "constant": "constant", "step": "a tenth, twice", "cosine": "cosine", "one-cycle": "one cycle",
}  # fmt: skip
AUGMENTATION_NAMES = {
    "none": "none",
    "shift": "shifted",
    "shift-rotate": "shifted and turned",
    "shift-flip": "shifted and mirrored",
}
RATES = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
BATCHES = (8, 16, 32, 64, 128, 256)
EPOCHS = (1, 2, 4, 8, 16, 32)
DECAYS = (0.0, 0.0001, 0.001, 0.01, 0.1)
ASKED_NAMES = {"validation": "Not learnt from", "training": "Learnt from"}
RUN_NAMES = ("latest", "one before", "two before")  # of the runs that are kept
ORDER_NAMES = {"surest": "Surest first", "true": "By true class", "answer": "By answer"}
LAST_PICTURE = 99_999
LAST_STEP = 10_000_000
MOST_CLASSES = 20


@dataclass(frozen=True)
class Values:
    """The terms of the page's address."""

    view: str = choice("live", VIEWS)
    network: str = choice("lenet", (*NETWORK_NAMES, OWN))
    net: str = network_parameter.network("", "the page “Build a network”")
    data: str = choice("digits", (*MATERIALS, ZIP))
    optimizer: str = choice("adamw", plan.OPTIMIZERS)
    learning_rate: float = number(0.003, *plan.LEARNING_RATES)
    schedule: str = choice("constant", plan.SCHEDULES)
    batch_size: int = whole(32, *plan.BATCH_SIZES)
    weight_decay: float = number(0.0, *plan.WEIGHT_DECAYS)
    dropout: float = number(0.0, *plan.DROPOUTS)
    augmentation: str = choice("none", plan.AUGMENTATIONS)
    seed: int = whole(0, *plan.SEEDS)
    epochs: int = whole(8, *plan.EPOCHS)
    picture: int = whole(0, 0, LAST_PICTURE)
    # rewind: steps of a run; −1 is its last
    compare: str = choice("moments", COMPARED)
    a: int = whole(0, -1, LAST_STEP)
    b: int = whole(-1, -1, LAST_STEP)
    run: int = whole(0, 0, len(RUN_NAMES) - 1)  # whose mistakes: how many runs before the latest
    true: int = whole(-1, -1, MOST_CLASSES - 1)  # of the mistakes that are shown; −1: all
    answer: int = whole(-1, -1, MOST_CLASSES - 1)
    mistake: int = whole(0, 0, LAST_PICTURE)
    asked: str = choice("validation", ASKED_NAMES)  # which pictures may be mistaken
    sort: str = choice("surest", ORDER_NAMES)
    drawing: bool = flag(False)  # whether the opened mistake is drawn over


ADDRESS = Address("training", Values)


def plan_of(values: Values) -> plan.Plan:
    """How today's run is trained."""
    return plan.Plan(
        optimizer=values.optimizer,
        learning_rate=values.learning_rate,
        schedule=values.schedule,
        batch_size=values.batch_size,
        weight_decay=values.weight_decay,
        dropout=values.dropout,
        augmentation=values.augmentation,
        seed=values.seed,
        epochs=values.epochs,
    )
