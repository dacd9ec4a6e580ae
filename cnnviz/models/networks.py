"""Networks to start from, each as a spec: the tutorial's and the famous ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from cnnviz.models.joined_networks import densenet, inception, unet
from cnnviz.models.specs import (
    AdaptiveAvgPool2d,
    BatchNorm2d,
    Conv2d,
    Dropout,
    Flatten,
    Layer,
    Linear,
    MaxPool2d,
    NetworkSpec,
    ReLU,
    Residual,
)

VGG11 = (64, "pool", 128, "pool", 256, 256, "pool", 512, 512, "pool", 512, 512, "pool")
VGG13 = (
    64, 64, "pool", 128, 128, "pool", 256, 256, "pool", 512, 512, "pool", 512, 512, "pool",
)  # fmt: skip

VGG16 = (
    64, 64, "pool", 128, 128, "pool", 256, 256, 256, "pool", 512, 512, 512, "pool",
    512, 512, 512, "pool",
)  # fmt: skip

VGG19 = (
    64, 64, "pool", 128, 128, "pool", 256, 256, 256, 256, "pool", 512, 512, 512, 512, "pool",
    512, 512, 512, 512, "pool",
)  # fmt: skip


def lenet(in_channels: int = 3) -> NetworkSpec:
    """The tutorial's LeNet for 32×32 pixels (LeCun et al., 1998): 62,006 parameters in colour."""
    features = _lenet_features(in_channels)
    classifier = (Flatten(), Linear(400, 120), ReLU(), Linear(120, 84), ReLU(), Linear(84, 10))
    return NetworkSpec("LeNet", (in_channels, 32, 32), features + classifier)


def lenet_fully_conv(in_channels: int = 3, input_size: int = 32) -> NetworkSpec:
    """LeNet with convolutions for its Linear layers (Long et al., 2015): any size from 32×32."""
    classifier = (Conv2d(16, 120, 5), ReLU(), Conv2d(120, 84, 1), ReLU(), Conv2d(84, 10, 1))
    return NetworkSpec(
        "LeNetFullyConv",
        (in_channels, input_size, input_size),
        _lenet_features(in_channels) + classifier,
    )


def alexnet(num_classes: int = 1000) -> NetworkSpec:
    """torchvision's AlexNet (Krizhevsky, 2014, arxiv.org/abs/1404.5997): 61,100,840 parameters."""
    features = (
        Conv2d(3, 64, 11, stride=4, padding=2), ReLU(), MaxPool2d(3, stride=2),
        Conv2d(64, 192, 5, padding=2), ReLU(), MaxPool2d(3, stride=2),
        Conv2d(192, 384, 3, padding=1), ReLU(),
        Conv2d(384, 256, 3, padding=1), ReLU(),
        Conv2d(256, 256, 3, padding=1), ReLU(), MaxPool2d(3, stride=2),
        AdaptiveAvgPool2d(6), Flatten(),
    )  # fmt: skip
    classifier = (
        Dropout(), Linear(9216, 4096), ReLU(),
        Dropout(), Linear(4096, 4096), ReLU(), Linear(4096, num_classes),
    )  # fmt: skip
    return NetworkSpec("AlexNet", (3, 224, 224), features + classifier)


def vgg11(num_classes: int = 1000) -> NetworkSpec:
    """VGG-11 (Simonyan and Zisserman, 2014, arxiv.org/abs/1409.1556): 132,863,336 parameters."""
    return _vgg("VGG11", VGG11, num_classes)


def vgg13(num_classes: int = 1000) -> NetworkSpec:
    """VGG-13, two convolutions in each of five stages: 133,047,848 parameters."""
    return _vgg("VGG13", VGG13, num_classes)


def vgg16(num_classes: int = 1000) -> NetworkSpec:
    """VGG-16, the same with more convolutions: 138,357,544 parameters."""
    return _vgg("VGG16", VGG16, num_classes)


def vgg19(num_classes: int = 1000) -> NetworkSpec:
    """VGG-19, the deepest of them: 143,667,240 parameters."""
    return _vgg("VGG19", VGG19, num_classes)


