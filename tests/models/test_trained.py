"""The shipped networks: weights and cards fit, and the accuracy on the card is true."""

import os
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from cnnviz.models import list_pretrained, pretrained, shipped_names
from cnnviz.models.shipped import SHIPPED
from cnnviz.models.trained import WEIGHTS
from cnnviz.training.data import LabelledPictures, read_data
from cnnviz.training.loop import accuracy

# Folders in which the data of the cards may be found; it is not part of the repository.
DATA = Path(os.environ.get("CNNVIZ_DATA", Path(__file__).parents[3] / "shared" / "data"))
FILES = {"MNIST": ("mnist.npz",), "CIFAR-10": ("cifar10", "cifar10.zip")}
TARGETS = {
    "lenet-mnist": 0.99,
    "mlp-mnist": 0.975,
    "lenet-cifar10": 0.72,
    "resnet18-cifar10": 0.88,
}


def test_every_network_is_shipped_within_forty_megabytes():
    assert set(shipped_names()) == set(SHIPPED) == set(TARGETS)
    assert sum(path.stat().st_size for path in WEIGHTS.iterdir()) <= 40e6


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_network_is_frozen_float32_in_eval_mode(name):
    network = pretrained(name)
    assert not network.model.training
    assert not any(parameter.requires_grad for parameter in network.model.parameters())
    assert {parameter.dtype for parameter in network.model.parameters()} == {torch.float32}


@pytest.mark.parametrize("name", SHIPPED)
def test_the_card_tells_the_truth_about_its_file(name):
    network, path = pretrained(name), WEIGHTS / f"{name}.safetensors"
    card = network.card
    assert card.name == name
    assert card.size_bytes == path.stat().st_size
    assert card.num_params == sum(weight.numel() for weight in network.model.parameters())
    assert card.is_half_precision == (card.size_bytes < 3 * card.num_params)
    assert card.num_classes == len(network.classes) == 10
    assert card.test_accuracy >= TARGETS[name]
    assert card.test_accuracy == pytest.approx(card.float32_accuracy, abs=5e-4)
    assert f"cnnviz.training {name} " in card.recipe
    assert f"--seed {card.seed} " in card.recipe


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize(("mode", "size"), [("RGB", (32, 32)), ("L", (28, 28)), ("RGBA", (90, 50))])
def test_any_picture_goes_through_transform_and_model(name, mode, size):
    network = pretrained(name)
    batch = network.transform(Image.new(mode, size))
    assert batch.shape[-1] == network.card.input_size
    with torch.inference_mode():
        assert network.model(batch).shape == (1, 10)


def test_two_calls_share_nothing():
    first, second = pretrained("lenet-mnist").model, pretrained("lenet-mnist").model
    first.classifier[4].bias.fill_(7)
    assert not torch.equal(first.classifier[4].bias, second.classifier[4].bias)


def test_the_chooser_lists_what_is_shipped_first_and_what_can_be_downloaded_after(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    choices = {choice.name: choice for choice in list_pretrained()}
    assert tuple(choices)[: len(SHIPPED)] == shipped_names()
    assert all(choices[name].is_ready for name in SHIPPED)
    resnet = choices["resnet18"]
    assert (resnet.dataset, resnet.num_params, resnet.is_ready) == ("ImageNet", 11_689_512, False)
    assert resnet.test_accuracy == pytest.approx(0.69758)


def strokes(*segments: tuple[int, int, int, int]) -> Image.Image:
    """A digit drawn with straight strokes, white on black, as wide as those of MNIST."""
    values = np.zeros((28, 28), np.uint8)
    for top, left, bottom, right in segments:
        values[top:bottom, left:right] = 255
    return Image.fromarray(values)


DRAWN = {
    "0": strokes((4, 9, 7, 19), (21, 9, 24, 19), (6, 8, 22, 11), (6, 17, 22, 20)),
    "1": strokes((4, 13, 24, 16)),
    "4": strokes((4, 8, 15, 11), (13, 8, 16, 20), (4, 17, 24, 20)),
}


@pytest.mark.parametrize("name", ["lenet-mnist", "mlp-mnist"])
@pytest.mark.parametrize("digit", DRAWN)
def test_digits_that_are_not_of_the_data_set_are_read(name, digit):
    network = pretrained(name)
    with torch.inference_mode():
        scores = network.model(network.transform(DRAWN[digit]))
    assert network.classes[int(scores.argmax())] == digit


def some_test_pictures(dataset: str, tmp_path: Path) -> LabelledPictures:
    """A thousand pictures of the test set, or a skipped test with the reason."""
    paths = [DATA / name for name in FILES[dataset] if (DATA / name).exists()]
    if not paths:
        pytest.skip(f"no {' or '.join(FILES[dataset])} in {DATA}: name their folder in CNNVIZ_DATA")
    if paths[0].suffix != ".zip":
        return read_data(dataset, paths[0], "test").some(1000)
    return zipped_pictures(paths[0], tmp_path)


def zipped_pictures(path: Path, tmp_path: Path) -> LabelledPictures:
    with zipfile.ZipFile(path) as archive:
        names = sorted(name for name in archive.namelist() if name.startswith("test/"))
        archive.extractall(tmp_path, [n for n in names if n.endswith(".jpg")][::10])
    return read_data("CIFAR-10", tmp_path, "test")


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_the_accuracy_on_the_card_is_that_on_a_thousand_pictures(name, tmp_path):
    network = pretrained(name)
    pictures = some_test_pictures(SHIPPED[name].dataset, tmp_path)
    assert len(pictures) == 1000
    measured = accuracy(network.model, SHIPPED[name].input, pictures)
    assert measured == pytest.approx(network.card.test_accuracy, abs=0.02)


def test_the_transform_prepares_a_picture_as_the_accuracy_was_measured(tmp_path):
    spec = SHIPPED["lenet-mnist"].input
    network, pictures = pretrained("lenet-mnist"), some_test_pictures("MNIST", tmp_path).some(50)
    batches = [network.transform(Image.fromarray(p[0].numpy())) for p in pictures.pictures]
    with torch.inference_mode():
        answers = network.model(torch.cat(batches)).argmax(1)
    right = (answers == pictures.labels).float().mean().item()
    assert right == pytest.approx(accuracy(network.model, spec, pictures))
