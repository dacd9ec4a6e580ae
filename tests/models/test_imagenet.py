"""torchvision's networks from a cache in a temporary folder: good, bad and hostile files."""

import hashlib
import os
import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from cnnviz.models import (
    ResNet18,
    WeightsError,
    download_weights,
    imagenet,
    imagenet_names,
    imagenet_status,
    pretrained,
)
from cnnviz.models.imagenet import ImageNetTransform
from cnnviz.models.imagenet_models import empty_model, filled
from cnnviz.torchvision_compat import torchvision

NAME = "resnet18"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    folder = tmp_path / "hub" / "checkpoints"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture(scope="module")
def resnet18() -> torch.nn.Module:
    return torchvision.models.resnet18(weights=None).eval()


@pytest.fixture(scope="module")
def checkpoint(resnet18, tmp_path_factory) -> bytes:
    path = tmp_path_factory.mktemp("weights") / "file.pth"
    torch.save(resnet18.state_dict(), path)
    return path.read_bytes()


@pytest.fixture
def place(cache, monkeypatch) -> Callable[[bytes], Path]:
    """Puts a file into the cache under a name that carries its right hash, as a download would."""

    def put(content: bytes, hash_prefix: str | None = None) -> Path:
        prefix = hash_prefix or hashlib.sha256(content).hexdigest()[:8]
        url = f"https://127.0.0.1:9/models/resnet18-{prefix}.pth"
        monkeypatch.setattr(imagenet, "checkpoint_url", lambda name: url)
        path = cache / f"resnet18-{prefix}.pth"
        path.write_bytes(content)
        return path

    return put


def test_weights_that_are_not_there_are_an_error_that_says_their_size():
    with pytest.raises(WeightsError, match=r"resnet18 \(47 MB\) are not on this machine yet"):
        pretrained(NAME)


def test_the_status_tells_size_place_and_hash_without_a_network(cache):
    status = imagenet_status(NAME)
    assert (status.is_cached, status.hash_prefix) == (False, "f37072fd")
    assert status.path == cache / "resnet18-f37072fd.pth"
    assert status.size_mb == pytest.approx(46.83, abs=0.01)


def test_a_file_in_the_cache_becomes_our_resnet18_with_torchvisions_scores(
    place, checkpoint, resnet18
):
    place(checkpoint)
    network = pretrained(NAME)
    assert type(network.model) is ResNet18
    assert not network.model.training
    assert not any(parameter.requires_grad for parameter in network.model.parameters())
    picture = Image.fromarray(np.random.default_rng(0).integers(0, 256, (80, 120, 3), np.uint8))
    batch = network.transform(picture)
    with torch.inference_mode():
        torch.testing.assert_close(network.model(batch), resnet18(batch))  # float32
    assert network.classes[207] == "golden retriever"
    assert (network.card.num_params, network.card.num_classes) == (11_689_512, 1000)
    assert network.card.is_verified
    assert imagenet_status(NAME).is_cached


def test_a_whole_file_that_torchvision_did_not_publish_is_used_and_called_so(place, checkpoint):
    place(checkpoint, hash_prefix="f37072fd")
    assert not pretrained(NAME).card.is_verified