def resnet(
    blocks: Sequence[int] = (2, 2, 2, 2),
    width: int = 64,
    num_classes: int = 10,
    input_size: int = 224,
) -> NetworkSpec:
    """A residual network of 3×3 blocks (He et al., 2015): (2, 2, 2, 2) is ResNet18.

    Args:
        blocks: number of blocks in each group; the first block of each group but the first halves
            the size and doubles the channels.
        width: channels of the first group.
        num_classes: neurons of the last layer.
        input_size: height and width of the pictures.

    Raises:
        ValueError: there is no group, a group has no block, or the network has too many layers.
    """
    if not blocks or min(blocks) < 1:
        raise ValueError(f"every group needs at least one block, and the groups are {blocks}")
    widths = [width * 2**group for group in range(len(blocks))]
    layers = (
        Conv2d(3, width, 7, stride=2, padding=3, bias=False), BatchNorm2d(width), ReLU(),
        MaxPool2d(3, stride=2, padding=1),
        *_residual_groups(blocks, widths),
        AdaptiveAvgPool2d(1), Flatten(), Linear(widths[-1], num_classes),
    )  # fmt: skip
    name = f"ResNet{2 * sum(blocks) + 2}"
    return NetworkSpec(name, (3, input_size, input_size), layers)


def residual_block(in_channels: int, out_channels: int, first_stride: int = 1) -> Residual:
    """The tutorial's block: two 3×3 convolutions, a 1×1 shortcut where the shape changes."""
    layers = (
        Conv2d(in_channels, out_channels, 3, stride=first_stride, padding=1, bias=False),
        BatchNorm2d(out_channels), ReLU(),
        Conv2d(out_channels, out_channels, 3, padding=1, bias=False),
        BatchNorm2d(out_channels),
    )  # fmt: skip
    if first_stride == 1 and in_channels == out_channels:
        return Residual(layers)
    return Residual(
        layers,
        shortcut="conv",
        in_channels=in_channels,
        out_channels=out_channels,
        stride=first_stride,
    )


def tiny() -> NetworkSpec:
    """A convolution, a pooling and a mean over the picture: 314 parameters, any size."""
    layers = (
        Conv2d(3, 8, 3, padding=1), ReLU(), MaxPool2d(2), AdaptiveAvgPool2d(1), Flatten(),
        Linear(8, 10),
    )  # fmt: skip
    return NetworkSpec("Tiny", (3, 32, 32), layers)


def mlp(
    input_shape: tuple[int, int, int] = (1, 28, 28),
    hidden_features: Sequence[int] = (128, 64),
    num_classes: int = 10,
) -> NetworkSpec:
    """Linear layers with ReLU between them, on the flattened picture."""
    channels, height, width = input_shape
    sizes = (channels * height * width, *hidden_features, num_classes)
    layers: list[Layer] = [Flatten()]
    for in_features, out_features in pairwise(sizes):
        layers += [Linear(in_features, out_features), ReLU()]
    return NetworkSpec("MLP", input_shape, tuple(layers[:-1]))


def empty() -> NetworkSpec:
    """A network without layers: what comes in goes out."""
    return NetworkSpec("Network", (3, 32, 32))


# What a menu offers, in the order of the tutorial.
NETWORKS: dict[str, Callable[[], NetworkSpec]] = {
    "LeNet": lenet,
    "LeNet, fully convolutional": lenet_fully_conv,
    "AlexNet": alexnet,
    "VGG-11": vgg11,
    "VGG-13": vgg13,
    "VGG-16": vgg16,
    "ResNet18": resnet,
    "Small U-Net": unet,
    "Inception block": inception,
    "Small DenseNet": densenet,
    "Tiny network": tiny,
    "MLP": mlp,
    "Empty page": empty,
}


def _lenet_features(in_channels: int) -> tuple[Layer, ...]:
    return (
        Conv2d(in_channels, 6, 5), ReLU(), MaxPool2d(2),
        Conv2d(6, 16, 5), ReLU(), MaxPool2d(2),
    )  # fmt: skip


def _vgg(name: str, plan: Sequence[int | str], num_classes: int) -> NetworkSpec:
    layers: list[Layer] = []
    channels = 3
    for step in plan:
        if isinstance(step, int):
            layers += [Conv2d(channels, step, 3, padding=1), ReLU()]
            channels = step
        else:
            layers += [MaxPool2d(2)]
    layers += [
        AdaptiveAvgPool2d(7), Flatten(),
        Linear(512 * 7 * 7, 4096), ReLU(), Dropout(),
        Linear(4096, 4096), ReLU(), Dropout(), Linear(4096, num_classes),
    ]  # fmt: skip
    return NetworkSpec(name, (3, 224, 224), tuple(layers))


def _residual_groups(blocks: Sequence[int], widths: Sequence[int]) -> list[Residual]:
    made: list[Residual] = []
    channels = widths[0]
    for group, (count, width) in enumerate(zip(blocks, widths, strict=True)):
        for index in range(count):
            first_stride = 2 if group > 0 and index == 0 else 1
            made.append(residual_block(channels, width, first_stride))
            channels = width
    return made
