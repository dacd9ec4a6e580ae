"""A summary leaves the caller's network, other threads and the machine as they are."""

from __future__ import annotations

import copy
import gc
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from torch import Tensor, nn

from cnnviz.models.lenet import LeNet, LeNetFullyConv
from cnnviz.models.resnet import ResNet18
from cnnviz.summary import summarize
from cnnviz.zoo.on_meta import build_on_meta

PICTURE = (1, 3, 32, 32)


class Reuse(nn.Module):
    """One convolution called twice, so that rows have numbered names."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(self.conv(x).relu()) + x


@pytest.mark.parametrize("name", ["resnet152", "densenet201"])
def test_a_large_network_is_built_and_summarised_in_less_than_a_second_and_a_half(name):
    start = time.process_time()  # of this process alone, whatever else the machine does
    summarize(build_on_meta(name))
    assert time.process_time() - start < 1.5


def test_a_network_of_a_hundred_billion_parameters_takes_no_memory():
    with torch.device("meta"):
        network = nn.Sequential(nn.Conv2d(3, 100_000, 317), nn.Conv2d(100_000, 1_000_000, 1))
    summary = summarize(network, (64, 3, 8192, 8192))
    assert summary.num_params == 100_000 * (3 * 317**2 + 1) + 1_000_000 * (100_000 + 1)
    assert summary.activation_bytes > 10**15


def test_a_lazy_layer_is_refused_with_the_way_out():
    with pytest.raises(ValueError, match="run the network once"):
        summarize(nn.Sequential(nn.Flatten(), nn.LazyLinear(3)), PICTURE)


def test_the_network_is_only_read():
    model = ResNet18(10).train()
    calls = []
    model.group0.register_forward_hook(lambda *_: calls.append(1))
    before = copy.deepcopy(model.state_dict())
    summarize(model)
    assert model.training and all(module.training for module in model.modules())
    assert not calls
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert all(parameter.device.type == "cpu" for parameter in model.parameters())
    assert sum(len(module._forward_hooks) for module in model.modules()) == 1


def test_nothing_is_left_for_the_garbage_collector():
    def count() -> int:
        return sum(issubclass(type(thing), (nn.Module, Tensor)) for thing in gc.get_objects())

    model = LeNet()
    summarize(model, PICTURE)
    gc.collect()
    gc.disable()
    try:
        before = count()
        summarize(model, PICTURE)
        assert count() == before
    finally:
        gc.enable()


def test_eight_threads_with_shared_models_get_what_one_thread_gets():
    models = [ResNet18(10).eval(), LeNetFullyConv().eval(), build_on_meta("googlenet"), Reuse()]
    jobs = [(i % 4, 64 + 32 * (i % 2)) for i in range(32)]
    truth = {job: summarize(models[job[0]], (1, 3, job[1], job[1])) for job in set(jobs)}

    def run(job: tuple[int, int]) -> bool:
        return summarize(models[job[0]], (1, 3, job[1], job[1])) == truth[job]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(run, jobs)) == [True] * len(jobs)


def test_summaries_beside_real_passes_disturb_neither():
    model = LeNet().eval().requires_grad_(False)
    picture = torch.ones(PICTURE)
    truth, summary = model(picture), summarize(model, PICTURE)

    def run(number: int) -> bool:
        if number % 2:
            return summarize(model, PICTURE) == summary
        with torch.inference_mode():
            return torch.equal(model(picture), truth)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(run, range(80)))
