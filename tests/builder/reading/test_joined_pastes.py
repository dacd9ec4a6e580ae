"""U-Net, Inception, DenseNet and others as people paste them, compared with what torch computes."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from cnnviz.builder.import_code import read_code
from cnnviz.builder.modules import build
from cnnviz.builder.reading.errors import CodeError
from cnnviz.models.specs import Join
from cnnviz.torchvision_compat import declare_missing_operators
from tests.support.joined_pastes import MORE
from tests.support.repository_pastes import REPOSITORIES

HEAD = "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n"
MILESIAL = (
    HEAD
    + '''
class DoubleConv(nn.Module):
    """(convolution => [BN] => ReLU) * 2"""

    def __init__(self, in_channels, out_channels, mid_channels=None):
        super().__init__()
        if not mid_channels:
            mid_channels = out_channels
        self.double_conv = nn.Sequential(
            nn.Conv2d(in_channels, mid_channels, kernel_size=3, padding=1, bias=False),
            nn.BatchNorm2d(mid_channels),
            nn.ReLU(inplace=True),
            nn.Conv2d(mid_channels, out_channels, kernel_size=3, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(inplace=True)
        )

    def forward(self, x):
        return self.double_conv(x)

class Down(nn.Module):
    """Downscaling with maxpool then double conv"""

    def __init__(self, in_channels, out_channels):
        super().__init__()
        self.maxpool_conv = nn.Sequential(
            nn.MaxPool2d(2),
            DoubleConv(in_channels, out_channels)
        )

    def forward(self, x):
        return self.maxpool_conv(x)

class Up(nn.Module):
    """Upscaling then double conv"""

    def __init__(self, in_channels, out_channels, bilinear=True):
        super().__init__()
        if bilinear:
            self.up = nn.Upsample(scale_factor=2, mode='bilinear', align_corners=True)
            self.conv = DoubleConv(in_channels, out_channels, in_channels // 2)
        else:
            self.up = nn.ConvTranspose2d(in_channels, in_channels // 2, kernel_size=2, stride=2)
            self.conv = DoubleConv(in_channels, out_channels)

    def forward(self, x1, x2):
        x1 = self.up(x1)
        # input is CHW
        diffY = x2.size()[2] - x1.size()[2]
        diffX = x2.size()[3] - x1.size()[3]

        x1 = F.pad(x1, [diffX // 2, diffX - diffX // 2,
                        diffY // 2, diffY - diffY // 2])
        x = torch.cat([x2, x1], dim=1)
        return self.conv(x)

class OutConv(nn.Module):
    def __init__(self, in_channels, out_channels):
        super(OutConv, self).__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size=1)

    def forward(self, x):
        return self.conv(x)

class UNet(nn.Module):
    def __init__(self, n_channels=3, n_classes=2, bilinear=BILINEAR):
        super(UNet, self).__init__()
        self.inc = (DoubleConv(n_channels, 8))
        self.down1 = (Down(8, 16))
        self.down2 = (Down(16, 32))
        factor = 2 if bilinear else 1
        self.down3 = (Down(32, 64 // factor))
        self.up1 = (Up(64, 32 // factor, bilinear))
        self.up2 = (Up(32, 16 // factor, bilinear))
        self.up3 = (Up(16, 8, bilinear))
        self.outc = (OutConv(8, n_classes))

    def forward(self, x):
        x1 = self.inc(x)
        x2 = self.down1(x1)
        x3 = self.down2(x2)
        x4 = self.down3(x3)
        x = self.up1(x4, x3)
        x = self.up2(x, x2)
        x = self.up3(x, x1)
        logits = self.outc(x)
        return logits
'''
)
INCEPTION = (
    HEAD
    + """
class BasicConv(nn.Module):
    def __init__(self, i, o, **kwargs):
        super().__init__()
        self.conv = nn.Conv2d(i, o, bias=False, **kwargs)
        self.bn = nn.BatchNorm2d(o, eps=0.001)
    def forward(self, x):
        return F.relu(self.bn(self.conv(x)), inplace=True)

class Inception(nn.Module):
    def __init__(self, in_channels, pool_features=8):
        super().__init__()
        self.branch1x1 = BasicConv(in_channels, 16, kernel_size=1)
        self.branch5x5_1 = BasicConv(in_channels, 12, kernel_size=1)
        self.branch5x5_2 = BasicConv(12, 16, kernel_size=5, padding=2)
        self.branch_pool = BasicConv(in_channels, pool_features, kernel_size=1)
    def forward(self, x):
        branch1x1 = self.branch1x1(x)
        branch5x5 = self.branch5x5_1(x)
        branch5x5 = self.branch5x5_2(branch5x5)
        branch_pool = F.avg_pool2d(x, kernel_size=3, stride=1, padding=1)
        branch_pool = self.branch_pool(branch_pool)
        outputs = [branch1x1, branch5x5, branch_pool]
        return torch.cat(outputs, 1)

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = BasicConv(3, 10, kernel_size=3, stride=2)
        self.a = Inception(10)
        self.b = Inception(40, pool_features=4)
        self.fc = nn.Linear(36, 5)
    def forward(self, x):
        x = self.b(self.a(self.stem(x)))
        x = torch.flatten(F.adaptive_avg_pool2d(x, 1), 1)
        return self.fc(x)

