"""The script of a run: alone in a fresh process it gives the losses that the app gives."""

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import hypothesis
import pytest
import torch
from hypothesis import strategies as st

from cnnviz.builder.modules import build
from cnnviz.models.specs import NetworkSpec
from cnnviz.training.apart import Job
from cnnviz.training.data import LabelledPictures
from cnnviz.training.export import beside, script
from cnnviz.training.material import Material, material
from cnnviz.training.material.shelf import SHELVES
from cnnviz.training.moments import network_of, scores_of
from cnnviz.training.networks import NETWORKS, adapted, with_dropout
from cnnviz.training.plain import steps
from cnnviz.training.plan import AUGMENTATIONS, LEARNING_RATES, OPTIMIZERS, SCHEDULES, Plan

FEW = 4
RUNNER = Path(__file__).parents[2] / "support" / "run_training_scripts.py"


def colour() -> Material:
    generator = torch.Generator().manual_seed(0)
    pictures = torch.randint(0, 256, (50, 3, 32, 32), generator=generator, dtype=torch.uint8)
    data = LabelledPictures(pictures, torch.arange(50) % 4)
    spec = SHELVES["cifar10"].input
    return Material("zip", "Yours", tuple("abcd"), spec, data.some(40), data.some(10), "Made up.")


def job(name: str, given: Material, plan: Plan) -> Job:
    network = adapted(NETWORKS[name](), given.input, len(given.classes))
    return Job(with_dropout(network, plan.dropout), given, plan)


JOBS = [
    job("LeNet", material("digits"), Plan("sgd", 0.1, "constant", augmentation="shift")),
    job(
        "LeNet", material("digits"),
        Plan("momentum", 0.01, "one-cycle", 32, dropout=0.4, augmentation="shift-rotate", seed=5),
    ),
    job("Small ResNet", material("digits"), Plan("adamw", 0.003, "cosine", weight_decay=0.1)),
    job(
        "LeNet, fully convolutional", colour(),
        Plan("adam", 0.01, "step", augmentation="shift-flip"),
    ),
    job("MLP", colour(), Plan("adamw", 0.003, batch_size=128, epochs=9)),
]  # fmt: skip


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> list[list[str]]:
    """What each script prints when it is alone; one after the other in one fresh process."""
    folder = tmp_path_factory.mktemp("scripts")
    for number, given in enumerate(JOBS):
        (folder / f"{number}.py").write_text(script(given, until=FEW), encoding="utf-8")
        for name, data in beside(given.material).items():
            (folder / name).write_bytes(data)
    subprocess.run([sys.executable, "-I", RUNNER, folder], check=True)
    return [
        (folder / f"{number}.txt").read_text(encoding="utf-8").splitlines()
        for number in range(len(JOBS))
    ]


@pytest.mark.parametrize("number", range(len(JOBS)))
def test_alone_it_gives_the_losses_of_the_app_and_the_same_accuracy(told, number):
    given = JOBS[number]
    with torch.random.fork_rng():
        torch.manual_seed(given.plan.seed)
        model = build(given.network, seed=given.plan.seed)
        run = steps(model, given.material.input, given.material.training, given.plan)
        losses = [next(run).loss for _ in range(FEW)]
    *lines, last = told[number]
    alone = [float(line.rpartition(" ")[2]) for line in lines]
    assert alone == pytest.approx(losses, abs=2e-5)
    asked = given.material.validation
    answers = scores_of(
        network_of(given.network, model.state_dict()), given.material, asked.pictures
    ).argmax(1)
    right = (answers == asked.labels).float().mean().item()
    said = re.fullmatch(r"(.+)% of (\d+) others are right", last)
    assert said is not None
    assert float(said[1]) == pytest.approx(100 * right, abs=0.3)
    assert int(said[2]) == len(asked)


def test_every_choice_of_a_plan_is_in_one_of_these():
    plans = [given.plan for given in JOBS]
    assert {plan.optimizer for plan in plans} == set(OPTIMIZERS)
    assert {plan.schedule for plan in plans} == set(SCHEDULES)
    assert {plan.augmentation for plan in plans} == set(AUGMENTATIONS)


@hypothesis.given(
    st.floats(*LEARNING_RATES), st.sampled_from([0.0, 1e-5, 0.01]), st.sampled_from(SCHEDULES)
)
def test_it_has_the_rates_of_the_run_and_writes_them_as_the_page_does(rate, decay, schedule):
    plan = Plan(learning_rate=rate, weight_decay=decay, schedule=schedule)
    text = script(replace(JOBS[0], plan=plan))
    said = re.findall(r"lr=([\d.]+), |weight_decay=([\d.]+),|return ([\d.]+) \*", text)
    numbers = {float(number) for found in said for number in found if number}
    assert numbers == {rate, decay}
    assert len(said) == {"constant": 2, "one-cycle": 4}.get(schedule, 3)


def test_a_whole_run_is_as_long_as_the_run():
    given = JOBS[0]
    assert f"for step in range({given.plan.num_steps(2_500)}):" in script(given)


@pytest.mark.parametrize("name", SHELVES)
def test_torchvisions_data_sets_are_fetched_by_the_script(name):
    shelf = SHELVES[name]
    given = replace(colour(), name=name, title=shelf.title)
    text = script(Job(JOBS[3].network, given, Plan()))
    compile(text, "script", "exec")
    assert f"torchvision.datasets.{shelf.kind}(" in text
    assert f"Torchvision fetches {shelf.title} into the folder data" in text
    assert beside(given) == {}


def test_names_that_a_stranger_chose_are_code_nowhere():
    given = JOBS[4]
    spec = NetworkSpec("Image torch *", given.network.input_shape, given.network.layers)
    text = script(replace(given, network=spec, material=replace(given.material, title='"""\nx=1')))
    compile(text, "script", "exec")
    assert "x=1" not in text
    assert "class ImageTorch(nn.Module)" in text
