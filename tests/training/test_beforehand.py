"""The training command says before its first step what would end it after hours, in a sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from cnnviz.residual.__main__ import main as residual
from cnnviz.shift.__main__ import main as shift
from cnnviz.training import __main__ as command
from cnnviz.training.__main__ import main
from cnnviz.training.beforehand import check_folders
from cnnviz.training.loop import Training
from cnnviz.training.recipes import RECIPES, Augmentation, Cycle, Recipe, Stage
from cnnviz.wants.__main__ import main as wants

RECIPE = Recipe(
    cycles=(Cycle((Stage(1, ((28, 1.0),)),), peak_learning_rate=4e-3),),
    batch_size=16, augmentation=Augmentation(shift=1, zoom=1.1), averaging_steps=1,
)  # fmt: skip
COUNT = 32


def arrays(**changed: np.ndarray) -> dict[str, np.ndarray]:
    values = np.random.default_rng(0)
    pictures = {
        f"x_{part}": values.integers(0, 256, (COUNT, 28, 28), np.uint8)
        for part in ("train", "test")
    }
    return {
        **pictures,
        "y_train": np.arange(COUNT) % 10,
        "y_test": np.arange(COUNT) % 10,
        **changed,
    }


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RECIPES, "lenet-mnist", RECIPE)


@pytest.fixture
def never(monkeypatch: pytest.MonkeyPatch) -> None:
    """No step is made and no card written."""

    def fail(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("a step was made")

    monkeypatch.setattr(Training, "run_epoch", fail)
    monkeypatch.setattr(command, "ship", fail)


def run(folder: Path, data: Path, *more: str, seed: int = 0) -> None:
    main(
        [
            "lenet-mnist",
            "--data",
            str(data),
            "--seed",
            str(seed),
            "--out",
            str(folder / "out"),
            *more,
        ]
    )


def sentence(call: Callable[[], None]) -> str:
    with pytest.raises(SystemExit) as end:
        call()
    assert isinstance(end.value.code, str)
    assert "\n" not in end.value.code
    return end.value.code


@pytest.mark.usefixtures("never")
@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"x_train": np.zeros((COUNT, 32, 32), np.uint8)}, r"are \(1, 32, 32\), and"),
        ({"x_train": np.zeros((COUNT, 28, 28), np.float32)}, "torch.float32, and uint8"),
        ({"x_test": np.zeros((COUNT, 28, 28, 3), np.uint8)}, r"are \(1, 28, 28, 3\)"),
        ({"y_train": np.arange(COUNT)}, "from 0 to 31, and MNIST has 10 classes"),
        ({"y_train": np.zeros(5, int)}, "32 pictures and 5 labels"),
        ({"y_test": np.full(COUNT, 2.5)}, "in y_test that are no whole numbers"),
        ({"y_train": np.full(COUNT, np.nan)}, "in y_train that are no whole numbers"),
        (
            {"x_train": np.zeros((9, 28, 28), np.uint8), "y_train": np.zeros(9, int)},
            "9 pictures, and at least 16",
        ),
        ({"x_train": np.array([{}], object)}, "cannot be read as arrays of numbers"),
    ],
)  # fmt: skip
def test_wrong_pictures(tmp_path, changed, words):
    np.savez(tmp_path / "data.npz", **arrays(**changed))
    with pytest.raises(SystemExit, match=words):
        run(tmp_path, tmp_path / "data.npz")


@pytest.mark.usefixtures("never")
def test_files_that_are_broken(tmp_path):
    whole = tmp_path / "data.npz"
    np.savez(whole, **arrays())
    half = tmp_path / "half.npz"
    half.write_bytes(whole.read_bytes()[:5_000])
    assert "half.npz cannot be read" in sentence(lambda: run(tmp_path, half))
    np.savez(tmp_path / "other.npz", x=np.zeros(3))
    assert "no arrays x_train" in sentence(lambda: run(tmp_path, tmp_path / "other.npz"))
    for part in ("train", "test"):
        (tmp_path / "folder" / part / "a").mkdir(parents=True)
        Image.new("RGB", (28, 28)).save(tmp_path / "folder" / part / "a" / "1.png")
    (tmp_path / "folder" / "train" / "a" / "2.png").write_text("no picture")
    assert "2.png cannot be read" in sentence(lambda: run(tmp_path, tmp_path / "folder"))
    Image.new("RGB", (30, 28)).save(tmp_path / "folder" / "train" / "a" / "2.png")
    assert "not all of one size" in sentence(lambda: run(tmp_path, tmp_path / "folder"))


@pytest.mark.usefixtures("never")
def test_places_that_cannot_be_written(tmp_path):
    data = tmp_path / "data.npz"
    np.savez(data, **arrays())
    missing = ["--checkpoint", str(tmp_path / "no" / "run")]
    assert "there is no folder" in sentence(lambda: run(tmp_path, data, *missing))
    assert "is a folder" in sentence(lambda: run(tmp_path, data, "--checkpoint", str(tmp_path)))
    (tmp_path / "out").write_text("")
    assert "is a file, and a folder is needed" in sentence(lambda: run(tmp_path, data))
    (tmp_path / "out").unlink()
    (tmp_path / "out").symlink_to(tmp_path / "out")  # what exists for mkdir and for nobody else
    assert "is a link that leads nowhere" in sentence(lambda: run(tmp_path, data))
    (tmp_path / "out").unlink()
    for name in ("x" * 300, "a\0b"):
        checkpoint = str(tmp_path / name)
        said = sentence(lambda name=checkpoint: run(tmp_path, data, "--checkpoint", name))
        assert "cannot be written" in said
        with pytest.raises(ValueError, match="cannot be made"):
            check_folders(tmp_path / name, None)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Pictures, and a checkpoint of a run on them with seed 0."""
    folder = tmp_path_factory.mktemp("run")
    np.savez(folder / "data.npz", **arrays())
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(RECIPES, "lenet-mnist", RECIPE)
        run(folder, folder / "data.npz", "--checkpoint", str(folder / "run"))
    return folder / "data.npz", folder / "run"


