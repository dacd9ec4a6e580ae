import inspect
import sys
import time
from dataclasses import replace

import pytest
import torch

from cnnviz.builder.counts import count_params
from cnnviz.builder.edits import change_input_shape
from cnnviz.builder.export_code import to_python
from cnnviz.builder.import_code import CodeError, from_code, read_code
from cnnviz.builder.modules import build
from cnnviz.models import lenet, networks, resnet
from cnnviz.models.specs import (
    AdaptiveAvgPool2d,
    AvgPool2d,
    Conv2d,
    Flatten,
    Identity,
    Layer,
    LeakyReLU,
    Linear,
    LPPool2d,
    MaxPool2d,
    NetworkSpec,
    ReLU,
    Residual,
)
from cnnviz.torchvision_compat import torchvision
from tests.support.hostile_code import HOSTILE, net
from tests.support.pasted_code import (
    PRINTED_TUTORIAL_LENET,
    SAME_NETWORK,
    TUTORIAL_BLOCK,
    TUTORIAL_FULLY_CONV,
    TUTORIAL_LENET,
    TUTORIAL_RESNET,
    WITH_ITS_LOSS,
)
from tests.support.random_networks import random_network

pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same'")
FIVE_LAYERS = (Conv2d(3, 8, 3), ReLU(), MaxPool2d(2), Flatten(), Linear(1800, 10))


@pytest.mark.parametrize("seed", range(200))
def test_a_random_network_comes_back_from_its_code(seed: int) -> None:
    spec = random_network(seed)
    reading = read_code(to_python(spec))
    assert reading.spec == spec
    assert reading.notes == ()


@pytest.mark.parametrize("make", networks.NETWORKS.values(), ids=networks.NETWORKS)
def test_the_ready_made_networks_come_back_from_their_code(make) -> None:
    assert from_code(to_python(make())) == make()


def test_a_network_that_does_not_fit_comes_back_from_its_code() -> None:
    spec = change_input_shape(networks.lenet(), (3, 64, 64))
    assert from_code(to_python(spec)) == spec


