"""The zoo's table against torchvision's builders, their docstrings and the papers' dates."""

from __future__ import annotations

import re

import pytest
import torch

from cnnviz.torchvision_compat import torchvision
from cnnviz.zoo import ZooNetwork, network, networks, title_of
from cnnviz.zoo.families import ARXIV, FAMILIES, family_of
from cnnviz.zoo.on_meta import build_on_meta

NETWORKS = networks()


def test_every_classification_network_of_torchvision_is_there_once():
    models = torchvision.models
    assert sorted(n.name for n in NETWORKS) == models.list_models(module=models)


def test_every_set_of_weights_is_there_and_one_is_the_default():
    for known in NETWORKS:
        entries = torchvision.models.get_model_weights(known.name)
        assert [w.name for w in known.weights] == [entry.name for entry in entries]
        assert [w.name for w in known.weights if w.is_default] == [entries.DEFAULT.name]


def test_resnet18_has_the_numbers_of_torchvisions_table():
    known = network("resnet18")
    weights = known.default
    assert (known.title, known.family.name, known.family.year) == ("ResNet-18", "ResNet", 2015)
    assert (weights.top1, weights.top5) == (69.758, 89.078)
    assert (weights.num_params, weights.giga_macs) == (11_689_512, 1.814)
    assert (weights.input_size, weights.min_size) == (224, (1, 1))
    assert weights.recipe.startswith("https://github.com/pytorch/vision/")
    assert not weights.uses_more_data


def test_the_newer_recipe_of_resnet50_is_the_default_and_the_older_one_comes_first():
    known = network("resnet50")
    assert (known.first.name, known.default.name) == ("IMAGENET1K_V1", "IMAGENET1K_V2")
    assert known.first.top1 == 76.13
    assert known.weights_named("IMAGENET1K_V2").top1 == 80.858


def test_weights_for_another_task_have_no_accuracy():
    features = network("vgg16").weights_named("IMAGENET1K_FEATURES")
    assert (features.top1, features.top5) == (None, None)
    others = [w for n in NETWORKS for w in n.weights if w is not features]
    assert all(w.top1 and w.top5 and 50 < w.top1 < w.top5 < 100 for w in others)


def test_weights_that_saw_more_pictures_than_imagenet_say_so():
    more = {n.family.name for n in NETWORKS for w in n.weights if w.uses_more_data}
    assert more == {"RegNet", "ViT"}


def arxiv_numbers(text: str) -> list[str]:
    return re.findall(r"arxiv\.org/(?:abs|pdf)/(\d{4}\.\d{4,5})", text)


@pytest.mark.parametrize("known", NETWORKS, ids=lambda known: known.name)
def test_the_paper_is_the_one_that_torchvision_names(known: ZooNetwork):
    named = arxiv_numbers(torchvision.models.get_model_builder(known.name).__doc__ or "")
    if known.name == "alexnet":  # torchvision names the paper on its one-tower version
        assert named == ["1404.5997"] and "1404.5997" in known.family.paper
    elif named:
        assert named[0] in known.family.link


def test_the_year_is_that_of_the_arxiv_number():
    for family in FAMILIES.values():
        if family.link.startswith(ARXIV):
            assert family.year == 2000 + int(family.link.removeprefix(ARXIV)[:2])


def test_networks_of_attention_are_told_apart():
    attention = {n.family.name for n in NETWORKS if not n.family.is_convolutional}
    assert attention == {"ViT", "Swin", "SwinV2", "MaxViT"}


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("alexnet", "AlexNet"),
        ("vgg16_bn", "VGG-16 BN"),
        ("inception_v3", "Inception v3"),
        ("resnext101_64x4d", "ResNeXt-101 64×4d"),
        ("wide_resnet50_2", "Wide ResNet-50-2"),
        ("squeezenet1_0", "SqueezeNet 1.0"),
        ("mnasnet0_75", "MNASNet 0.75"),
        ("shufflenet_v2_x1_5", "ShuffleNetV2 ×1.5"),
        ("mobilenet_v3_small", "MobileNetV3-Small"),
        ("efficientnet_b7", "EfficientNet-B7"),
        ("efficientnet_v2_s", "EfficientNetV2-S"),
        ("regnet_x_16gf", "RegNetX-16GF"),
        ("regnet_y_1_6gf", "RegNetY-1.6GF"),
        ("regnet_y_400mf", "RegNetY-400MF"),
        ("vit_b_16", "ViT-B/16"),
        ("swin_v2_t", "SwinV2-T"),
        ("convnext_tiny", "ConvNeXt-Tiny"),
        ("resnet18_of_tomorrow", "ResNet 18_of_tomorrow"),
    ],
)
def test_titles_are_written_as_people_write_them(name, title):
    assert title_of(name) == title


def test_titles_are_all_different():
    assert len({known.title for known in NETWORKS}) == len(NETWORKS)


def test_unknown_names_are_refused_with_the_name():
    with pytest.raises(ValueError, match="'lenet'"):
        network("lenet")
    with pytest.raises(ValueError, match="'perceptron'"):
        family_of("perceptron")
    with pytest.raises(ValueError, match="'V9'"):
        network("resnet18").weights_named("V9")


@pytest.mark.parametrize("name", ["resnet18", "regnet_y_400mf", "googlenet", "vit_b_16"])
def test_a_network_is_built_without_memory_and_ready_to_look_at(name):
    model = build_on_meta(name)
    assert all(parameter.is_meta for parameter in model.parameters())
    assert not model.training
    assert sum(p.numel() for p in model.parameters()) == network(name).default.num_params


def test_building_without_memory_leaves_other_tensors_as_they_are():
    build_on_meta("squeezenet1_1")
    assert torch.empty(1).device.type == "cpu"


def test_a_network_takes_the_form_of_the_weights_asked_for():
    small, large = (build_on_meta("vit_b_16", f"IMAGENET1K_{w}") for w in ("V1", "SWAG_E2E_V1"))
    assert (small.image_size, large.image_size) == (224, 384)
