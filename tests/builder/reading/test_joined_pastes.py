"""U-Net, Inception, DenseNet and others as people paste them, compared with what torch computes."""

from __future__ import annotations

import pytest
import torch

from cnnviz.builder.import_code import read_code
from cnnviz.builder.modules import build
from cnnviz.builder.reading.errors import CodeError
from cnnviz.models.specs import Join
from tests.support.joined_pastes import HEAD, JOINED, SUMS
from tests.support.pasted_truth import copy_in_order_of_use, seeded, truth_of
from tests.support.written_ways import WAYS

PASTES = {**JOINED, **WAYS}


@pytest.mark.parametrize("name", PASTES)
def test_a_paste_with_joins_computes_what_torch_computes(name: str) -> None:
    spec = read_code(PASTES[name]).spec
    ours, truth = build(spec).eval(), truth_of(PASTES[name])
    kinds = [[type(m) for m in model.modules() if list(m.parameters(recurse=False))]
             for model in (ours, truth)]  # fmt: skip
    assert sorted(map(str, kinds[0])) == sorted(map(str, kinds[1]))
    seeded(truth)
    copy_in_order_of_use(truth, ours, spec.input_shape)
    batch = torch.rand(2, *spec.input_shape, generator=torch.Generator().manual_seed(3))
    with torch.inference_mode():
        assert torch.allclose(ours(batch), truth(batch), atol=1e-5)


@pytest.mark.parametrize(
    ("line", "same"),
    [
        ("einops.rearrange(x, 'b c h w -> b (c h w)')", "x.flatten(1)"),
        ("einops.rearrange(x, 'n k i j -> n (k i j)')", "torch.flatten(x, 1)"),
        ("einops.reduce(x, 'b c h w -> b c', 'mean')", "x.mean((2, 3))"),
        ("einops.reduce(x, 'b c h w -> b c 1 1', reduction='mean')", "F.adaptive_avg_pool2d(x, 1)"),
        ("Rearrange('b c h w -> b (c h w)')(x)", "nn.Flatten()(x)"),
        ("self.a(x.permute(0, 3, 1, 2))", "self.a(x)"),
    ],
)
def test_what_another_library_does_is_read_as_what_torch_does(line: str, same: str) -> None:
    code = (
        HEAD
        + """import einops
from einops.layers.torch import Rearrange

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(3, 4, 3)
    def forward(self, x):
        return {}

Net()(torch.zeros(1, 3, 8, 8))
"""
    )
    assert read_code(code.format(line)).spec.layers == read_code(code.format(same)).spec.layers


def test_pictures_that_are_turned_first_come_with_their_channels_first() -> None:
    code = SUMS.replace("a = self.a(x)", "a = self.a(x.permute(0, 3, 1, 2))").replace(
        "zeros(1, 1, 9, 9)", "zeros(1, 9, 12, 1)"
    )
    reading = read_code(code)
    assert reading.spec.input_shape == (1, 9, 12)
    assert any("whose channels come last" in note for note in reading.notes)


@pytest.mark.parametrize("line", ["'layer%d' % 2", "'%s%s' % ('layer', 2)", "'layer%i' % (2,)"])
def test_a_text_with_a_number_in_it_names_a_layer(line: str) -> None:
    net = "net = nn.Sequential()\nnet.add_module({}, nn.ReLU())\nlast = net.layer2"
    assert [layer.kind for layer in read_code(HEAD + net.format(line)).spec.layers] == ["ReLU"]


@pytest.mark.parametrize("line", ["'%9999999d' % 2", "'%d' % 'a'", "'%d%d' % 2", "'%*d' % (9, 9)"])
def test_a_text_that_would_grow_or_does_not_go_together_is_refused(line: str) -> None:
    net = "net = nn.Sequential(nn.ReLU())\nnet.add_module({}, nn.ReLU())"
    with pytest.raises(CodeError, match="text"):
        read_code(HEAD + net.format(line))


def test_places_are_called_as_the_code_calls_them() -> None:
    spec = read_code(JOINED["a U-Net, bilinear"]).spec
    joins = [layer for layer in spec.layers if isinstance(layer, Join)]
    assert [join.reads for join in joins] == [("quarter", ""), ("half", ""), ("full", "")]
    assert {join.sizes for join in joins} == {"pad"}


SWAPPED = {  # line that is called with its two maps the other way round: (in which paste, why)
    "self.grow3(found, quarter)": ("a U-Net, bilinear", "padded here is larger .* 22 × 32 and not"),
    "self.grow1(found, full)": ("a U-Net, bilinear", "padded here is larger"),
    "self.middle(side, back)": ("a U-Net that crops by slices", "cropped here is smaller"),
}


@pytest.mark.parametrize("line", SWAPPED)
def test_maps_given_the_other_way_round_are_told_and_not_joined_otherwise(line: str) -> None:
    name, reason = SWAPPED[line]
    call, _, given = line.removesuffix(")").partition("(")
    first, second = given.split(", ")
    code = JOINED[name].replace(line, f"{call}({second}, {first})")
    if "middle" in line:
        code = code.replace(", back], dim=1", ", side], dim=1")
    with pytest.raises(CodeError, match=reason):
        read_code(code)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("torch.cat([a, b])", "along dim=0"),
        ("torch.cat([a, b], dim=2)", "along dim=2"),
        ("a[:, :, 1:-1, 1:-1]", "some of the channels, x"),
        ("a[:, :, :b.size(2), :b.size(3)]", "some of the channels, x"),
        ("a.permute(0, 2, 3, 1)", "has its channels last"),
        ("center_crop(a, (5, 5))", "to the size of another map"),
        ("einops.rearrange(a, 'b c h w -> b h w c')", "lays maps in a row"),
        ("a if a.shape != b.shape else b", "depends on the picture"),
        ("torch.cat([a, b], dim=1, out=a)", "takes a list of tensors"),
        ("torch.cat([a, 3], dim=1)", "takes a list of tensors"),
        ("torch.stack([a, b], dim=1)", "new dimension"),
        ("torch.cat([a, b.flatten(1)], dim=1)", "cannot be joined"),
        ("a / b", "what else is done with two of them"),
        ("nn.ReLU(a)", "makes a layer and is given a picture"),
        ("F.Relu(a)", r"do you mean relu\?"),
        ("a.view(a.size(0), 2, 2, 8, -1)", "lays each picture in a row"),
    ],
)
def test_what_is_no_join_of_channels_is_refused(line: str, reason: str) -> None:
    code = (
        HEAD
        + "import einops\nfrom torchvision.transforms.functional import center_crop\n"
        + f"""
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(1, 4, 3, padding=1)
    def forward(self, x):
        a = self.a(x)
        b = F.relu(a)
        return {line}
"""
    )
    with pytest.raises(CodeError, match=reason):
        read_code(code)
