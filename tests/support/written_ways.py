"""Ways in which code of networks is written; each makes `net`, which is called on a batch."""

from __future__ import annotations

HEAD = "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n"
WAYS: dict[str, str] = {
    "numpy's ceil, and weights set in loops": HEAD
    + """
import math

def first_unit(before, after, stride):
    return nn.Sequential(
        nn.Conv2d(before, after, 3, stride, 1, bias=False),
        nn.BatchNorm2d(after),
        nn.ReLU6(inplace=True)
    )

def up_to_a_multiple(width, of=8):
    import numpy as np
    return int(np.ceil(width * 1. / of) * of)

class Wide(nn.Module):
    def __init__(self, before, after, stride, times):
        super(Wide, self).__init__()
        self.stride = stride
        assert stride in [1, 2]

        middle = round(before * times)
        self.adds = self.stride == 1 and before == after

        look = [
            nn.Conv2d(middle, middle, 3, stride, 1, groups=middle, bias=False),
            nn.BatchNorm2d(middle),
            nn.ReLU6(inplace=True),
            nn.Conv2d(middle, after, 1, 1, 0, bias=False),
            nn.BatchNorm2d(after),
        ]
        if times == 1:
            self.steps = nn.Sequential(*look)
        else:
            self.steps = nn.Sequential(
                nn.Conv2d(before, middle, 1, 1, 0, bias=False),
                nn.BatchNorm2d(middle),
                nn.ReLU6(inplace=True),
                *look,
            )

    def forward(self, x):
        if self.adds:
            return x + self.steps(x)
        else:
            return self.steps(x)

class Net(nn.Module):
    def __init__(self, kinds=1000, side=224, scale=1.):
        super(Net, self).__init__()
        unit = Wide
        width = 16
        last = 64
        plan = [
            # times, width, how many, stride
            [1, 8, 1, 1],
            [6, 16, 2, 2],
            [6, 24, 2, 2],
        ]
        assert side % 32 == 0
        self.last = up_to_a_multiple(last * scale) if scale > 1.0 else last
        self.body = [first_unit(3, width, 2)]
        for t, w, n, s in plan:
            after = up_to_a_multiple(w * scale) if t > 1 else w
            for i in range(n):
                if i == 0:
                    self.body.append(unit(width, after, s, times=t))
                else:
                    self.body.append(unit(width, after, 1, times=t))
                width = after
        self.body = nn.Sequential(*self.body)
        self.score = nn.Linear(width, kinds)
        self._start()

    def forward(self, x):
        x = self.body(x)
        x = x.mean(3).mean(2)
        x = self.score(x)
        return x

    def _start(self):
        for part in self.modules():
            if isinstance(part, nn.Conv2d):
                n = part.kernel_size[0] * part.kernel_size[1] * part.out_channels
                part.weight.data.normal_(0, math.sqrt(2. / n))
                if part.bias is not None:
                    part.bias.data.zero_()
            elif isinstance(part, nn.BatchNorm2d):
                part.weight.data.fill_(1)
                part.bias.data.zero_()
            elif isinstance(part, nn.Linear):
                rows = part.weight.size(1)
                part.weight.data.normal_(0, 0.01)
                part.bias.data.zero_()

def small(trained=True):
    net = Net(scale=1)
    return net

net = small(False)
net(torch.rand(1, 3, 64, 64))
""",
    "weights set by the sizes of kernels within each block": HEAD
    + """
class paths(nn.Module):
    def __init__(self, before, few, each):
        super(paths, self).__init__()
        self.few = nn.Conv2d(before, few, kernel_size=1, stride=1)
        self.few_norm = nn.BatchNorm2d(few)
        self.few_active = nn.ReLU(inplace=True)
        self.one = nn.Conv2d(few, each, kernel_size=1, stride=1)
        self.one_norm = nn.BatchNorm2d(each)
        self.three = nn.Conv2d(few, each, kernel_size=3, stride=1, padding=1)
        self.three_norm = nn.BatchNorm2d(each)
        self.active = nn.ReLU(inplace=True)

        for part in self.modules():
            if isinstance(part, nn.Conv2d):
                n = part.kernel_size[0] * part.kernel_size[1] * part.in_channels
                part.weight.data.normal_(0, (2. / n) ** 0.5)

    def forward(self, x):
        x = self.few_active(self.few_norm(self.few(x)))
        one = self.one_norm(self.one(x))
        three = self.three_norm(self.three(x))
        return self.active(torch.cat([one, three], 1))

class Net(nn.Module):
    def __init__(self):
        super(Net, self).__init__()
        self.first = nn.Conv2d(3, 24, kernel_size=3, stride=1, padding=1) # still 32
        self.norm = nn.BatchNorm2d(24)
        self.active = nn.ReLU(inplace=True)
        self.largest = nn.MaxPool2d(kernel_size=2, stride=2) # 16
        self.paths2 = paths(24, 4, 16)
        self.paths3 = paths(32, 4, 16)
        self.score = nn.Conv2d(32, 10, kernel_size=1, stride=1)
        self.mean = nn.AvgPool2d(kernel_size=4, stride=4)
        self.last = nn.LogSoftmax(dim=1)

    def forward(self, x):
        x = self.largest(self.active(self.norm(self.first(x))))
        x = self.paths3(self.paths2(x))
        return self.last(self.mean(self.score(x)))
net = Net()
net(torch.rand(2, 3, 32, 32))
""",
    "options of a command line": HEAD
    + """
import argparse
options = argparse.ArgumentParser(description='digits')
options.add_argument('--batch', type=int, default=64, metavar='N')
options.add_argument('--width', type=int, default=12)
options.add_argument('--no-bias', action='store_true')
chosen = options.parse_args([])

class Net(nn.Module):
    def __init__(self, chosen):
        super(Net, self).__init__()
        self.filters = nn.Conv2d(1, chosen.width, 3, bias=not chosen.no_bias)
        self.score = nn.Linear(chosen.width * 13 * 13, 10)
    def forward(self, x):
        x = F.max_pool2d(F.relu(self.filters(x)), 2)
        return self.score(x.flatten(1))

net = Net(chosen)
net(torch.rand(chosen.batch, 1, 28, 28))
""",
    "keywords taken out of a dict": HEAD
    + """
from functools import partial
from typing import Callable, Type, Union

def same_size(size: int, stride: int = 1, dilation: int = 1, **_) -> int:
    around = ((stride - 1) + dilation * (size - 1)) // 2
    return around

class Unit(nn.Module):
    def __init__(self, before: int, after: int, size: int = 3, stride: int = 1, groups: int = 1,
                 norm: Type[nn.Module] = nn.BatchNorm2d, active: Type[nn.Module] = nn.SiLU,
                 is_active: bool = True):
        super().__init__()
        self.filters = nn.Conv2d(before, after, size, stride=stride,
                                 padding=same_size(size, stride), groups=groups, bias=False)
        self.norm = norm(after)
        self.active = active(inplace=True) if is_active else nn.Identity()

    def forward(self, x):
        return self.active(self.norm(self.filters(x)))

class Row(nn.Module):
    def __init__(self, before, after, depth, stride, **more):
        super().__init__()
        unit = partial(Unit, norm=more.pop('norm', nn.BatchNorm2d))
        self.units = nn.Sequential(*[
            unit(before if i == 0 else after, after, stride=stride if i == 0 else 1, **more)
            for i in range(depth)
        ])

    def forward(self, x):
        return self.units(x)

class Net(nn.Module):
    def __init__(self, depths=(1, 2, 1), widths=(8, 16, 24), kinds=10, drop=0.):
        super().__init__()
        self.first = Unit(3, widths[0], 7, 2)
        rows = []
        last = widths[0]
        for depth, width in zip(depths, widths):
            rows.append(Row(last, width, depth, 2, active=nn.SiLU))
            last = width
        self.rows = nn.Sequential(*rows)
        self.width = last
        self.score = nn.Linear(self.width, kinds) if kinds > 0 else nn.Identity()

    def maps(self, x):
        x = self.first(x)
        x = self.rows(x)
        return x

    def scores(self, x, early: bool = False):
        x = x.mean((2, 3))
        return x if early else self.score(x)

    def forward(self, x):
        return self.scores(self.maps(x))
net = Net()
net(torch.randn(1, 3, 64, 64))
""",
    "a GPU that is asked for": HEAD
    + """
colours, width, gpus = 3, 8, 1
def start(part):
    kind = part.__class__.__name__
    if kind.find('Conv') != -1:
        nn.init.normal_(part.weight.data, 0.0, 0.02)
    elif kind.find('BatchNorm') != -1:
        nn.init.normal_(part.weight.data, 1.0, 0.02)
        nn.init.constant_(part.bias.data, 0)

class Judge(nn.Module):
    def __init__(self, gpus):
        super(Judge, self).__init__()
        self.gpus = gpus
        self.body = nn.Sequential(
            # 64 pixels a side
            nn.Conv2d(colours, width, 4, 2, 1, bias=False),
            nn.LeakyReLU(0.2, inplace=True),
            # 32
            nn.Conv2d(width, width * 2, 4, 2, 1, bias=False),
            nn.BatchNorm2d(width * 2),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(width * 2, 1, 16, 1, 0, bias=False),
            nn.Sigmoid()
        )

    def forward(self, input):
        return self.body(input)

net = Judge(gpus)
if (torch.cuda.is_available()) and (gpus > 1):
    net = nn.DataParallel(net, list(range(gpus)))
net.apply(start)
net(torch.randn(1, colours, 64, 64))
""",
    "a dataclass with fields": HEAD
    + """
from dataclasses import dataclass, field
from typing import List, Optional, Tuple

@dataclass
class Settings:
    colours: int = 3
    widths: List[int] = field(default_factory=lambda: [8, 16, 32])
    size: int = 3
    kinds: int = 7
    drop: float = 0.25
    norm: Optional[str] = "batch"

class Net(nn.Module):
    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        parts: List[nn.Module] = []
        last = settings.colours
        for width in settings.widths:
            parts += [nn.Conv2d(last, width, settings.size, padding=settings.size // 2)]
            if settings.norm == "batch":
                parts += [nn.BatchNorm2d(width)]
            parts += [nn.ReLU(), nn.MaxPool2d(2)]
            last = width
        self.body = nn.Sequential(*parts)
        self.drop = nn.Dropout(settings.drop)
        self.score = nn.Linear(last, settings.kinds)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.body(x)
        x = x.mean(dim=(2, 3))
        return self.score(self.drop(x))

chosen = Settings(size=5)
net = Net(chosen)
net(torch.randn(4, 3, 32, 32))
""",
    "a NamedTuple of settings": HEAD
    + """
from typing import NamedTuple
class Settings(NamedTuple):
    width: int = 8
    size: int = 3
class Net(nn.Module):
    def __init__(self, settings: Settings):
        super().__init__()
        self.filters = nn.Conv2d(3, settings.width, settings.size)
    def forward(self, x):
        return self.filters(x)
net = Net(Settings(width=5))
net(torch.rand(1, 3, 10, 10))
""",
    "a network that says len of its batch": HEAD
    + """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.MaxPool2d(2))
        for weights in self.body.parameters():
            weights.requires_grad = False
        self.score = nn.Linear(4 * 4 * 4, 2)
    def forward(self, x):
        x = self.body(x)
        return self.score(x.reshape(len(x), -1))
net = Net()
net(torch.rand(1, 3, 10, 10))
""",
    "Swish by hand, and an input by its name": HEAD
    + """
class Swish(nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(x)

class Beside(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.filters = nn.Conv2d(width, width, 3, padding=1)
        self.active = Swish()

    def forward(self, side, x):
        return torch.cat([self.active(self.filters(input=x)), side], dim=1)

from torchvision import transforms

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 4, 3, stride=2)
        self.beside = Beside(4)
        self.mean = nn.AdaptiveAvgPool2d(1)
        self.score = nn.Linear(8, 3)
        self.prepare = transforms.Compose([transforms.ToTensor()])

    def forward(self, x):
        x = F.silu(self.first(x))
        x = self.beside(x=x, side=x)
        n, c, _, _ = x.size()
        return self.score(self.mean(x).view(n, c))

net = Net()
net(torch.rand(2, 3, 20, 20))
""",
}
