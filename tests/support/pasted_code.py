"""Code as people paste it: what is read, and what is refused."""

from __future__ import annotations

TUTORIAL_LENET = """
class LeNet(nn.Module):
    def __init__(self, in_channels=3):
        super().__init__()
        self.feature_extractor = nn.Sequential(
            nn.Conv2d(in_channels, 6, 5),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(6, 16, 5),
            nn.ReLU(),
            nn.MaxPool2d(2),
        )
        self.classifier = nn.Sequential(
            nn.Linear(16*5*5, 120),
            nn.ReLU(),
            nn.Linear(120, 84),
            nn.ReLU(),
            nn.Linear(84, 10)
        )
    def forward(self, x):
        features = self.feature_extractor(x)
        features = features.view(features.size(0), -1)
        class_scores = self.classifier(features)
        return class_scores
"""

TUTORIAL_FULLY_CONV = (
    TUTORIAL_LENET
    + """
class LeNetFullyConv(LeNet):
    def __init__(self):
        super().__init__()
        # Remember: the last feature map volume has shape (16,5,5)
        # Override the classifier with 5x5 then 1x1 convolutions
        self.classifier = nn.Sequential(
            nn.Conv2d(16, 120, 5), # note: no padding or strides!
            nn.ReLU(),
            nn.Conv2d(120, 84, 1),
            nn.ReLU(),
            nn.Conv2d(84, 10, 1),
        )
    def forward(self, x):
        features = self.feature_extractor(x)
        # note: no need to reshape the features now
        class_scores = self.classifier(features)
        return class_scores

net_fully_conv = LeNetFullyConv()
print(net_fully_conv)
large_image = torch.randn(1,3,32*2,32*2)
"""
)

TUTORIAL_BLOCK = """
import torch.nn.functional as F

class ResNetBlock(nn.Module):
    def __init__(self, in_channels, out_channels, first_stride=1):
        super().__init__()
        self.main_path = nn.Sequential(
            nn.Conv2d(in_channels, out_channels, kernel_size=3, stride=first_stride,
                      padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(),
            nn.Conv2d(out_channels, out_channels, kernel_size=3, stride=1, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
        )

        self.shortcut_path = nn.Sequential()
        # Check if spatial or channel dimentions changed along main path
        # If so, we need to adjust the dimensions of the shortcut connection
        if first_stride != 1 or in_channels != out_channels:
            self.shortcut_path = nn.Sequential(
                nn.Conv2d(in_channels, out_channels, kernel_size=1, stride=first_stride,
                          bias=False),
                nn.BatchNorm2d(out_channels)
            )
    def forward(self, x):
        out = self.main_path(x)
        out += self.shortcut_path(x)
        out = F.relu(out)
        return out
"""

TUTORIAL_RESNET = (
    TUTORIAL_BLOCK
    + """
class ResNet18(nn.Module):
    def __init__(self, num_classes):
        super().__init__()
        self.input_group = nn.Sequential(
            nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3, bias=False),
            nn.BatchNorm2d(64),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(kernel_size=3, stride=2, padding=1),
        )
        # Add 4 groups of 2 blocks, each group adding more output channels
        in_channels_curr = 64
        out_channels_per_group = [64, 128, 256, 512]
        for group_idx, out_channels in enumerate(out_channels_per_group):
            first_stride = 1 if group_idx == 0 else 2
            group = nn.Sequential(
                ResNetBlock(in_channels_curr, out_channels, first_stride),
                ResNetBlock(out_channels, out_channels, 1),
            )
            in_channels_curr = out_channels
            setattr(self, f'group{group_idx}', group)

        self.avgpool = nn.AdaptiveAvgPool2d((1, 1)) # kernel is adaptive s.t. 1x1 is output size
        self.fc = nn.Linear(out_channels_per_group[-1], num_classes)
    def forward(self, x):
        out = self.input_group(x)
        for group_idx in range(4):
            group = getattr(self, f'group{group_idx}')
            out = group(out)
        out = self.avgpool(out)
        out = out.view(out.size(0), -1)
        out = self.fc(out)
        return out

block = ResNetBlock(in_channels=3, out_channels=64, first_stride=2)
net = ResNet18(num_classes=10)
net
test_image = torch.randn(1,3,224,224)
print('First block output shape: ', block(test_image).shape)
print('ResNet output shape: ', net(test_image).shape)
"""
)

WITH_ITS_LOSS = """
import torch
import torch.nn as nn
import torch.nn.functional as F


class Colours(nn.Module):
    def __init__(self):
        super(Colours, self).__init__()
        self.first = nn.Conv2d(3, 6, 5)
        self.largest = nn.MaxPool2d(2, 2)
        self.second = nn.Conv2d(6, 16, 5)
        self.third = nn.Linear(16 * 5 * 5, 120)
        self.fourth = nn.Linear(120, 84)
        self.score = nn.Linear(84, 10)

    def forward(self, x):
        x = self.largest(F.relu(self.first(x)))
        x = self.largest(F.relu(self.second(x)))
        x = torch.flatten(x, 1) # the batch stays
        x = F.relu(self.third(x))
        x = F.relu(self.fourth(x))
        x = self.score(x)
        return x


net = Colours()
loss_of = nn.CrossEntropyLoss()
steps = torch.optim.SGD(net.parameters(), lr=0.001, momentum=0.9)
"""

