"""Networks with one mistake each, as students make them."""

from __future__ import annotations

from dataclasses import replace

from cnnviz.builder.edits import (
    add_layer,
    change_arguments,
    change_input_shape,
    duplicate_layer,
    move_layer,
    remove_layer,
)
from cnnviz.models import networks
from cnnviz.models.specs import (
    AdaptiveAvgPool2d,
    AvgPool2d,
    BatchNorm1d,
    BatchNorm2d,
    Conv2d,
    ConvTranspose2d,
    Flatten,
    GroupNorm,
    Linear,
    LPPool2d,
    MaxPool2d,
    NetworkSpec,
    PReLU,
    ReLU,
    Residual,
    Softmax,
)

LENET, RESNET = networks.lenet(), networks.resnet((1, 1), width=8, input_size=32)
# AlexNet with a small head, so that the tests can run it.
ALEXNET = replace(
    networks.alexnet(), layers=(*networks.alexnet().layers[:15], Linear(9216, 20), Linear(20, 5))
)


def net(*layers, size: int = 16, channels: int = 3) -> NetworkSpec:
    return NetworkSpec("Planted", (channels, size, size), layers)


def head(features: int) -> tuple:
    return Flatten(), Linear(features, 10)


MISTAKES: dict[str, NetworkSpec] = {
    # the input is not what the network was made for
    "the tutorial's LeNet at 64×64": change_input_shape(LENET, (3, 64, 64)),
    "LeNet for MNIST at 28×28": change_input_shape(networks.lenet(1), (1, 28, 28)),
    "LeNet at 31×31": change_input_shape(LENET, (3, 31, 31)),
    "LeNet at 10×10": change_input_shape(LENET, (3, 10, 10)),
    "LeNet for colour given grey": change_input_shape(LENET, (1, 32, 32)),
    "LeNet on a wide picture": change_input_shape(LENET, (3, 32, 48)),
    "an MLP for MNIST given CIFAR-10": change_input_shape(networks.mlp(), (3, 32, 32)),
    "AlexNet on CIFAR-10": change_input_shape(ALEXNET, (3, 32, 32)),
    "fully convolutional LeNet below 32": change_input_shape(
        networks.lenet_fully_conv(), (3, 28, 28)
    ),
    # Linear layers
    "the Flatten was forgotten": remove_layer(LENET, (6,)),
    "the Flatten and the feature maps' size were forgotten": change_arguments(
        remove_layer(LENET, (6,)), (6,), in_features=16
    ),
    "16 features instead of 16*5*5": change_arguments(LENET, (7,), in_features=16),
    "a Linear layer that does not follow the one before": change_arguments(
        LENET, (9,), in_features=100
    ),
    "a pooling was removed": remove_layer(LENET, (5,)),
    "a convolution was doubled": duplicate_layer(LENET, (3,)),
    "the Flatten came too early": move_layer(LENET, (6,), (2,)),
    "the Flatten came first": move_layer(LENET, (6,), (0,)),
    # channels
    "conv2 expects one channel too many": change_arguments(LENET, (3,), in_channels=7),
    "conv1 makes more than conv2 takes": change_arguments(LENET, (0,), out_channels=8),
    "BatchNorm of the wrong width": add_layer(LENET, (1,), BatchNorm2d(16)),
    "BatchNorm2d after the Flatten": add_layer(LENET, (8,), BatchNorm2d(120)),
    "BatchNorm1d among feature maps": add_layer(LENET, (1,), BatchNorm1d(6)),
    "GroupNorm of the wrong width": add_layer(LENET, (1,), GroupNorm(4, 16)),
    "GroupNorm with groups that leave a rest": add_layer(LENET, (1,), GroupNorm(4, 6)),
    "PReLU with a slope too many": add_layer(LENET, (1,), PReLU(7)),
    "groups that do not divide in_channels": net(
        Conv2d(3, 6, 3, padding=1, groups=2), ReLU(), *head(6 * 256)
    ),
    "groups that do not divide out_channels": net(
        Conv2d(4, 6, 3, padding=1, groups=4), ReLU(), *head(6 * 256), channels=4
    ),
    "a depthwise convolution on other channels": net(
        Conv2d(3, 8, 3), Conv2d(6, 6, 3, groups=6), *head(6 * 144)
    ),
    # kernels, padding, stride
    "a kernel wider than the picture": net(Conv2d(3, 8, 7), *head(8), size=5),
    "a dilated kernel wider than the picture": net(
        Conv2d(3, 8, 3, dilation=9), ReLU(), *head(8), size=16
    ),
    "one pooling too many": net(
        *(layer for _ in range(5) for layer in (Conv2d(3, 3, 3, padding=1), MaxPool2d(2))),
        *head(3),
    ),
    "an average over more than is left": net(Conv2d(3, 8, 5, stride=4), AvgPool2d(7), *head(8)),
    "a p-norm over more than is left": net(Conv2d(3, 8, 5, stride=4), LPPool2d(2, 7), *head(8)),
    "a pooling padded by more than half": net(MaxPool2d(2, padding=2), *head(3 * 81)),
    "padding 'same' with a stride": net(Conv2d(3, 8, 3, 2, "same"), *head(8 * 64)),
    "reflecting more than there is": net(
        Conv2d(3, 8, 9, padding=4, padding_mode="reflect"), *head(8 * 16), size=4
    ),
    "circular padding of more than there is": net(
        Conv2d(3, 8, 11, padding=5, padding_mode="circular"), *head(8 * 16), size=4
    ),
    "output_padding as large as the stride": net(
        ConvTranspose2d(3, 8, 4, stride=2, padding=1, output_padding=2), *head(8 * 34 * 34)
    ),
    "a transposed convolution cut to nothing": net(
        ConvTranspose2d(3, 8, 2, padding=9), *head(8), size=8
    ),
    "a transposed convolution of other channels": net(
        Conv2d(3, 8, 3, padding=1), ConvTranspose2d(4, 3, 2, stride=2)
    ),
    # what needs a volume, and what does not exist
    "a pooling after the Flatten": net(Conv2d(3, 8, 3), Flatten(), MaxPool2d(2), Linear(392, 10)),
    "a mean after the Flatten": net(Conv2d(3, 8, 3), Flatten(), AdaptiveAvgPool2d(1), Linear(8, 5)),
    "a softmax along rows of flat scores": replace(LENET, layers=(*LENET.layers, Softmax(dim=2))),
    "batch statistics of a single number": net(
        AdaptiveAvgPool2d(1), BatchNorm2d(3, track_running_stats=False), *head(3)
    ),
    # residual blocks
    "a block that changes the channels": net(
        Residual((Conv2d(3, 8, 3, padding=1), BatchNorm2d(8))), *head(8 * 256)
    ),
    "a block that halves the size": net(
        Residual((Conv2d(3, 3, 3, stride=2, padding=1),)), *head(3 * 64)
    ),
    "a block that changes both": net(
        Residual((Conv2d(3, 8, 3, 2, 1, bias=False), BatchNorm2d(8), ReLU())), *head(8 * 64)
    ),
    "a block without padding": net(Residual((Conv2d(3, 3, 3), ReLU(), Conv2d(3, 3, 3)))),
    "ResNet whose shortcut has no stride": change_arguments(RESNET, (5,), stride=1),
    "ResNet whose shortcut takes other channels": change_arguments(RESNET, (5,), in_channels=4),
    "ResNet whose shortcut makes other channels": change_arguments(RESNET, (5,), out_channels=8),
    "ResNet with a wrong BatchNorm in a block": change_arguments(RESNET, (5, 1), num_features=8),
    "ResNet with a wrong convolution in a block": change_arguments(RESNET, (4, 3), in_channels=3),
    "ResNet whose second half is as wide as the first": change_arguments(
        RESNET, (8,), in_features=8
    ),
    "a block of Linear layers that ends too narrow": net(
        Flatten(), Residual((Linear(768, 32), ReLU(), Linear(32, 16))), Linear(768, 10)
    ),
    "a block that flattens": net(Residual((Flatten(), Linear(768, 16)))),
    # two at once
    "two mistakes": change_arguments(
        change_arguments(LENET, (3,), in_channels=5), (9,), in_features=100
    ),
    "three mistakes": add_layer(
        change_arguments(change_input_shape(LENET, (1, 30, 30)), (9,), in_features=7),
        (1,),
        BatchNorm2d(3),
    ),
}
