"""Networks as students and engineers write them; each can be run by torch, as `net`, on `shape`."""

from __future__ import annotations

HEAD = "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n"

# name: (code, the shape of a batch)
PASTES: dict[str, tuple[str, tuple[int, int, int, int]]] = {
    "LeNet with F": ("""
class LeNet5(nn.Module):
    def __init__(self, num_classes=10):
        super(LeNet5, self).__init__()
        self.conv1 = nn.Conv2d(1, 6, kernel_size=5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, kernel_size=5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, num_classes)

    def forward(self, x):
        x = F.avg_pool2d(torch.tanh(self.conv1(x)), 2)
        x = F.avg_pool2d(torch.tanh(self.conv2(x)), 2)
        x = x.view(-1, self.num_flat_features(x))
        x = torch.tanh(self.fc1(x))
        x = torch.tanh(self.fc2(x))
        return F.log_softmax(self.fc3(x), dim=1)

    def num_flat_features(self, x):
        size = x.size()[1:]
        num_features = 1
        for s in size:
            num_features *= s
        return num_features

net = LeNet5()
""", (1, 1, 28, 28)),
    "AlexNet": ("""
class AlexNet(nn.Module):
    def __init__(self, num_classes: int = 1000, dropout: float = 0.5) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 64, kernel_size=11, stride=4, padding=2), nn.ReLU(inplace=True),
            nn.MaxPool2d(kernel_size=3, stride=2),
            nn.Conv2d(64, 192, kernel_size=5, padding=2), nn.ReLU(inplace=True),
            nn.MaxPool2d(kernel_size=3, stride=2),
        )
        self.avgpool = nn.AdaptiveAvgPool2d((6, 6))
        self.classifier = nn.Sequential(
            nn.Dropout(p=dropout), nn.Linear(192 * 6 * 6, 64), nn.ReLU(inplace=True),
            nn.Linear(64, num_classes),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.features(x)
        x = self.avgpool(x)
        x = torch.flatten(x, 1)
        x = self.classifier(x)
        return x

net = AlexNet(num_classes=20)
""", (1, 3, 96, 96)),
    "VGG by a list": ("""
cfg = {'A': [16, 'M', 32, 'M', 64, 64, 'M'], 'B': [8, 8, 'M']}

def make_layers(cfg, batch_norm=False):
    layers = []
    in_channels = 3
    for v in cfg:
        if v == 'M':
            layers += [nn.MaxPool2d(kernel_size=2, stride=2)]
        else:
            conv2d = nn.Conv2d(in_channels, v, kernel_size=3, padding=1)
            if batch_norm:
                layers += [conv2d, nn.BatchNorm2d(v), nn.ReLU(inplace=True)]
            else:
                layers += [conv2d, nn.ReLU(inplace=True)]
            in_channels = v
    return nn.Sequential(*layers)

class VGG(nn.Module):
    def __init__(self, features, num_classes=10, init_weights=True):
        super().__init__()
        self.features = features
        self.classifier = nn.Linear(64 * 4 * 4, num_classes)
        if init_weights:
            self._initialize_weights()

    def forward(self, x):
        x = self.features(x)
        x = x.view(x.size(0), -1)
        return self.classifier(x)

    def _initialize_weights(self):
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode='fan_out', nonlinearity='relu')
                if m.bias is not None:
                    nn.init.constant_(m.bias, 0)
            elif isinstance(m, (nn.BatchNorm2d, nn.GroupNorm)):
                nn.init.constant_(m.weight, 1)
            elif isinstance(m, nn.Linear):
                m.weight.data.normal_(0, 0.01)

net = VGG(make_layers(cfg['A'], batch_norm=True))
""", (1, 3, 32, 32)),
    "ResNet of own blocks": ("""
def conv3x3(in_planes, out_planes, stride=1):
    return nn.Conv2d(in_planes, out_planes, 3, stride=stride, padding=1, bias=False)

class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inplanes, planes, stride=1, downsample=None, norm_layer=None):
        super().__init__()
        if norm_layer is None:
            norm_layer = nn.BatchNorm2d
        self.conv1 = conv3x3(inplanes, planes, stride)
        self.bn1 = norm_layer(planes)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = conv3x3(planes, planes)
        self.bn2 = norm_layer(planes)
        self.downsample = downsample

    def forward(self, x):
        identity = x
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        if self.downsample is not None:
            identity = self.downsample(x)
        out += identity
        return self.relu(out)

class ResNet(nn.Module):
    def __init__(self, block, layers, num_classes=10):
        super().__init__()
        self.inplanes = 16
        self.stem = nn.Sequential(
            nn.Conv2d(3, 16, 7, 2, 3, bias=False), nn.BatchNorm2d(16), nn.ReLU())
        self.layer1 = self._make_layer(block, 16, layers[0])
        self.layer2 = self._make_layer(block, 32, layers[1], stride=2)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(32 * block.expansion, num_classes)

    def _make_layer(self, block, planes, blocks, stride=1):
        downsample = None
        if stride != 1 or self.inplanes != planes * block.expansion:
            downsample = nn.Sequential(
                nn.Conv2d(self.inplanes, planes * block.expansion, 1, stride, bias=False),
                nn.BatchNorm2d(planes * block.expansion),
            )
        layers = [block(self.inplanes, planes, stride, downsample)]
        self.inplanes = planes * block.expansion
        for _ in range(1, blocks):
            layers.append(block(self.inplanes, planes))
        return nn.Sequential(*layers)

    def forward(self, x):
        x = self.layer2(self.layer1(self.stem(x)))
        x = self.avgpool(x).squeeze(-1).squeeze(-1)
        return self.fc(x)

net = ResNet(BasicBlock, [2, 2])
""", (1, 3, 64, 64)),
    "an autoencoder": ("""
class AutoEncoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Conv2d(1, 16, 3, stride=2, padding=1), nn.ReLU(),
            nn.Conv2d(16, 32, 3, stride=2, padding=1), nn.ReLU())
        self.decoder = nn.Sequential(
            nn.ConvTranspose2d(32, 16, 3, stride=2, padding=1, output_padding=1), nn.ReLU(),
            nn.ConvTranspose2d(16, 1, 3, stride=2, padding=1, output_padding=1), nn.Sigmoid())

    def forward(self, x):
        return self.decoder(self.encoder(x))

net = AutoEncoder()
""", (1, 1, 28, 28)),
    "DCGAN's discriminator": ("""
ndf, nc = 16, 3

class Discriminator(nn.Module):
    def __init__(self, ngpu):
        super(Discriminator, self).__init__()
        self.ngpu = ngpu
        self.main = nn.Sequential(
            nn.Conv2d(nc, ndf, 4, 2, 1, bias=False), nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(ndf, ndf * 2, 4, 2, 1, bias=False), nn.BatchNorm2d(ndf * 2),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(ndf * 2, 1, 4, 1, 0, bias=False), nn.Sigmoid())

    def forward(self, input):
        return self.main(input)

net = Discriminator(1).to('cpu')
""", (1, 3, 32, 32)),
    "MobileNet's blocks": ("""
def conv_bn(inp, oup, stride):
    conv = nn.Conv2d(inp, oup, 3, stride, 1, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(oup), nn.ReLU6())

def conv_dw(inp, oup, stride):
    return nn.Sequential(
        nn.Conv2d(inp, inp, 3, stride, 1, groups=inp, bias=False), nn.BatchNorm2d(inp), nn.ReLU6(),
        nn.Conv2d(inp, oup, 1, 1, 0, bias=False), nn.BatchNorm2d(oup), nn.ReLU6())

class MobileNet(nn.Module):
    def __init__(self, n_class=10):
        super().__init__()
        self.model = nn.Sequential(
            conv_bn(3, 8, 2), conv_dw(8, 16, 1), conv_dw(16, 32, 2), nn.AdaptiveAvgPool2d(1))
        self.fc = nn.Linear(32, n_class)

    def forward(self, x):
        x = self.model(x)
        x = x.view(-1, 32)
        return self.fc(x)

net = MobileNet()
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
class MLP(nn.Module):
    def __init__(self, sizes=(784, 64, 10)):
        super().__init__()
        self.flatten = nn.Flatten()
        self.linear_relu_stack = nn.Sequential(
            nn.Linear(sizes[0], sizes[1]), nn.ReLU(), nn.Linear(sizes[-2], sizes[-1]))

    def forward(self, x):
        x = self.flatten(x)
        logits = self.linear_relu_stack(x)
        return logits

net = MLP()
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
