"""Products and differences of paths are read as what torch computes, or refused with the reason."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from cnnviz.builder.codec import decode, encode
from cnnviz.builder.doctor import diagnose
from cnnviz.builder.export_code import to_python
from cnnviz.builder.import_code import from_code, read_code
from cnnviz.builder.modules import build
from cnnviz.builder.reading.errors import CodeError
from cnnviz.builder.shapes import forward_shapes, output_shape
from cnnviz.models.specs import AdaptiveAvgPool2d, Conv2d, Flatten, Join, NetworkSpec
from tests.support.pasted_truth import copy_in_order_of_use, seeded, truth_of
from tests.support.weighed_pastes import HEAD, LIGHTNING, RETURNS, WEIGHED


@pytest.mark.parametrize("name", WEIGHED)
def test_what_weighs_maps_is_read_as_torch_computes_it(name: str) -> None:
    reading = read_code(WEIGHED[name])
    assert [note for note in reading.notes if "of an odd number torch leaves one" in note] == [
        *reading.notes
    ]
    assert bool(reading.notes) == ("negative" in name)
    ours, truth = build(reading.spec).eval(), seeded(truth_of(WEIGHED[name]))
    copy_in_order_of_use(truth, ours, reading.spec.input_shape)
    batch = torch.rand(2, *reading.spec.input_shape, generator=torch.Generator().manual_seed(3))
    with torch.inference_mode():
        assert torch.allclose(ours(batch), truth(batch), atol=1e-5)


@pytest.mark.parametrize("name", WEIGHED)
def test_it_survives_a_link_and_its_own_code(name: str) -> None:
    spec = read_code(WEIGHED[name]).spec
    assert decode(encode(spec)) == spec
    code = to_python(spec)
    written: dict[str, object] = {"__name__": "pasted"}
    exec(compile(code, "exported", "exec"), written)
    made = [value for value in written.values() if isinstance(value, type)]
    ours = build(spec).eval()
    theirs = next(each for each in made if issubclass(each, nn.Module) and "Block" not in str(each))
    network = theirs().eval()
    network.load_state_dict(ours.state_dict())
    batch = torch.rand(2, *spec.input_shape, generator=torch.Generator().manual_seed(3))
    with torch.inference_mode():
        assert torch.equal(network(batch), ours(batch))
    assert output_shape(from_code(code)) == output_shape(spec)


@pytest.mark.parametrize("returned", RETURNS)
def test_of_several_tensors_the_first_is_the_output_and_a_note_says_so(returned: str) -> None:
    reading = read_code(RETURNS[returned])
    assert output_shape(reading.spec) == (10,)
    is_one = returned == "[output]"
    assert any("the output here is the first" in note for note in reading.notes) != is_one
    assert any("value" in note and "its 3,137 parameters" in note for note in reading.notes)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("a / b", "what else is done with two of them"),
        ("a * self.fc(b.flatten(1))", "cannot be multiplied as they are"),
        ("a + self.fc(b.flatten(1))[:, :, None, None]", "read where it multiplies"),
        ("self.fc(b.flatten(1))[:, :, None, None]", "read where it multiplies"),
        ("self.fc(b.flatten(1)).unsqueeze(-1) * a", "cannot be multiplied as they are"),
        ("self.e(a, b)", "gets 3"),
        ("nn.Sequential(self.e, nn.ReLU())(a)", "forward returns 2 tensors, and what follows"),
    ],
)
def test_what_only_looks_like_it_is_refused(line: str, reason: str) -> None:
    code = f"""{HEAD}
class Two(nn.Module):
    def forward(self, x):
        return x, x
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(1, 4, 3, padding=1)
        self.d, self.e = nn.Sequential(Two()), Two()
        self.fc = nn.Linear(256, 4)
    def forward(self, x):
        a = self.a(x)
        b = torch.tanh(a)
        return {line}
