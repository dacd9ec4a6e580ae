"""Networks whose paths join, as students and engineers write them; each is `net`, called on a batch."""

from __future__ import annotations

# ruff: noqa: E501 - as they were pasted

MORE: dict[str, str] = {
    "a U-Net that crops by slices": """import torch
import torch.nn as nn
import torch.nn.functional as F

class UNet(nn.Module):
    def __init__(self, n_class=2):
        super().__init__()
        self.e1 = nn.Conv2d(1, 8, 3)
        self.e2 = nn.Conv2d(8, 16, 3)
        self.pool = nn.MaxPool2d(2)
        self.up = nn.ConvTranspose2d(16, 8, 2, stride=2)
        self.d1 = nn.Conv2d(16, 8, 3)
        self.out = nn.Conv2d(8, n_class, 1)

    def crop(self, enc, dec):
        dh = (enc.size(2) - dec.size(2)) // 2
        dw = (enc.size(3) - dec.size(3)) // 2
        return enc[:, :, dh:dh + dec.size(2), dw:dw + dec.size(3)]

    def forward(self, x):
        x1 = F.relu(self.e1(x))
        x2 = F.relu(self.e2(self.pool(x1)))
        y = self.up(x2)
        y = torch.cat([self.crop(x1, y), y], dim=1)
        return self.out(F.relu(self.d1(y)))

net = UNet()
net(torch.zeros(1, 1, 36, 40))
""",
    "a crop by CenterCrop": """import torch
import torch.nn as nn
import torch.nn.functional as F

import torchvision
class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(1, 4, 5)
        self.b = nn.Conv2d(4, 4, 5)
        self.c = nn.Conv2d(8, 2, 1)
    def crop(self, enc_ftrs, x):
        _, _, H, W = x.shape
        enc_ftrs = torchvision.transforms.CenterCrop([H, W])(enc_ftrs)
        return enc_ftrs
    def forward(self, x):
        a = self.a(x)
        b = self.b(a)
        return self.c(torch.cat([b, self.crop(a, b)], dim=1))
net = Decoder()
net(torch.zeros(1, 1, 20, 20))
""",
    "a crop by center_crop": """import torch
import torch.nn as nn
import torch.nn.functional as F

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
    "Inception inside a residual block": """import torch
import torch.nn as nn
import torch.nn.functional as F

class Block(nn.Module):
    def __init__(self, ch):
        super().__init__()
        self.b0 = nn.Conv2d(ch, 8, 1)
        self.b1 = nn.Sequential(nn.Conv2d(ch, 8, 1), nn.ReLU(), nn.Conv2d(8, 8, 3, padding=1))
        self.mix = nn.Conv2d(16, ch, 1)
        self.relu = nn.ReLU(inplace=False)
    def forward(self, x):
        x0 = self.b0(x)
        x1 = self.b1(x)
        out = torch.cat((x0, x1), 1)
        out = self.mix(out)
        out = out + x
        return self.relu(out)
net = nn.Sequential(nn.Conv2d(3, 12, 3), Block(12), Block(12))
net(torch.zeros(1, 3, 20, 20))
""",
    "Inception with typed blocks": """import torch
import torch.nn as nn
import torch.nn.functional as F

from typing import Any, Callable, List, Optional, Tuple
class BasicConv2d(nn.Module):
    def __init__(self, in_channels: int, out_channels: int, **kwargs: Any) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, bias=False, **kwargs)
        self.bn = nn.BatchNorm2d(out_channels, eps=0.001)
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.conv(x)
        x = self.bn(x)
        return F.relu(x, inplace=True)

class InceptionA(nn.Module):
    def __init__(self, in_channels: int, pool_features: int, conv_block: Optional[Callable[..., nn.Module]] = None) -> None:
        super().__init__()
        if conv_block is None:
            conv_block = BasicConv2d
        self.branch1x1 = conv_block(in_channels, 8, kernel_size=1)
        self.branch5x5_1 = conv_block(in_channels, 6, kernel_size=1)
        self.branch5x5_2 = conv_block(6, 8, kernel_size=5, padding=2)
        self.branch_pool = conv_block(in_channels, pool_features, kernel_size=1)
    def _forward(self, x: torch.Tensor) -> List[torch.Tensor]:
        branch1x1 = self.branch1x1(x)
        branch5x5 = self.branch5x5_1(x)
        branch5x5 = self.branch5x5_2(branch5x5)
        branch_pool = F.avg_pool2d(x, kernel_size=3, stride=1, padding=1)
        branch_pool = self.branch_pool(branch_pool)
        outputs = [branch1x1, branch5x5, branch_pool]
        return outputs
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        outputs = self._forward(x)
        return torch.cat(outputs, 1)

