"""Eight visitors at once on one cached model: everyone gets their own numbers."""

import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from torch import Tensor, nn

from cnnviz.activations import layer_names, record
from cnnviz.heatmaps import METHODS
from cnnviz.models.lenet import LeNet
from cnnviz.models.resnet import ResNetBlock
from cnnviz.models.seeded import build_seeded
from cnnviz.probes.excitation import ablate
from cnnviz.probes.microscope import explain_cell
from cnnviz.probes.receptive import effective_receptive_field

THREADS, TASKS = 8, 240
HOOKS = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")

Task = Callable[[], Tensor]


def narrow_residual() -> nn.Sequential:
    blocks = [ResNetBlock(3, 4, 2), ResNetBlock(4, 4), ResNetBlock(4, 8, 2)]
    return nn.Sequential(*blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 10))


MODELS = {"LeNet": LeNet, "narrow residual network": narrow_residual}


@pytest.fixture
def switches_often():
    """Threads take turns ten times more often than usual."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(5e-4)
    yield
    sys.setswitchinterval(before)


def task(model: nn.Module, names: list[str], number: int) -> Task:
    """One visitor's request, another one for each number."""
    generator = torch.Generator().manual_seed(number)
    batch = torch.randn(1, 3, 32, 32, generator=generator)
    class_idx = number % 10
    kinds = [*METHODS.values(), "record", "ablate", "explain", "reach"]
    kind, layer = kinds[number % len(kinds)], names[number % len(names)]
    if kind == "record":
        return lambda: record(model, batch, [layer])[layer]
    if kind == "ablate":
        return lambda: ablate(model, batch, layer, [number % 3]).after
    if kind == "explain":
        return lambda: torch.tensor(explain_cell(model, batch, layer, number % 3).value)
    if kind == "reach":
        return lambda: effective_receptive_field(model, batch, layer, number % 3)
    layer = names[number % 4]
    return lambda: kind(model, batch, class_idx, layer)


@pytest.mark.parametrize("name", MODELS)
def test_eight_threads_with_mixed_methods_get_no_number_wrong(name: str, switches_often) -> None:
    model = build_seeded(MODELS[name], 0).eval().requires_grad_(False)
    state = {key: value.clone() for key, value in model.state_dict().items()}
    names = layer_names(model, (1, 3, 32, 32))
    tasks = [task(model, names, number) for number in range(TASKS // len(MODELS))]
    alone = [run() for run in tasks]
    start = threading.Barrier(THREADS)
    with ThreadPoolExecutor(THREADS, initializer=start.wait) as visitors:
        together = list(visitors.map(lambda run: run(), tasks))
    wrong = [
        number
        for number, (mine, truth) in enumerate(zip(together, alone, strict=True))
        if not torch.allclose(mine, truth, rtol=1e-5, atol=1e-6)
    ]
    assert wrong == []
    assert len({float(value.double().sum()) for value in alone}) > 0.9 * len(tasks)
    assert_untouched(model, state)


def assert_untouched(model: nn.Module, state: dict[str, Tensor]) -> None:
    for module in model.modules():
        assert not any(getattr(module, hooks) for hooks in HOOKS)
        assert not module.training
    for parameter in model.parameters():
        assert not parameter.requires_grad
        assert parameter.grad is None
    assert all(torch.equal(state[key], value) for key, value in model.state_dict().items())


def test_another_threads_forward_pass_never_notices_that_one_is_watched() -> None:
    """torch.fx fails this: it replaces nn.Module.__call__ for everyone while it traces."""
    model = build_seeded(LeNet, 0).eval().requires_grad_(False)
    other = nn.Sequential(nn.Conv2d(3, 2, 3), nn.ReLU()).eval()
    batch = torch.ones(1, 3, 32, 32)
    with torch.no_grad():
        truth = other(batch)
    stop, failures = threading.Event(), []

    def keep_running() -> None:
        while not stop.is_set():
            try:
                with torch.no_grad():
                    assert torch.equal(other(batch), truth)
            except Exception as error:
                failures.append(repr(error))

    thread = threading.Thread(target=keep_running)
    thread.start()
    for _ in range(20):
        record(model, batch, layer_names(model, (1, 3, 32, 32)))
    stop.set()
    thread.join()
    assert failures == []
