"""Networks as students and engineers write them; each can be run by torch, as `net`, on `shape`."""

from __future__ import annotations

HEAD = "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n"

# name: (code, the shape of a batch)
PASTES: dict[str, tuple[str, tuple[int, int, int, int]]] = {
    "LeNet with F": ("""
class Digits(nn.Module):
    def __init__(self, kinds=10):
        super(Digits, self).__init__()
        self.first = nn.Conv2d(1, 6, kernel_size=5, padding=2)
        self.second = nn.Conv2d(6, 16, kernel_size=5)
        self.third = nn.Linear(16 * 5 * 5, 120)
        self.fourth = nn.Linear(120, 84)
        self.score = nn.Linear(84, kinds)

    def forward(self, x):
        x = F.avg_pool2d(torch.tanh(self.first(x)), 2)
        x = F.avg_pool2d(torch.tanh(self.second(x)), 2)
        x = x.view(-1, self.numbers_in(x))
        x = torch.tanh(self.third(x))
        x = torch.tanh(self.fourth(x))
        return F.log_softmax(self.score(x), dim=1)

    def numbers_in(self, x):
        many = 1
        for side in x.size()[1:]:
            many *= side
        return many

net = Digits()
""", (1, 1, 28, 28)),
    "maps of any size before Linear": ("""
class Photos(nn.Module):
    def __init__(self, kinds: int = 1000, drop: float = 0.5) -> None:
        super().__init__()
        self.maps = nn.Sequential(
            nn.Conv2d(3, 64, kernel_size=11, stride=4, padding=2), nn.ReLU(inplace=True),
            nn.MaxPool2d(kernel_size=3, stride=2),
            nn.Conv2d(64, 192, kernel_size=5, padding=2), nn.ReLU(inplace=True),
            nn.MaxPool2d(kernel_size=3, stride=2),
        )
        self.to_six = nn.AdaptiveAvgPool2d((6, 6))
        self.head = nn.Sequential(
            nn.Dropout(p=drop), nn.Linear(192 * 6 * 6, 64), nn.ReLU(inplace=True),
            nn.Linear(64, kinds),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.maps(x)
        x = self.to_six(x)
        x = torch.flatten(x, 1)
        x = self.head(x)
        return x

net = Photos(kinds=20)
""", (1, 3, 96, 96)),
    "layers by a list of widths": ("""
plans = {'long': [16, 'half', 32, 'half', 64, 64, 'half'], 'short': [8, 8, 'half']}

def in_a_row(plan, with_norm=False):
    row = []
    last = 3
    for width in plan:
        if width == 'half':
            row += [nn.MaxPool2d(kernel_size=2, stride=2)]
        else:
            filters = nn.Conv2d(last, width, kernel_size=3, padding=1)
            if with_norm:
                row += [filters, nn.BatchNorm2d(width), nn.ReLU(inplace=True)]
            else:
                row += [filters, nn.ReLU(inplace=True)]
            last = width
    return nn.Sequential(*row)

class Net(nn.Module):
    def __init__(self, maps, kinds=10, is_new=True):
        super().__init__()
        self.maps = maps
        self.score = nn.Linear(64 * 4 * 4, kinds)
        if is_new:
            self._start()

    def forward(self, x):
        x = self.maps(x)
        x = x.view(x.size(0), -1)
        return self.score(x)

    def _start(self):
        for part in self.modules():
            if isinstance(part, nn.Conv2d):
                nn.init.kaiming_normal_(part.weight, mode='fan_out', nonlinearity='relu')
                if part.bias is not None:
                    nn.init.constant_(part.bias, 0)
            elif isinstance(part, (nn.BatchNorm2d, nn.GroupNorm)):
                nn.init.constant_(part.weight, 1)
            elif isinstance(part, nn.Linear):
                part.weight.data.normal_(0, 0.01)

net = Net(in_a_row(plans['long'], with_norm=True))
""", (1, 3, 32, 32)),
    "blocks of one's own with shortcuts": ("""
def three_by_three(before, after, stride=1):
    return nn.Conv2d(before, after, 3, stride=stride, padding=1, bias=False)

class Plain(nn.Module):
    times = 1

    def __init__(self, before, after, stride=1, shortcut=None, norm=None):
        super().__init__()
        if norm is None:
            norm = nn.BatchNorm2d
        self.first = three_by_three(before, after, stride)
        self.first_norm = norm(after)
        self.active = nn.ReLU(inplace=True)
        self.second = three_by_three(after, after)
        self.second_norm = norm(after)
        self.shortcut = shortcut

    def forward(self, x):
        kept = x
        x = self.active(self.first_norm(self.first(x)))
        x = self.second_norm(self.second(x))
        if self.shortcut is not None:
            kept = self.shortcut(kept)
        x += kept
        return self.active(x)

class Net(nn.Module):
    def __init__(self, unit, depths, kinds=10):
        super().__init__()
        self.width = 16
        self.entry = nn.Sequential(
            nn.Conv2d(3, 16, 7, 2, 3, bias=False), nn.BatchNorm2d(16), nn.ReLU())
        self.row1 = self._units(unit, 16, depths[0])
        self.row2 = self._units(unit, 32, depths[1], stride=2)
        self.mean = nn.AdaptiveAvgPool2d((1, 1))
        self.score = nn.Linear(32 * unit.times, kinds)

    def _units(self, unit, width, depth, stride=1):
        shortcut = None
        if stride != 1 or self.width != width * unit.times:
            shortcut = nn.Sequential(
                nn.Conv2d(self.width, width * unit.times, 1, stride, bias=False),
                nn.BatchNorm2d(width * unit.times),
            )
        row = [unit(self.width, width, stride, shortcut)]
        self.width = width * unit.times
        for _ in range(1, depth):
            row.append(unit(self.width, width))
        return nn.Sequential(*row)

    def forward(self, x):
        x = self.row2(self.row1(self.entry(x)))
        x = self.mean(x).squeeze(-1).squeeze(-1)
        return self.score(x)

net = Net(Plain, [2, 2])
""", (1, 3, 64, 64)),
    "an autoencoder": ("""
class There(nn.Module):
    def __init__(self):
        super().__init__()
        self.there = nn.Sequential(
            nn.Conv2d(1, 16, 3, stride=2, padding=1), nn.ReLU(),
            nn.Conv2d(16, 32, 3, stride=2, padding=1), nn.ReLU())
        self.back = nn.Sequential(
            nn.ConvTranspose2d(32, 16, 3, stride=2, padding=1, output_padding=1), nn.ReLU(),
            nn.ConvTranspose2d(16, 1, 3, stride=2, padding=1, output_padding=1), nn.Sigmoid())

    def forward(self, x):
        return self.back(self.there(x))

net = There()
""", (1, 1, 28, 28)),
    "sizes in names of the file": ("""
width, colours = 16, 3

class Judge(nn.Module):
    def __init__(self, gpus):
        super(Judge, self).__init__()
        self.gpus = gpus
        self.body = nn.Sequential(
            nn.Conv2d(colours, width, 4, 2, 1, bias=False), nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(width, width * 2, 4, 2, 1, bias=False), nn.BatchNorm2d(width * 2),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(width * 2, 1, 4, 1, 0, bias=False), nn.Sigmoid())

    def forward(self, input):
        return self.body(input)

net = Judge(1).to('cpu')
""", (1, 3, 32, 32)),
    "functions that make blocks of groups": ("""
def dense(before, after, stride):
    filters = nn.Conv2d(before, after, 3, stride, 1, bias=False)
    return nn.Sequential(filters, nn.BatchNorm2d(after), nn.ReLU6())

def by_channel(before, after, stride):
    return nn.Sequential(
        nn.Conv2d(before, before, 3, stride, 1, groups=before, bias=False),
        nn.BatchNorm2d(before), nn.ReLU6(),
        nn.Conv2d(before, after, 1, 1, 0, bias=False), nn.BatchNorm2d(after), nn.ReLU6())

class Net(nn.Module):
    def __init__(self, kinds=10):
        super().__init__()
        self.body = nn.Sequential(
            dense(3, 8, 2), by_channel(8, 16, 1), by_channel(16, 32, 2), nn.AdaptiveAvgPool2d(1))
        self.score = nn.Linear(32, kinds)

    def forward(self, x):
        x = self.body(x)
        x = x.view(-1, 32)
        return self.score(x)

net = Net()
""", (1, 3, 64, 64)),
    "typed constants and a config": ("""
from dataclasses import dataclass
from functools import partial

WIDTH: int = 8

@dataclass
class Config:
    channels: int = 3
    width: int = WIDTH
    depth: int = 3
    classes: int = 10

class Net(nn.Module):
    def __init__(self, config: Config):
        super().__init__()
        conv = partial(nn.Conv2d, kernel_size=3, padding=1)
        widths = [config.width * 2 ** i for i in range(config.depth)]
        self.stages = nn.ModuleList()
        for before, after in zip([config.channels] + widths, widths):
            self.stages.append(nn.Sequential(conv(before, after), nn.ReLU(), nn.MaxPool2d(2)))
        self.head = nn.Linear(widths[-1], config.classes)

    def forward(self, x):
        for stage in self.stages:
            x = stage(x)
        x = F.adaptive_avg_pool2d(x, 1).flatten(1)
        return self.head(F.dropout(x, 0.2, training=self.training))

net = Net(Config(width=4))
""", (1, 3, 32, 32)),
    "layers in a dict": ("""
class Net(nn.Module):
    def __init__(self, **settings):
        super().__init__()
        settings = {'width': 8, 'act': nn.ELU, **settings}
        self.layers = nn.ModuleDict({'conv': nn.Conv2d(3, settings['width'], 3)})
        self.layers['act'] = settings['act']()
        self.classifier = nn.Linear(settings['width'], 4)

    def forward(self, x):
        for name, layer in self.layers.items():
            x = layer(x)
        b, c, h, w = x.shape
        x = x.view(b, c, -1).mean(2)
        return self.classifier(x).softmax(-1)

net = Net(width=6)
""", (1, 3, 20, 20)),
    "a while loop, lambdas and slices": ("""
halve = lambda c: nn.Sequential(nn.Conv2d(c, c * 2, 3, 2, 1), nn.ReLU())

class Net(nn.Module):
    def __init__(self, start=4, end=32):
        super().__init__()
        c, parts = start, [nn.Conv2d(1, start, 3, padding=1)]
        while c < end:
            parts.append(halve(c))
            c *= 2
        self.body = nn.Sequential(*parts)
        self.head = nn.Sequential(nn.Flatten(), nn.Linear(c * 4 * 4, 10))

    def forward(self, x):
        return self.head(nn.Sequential(*list(self.body.children())[:4])(x))

net = Net()
""", (1, 1, 32, 32)),
    "an MLP": ("""
class Neurons(nn.Module):
    def __init__(self, sizes=(784, 64, 10)):
        super().__init__()
        self.row = nn.Flatten()
        self.neurons = nn.Sequential(
            nn.Linear(sizes[0], sizes[1]), nn.ReLU(), nn.Linear(sizes[-2], sizes[-1]))

    def forward(self, x):
        x = self.row(x)
        scores = self.neurons(x)
        return scores

net = Neurons()
""", (1, 1, 28, 28)),
    "static methods and properties": ("""
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = self.block(3, 8)
        self.b = self.block(8, self.width)

    @property
    def width(self):
        return 12

    @staticmethod
    def block(i, o):
        return nn.Sequential(nn.Conv2d(i, o, 3, padding='same'), nn.GroupNorm(4, o), nn.SiLU())

    def forward(self, x):
        x = self.b(self.a(x))
        assert x.dim() == 4
        return F.avg_pool2d(x, kernel_size=(x.size(2), x.size(3)))[:, :, 0, 0]

net = Net()
""", (1, 3, 16, 16)),
}  # fmt: skip

AROUND = """
from pathlib import Path
from torch.utils.data import DataLoader, Dataset
from torchvision import datasets, transforms
import wandb

class Pictures(Dataset):
    def __getitem__(self, place):
        return self.items[place]

train = DataLoader(datasets.CIFAR10(Path('data'), transform=transforms.ToTensor()), batch_size=64)
"""
BEHIND = """
device = 'cuda' if torch.cuda.is_available() else 'cpu'
net = net.to(device)
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)

@torch.no_grad()
def accuracy(model, loader):
    return sum((model(x).argmax(1) == y).sum().item() for x, y in loader)

for epoch in range(100000):
    for x, y in train:
        optimizer.zero_grad()
        loss = criterion(net(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
    print(f'{epoch}: {loss.item():.3f}')
torch.save(net.state_dict(), 'net.pt')
"""
