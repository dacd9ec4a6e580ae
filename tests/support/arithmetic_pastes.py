"""Pasted networks that compute with numbers, learn numbers of their own, or cut channels apart."""

from __future__ import annotations

HEAD = """import math
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn.init import trunc_normal_
"""
ARITHMETIC = {
    "a residual scaled by 0.1, as EDSR": HEAD
    + """
class ResBlock(nn.Module):
    def __init__(self, n_feats, res_scale=0.1):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(n_feats, n_feats, 3, padding=1),
            nn.ReLU(True),
            nn.Conv2d(n_feats, n_feats, 3, padding=1),
        )
        self.res_scale = res_scale
    def forward(self, x):
        res = self.body(x).mul(self.res_scale)
        res += x
        return res
class EDSR(nn.Module):
    def __init__(self, n=16, blocks=2, scale=2):
        super().__init__()
        self.head = nn.Conv2d(3, n, 3, padding=1)
        self.body = nn.Sequential(*[ResBlock(n) for _ in range(blocks)])
        self.tail = nn.Sequential(
            nn.Conv2d(n, n * scale**2, 3, padding=1),
            nn.PixelShuffle(scale),
            nn.Conv2d(n, 3, 3, padding=1),
        )
    def forward(self, x):
        x = self.head(x)
        res = self.body(x)
        res += x
        return self.tail(res)
model = EDSR()
""",
    "0.1 times a branch": HEAD
    + """
class B(nn.Module):
    def __init__(self):
        super().__init__()
        self.f = nn.Sequential(nn.Conv2d(3, 3, 3, padding=1), nn.BatchNorm2d(3), nn.ReLU())
        self.fc = nn.Linear(3, 4)
    def forward(self, x):
        x = x + 0.1 * self.f(x)
        return self.fc(x.mean([2, 3]))
model = B()
""",
    "layer scale": HEAD
    + """
class Block(nn.Module):
    def __init__(self, dim, init=1e-2):
        super().__init__()
        self.conv = nn.Conv2d(dim, dim, 3, padding=1, groups=dim)
        self.act = nn.GELU()
        self.gamma = nn.Parameter(init * torch.ones(dim, 1, 1))
    def forward(self, x):
        return x + self.gamma * self.act(self.conv(x))
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 4, 4)
        self.blocks = nn.Sequential(Block(8), Block(8))
        self.head = nn.Linear(8, 10)
    def forward(self, x):
        x = self.blocks(self.stem(x))
        return self.head(x.mean((-2, -1)))
net = Net()
""",
    "one learnt factor": HEAD
    + """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv2d(3, 8, 3, padding=1)
        self.c2 = nn.Conv2d(8, 8, 3, padding=1)
        self.alpha = nn.Parameter(torch.tensor(0.5))
        self.fc = nn.Linear(8, 10)
    def forward(self, x):
        x = F.relu(self.c1(x))
        y = self.c2(x)
        x = x + self.alpha * y
        return self.fc(F.adaptive_avg_pool2d(x, 1).flatten(1))
""",
    "ShuffleNet": HEAD
    + """
def channel_shuffle(x, groups):
    batchsize, num_channels, height, width = x.size()
    channels_per_group = num_channels // groups
    x = x.view(batchsize, groups, channels_per_group, height, width)
    x = torch.transpose(x, 1, 2).contiguous()
    x = x.view(batchsize, -1, height, width)
    return x
class InvertedResidual(nn.Module):
    def __init__(self, inp, oup, stride):
        super().__init__()
        self.stride = stride
        branch_features = oup // 2
        assert (self.stride != 1) or (inp == branch_features << 1)
        if self.stride > 1:
            self.branch1 = nn.Sequential(
                self.depthwise_conv(inp, inp, kernel_size=3, stride=self.stride, padding=1),
                nn.BatchNorm2d(inp),
                nn.Conv2d(inp, branch_features, 1, 1, 0, bias=False),
                nn.BatchNorm2d(branch_features),
                nn.ReLU(inplace=True),
            )
        else:
            self.branch1 = nn.Sequential()
        self.branch2 = nn.Sequential(
            nn.Conv2d(
                inp if (self.stride > 1) else branch_features, branch_features, 1, bias=False
            ),
            nn.BatchNorm2d(branch_features),
            nn.ReLU(inplace=True),
            self.depthwise_conv(branch_features, branch_features, 3, self.stride, 1),
            nn.BatchNorm2d(branch_features),
            nn.Conv2d(branch_features, branch_features, 1, bias=False),
            nn.BatchNorm2d(branch_features),
            nn.ReLU(inplace=True),
        )
    @staticmethod
    def depthwise_conv(i, o, kernel_size, stride=1, padding=0, bias=False):
        return nn.Conv2d(i, o, kernel_size, stride, padding, bias=bias, groups=i)
    def forward(self, x):
        if self.stride == 1:
            x1, x2 = x.chunk(2, dim=1)
            out = torch.cat((x1, self.branch2(x2)), dim=1)
        else:
            out = torch.cat((self.branch1(x), self.branch2(x)), dim=1)
        out = channel_shuffle(out, 2)
        return out
class Shuffle(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Sequential(
            nn.Conv2d(3, 24, 3, 2, 1, bias=False), nn.BatchNorm2d(24), nn.ReLU(inplace=True)
        )
        self.stage2 = nn.Sequential(InvertedResidual(24, 48, 2), InvertedResidual(48, 48, 1))
        self.fc = nn.Linear(48, 10)
    def forward(self, x):
        x = self.stage2(self.conv1(x))
        x = x.mean([2, 3])
        return self.fc(x)
net = Shuffle()
net(torch.randn(1, 3, 64, 64))
""",
    "a gated unit": HEAD
    + """
class Gate(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.conv1 = nn.Conv2d(dim, 2 * dim, 1)
        self.dw = nn.Conv2d(2 * dim, 2 * dim, 3, padding=1, groups=2 * dim)
        self.out = nn.Conv2d(dim, dim, 1)
    def forward(self, x):
        a, b = self.dw(self.conv1(x)).chunk(2, dim=1)
        return self.out(F.gelu(a) * b)
net = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), Gate(8), nn.Conv2d(8, 3, 3, padding=1))
""",
    "NAFNet's gates": HEAD
    + """
class SimpleGate(nn.Module):
    def forward(self, x):
        x1, x2 = x.chunk(2, dim=1)
        return x1 * x2
class NAF(nn.Module):
    def __init__(self, c=8):
        super().__init__()
        self.intro = nn.Conv2d(3, c, 3, padding=1)
        self.conv1 = nn.Conv2d(c, c * 2, 1)
        self.conv2 = nn.Conv2d(c * 2, c * 2, 3, 1, 1, groups=c * 2)
        self.sg = SimpleGate()
        self.sca = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(c, c, 1))
        self.conv3 = nn.Conv2d(c, c, 1)
        self.beta = nn.Parameter(torch.zeros((1, c, 1, 1)), requires_grad=True)
        self.ending = nn.Conv2d(c, 3, 3, padding=1)
    def forward(self, inp):
        x = self.intro(inp)
        y = self.conv2(self.conv1(x))
        y = self.sg(y)
        y = y * self.sca(y)
        y = self.conv3(y)
        x = x + y * self.beta
        return self.ending(x) + inp
net = NAF()
net(torch.rand(1, 3, 32, 32))
""",
    "ConvNeXt": HEAD
    + """
class LayerNorm(nn.Module):
    def __init__(self, normalized_shape, eps=1e-6, data_format="channels_last"):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(normalized_shape))
        self.bias = nn.Parameter(torch.zeros(normalized_shape))
        self.eps = eps
        self.data_format = data_format
        if self.data_format not in ["channels_last", "channels_first"]:
            raise NotImplementedError
        self.normalized_shape = (normalized_shape,)
    def forward(self, x):
        if self.data_format == "channels_last":
            return F.layer_norm(x, self.normalized_shape, self.weight, self.bias, self.eps)
        elif self.data_format == "channels_first":
            u = x.mean(1, keepdim=True)
            s = (x - u).pow(2).mean(1, keepdim=True)
            x = (x - u) / torch.sqrt(s + self.eps)
            x = self.weight[:, None, None] * x + self.bias[:, None, None]
            return x
class Block(nn.Module):
    def __init__(self, dim, drop_path=0.0, layer_scale_init_value=1e-6):
        super().__init__()
        self.dwconv = nn.Conv2d(dim, dim, kernel_size=7, padding=3, groups=dim)
        self.norm = LayerNorm(dim, eps=1e-6)
        self.pwconv1 = nn.Linear(dim, 4 * dim)
        self.act = nn.GELU()
        self.pwconv2 = nn.Linear(4 * dim, dim)
        self.gamma = (
            nn.Parameter(layer_scale_init_value * torch.ones((dim)), requires_grad=True)
            if layer_scale_init_value > 0
            else None
        )
        self.drop_path = DropPath(drop_path) if drop_path > 0.0 else nn.Identity()
    def forward(self, x):
        input = x
        x = self.dwconv(x)
        x = x.permute(0, 2, 3, 1)  # (N, C, H, W) -> (N, H, W, C)
        x = self.norm(x)
        x = self.pwconv1(x)
        x = self.act(x)
        x = self.pwconv2(x)
        if self.gamma is not None:
            x = self.gamma * x
        x = x.permute(0, 3, 1, 2)  # (N, H, W, C) -> (N, C, H, W)
        x = input + self.drop_path(x)
        return x
class ConvNeXt(nn.Module):
    def __init__(
        self,
        in_chans=3,
        num_classes=1000,
        depths=[1, 1, 2, 1],
        dims=[8, 16, 24, 32],
        drop_path_rate=0.0,
        layer_scale_init_value=1e-6,
        head_init_scale=1.0,
    ):
        super().__init__()
        self.downsample_layers = nn.ModuleList()
        stem = nn.Sequential(
            nn.Conv2d(in_chans, dims[0], kernel_size=4, stride=4),
            LayerNorm(dims[0], eps=1e-6, data_format="channels_first"),
        )
        self.downsample_layers.append(stem)
        for i in range(3):
            downsample_layer = nn.Sequential(
                LayerNorm(dims[i], eps=1e-6, data_format="channels_first"),
                nn.Conv2d(dims[i], dims[i + 1], kernel_size=2, stride=2),
            )
            self.downsample_layers.append(downsample_layer)
        self.stages = nn.ModuleList()
        dp_rates = [x.item() for x in torch.linspace(0, drop_path_rate, sum(depths))]
        cur = 0
        for i in range(4):
            stage = nn.Sequential(
                *[
                    Block(
                        dim=dims[i],
                        drop_path=dp_rates[cur + j],
                        layer_scale_init_value=layer_scale_init_value,
                    )
                    for j in range(depths[i])
                ]
            )
            self.stages.append(stage)
            cur += depths[i]
        self.norm = nn.LayerNorm(dims[-1], eps=1e-6)
        self.head = nn.Linear(dims[-1], num_classes)
        self.apply(self._init_weights)
        self.head.weight.data.mul_(head_init_scale)
        self.head.bias.data.mul_(head_init_scale)
    def _init_weights(self, m):
        if isinstance(m, (nn.Conv2d, nn.Linear)):
            trunc_normal_(m.weight, std=0.02)
            nn.init.constant_(m.bias, 0)
    def forward_features(self, x):
        for i in range(4):
            x = self.downsample_layers[i](x)
            x = self.stages[i](x)
        return self.norm(x.mean([-2, -1]))
    def forward(self, x):
        x = self.forward_features(x)
        x = self.head(x)
        return x
net = ConvNeXt(num_classes=10)
net(torch.randn(1, 3, 64, 64))
""",
    "spatial attention": HEAD
    + """
class SA(nn.Module):
    def __init__(self):
        super().__init__()
        self.c = nn.Conv2d(3, 16, 3, padding=1)
        self.conv = nn.Conv2d(2, 1, 7, padding=3, bias=False)
        self.fc = nn.Linear(16, 10)
    def forward(self, x):
        x = self.c(x)
        a = torch.mean(x, 1, keepdim=True)
        m = torch.max(x, 1, keepdim=True)[0]
        x = x * torch.sigmoid(self.conv(torch.cat([a, m], 1)))
        return self.fc(x.mean((2, 3)))
""",
    "a gate and 1 less it": HEAD
    + """
class N(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(3, 8, 3, padding=1)
        self.b = nn.Conv2d(3, 8, 3, padding=1)
        self.g = nn.Conv2d(3, 8, 1)
    def forward(self, x):
        g = torch.sigmoid(self.g(x))
        return g * self.a(x) + (1 - g) * self.b(x)
""",
    "F.glu": HEAD
    + """
class N(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(3, 16, 3, padding=1)
        self.b = nn.Conv2d(8, 8, 3, padding=1)
    def forward(self, x):
        return self.b(F.glu(self.a(x), dim=1))
""",
    "split by sizes": HEAD
    + """
class N(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(3, 16, 3, padding=1)
        self.b = nn.Conv2d(4, 4, 3, padding=1)
        self.c = nn.Conv2d(16, 8, 1)
    def forward(self, x):
        x = self.a(x)
        p, q = torch.split(x, [4, 12], dim=1)
        return self.c(torch.cat([self.b(p), q], 1))
""",
    "Res2Net": HEAD
    + """
class Res2(nn.Module):
    def __init__(self, width=4, scale=4):
        super().__init__()
        self.width, self.nums = width, scale - 1
        self.conv1 = nn.Conv2d(3, width * scale, 1)
        self.convs = nn.ModuleList(
            [nn.Conv2d(width, width, 3, padding=1, bias=False) for _ in range(self.nums)]
        )
        self.bns = nn.ModuleList([nn.BatchNorm2d(width) for _ in range(self.nums)])
        self.conv3 = nn.Conv2d(width * scale, 8, 1)
        self.relu = nn.ReLU(inplace=True)
    def forward(self, x):
        out = self.relu(self.conv1(x))
        spx = torch.split(out, self.width, 1)
        for i in range(self.nums):
            sp = spx[i] if i == 0 else sp + spx[i]
            sp = self.relu(self.bns[i](self.convs[i](sp)))
            out = sp if i == 0 else torch.cat((out, sp), 1)
        out = torch.cat((out, spx[self.nums]), 1)
        return self.conv3(out)
net = Res2()
net(torch.rand(1, 3, 16, 16))
""",
    "GhostNet": HEAD
    + """
class Ghost(nn.Module):
    def __init__(self, inp=3, oup=15, ratio=2):
        super().__init__()
        self.oup = oup
        init = math.ceil(oup / ratio)
        new = init * (ratio - 1)
        self.primary = nn.Sequential(
            nn.Conv2d(inp, init, 1, bias=False), nn.BatchNorm2d(init), nn.ReLU()
        )
        self.cheap = nn.Sequential(
            nn.Conv2d(init, new, 3, 1, 1, groups=init, bias=False), nn.BatchNorm2d(new), nn.ReLU()
        )
    def forward(self, x):
        x1 = self.primary(x)
        x2 = self.cheap(x1)
        out = torch.cat([x1, x2], dim=1)
        return out[:, : self.oup, :, :]
net = nn.Sequential(Ghost(), nn.Conv2d(15, 4, 1))
""",
    "nn.ChannelShuffle": HEAD
    + """
net = nn.Sequential(nn.Conv2d(3, 12, 1), nn.ChannelShuffle(3), nn.Conv2d(12, 12, 3, groups=3))
""",
    "nn.GLU": HEAD
    + """
net = nn.Sequential(nn.Conv2d(3, 12, 1), nn.GLU(dim=1), nn.Conv2d(6, 12, 3))
""",
    "LayerNorm2d of one's own": HEAD
    + """
class LayerNorm2d(nn.LayerNorm):
    def forward(self, x):
        x = x.permute(0, 2, 3, 1)
        x = F.layer_norm(x, self.normalized_shape, self.weight, self.bias, self.eps)
        x = x.permute(0, 3, 1, 2)
        return x
net = nn.Sequential(
    nn.Conv2d(3, 8, 4, 4), LayerNorm2d(8, eps=1e-6), nn.GELU(), nn.Conv2d(8, 8, 2, 2)
)
""",
    "Upsample to a size": HEAD
    + """
net = nn.Sequential(
    nn.Conv2d(3, 8, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Upsample(size=(32, 32), mode="bilinear", align_corners=False),
    nn.Conv2d(8, 1, 1),
)
net(torch.rand(1, 3, 32, 32))
""",
    "interpolate to a size": HEAD
    + """
class N(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(3, 8, 3, 2, 1)
        self.out = nn.Conv2d(8, 2, 1)
    def forward(self, x):
        y = self.out(self.a(x))
        return F.interpolate(y, (64, 64), mode="nearest")
""",
}
