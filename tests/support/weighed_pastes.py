"""Pasted networks whose paths are multiplied or subtracted, or whose forward returns more."""

from __future__ import annotations

HEAD = "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n"
EXCITED = """
class Weighed(nn.Module):
    def __init__(self, width, share=16):
        super(Weighed, self).__init__()
        self.mean = nn.AdaptiveAvgPool2d(1)
        self.weights = nn.Sequential(
            nn.Linear(width, width // share, bias=False),
            nn.ReLU(inplace=True),
            nn.Linear(width // share, width, bias=False),
            nn.Sigmoid()
        )

    def forward(self, x):
        b, c, _, _ = x.size()
        y = self.mean(x).view(b, c)
        y = self.weights(y)LAID_OUT
        return WEIGHED

class UnitBlock(nn.Module):
    def __init__(self, before, after, stride=1, shortcut=None, *, share=8):
        super().__init__()
        self.look = nn.Conv2d(before, after, 3, stride, 1, bias=False)
        self.norm = nn.BatchNorm2d(after)
        self.active = nn.ReLU(inplace=True)
        self.weighed = Weighed(after, share)
        self.shortcut = shortcut

    def forward(self, x):
        kept = x
        y = self.active(self.norm(self.look(x)))
        y = self.weighed(y)
        if self.shortcut is not None:
            kept = self.shortcut(x)
        y += kept
        return self.active(y)

class Net(nn.Module):
    def __init__(self, kinds=10):
        super().__init__()
        self.first = UnitBlock(3, 16, 1, nn.Conv2d(3, 16, 1))
        self.second = UnitBlock(16, 16)
        self.score = nn.Linear(16, kinds)

    def forward(self, x):
        x = self.second(self.first(x))
        return self.score(x.mean((2, 3)))

net = Net()
net(torch.zeros(1, 3, 16, 16))
"""
GATE = """
class GateBlock(nn.Module):
    def __init__(self,deep,side,few):
        super(GateBlock,self).__init__()
        self.of_deep = nn.Sequential(
            nn.Conv2d(deep, few, kernel_size=1,stride=1,padding=0,bias=True),
            nn.BatchNorm2d(few)
            )
        self.of_side = nn.Sequential(
            nn.Conv2d(side, few, kernel_size=1,stride=1,padding=0,bias=True),
            nn.BatchNorm2d(few)
        )
        self.share = nn.Sequential(
            nn.Conv2d(few, 1, kernel_size=1,stride=1,padding=0,bias=True),
            nn.BatchNorm2d(1),
            nn.Sigmoid()
        )
        self.active = nn.ReLU(inplace=True)

    def forward(self,deep,side):
        share = self.active(self.of_deep(deep)+self.of_side(side))
        share = self.share(share)
        return side*share

class ThereBlock(nn.Module):
    def __init__(self, before, after):
        super().__init__()
        self.look = nn.Conv2d(before, after, kernel_size=3, padding=1)
        self.largest = nn.MaxPool2d((2, 2))
    def forward(self, picture):
        full = F.relu(self.look(picture))
        small = self.largest(full)
        return full, small

class Net(nn.Module):
    def __init__(self,colours=3,kinds=1):
        super(Net,self).__init__()
        self.there1 = ThereBlock(colours, 8)
        self.there2 = ThereBlock(8, 16)
        self.deepest = nn.Conv2d(16, 16, 3, padding=1)
        self.larger = nn.Upsample(scale_factor=2)
        self.gate = GateBlock(deep=16,side=16,few=8)
        self.back = nn.Conv2d(32, 8, 3, padding=1)
        self.score = nn.Conv2d(8,kinds,kernel_size=1,stride=1,padding=0)
    def forward(self,x):
        full, x = self.there1(x)
        half, x = self.there2(x)
        x = self.larger(self.deepest(x))
        half = self.gate(deep=x,side=half)
        x = self.back(torch.cat((half,x),dim=1))
        return self.score(x)

net = Net()
net(torch.zeros(1, 3, 20, 16))
"""
WRITTEN_OUT = """
class Swish(nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(x)
class Mish(nn.Module):
    def forward(self, x):
        return x * torch.tanh(F.softplus(x))
class HardSigmoid(nn.Module):
    def __init__(self):
        super().__init__()
        self.six = nn.ReLU6(inplace=True)
    def forward(self, x):
        return self.six(x + 3) / 6
class HardSwish(nn.Module):
    def forward(self, x):
        return x * F.relu6(x + 3, inplace=True) / 6
class HardSwishOfTwo(nn.Module):
    def __init__(self):
        super().__init__()
        self.share = HardSigmoid()
    def forward(self, x):
        return x * self.share(x)
class Scaled(nn.Module):
    def __init__(self, scale=1.0):
        super().__init__()
        self.c, self.scale = nn.Conv2d(8, 8, 3, padding=1), scale
    def forward(self, x):
        return x + self.c(x) * self.scale
net = nn.Sequential(nn.Conv2d(3, 8, 3), Swish(), nn.Conv2d(8, 8, 3), Mish(), nn.Conv2d(8, 8, 1),
                    HardSwish(), nn.Conv2d(8, 8, 1), HardSigmoid(), nn.Conv2d(8, 8, 1),
                    HardSwishOfTwo(), Scaled(), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
                    nn.Linear(8, 2))
net(torch.zeros(1, 3, 9, 9))
"""
DENOISED = """
class Clean(nn.Module):
    def __init__(self, depth=4, width=8, colours=1):
        super(Clean, self).__init__()
        steps = [nn.Conv2d(colours, width, kernel_size=3, padding=1, bias=True),
                 nn.ReLU(inplace=True)]
        for _ in range(depth-2):
            steps.append(nn.Conv2d(width, width, 3, padding=1, bias=False))
            steps.append(nn.BatchNorm2d(width, eps=0.0001, momentum = 0.95))
            steps.append(nn.ReLU(inplace=True))
        steps.append(nn.Conv2d(width, colours, 3, padding=1, bias=False))
        self.noise = nn.Sequential(*steps)
    def forward(self, x):
        picture = x
        noise = self.noise(x)
        return picture-noise
net = Clean()
net(torch.zeros(1, 1, 12, 13))
"""
SEVERAL = """
class Two(nn.Module):
    def __init__(self):
        super(Two, self).__init__()
        self.maps = nn.Sequential(nn.Conv2d(1, 16, 5, 1, 2), nn.ReLU(), nn.MaxPool2d(2))
        self.scores = nn.Linear(16 * 14 * 14, 10)
        self.value = nn.Linear(16 * 14 * 14, 1)
    def forward(self, x):
        x = self.maps(x)
        x = x.view(x.size(0), -1)
        output = self.scores(x)
        return RETURNED
both = Two()
net = both
both(torch.zeros(1, 1, 28, 28))
"""
WEIGHED: dict[str, str] = {
    f"squeeze and excitation, {laid_out} and {way}": HEAD
    + EXCITED.replace("LAID_OUT", laid_out).replace("WEIGHED", way)
    for laid_out, way in (
        (".view(b, c, 1, 1)", "x * y.expand_as(x)"),
        (".reshape(x.shape[0], -1, 1, 1)", "y * x"),
        ("[:, :, None, None]", "torch.mul(x, y)"),
        (".unsqueeze(2).unsqueeze(-1)", "x.mul_(y.expand(-1, -1, *x.shape[2:]))"),
    )
} | {
    "a gated U-Net whose blocks return two": HEAD + GATE,
    "activations written out": HEAD + WRITTEN_OUT,
    "a picture without its noise": HEAD + DENOISED,
}  # fmt: skip
RETURNS: dict[str, str] = {
    returned: HEAD + SEVERAL.replace("RETURNED", returned)
    for returned in ("output, x", "(output, self.value(x))", "[output]",
                     "{'scores': output, 'value': self.value(x)}")
}  # fmt: skip

