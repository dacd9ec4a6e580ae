"""Pasted networks that compute with numbers, learn numbers of their own, or cut channels apart."""

from __future__ import annotations

HEAD = """import math
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn.init import trunc_normal_
"""
ARITHMETIC = {
    "a residual scaled by 0.1": HEAD
    + """
class Unit(nn.Module):
    def __init__(self, width, share=0.1):
        super().__init__()
        self.steps = nn.Sequential(
            nn.Conv2d(width, width, 3, padding=1),
            nn.ReLU(True),
            nn.Conv2d(width, width, 3, padding=1),
        )
        self.share = share
    def forward(self, x):
        y = self.steps(x).mul(self.share)
        y += x
        return y
class Larger(nn.Module):
    def __init__(self, width=16, depth=2, times=2):
        super().__init__()
        self.entry = nn.Conv2d(3, width, 3, padding=1)
        self.row = nn.Sequential(*[Unit(width) for _ in range(depth)])
        self.exit = nn.Sequential(
            nn.Conv2d(width, width * times**2, 3, padding=1),
            nn.PixelShuffle(times),
            nn.Conv2d(width, 3, 3, padding=1),
        )
    def forward(self, x):
        x = self.entry(x)
        y = self.row(x)
        y += x
        return self.exit(y)
model = Larger()
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
class Unit(nn.Module):
    def __init__(self, width, start=1e-2):
        super().__init__()
        self.look = nn.Conv2d(width, width, 3, padding=1, groups=width)
        self.active = nn.GELU()
        self.share = nn.Parameter(start * torch.ones(width, 1, 1))
    def forward(self, x):
        return x + self.share * self.active(self.look(x))
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.entry = nn.Conv2d(3, 8, 4, 4)
        self.row = nn.Sequential(Unit(8), Unit(8))
        self.score = nn.Linear(8, 10)
    def forward(self, x):
        x = self.row(self.entry(x))
        return self.score(x.mean((-2, -1)))
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
    "channels that are shuffled by views": HEAD
    + """
def mixed(x, groups):
    n, c, rows, columns = x.size()
    each = c // groups
    x = x.view(n, groups, each, rows, columns)
    x = torch.transpose(x, 1, 2).contiguous()
    x = x.view(n, -1, rows, columns)
    return x
class Unit(nn.Module):
    def __init__(self, before, after, stride):
        super().__init__()
        self.stride = stride
        half = after // 2
        assert (self.stride != 1) or (before == half << 1)
        if self.stride > 1:
            self.one = nn.Sequential(
                self.by_channel(before, before, kernel_size=3, stride=self.stride, padding=1),
                nn.BatchNorm2d(before),
                nn.Conv2d(before, half, 1, 1, 0, bias=False),
                nn.ReLU(inplace=True),
            )
        else:
            self.one = nn.Sequential()
        self.other = nn.Sequential(
            nn.Conv2d(before if (self.stride > 1) else half, half, 1, bias=False),
            nn.BatchNorm2d(half),
            nn.ReLU(inplace=True),
            self.by_channel(half, half, 3, self.stride, 1),
            nn.BatchNorm2d(half),
        )
    @staticmethod
    def by_channel(before, after, kernel_size, stride=1, padding=0, bias=False):
        return nn.Conv2d(before, after, kernel_size, stride, padding, bias=bias, groups=before)
    def forward(self, x):
        if self.stride == 1:
            kept, seen = x.chunk(2, dim=1)
            both = torch.cat((kept, self.other(seen)), dim=1)
        else:
            both = torch.cat((self.one(x), self.other(x)), dim=1)
        both = mixed(both, 2)
        return both
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.entry = nn.Sequential(
            nn.Conv2d(3, 24, 3, 2, 1, bias=False), nn.BatchNorm2d(24), nn.ReLU(inplace=True)
        )
        self.row = nn.Sequential(Unit(24, 48, 2), Unit(48, 48, 1))
        self.score = nn.Linear(48, 10)
    def forward(self, x):
        x = self.row(self.entry(x))
        x = x.mean([2, 3])
        return self.score(x)
net = Net()
net(torch.randn(1, 3, 64, 64))
""",
    "a gated unit": HEAD
    + """
class Gated(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.widen = nn.Conv2d(width, 2 * width, 1)
        self.look = nn.Conv2d(2 * width, 2 * width, 3, padding=1, groups=2 * width)
        self.mix = nn.Conv2d(width, width, 1)
    def forward(self, x):
        gate, kept = self.look(self.widen(x)).chunk(2, dim=1)
        return self.mix(F.gelu(gate) * kept)
net = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), Gated(8), nn.Conv2d(8, 3, 3, padding=1))
""",
    "gates by products of halves": HEAD
    + """
