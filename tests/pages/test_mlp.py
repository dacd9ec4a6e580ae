"""The page mlp: every view opens, its script gives its numbers, and nonsense is told."""

from __future__ import annotations

import ast
import contextlib
import io
import re
from io import BytesIO

import numpy as np
import pytest

from cnnviz.ui.kept import size_of
from tests.support.opening import component, held_by, html_text, offers, open_page, page_text


def printed_by(script: str) -> str:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(script, "page", "exec"), {"__name__": "pasted"})
    return printed.getvalue()


@pytest.mark.parametrize(
    "query",
    ["part=network&activation=gelu", "part=network&target=3&activation=relu",
     "part=network&task=regression&wanted=-1.5&activation=sigmoid"],
)  # fmt: skip
def test_the_loss_on_the_page_is_the_scripts(query):
    app = open_page("mlp", query)
    printed = printed_by(app.code[0].value)
    loss = float(printed.rsplit("loss: ", 1)[1])
    assert f"Loss{loss:.3f}".rstrip("0") in html_text(app)


def test_a_neuron_is_written_out_and_its_script_gives_its_output():
    app = open_page("mlp", "x1=2&w1=-1&bias=0.5&activation=relu")
    said = component(app, "mlp_neurons")["say"]["1r0"]
    assert "−1·2 + −1.2·(−0.5) + 0.4·2 + 0.5 = −0.1" in said
    assert "y = [0.0]" in printed_by(app.code[0].value)


@pytest.mark.parametrize(
    "query", ["part=layer", "part=network", "part=network&activation=identity"]
)
def test_the_network_as_one_formula_gives_its_scripts_last_layer(query):
    app = open_page("mlp", query)
    last = ast.literal_eval(printed_by(app.code[0].value).rsplit(" y = ", 1)[1].splitlines()[0])
    shown = re.search(r"x \+ b.*? = \(([^)]*)\)", html_text(app))
    assert shown
    numbers = [float(number.replace("−", "-")) for number in shown[1].split(", ")]
    assert numbers == pytest.approx(last, abs=0.005)


def test_the_tutorials_sizes():
    app = open_page("mlp", "view=size&side=1000&channels=3")
    shown = html_text(app)
    assert "One neuron3,000,000" in shown
    assert "Convolution760" in shown
    assert "convolution: 760" in printed_by(app.code[0].value)
    assert "One neuron784" in html_text(open_page("mlp", "view=size"))


def test_the_matrix_counts_what_its_script_counts():
    app = open_page("mlp", "view=matrix&kernel=sobel_x")
    printed, shown = printed_by(app.code[0].value), html_text(app)
    assert "M: (16, 36)" in printed
    assert "not 0: 96" in printed
    for number in ("Entries576", "Connections144", "Not 096", "To learn9", "M·x − layer(x)0"):
        assert number in shown


@pytest.mark.parametrize("query", ["dx=4&dy=-4", "digit=3&dx=-2&rotation=20&pixel_noise=30"])
def test_the_answers_to_a_moved_digit_are_the_scripts(query):
    app = open_page("mlp", f"view=shift&{query}")
    printed = printed_by(app.code[0].value).splitlines()
    for line, answer in zip(printed, component(app, "mlp_moved")["answers"], strict=True):
        assert f"says {answer['says']}:" in line
        (share,) = [bar["text"] for bar in answer["bars"] if bar["name"] == answer["says"]]
        assert share in line


def test_the_maps_show_the_recorded_counts_and_say_so():
    app = open_page("mlp", "view=shift&dx=4&dy=-4")
    mlp, lenet = component(app, "mlp_moved")["maps"]
    assert (mlp["here"], lenet["here"]) == ("62.6 %", "92.6 %")
    assert (mlp["good_count"], lenet["good_count"]) == ("49 of 441", "102 of 441")
    assert (mlp["seen"], lenet["seen"]) == (2, 2)
    assert "Recorded: 500 MNIST test digits" in page_text(app)
    turned = page_text(open_page("mlp", "view=shift&rotation=10"))
    assert "changed in other ways too" in turned


def test_the_live_maps_hold_this_digits_own_answer():
    told = component(open_page("mlp", "view=shift&map=this&dx=3&dy=5&digit=7"), "mlp_moved")
    for found, answer in zip(told["maps"], told["answers"], strict=True):
        assert found["here"] == answer["bars"][7]["text"]
        assert found["texts"][(5 + 10) * 21 + 3 + 10] == found["here"]