def with_weight(value: float, dtype: torch.dtype, state: dict) -> dict:
    model = {name: weight.to(dtype) for name, weight in state["model"].items()}
    next(iter(model.values())).view(-1)[0] = value
    return {**state, "model": model}


@pytest.mark.usefixtures("never")
@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (lambda state: {**state, "seed": 7}, "is of seed 7, and this run has 0"),
        (lambda state: {**state, "pictures": 7}, "is of pictures 7, and this run has 32"),
        (lambda state: {**state, "recipe": "other"}, "is of another recipe"),
        (lambda state: {k: v for k, v in state.items() if k != "seed"}, "does not say its seed"),
        (partial(with_weight, float("nan"), torch.float32), "are no numbers"),
        (partial(with_weight, 1.0, torch.float16), "torch.float16 and a run goes on from float32"),
        (lambda state: {**state, "model": {}}, "does not fit this network"),
        (lambda state: {**state, "model": "x"}, "does not hold its model"),
        (lambda state: {**state, "averaged": None}, "does not hold its averaged"),
        (lambda state: {**state, "optimizer": None}, "does not hold its optimizer"),
        (lambda state: {**state, "epoch": None}, "is of epoch None, and this run has"),
        (lambda state: {**state, "epoch": 10**9}, "is of epoch 1000000000, and this run has"),
        (lambda state: {**state, "data": 1}, "is of other pictures"),
        (lambda state: {**state, "optimizer": {"state": {0: {"a": torch.tensor([torch.nan])}}}},
         "moments of the optimizer that are no numbers"),
        (lambda state: {**state, "epoch": True}, "is of epoch True, and this run has"),
        (lambda state: {**state, "epoch": -1}, "is of epoch -1, and this run has"),
        (lambda state: [state], "is no checkpoint"),
    ],
)  # fmt: skip
def test_a_checkpoint_of_something_else(tmp_path, checkpoint, harm, words):
    data, file = checkpoint
    torch.save(harm(torch.load(file, weights_only=True)), tmp_path / "run")
    assert words in sentence(lambda: run(tmp_path, data, "--checkpoint", str(tmp_path / "run")))


@pytest.mark.usefixtures("never")
def test_a_checkpoint_that_is_broken(tmp_path, checkpoint):
    data, file = checkpoint
    for name, content in {
        "half": file.read_bytes()[:900],
        "text": b"no checkpoint",
        "none": b"",
    }.items():
        (tmp_path / name).write_bytes(content)
        said = sentence(lambda name=name: run(tmp_path, data, "--checkpoint", str(tmp_path / name)))
        assert f"{name} cannot be read as a checkpoint" in said


@pytest.mark.usefixtures("never")
@pytest.mark.parametrize(
    ("option", "said"),
    [("--seed", "-1"), ("--seed", str(2**63)), ("--threads", "0"), ("--threads", "two")],
)
def test_numbers_that_torch_does_not_take(tmp_path, checkpoint, capsys, option, said):
    with pytest.raises(SystemExit):
        run(tmp_path, checkpoint[0], f"{option}={said}")
    assert f"argument {option}: {said} is no whole number from" in capsys.readouterr().err


def test_a_loss_that_is_no_number_ends_with_a_sentence(tmp_path, checkpoint, monkeypatch):
    rate = replace(RECIPE.cycles[0], peak_learning_rate=1e30)
    monkeypatch.setitem(RECIPES, "lenet-mnist", replace(RECIPE, cycles=(rate,)))
    assert "the learning rate is too high" in sentence(lambda: run(tmp_path, checkpoint[0]))


@pytest.mark.parametrize(
    ("main", "options", "words"),
    [
        (shift, ["--data", "data.npz", "--out", "s"], "32 pictures, and at least 500 are"),
        (residual, ["--data", "data.npz", "--work", "w", "--out", "r"], "at least 20,000 are"),
        (shift, ["--data", "small.npz", "--out", "s"], r"are \(1, 20, 20\), and LeNet"),
        (shift, ["--data", "data.npz", "--out", "no/s"], "there is no folder no"),
        (
            wants,
            ["--only", "resnet18-cifar10", "nothing"],
            "is none of resnet18-cifar10 input_group.2, ",
        ),
    ],
)
def test_the_other_commands_look_before_they_begin(tmp_path, monkeypatch, main, options, words):
    monkeypatch.chdir(tmp_path)
    np.savez("data.npz", **arrays())
    np.savez("small.npz", **arrays(x_test=np.zeros((COUNT, 20, 20), np.uint8)))
    with pytest.raises(SystemExit, match=words):
        main(options)
