"""View 2: what depth and width buy, and when the two losses part."""

from __future__ import annotations

from functools import partial

import streamlit as st

from cnnviz.figures.mlp import playground as figures
from cnnviz.playground.training import OPTIMIZERS, Run, best_step
from cnnviz.ui import page
from cnnviz.ui.choices import seed
from cnnviz.ui.compute import computing
from cnnviz.ui.mlp.address import ADDRESS, HIDDEN, MOST_POINTS, RATES, Values
from cnnviz.ui.mlp.controls import (
    choose,
    choose_activation,
    slider,
    sliders,
    whole_page,
)
from cnnviz.ui.mlp.playground import playground, pointed_at
from cnnviz.ui.mlp.results import points_to_choose, results
from cnnviz.ui.mlp.training import (
    Share,
    Training,
    act,
    is_busy,
    my_share,
    others,
    share_of,
    train_slice,
    training_of,
)
from cnnviz.ui.page import Number

CELLS = ((32, 30), (100, 20), (384, 12))  # up to so many neurons, small pictures of so many cells
KEY = "mlp_playground"
OPTIMIZER_NAMES = {"adam": "Adam", "sgd": "SGD", "momentum": "SGD, momentum 0.9"}


def main_controls(values: Values) -> None:
    """How many points, how noisy, and how many of them are kept for the test."""
    sliders(
        "points",
        [
            slider(values, "points", "How many", "Points in all.", 10, MOST_POINTS, 10),
            slider(values, "noise", "Noise", "Standard deviation of what chance adds to every "
                   "point.", 0, 1, 0.05),
            slider(values, "test_share", "Kept for the test", "The share of the points that the "
                   "network never learns from.", 0.1, 0.9, 0.1),
        ],
    )  # fmt: skip


def more_controls(values: Values) -> None:
    """The points, the network, and how it is trained."""
    results()
    points_to_choose(values)
    st.selectbox(
        "Your own hidden neurons",
        HIDDEN,
        key=ADDRESS.key("hidden"),
        accept_new_options=True,
        help="Neurons of each hidden layer, with commas between them, as 20,20: up to six layers "
        "of up to 64.",
    )
    choose_activation()
    choose("optimizer", "Optimiser", OPTIMIZERS, "How a step is made from the gradient. With "
           "weight decay, Adam is AdamW.", OPTIMIZER_NAMES.__getitem__)  # fmt: skip
    choose("learning_rate", "Learning rate", _with(RATES, values.learning_rate),
           "How far a step goes.", _plain)  # fmt: skip
    choose("weight_decay", "Weight decay", _with((0.0, 0.001, 0.01, 0.1, 1.0), values.weight_decay),
           "How much every step shrinks the weights.", _plain)  # fmt: skip
    seed(ADDRESS, "Of the points and of the first weights.")


def _with(usual: tuple[float, ...], today: float) -> list[float]:
    """The usual values, and today's, which a link may have given."""
    return sorted({*usual, today})


def _plain(value: float) -> str:
    return f"{value:g}"


def show(values: Values, chosen: None = None) -> None:
    """One frame of the training."""
    training = training_of(values)
    if is_busy(training, values):
        train_slice(training, values)
        values = ADDRESS.values()
    busy = is_busy(training, values)
    share = my_share() if busy else share_of(1)
    with page.stage():
        playground(_frame(training, busy, share), key=KEY, on_act=partial(_acted, training))
    _numbers(training)


def _acted(training: Training, word: str) -> None:
    act(training, word)
    if word != "play":
        whole_page()


def _frame(training: Training, busy: bool, share: Share) -> dict[str, object]:
    run = training.run
    cells = _cells(run, share)
    with computing():
        history = run.now()
        drawn = figures.surfaces(run.network, run.points, cells)
        rests = not busy and not run.has_failed
        read = figures.readable(run.network, run.points, cells) if rests else None
        here = None if read else _here(run, drawn["edge"])
    return drawn | {
        "palette": figures.palette(),
        "points": figures.marks(run.points),
        "is_classes": run.points.is_classes,
        "losses": figures.loss_curves(history),
        "loss_name": "cross-entropy" if run.points.is_classes else "squared error",
        "read": read,
        "here": here,
        "is_busy": busy,
        "is_playing": training.is_playing,
        "pause_ms": share.pause_ms,
        "step": f"{run.step:,}",
        "facts": f"{run.num_params:,} numbers, {run.points.num_train} points to learn from",
        "story": _story(training),
        "phi": run.setup.activation,
        "alt": _alt(run, history.test[-1]),
    }


def _here(run: Run, edge: float) -> dict[str, object] | None:
    """What the network answers where the visitor points while it goes on."""
    pointed = pointed_at(KEY, len(run.points.x), edge)
    return figures.here(run.network, run.points, *pointed) if pointed else None


def _cells(run: Run, share: Share) -> int:
    """Cells a side of a small picture: fewer where there are many, or many visitors."""
    neurons = sum(run.setup.hidden)
    return next(cells for most, cells in CELLS if neurons <= most) // share.coarser


def _story(training: Training) -> str:
    run = training.run
    if run.has_failed:
        return (
            f"At step {run.step:,} the loss is no longer a number: the learning rate "
            f"{run.setup.learning_rate:g} is too high for this network. A smaller one learns."
        )
    words = figures.story(run.now(), run.points)
    ends = [f"{name} at step {step:,}: {loss:.2f}" for name, step, loss in others(training)]
    return words + (f" Other networks on these points: {'; '.join(ends[-4:])}." if ends else "")


def _alt(run: Run, test_loss: float) -> str:
    what = "surface" if run.points.is_classes else "curve"
    return (
        f"The {what} that the network of {', '.join(map(str, run.setup.hidden))} hidden neurons "
        f"answers after {run.step:,} steps on {run.setup.data}; test loss {test_loss:.3f}."
    )


def _numbers(training: Training) -> None:
    run = training.run
    history = run.now()
    best = best_step(history.test)
    strip = [
        Number("Step", f"{run.step:,}", "Every step uses all training points"),
        Number("Numbers to learn", f"{run.num_params:,}", "Weights and biases"),
        Number("Training loss", f"{history.train[-1]:.3f}", "The mean over the training points"),
        Number("Test loss", f"{history.test[-1]:.3f}", "The mean over the points kept"),
        Number("Lowest test loss", f"{history.test[best]:.3f} at {best:,}", "Where they part"),
    ]
    if run.points.is_classes:
        right = f"{history.train_right[-1]}/{run.points.num_train}"
        kept = f"{history.test_right[-1]}/{run.points.num_test}"
        strip.append(Number("Right", f"{right}, {kept}", "Training points, test points"))
    page.numbers(strip)