class Inception3(nn.Module):
    def __init__(self, num_classes: int = 10, aux_logits: bool = True, transform_input: bool = False, dropout: float = 0.5) -> None:
        super().__init__()
        self.aux_logits = aux_logits
        self.transform_input = transform_input
        self.Conv2d_1a_3x3 = BasicConv2d(3, 8, kernel_size=3, stride=2)
        self.Mixed_5b = InceptionA(8, pool_features=4)
        self.AuxLogits: Optional[nn.Module] = None
        if aux_logits:
            self.AuxLogits = nn.Linear(3, 3)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.dropout = nn.Dropout(p=dropout)
        self.fc = nn.Linear(20, num_classes)
    def _transform_input(self, x: torch.Tensor) -> torch.Tensor:
        if self.transform_input:
            x_ch0 = torch.unsqueeze(x[:, 0], 1) * (0.229 / 0.5) + (0.485 - 0.5) / 0.5
            x = torch.cat((x_ch0, x_ch0, x_ch0), 1)
        return x
    def _forward(self, x: torch.Tensor) -> Tuple[torch.Tensor, Optional[torch.Tensor]]:
        x = self.Conv2d_1a_3x3(x)
        x = self.Mixed_5b(x)
        x = self.avgpool(x)
        x = self.dropout(x)
        x = torch.flatten(x, 1)
        x = self.fc(x)
        return x, None
    def forward(self, x: torch.Tensor):
        x = self._transform_input(x)
        x, aux = self._forward(x)
        return x
net = Inception3(aux_logits=False)
net(torch.zeros(1, 3, 32, 32))
""",
    "DenseNet with a list of features": """import torch
import torch.nn as nn
import torch.nn.functional as F

class _DenseLayer(nn.Module):
    def __init__(self, num_input_features, growth_rate, bn_size, drop_rate=0.):
        super().__init__()
        self.norm1 = nn.BatchNorm2d(num_input_features)
        self.relu1 = nn.ReLU(inplace=True)
        self.conv1 = nn.Conv2d(num_input_features, bn_size * growth_rate, kernel_size=1, stride=1, bias=False)
        self.norm2 = nn.BatchNorm2d(bn_size * growth_rate)
        self.relu2 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(bn_size * growth_rate, growth_rate, kernel_size=3, stride=1, padding=1, bias=False)
        self.drop_rate = float(drop_rate)
    def bn_function(self, inputs):
        concated_features = torch.cat(inputs, 1)
        bottleneck_output = self.conv1(self.relu1(self.norm1(concated_features)))
        return bottleneck_output
    def forward(self, input):
        if isinstance(input, torch.Tensor):
            prev_features = [input]
        else:
            prev_features = input
        bottleneck_output = self.bn_function(prev_features)
        new_features = self.conv2(self.relu2(self.norm2(bottleneck_output)))
        if self.drop_rate > 0:
            new_features = F.dropout(new_features, p=self.drop_rate, training=self.training)
        return new_features

class _DenseBlock(nn.ModuleDict):
    def __init__(self, num_layers, num_input_features, bn_size, growth_rate, drop_rate=0.):
        super().__init__()
        for i in range(num_layers):
            layer = _DenseLayer(num_input_features + i * growth_rate, growth_rate=growth_rate, bn_size=bn_size, drop_rate=drop_rate)
            self.add_module("denselayer%d" % (i + 1), layer)
    def forward(self, init_features):
        features = [init_features]
        for name, layer in self.items():
            new_features = layer(features)
            features.append(new_features)
        return torch.cat(features, 1)

class _Transition(nn.Sequential):
    def __init__(self, num_input_features, num_output_features):
        super().__init__()
        self.norm = nn.BatchNorm2d(num_input_features)
        self.relu = nn.ReLU(inplace=True)
        self.conv = nn.Conv2d(num_input_features, num_output_features, kernel_size=1, stride=1, bias=False)
        self.pool = nn.AvgPool2d(kernel_size=2, stride=2)

