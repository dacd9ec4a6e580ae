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
