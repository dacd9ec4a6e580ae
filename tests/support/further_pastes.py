"""Layers and ways of everyday code that came later: what torch computes is what is read."""

from __future__ import annotations

HEAD = "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n"
FURTHER = {
    "padding of all kinds": HEAD
    + """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.pad = nn.ZeroPad2d((0, 1, 0, 1))
        self.c = nn.Conv2d(3, 8, 3, stride=2)
        self.rp = nn.ReflectionPad2d(2)
        self.c2 = nn.Conv2d(8, 8, 5)
        self.n = nn.InstanceNorm2d(8, affine=True)
        self.rep = nn.ReplicationPad2d((1, 2, 3, 4))
    def forward(self, x):
        x = self.c(self.pad(x))
        x = F.relu(self.n(self.c2(self.rp(x))))
        x = F.pad(x, (1, 0, 2, 0))
        x = F.pad(x, [1, 1, 1, 1], mode='reflect')
        x = F.pad(x, (1, 1))
        return self.rep(x)
net = Net()
net(torch.randn(1, 3, 33, 33))
""",
    "a generator of a GAN": HEAD
    + """
class Painter(nn.Module):
    def __init__(self, numbers=100, width=16, colours=3):
        super().__init__()
        self.row = nn.Linear(numbers, width * 8 * 4 * 4)
        self.body = nn.Sequential(
            nn.BatchNorm2d(width * 8), nn.ReLU(True),
            nn.ConvTranspose2d(width * 8, width * 4, 4, 2, 1, bias=False),
            nn.BatchNorm2d(width * 4), nn.ReLU(True),
            nn.ConvTranspose2d(width * 4, colours, 4, 2, 1, bias=False), nn.Tanh())
    def forward(self, chance):
        x = self.row(chance)
        x = x.view(-1, 128, 4, 4)
        return self.body(x)
painter = Painter()
""",
    "an autoencoder with Unflatten": HEAD
    + """
class There(nn.Module):
    def __init__(self):
        super().__init__()
        self.there = nn.Sequential(
            nn.Conv2d(1, 8, 3, stride=2, padding=1), nn.ReLU(True),
            nn.Conv2d(8, 16, 3, stride=2, padding=0), nn.BatchNorm2d(16), nn.ReLU(True),
            nn.Flatten(start_dim=1), nn.Linear(6 * 6 * 16, 32), nn.ReLU(True), nn.Linear(32, 4))
        self.back = nn.Sequential(
            nn.Linear(4, 32), nn.ReLU(True), nn.Linear(32, 6 * 6 * 16), nn.ReLU(True),
            nn.Unflatten(dim=1, unflattened_size=(16, 6, 6)),
            nn.ConvTranspose2d(16, 8, 3, stride=2, output_padding=0), nn.BatchNorm2d(8),
            nn.ReLU(True),
            nn.ConvTranspose2d(8, 1, 3, stride=2, padding=1, output_padding=1), nn.Sigmoid())
    def forward(self, x):
        return self.back(self.there(x))
""",
    "channels that become pixels": HEAD
    + """
class Larger(nn.Module):
    def __init__(self, times=3):
        super().__init__()
        self.look = nn.Conv2d(1, 64, 5, padding=2)
        self.parts = nn.Conv2d(64, times ** 2, 3, padding=1)
        self.shuffle = nn.PixelShuffle(times)
    def forward(self, x):
        x = torch.tanh(self.look(x))
        return torch.sigmoid(self.shuffle(self.parts(x)))
""",
    "lazy layers": HEAD
    + """
net = nn.Sequential(
    nn.LazyConv2d(6, kernel_size=5, padding=2), nn.Tanh(), nn.AvgPool2d(2),
    nn.LazyConv2d(16, kernel_size=5), nn.Tanh(), nn.AvgPool2d(2),
    nn.Flatten(), nn.LazyLinear(60), nn.Tanh(), nn.LazyLinear(10))
digits = torch.rand(size=(1, 1, 28, 28), dtype=torch.float32)
net(digits)
""",
    "a size that a method finds": HEAD
    + """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(1, 16, 5)
        self.second = nn.Conv2d(16, 32, 5)
        trial = torch.randn(50,50).view(-1,1,50,50)
        self._many = None
        self.maps(trial)
        self.third = nn.Linear(self._many, 64)
        self.score = nn.Linear(64, 2)
    def maps(self, x):
        x = F.max_pool2d(F.relu(self.first(x)), (2,2))
        x = F.max_pool2d(F.relu(self.second(x)), (2,2))
        if self._many is None:
            self._many = x[0].shape[0]*x[0].shape[1]*x[0].shape[2]
        return x
    def forward(self, x):
        x = self.maps(x)
        x = x.view(-1, self._many)
        x = F.relu(self.third(x))
        return F.softmax(self.score(x), dim=1)
net = Net()
""",
    "a size found by numel": HEAD
    + """
class Net(nn.Module):
    def __init__(self, shape=(1, 28, 28)):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(1, 8, 3), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(8, 16, 3, padding='valid'), nn.ReLU(), nn.AdaptiveAvgPool2d((3, 4)))
        with torch.no_grad():
            self._many = self.body(torch.zeros(1, *shape)).view(1, -1).size(1)
        self.score = nn.Linear(self._many, 10)
    def forward(self, x):
        return self.score(self.body(x).flatten(1))
""",
    "a size found by a trial pass": HEAD
    + """
import numpy as np
from torch.autograd import Variable
class Net(nn.Module):
    def __init__(self, shape=(3, 64, 48)):
        super().__init__()
        self.first = nn.Conv2d(3, 16, 3)
        self.second = nn.Conv2d(16, 16, 3, stride=2)
        many = self._numbers_behind(shape)
        self.third = nn.Linear(many, 64)
        self.score = nn.Linear(64, 2)
    def _numbers_behind(self, shape):
        one = 1
        trial = Variable(torch.rand(one, *shape))
        maps = self._maps(trial)
        many = maps.data.view(one, -1).size(1)
        return many
    def _maps(self, x):
        x = F.relu(F.max_pool2d(self.first(x), 2, 2))
        x = F.relu(F.max_pool2d(self.second(x), 2, 2))
        return x
    def forward(self, x):
        x = self._maps(x)
        x = x.view(x.size(0), -1)
        return self.score(F.relu(self.third(x)))
""",
    "norms and rearrangements": HEAD
    + """
net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.LayerNorm([8, 30, 30]), nn.SELU(),
    nn.Upsample(scale_factor=2), nn.UpsamplingBilinear2d(scale_factor=2), nn.PixelUnshuffle(2),
        nn.Softmax2d(), nn.ConstantPad2d(1, 0))
""",
    "AlexNet's norm": HEAD
    + """
net = nn.Sequential(
    nn.Conv2d(3, 24, 11, 4), nn.ReLU(), nn.LocalResponseNorm(5, alpha=0.0001, beta=0.75, k=2),
    nn.MaxPool2d(3, 2), nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.LayerNorm(24),
    nn.Linear(24, 10))
""",
    "maxima of whole maps": HEAD
    + """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.c = nn.Conv2d(3, 8, 3)
        self.fc = nn.Linear(16, 10)
    def forward(self, x):
        x = self.c(x)
        x = torch.cat([F.adaptive_avg_pool2d(x, 1), F.adaptive_max_pool2d(x, 1)], dim=1)
        return self.fc(torch.flatten(x, 1))
""",
    "a window as large as the map": HEAD
    + """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.c = nn.Conv2d(3, 8, 3)
        self.fc = nn.Linear(8, 10)
    def forward(self, x):
        x = self.c(x)
        x = F.max_pool2d(x, kernel_size=x.size()[2:])
        return self.fc(x.view(x.size(0), -1))
""",
    "pictures laid out first": HEAD
    + """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.c = nn.Conv2d(1, 8, 5)
        self.fc = nn.Linear(8 * 24 * 24, 10)
    def forward(self, x):
        x = x.view(-1, 1, 28, 28)
        return self.fc(self.c(x).reshape(x.size(0), -1))
""",
    "squeeze and excitation in a block": HEAD
    + """
class Weighed(nn.Module):
    def __init__(self, width, share=4):
        super().__init__()
        self.mean = nn.AdaptiveAvgPool2d(1)
        self.weights = nn.Sequential(
            nn.Linear(width, width // share, bias=False), nn.ReLU(inplace=True),
            nn.Linear(width // share, width, bias=False), nn.Sigmoid())
    def forward(self, x):
        n, c, _, _ = x.shape
        weights = self.mean(x).view(n, c)
        weights = self.weights(weights).view(n, c, 1, 1)
        return x * weights
class Unit(nn.Module):
    def __init__(self, before, after, stride=1):
        super().__init__()
        self.first = nn.Conv2d(before, after, 3, stride, 1, bias=False)
        self.first_norm = nn.BatchNorm2d(after)
        self.second = nn.Conv2d(after, after, 3, 1, 1, bias=False)
        self.second_norm = nn.BatchNorm2d(after)
        self.weighed = Weighed(after)
        self.shortcut = nn.Sequential()
        if stride != 1 or before != after:
            self.shortcut = nn.Sequential(
                nn.Conv2d(before, after, 1, stride, bias=False), nn.BatchNorm2d(after))
    def forward(self, x):
        y = F.relu(self.first_norm(self.first(x)))
        y = self.weighed(self.second_norm(self.second(y)))
        y += self.shortcut(x)
        return F.relu(y)
class Net(nn.Module):
    def __init__(self, kinds=10):
        super().__init__()
        self.entry = nn.Sequential(nn.Conv2d(3, 8, 3, 1, 1), nn.BatchNorm2d(8), nn.ReLU())
        self.unit1 = Unit(8, 8)
        self.unit2 = Unit(8, 16, 2)
        self.score = nn.Linear(16, kinds)
    def forward(self, x):
        x = self.unit2(self.unit1(self.entry(x)))
        return self.score(F.adaptive_avg_pool2d(x, 1).flatten(1))
""",
    "paths that join in a block": HEAD
    + """
class Mixed(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.short = nn.Conv2d(width, 8, 1)
        self.long = nn.Sequential(nn.Conv2d(width, 8, 1), nn.ReLU(), nn.Conv2d(8, 8, 3, padding=1))
        self.back = nn.Conv2d(16, width, 1)
    def forward(self, x):
        both = torch.cat((self.short(x), self.long(x)), 1)
        return F.relu(x + self.back(both))
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.entry = nn.Conv2d(3, 16, 3, stride=2)
        self.row = nn.Sequential(*[Mixed(16) for _ in range(3)])
        self.head = nn.Sequential(nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten(), nn.Dropout(0.2),
            nn.Linear(16, 5))
    def forward(self, x):
        return self.head(self.row(self.entry(x)))
""",
    "poolings that each read the one before": HEAD
    + """
class Unit(nn.Sequential):
    def __init__(self, before, after, size=1, stride=1, around=None, groups=1, active=True):
        super().__init__(
            nn.Conv2d(before, after, size, stride, size // 2 if around is None else around,
                      groups=groups, bias=False),
            nn.BatchNorm2d(after, eps=1e-3, momentum=0.03),
            nn.SiLU() if active is True else nn.Identity())
class TwoWays(nn.Module):
    def __init__(self, before, after, depth=1):
        super().__init__()
        self.long = Unit(before, after, 1)
        self.short = Unit(before, after, 1)
        self.row = nn.Sequential(*(Unit(after, after, 3) for _ in range(depth)))
        self.mix = Unit(2 * after, after, 1)
    def forward(self, x):
        return self.mix(torch.cat((self.row(self.long(x)), self.short(x)), dim=1))
class WiderAndWider(nn.Module):
    def __init__(self, width, size=5):
        super().__init__()
        self.largest = nn.MaxPool2d(kernel_size=size, stride=1, padding=size // 2)
        self.mix = Unit(width * 4, width)
    def forward(self, x):
        seen = [x]
        seen.extend(self.largest(seen[-1]) for _ in range(3))
        return self.mix(torch.cat(seen, 1))
net = nn.Sequential(Unit(3, 16, 3, 2), TwoWays(16, 16, 2), WiderAndWider(16))
""",
    "a GAN's generator with Linear layers": HEAD
    + """
class Painter(nn.Module):
    def __init__(self, numbers=62):
        super().__init__()
        self.side = 32 // 4
        self.row = nn.Sequential(nn.Linear(numbers, 32 * self.side ** 2))
        self.body = nn.Sequential(
            nn.BatchNorm2d(32), nn.Upsample(scale_factor=2),
            nn.Conv2d(32, 32, 3, stride=1, padding=1), nn.BatchNorm2d(32, 0.8),
            nn.LeakyReLU(0.2, inplace=True), nn.Upsample(scale_factor=2),
            nn.Conv2d(32, 1, 3, stride=1, padding=1), nn.Tanh())
    def forward(self, chance):
        x = self.row(chance)
        x = x.view(x.shape[0], 32, self.side, self.side)
        return self.body(x)
""",
    "a U-Net with norms of each picture": HEAD
    + """
class There(nn.Module):
    def __init__(self, before, after, with_norm=True, drop=0.0):
        super(There, self).__init__()
        steps = [nn.Conv2d(before, after, 4, 2, 1, bias=False)]
        if with_norm:
            steps.append(nn.InstanceNorm2d(after))
        steps.append(nn.LeakyReLU(0.2))
        if drop:
            steps.append(nn.Dropout(drop))
        self.steps = nn.Sequential(*steps)
    def forward(self, x):
        return self.steps(x)
class Back(nn.Module):
    def __init__(self, before, after, drop=0.0):
        super(Back, self).__init__()
        steps = [nn.ConvTranspose2d(before, after, 4, 2, 1, bias=False),
                 nn.InstanceNorm2d(after), nn.ReLU(inplace=True)]
        if drop:
            steps.append(nn.Dropout(drop))
        self.steps = nn.Sequential(*steps)
    def forward(self, x, side):
        x = self.steps(x)
        x = torch.cat((x, side), 1)
        return x
class Net(nn.Module):
    def __init__(self, before=3, after=3):
        super(Net, self).__init__()
        self.there1 = There(before, 8, with_norm=False)
        self.there2 = There(8, 16)
        self.there3 = There(16, 32, drop=0.5)
        self.back2 = Back(32, 16, drop=0.5)
        self.back1 = Back(32, 8)
        self.last = nn.Sequential(nn.Upsample(scale_factor=2), nn.ZeroPad2d((1, 0, 1, 0)),
            nn.Conv2d(16, after, 4, padding=1), nn.Tanh())
    def forward(self, x):
        half = self.there1(x)
        quarter = self.there2(half)
        x = self.there3(quarter)
        x = self.back2(x, quarter)
        return self.last(self.back1(x, half))
""",
    "a window as wide as the map": HEAD
    + """
class Narrow(nn.Module):
    times = 4
    def __init__(self, before, width, stride=1):
        super(Narrow, self).__init__()
        self.first = nn.Conv2d(before, width, kernel_size=1, bias=False)
        self.first_norm = nn.BatchNorm2d(width)
        self.look = nn.Conv2d(width, width, kernel_size=3, stride=stride, padding=1, bias=False)
        self.look_norm = nn.BatchNorm2d(width)
        self.last = nn.Conv2d(width, self.times * width, kernel_size=1, bias=False)
        self.last_norm = nn.BatchNorm2d(self.times * width)
        self.kept = nn.Sequential()
        if stride != 1 or before != self.times * width:
            self.kept = nn.Sequential(
                nn.Conv2d(before, self.times * width, kernel_size=1, stride=stride, bias=False),
                nn.BatchNorm2d(self.times * width))
    def forward(self, x):
        y = F.relu(self.first_norm(self.first(x)))
        y = F.relu(self.look_norm(self.look(y)))
        y = self.last_norm(self.last(y))
        y += self.kept(x)
        y = F.relu(y)
        return y
class Net(nn.Module):
    def __init__(self, unit, depths, kinds=10):
        super(Net, self).__init__()
        self.width = 8
        self.entry = nn.Conv2d(3, 8, kernel_size=3, stride=1, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(8)
        self.row1 = self._units(unit, 8, depths[0], stride=1)
        self.row2 = self._units(unit, 16, depths[1], stride=2)
        self.score = nn.Linear(16 * unit.times, kinds)
    def _units(self, unit, width, depth, stride):
        strides = [stride] + [1] * (depth - 1)
        row = []
        for stride in strides:
            row.append(unit(self.width, width, stride))
            self.width = width * unit.times
        return nn.Sequential(*row)
    def forward(self, x):
        x = F.relu(self.norm(self.entry(x)))
        x = self.row2(self.row1(x))
        x = F.avg_pool2d(x, x.size(3))
        x = x.view(x.size(0), -1)
        return self.score(x)
def small():
    return Net(Narrow, [2, 2])
net = small()
""",
}

