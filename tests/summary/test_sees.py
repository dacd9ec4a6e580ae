"""What the rows of torchvision's networks see, against gradients: one network of each family."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnnviz.models.seeded import with_memory
from cnnviz.summary import Row, summarize
from cnnviz.torchvision_compat import torchvision
from cnnviz.zoo.on_meta import build_on_meta

SIZE = 96  # pixels; Inception takes no smaller picture
LOOKED_AT = 12  # rows of a network
BY_NAME = (
     "alexnet", "vgg11", "googlenet", "inception_v3", "resnet18", "squeezenet1_1", "densenet121",
     "shufflenet_v2_x0_5", "mobilenet_v2", "mobilenet_v3_small", "efficientnet_b0",
     "efficientnet_v2_s", "regnet_y_400mf", "convnext_tiny",
)  # fmt: skip


def by_name(name: str) -> nn.Module:
    """A network with random weights; of AlexNet and VGG without the Linear layers' 100 million."""
    model = build_on_meta(name)
    if name in ("alexnet", "vgg11"):
        model = nn.Sequential(model.features, model.avgpool)
    with_memory(model)
    return model


def drawn(model: nn.Module) -> nn.Module:
    """The network with random weights under which numbers keep their size from layer to layer."""
    chance = torch.Generator().manual_seed(0)
    for own, values in model.state_dict().items():
        if not values.is_floating_point():
            continue
        if values.dim() > 1 and min(values.shape[0], values[0].numel()) > 1:
            values.normal_(0, values[0].numel() ** -0.5, generator=chance)
        else:
            values.fill_(float(own.endswith(("weight", "var", "layer_scale"))))
    return model.eval()


def swin(version: int) -> nn.Module:
    from torchvision.models import swin_transformer as parts

    second = {"block": parts.SwinTransformerBlockV2, "downsample_layer": parts.PatchMergingV2}
    return parts.SwinTransformer(
        [4, 4], 12, [2, 2], [2, 2], [4, 4], num_classes=4, **(second if version == 2 else {})
    )


def vit() -> nn.Module:
    return torchvision.models.VisionTransformer(SIZE, 16, 2, 2, 16, 32, num_classes=4)


def maxvit() -> nn.Module:
    from torchvision.models.maxvit import MaxVit

    return MaxVit((SIZE, SIZE), 8, 3, [8, 16], [1, 1], 4, 0.0, num_classes=4)