CROPPED = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(1, 4, 3)
        self.b = nn.Sequential(nn.MaxPool2d(2), nn.Conv2d(4, 8, 3),
                               nn.ConvTranspose2d(8, 4, 3, stride=2, padding=1, output_padding=1))
        self.c = nn.Conv2d(8, 2, 1)
    def together(self, small, large, is_cut=False):
        if is_cut:
            rim = (large.size()[2] - small.size()[2]) // 2
            large = F.pad(large, (-rim, -rim, -rim, -rim))
        return torch.cat((small, large), 1)
    def forward(self, x):
        a = self.a(x)
        return self.c(self.together(self.b(a), a, is_cut=True))
net = Net()
net(torch.zeros(1, 1, 20, 20))
"""
LIGHTNING = """
import pytorch_lightning as pl
class Lit(pl.LightningModule):
    def __init__(self):
        super().__init__()
        self.c = nn.Conv2d(1, 4, 3)
        self.accuracy = torchmetrics.Accuracy(task="multiclass", num_classes=10)
    def forward(self, x):
        return torch.relu(self.c(x))
    def training_step(self, batch, batch_idx):
        return F.nll_loss(self(batch[0]), batch[1])
trainer = pl.Trainer(max_epochs=3)
trainer.fit(Lit(), train_loader)
"""
WEIGHED["a U-Net that crops by a negative padding"] = HEAD + CROPPED
