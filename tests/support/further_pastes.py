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
class Generator(nn.Module):
    def __init__(self, nz=100, ngf=16, nc=3):
        super().__init__()
        self.fc = nn.Linear(nz, ngf * 8 * 4 * 4)
        self.main = nn.Sequential(
            nn.BatchNorm2d(ngf * 8), nn.ReLU(True),
            nn.ConvTranspose2d(ngf * 8, ngf * 4, 4, 2, 1, bias=False), nn.BatchNorm2d(ngf * 4),
                nn.ReLU(True),
            nn.ConvTranspose2d(ngf * 4, nc, 4, 2, 1, bias=False), nn.Tanh())
    def forward(self, z):
        x = self.fc(z)
        x = x.view(-1, 128, 4, 4)
        return self.main(x)
G = Generator()
""",
    "an autoencoder with Unflatten": HEAD
    + """
class AE(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Conv2d(1, 8, 3, stride=2, padding=1), nn.ReLU(True),
            nn.Conv2d(8, 16, 3, stride=2, padding=1), nn.BatchNorm2d(16), nn.ReLU(True),
            nn.Conv2d(16, 32, 3, stride=2, padding=0), nn.ReLU(True),
            nn.Flatten(start_dim=1), nn.Linear(3 * 3 * 32, 128), nn.ReLU(True), nn.Linear(128, 4))
        self.decoder = nn.Sequential(
            nn.Linear(4, 128), nn.ReLU(True), nn.Linear(128, 3 * 3 * 32), nn.ReLU(True),
            nn.Unflatten(dim=1, unflattened_size=(32, 3, 3)),
            nn.ConvTranspose2d(32, 16, 3, stride=2, output_padding=0), nn.BatchNorm2d(16),
                nn.ReLU(True),
            nn.ConvTranspose2d(16, 8, 3, stride=2, padding=1, output_padding=1),
                nn.BatchNorm2d(8), nn.ReLU(True),
            nn.ConvTranspose2d(8, 1, 3, stride=2, padding=1, output_padding=1), nn.Sigmoid())
    def forward(self, x):
        return self.decoder(self.encoder(x))
""",
    "ESPCN": HEAD
    + """
class ESPCN(nn.Module):
    def __init__(self, upscale_factor=3):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 64, 5, padding=2)
        self.conv4 = nn.Conv2d(64, upscale_factor ** 2, 3, padding=1)
        self.pixel_shuffle = nn.PixelShuffle(upscale_factor)
    def forward(self, x):
        x = torch.tanh(self.conv1(x))
        return torch.sigmoid(self.pixel_shuffle(self.conv4(x)))
""",
    "lazy layers": HEAD
    + """
net = nn.Sequential(
    nn.LazyConv2d(6, kernel_size=5, padding=2), nn.Sigmoid(), nn.AvgPool2d(kernel_size=2,
        stride=2),
    nn.LazyConv2d(16, kernel_size=5), nn.Sigmoid(), nn.AvgPool2d(kernel_size=2, stride=2),
    nn.Flatten(), nn.LazyLinear(120), nn.Sigmoid(), nn.LazyLinear(84), nn.Sigmoid(),
        nn.LazyLinear(10))
X = torch.rand(size=(1, 1, 28, 28), dtype=torch.float32)
net(X)
""",
    "a size that a method finds": HEAD
    + """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, 5)
        self.conv2 = nn.Conv2d(32, 64, 5)
        self.conv3 = nn.Conv2d(64, 128, 5)
        x = torch.randn(50,50).view(-1,1,50,50)
        self._to_linear = None
        self.convs(x)
        self.fc1 = nn.Linear(self._to_linear, 512)
        self.fc2 = nn.Linear(512, 2)
    def convs(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), (2,2))
        x = F.max_pool2d(F.relu(self.conv2(x)), (2,2))
        x = F.max_pool2d(F.relu(self.conv3(x)), (2,2))
        if self._to_linear is None:
            self._to_linear = x[0].shape[0]*x[0].shape[1]*x[0].shape[2]
        return x
    def forward(self, x):
        x = self.convs(x)
        x = x.view(-1, self._to_linear)
        x = F.relu(self.fc1(x))
        x = self.fc2(x)
        return F.softmax(x, dim=1)
