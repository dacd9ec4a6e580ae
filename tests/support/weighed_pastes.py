"""Pasted networks whose paths are multiplied or subtracted, or whose forward returns more."""

from __future__ import annotations

HEAD = "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n"
EXCITED = """
class SELayer(nn.Module):
    def __init__(self, channel, reduction=16):
        super(SELayer, self).__init__()
        self.avg_pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Sequential(
            nn.Linear(channel, channel // reduction, bias=False),
            nn.ReLU(inplace=True),
            nn.Linear(channel // reduction, channel, bias=False),
            nn.Sigmoid()
        )

    def forward(self, x):
        b, c, _, _ = x.size()
        y = self.avg_pool(x).view(b, c)
        y = self.fc(y)LAID_OUT
        return WEIGHED

class SEBasicBlock(nn.Module):
    def __init__(self, inplanes, planes, stride=1, downsample=None, *, reduction=8):
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.relu = nn.ReLU(inplace=True)
        self.se = SELayer(planes, reduction)
        self.downsample = downsample

    def forward(self, x):
        residual = x
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.se(out)
        if self.downsample is not None:
            residual = self.downsample(x)
        out += residual
        return self.relu(out)

class SENet(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.layer1 = SEBasicBlock(3, 16, 1, nn.Conv2d(3, 16, 1))
        self.layer2 = SEBasicBlock(16, 16)
        self.fc = nn.Linear(16, num_classes)

    def forward(self, x):
        x = self.layer2(self.layer1(x))
        return self.fc(x.mean((2, 3)))

net = SENet()
net(torch.zeros(1, 3, 16, 16))
"""
GATE = """
class Attention_block(nn.Module):
    def __init__(self,F_g,F_l,F_int):
        super(Attention_block,self).__init__()
        self.W_g = nn.Sequential(
            nn.Conv2d(F_g, F_int, kernel_size=1,stride=1,padding=0,bias=True),
            nn.BatchNorm2d(F_int)
            )
        self.W_x = nn.Sequential(
            nn.Conv2d(F_l, F_int, kernel_size=1,stride=1,padding=0,bias=True),
            nn.BatchNorm2d(F_int)
        )
        self.psi = nn.Sequential(
            nn.Conv2d(F_int, 1, kernel_size=1,stride=1,padding=0,bias=True),
            nn.BatchNorm2d(1),
            nn.Sigmoid()
        )
        self.relu = nn.ReLU(inplace=True)

    def forward(self,g,x):
        g1 = self.W_g(g)
        x1 = self.W_x(x)
        psi = self.relu(g1+x1)
        psi = self.psi(psi)
        return x*psi

class encoder_block(nn.Module):
    def __init__(self, in_c, out_c):
        super().__init__()
        self.conv = nn.Conv2d(in_c, out_c, kernel_size=3, padding=1)
        self.pool = nn.MaxPool2d((2, 2))
    def forward(self, inputs):
        x = F.relu(self.conv(inputs))
        p = self.pool(x)
        return x, p

class AttU_Net(nn.Module):
    def __init__(self,img_ch=3,output_ch=1):
        super(AttU_Net,self).__init__()
        self.e1 = encoder_block(img_ch, 8)
        self.e2 = encoder_block(8, 16)
        self.b = nn.Conv2d(16, 16, 3, padding=1)
        self.up = nn.Upsample(scale_factor=2)
        self.Att = Attention_block(F_g=16,F_l=16,F_int=8)
        self.d = nn.Conv2d(32, 8, 3, padding=1)
        self.out = nn.Conv2d(8,output_ch,kernel_size=1,stride=1,padding=0)
    def forward(self,x):
        s1, p1 = self.e1(x)
        s2, p2 = self.e2(p1)
        d2 = self.up(self.b(p2))
        s2 = self.Att(g=d2,x=s2)
        d2 = self.d(torch.cat((s2,d2),dim=1))
        return self.out(d2)

net = AttU_Net()
net(torch.zeros(1, 3, 20, 16))
"""
WRITTEN_OUT = """
class Swish(nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(x)
class Mish(nn.Module):
    def forward(self, x):
        return x * torch.tanh(F.softplus(x))
class hsigmoid(nn.Module):
    def __init__(self):
        super().__init__()
        self.relu = nn.ReLU6(inplace=True)
    def forward(self, x):
        return self.relu(x + 3) / 6
class hswish(nn.Module):
    def forward(self, x):
        return x * F.relu6(x + 3, inplace=True) / 6
class h_swish(nn.Module):
    def __init__(self):
        super().__init__()
        self.sigmoid = hsigmoid()
    def forward(self, x):
        return x * self.sigmoid(x)
class Scaled(nn.Module):
    def __init__(self, scale=1.0):
        super().__init__()
        self.c, self.scale = nn.Conv2d(8, 8, 3, padding=1), scale
    def forward(self, x):
        return x + self.c(x) * self.scale
net = nn.Sequential(nn.Conv2d(3, 8, 3), Swish(), nn.Conv2d(8, 8, 3), Mish(), nn.Conv2d(8, 8, 1),
                    hswish(), nn.Conv2d(8, 8, 1), hsigmoid(), nn.Conv2d(8, 8, 1), h_swish(),
                    Scaled(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 2))
net(torch.zeros(1, 3, 9, 9))
"""
DENOISED = """
class DnCNN(nn.Module):
    def __init__(self, depth=4, n_channels=8, image_channels=1):
        super(DnCNN, self).__init__()
        layers = [nn.Conv2d(image_channels, n_channels, kernel_size=3, padding=1, bias=True),
                  nn.ReLU(inplace=True)]
        for _ in range(depth-2):
            layers.append(nn.Conv2d(n_channels, n_channels, 3, padding=1, bias=False))
            layers.append(nn.BatchNorm2d(n_channels, eps=0.0001, momentum = 0.95))
            layers.append(nn.ReLU(inplace=True))
        layers.append(nn.Conv2d(n_channels, image_channels, 3, padding=1, bias=False))
        self.dncnn = nn.Sequential(*layers)
    def forward(self, x):
        y = x
        out = self.dncnn(x)
        return y-out
net = DnCNN()
net(torch.zeros(1, 1, 12, 13))
"""
SEVERAL = """
class CNN(nn.Module):
    def __init__(self):
        super(CNN, self).__init__()
        self.conv1 = nn.Sequential(nn.Conv2d(1, 16, 5, 1, 2), nn.ReLU(), nn.MaxPool2d(2))
        self.out = nn.Linear(16 * 14 * 14, 10)
        self.value = nn.Linear(16 * 14 * 14, 1)
    def forward(self, x):
        x = self.conv1(x)
        x = x.view(x.size(0), -1)
        output = self.out(x)
        return RETURNED
cnn = CNN()
net = cnn
cnn(torch.zeros(1, 1, 28, 28))
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
class UNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(1, 4, 3)
        self.b = nn.Sequential(nn.MaxPool2d(2), nn.Conv2d(4, 8, 3),
                               nn.ConvTranspose2d(8, 4, 3, stride=2, padding=1, output_padding=1))
        self.c = nn.Conv2d(8, 2, 1)
    def crop_and_concat(self, upsampled, bypass, crop=False):
        if crop:
            c = (bypass.size()[2] - upsampled.size()[2]) // 2
            bypass = F.pad(bypass, (-c, -c, -c, -c))
        return torch.cat((upsampled, bypass), 1)
    def forward(self, x):
        a = self.a(x)
        return self.c(self.crop_and_concat(self.b(a), a, crop=True))
net = UNet()
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
