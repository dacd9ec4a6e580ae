"""The cases of everyday code that were read wrong, as they were pasted."""

from __future__ import annotations

# ruff: noqa: E501 - as they were pasted

CASES: dict[str, str] = {
    "01.1": """import torch
from torch import nn
from torch.nn import functional as F

class Small(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 6, 5)
        self.second = nn.Conv2d(6, 16, 5)
        self.score = nn.Linear(400, 10)

    def forward(self, picture):
        picture = F.max_pool2d(F.relu(self.first(picture)), 2)
        picture = F.max_pool2d(F.relu(self.second(picture)), 2)
        picture = picture.view(-1, 16 * 4 * 4)
        return self.score(picture)

small = Small()
small(torch.randn(4, 3, 32, 32))
""",
    "01.2": """from torch import nn

class Half(nn.Module):
    def __init__(self):
        super().__init__()
        self.c = nn.Conv2d(3, 8, 3, padding=1)
        self.pool = nn.MaxPool2d(2)
        self.score = nn.Linear(2048, 10)

    def forward(self, x):
        x = self.pool(self.c(x)).view(-1, 512)
        return self.score(x)

half = Half()
half(torch.randn(4, 3, 32, 32))
""",
    "02.1": """from torch import nn

class DownAndUp(nn.Module):
    def __init__(self):
        super().__init__()
        self.down = nn.Conv2d(3, 8, 3, stride=2, padding=1)
        self.up = nn.ConvTranspose2d(8, 3, 3, stride=2, padding=1)

    def forward(self, x):
        small = self.down(x)
        return self.up(small, output_size=x.size())

net = DownAndUp()
net(torch.randn(1, 3, 12, 12))
""",
    "03.1": """from torch import nn

class Chain(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.MaxPool2d(2))

    def forward(self, x):
        for layer in self.body.children():
            x = layer(x)
        return x
""",
    "03.2": """from torch import nn

class Row(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(3, 8, 3)
        self.b = nn.Conv2d(8, 8, 3)

    def forward(self, x):
        for name, layer in self.named_children():
            x = layer(x)
        return x
""",
    "04.1": """from torch import nn

class Digits(nn.Module):
    def __init__(self):
        super().__init__()
        self.c = nn.Conv2d(1, 6, 5)

    def forward(self, input):
        return self.c(input).relu()
""",
    "04.2": """import torch
from torch import nn

net = nn.Sequential(nn.Conv2d(1, 6, 5), nn.ReLU())
input = torch.randn(1, 1, 32, 32)
out = net(input)
""",
    "05.1": """import torch
from torch import nn, optim
from torchvision import datasets, transforms

data = datasets.CIFAR10('.', transform=transforms.ToTensor())
loader = torch.utils.data.DataLoader(data, batch_size=8)

net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 10))
steps = optim.SGD(net.parameters(), lr=0.1)
for pictures, labels in loader:
    steps.zero_grad()
    nn.functional.cross_entropy(net(pictures), labels).backward()
    steps.step()
""",
    "05.2": """import time
from torch import nn
net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU())
""",
    "05.3": """import torch
from torch import nn
net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU())

@torch.no_grad()
def evaluate(model, loader):
    model.eval()
""",
    "05.4": """from torch import nn
from torch.utils.data import Dataset

class Pictures(Dataset):
    def __init__(self, items):
        self.items = items

    def __len__(self):
        return len(self.items)

net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU())
""",
    "06.1": """>>> from torch import nn
>>> net = nn.Sequential(
...     nn.Conv2d(1, 20, 5),
...     nn.ReLU(),
... )
""",
    "06.2": """```python
from torch import nn
net = nn.Sequential(nn.Conv2d(1, 20, 5), nn.ReLU())
```
""",
    "06.3": """    from torch import nn
    net = nn.Sequential(nn.Conv2d(1, 20, 5), nn.ReLU())
""",
    "06.4": """%matplotlib inline
!pip install torch
from torch import nn
net = nn.Sequential(nn.Conv2d(1, 20, 5), nn.ReLU())
""",
    "06.5": """>>> print(net)
Sequential(
  (0): Conv2d(1, 20, kernel_size=(5, 5), stride=(1, 1))
  (1): ReLU()
)
""",
    "07.1": """from torch import nn
from torchsummary import summary

class Grey(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(1, 16, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
                                  nn.Conv2d(16, 32, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2))
        self.head = nn.Linear(1000, 10)

    def forward(self, x):
        return self.head(self.body(x).flatten(1))

summary(Grey(), (1, 28, 28))
""",
    "07.2": """import torch
from torch import nn

SIDE = 100
net = nn.Sequential(nn.Conv2d(3, 16, 3), nn.Flatten(), nn.Linear(1000, 10))
net(torch.randn(8, 3, SIDE, SIDE))
""",
    "07.3": """import torch
from torch import nn

net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Flatten(), nn.Linear(100, 10))
net(torch.Tensor(1, 3, 20, 20))
""",
    "09.1": """from torch import nn
from torch.nn import functional as F

class Unit(nn.Module):
    def __init__(self, many_in, many_out, **more):
        super().__init__()
        self.c = nn.Conv2d(many_in, many_out, bias=False, **more)
        self.n = nn.BatchNorm2d(many_out)

    def forward(self, x):
        return F.relu(self.n(self.c(x)), inplace=True)

net = nn.Sequential(Unit(3, 8, kernel_size=3), Unit(8, 8, kernel_size=3, padding=1))
""",
    "09.2": """from torch import nn

class Sized(nn.Module):
    def __init__(self, height, width):
        super().__init__()
        def after(size):
            return (size - 5) // 2 + 1
        self.c = nn.Conv2d(3, 16, 5, stride=2)
        self.head = nn.Linear(16 * after(height) * after(width), 2)

    def forward(self, x):
        return self.head(self.c(x).flatten(1))

net = Sized(40, 90)
""",
    "11.1": """from torch import nn

class Listed(nn.Module):
    def __init__(self):
        super().__init__()
        self.steps = [nn.Conv2d(3, 8, 3), nn.Conv2d(8, 8, 3)]

    def forward(self, x):
        for step in self.steps:
            x = step(x)
        return x
""",
    "11.2": """from torch import nn

class Late(nn.Module):
    def __init__(self):
        super().__init__()
        self.c = nn.Conv2d(3, 8, 3)

    def forward(self, x):
        x = self.c(x).flatten(1)
        return nn.Linear(7200, 10)(x)
""",
    "11.3": """from torch import nn

class Idle(nn.Module):
    def __init__(self):
        super().__init__()
        self.c = nn.Conv2d(3, 8, 3)
        self.unused = nn.Conv2d(8, 8, 3)

    def forward(self, x):
        return self.c(x)
""",
    "12.1": """Net(
  (conv1): Conv2d(3, 6, kernel_size=(5, 5), stride=(1, 1))
  (pool): MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)
  (conv2): Conv2d(6, 16, kernel_size=(5, 5), stride=(1, 1))
  (fc1): Linear(in_features=400, out_features=120, bias=True)
  (fc2): Linear(in_features=120, out_features=10, bias=True)
)
""",
    "12.2": """Segmenter(
  (down): Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))
  (pool): MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)
  (middle): Conv2d(8, 16, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))
  (up): ConvTranspose2d(16, 8, kernel_size=(2, 2), stride=(2, 2))
  (last): Conv2d(16, 2, kernel_size=(1, 1), stride=(1, 1))
)
""",
    "19.1": """from torch import nn
from torch.nn import functional as F

class Mean(nn.Module):
    def __init__(self):
        super().__init__()
        self.c = nn.Conv2d(3, 8, 3)
        self.head = nn.Linear(8, 10)

    def forward(self, x):
        x = self.c(x)
        x = F.avg_pool2d(x, kernel_size=x.size()[2:])
        return self.head(x.flatten(1))
""",
    "19.2": """from torch import nn
from torch.nn import functional as F

class Mean(nn.Module):
    def __init__(self):
        super().__init__()
        self.c = nn.Conv2d(3, 8, 3)
        self.head = nn.Linear(8, 10)

    def forward(self, x):
        x = self.c(x)
        return self.head(x.mean(3).mean(2))
""",
    "21.1": """from torch import nn

net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Flatten(), nn.Linear(7200, 10), nn.Softmax(dim=-1))
""",
    "21.2": """from torch import nn

class Out(nn.Module):
    def __init__(self):
        super().__init__()
        self.head = nn.Linear(12, 10)

    def forward(self, x):
        return self.head(x.flatten(1)).log_softmax(1)
""",
    "23.1": """from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)

    def forward(self, x):
        return self.conv1(x)
""",
    "23.2": """from torch import nn

class Net(nn.Module):
    def _init_(self):
        super().__init__()
        self.c = nn.Conv2d(3, 8, 3)

    def forward(self, x):
        return self.c(x)
""",
    "23.3": """from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.c = nn.Conv2d(3, 8, 3)

        def forward(self, x):
            return self.c(x)
""",
    "23.4": """net = nn.Sequential(nn.Conv2D(3, 8, 3), nn.Relu(), nn.MaxPool2d(2))
""",
    "23.5": """net = nn.Sequential(nn.Conv2d(3, 8, 3, strides=2))
""",
    "23.6": """net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU, nn.MaxPool2d(2))
""",
    "24.1": """from torch import nn

class Widening(nn.Module):
    def __init__(self, width=16):
        super().__init__()
        rows, channels = [], 3
        for i in range(3):
            rows += [nn.Conv2d(channels, width * 2 ** i, 3, padding=1), nn.ReLU()]
            channels = width * 2 ** i
        self.body = nn.Sequential(*rows)

    def forward(self, x):
        return self.body(x)
""",
    "25.1": """import torch
from torch import nn

net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 10))
net(torch.randn(1, 224, 224, 3))
""",
    "25.2": """import torch
from torch import nn

net = nn.Sequential(nn.Conv2d(1, 8, 3), nn.Flatten(), nn.Linear(5408, 10))
net(torch.randn(4, 28, 28, 1))
""",
}  # fmt: skip
