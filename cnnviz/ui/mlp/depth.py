"""View 2: what depth and width buy, and when the two losses part."""

from __future__ import annotations

from functools import partial
from typing import Any
from weakref import ReferenceType, ref

import streamlit as st

from cnnviz.counting import percent
from cnnviz.figures.mlp import playground as figures
from cnnviz.playground.surfaces import layers_at, places
from cnnviz.playground.training import OPTIMIZERS, Run, best_step
from cnnviz.rates import interval
from cnnviz.rounding import plainly
from cnnviz.ui import page
from cnnviz.ui.choices import seed
from cnnviz.ui.compute import computing
from cnnviz.ui.finding.terms import meaning
from cnnviz.ui.mlp.address import ADDRESS, HIDDEN, MOST_POINTS, RATES, Values
from cnnviz.ui.mlp.controls import (
    choose,
    choose_activation,
    slider,
    sliders,
    whole_page,
)
from cnnviz.ui.mlp.pace import Share, share_of
from cnnviz.ui.mlp.playground import playground, pointed_at
from cnnviz.ui.mlp.results import points_to_choose, results
from cnnviz.ui.mlp.training import (
    Training,
    act,
    is_busy,
    my_share,
    others,
    train_slice,
    training_of,
)
from cnnviz.ui.page import Number
from cnnviz.ui.taking.offers import offer_numbers

CELLS = ((32, 30), (100, 20), (384, 12))  # up to so many neurons, small pictures of so many cells
KEY = "mlp_playground"
SAVED_CELLS = 100  # of a side, as npz
OPTIMIZER_NAMES = {"adam": "Adam", "sgd": "SGD", "momentum": "SGD, momentum 0.9"}


def main_controls(values: Values) -> None:
    """How many points, how noisy, and how many of them are kept for the test."""
    sliders(
        "points",
        [
            slider(values, "points", "Number of points", "In all.", 10, MOST_POINTS, 10),
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
           "How far a step goes.", plainly)  # fmt: skip
    choose("weight_decay", "Weight decay", _with((0.0, 0.001, 0.01, 0.1, 1.0), values.weight_decay),
           meaning("weight_decay"), plainly)  # fmt: skip
    seed(ADDRESS, "Of the points and of the first weights.")


def _with(usual: tuple[float, ...], today: float) -> list[float]:
    """The usual values, and today's, which a link may have given."""
    return sorted({*usual, today})


def show(values: Values, chosen: None = None) -> None:
    """The training as it is now, and the pictures on its way there."""
    training = training_of(values)
    share = my_share() if is_busy(training, values) else share_of(1)
    *before, last = _pictures(training, values, share)
    frame = last | _around(training, is_busy(training, values), share) | {"before": before}
    with page.stage():
        playground(frame, key=KEY, on_act=partial(_acted, training))
    offer_numbers("surfaces of all neurons", ADDRESS, partial(_surfaces, ref(training)))
    _numbers(training.run)


def _surfaces(of: ReferenceType[Training]) -> dict[str, Any]:
    """What each neuron says at every place, and the losses so far.

    Raises:
        ValueError: the training is gone, with its visitor.
    """
    if (training := of()) is None:
        raise ValueError("The training is gone: open the page again.")
    run = training.run
    at = places(SAVED_CELLS, run.points.x.shape[1])
    with computing():
        found = layers_at(run.network, at)
    hidden = {f"layer{j}": layer for j, layer in enumerate(found.hidden, 1)}
    return {
        "places": at,
        **hidden,
        "scores": found.scores,
        "train": run.history.train,
        "test": run.history.test,
    }


def _acted(training: Training, word: str) -> None:
    act(training, word)
    if word != "play":
        whole_page()


def _pictures(training: Training, values: Values, share: Share) -> list[dict[str, object]]:
    """Those of one answer, the steps before each made; where it rests the one of today."""
    pictures = []
    while is_busy(training, values) and len(pictures) < share.pictures:
        train_slice(training, values, share)
        pictures.append(_picture(training.run, share))
    return pictures or [_picture(training.run, share)]


def _picture(run: Run, share: Share) -> dict[str, object]:
    """What changes with every step."""
    with computing():
        drawn = figures.surfaces(run.network, run.points, _cells(run, share))
        here = _here(run, drawn["edge"])
        losses = figures.loss_curves(run.now())
    return drawn | {"step": f"{run.step:,}", "losses": losses, "here": here}


def _around(training: Training, busy: bool, share: Share) -> dict[str, object]:
    """What is said of the last picture, and all that stays as it is while it trains."""
    run = training.run
    with computing():
        rests = not busy and not run.has_failed
        read = figures.readable(run.network, run.points, _cells(run, share)) if rests else None
    return {
        "palette": figures.palette(),
        "points": figures.marks(run.points),
        "is_classes": run.points.is_classes,
        "loss_name": "cross-entropy" if run.points.is_classes else "squared error",
        "read": read,
        "is_busy": busy,
        "is_playing": training.is_playing,
        "picture_ms": share.picture_ms,
        "pause_ms": share.pause_ms,
        "facts": f"{run.num_params:,} numbers, {run.points.num_train} points to learn from",
        "story": _story(training),
        "phi": run.setup.activation,
        "alt": _alt(run, run.now().test[-1]),
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
            f"At step {run.step:,} the loss is no longer a number: the learning "
            f"rate {plainly(run.setup.learning_rate)} is too high for this network. A smaller one "
            "learns."
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


def _numbers(run: Run) -> None:
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
        low, high = interval(history.test_right[-1], run.points.num_test)
        sure = f"of all such points {percent(low)} to {percent(high)} (95 % sure); guessing 50 %"
        strip.append(Number("Right", f"{right}, {kept}", f"Training points, test points: {sure}"))
    page.numbers(strip)