class DenseNet(nn.Module):
    def __init__(self, growth_rate=4, block_config=(2, 3), num_init_features=8, bn_size=2, drop_rate=0, num_classes=10):
        super().__init__()
        self.features = nn.Sequential(OrderedDict([
            ("conv0", nn.Conv2d(3, num_init_features, kernel_size=7, stride=2, padding=3, bias=False)),
            ("norm0", nn.BatchNorm2d(num_init_features)),
            ("relu0", nn.ReLU(inplace=True)),
            ("pool0", nn.MaxPool2d(kernel_size=3, stride=2, padding=1)),
        ]))
        num_features = num_init_features
        for i, num_layers in enumerate(block_config):
            block = _DenseBlock(num_layers=num_layers, num_input_features=num_features, bn_size=bn_size, growth_rate=growth_rate, drop_rate=drop_rate)
            self.features.add_module("denseblock%d" % (i + 1), block)
            num_features = num_features + num_layers * growth_rate
            if i != len(block_config) - 1:
                trans = _Transition(num_input_features=num_features, num_output_features=num_features // 2)
                self.features.add_module("transition%d" % (i + 1), trans)
                num_features = num_features // 2
        self.features.add_module("norm5", nn.BatchNorm2d(num_features))
        self.classifier = nn.Linear(num_features, num_classes)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight)
            elif isinstance(m, nn.BatchNorm2d):
                nn.init.constant_(m.weight, 1)
                nn.init.constant_(m.bias, 0)
            elif isinstance(m, nn.Linear):
                nn.init.constant_(m.bias, 0)
    def forward(self, x):
        features = self.features(x)
        out = F.relu(features, inplace=True)
        out = F.adaptive_avg_pool2d(out, (1, 1))
        out = torch.flatten(out, 1)
        out = self.classifier(out)
        return out
from collections import OrderedDict
net = DenseNet()
net(torch.zeros(1, 3, 32, 32))
""",
    "inverted residuals with partial arguments": """import torch
import torch.nn as nn
import torch.nn.functional as F

from functools import partial
class ConvNormAct(nn.Module):
    def __init__(self, in_chs, out_chs, kernel_size=3, stride=1, groups=1, act_layer=nn.SiLU, norm_layer=nn.BatchNorm2d, apply_act=True, **kwargs):
        super().__init__()
        self.conv = nn.Conv2d(in_chs, out_chs, kernel_size, stride, padding=kernel_size // 2, groups=groups, bias=False)
        self.bn = norm_layer(out_chs)
        self.act = act_layer(inplace=True) if apply_act and act_layer is not None else nn.Identity()
    def forward(self, x):
        return self.act(self.bn(self.conv(x)))

class InvertedResidual(nn.Module):
    def __init__(self, in_chs, out_chs, stride=1, exp_ratio=4.0, drop_path_rate=0.):
        super().__init__()
        mid_chs = int(in_chs * exp_ratio)
        self.has_skip = (in_chs == out_chs and stride == 1)
        self.conv_pw = ConvNormAct(in_chs, mid_chs, 1)
        self.conv_dw = ConvNormAct(mid_chs, mid_chs, 3, stride, groups=mid_chs)
        self.conv_pwl = ConvNormAct(mid_chs, out_chs, 1, apply_act=False)
        self.drop_path = nn.Identity() if drop_path_rate == 0. else nn.Dropout(drop_path_rate)
    def forward(self, x):
        shortcut = x
        x = self.conv_pw(x)
        x = self.conv_dw(x)
        x = self.conv_pwl(x)
        if self.has_skip:
            x = self.drop_path(x) + shortcut
        return x

class Net(nn.Module):
    def __init__(self, in_chans=3, num_classes=10, widths=(8, 8, 16), depths=(1, 2, 2)):
        super().__init__()
        self.stem = ConvNormAct(in_chans, widths[0], 3, 2)
        stages = []
        prev = widths[0]
        for i, (w, d) in enumerate(zip(widths, depths)):
            blocks = [InvertedResidual(prev if j == 0 else w, w, stride=2 if j == 0 and i > 0 else 1) for j in range(d)]
            stages.append(nn.Sequential(*blocks))
            prev = w
        self.stages = nn.Sequential(*stages)
        self.global_pool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Linear(prev, num_classes) if num_classes > 0 else nn.Identity()
    def forward_features(self, x):
        return self.stages(self.stem(x))
    def forward_head(self, x, pre_logits: bool = False):
        x = self.global_pool(x).flatten(1)
        return x if pre_logits else self.classifier(x)
    def forward(self, x):
        return self.forward_head(self.forward_features(x))
net = Net()
net(torch.zeros(1, 3, 32, 32))
""",
    "SqueezeNet's fire": """import torch
import torch.nn as nn
import torch.nn.functional as F

class Fire(nn.Module):
    def __init__(self, inplanes, squeeze_planes, expand1x1_planes, expand3x3_planes):
        super().__init__()
        self.squeeze = nn.Conv2d(inplanes, squeeze_planes, kernel_size=1)
        self.squeeze_activation = nn.ReLU(inplace=True)
        self.expand1x1 = nn.Conv2d(squeeze_planes, expand1x1_planes, kernel_size=1)
        self.expand1x1_activation = nn.ReLU(inplace=True)
        self.expand3x3 = nn.Conv2d(squeeze_planes, expand3x3_planes, kernel_size=3, padding=1)
        self.expand3x3_activation = nn.ReLU(inplace=True)
    def forward(self, x):
        x = self.squeeze_activation(self.squeeze(x))
        return torch.cat([self.expand1x1_activation(self.expand1x1(x)), self.expand3x3_activation(self.expand3x3(x))], 1)
net = nn.Sequential(nn.Conv2d(3, 8, 3, stride=2), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, ceil_mode=True), Fire(8, 4, 8, 8), nn.Dropout(0.5), nn.Conv2d(16, 10, 1), nn.ReLU(), nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten())
net(torch.zeros(1, 3, 32, 32))
""",
    "a U-Net of lists that resizes where sizes differ": """import torch
