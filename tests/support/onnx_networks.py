"""Networks of many architectures, narrow so that they are quick, as ONNX files."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable

import torch
from torch import Tensor, nn

from cnnviz.torchvision_compat import torchvision

models = torchvision.models


def _vgg(with_norm: bool) -> nn.Module:
    plan = [8, "M", 12, "M", 16, 16, "M", 24, "M", 24, "M"]
    net = models.VGG(models.vgg.make_layers(plan, with_norm), 10, init_weights=False)
    net.avgpool, net.classifier = nn.AdaptiveAvgPool2d(2), nn.Sequential(nn.Linear(96, 10))
    return net


def _alexnet() -> nn.Module:
    net = models.AlexNet(10)
    net.avgpool, net.classifier = nn.AdaptiveAvgPool2d(1), nn.Sequential(nn.Linear(256, 10))
    return net


def _mobilenet_v3(name: str) -> nn.Module:
    setting, last = models.mobilenetv3._mobilenet_v3_conf(name, width_mult=0.25)
    return models.MobileNetV3(setting[:6], last, 10)


def _efficientnet(name: str) -> nn.Module:
    setting, last = models.efficientnet._efficientnet_conf(name, width_mult=0.25, depth_mult=0.3)
    return models.EfficientNet(setting, 0.2, num_classes=10, last_channel=last)


def _efficientnet_v2() -> nn.Module:
    fused, plain = models.efficientnet.FusedMBConvConfig, models.efficientnet.MBConvConfig
    setting = [fused(1, 3, 1, 8, 8, 1), fused(4, 3, 2, 8, 16, 1), plain(4, 3, 2, 16, 24, 2)]
    return models.EfficientNet(setting, 0.2, num_classes=10, last_channel=32)


def _regnet(se_ratio: float | None) -> nn.Module:
    params = models.regnet.BlockParams.from_init_params(
        depth=5, w_0=8, w_a=8.0, w_m=2.0, group_width=8, se_ratio=se_ratio
    )
    return models.RegNet(params, num_classes=10)


def _convnext() -> nn.Module:
    block = models.convnext.CNBlockConfig
    return models.ConvNeXt([block(8, 16, 1), block(16, 24, 1), block(24, None, 1)], num_classes=10)


def _resnet(block: type[nn.Module], **options: int) -> nn.Module:
    return models.ResNet(block, [1, 2, 1, 1], num_classes=10, **options)


BASIC, BOTTLENECK = models.resnet.BasicBlock, models.resnet.Bottleneck
INVERTED = [[1, 8, 1, 1], [6, 8, 2, 2], [6, 16, 2, 2]]
TORCHVISION: dict[str, Callable[[], nn.Module]] = {
    "alexnet": _alexnet,
    "vgg": lambda: _vgg(False),
    "vgg_bn": lambda: _vgg(True),
    "resnet18": lambda: _resnet(BASIC),
    "resnet50": lambda: _resnet(BOTTLENECK, width_per_group=8),
    "resnext50": lambda: _resnet(BOTTLENECK, groups=4, width_per_group=4),
    "wide_resnet50": lambda: _resnet(BOTTLENECK, width_per_group=32),
    "squeezenet1_0": lambda: models.SqueezeNet("1_0", 10),
    "squeezenet1_1": lambda: models.SqueezeNet("1_1", 10),
    "densenet121": lambda: models.DenseNet(8, (2, 3, 2), 16, num_classes=10),
    "mobilenet_v2": lambda: models.MobileNetV2(10, 0.5, INVERTED),
    "mobilenet_v3_small": lambda: _mobilenet_v3("mobilenet_v3_small"),
    "mobilenet_v3_large": lambda: _mobilenet_v3("mobilenet_v3_large"),
    "shufflenet_v2": lambda: models.ShuffleNetV2([2, 2, 2], [8, 16, 24, 32, 64], 10),
    "mnasnet": lambda: models.MNASNet(0.1, 10),
    "efficientnet_b0": lambda: _efficientnet("efficientnet_b0"),
    "efficientnet_v2": _efficientnet_v2,
    "regnet_x": lambda: _regnet(None),
    "regnet_y": lambda: _regnet(0.25),
    "convnext": _convnext,
    "googlenet": lambda: models.GoogLeNet(10, aux_logits=False, init_weights=False),
}


class UNet(nn.Module):
    """Two levels, with the sums of channels that its name stands for."""

    def __init__(self) -> None:
        super().__init__()
        self.down1, self.down2 = _two(3, 8), _two(8, 16)
        self.pool, self.up = nn.MaxPool2d(2), nn.ConvTranspose2d(16, 8, 2, 2)
        self.up1, self.head = _two(16, 8), nn.Conv2d(8, 2, 1)

    def forward(self, x: Tensor) -> Tensor:
        first = self.down1(x)
        above = self.up(self.down2(self.pool(first)))
        return self.head(self.up1(torch.cat([first, above], 1)))


def _two(ins: int, outs: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(ins, outs, 3, padding=1), nn.BatchNorm2d(outs), nn.ReLU(),
        nn.Conv2d(outs, outs, 3, padding=1), nn.LeakyReLU(0.1),
    )  # fmt: skip


class Pyramid(nn.Module):
    """Maps of two sizes brought together by interpolation, as a feature pyramid does."""

    def __init__(self) -> None:
        super().__init__()
        self.fine, self.coarse = nn.Conv2d(3, 8, 3, 2, 1), nn.Conv2d(8, 8, 3, 2, 1)
        self.side, self.head = nn.Conv2d(8, 8, 1), nn.Conv2d(8, 4, 1)

    def forward(self, x: Tensor) -> Tensor:
        fine = self.fine(x).relu()
        coarse = self.coarse(fine).relu()
        near = nn.functional.interpolate(coarse, scale_factor=2.0, mode="nearest")
        smooth = nn.functional.interpolate(coarse, size=(32, 32), mode="bilinear")
        return self.head(near + self.side(fine) + smooth).mean((2, 3))


class Embedding(nn.Module):
    """The larger of two maps, cut off from below, and a row that is divided by its length."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Conv2d(3, 8, 3), nn.Conv2d(3, 8, 3)
        self.head = nn.Linear(8, 6)

    def forward(self, x: Tensor) -> Tensor:
        larger = torch.maximum(self.first(x), self.second(x))
        least = torch.minimum(larger, torch.tensor(0.5))
        return nn.functional.normalize(self.head(least.mean((2, 3))), dim=1)