net = Net()
""",
    "a size found by numel": HEAD
    + """
class Net(nn.Module):
    def __init__(self, in_shape=(1, 28, 28)):
        super().__init__()
        self.convs = nn.Sequential(nn.Conv2d(1, 8, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8,
            16, 3, padding='valid'), nn.ReLU(), nn.AdaptiveAvgPool2d((3, 4)))
        with torch.no_grad():
            self._to_linear = self.convs(torch.zeros(1, *in_shape)).view(1, -1).size(1)
        self.head = nn.Linear(self._to_linear, 10)
    def forward(self, x):
        return self.head(self.convs(x).flatten(1))
""",
    "a size found by a trial pass": HEAD
    + """
import numpy as np
from torch.autograd import Variable
class Net(nn.Module):
    def __init__(self, input_shape=(3, 64, 48)):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 32, 3)
        self.conv2 = nn.Conv2d(32, 32, 3, stride=2)
        n_size = self._get_conv_output(input_shape)
        self.fc1 = nn.Linear(n_size, 64)
        self.fc2 = nn.Linear(64, 2)
    def _get_conv_output(self, shape):
        bs = 1
        input = Variable(torch.rand(bs, *shape))
        output_feat = self._forward_features(input)
        n_size = output_feat.data.view(bs, -1).size(1)
        return n_size
    def _forward_features(self, x):
        x = F.relu(F.max_pool2d(self.conv1(x), 2, 2))
        x = F.relu(F.max_pool2d(self.conv2(x), 2, 2))
        return x
    def forward(self, x):
        x = self._forward_features(x)
        x = x.view(x.size(0), -1)
        return self.fc2(F.relu(self.fc1(x)))
""",
    "norms and rearrangements": HEAD
    + """
net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.LayerNorm([8, 30, 30]), nn.SELU(),
    nn.Upsample(scale_factor=2), nn.UpsamplingBilinear2d(scale_factor=2), nn.PixelUnshuffle(2),
        nn.Softmax2d(), nn.ConstantPad2d(1, 0))
""",
    "AlexNet's norm": HEAD
    + """