net = Net()
out = net(torch.randn(1, 3, 32, 32))
"""
)
DENSE = (
    HEAD
    + """
class DenseLayer(nn.Module):
    def __init__(self, inp, growth):
        super().__init__()
        self.bn = nn.BatchNorm2d(inp)
        self.conv = nn.Conv2d(inp, growth, 3, padding=1, bias=False)
    def forward(self, x):
        return torch.cat([x, self.conv(F.relu(self.bn(x)))], dim=1)

class DenseNet(nn.Module):
    def __init__(self, growth=4, n=3):
        super().__init__()
        self.first = nn.Conv2d(1, 8, 3, padding=1)
        self.block = nn.Sequential(*[DenseLayer(8 + i * growth, growth) for i in range(n)])
        self.layers = nn.ModuleList([nn.Conv2d(8 + growth * n + i * 2, 2, 1) for i in range(2)])
    def forward(self, x):
        x = self.block(self.first(x))
        features = [x]
        for layer in self.layers:
            features.append(layer(torch.cat(features, 1)))
        return torch.cat(features, 1)

DenseNet()(torch.zeros(1, 1, 16, 16))
"""
)
SIZES = (
    HEAD
    + """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(1, 4, 3, padding=1)
        self.down = nn.Conv2d(4, 8, 3, stride=2, padding=1)
        self.deep = nn.Conv2d(8, 8, 3, stride=2, padding=1)
        self.up = nn.ConvTranspose2d(8, 8, 2, stride=2)
        self.out = nn.Conv2d(12, 2, 1)
    def forward(self, x):
        a = torch.relu(self.a(x))
        b = torch.relu(self.down(a))
        c = self.up(self.deep(b), output_size=b.size())
        c = c + b
        c = F.interpolate(c, size=a.shape[2:], mode="bilinear", align_corners=False)
        return self.out(torch.cat((a, c), 1))

Net()(torch.zeros(1, 1, 19, 20))
"""
)
SUMS = (
    HEAD
    + """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(1, 4, 3, padding=1)
        self.b = nn.Conv2d(4, 4, 3, padding=1)
        self.c = nn.Conv2d(4, 4, 5, padding=2)
        self.d = nn.Conv2d(4, 4, 3, padding=1)
    def forward(self, x):
        a = self.a(x)
        b = self.b(a)
        y = F.relu(a + b)
        z = self.c(y) + self.d(y)
        return z + b

Net()(torch.zeros(1, 1, 9, 9))
"""
)
PASTES = {
    "milesial's U-Net, bilinear": MILESIAL.replace("BILINEAR", "True"),
    "milesial's U-Net, transposed": MILESIAL.replace("BILINEAR", "False"),
    "Inception": INCEPTION, "DenseNet": DENSE, "sizes of tensors": SIZES,
    "sums, one of them read in the middle": SUMS, **MORE, **REPOSITORIES,
}  # fmt: skip


def truth_of(code: str) -> nn.Module:
    names: dict[str, object] = {"__name__": __name__}
    if "torchvision" in code:
        declare_missing_operators()
    exec(compile(code, "pasted", "exec"), names)
    if isinstance(net := names.get("net"), nn.Module):
        return net.eval()
    classes = [made for made in names.values() if isinstance(made, type)]
    return [made for made in classes if issubclass(made, nn.Module)][-1]().eval()


def seeded(model: nn.Module) -> nn.Module:
    """The model with weights and statistics that are drawn in the order of its computation."""
    generator = torch.Generator().manual_seed(0)
    for values in model.state_dict().values():
        if values.is_floating_point():
            values.copy_(torch.rand(values.shape, generator=generator) * 0.2 + 0.05)
    return model


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


def copy_in_order_of_use(truth: nn.Module, ours: nn.Module, shape: tuple[int, int, int]) -> None:
    """The weights of the pasted network in the one that was read, layer by layer as they run."""
    used: list[nn.Module] = []
    hooks = [module.register_forward_hook(lambda module, inputs, output: used.append(module))
             for module in truth.modules() if list(module.parameters(recurse=False))]  # fmt: skip
    with torch.inference_mode():
        truth(torch.zeros(1, *shape))
    for hook in hooks:
        hook.remove()
    mine = [module for module in ours.modules() if list(module.parameters(recurse=False))]
    for theirs, own in zip(used, mine, strict=True):
        own.load_state_dict(theirs.state_dict())


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
    spec = read_code(PASTES["milesial's U-Net, bilinear"]).spec
    joins = [layer for layer in spec.layers if isinstance(layer, Join)]
    assert [join.reads for join in joins] == [("x3", ""), ("x2", ""), ("x1", "")]
    assert {join.sizes for join in joins} == {"pad"}


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