PRINTED_TUTORIAL_LENET = """LeNet(
  (feature_extractor): Sequential(
    (0): Conv2d(3, 6, kernel_size=(5, 5), stride=(1, 1))
    (1): ReLU()
    (2): MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)
    (3): Conv2d(6, 16, kernel_size=(5, 5), stride=(1, 1))
    (4): ReLU(inplace)
    (5): MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)
  )
  (classifier): Sequential(
    (0): Linear(in_features=400, out_features=120, bias=True)
    (1): ReLU()
    (2): Linear(in_features=120, out_features=84, bias=True)
    (3): ReLU()
    (4): Linear(in_features=84, out_features=10, bias=True)
  )
)
"""

# Ways of writing the same five layers: Conv2d(3, 8, 3), ReLU, MaxPool2d(2), Flatten, Linear.
SAME_NETWORK = {
    "a bare Sequential": "nn.Sequential(nn.Conv2d(3,8,3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),"
    " nn.Linear(8*15*15, 10))",
    "a named Sequential": "import torch\nmodel = torch.nn.Sequential(torch.nn.Conv2d(3,8,3), "
    "torch.nn.ReLU(), torch.nn.MaxPool2d(2), torch.nn.Flatten(1), torch.nn.Linear(1800, 10))",
    "layers with commas": "nn.Conv2d(3, 8, 3),\nnn.ReLU(True),\nnn.MaxPool2d(2),\nnn.Flatten(),\n"
    "nn.Linear(1800, 10),\n",
    "bare names": "from torch.nn import *\nSequential(Conv2d(3,8,(3,3)), ReLU(), MaxPool2d((2,2)), "
    "Flatten(), Linear(1800, 10))",
    "an OrderedDict": "from collections import OrderedDict\nm = nn.Sequential(OrderedDict([('c', "
    "nn.Conv2d(3,8,3)), ('r', nn.ReLU()), ('p', nn.MaxPool2d(2)), ('f', nn.Flatten()), ('l', "
    "nn.Linear(1800, 10))]))",
    "a list and a star": "layers = [nn.Conv2d(3, 8, kernel_size=3)]\nlayers += [nn.ReLU()]\n"
    "layers.append(nn.MaxPool2d(2))\nlayers.extend([nn.Flatten(), nn.Linear(1800, 10)])\n"
    "net = nn.Sequential(*layers)",
    "a class that is a Sequential": "class Net(nn.Sequential):\n    def __init__(self, c):\n"
    "        super().__init__(nn.Conv2d(3, c, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), "
    "nn.Linear(c*225, 10))\nnet = Net(8)",
    "functions": "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    "        self.c = nn.Conv2d(3, 8, 3)\n        self.l = nn.Linear(1800, 10)\n"
    "    def forward(self, x):\n        x = F.max_pool2d(F.relu(self.c(x)), 2)\n"
    "        return self.l(x.flatten(start_dim=1))\n",
    "methods and a view": "class Net(nn.Module):\n    def __init__(self):\n"
    "        super(Net, self).__init__()\n        self.c = nn.Conv2d(3, 8, 3)\n"
    "        self.l = nn.Linear(1800, 10)\n    def features(self, x):\n"
    "        return nn.functional.max_pool2d(self.c(x).relu(), kernel_size=2, stride=2)\n"
    "    def forward(self, x):\n        x = self.features(x)\n"
    "        return self.l(x.view(-1, 8 * 15 * 15))\n",
    "a ModuleList": "class Net(nn.Module):\n    def __init__(self, sizes=(3, 8)):\n"
    "        super().__init__()\n        self.layers = nn.ModuleList()\n"
    "        for a, b in zip(sizes[:-1], sizes[1:]):\n"
    "            self.layers.append(nn.Conv2d(a, b, 3))\n"
    "            self.layers.append(nn.ReLU())\n"
    "        self.layers.extend([nn.MaxPool2d(2), nn.Flatten(), nn.Linear(1800, 10)])\n"
    "    def forward(self, x):\n        for layer in self.layers:\n            x = layer(x)\n"
    "        return x\n",
    "a helper and weights": "def block(i, o, *unused, bias=True):\n"
    "    return nn.Sequential(nn.Conv2d(i, o, 3), "
    "nn.ReLU(inplace=True), nn.MaxPool2d(2))\nclass Net(nn.Module):\n    width = 8\n"
    "    def __init__(self, num_classes: int = 10, *, channels=3) -> None:\n"
    "        super().__init__()\n"
    "        self.add_module('body', block(channels, self.width))\n"
    "        self.head = nn.Linear(self.width * 15 * 15 if num_classes > 1 else 1, num_classes)\n"
    "        for m in self.modules():\n            if isinstance(m, nn.Conv2d):\n"
    "                nn.init.kaiming_normal_(m.weight)\n"
    "    def forward(self, x):\n        x = self.body(x)\n"
    "        x = torch.reshape(x, (x.shape[0], -1))\n        return self.head(x)\n",
    "a comprehension": "sizes = [3, 8]\n"
    "convs = [nn.Conv2d(a, b, 3) for a, b in zip(sizes, sizes[1:]) if b > a]\n"
    "net = nn.Sequential(*convs, nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(1800, 10))",
}
