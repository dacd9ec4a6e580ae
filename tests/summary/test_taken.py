"""What summarize takes and what it refuses, in one sentence of its own each."""

import re
import warnings

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from cnnviz.activations import record
from cnnviz.summary import ShapeError, summarize
from cnnviz.torchvision_compat import torchvision

SHAPE = (1, 3, 8, 8)


class Plain(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.device = torch.device("cpu")

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(x)


class Timed(Plain):
    def forward(self, x: Tensor) -> Tensor:
        with torch.profiler.record_function("a stretch"):
            return self.conv(x)


class ToItsDevice(Plain):
    def forward(self, x: Tensor) -> Tensor:
        return self.conv(x.to(self.device)).to("cpu", torch.float64).float()


class OnAGpu(Plain):
    def forward(self, x: Tensor) -> Tensor:
        x = x.cuda().to("cuda:0", non_blocking=True).to(device=torch.device("cuda"))
        return self.conv(x) + torch.zeros(1, device="cuda") * torch.tensor([1.0]).cuda()


class ByName(Plain):
    def forward(self, *, x: Tensor) -> Tensor:
        return self.conv(x)


class WithoutInput(Plain):
    def forward(self) -> Tensor:
        return self.conv(torch.zeros(SHAPE))


class Printing(Plain):
    def forward(self, x: Tensor) -> Tensor:
        print(f"{x.mean():.2f}")
        return self.conv(x)


class ThroughNumPy(Plain):
    def forward(self, x: Tensor) -> Tensor:
        return self.conv(torch.from_numpy(x.numpy()))


class ThroughAList(Plain):
    def forward(self, x: Tensor) -> Tensor:
        return self.conv(torch.tensor(x.tolist()))


class TwoInputs(Plain):
    def forward(self, x: Tensor, y: Tensor, scale: float = 1.0) -> Tensor:
        return self.conv(x) + scale * y


class Checking(Plain):
    def forward(self, x: Tensor) -> Tensor:
        if x.shape[1] != 5:
            raise AssertionError
        return self.conv(x)


@pytest.mark.parametrize(
    "make",
    [Timed, ToItsDevice, OnAGpu, lambda: nn.DataParallel(Plain()), lambda: torch.compile(Plain())],
)
def test_stretches_of_time_devices_and_wrappers_change_nothing(make) -> None:
    rows = summarize(make(), SHAPE).rows
    expected = summarize(Plain(), SHAPE).rows[0]
    convs = [row for row in rows if row.kind == expected.kind]
    assert [(row.output_shape, row.num_params, row.macs, row.receptive_field) for row in convs] == [
        (expected.output_shape, expected.num_params, expected.macs, expected.receptive_field)
    ]
    assert rows[-1].output_shape == (1, 4, 6, 6)


def test_sizes_may_be_numpys() -> None:
    assert summarize(Plain(), tuple(np.array(SHAPE))) == summarize(Plain(), SHAPE)
    with pytest.raises(ValueError, match="must be a whole number, but it is 8"):
        summarize(Plain(), (1, 3, 8.0, 8))
    with pytest.raises(ValueError, match="must be at least 1, but it is 0"):
        summarize(Plain(), (1, 3, np.int64(0), 8))
    with pytest.raises(ValueError, match="must be a whole number, but it is True"):
        summarize(Plain(), (True, 3, 8, 8))
    assert summarize(Plain(), iter(SHAPE)) == summarize(Plain(), SHAPE)


@pytest.mark.parametrize("shape", [None, 8, (1, 3, None, 8), "1388", (1, 3, 2**40, 2**40)])
def test_what_is_no_shape_is_told(shape) -> None:
    with pytest.raises(ValueError, match="input_shape"):
        summarize(Plain(), shape)


def quantised() -> nn.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        network = nn.Sequential(nn.Flatten(), nn.Linear(192, 4))
        return torch.ao.quantization.quantize_dynamic(network, {nn.Linear})


def scripted() -> nn.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return torch.jit.script(nn.Sequential(nn.Conv2d(3, 4, 3)))


def detection() -> nn.Module:
    models = torchvision.models.detection
    return models.ssdlite320_mobilenet_v3_large(weights=None, weights_backbone=None)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (TwoInputs, "the forward of TwoInputs needs x, y"),
        (lambda: nn.ModuleList([nn.ReLU()]), "ModuleList has no forward"),
        (quantised, "Linear is quantised"),
        (scripted, "TorchScript"),
        (lambda: nn.Sequential(scripted()), "TorchScript"),
        (detection, "without values"),
        (Printing, "without values"),
        (ThroughNumPy, "without values"),
        (ThroughAList, "without values"),
        (ByName, "the forward of ByName takes no tensor of pictures by its place"),
        (WithoutInput, "the forward of WithoutInput takes no tensor"),
        (lambda: Plain, "Plain is no nn.Module: give Plain"),
        (lambda: len, "len is no nn.Module"),
        (lambda: None, "None is no nn.Module"),
    ],
)
def test_what_is_not_taken_is_said_in_one_sentence(make, sentence) -> None:
    with pytest.raises(ValueError, match=sentence) as caught:
        summarize(make(), SHAPE)
    words = str(caught.value)
    assert len(words) < 250
    assert "\n" not in words
    assert not re.search("__torch__|register_", words)


def test_a_check_without_words_is_told_by_its_line() -> None:
    with pytest.raises(ShapeError, match="does not hold: raise AssertionError"):
        summarize(Checking(), SHAPE)


def test_hooks_of_the_caller_run_where_it_is_recorded_as_is_documented() -> None:
    model, told = Plain().eval().requires_grad_(False), []
    handle = model.conv.register_forward_hook(lambda module, inputs, output: told.append(output))
    record(model, torch.rand(SHAPE), ["conv"])
    handle.remove()
    assert len(told) == 1
    assert "Hooks that the caller put on the model run" in " ".join((record.__doc__ or "").split())


@pytest.mark.parametrize("first", [nn.Conv2d(3, 8, (3, 5)), nn.MaxPool2d(2), nn.AvgPool2d(2)])
def test_a_picture_without_a_batch_is_told_with_the_shape_that_would_do(first) -> None:
    network = nn.Sequential(first, nn.ReLU())
    with pytest.raises(ValueError, match=r"four numbers.*\(1, 3, 32, 32\)"):
        summarize(network, (3, 32, 32))
    assert summarize(network, (1, 3, 32, 32)).rows
    assert summarize(nn.Sequential(nn.Conv1d(3, 4, 3)), (1, 3, 32)).rows


def test_torchscript_inside_of_a_network_is_named() -> None:
    model = nn.Sequential(nn.Identity(), torch.jit.script(nn.Conv2d(3, 4, 3)))
    with pytest.raises(ValueError, match=r"^1 in Sequential is TorchScript: give"):
        summarize(model, SHAPE)


@pytest.mark.parametrize(
    ("fails", "words"),
    [
        (lambda x: {}["a"], "KeyError: 'a'"),
        (lambda x: x.nothing, "AttributeError: "),
        (lambda x: next(iter(())), "StopIteration$"),
        (lambda x: 1 / 0 * x, "ZeroDivisionError: division by zero"),
    ],
)
def test_a_forward_that_fails_by_itself_says_how(fails, words: str) -> None:
    class Failing(Plain):
        def forward(self, x: Tensor) -> Tensor:
            return fails(self.conv(x))

    with pytest.raises(ValueError, match=f"^the forward of Failing ends in {words}") as caught:
        summarize(Failing(), SHAPE)
    assert caught.value.__cause__ is not None