def test_ink_that_left_is_told():
    told = component(open_page("mlp", "view=shift&dx=10&dy=10"), "mlp_moved")
    assert told["is_lost"]
    assert "of the ink lost" in told["ink"]


def trained_page(query):
    """The page when the training has come to the steps of the address."""
    app = open_page("mlp", f"view=depth&{query}")
    while component(app, "mlp_playground")["is_busy"]:
        app.run()
    return app


@pytest.mark.parametrize(
    "query",
    ["steps=200&hidden=6", "steps=90&data=sine&points=40&hidden=3,3&activation=gelu",
     "steps=60&data=spirals&optimizer=momentum&learning_rate=0.1&activation=relu&seed=4"],
)  # fmt: skip
def test_the_losses_after_some_steps_are_the_scripts(query):
    app = trained_page(query)
    shown, printed = html_text(app), printed_by(app.code[0].value)
    train, test = eval(printed.split("losses: ")[1].splitlines()[0])
    assert f"Training loss{train:.3f}"[:-1] in shown
    assert f"Test loss{test:.3f}"[:-1] in shown
    if "right: " in printed:
        train_right, test_right = eval(printed.split("right: ")[1])
        assert f"Right{train_right}/" in shown
        assert f", {test_right}/" in shown


def test_the_page_says_when_the_losses_part_and_what_it_costs():
    told = component(trained_page("steps=900"), "mlp_playground")
    losses = told["losses"]
    assert losses["parts"]
    assert (
        f"Since step {losses['best']:,} the test loss has gone from {losses['best_loss']}"
        in (told["story"])
    )
    assert "of 40 training points right" in told["story"]


def test_a_learning_rate_that_is_too_high_is_one_sentence():
    told = component(
        trained_page("steps=300&data=sine&optimizer=sgd&learning_rate=10&hidden=20"
                     "&activation=relu"), "mlp_playground")  # fmt: skip
    assert "the learning rate 10 is too high" in told["story"]
    assert not told["is_busy"]


def test_a_network_before_its_first_step_is_shown_and_does_not_train():
    told = component(open_page("mlp", "view=depth"), "mlp_playground")
    assert (told["step"], told["is_busy"]) == ("0", False)


def test_what_a_training_offers_to_be_saved_holds_nothing_however_long_it_is():
    app = open_page("mlp", "view=depth&hidden=3")
    run = app.session_state["mlp._training"].run
    run.advance(3000)
    (offer,) = offers(app)
    assert held_by(offer) < 10_000 < size_of(run) < 200_000  # the visit holds it, and once
    numbers = np.load(BytesIO(offer.file()))
    assert numbers["train"].tolist() == [*run.history.train]
    assert len(numbers["test"]) == 3000


def test_a_kernel_that_does_not_fit_is_one_sentence_and_a_script_of_torchs_words():
    app = open_page("mlp", "view=matrix&kernel_size=5&dilation=3")
    assert "spans 13 pixels but the padded input has only 6" in app.error[0].value
    assert "Kernel size can't be greater" in printed_by(app.code[0].value)


@pytest.mark.parametrize(
    ("query", "term"),
    [("view=all", "view"), ("x1=nan", "x1"), ("side=0", "side"), ("activation=<b>", "activation"),

     ("dx=11", "dx"), ("scale=0", "scale"), ("digit=ten", "digit"),
     ("size=99", "size"), ("kernel=mine", "kernel"), ("hidden=0", "hidden"),
     ("hidden=3,,3", "hidden"), ("points=5", "points"), ("learning_rate=0", "learning_rate"),
     ("steps=-1", "steps"), ("data=mine", "data")],
)  # fmt: skip
def test_nonsense_falls_back_with_a_word_about_it(query, term):
    app = open_page("mlp", query)
    assert f"asks for {term} =" in app.warning[0].value


@pytest.mark.parametrize("view", ["neuron", "depth", "size", "shift", "matrix"])
def test_every_view_says_why_and_what_to_try(view):
    text = page_text(open_page("mlp", f"view={view}"))
    assert "Things to try" in [h.value for h in open_page("mlp", f"view={view}").header]
    assert len(text) > 400