class Product(nn.Module):
    def forward(self, x):
        one, other = x.chunk(2, dim=1)
        return one * other
class Clean(nn.Module):
    def __init__(self, width=8):
        super().__init__()
        self.entry = nn.Conv2d(3, width, 3, padding=1)
        self.widen = nn.Conv2d(width, width * 2, 1)
        self.look = nn.Conv2d(width * 2, width * 2, 3, 1, 1, groups=width * 2)
        self.product = Product()
        self.weights = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(width, width, 1))
        self.mix = nn.Conv2d(width, width, 1)
        self.share = nn.Parameter(torch.zeros((1, width, 1, 1)), requires_grad=True)
        self.exit = nn.Conv2d(width, 3, 3, padding=1)
    def forward(self, picture):
        x = self.entry(picture)
        y = self.look(self.widen(x))
        y = self.product(y)
        y = y * self.weights(y)
        y = self.mix(y)
        x = x + y * self.share
        return self.exit(x) + picture
net = Clean()
net(torch.rand(1, 3, 32, 32))
""",
    "blocks with channels last, and a norm written out": HEAD
    + """
class Norm(nn.Module):
    def __init__(self, width, eps=1e-6, axes="last"):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.bias = nn.Parameter(torch.zeros(width))
        self.eps = eps
        self.axes = axes
        if self.axes not in ["last", "first"]:
            raise NotImplementedError
        self.shape = (width,)
    def forward(self, x):
        if self.axes == "last":
            return F.layer_norm(x, self.shape, self.weight, self.bias, self.eps)
        elif self.axes == "first":
            mean = x.mean(1, keepdim=True)
            spread = (x - mean).pow(2).mean(1, keepdim=True)
            x = (x - mean) / torch.sqrt(spread + self.eps)
            x = self.weight[:, None, None] * x + self.bias[:, None, None]
            return x
class Unit(nn.Module):
    def __init__(self, width, drop=0.0, share=1e-6):
        super().__init__()
        self.look = nn.Conv2d(width, width, kernel_size=7, padding=3, groups=width)
        self.norm = Norm(width, eps=1e-6)
        self.widen = nn.Linear(width, 4 * width)
        self.active = nn.GELU()
        self.narrow = nn.Linear(4 * width, width)
        self.share = (
            nn.Parameter(share * torch.ones((width)), requires_grad=True) if share > 0 else None
        )
        self.drop = Dropped(drop) if drop > 0.0 else nn.Identity()
    def forward(self, x):
        before = x
        x = self.look(x)
        x = x.permute(0, 2, 3, 1)  # channels last
        x = self.narrow(self.active(self.widen(self.norm(x))))
        if self.share is not None:
            x = self.share * x
        x = x.permute(0, 3, 1, 2)  # and back
        x = before + self.drop(x)
        return x