# The numbers of the picture are changed before any layer reads it.
PREPARED = {
    "a division": HEAD
    + """
import numpy as np
class Player(nn.Module):
    def __init__(self, shape, moves):
        super(Player, self).__init__()
        self.look = nn.Sequential(
            nn.Conv2d(shape[0], 16, kernel_size=8, stride=4), nn.ReLU(),
            nn.Conv2d(16, 32, kernel_size=4, stride=2), nn.ReLU())
        many = self._numbers_behind(shape)
        self.choose = nn.Sequential(nn.Linear(many, 64), nn.ReLU(), nn.Linear(64, moves))
    def _numbers_behind(self, shape):
        maps = self.look(torch.zeros(1, *shape))
        return int(np.prod(maps.size()))
    def forward(self, x):
        screen = x.float() / 256
        maps = self.look(screen).view(screen.size()[0], -1)
        return self.choose(maps)
net = Player((4, 84, 84), 6)
""",
    "a scale to −1 … 1": HEAD
    + """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.c = nn.Conv2d(1, 4, 3, padding=1)
    def forward(self, x):
        x = 2 * x - 1
        return self.c(x)
""",
    "a mean and a deviation": HEAD
    + """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer('mean', torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1))
        self.register_buffer('std', torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1))
        self.c = nn.Conv2d(3, 4, 3, padding=1)
    def forward(self, x):
        x = (x - self.mean) / self.std
        return self.c(x)
""",
}
# What is read with a word about it: the code, and that word.
NAMED = {
    "random numbers": (
        HEAD
        + """
class Drawn(nn.Module):
    def __init__(self, numbers: int = 20) -> None:
        super().__init__()
        self.to_half = nn.Conv2d(1, 16, 3, stride=2, padding=1)      # 14x14
        self.quarter = nn.Conv2d(16, 32, 3, stride=2, padding=1)  # 7x7
        self.middle = nn.Linear(32 * 7 * 7, numbers)
        self.spread = nn.Linear(32 * 7 * 7, numbers)
        self.row = nn.Linear(numbers, 32 * 7 * 7)
        self.back_half = nn.ConvTranspose2d(32, 16, 4, stride=2, padding=1)
        self.back = nn.ConvTranspose2d(16, 1, 4, stride=2, padding=1)
    def seen(self, x):
        x = F.relu(self.quarter(F.relu(self.to_half(x))))
        x = x.view(x.size(0), -1)
        return self.middle(x), self.spread(x)
    def any_of(self, middle, spread):
        width = torch.exp(0.5 * spread)
        chance = torch.randn_like(width)
        return middle + chance * width
    def drawn(self, numbers):
        x = F.relu(self.row(numbers)).view(-1, 32, 7, 7)
        x = F.relu(self.back_half(x))
        return torch.sigmoid(self.back(x))
    def forward(self, x):
        middle, spread = self.seen(x)
        numbers = self.any_of(middle, spread)
        return self.drawn(numbers), middle, spread
""",
        "adds random numbers: here their mean is added",
    ),
    "a score without its axis": (
        HEAD
        + """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.c = nn.Conv2d(3, 8, 3)
        self.fc = nn.Linear(8, 1)
    def forward(self, x):
        x = F.adaptive_avg_pool2d(F.relu(self.c(x)), (1, 1)).squeeze(-1).squeeze(-1)
        return torch.sigmoid(self.fc(x)).squeeze(1)
""",
        "leaves one number for each picture, without an axis",
    ),
}
# Networks of torchvision with something replaced.
TRANSFER = {
    "torchvision's children in a row": HEAD
    + """
import torchvision.models as models
class Numbers(nn.Module):
    def __init__(self):
        super(Numbers, self).__init__()
        known = models.resnet34(weights=None)
        parts = list(known.children())[:-1]
        self.known = nn.Sequential(*parts)
        self.few = nn.Linear(known.fc.in_features, 128)
    def forward(self, pictures):
        with torch.no_grad():
            maps = self.known(pictures)
        maps = maps.reshape(maps.size(0), -1)
        return self.few(maps)
""",
    "another first layer for small pictures": HEAD
    + """
from torchvision.models import resnet18
net = resnet18(num_classes=10)
net.conv1 = nn.Conv2d(3, 64, kernel_size=3, stride=1, padding=1, bias=False)
net.maxpool = nn.Identity()
""",
    "names of one's own like torchvision's": HEAD
    + """
from torchvision import models
class BasicBlock(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.c = nn.Conv2d(c, c, 1)
    def forward(self, x):
        return self.c(x)
class ResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.b = BasicBlock(3)
        self.m = models.resnet18(num_classes=3)
    def forward(self, x):
        return self.m(self.b(x))
net = ResNet()
""",
    "a head by place, of get_model": HEAD
    + """
from torchvision import models
net = models.get_model("squeezenet1_1", weights=None)
net.classifier[1] = nn.Conv2d(512, 4, kernel_size=(1, 1))
""",
    "another first layer for grey pictures": HEAD
    + """
from torchvision import models
net = models.resnet18(weights=None, num_classes=10)
net.conv1 = nn.Conv2d(1, 64, 7, stride=2, padding=3, bias=False)
net(torch.rand(1, 1, 64, 64))
""",
}
NEW_HEAD = (
    HEAD
    + """
import torchvision
from torchvision import datasets, models, transforms
net = torchvision.models.resnet18(weights='IMAGENET1K_V1')
for weights in net.parameters():
    weights.requires_grad = False
many = net.fc.in_features
net.fc = nn.Linear(many, 2)
where = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")
net = net.to(where)
loss_of = nn.CrossEntropyLoss()
steps = torch.optim.SGD(net.fc.parameters(), lr=0.001, momentum=0.9)
"""
)