net = nn.Sequential(nn.Conv2d(3, 96, 11, 4), nn.ReLU(), nn.LocalResponseNorm(5, alpha=0.0001,
    beta=0.75, k=2), nn.MaxPool2d(3, 2), nn.AdaptiveMaxPool2d(1), nn.Flatten(),
        nn.LayerNorm(96), nn.Linear(96, 10))
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
class SEBlock(nn.Module):
    def __init__(self, c, r=4):
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Sequential(nn.Linear(c, c // r, bias=False), nn.ReLU(inplace=True),
            nn.Linear(c // r, c, bias=False), nn.Sigmoid())
    def forward(self, x):
        b, c, _, _ = x.shape
        w = self.pool(x).view(b, c)
        w = self.fc(w).view(b, c, 1, 1)
        return x * w
class SEBasic(nn.Module):
    def __init__(self, i, o, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(i, o, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(o)
        self.conv2 = nn.Conv2d(o, o, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(o)
        self.se = SEBlock(o)
        self.down = nn.Sequential()
        if stride != 1 or i != o:
            self.down = nn.Sequential(nn.Conv2d(i, o, 1, stride, bias=False), nn.BatchNorm2d(o))
    def forward(self, x):
        out = F.relu(self.bn1(self.conv1(x)))
        out = self.se(self.bn2(self.conv2(out)))
        out += self.down(x)
        return F.relu(out)
class SEResNet(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, 1, 1), nn.BatchNorm2d(8), nn.ReLU())
        self.layer1 = SEBasic(8, 8)
        self.layer2 = SEBasic(8, 16, 2)
        self.fc = nn.Linear(16, num_classes)
    def forward(self, x):
        x = self.layer2(self.layer1(self.stem(x)))
        return self.fc(F.adaptive_avg_pool2d(x, 1).flatten(1))
""",
    "paths that join in a block": HEAD
    + """
class IncRes(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.b0 = nn.Conv2d(c, 8, 1)
        self.b1 = nn.Sequential(nn.Conv2d(c, 8, 1), nn.ReLU(), nn.Conv2d(8, 8, 3, padding=1))
        self.up = nn.Conv2d(16, c, 1)
    def forward(self, x):
        m = torch.cat((self.b0(x), self.b1(x)), 1)
        return F.relu(x + self.up(m))
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 3, stride=2)
        self.blocks = nn.Sequential(*[IncRes(16) for _ in range(3)])
        self.head = nn.Sequential(nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten(), nn.Dropout(0.2),
            nn.Linear(16, 5))
    def forward(self, x):
        return self.head(self.blocks(self.stem(x)))
""",
    "SPPF, where each pooling reads the one before": HEAD
    + """
class ConvBNAct(nn.Sequential):
    def __init__(self, c1, c2, k=1, s=1, p=None, g=1, act=True):
        super().__init__(nn.Conv2d(c1, c2, k, s, k // 2 if p is None else p, groups=g,
            bias=False), nn.BatchNorm2d(c2, eps=1e-3, momentum=0.03),
                nn.SiLU() if act is True else nn.Identity())
class C2f(nn.Module):
    def __init__(self, c1, c2, n=1):
        super().__init__()
        self.cv1 = ConvBNAct(c1, c2, 1)
        self.cv2 = ConvBNAct(c1, c2, 1)
        self.m = nn.Sequential(*(ConvBNAct(c2, c2, 3) for _ in range(n)))
        self.cv3 = ConvBNAct(2 * c2, c2, 1)
    def forward(self, x):
        return self.cv3(torch.cat((self.m(self.cv1(x)), self.cv2(x)), dim=1))
class SPPF(nn.Module):
    def __init__(self, c, k=5):
        super().__init__()
        self.m = nn.MaxPool2d(kernel_size=k, stride=1, padding=k // 2)
        self.cv = ConvBNAct(c * 4, c)
    def forward(self, x):
        y = [x]
        y.extend(self.m(y[-1]) for _ in range(3))
        return self.cv(torch.cat(y, 1))
net = nn.Sequential(ConvBNAct(3, 16, 3, 2), C2f(16, 16, 2), SPPF(16))
""",
    "a GAN's generator with Linear layers": HEAD
    + """
class Generator(nn.Module):
    def __init__(self, latent=62):
        super().__init__()
        self.init_size = 32 // 4
        self.l1 = nn.Sequential(nn.Linear(latent, 128 * self.init_size ** 2))
        self.conv_blocks = nn.Sequential(
            nn.BatchNorm2d(128), nn.Upsample(scale_factor=2), nn.Conv2d(128, 128, 3, stride=1,
                padding=1), nn.BatchNorm2d(128, 0.8), nn.LeakyReLU(0.2, inplace=True),
            nn.Upsample(scale_factor=2), nn.Conv2d(128, 64, 3, stride=1, padding=1),
                nn.BatchNorm2d(64, 0.8), nn.LeakyReLU(0.2, inplace=True), nn.Conv2d(64, 1, 3,
                    stride=1, padding=1), nn.Tanh())
    def forward(self, z):
        out = self.l1(z)
        out = out.view(out.shape[0], 128, self.init_size, self.init_size)
        return self.conv_blocks(out)
""",
    "pix2pix": HEAD
    + """
class UNetDown(nn.Module):
    def __init__(self, in_size, out_size, normalize=True, dropout=0.0):
        super(UNetDown, self).__init__()
        layers = [nn.Conv2d(in_size, out_size, 4, 2, 1, bias=False)]
        if normalize:
            layers.append(nn.InstanceNorm2d(out_size))
        layers.append(nn.LeakyReLU(0.2))
        if dropout:
            layers.append(nn.Dropout(dropout))
        self.model = nn.Sequential(*layers)
    def forward(self, x):
        return self.model(x)
class UNetUp(nn.Module):
    def __init__(self, in_size, out_size, dropout=0.0):
        super(UNetUp, self).__init__()
        layers = [nn.ConvTranspose2d(in_size, out_size, 4, 2, 1, bias=False),
            nn.InstanceNorm2d(out_size), nn.ReLU(inplace=True)]
        if dropout:
            layers.append(nn.Dropout(dropout))
        self.model = nn.Sequential(*layers)
    def forward(self, x, skip_input):
        x = self.model(x)
        x = torch.cat((x, skip_input), 1)
        return x
class GeneratorUNet(nn.Module):
    def __init__(self, in_channels=3, out_channels=3):
        super(GeneratorUNet, self).__init__()
        self.down1 = UNetDown(in_channels, 8, normalize=False)
        self.down2 = UNetDown(8, 16)
        self.down3 = UNetDown(16, 32, dropout=0.5)
        self.up1 = UNetUp(32, 16, dropout=0.5)
        self.up2 = UNetUp(32, 8)
        self.final = nn.Sequential(nn.Upsample(scale_factor=2), nn.ZeroPad2d((1, 0, 1, 0)),
            nn.Conv2d(16, out_channels, 4, padding=1), nn.Tanh())
    def forward(self, x):
        d1 = self.down1(x)
        d2 = self.down2(d1)
        d3 = self.down3(d2)
        u1 = self.up1(d3, d2)
        u2 = self.up2(u1, d1)
        return self.final(u2)
""",
    "a window as wide as the map": HEAD
    + """
class Bottleneck(nn.Module):
    expansion = 4
    def __init__(self, in_planes, planes, stride=1):
        super(Bottleneck, self).__init__()
        self.conv1 = nn.Conv2d(in_planes, planes, kernel_size=1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, kernel_size=3, stride=stride, padding=1,
            bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.conv3 = nn.Conv2d(planes, self.expansion * planes, kernel_size=1, bias=False)
        self.bn3 = nn.BatchNorm2d(self.expansion * planes)
        self.shortcut = nn.Sequential()
        if stride != 1 or in_planes != self.expansion * planes:
            self.shortcut = nn.Sequential(nn.Conv2d(in_planes, self.expansion * planes,
                kernel_size=1, stride=stride, bias=False),
                    nn.BatchNorm2d(self.expansion * planes))
    def forward(self, x):
        out = F.relu(self.bn1(self.conv1(x)))
        out = F.relu(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        out += self.shortcut(x)
        out = F.relu(out)
        return out
class ResNet(nn.Module):
    def __init__(self, block, num_blocks, num_classes=10):
        super(ResNet, self).__init__()
        self.in_planes = 8
        self.conv1 = nn.Conv2d(3, 8, kernel_size=3, stride=1, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(8)
        self.layer1 = self._make_layer(block, 8, num_blocks[0], stride=1)
        self.layer2 = self._make_layer(block, 16, num_blocks[1], stride=2)
        self.linear = nn.Linear(16 * block.expansion, num_classes)
    def _make_layer(self, block, planes, num_blocks, stride):
        strides = [stride] + [1] * (num_blocks - 1)
        layers = []
        for stride in strides:
            layers.append(block(self.in_planes, planes, stride))
            self.in_planes = planes * block.expansion
        return nn.Sequential(*layers)
    def forward(self, x):
        out = F.relu(self.bn1(self.conv1(x)))
        out = self.layer1(out)
        out = self.layer2(out)
        out = F.avg_pool2d(out, out.size(3))
        out = out.view(out.size(0), -1)
        return self.linear(out)
def ResNet50():
    return ResNet(Bottleneck, [2, 2])
net = ResNet50()
""",
}

# The numbers of the picture are changed before any layer reads it.
PREPARED = {
    "a division": HEAD
    + """
import numpy as np
class DQN(nn.Module):
    def __init__(self, input_shape, n_actions):
        super(DQN, self).__init__()
        self.conv = nn.Sequential(
            nn.Conv2d(input_shape[0], 32, kernel_size=8, stride=4), nn.ReLU(),
            nn.Conv2d(32, 64, kernel_size=4, stride=2), nn.ReLU(),
            nn.Conv2d(64, 64, kernel_size=3, stride=1), nn.ReLU())
        conv_out_size = self._get_conv_out(input_shape)
        self.fc = nn.Sequential(nn.Linear(conv_out_size, 512), nn.ReLU(), nn.Linear(512,
            n_actions))
    def _get_conv_out(self, shape):
        o = self.conv(torch.zeros(1, *shape))
        return int(np.prod(o.size()))
    def forward(self, x):
        fx = x.float() / 256
        conv_out = self.conv(fx).view(fx.size()[0], -1)
        return self.fc(conv_out)
net = DQN((4, 84, 84), 6)
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
class VAE(nn.Module):
    def __init__(self, latent_dim: int = 20) -> None:
        super().__init__()
        self.enc1 = nn.Conv2d(1, 16, 3, stride=2, padding=1)   # 14x14
        self.enc2 = nn.Conv2d(16, 32, 3, stride=2, padding=1)  # 7x7
        self.fc_mu = nn.Linear(32 * 7 * 7, latent_dim)
        self.fc_logvar = nn.Linear(32 * 7 * 7, latent_dim)
        self.fc_dec = nn.Linear(latent_dim, 32 * 7 * 7)
        self.dec1 = nn.ConvTranspose2d(32, 16, 4, stride=2, padding=1)
        self.dec2 = nn.ConvTranspose2d(16, 1, 4, stride=2, padding=1)
    def encode(self, x):
        h = F.relu(self.enc2(F.relu(self.enc1(x))))
        h = h.view(h.size(0), -1)
        return self.fc_mu(h), self.fc_logvar(h)
    def reparameterize(self, mu, logvar):
        std = torch.exp(0.5 * logvar)
        eps = torch.randn_like(std)
        return mu + eps * std
    def decode(self, z):
        h = F.relu(self.fc_dec(z)).view(-1, 32, 7, 7)
        h = F.relu(self.dec1(h))
        return torch.sigmoid(self.dec2(h))
    def forward(self, x):
        mu, logvar = self.encode(x)
        z = self.reparameterize(mu, logvar)
        return self.decode(z), mu, logvar
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
class Extractor(nn.Module):
    def __init__(self):
        super(Extractor, self).__init__()
        resnet = models.resnet34(weights=None)
        modules = list(resnet.children())[:-1]
        self.resnet = nn.Sequential(*modules)
        self.fc = nn.Linear(resnet.fc.in_features, 128)
    def forward(self, images):
        with torch.no_grad():
            features = self.resnet(images)
        features = features.reshape(features.size(0), -1)
        return self.fc(features)
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
TUTORIAL = (
    HEAD
    + """
import torchvision
from torchvision import datasets, models, transforms
model_conv = torchvision.models.resnet18(weights='IMAGENET1K_V1')
for param in model_conv.parameters():
    param.requires_grad = False
num_ftrs = model_conv.fc.in_features
model_conv.fc = nn.Linear(num_ftrs, 2)
device = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")
model_conv = model_conv.to(device)
criterion = nn.CrossEntropyLoss()
optimizer_conv = torch.optim.SGD(model_conv.fc.parameters(), lr=0.001, momentum=0.9)
"""
)