def test_a_damaged_file_is_thrown_away(place, checkpoint):
    damaged = bytearray(checkpoint)
    damaged[len(damaged) // 2] ^= 1
    path = place(bytes(damaged), hash_prefix="f37072fd")
    with pytest.raises(WeightsError, match="thrown away, because it was damaged or not whole"):
        pretrained(NAME)
    assert not path.exists()
    with pytest.raises(WeightsError, match="not on this machine yet"):
        pretrained(NAME)


@pytest.mark.parametrize("share", [0, 0.01, 0.5, 0.999])
def test_half_a_file_is_thrown_away(place, checkpoint, share):
    path = place(checkpoint[: int(share * len(checkpoint))], hash_prefix="f37072fd")
    with pytest.raises(WeightsError, match="damaged or not whole"):
        pretrained(NAME)
    assert not path.exists()


def test_half_a_file_with_a_hash_to_match_is_thrown_away_too(place, checkpoint):
    path = place(checkpoint[: len(checkpoint) // 2])
    with pytest.raises(WeightsError, match="does not hold the weights"):
        pretrained(NAME)
    assert not path.exists()


class RunsOnLoading:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize("as_archive", [True, False])
def test_code_in_a_file_does_not_run_even_if_its_hash_is_right(place, tmp_path, as_archive):
    trap = tmp_path / "trap"
    source = tmp_path / "evil"
    if as_archive:
        torch.save({"fc.weight": RunsOnLoading(trap)}, source)
    else:
        source.write_bytes(pickle.dumps(RunsOnLoading(trap)))
    path = place(source.read_bytes())
    with pytest.raises(WeightsError, match="thrown away"):
        pretrained(NAME)
    assert not trap.exists()
    assert not path.exists()


@pytest.mark.parametrize("content", [{}, {"fc.weight": torch.ones(3)}, [1, 2], torch.ones(3)])
def test_an_archive_of_something_else_is_thrown_away(place, tmp_path, content):
    torch.save(content, tmp_path / "other")
    path = place((tmp_path / "other").read_bytes())
    with pytest.raises(WeightsError, match="does not hold the weights of this network"):
        pretrained(NAME)
    assert not path.exists()


def test_a_download_without_a_network_is_one_sentence_and_leaves_the_cache_empty(place, checkpoint):
    path = place(checkpoint)
    path.unlink()
    with pytest.raises(WeightsError, match="cannot be reached"):
        download_weights(NAME, time_limit_s=5)
    assert list(path.parent.iterdir()) == []


def test_what_is_in_the_cache_is_not_downloaded_again(place, checkpoint):
    path = place(checkpoint)
    assert download_weights(NAME) == path


def test_an_unknown_name_is_refused_with_the_known_ones():
    for ask in (pretrained, imagenet_status):
        with pytest.raises(ValueError, match=r"'resnet19' is not .*alexnet.*resnet18.*vgg16"):
            ask("resnet19")


def test_convolutional_networks_are_offered_and_transformers_are_not():
    names = imagenet_names()
    assert {"alexnet", "vgg16", "resnet50", "mobilenet_v3_small", "efficientnet_b0"} <= set(names)
    assert not any("vit" in name or "swin" in name for name in names)


@pytest.mark.parametrize(
    "name",
    ["squeezenet1_1", "mobilenet_v3_small", "densenet121", "googlenet", "mnasnet0_5",
     "shufflenet_v2_x0_5", "regnet_y_400mf"],
)  # fmt: skip
def test_other_networks_carry_a_checkpoint_of_their_own_names(name, tmp_path):
    settings = {"init_weights": False} if name == "googlenet" else {}
    source = torchvision.models.get_model(name, weights=None, **settings)
    torch.save(source.state_dict(), tmp_path / "file.pth")
    model = filled(empty_model(name), tmp_path / "file.pth")
    assert not any(getattr(module, "inplace", False) for module in model.modules())
    x = torch.randn(1, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    source.eval().transform_input = getattr(model, "transform_input", False)
    with torch.inference_mode():
        torch.testing.assert_close(model(x), source(x))


def test_densenet_files_of_2017_have_a_dot_in_the_names_of_their_layers(place, tmp_path, cache):
    source = torchvision.models.densenet121(weights=None).eval()
    old = {
        name.replace(".norm1.", ".norm.1.").replace(".conv2.", ".conv.2."): weight
        for name, weight in source.state_dict().items()
    }
    assert old.keys() != source.state_dict().keys()
    torch.save(old, cache / "densenet121-00000000.pth")
    place((cache / "densenet121-00000000.pth").read_bytes())
    model = pretrained("densenet121").model
    assert torch.equal(model.features.conv0.weight, source.features.conv0.weight)


def picture(width: int, height: int) -> Image.Image:
    values = np.random.default_rng(width).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(values)


@pytest.mark.parametrize("name", ["resnet18", "resnet50", "efficientnet_b0"])
def test_pictures_are_prepared_as_torchvision_does(name):
    transform, photo = ImageNetTransform(name), picture(300, 260)
    preset = torchvision.models.get_model_weights(name).DEFAULT.transforms()
    torch.testing.assert_close(transform(photo), preset(photo).unsqueeze(0), rtol=0, atol=0)


def test_another_size_keeps_the_share_of_the_picture():
    transform = ImageNetTransform("resnet18")
    assert transform(picture(300, 260), size=112).shape == (1, 3, 112, 112)
    assert transform.crop(picture(512, 256)).size == (224, 224)
    assert transform.crop(picture(1, 1)).size == (1, 1)
    with pytest.raises(ValueError, match="the size is -1"):
        transform(picture(3, 3), size=-1)