net = Net()
"""
    with pytest.raises(CodeError, match=reason):
        read_code(code)


@pytest.mark.parametrize("how", ["cat", "sum", "product", "difference"])
@pytest.mark.parametrize("sizes", ["crop", "pad", "resize"])
def test_maps_are_made_equal_before_they_meet_in_the_code_as_well(how: str, sizes: str) -> None:
    layers = Conv2d(1, 2, 3, mark="a"), Conv2d(2, 2, 3), Join(("a", ""), how, sizes)
    spec = NetworkSpec("Two", (1, 9, 8), layers)
    written: dict[str, object] = {"__name__": "pasted"}
    code = to_python(spec)
    exec(compile(code, "exported", "exec"), written)
    assert from_code(code).layers == spec.layers
    changed = code.replace("// 2", "// 3").replace("bilinear", "nearest")
    with pytest.raises(CodeError):  # a function of the same name that does something else
        from_code(changed)
    network, ours = written["Two"], build(spec).eval()
    assert isinstance(network, type)
    theirs = network().eval()
    theirs.load_state_dict(ours.state_dict())
    batch = torch.rand(2, 1, 9, 8, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        assert torch.equal(theirs(batch), ours(batch))
    assert forward_shapes(spec)[-1].output_shape == tuple(ours(batch).shape[1:])


def test_a_convolution_may_weigh_what_it_reads() -> None:
    code = """class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(1, 1, 3, padding=1)
    def forward(self, x):
        return self.a(x) * x
net = Net()"""
    layers = read_code(HEAD + code).spec.layers
    assert layers == (Conv2d(1, 1, 3, padding=1), Join(("", "input"), "product"))


def test_the_doctor_says_what_a_product_needs() -> None:
    row = Conv2d(1, 4, 3, mark="a"), Conv2d(4, 3, 3), AdaptiveAvgPool2d(1), Flatten()
    found = diagnose(NetworkSpec("Two", (1, 9, 8), (*row, Join(("a", ""), "product"))))
    assert found is not None
    assert "one number for each map is needed to weigh it" in found.sentence
    uneven = Conv2d(1, 4, 3, mark="a"), Conv2d(4, 3, 3, padding=1), Join(("a", ""), "product")
    found = diagnose(NetworkSpec("Two", (1, 9, 8), uneven))
    assert found is not None
    assert "only equal numbers of channels are multiplied" in found.sentence
    assert all(output_shape(mend.spec) for mend in found.mends)


def test_a_network_that_only_a_trainer_of_elsewhere_is_given_is_read() -> None:
    reading = read_code(HEAD + LIGHTNING)
    assert [layer.kind for layer in reading.spec.layers] == ["Conv2d", "ReLU"]
    assert any("make no layer of the network and were left out" in note for note in reading.notes)


SETTINGS = {  # of a network of 96 numbers behind two poolings: what it is made with, and its input
    "Net(28 * 28)": (1, 28, 28), "Net(28)": (1, 28, 28), "Net((28, 28))": (1, 28, 28),
}  # fmt: skip


@pytest.mark.parametrize("made", SETTINGS)
def test_a_size_that_is_set_as_a_number_of_pixels_is_no_side(made: str) -> None:
    code = f"""class Net(nn.Module):
    def __init__(self, input_size):
        super().__init__()
        self.c = nn.Conv2d(1, 6, 5)
        self.fc = nn.Linear(6 * 12 * 12, 10)
    def forward(self, x):
        return self.fc(F.max_pool2d(self.c(x), 2).view(-1, 6 * 12 * 12))
net = {made}"""
    spec = read_code(HEAD + code).spec
    assert spec.input_shape == SETTINGS[made]
    assert output_shape(spec) == (10,)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("from torchvision import models\nnet = models.densenet121(num_classes=10)", "Inspect"),
        ("from torchvision.models import swin_t\nnet = swin_t(weights=None)", "Inspect"),
        ("import torchvision\nnet = nn.Sequential(*list(torchvision.models.vit_b_16().children())"
         "[:-1])", "Inspect"),
        ("import torchvision.models as models\nnet = models.googlenet()\nnet.fc = nn.Linear(512, "
         "10)", "With a head of your own bring it as a file"),
        ("import timm\nnet = timm.create_model('efficientnet_b0')", "bring the network as a file"),
        ("net = torch.hub.load('pytorch/vision', 'resnet18')", "bring the network as a file"),
        ("net = nn.Sequential(nn.LSTM(3, 3))", "reads sequences"),
        ("net = nn.Sequential(nn.AdaptiveAvgPool1d(2))", "as a file"),
    ],
)  # fmt: skip
def test_what_comes_from_elsewhere_is_refused_with_where_to_go(line: str, words: str) -> None:
    with pytest.raises(CodeError, match=words):
        read_code(HEAD + line)


def test_a_function_of_torch_that_no_layer_does_is_no_slip_of_the_pen() -> None:
    code = """class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.c = nn.Conv2d(1, 6, 5)
    def forward(self, x):
        return F.max_unpool2d(self.c(x), 1)
net = Net()"""
    with pytest.raises(CodeError, match="is torch's, but no layer of the builder"):
        read_code(HEAD + code)