NETWORKS: dict[str, Callable[[], nn.Module]] = {
    **{name: partial(by_name, name) for name in BY_NAME},
    "mnasnet0_5": torchvision.models.mnasnet0_5,
    "swin": partial(swin, 1),
    "swin_v2": partial(swin, 2),
    "vit": vit,
    "maxvit": maxvit,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", NETWORKS)
def test_gradients_reach_as_far_as_is_said_and_no_further(name: str) -> None:
    torch.manual_seed(0)
    model = drawn(NETWORKS[name]())
    rows = [row for row in summarize(model, (1, 3, SIZE, SIZE)).rows if is_seen(row)]
    rows = rows[:: max(1, len(rows) // LOOKED_AT)] + rows[-1:]
    batch = torch.rand(1, 3, SIZE, SIZE, requires_grad=True)
    outputs = outputs_of(model, batch, [row.name for row in rows])
    assert any(row.sees_all for row in rows) or name in ("alexnet", "vgg11")
    for row in rows:
        if row.name not in outputs:
            continue
        spans = spans_of(outputs[row.name], row, batch)
        if row.sees_all:
            assert all(last - first >= 0.9 * SIZE for first, last in spans), (row.name, spans)
        elif row.extents is not None:
            for (first, last), extent, place in zip(spans, row.extents, middle(row), strict=True):
                low, high = (min(max(at, 0), SIZE - 1) for at in extent.at(place))
                assert low <= first <= last <= high, (row.name, (first, last), (low, high))
                assert last - first >= 0.6 * (high - low), (row.name, (first, last), (low, high))


def is_seen(row: Row) -> bool:
    """Whether a row is a module's, and says something of what it sees."""
    return row.is_module and (row.sees_all or row.extents is not None)


def outputs_of(model: nn.Module, batch: Tensor, names: list[str]) -> dict[str, Tensor]:
    found: dict[str, Tensor] = {}

    def keep(name: str, module: nn.Module, args: object, output: Tensor | tuple[Tensor]) -> None:
        found.setdefault(name, output[0] if isinstance(output, tuple) else output)

    for name, module in model.named_modules():
        if name in names:
            module.register_forward_hook(partial(keep, name))
    model(batch)
    return found


def middle(row: Row) -> tuple[int, ...]:
    return tuple(row.output_shape[dim] // 2 for dim in row.map_dims or ())


def spans_of(output: Tensor, row: Row, batch: Tensor) -> list[tuple[int, int]]:
    """From the first to the last pixel that the middle of a result depends on, along each axis."""
    cell: list[int | slice] = [slice(None)] * output.dim()
    for dim, place in zip(row.map_dims or (), middle(row), strict=True):
        cell[dim] = place
    if row.map_dims is None and output.dim() == 3:
        cell[1] = output.shape[1] // 2  # one position of those in a row
    values = output[tuple(cell)]
    weights = torch.rand(values.shape, generator=torch.Generator().manual_seed(1)) + 0.5
    (gradient,) = torch.autograd.grad((values * weights).sum(), batch, retain_graph=True)
    strength = gradient[0].abs().sum(0)
    touched = strength > 1e-12 * strength.max()  # a mask of -100 lets through 4e-44
    return [
        (int(line.nonzero()[0]), int(line.nonzero()[-1]))
        for line in (touched.any(1), touched.any(0))
    ]


@pytest.mark.parametrize(
    "over",
    [
        lambda x: x.mean((2, 3)),
        lambda x: x.mean(3).mean(2),
        lambda x: torch.std(x, (2, 3), keepdim=True).flatten(1),
        lambda x: x.norm(dim=(2, 3)),
        lambda x: x.flatten(2).sum(-1),
        lambda x: x.flatten(2).amax(2) + x.flatten(2).mean(-1),
        lambda x: x.view(*x.shape[:2], -1).logsumexp(2),
        lambda x: x.flatten(2).norm(dim=2),
        lambda x: x.flatten(2).cumsum(-1)[..., -1:],
        lambda x: x.flatten(2).softmax(-1).unflatten(2, x.shape[2:]),
        lambda x: x.permute(0, 2, 3, 1).flatten(1, 2).mean(1),
        lambda x: F.adaptive_avg_pool1d(x.flatten(2), 1).flatten(1),
        lambda x: F.adaptive_max_pool2d(x, 1),
        lambda x: torch.einsum("bchw->bc", x),
        lambda x: torch.einsum("bchw,bdhw->bcd", x, x),
        lambda x: (x.flatten(2) @ x.flatten(2).mT).sum(2),
        lambda x: F.scaled_dot_product_attention(*[x.flatten(2).mT] * 3).mT,
        lambda x: (x.flatten(2).mT @ x.flatten(2)).softmax(-1) @ x.flatten(2).mT,
        lambda x: F.unfold(x, 2, stride=2).mean(2).sum(1, keepdim=True).repeat(1, 2),
        lambda x: F.linear(x.flatten(2), torch.rand(2, x.shape[2] * x.shape[3])).flatten(1),
        lambda x: x.unflatten(2, (4, 2)).unflatten(4, (4, 2)).mean((3, 5)).sum((2, 3)),
    ],
)
def test_what_is_left_of_a_map_by_a_mean_or_a_sum_sees_all_of_it(over: Callable) -> None:
    class Reduced(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv, self.drop = nn.Conv2d(3, 4, 3, stride=2), nn.Dropout()

        def forward(self, x: Tensor) -> Tensor:
            return self.drop(over(self.conv(x)))

    model = Reduced().eval()
    batch = torch.rand(300, 3, 17, 17, requires_grad=True)  # a maximum is now here, now there
    (gradient,) = torch.autograd.grad(model(batch)[:, 1].reshape(300, -1)[:, 0].sum(), batch)
    touched = gradient.abs().sum((0, 1)) > 0
    assert touched.any(0)[[0, -1]].all()
    assert touched.any(1)[[0, -1]].all()
    assert summarize(model, (1, 3, 17, 17)).rows[-1].sees_all