class Net(nn.Module):
    def __init__(self, colours=3, kinds=1000, depths=[1, 1, 2], widths=[8, 16, 24], drop=0.0):
        super().__init__()
        self.smaller = nn.ModuleList()
        entry = nn.Sequential(
            nn.Conv2d(colours, widths[0], kernel_size=4, stride=4), Norm(widths[0], axes="first")
        )
        self.smaller.append(entry)
        for i in range(2):
            step = nn.Sequential(
                Norm(widths[i], axes="first"),
                nn.Conv2d(widths[i], widths[i + 1], kernel_size=2, stride=2),
            )
            self.smaller.append(step)
        self.rows = nn.ModuleList()
        drops = [rate.item() for rate in torch.linspace(0, drop, sum(depths))]
        done = 0
        for i in range(3):
            row = nn.Sequential(
                *[Unit(width=widths[i], drop=drops[done + j]) for j in range(depths[i])]
            )
            self.rows.append(row)
            done += depths[i]
        self.norm = nn.LayerNorm(widths[-1], eps=1e-6)
        self.score = nn.Linear(widths[-1], kinds)
        self.apply(self._start)
        self.score.weight.data.mul_(0.5)
        self.score.bias.data.mul_(0.5)
    def _start(self, part):
        if isinstance(part, (nn.Conv2d, nn.Linear)):
            trunc_normal_(part.weight, std=0.02)
            nn.init.constant_(part.bias, 0)
    def numbers(self, x):
        for i in range(3):
            x = self.smaller[i](x)
            x = self.rows[i](x)
        return self.norm(x.mean([-2, -1]))
    def forward(self, x):
        x = self.numbers(x)
        x = self.score(x)
        return x
net = Net(kinds=10)
net(torch.randn(1, 3, 64, 64))
""",
    "spatial attention": HEAD
    + """
class Where(nn.Module):
    def __init__(self):
        super().__init__()
        self.entry = nn.Conv2d(3, 16, 3, padding=1)
        self.where = nn.Conv2d(2, 1, 7, padding=3, bias=False)
        self.score = nn.Linear(16, 10)
    def forward(self, x):
        x = self.entry(x)
        mean = torch.mean(x, 1, keepdim=True)
        most = torch.max(x, 1, keepdim=True)[0]
        x = x * torch.sigmoid(self.where(torch.cat([mean, most], 1)))
        return self.score(x.mean((2, 3)))
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
    "parts that each read the one before": HEAD
    + """
class Parts(nn.Module):
    def __init__(self, each=4, parts=4):
        super().__init__()
        self.each, self.many = each, parts - 1
        self.entry = nn.Conv2d(3, each * parts, 1)
        self.looks = nn.ModuleList(
            [nn.Conv2d(each, each, 3, padding=1, bias=False) for _ in range(self.many)]
        )
        self.norms = nn.ModuleList([nn.BatchNorm2d(each) for _ in range(self.many)])
        self.exit = nn.Conv2d(each * parts, 8, 1)
        self.active = nn.ReLU(inplace=True)
    def forward(self, x):
        all_of_it = self.active(self.entry(x))
        parts = torch.split(all_of_it, self.each, 1)
        for i in range(self.many):
            part = parts[i] if i == 0 else part + parts[i]
            part = self.active(self.norms[i](self.looks[i](part)))
            together = part if i == 0 else torch.cat((together, part), 1)
        together = torch.cat((together, parts[self.many]), 1)
        return self.exit(together)
net = Parts()
net(torch.rand(1, 3, 16, 16))
""",
    "the first of some channels": HEAD
    + """
class Cheap(nn.Module):
    def __init__(self, before=3, after=15, share=2):
        super().__init__()
        self.after = after
        dear = math.ceil(after / share)
        more = dear * (share - 1)
        self.dear = nn.Sequential(
            nn.Conv2d(before, dear, 1, bias=False), nn.BatchNorm2d(dear), nn.ReLU()
        )
        self.cheap = nn.Sequential(
            nn.Conv2d(dear, more, 3, 1, 1, groups=dear, bias=False), nn.BatchNorm2d(more),
            nn.ReLU(),
        )
    def forward(self, x):
        dear = self.dear(x)
        cheap = self.cheap(dear)
        both = torch.cat([dear, cheap], dim=1)
        return both[:, : self.after, :, :]
net = nn.Sequential(Cheap(), nn.Conv2d(15, 4, 1))
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