def as_printed(layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
    """The layers as a printout shows them: torch leaves some arguments of AvgPool2d out."""
    shown: list[Layer] = []
    for layer in layers:
        if isinstance(layer, AvgPool2d):
            layer = AvgPool2d(layer.kernel_size, layer.stride, layer.padding)
        if isinstance(layer, Residual):
            layer = replace(layer, layers=as_printed(layer.layers))
        if (
            isinstance(layer, MaxPool2d | AvgPool2d | LPPool2d)
            and layer.stride == layer.kernel_size
        ):
            layer = replace(layer, stride=None)
        shown.append(layer)
    return tuple(shown)


@pytest.mark.parametrize("seed", range(100))
def test_the_layers_of_a_random_network_come_back_from_its_printout(seed: int) -> None:
    spec = random_network(seed)
    read = from_code(str(build(spec, device="meta")))
    assert read.layers == as_printed(spec.layers)
    assert read.name == spec.name


@pytest.mark.parametrize(
    ("code", "spec"),
    [
        (TUTORIAL_LENET, networks.lenet()),
        (TUTORIAL_LENET + "net = LeNet(in_channels=1)", networks.lenet(1)),
        (TUTORIAL_FULLY_CONV, networks.lenet_fully_conv(input_size=64)),
        (PRINTED_TUTORIAL_LENET, networks.lenet()),
        (inspect.getsource(lenet), networks.lenet_fully_conv()),
    ],
    ids=["LeNet", "LeNet(1)", "LeNetFullyConv", "printed", "ours"],
)
def test_the_tutorials_networks_are_read(code: str, spec: NetworkSpec) -> None:
    assert from_code(code) == spec


@pytest.mark.parametrize("code", [TUTORIAL_RESNET, inspect.getsource(resnet)])
def test_the_tutorials_resnet_is_read_through_its_loops(code: str) -> None:
    spec = from_code(code)
    assert spec.layers == networks.resnet().layers
    assert spec.name == "ResNet18"
    assert sum(map(count_params, spec.layers)) == 11_181_642


def test_the_tutorials_block_alone_is_read_with_usual_channels() -> None:
    reading = read_code(TUTORIAL_BLOCK)
    assert reading.spec.layers == (networks.residual_block(3, 64),)
    assert "ResNetBlock is made with in_channels = 3." in reading.notes


def test_a_network_with_its_loss_and_its_steps_is_read() -> None:
    spec = from_code(WITH_ITS_LOSS)
    assert spec.name == "Colours"
    assert as_printed(spec.layers) == networks.lenet().layers


@pytest.mark.parametrize("code", SAME_NETWORK.values(), ids=SAME_NETWORK)
def test_many_ways_of_writing_a_network_are_one_network(code: str) -> None:
    spec = from_code(code)
    assert as_printed(spec.layers) == FIVE_LAYERS
    assert spec.input_shape == (3, 32, 32)


@pytest.mark.parametrize(
    "name",
    ["alexnet", "vgg11_bn", "vgg16", "resnet18", "resnet34", "resnet50", "resnet101",
     "wide_resnet50_2", "resnext50_32x4d"],
)  # fmt: skip
def test_a_printed_network_of_torchvision_is_read_with_all_its_parameters(name: str) -> None:
    with torch.device("meta"):
        model = getattr(torchvision.models, name)()
    spec = from_code(str(model))
    assert spec.input_shape == (3, 224, 224)
    assert sum(map(count_params, spec.layers)) == sum(p.numel() for p in model.parameters())


def test_a_printed_resnet_computes_what_torchvisions_does() -> None:
    theirs = torchvision.models.resnet18(num_classes=5).eval()
    ours = build(from_code(str(theirs))).eval()
    ours.load_state_dict(
        dict(zip(ours.state_dict(), theirs.state_dict().values(), strict=True)), strict=True
    )
    batch = torch.rand(1, 3, 40, 40, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        assert torch.equal(ours(batch), theirs(batch))


@pytest.mark.parametrize("name", ["densenet121", "googlenet", "mobilenet_v2", "squeezenet1_0"])
def test_a_printed_network_with_branches_is_refused(name: str) -> None:
    with torch.device("meta"):
        kwargs = {"init_weights": False, "aux_logits": False} if name == "googlenet" else {}
        model = getattr(torchvision.models, name)(**kwargs)
    with pytest.raises(CodeError, match="no row of layers") as caught:
        from_code(str(model))
    assert str(model).splitlines()[caught.value.line - 1].rstrip().endswith("(")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_paste_is_refused_fast_with_the_line_named(name: str) -> None:
    text, line = HOSTILE[name]
    started = time.process_time()
    with pytest.raises(CodeError) as caught:
        from_code(text)
    assert time.process_time() - started < 3  # a fraction of a second on a free machine
    assert caught.value.line == line
    assert str(caught.value).startswith(f"Line {line}: ")
    assert len(str(caught.value)) < 400
    assert str(caught.value).isprintable()


def test_there_are_at_least_forty_hostile_pastes() -> None:
    assert len(HOSTILE) >= 40


def test_reading_runs_nothing_of_what_is_pasted() -> None:
    canary = "\n".join(
        [
            "import torch",
            "class Canary(nn.Module):",
            "    torch.canary = 1",
            "    def __init__(self):",
            "        super().__init__()",
            "        torch.nn.canary = 2",
            "        nn.Linear.canary = 3",
            "    def forward(self, x):",
            "        return x",
        ]
    )
    modules = set(sys.modules)
    with pytest.raises(CodeError, match=r"self can be set"):
        from_code(canary)
    assert not hasattr(torch, "canary")
    assert not hasattr(torch.nn, "canary")
    assert set(sys.modules) == modules


CONV = Conv2d(3, 3, 3, padding=1)


@pytest.mark.parametrize(
    ("forward", "layers"),
    [
        ("return x + self.c(x)", (Residual((CONV,), "none"),)),
        ("return F.relu(self.c(x) + x)", (Residual((CONV,)),)),
        (
            "y = self.c(x)\n        y += x\n        y = F.gelu(y)\n        return y",
            (Residual((CONV,), "GELU"),),
        ),
        (
            "return F.leaky_relu(torch.add(self.c(x), x), 0.2)",
            (Residual((CONV,), "none"), LeakyReLU(0.2)),
        ),
        ("return x.mean([2, 3])", (AdaptiveAvgPool2d(1), Flatten())),
        ("return torch.mean(x, dim=(2, 3), keepdim=True)", (AdaptiveAvgPool2d(1),)),
        ("return self.d(x)", (Identity(),)),
        ("y = self.c(x)\n        return x", ()),
    ],
)
def test_sums_and_means_are_read_as_what_they_do(forward: str, layers: tuple[Layer, ...]) -> None:
    init = "self.c = nn.Conv2d(3, 3, 3, padding=1)\n        self.d = nn.Identity()"
    assert from_code(net(init, forward)).layers == layers


def test_what_a_printout_does_not_show_of_a_pooling_is_said() -> None:
    printed = str(torch.nn.Sequential(torch.nn.AvgPool2d(2)))
    assert any("count_include_pad" in note for note in read_code(printed).notes)
    assert not any("count_include_pad" in note for note in read_code("nn.AvgPool2d(2)").notes)


def test_an_activation_outside_a_block_stays_outside() -> None:
    spec = NetworkSpec("net", (3, 8, 8), (Residual((ReLU(),), "none"), ReLU()))
    assert from_code(to_python(spec)) == spec


def test_code_that_names_its_pictures_is_read_with_their_size() -> None:
    code = "net = nn.Sequential(nn.Conv2d(1, 4, 3))\nx = torch.randn(8, 1, 20, 24)"
    assert from_code(code).input_shape == (1, 20, 24)
    assert read_code(code).notes == ()
    guessed = read_code("nn.Conv2d(1, 4, 3)")
    assert "1 × 32 × 32 is a guess" in guessed.notes[0]
