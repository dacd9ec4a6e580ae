"""A trained ResNet18 cut apart: the numbers are those of the network itself, changed by hand."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import nn

from cnnviz.images import sample
from cnnviz.models import ResNetBlock, pretrained
from cnnviz.residual.paths import (
    Scales,
    blocks,
    fading_scores,
    identity_blocks,
    input_of,
    left_by_the_bias,
    path_sizes,
    run_block,
    run_scaled,
    scaled_scores,
    scores_with_zeroed_block,
    scores_without,
    zeroed_block,
)
from cnnviz.residual.walk import block_sizes, maps_for, shortcut_reason, walk

CAT = 3


@pytest.fixture(scope="module")
def network():
    return pretrained("resnet18-cifar10")


@pytest.fixture(scope="module")
def batch(network):
    return network.transform(sample("cat"))


def share(scores):
    return 100 * scores.softmax(-1)[..., CAT].item()


@torch.inference_mode()
def test_unscaled_it_is_the_network(network, batch):
    assert scaled_scores(network.model, batch).equal(network.model(batch))
    assert share(network.model(batch)[0]) == pytest.approx(90.4, abs=0.1)


@torch.inference_mode()
def test_a_scaled_main_path_is_a_last_norm_with_scaled_weight_and_bias(network, batch):
    changed = copy.deepcopy(network.model)
    norm = changed.group1[1].main_path[4]
    norm.weight.mul_(0.3)
    norm.bias.mul_(0.3)
    scaled = scaled_scores(network.model, batch, Scales(main={"group1.1": 0.3}))
    assert torch.allclose(scaled, changed(batch), atol=1e-4)
    faded = fading_scores(network.model, batch, ["group1.1"], [1.0, 0.3])
    assert torch.allclose(faded[1:], changed(batch), atol=1e-4)


@torch.inference_mode()
def test_any_one_main_path_but_the_first_can_go_and_all_five_cannot(network, batch):
    without = {name: scores for name, scores, _ in scores_without(network.model, batch)}
    assert list(without) == list(blocks(network.model))
    assert network.classes[without.pop("group0.0").argmax()] == "deer"
    assert all(scores.argmax() == CAT for scores in without.values())
    shares = [share(scores) for scores in without.values()]
    assert min(shares) == pytest.approx(60.6, abs=0.1)
    assert max(shares) == pytest.approx(92.5, abs=0.1)
    five = identity_blocks(network.model)
    assert len(five) == 5
    gone = scaled_scores(network.model, batch, Scales(main=dict.fromkeys(five, 0.0)))
    assert share(gone[0]) == pytest.approx(5.2, abs=0.1)
    faded = fading_scores(network.model, batch, five, [1.0, 0.0])
    assert torch.allclose(faded[1], gone[0], atol=1e-4)


@torch.inference_mode()
def test_what_is_without_a_path_is_what_a_factor_of_zero_gives(network, batch):
    for name, no_main, no_shortcut in scores_without(network.model, batch):
        zero = {name: 0.0}
        main = scaled_scores(network.model, batch, Scales(main=zero))
        shortcut = scaled_scores(network.model, batch, Scales(shortcut=zero))
        assert torch.allclose(no_main, main[0], atol=1e-4)
        assert torch.allclose(no_shortcut, shortcut[0], atol=1e-4)


@torch.inference_mode()
def test_a_zeroed_block_put_in_keeps_every_score_to_the_last_bit(network, batch):
    for name in blocks(network.model):
        scores = scores_with_zeroed_block(network.model, batch, name)
        assert scores.equal(network.model(batch)), name


@torch.inference_mode()
def test_the_put_in_block_is_a_real_module_of_the_network(network, batch):
    longer = copy.deepcopy(network.model)
    longer.group0.append(zeroed_block(64))
    assert longer(batch).equal(scores_with_zeroed_block(network.model, batch, "group0.1"))


@torch.inference_mode()
def test_without_its_shortcut_every_picture_gets_the_same_answer(network, batch):
    other = network.transform(sample("boat"))
    both = [scores_with_zeroed_block(network.model, b, "group2.1", False) for b in (batch, other)]
    assert both[0].equal(both[1])
    assert not network.model(batch).equal(network.model(other))


@torch.inference_mode()
def test_the_identity_passes_on_exactly_where_the_shortcut_is_one(network, batch):
    for name, block in blocks(network.model).items():
        x = input_of(network.model, batch, name)
        y = run_scaled(block, x, 0.0, 1.0)
        assert (x.shape == y.shape and x.equal(y)) == (name in identity_blocks(network.model))


@torch.inference_mode()
def test_the_weight_alone_leaves_its_bias(network, batch):
    block = copy.deepcopy(network.model.group0[1])
    nn.init.zeros_(block.main_path[4].weight)
    left = run_block(block, input_of(network.model, batch, "group0.1")).main.abs().max().item()
    assert left == pytest.approx(0.28, abs=0.005)
    assert left_by_the_bias(network.model.group0[1]) == pytest.approx(left)


@torch.inference_mode()
def test_a_block_step_by_step_is_the_block(network, batch):
    for name, block in blocks(network.model).items():
        x = input_of(network.model, batch, name)
        seen = run_block(block, x)
        assert seen.output.equal(block(x))
        assert seen.main.equal(block.main_path(x))


@torch.inference_mode()
def test_sizes_are_root_mean_squares(network, batch):
    sizes = path_sizes(network.model, batch)
    x = input_of(network.model, batch, "group1.0")
    block = network.model.group1[0]
    assert sizes[2].main == pytest.approx(block.main_path(x).pow(2).mean().sqrt().item(), rel=1e-5)
    assert sizes[2].shape == (128, 8, 8)
    assert [size.is_identity for size in sizes].count(True) == 5
    assert (round(sizes[1].shortcut, 2), round(sizes[1].main, 2)) == (0.52, 0.37)


def test_an_unknown_block_is_refused_by_name(network, batch):
    with torch.inference_mode():
        for wrong in (input_of, scores_with_zeroed_block):
            with pytest.raises(ValueError, match=r"no block 'group9\.0'"):
                wrong(network.model, batch, "group9.0")


def test_a_zeroed_block_is_ours():
    assert isinstance(zeroed_block(4), ResNetBlock)


@torch.inference_mode()
def test_a_map_on_its_way_is_what_the_modules_give(network, batch):
    for name in ("group0.1", "group1.0"):
        block = blocks(network.model)[name]
        x = input_of(network.model, batch, name)
        one = walk(block, x, 18)
        assert one.output.equal(block(x)[0, 18])
        assert one.main.equal(block.main_path(x)[0, 18])
        assert torch.allclose(one.adds + one.takes, one.convolved, atol=1e-4)
        assert one.adds.min() >= 0
        assert one.takes.max() <= 0
        norm = one.norm
        by_hand = (one.convolved - norm.mean) / norm.variance**0.5 * norm.weight + norm.bias
        assert torch.allclose(by_hand, one.main, atol=1e-4)
        assert one.num_products == 9 * block.main_path[3].in_channels


@torch.inference_mode()
def test_a_fresh_block_reads_the_picture_or_real_maps(network, batch):
    assert maps_for(network.model, batch, 3) is batch
    maps = network.model.input_group(batch)
    assert maps_for(network.model, batch, 16).equal(maps[:, :16])
    assert maps_for(network.model, batch, 128)[:, 64:].equal(maps)


def test_the_reason_for_a_shortcut_names_the_numbers():
    assert "**Why no 1×1 convolution?** 64 in, 64 out" in shortcut_reason(64, 64, 1)
    said = shortcut_reason(3, 64, 2)
    assert "the channels differ (3 and 64) and stride 2" in said
    assert "stride" not in shortcut_reason(3, 64, 1).split("stride 1: ")[1]


def test_the_sizes_of_a_block_are_those_it_was_made_with():
    assert block_sizes(ResNetBlock(3, 8, 2)) == (3, 8, 2)
