"""Networks whose paths join, in the ways that such code is written; each is called on a batch."""

from __future__ import annotations

HEAD = "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n"
U_NET = (
    HEAD
    + """
class Pair(nn.Module):
    '''Two convolutions, each with its norm'''

    def __init__(self, before, after, between=None):
        super().__init__()
        if not between:
            between = after
        self.steps = nn.Sequential(
            nn.Conv2d(before, between, kernel_size=3, padding=1, bias=False),
            nn.BatchNorm2d(between), nn.ReLU(inplace=True),
            nn.Conv2d(between, after, kernel_size=3, padding=1, bias=False),
            nn.BatchNorm2d(after), nn.ReLU(inplace=True)
        )

    def forward(self, picture):
        return self.steps(picture)


class Shrink(nn.Module):
    def __init__(self, before, after):
        super().__init__()
        self.steps = nn.Sequential(nn.MaxPool2d(2), Pair(before, after))

    def forward(self, picture):
        return self.steps(picture)


class Grow(nn.Module):
    def __init__(self, before, after, smooth=True):
        super().__init__()

        # a smooth enlargement has no weights
        if smooth:
            self.larger = nn.Upsample(scale_factor=2, mode='bilinear', align_corners=True)
            self.pair = Pair(before, after, before // 2)
        else:
            self.larger = nn.ConvTranspose2d(before, before // 2, kernel_size=2, stride=2)
            self.pair = Pair(before, after)

    def forward(self, low, side):
        low = self.larger(low)
        rows = side.size()[2] - low.size()[2]
        columns = side.size()[3] - low.size()[3]
        low = F.pad(low, [columns // 2, columns - columns // 2, rows // 2, rows - rows // 2])
        return self.pair(torch.cat([side, low], dim=1))


class Segmenter(nn.Module):
    def __init__(self, colours=3, kinds=2, smooth=SMOOTH):
        super(Segmenter, self).__init__()
        self.kinds = kinds
        self.smooth = smooth
        self.entry = (Pair(colours, 8))
        self.shrink1 = (Shrink(8, 16))
        self.shrink2 = (Shrink(16, 32))
        share = 2 if smooth else 1
        self.shrink3 = (Shrink(32, 64 // share))
        self.grow3 = (Grow(64, 32 // share, smooth))
        self.grow2 = (Grow(32, 16 // share, smooth))
        self.grow1 = (Grow(16, 8, smooth))
        self.exit = nn.Conv2d(8, kinds, kernel_size=1)

    def forward(self, picture):
        full = self.entry(picture)
        half = self.shrink1(full)
        quarter = self.shrink2(half)
        found = self.shrink3(quarter)
        found = self.grow3(found, quarter)
        found = self.grow2(found, half)
        found = self.grow1(found, full)
        found = self.exit(found)
        return found

    def save_memory(self):
        self.entry = torch.utils.checkpoint(self.entry)

net = Segmenter(colours=3, kinds=2)
net(torch.randn(1, 3, 45, 64))
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
JOINED: dict[str, str] = {
    "a U-Net, bilinear": U_NET.replace("SMOOTH", "True"),
    "a U-Net, transposed": U_NET.replace("SMOOTH", "False"),
    "sums, one of them read in the middle": SUMS,
    "paths of a convolution each": HEAD
    + """
class Unit(nn.Module):
    def __init__(self, before, after, **more):
        super().__init__()
        self.filters = nn.Conv2d(before, after, bias=False, **more)
        self.norm = nn.BatchNorm2d(after, eps=0.001)
    def forward(self, x):
        return F.relu(self.norm(self.filters(x)), inplace=True)

class Paths(nn.Module):
    def __init__(self, before, pooled=8):
        super().__init__()
        self.one = Unit(before, 16, kernel_size=1)
        self.five_a = Unit(before, 12, kernel_size=1)
        self.five_b = Unit(12, 16, kernel_size=5, padding=2)
        self.behind_pool = Unit(before, pooled, kernel_size=1)
    def forward(self, x):
        one = self.one(x)
        five = self.five_a(x)
        five = self.five_b(five)
        pooled = F.avg_pool2d(x, kernel_size=3, stride=1, padding=1)
        pooled = self.behind_pool(pooled)
        paths = [one, five, pooled]
        return torch.cat(paths, 1)

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = Unit(3, 10, kernel_size=3, stride=2)
        self.second = Paths(10)
        self.third = Paths(40, pooled=4)
        self.score = nn.Linear(36, 5)
    def forward(self, x):
        x = self.third(self.second(self.first(x)))
        x = torch.flatten(F.adaptive_avg_pool2d(x, 1), 1)
        return self.score(x)

net = Net()
out = net(torch.randn(1, 3, 32, 32))
""",
    "all that came before, laid together": HEAD
    + """
class Added(nn.Module):
    def __init__(self, before, more):
        super().__init__()
        self.norm = nn.BatchNorm2d(before)
        self.filters = nn.Conv2d(before, more, 3, padding=1, bias=False)
    def forward(self, x):
        return torch.cat([x, self.filters(F.relu(self.norm(x)))], dim=1)

class Net(nn.Module):
    def __init__(self, more=4, depth=3):
        super().__init__()
        self.first = nn.Conv2d(1, 8, 3, padding=1)
        self.body = nn.Sequential(*[Added(8 + i * more, more) for i in range(depth)])
        self.last = nn.ModuleList([nn.Conv2d(8 + more * depth + i * 2, 2, 1) for i in range(2)])
    def forward(self, x):
        x = self.body(self.first(x))
        known = [x]
        for each in self.last:
            known.append(each(torch.cat(known, 1)))
        return torch.cat(known, 1)

Net()(torch.zeros(1, 1, 16, 16))
""",
    "sizes of tensors": HEAD
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
""",
    "a U-Net that crops by slices": HEAD
    + """
class Net(nn.Module):
    def __init__(self, kinds=2):
        super().__init__()
        self.first = nn.Conv2d(1, 8, 3)
        self.second = nn.Conv2d(8, 16, 3)
        self.halve = nn.MaxPool2d(2)
        self.larger = nn.ConvTranspose2d(16, 8, 2, stride=2)
        self.third = nn.Conv2d(16, 8, 3)
        self.score = nn.Conv2d(8, kinds, 1)

    def middle(self, large, small):
        top = (large.size(2) - small.size(2)) // 2
        left = (large.size(3) - small.size(3)) // 2
        return large[:, :, top:top + small.size(2), left:left + small.size(3)]

    def forward(self, x):
        side = F.relu(self.first(x))
        deep = F.relu(self.second(self.halve(side)))
        back = self.larger(deep)
        back = torch.cat([self.middle(side, back), back], dim=1)
        return self.score(F.relu(self.third(back)))

net = Net()
net(torch.zeros(1, 1, 36, 40))
""",
    "a crop by CenterCrop": HEAD
    + """
import torchvision
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(1, 4, 5)
        self.b = nn.Conv2d(4, 4, 5)
        self.c = nn.Conv2d(8, 2, 1)
    def fitted(self, large, small):
        _, _, rows, columns = small.shape
        large = torchvision.transforms.CenterCrop([rows, columns])(large)
        return large
    def forward(self, x):
        a = self.a(x)
        b = self.b(a)
        return self.c(torch.cat([b, self.fitted(a, b)], dim=1))
net = Net()
net(torch.zeros(1, 1, 20, 20))
""",
    "a crop by center_crop": HEAD
    + """
from torchvision.transforms.functional import center_crop
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(1, 4, 5)
        self.b = nn.Conv2d(4, 4, 5)
        self.c = nn.Conv2d(8, 2, 1)
    def forward(self, x):
        a = self.a(x)
        b = self.b(a)
        a = center_crop(a, b.shape[-2:])
        return self.c(torch.cat((a, b), 1))
net = Net()
net(torch.zeros(1, 1, 20, 20))
""",
    "Inception inside a residual block": HEAD
    + """
class Mixed(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.short = nn.Conv2d(width, 8, 1)
        self.long = nn.Sequential(nn.Conv2d(width, 8, 1), nn.ReLU(), nn.Conv2d(8, 8, 3, padding=1))
        self.back = nn.Conv2d(16, width, 1)
        self.last = nn.ReLU(inplace=False)
    def forward(self, x):
        short = self.short(x)
        long = self.long(x)
        both = torch.cat((short, long), 1)
        both = self.back(both)
        both = both + x
        return self.last(both)
net = nn.Sequential(nn.Conv2d(3, 12, 3), Mixed(12), Mixed(12))
net(torch.zeros(1, 3, 20, 20))
""",
    "typed blocks that are given their convolution": HEAD
    + """
from typing import Any, Callable, List, Optional, Tuple
class Unit(nn.Module):
    def __init__(self, before: int, after: int, **more: Any) -> None:
        super().__init__()
        self.filters = nn.Conv2d(before, after, bias=False, **more)
        self.norm = nn.BatchNorm2d(after, eps=0.001)
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.filters(x)
        x = self.norm(x)
        return F.relu(x, inplace=True)

class Paths(nn.Module):
    def __init__(
        self, before: int, pooled: int, unit: Optional[Callable[..., nn.Module]] = None
    ) -> None:
        super().__init__()
        if unit is None:
            unit = Unit
        self.one = unit(before, 8, kernel_size=1)
        self.five_a = unit(before, 6, kernel_size=1)
        self.five_b = unit(6, 8, kernel_size=5, padding=2)
        self.behind_pool = unit(before, pooled, kernel_size=1)
    def _each(self, x: torch.Tensor) -> List[torch.Tensor]:
        five = self.five_b(self.five_a(x))
        pooled = self.behind_pool(F.avg_pool2d(x, kernel_size=3, stride=1, padding=1))
        return [self.one(x), five, pooled]
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        each = self._each(x)
        return torch.cat(each, 1)

class Net(nn.Module):
    def __init__(
        self, kinds: int = 10, second_head: bool = True, colours: bool = False, drop: float = 0.5
    ) -> None:
        super().__init__()
        self.second_head = second_head
        self.colours = colours
        self.First_3x3 = Unit(3, 8, kernel_size=3, stride=2)
        self.Paths_a = Paths(8, pooled=4)
        self.Second: Optional[nn.Module] = None
        if second_head:
            self.Second = nn.Linear(3, 3)
        self.mean = nn.AdaptiveAvgPool2d((1, 1))
        self.drop = nn.Dropout(p=drop)
        self.score = nn.Linear(20, kinds)
    def _other_colours(self, x: torch.Tensor) -> torch.Tensor:
        if self.colours:
            red = torch.unsqueeze(x[:, 0], 1) * (0.3 / 0.5) + (0.4 - 0.5) / 0.5
            x = torch.cat((red, red, red), 1)
        return x
    def _scores(self, x: torch.Tensor) -> Tuple[torch.Tensor, Optional[torch.Tensor]]:
        x = self.mean(self.Paths_a(self.First_3x3(x)))
        x = torch.flatten(self.drop(x), 1)
        return self.score(x), None
    def forward(self, x: torch.Tensor):
        x = self._other_colours(x)
        x, second = self._scores(x)
        return x
net = Net(second_head=False)
net(torch.zeros(1, 3, 32, 32))
""",
    "blocks that read a list of all before them": HEAD
    + """
from collections import OrderedDict

class Step(nn.Module):
    def __init__(self, before, more, wide, rate=0.):
        super().__init__()
        self.squeeze = nn.Sequential(nn.BatchNorm2d(before), nn.ReLU(inplace=True),
                                     nn.Conv2d(before, wide * more, kernel_size=1, bias=False))
        self.norm = nn.BatchNorm2d(wide * more)
        self.active = nn.ReLU(inplace=True)
        self.filters = nn.Conv2d(wide * more, more, kernel_size=3, padding=1, bias=False)
        self.rate = float(rate)
    def squeezed(self, all_before):
        together = torch.cat(all_before, 1)
        few = self.squeeze(together)
        return few
    def forward(self, given):
        if isinstance(given, torch.Tensor):
            all_before = [given]
        else:
            all_before = given
        few = self.squeezed(all_before)
        more = self.filters(self.active(self.norm(few)))
        if self.rate > 0:
            more = F.dropout(more, p=self.rate, training=self.training)
        return more

class Steps(nn.ModuleDict):
    def __init__(self, depth, before, wide, more, rate=0.):
        super().__init__()
        for i in range(depth):
            step = Step(before + i * more, more=more, wide=wide, rate=rate)
            self.add_module("step%d" % (i + 1), step)
    def forward(self, first):
        known = [first]
        for name, step in self.items():
            more = step(known)
            known.append(more)
        return torch.cat(known, 1)

class Halve(nn.Sequential):
    def __init__(self, before, after):
        super().__init__()
        self.norm = nn.BatchNorm2d(before)
        self.active = nn.ReLU(inplace=True)
        self.filters = nn.Conv2d(before, after, kernel_size=1, stride=1, bias=False)
        self.mean = nn.AvgPool2d(kernel_size=2, stride=2)

class Net(nn.Module):
    def __init__(self, more=4, depths=(2, 3), width=8, wide=2, rate=0, kinds=10):
        super().__init__()
        self.body = nn.Sequential(OrderedDict([
            ("filters", nn.Conv2d(3, width, kernel_size=7, stride=2, padding=3, bias=False)),
            ("norm", nn.BatchNorm2d(width)),
            ("active", nn.ReLU(inplace=True)),
            ("largest", nn.MaxPool2d(kernel_size=3, stride=2, padding=1)),
        ]))
        for i, depth in enumerate(depths):
            self.body.add_module("steps%d" % (i + 1), Steps(
                depth=depth, before=width, wide=wide, more=more, rate=rate))
            width = width + depth * more
            if i != len(depths) - 1:
                self.body.add_module("halve%d" % (i + 1), Halve(before=width, after=width // 2))
                width = width // 2
        self.body.add_module("last", nn.BatchNorm2d(width))
        self.score = nn.Linear(width, kinds)
        for part in self.modules():
            if isinstance(part, nn.Conv2d):
                nn.init.kaiming_normal_(part.weight)
            elif isinstance(part, nn.BatchNorm2d):
                nn.init.constant_(part.weight, 1)
                nn.init.constant_(part.bias, 0)
            elif isinstance(part, nn.Linear):
                nn.init.constant_(part.bias, 0)
    def forward(self, x):
        found = self.body(x)
        out = F.relu(found, inplace=True)
        out = F.adaptive_avg_pool2d(out, (1, 1))
        return self.score(torch.flatten(out, 1))
net = Net()
net(torch.zeros(1, 3, 32, 32))
""",
    "wide in the middle, with a shortcut where it fits": HEAD
    + """
class Unit(nn.Module):
    def __init__(self, before, after, size=3, stride=1, groups=1, active=nn.SiLU,
                 norm=nn.BatchNorm2d, is_active=True, **more):
        super().__init__()
        self.filters = nn.Conv2d(before, after, size, stride, padding=size // 2, groups=groups,
                                 bias=False)
        self.norm = norm(after)
        self.active = active(inplace=True) if is_active and active is not None else nn.Identity()
    def forward(self, x):
        return self.active(self.norm(self.filters(x)))

class Wide(nn.Module):
    def __init__(self, before, after, stride=1, times=4.0, rate=0.):
        super().__init__()
        middle = int(before * times)
        self.adds = (before == after and stride == 1)
        self.widen = Unit(before, middle, 1)
        self.look = Unit(middle, middle, 3, stride, groups=middle)
        self.narrow = Unit(middle, after, 1, is_active=False)
        self.drop = nn.Identity() if rate == 0. else nn.Dropout(rate)
    def forward(self, x):
        before = x
        x = self.widen(x)
        x = self.look(x)
        x = self.narrow(x)
        if self.adds:
            x = self.drop(x) + before
        return x

class Net(nn.Module):
    def __init__(self, colours=3, kinds=10, widths=(8, 8, 16), depths=(1, 2, 2)):
        super().__init__()
        self.first = Unit(colours, widths[0], 3, 2)
        parts = []
        last = widths[0]
        for i, (width, depth) in enumerate(zip(widths, depths)):
            row = [Wide(last if j == 0 else width, width, stride=2 if j == 0 and i > 0 else 1)
                   for j in range(depth)]
            parts.append(nn.Sequential(*row))
            last = width
        self.parts = nn.Sequential(*parts)
        self.mean = nn.AdaptiveAvgPool2d(1)
        self.score = nn.Linear(last, kinds) if kinds > 0 else nn.Identity()
    def maps(self, x):
        return self.parts(self.first(x))
    def scores(self, x, early: bool = False):
        x = self.mean(x).flatten(1)
        return x if early else self.score(x)
    def forward(self, x):
        return self.scores(self.maps(x))
net = Net()
net(torch.zeros(1, 3, 32, 32))
""",
    "two paths behind a squeeze, joined in the line that returns": HEAD
    + """
class Fire(nn.Module):
    def __init__(self, before, few, ones, threes):
        super().__init__()
        self.few = nn.Conv2d(before, few, kernel_size=1)
        self.few_active = nn.ReLU(inplace=True)
        self.ones = nn.Conv2d(few, ones, kernel_size=1)
        self.ones_active = nn.ReLU(inplace=True)
        self.threes = nn.Conv2d(few, threes, kernel_size=3, padding=1)
        self.threes_active = nn.ReLU(inplace=True)
    def forward(self, x):
        x = self.few_active(self.few(x))
        return torch.cat([self.ones_active(self.ones(x)), self.threes_active(self.threes(x))], 1)
net = nn.Sequential(
    nn.Conv2d(3, 8, 3, stride=2), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, ceil_mode=True),
    Fire(8, 4, 8, 8), nn.Dropout(0.5), nn.Conv2d(16, 10, 1), nn.ReLU(),
    nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten())
net(torch.zeros(1, 3, 32, 32))
""",
    "a U-Net of lists that resizes where sizes differ": HEAD
    + """
import torchvision.transforms.functional as pictures

class Net(nn.Module):
    def __init__(self, before=3, kinds=1, widths=[8, 16, 32]):
        super(Net, self).__init__()
        self.back = nn.ModuleList()
        self.there = nn.ModuleList()
        self.halve = nn.MaxPool2d(kernel_size=2, stride=2)
        for width in widths:
            self.there.append(self.unit(before, width))
            before = width
        for width in reversed(widths):
            self.back.append(nn.ConvTranspose2d(width * 2, width, kernel_size=2, stride=2))
            self.back.append(self.unit(width * 2, width))
        self.deepest = self.unit(widths[-1], widths[-1] * 2)
        self.score = nn.Conv2d(widths[0], kinds, kernel_size=1)
    @staticmethod
    def unit(before, after):
        return nn.Sequential(nn.Conv2d(before, after, 3, 1, 1, bias=False), nn.BatchNorm2d(after),
                             nn.ReLU(inplace=True))
    def forward(self, x):
        sides = []
        for step in self.there:
            x = step(x)
            sides.append(x)
            x = self.halve(x)
        x = self.deepest(x)
        sides = sides[::-1]
        for place in range(0, len(self.back), 2):
            x = self.back[place](x)
            side = sides[place // 2]
            if x.shape != side.shape:
                x = pictures.resize(x, size=side.shape[2:])
            x = self.back[place + 1](torch.cat((side, x), dim=1))
        return self.score(x)
net = Net()
net(torch.zeros(1, 3, 37, 42))
""",
    "two means joined": HEAD
    + """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.c = nn.Conv2d(3, 8, 3)
        self.f = nn.Linear(16, 3)
    def forward(self, x):
        x = self.c(x)
        a = F.adaptive_avg_pool2d(x, 1).flatten(1)
        b = x.mean(dim=(2, 3))
        return self.f(torch.cat([a, b], dim=1))
net = Net()
net(torch.zeros(1, 3, 14, 14))
""",
    "dilated paths with a pooled one": HEAD
    + """
class Around(nn.Module):
    def __init__(self, before, after):
        super().__init__()
        self.paths = nn.ModuleList([nn.Conv2d(before, after, 1, bias=False)] + [
            nn.Conv2d(before, after, 3, padding=r, dilation=r, bias=False) for r in (2, 4)])
        self.whole = nn.Sequential(
            nn.AdaptiveAvgPool2d(1), nn.Conv2d(before, after, 1, bias=False), nn.ReLU())
        self.mix = nn.Conv2d(4 * after, after, 1)
    def forward(self, x):
        seen = [path(x) for path in self.paths]
        room = x.shape[-2:]
        whole = F.interpolate(self.whole(x), size=room, mode="bilinear", align_corners=False)
        seen.append(whole)
        return self.mix(torch.cat(seen, dim=1))
net = nn.Sequential(nn.Conv2d(3, 8, 3, 2), Around(8, 4))
net(torch.zeros(1, 3, 33, 33))
""",
    "a pyramid's sum": HEAD
    + """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.large = nn.Conv2d(3, 8, 3, 2, 1)
        self.small = nn.Conv2d(8, 16, 3, 2, 1)
        self.large_side = nn.Conv2d(8, 4, 1)
        self.small_side = nn.Conv2d(16, 4, 1)
    def _added(self, small, large):
        _, _, rows, columns = large.size()
        return F.interpolate(small, size=(rows, columns), mode='nearest') + large
    def forward(self, x):
        large = F.relu(self.large(x))
        small = F.relu(self.small(large))
        return self._added(self.small_side(small), self.large_side(large))
net = Net()
net(torch.zeros(1, 3, 33, 33))
""",
    "a U-Net whose blocks are an OrderedDict": HEAD
    + """
from collections import OrderedDict

class Net(nn.Module):

    def __init__(self, colours=3, kinds=1, width=8):
        super(Net, self).__init__()

        self.there1 = Net._unit(colours, width, name="there1")
        self.halve1 = nn.MaxPool2d(kernel_size=2, stride=2)
        self.there2 = Net._unit(width, width * 2, name="there2")
        self.halve2 = nn.MaxPool2d(kernel_size=2, stride=2)

        self.deepest = Net._unit(width * 2, width * 4, name="deepest")

        self.double2 = nn.ConvTranspose2d(
            width * 4, width * 2, kernel_size=2, stride=2
        )
        self.back2 = Net._unit((width * 2) * 2, width * 2, name="back2")
        self.double1 = nn.ConvTranspose2d(
            width * 2, width, kernel_size=2, stride=2
        )
        self.back1 = Net._unit(width * 2, width, name="back1")
        self.score = nn.Conv2d(
            in_channels=width, out_channels=kinds, kernel_size=1
        )

    def forward(self, x):
        side1 = self.there1(x)
        side2 = self.there2(self.halve1(side1))
        x = self.deepest(self.halve2(side2))
        x = self.double2(x)
        x = torch.cat((x, side2), dim=1)
        x = self.back2(x)
        x = self.double1(x)
        x = torch.cat((x, side1), dim=1)
        x = self.back1(x)
        return torch.sigmoid(self.score(x))

    @staticmethod
    def _unit(before, after, name):
        return nn.Sequential(
            OrderedDict(
                [
                    (
                        name + "_filters",
                        nn.Conv2d(
                            in_channels=before,
                            out_channels=after,
                            kernel_size=3,
                            padding=1,
                            bias=False,
                        ),
                    ),
                    (name + "_norm", nn.BatchNorm2d(num_features=after)),
                    (name + "_active", nn.ReLU(inplace=True)),
                ]
            )
        )

net = Net()
net(torch.rand(1, 3, 64, 64))
""",
    "a U-Net that is filled from corner to corner": HEAD
    + """
class Pair(nn.Module):
    def __init__(self, before, between, after):
        super().__init__()
        self.active = nn.ReLU(inplace=True)
        self.first = nn.Conv2d(before, between, 3, padding=1)
        self.first_norm = nn.BatchNorm2d(between)
        self.second = nn.Conv2d(between, after, 3, padding=1)
        self.second_norm = nn.BatchNorm2d(after)
    def forward(self, x):
        x = self.active(self.first_norm(self.first(x)))
        return self.active(self.second_norm(self.second(x)))
class Net(nn.Module):
    def __init__(self, kinds, colours=3, every_depth=False, **more):
        super().__init__()
        wide = [4, 8, 16]
        self.every_depth = every_depth
        self.halve = nn.MaxPool2d(2, 2)
        self.larger = nn.Upsample(scale_factor=2, mode='bilinear', align_corners=True)
        self.at00 = Pair(colours, wide[0], wide[0])
        self.at10 = Pair(wide[0], wide[1], wide[1])
        self.at20 = Pair(wide[1], wide[2], wide[2])
        self.at01 = Pair(wide[0]+wide[1], wide[0], wide[0])
        self.at11 = Pair(wide[1]+wide[2], wide[1], wide[1])
        self.at02 = Pair(wide[0]*2+wide[1], wide[0], wide[0])
        if self.every_depth:
            self.score1 = nn.Conv2d(wide[0], kinds, kernel_size=1)
            self.score2 = nn.Conv2d(wide[0], kinds, kernel_size=1)
        else:
            self.score = nn.Conv2d(wide[0], kinds, kernel_size=1)
    def forward(self, picture):
        a0 = self.at00(picture)
        b0 = self.at10(self.halve(a0))
        a1 = self.at01(torch.cat([a0, self.larger(b0)], 1))
        c0 = self.at20(self.halve(b0))
        b1 = self.at11(torch.cat([b0, self.larger(c0)], 1))
        a2 = self.at02(torch.cat([a0, a1, self.larger(b1)], 1))
        if self.every_depth:
            return [self.score1(a1), self.score2(a2)]
        else:
            return self.score(a2)
net = Net(2)
net(torch.rand(1, 3, 32, 32))
""",
    "a sum over a list of paths": HEAD
    + """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.paths = nn.ModuleList([nn.Conv2d(3, 4, k, padding=k // 2) for k in (1, 3, 5)])
    def forward(self, x):
        return sum(p(x) for p in self.paths)
net = Net()
net(torch.rand(1, 3, 10, 10))
""",
}