import torch.nn as nn
import torch.nn.functional as F

import torchvision.transforms.functional as TF

class UNet(nn.Module):
    def __init__(self, in_channels=3, out_channels=1, features=[8, 16, 32]):
        super(UNet, self).__init__()
        self.ups = nn.ModuleList()
        self.downs = nn.ModuleList()
        self.pool = nn.MaxPool2d(kernel_size=2, stride=2)
        for feature in features:
            self.downs.append(self.double(in_channels, feature))
            in_channels = feature
        for feature in reversed(features):
            self.ups.append(nn.ConvTranspose2d(feature * 2, feature, kernel_size=2, stride=2))
            self.ups.append(self.double(feature * 2, feature))
        self.bottleneck = self.double(features[-1], features[-1] * 2)
        self.final_conv = nn.Conv2d(features[0], out_channels, kernel_size=1)
    @staticmethod
    def double(i, o):
        return nn.Sequential(nn.Conv2d(i, o, 3, 1, 1, bias=False), nn.BatchNorm2d(o), nn.ReLU(inplace=True))
    def forward(self, x):
        skip_connections = []
        for down in self.downs:
            x = down(x)
            skip_connections.append(x)
            x = self.pool(x)
        x = self.bottleneck(x)
        skip_connections = skip_connections[::-1]
        for idx in range(0, len(self.ups), 2):
            x = self.ups[idx](x)
            skip_connection = skip_connections[idx // 2]
            if x.shape != skip_connection.shape:
                x = TF.resize(x, size=skip_connection.shape[2:])
            concat_skip = torch.cat((skip_connection, x), dim=1)
            x = self.ups[idx + 1](concat_skip)
        return self.final_conv(x)
net = UNet()
net(torch.zeros(1, 3, 37, 42))
""",
    "two means joined": """import torch
import torch.nn as nn
import torch.nn.functional as F

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
    "dilated paths with a pooled one": """import torch
import torch.nn as nn
import torch.nn.functional as F

class ASPP(nn.Module):
    def __init__(self, c, out):
        super().__init__()
        self.convs = nn.ModuleList([nn.Conv2d(c, out, 1, bias=False)] + [nn.Conv2d(c, out, 3, padding=r, dilation=r, bias=False) for r in (2, 4)])
        self.pool = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(c, out, 1, bias=False), nn.ReLU())
        self.project = nn.Conv2d(4 * out, out, 1)
    def forward(self, x):
        res = [conv(x) for conv in self.convs]
        size = x.shape[-2:]
        res.append(F.interpolate(self.pool(x), size=size, mode="bilinear", align_corners=False))
        return self.project(torch.cat(res, dim=1))
net = nn.Sequential(nn.Conv2d(3, 8, 3, 2), ASPP(8, 4))
net(torch.zeros(1, 3, 33, 33))
""",
    "a pyramid's sum": """import torch
import torch.nn as nn
import torch.nn.functional as F

class FPN(nn.Module):
    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv2d(3, 8, 3, 2, 1)
        self.c2 = nn.Conv2d(8, 16, 3, 2, 1)
        self.l1 = nn.Conv2d(8, 4, 1)
        self.l2 = nn.Conv2d(16, 4, 1)
    def _upsample_add(self, x, y):
        _, _, H, W = y.size()
        return F.interpolate(x, size=(H, W), mode='nearest') + y
    def forward(self, x):
        c1 = F.relu(self.c1(x))
        c2 = F.relu(self.c2(c1))
        return self._upsample_add(self.l2(c2), self.l1(c1))
net = FPN()
net(torch.zeros(1, 3, 33, 33))
""",
}
