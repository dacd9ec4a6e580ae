"""Networks for photographs that come with the project: built right, and right about photographs."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from cnnviz.images import SAMPLES, sample
from cnnviz.models import list_pretrained, pretrained
from cnnviz.models.efficientnet_lite import EfficientNetLite0, InvertedResidual
from cnnviz.models.imagenet import torchvision_models
from cnnviz.models.photographs import PHOTOGRAPHS, imagenet_class_names
from cnnviz.models.trained import WEIGHTS
from cnnviz.summary import summarize


def generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_the_paper_s_numbers():
    summary = summarize(EfficientNetLite0(), (1, 3, 224, 224))
    assert summary.num_params == 4_652_008
    sizes = [row.output_shape for row in summary.rows if row.name.startswith("blocks")]
    assert sizes[-1][1:] == (320, 7, 7)


@pytest.mark.parametrize("kernel_size", [3, 5])
def test_a_block_is_three_convolutions_padded_as_tensorflow_pads(kernel_size):
    """With stride 2 and an even size, "same" needs k − 2 zeros: the smaller half comes first."""
    block = InvertedResidual(4, 6, kernel_size, stride=2, expansion=3).eval()
    x = torch.randn(1, 4, 12, 12, generator=generator(0))
    before, after = {3: (0, 1), 5: (1, 2)}[kernel_size]
    convolutions = [module for module in block.modules() if isinstance(module, nn.Conv2d)]
    first, second, third = (module.weight for module in convolutions)
    scale = (1 + 1e-3) ** -0.5  # a batch norm that has learnt nothing
    y = F.relu6(F.conv2d(x, first) * scale)
    y = F.conv2d(F.pad(y, (before, after, before, after)), second, stride=2, groups=12)
    y = F.conv2d(F.relu6(y * scale), third) * scale
    assert torch.allclose(block(x), y, atol=1e-6)
    assert y.shape == (1, 6, 6, 6)


def test_a_block_that_keeps_its_shape_adds_what_came_in():
    block = InvertedResidual(4, 4, 3, stride=1, expansion=2).eval()
    x = torch.randn(1, 4, 8, 8, generator=generator(1))
    straight = block.project(block.depthwise(block.expand(x)))
    assert torch.allclose(block(x), straight + x)
    assert not InvertedResidual(4, 6, 3, stride=1, expansion=2).has_shortcut


# Every sample picture of a thing that ImageNet has a class for, and the classes that are right.
LABELLED = {
    "cat": {"Egyptian cat", "tiger cat", "tabby"},
    "coffee": {"espresso", "cup", "coffee mug"},
    "rocket": {"missile", "projectile", "space shuttle"},
    "airplane": {"airliner"},
    "automobile": {"beach wagon", "convertible", "sports car"},
    "penguin": {"king penguin"},
    "dog": {"French bulldog", "Boston bull"},
    "frog": {"bullfrog", "tree frog", "tailed frog"},
    "pony": {"sorrel"},
    "schooner": {"schooner"},
    "truck": {"trailer truck", "moving van", "pickup", "garbage truck"},
    "boat": {"yawl", "schooner", "catamaran", "trimaran"},
    "horse": {"sorrel"},
}
PHOTOS = {name for name in LABELLED if SAMPLES[name].file.suffix == ".jpg"}
MISSED = {  # drawings and a silhouette, of which they have seen few
    "efficientnet-lite0": {"frog", "pony", "horse"},
    "squeezenet1.1": {"frog", "pony", "horse", "dog"},
}


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_every_labelled_sample_is_named_among_the_first_five_but_for_a_few_drawings(name):
    network, missed = pretrained(name), set()
    for picture, right in LABELLED.items():
        assert right <= set(network.classes)
        with torch.inference_mode():
            scores = network.model(network.transform(sample(picture)))
        first = {network.classes[index] for index in scores[0].topk(5).indices}
        missed |= set() if first & right else {picture}
    assert missed == MISSED[name]
    assert not missed & PHOTOS


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_a_network_is_frozen_float32_and_has_its_card_and_licence(name):
    network = pretrained(name)
    assert not network.model.training
    assert all(p.dtype == torch.float32 and not p.requires_grad for p in network.model.parameters())
    assert network.card.num_params == sum(p.numel() for p in network.model.parameters())
    assert network.card.size_bytes == (WEIGHTS / f"{name}.safetensors").stat().st_size
    assert "not measured here" in network.card.accuracy_source
    assert (WEIGHTS / f"{name}.LICENSE.txt").read_text().count("\n") > 20
    assert f"{name}.LICENSE.txt" in network.card.licence
    assert network.transform(sample("cat")).shape == (1, 3, 224, 224)


def test_the_classes_are_those_of_torchvision():
    weights = torchvision_models().get_model_weights("resnet18").DEFAULT
    assert list(imagenet_class_names()) == weights.meta["categories"]


def test_squeezenet_s_map_of_classes_averages_to_its_scores():
    network = pretrained("squeezenet1.1")
    batch = network.transform(sample("coffee"))
    with torch.inference_mode():
        maps = network.model.classifier[:3](network.model.features(batch))
        assert torch.allclose(maps.mean((2, 3)), network.model(batch), atol=1e-5)
    assert maps.shape == (1, 1000, 13, 13)


def test_the_shipped_networks_are_offered_and_all_weights_are_small_enough():
    ready = [choice.name for choice in list_pretrained() if choice.is_ready]
    assert set(PHOTOGRAPHS) <= set(ready)
    assert sum(path.stat().st_size for path in WEIGHTS.iterdir()) < 40_000_000