OTHERS: dict[str, Callable[[], nn.Module]] = {
    "unet": UNet, "pyramid": Pyramid, "embedding": Embedding,
}  # fmt: skip


def timm_network(name: str) -> nn.Module:
    """A network of timm; torchvision has been imported in the way that fits."""
    import timm

    return timm.create_model(name, num_classes=10)


TIMM = ("lcnet_035", "mobilenetv4_conv_small_035", "tinynet_e")


def lively(net: nn.Module) -> nn.Module:
    """The network in eval mode, with norms that do something and results that are not near 0."""
    generator = torch.Generator().manual_seed(0)
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.uniform_(-0.2, 0.2, generator=generator)
            module.running_var.uniform_(0.5, 1.5, generator=generator)
            module.weight.data.uniform_(0.5, 1.5, generator=generator)
        elif isinstance(module, nn.Conv2d | nn.Linear):
            fan = module.weight[0].numel()
            module.weight.data.normal_(0, (2 / fan) ** 0.5, generator=generator)
    return net.eval()


def exported(net: nn.Module, batch: Tensor, by_dynamo: bool = False, **options: object) -> bytes:
    """The network as an ONNX file."""
    file = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        more = {"external_data": False, "verbose": False} if by_dynamo else {}
        torch.onnx.export(net, (batch,), file, dynamo=by_dynamo, **more, **options)  # ty: ignore
    return file.getvalue()


def picture(size: int = 64, channels: int = 3) -> Tensor:
    """A picture of random numbers, the same each time."""
    return torch.rand(1, channels, size, size, generator=torch.Generator().manual_seed(1))
