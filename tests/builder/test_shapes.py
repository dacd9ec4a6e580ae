import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from cnnviz.builder.counts import count_params
from cnnviz.builder.modules import build, module_of
from cnnviz.builder.shapes import failure, forward_shapes, outcome, output_shape
from cnnviz.models import networks
from cnnviz.models.specs import (
    Conv2d,
    ConvTranspose2d,
    Flatten,
    Layer,
    Linear,
    NetworkSpec,
    ReLU,
    Residual,
)
from tests.support.random_networks import LAYER_CLASSES, random_layer, random_network

pytestmark = pytest.mark.filterwarnings(
    "ignore:dropout2d", "ignore:Using padding='same'", "ignore:input's size at dim=1"
)


def real_shape(layer: Layer, input_shape: tuple[int, ...]) -> tuple[int, ...] | None:
    """What a real tensor on the CPU becomes; None where torch refuses, mixes the pictures or makes
    more axes than maps have."""
    try:
        with torch.inference_mode():
            module = module_of(layer).eval()
            shape = tuple(module(torch.zeros(1, *input_shape)).shape[1:])
            num_pictures = module(torch.zeros(2, *input_shape)).shape[0]
    except (RuntimeError, ValueError, IndexError):
        return None
    return None if 0 in shape or num_pictures != 2 or len(shape) > 3 else shape


def test_shapes_and_refusals_are_those_of_real_tensors_for_2500_random_layers() -> None:
    rng = random.Random(4)
    refused = 0
    for _ in range(2_500):
        channels = rng.choice((1, 2, 3, 4, 6, 8))
        shape = (channels, rng.randint(1, 9), rng.randint(1, 9))
        shape = shape if rng.random() < 0.85 else (channels,)
        meant_for = shape if rng.random() < 0.8 else (rng.choice((1, 2, 4)), 5)
        layer = random_layer(rng, rng.choice(LAYER_CLASSES), meant_for)
        truth = real_shape(layer, shape)
        assert outcome(layer, shape).output_shape == truth, (layer, shape)
        assert (outcome(layer, shape).problem is None) == (truth is not None)
        refused += truth is None
    assert 250 < refused < 2_000  # both sides are tried


@pytest.mark.parametrize("seed", range(60))
def test_rows_of_a_random_network_are_what_its_modules_give(seed: int) -> None:
    spec = random_network(seed)
    model = build(spec).eval()
    modules = dict(model.named_modules())
    outputs: dict[str, tuple[int, ...]] = {}
    for name, module in modules.items():
        module.register_forward_hook(
            lambda _, __, output, name=name: outputs.update({name: tuple(output.shape[1:])})
        )
    with torch.inference_mode():
        result = model(torch.zeros(1, *spec.input_shape))
    rows = forward_shapes(spec)
    assert failure(rows) is None
    assert output_shape(spec) == tuple(result.shape[1:])
    for row in rows:
        assert outputs[row.name] == row.output_shape, row
    assert sum(row.num_params for row in rows) == sum(p.numel() for p in model.parameters())


@pytest.mark.parametrize("seed", range(25))
def test_multiply_adds_are_half_of_torchs_flops(seed: int) -> None:
    spec = random_network(1_000 + seed)
    model = build(spec).eval()
    with FlopCounterMode(display=False) as counter, torch.inference_mode():
        model(torch.zeros(1, *spec.input_shape))
    assert 2 * sum(row.macs for row in forward_shapes(spec)) == counter.get_total_flops()


def test_lenet_has_the_tutorials_shapes_and_counts() -> None:
    rows = forward_shapes(networks.lenet())
    assert [row.output_shape for row in rows if not isinstance(row.layer, ReLU)] == [
        (6, 28, 28), (6, 14, 14), (16, 10, 10), (16, 5, 5), (400,), (120,), (84,), (10,),
    ]  # fmt: skip
    assert [row.num_params for row in rows if row.num_params] == [456, 2416, 48120, 10164, 850]
    assert sum(row.macs for row in rows) == 651_720
    assert rows[0].name == "conv1"


def test_rows_end_with_the_layer_that_does_not_fit() -> None:
    rows = forward_shapes(replace(networks.lenet(), input_shape=(3, 64, 64)))
    failed = failure(rows)
    assert failed is rows[-1]
    assert failed.path == (7,)
    assert failed.input_shape == (2704,)
    assert failed.output_shape is None
    assert "2704" in failed.problem


def test_a_failure_in_a_block_is_found_in_the_block() -> None:
    block = Residual((Conv2d(3, 3, 3, padding=1), Conv2d(4, 3, 3, padding=1)))
    rows = forward_shapes(NetworkSpec("net", (3, 8, 8), (block, Flatten())))
    assert [(row.path, row.output_shape) for row in rows] == [
        ((0,), None), ((0, 0), (3, 8, 8)), ((0, 1), None),
    ]  # fmt: skip
    assert failure(rows).path == (0, 1)


def test_a_sum_that_cannot_be_is_the_blocks_failure_in_torchs_words() -> None:
    block = Residual((Conv2d(3, 8, 3, padding=1),))
    failed = failure(forward_shapes(NetworkSpec("net", (3, 8, 8), (block,))))
    assert failed.path == (0,)
    with pytest.raises(RuntimeError) as refused:
        torch.zeros(1, 8, 8, 8, device="meta") + torch.zeros(1, 3, 8, 8, device="meta")
    assert failed.problem == str(refused.value)


def test_a_row_and_a_volume_are_not_added_although_torch_would_for_one_picture() -> None:
    block = Residual((Flatten(), Linear(12, 2)))
    assert tuple((torch.zeros(1, 2) + torch.zeros(1, 3, 2, 2)).shape) == (1, 3, 2, 2)
    assert "wrong numbers" in outcome(block, (3, 2, 2)).problem


def test_a_network_of_nine_billion_parameters_costs_no_memory() -> None:
    wide = tuple(Linear(30_000, 30_000, bias=False) for _ in range(10))
    spec = NetworkSpec("wide", (3, 100, 100), (Flatten(), *wide))
    assert output_shape(spec) == (30_000,)
    assert sum(map(count_params, spec.layers)) == 9_000_000_000


def test_sizes_beyond_what_torch_can_count_are_a_problem_and_no_crash() -> None:
    layers = tuple(ConvTranspose2d(1, 65_536, 1024, stride=1024) for _ in range(1))
    row = forward_shapes(NetworkSpec("huge", (1, 4096, 4096), layers))[-1]
    assert row.output_shape is not None or row.problem


def test_threads_agree() -> None:
    specs = [random_network(seed) for seed in range(40)]
    outcome.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        threaded = list(pool.map(forward_shapes, specs))
    assert threaded == [forward_shapes(spec) for spec in specs]
