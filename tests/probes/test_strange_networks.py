"""Networks whose results come by ways that a pass does not show, or that write over them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from cnnviz.activations import layers, record
from cnnviz.heatmaps import grad_cam
from cnnviz.probes.microscope import explain_cell
from cnnviz.probes.receptive import effective_receptive_field, receptive_box
from cnnviz.probes.tape import tape

PICTURE = torch.rand(1, 2, 8, 8, generator=torch.Generator().manual_seed(0))
FAR = torch.rand(4, generator=torch.Generator().manual_seed(1))


class Between(nn.Module):
    """A convolution, something, a second convolution that is asked, and two scores."""

    def __init__(self, something: Callable[[Tensor], Tensor], *parts: nn.Module) -> None:
        super().__init__()
        self.something, self.parts = something, nn.ModuleList(parts)
        self.first, self.asked = nn.Conv2d(2, 4, 3, padding=1), nn.Conv2d(4, 3, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.asked(self.something(self.first(x))).mean((2, 3))


def unpooled(maps: Tensor) -> Tensor:
    values, places = nn.MaxPool2d(2, return_indices=True)(maps)
    return nn.MaxUnpool2d(2)(values, places)


def written(maps: Tensor) -> Tensor:
    maps = maps.clone()
    maps[:, 0] = 0
    maps[:, 1:2, :4] = maps[:, 2:3, 4:] * 2  # from elsewhere
    maps[..., 1] += 3
    return maps


def last_states(maps: Tensor, lstm: nn.LSTM) -> Tensor:
    _, (hidden, _) = lstm(maps.flatten(2))
    return hidden.transpose(0, 1).view(1, 4, 8, 8)


torch.manual_seed(0)
LSTM = nn.LSTM(64, 64, num_layers=4, batch_first=True)
WAYS = {
    "sorted": lambda maps: maps.sort(1).values,
    "the largest": lambda maps: maps.topk(4, dim=1)[0],
    "maximum": lambda maps: maps.max(dim=1, keepdim=True).values * maps,
    "unpooled": unpooled,
    "mapped": torch.vmap(lambda maps: maps * 2),
    "written": written,
    "in place": lambda maps: maps.add_(1).mul_(2),
    "with numbers of nobody's": lambda maps: maps * FAR.view(1, 4, 1, 1),
    "states": partial(last_states, lstm=LSTM),
}


class OverItsInput(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.asked = nn.Conv2d(2, 3, 3)

    def forward(self, x: Tensor) -> Tensor:
        x -= 0.5
        x[:, 0] *= 2
        return self.asked(x).mean((2, 3))


def made(way: str) -> nn.Module:
    torch.manual_seed(1)
    network = Between(WAYS[way], *([LSTM] if way == "states" else [])) if way else OverItsInput()
    return network.eval()


def outputs(network: nn.Module, picture: Tensor) -> Tensor:
    """What torch's own hook sees of the convolution that is asked."""
    seen: list[Tensor] = []
    hook = network.get_submodule("asked").register_forward_hook(lambda *told: seen.append(told[2]))
    network(picture.clone())
    hook.remove()
    return seen[0]


@pytest.mark.parametrize("way", [*WAYS, ""])
def test_a_box_leaves_out_no_pixel_with_a_gradient_and_a_cell_adds_up_to_its_number(way: str):
    network, given = made(way), PICTURE.clone()
    leaf = PICTURE.clone().requires_grad_()
    maps = outputs(network, leaf)
    for row, column in ((0, 0), (3, 2), (5, 5)):
        box = receptive_box(network, given, "asked", 1, row, column)
        (pull,) = torch.autograd.grad(maps[0, 1, row, column], leaf, retain_graph=True)
        outside = pull.abs().sum((0, 1))
        outside[box.top : box.bottom, box.left : box.right] = 0
        assert not outside.any()
        number = maps[0, 1, row, column].item()
        assert explain_cell(network, given, "asked", 1, row, column).value == pytest.approx(
            number, abs=1e-5
        )
    torch.testing.assert_close(record(network, given, ["asked"])["asked"], maps.detach())
    assert torch.equal(given, PICTURE)


def test_a_number_written_into_a_map_widens_no_box():
    def emptied(maps: Tensor) -> Tensor:
        maps = maps.clone()
        maps[:, 0] = 0
        return maps

    box = receptive_box(Between(emptied).eval(), PICTURE, "asked", 1, 3, 3)
    assert (box.top, box.left, box.height, box.width) == (2, 2, 5, 5)


def test_what_nobody_saw_is_no_layer():
    network = made("mapped")
    assert "unseen" in tape(network, PICTURE).nodes
    assert {layer.name for layer in layers(network, (1, 2, 8, 8))} == {"first", "asked", "mean"}


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16, torch.float64])
def test_layers_of_other_numbers_are_found(kind: torch.dtype):
    network = nn.Sequential(nn.Conv2d(2, 4, 3), nn.ReLU()).to(kind)
    assert [layer.name for layer in layers(network, (1, 2, 8, 8))] == ["0", "1"]


def test_a_compiled_network_is_the_one_that_was_compiled():
    network = Between(F.relu).eval()
    compiled = torch.compile(network, backend="eager")
    expected = record(network, PICTURE, ["asked"])["asked"]
    assert torch.equal(record(compiled, PICTURE, [network.asked])["asked"], expected)


class TwoPictures(Between):
    def forward(self, x: Tensor, other: Tensor) -> Tensor:  # ty: ignore[invalid-method-override]
        return super().forward(x + other)


LOOKS: dict[str, Callable[[nn.Module], object]] = {
    "record": lambda model: record(model, PICTURE, ["asked"]),
    "layers": lambda model: layers(model, (1, 2, 8, 8)),
    "grad_cam": lambda model: grad_cam(model, PICTURE, 1, "asked"),
    "receptive_box": lambda model: receptive_box(model, PICTURE, "asked", 0),
    "effective field": lambda model: effective_receptive_field(model, PICTURE, "asked", 0),
    "explain_cell": lambda model: explain_cell(model, PICTURE, "asked", 0),
}


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_what_cannot_be_followed_is_said_in_a_sentence(look):
    with pytest.raises(ValueError, match="needs x, other: one tensor of pictures is followed"):
        look(TwoPictures(F.relu))
    with pytest.raises(ValueError, match="is TorchScript: give the"):
        look(torch.jit.trace(Between(F.relu), PICTURE))
    with pytest.raises(ValueError, match="a lazy layer has no shape yet"):
        look(Between(F.relu, nn.LazyConv2d(3, 3)))
    with pytest.raises(ValueError, match="Between is no"):
        look(Between)


@pytest.mark.parametrize(
    ("way", "sentence"),
    [
        (lambda maps: maps.detach(), "cuts it off"),
        (lambda maps: maps.exp().mul_(2), "writes over numbers"),
        (lambda maps: checkpoint(F.relu, maps, use_reentrant=True), "say use_reentrant=False"),
    ],
)
def test_what_stands_in_the_way_of_a_gradient_is_said(way, sentence: str):
    with pytest.raises(ValueError, match=sentence):
        effective_receptive_field(Between(way).eval(), PICTURE, "asked", 0)
