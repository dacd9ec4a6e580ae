"""A pass that is kept: each result as it was computed, with what it was made from."""

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnnviz.probes.tape import INPUT, Kind, kind_of, tape


class Mixed(nn.Module):
    """Convolution, a change in place, halves, a sum, a product, a mean, a parameter."""

    def __init__(self) -> None:
        super().__init__()
        self.block = nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4))
        self.scale = nn.Parameter(torch.full((2, 1, 1), 3.0))
        self.head = nn.Linear(2, 3)

    def forward(self, x: Tensor) -> Tensor:
        y = self.block(x)
        y.mul_(2)
        first, second = y.chunk(2, dim=1)
        both = torch.add(first, second, alpha=0.5)
        scaled = torch.mul(both, self.scale)
        return self.head(torch.mean(scaled, dim=(2, 3)))


@pytest.fixture(scope="module")
def model() -> nn.Module:
    torch.manual_seed(0)
    return Mixed().eval().requires_grad_(False)


@pytest.fixture(scope="module")
def batch() -> Tensor:
    return torch.rand(1, 1, 6, 5, generator=torch.Generator().manual_seed(1))


def test_results_stay_as_they_were_computed_though_the_network_writes_over_them(model, batch):
    played = tape(model, batch)
    conv = model.block[0](batch)
    norm = model.block[1](conv)
    assert torch.equal(played["block.0"].output, conv)
    assert torch.equal(played["block"].output, norm)  # and not twice as large
    assert torch.equal(played["mul"].output, 2 * norm)
    assert played["chunk"].sources == (played["mul"],)
    assert torch.equal(played.scores, model(batch))
    assert torch.equal(played[INPUT].output, batch)


def test_the_same_is_kept_where_torch_does_not_count_what_is_written(model, batch):
    with torch.inference_mode():
        played = tape(model, batch * 1)
    assert torch.equal(played["block"].output, model.block(batch))
    assert torch.equal(played.scores, model(batch))


def test_every_result_follows_from_its_sources(model, batch):
    played = tape(model, batch)
    nodes = [node for name, node in played.nodes.items() if name != INPUT]
    assert len(nodes) >= 9
    for node in nodes:
        again = node.rerun(*(source.output.clone() for source in node.sources))
        assert torch.equal(again, node.output), node.name
    with pytest.raises(ValueError, match="'input' was given, not computed"):
        played[INPUT].rerun()


def test_sources_lead_back_to_the_picture_and_a_parameter_does_not_come_from_it(model, batch):
    played = tape(model, batch)
    assert played["block.1"].sources == (played["block.0"],)
    assert played["block.0"].sources == (played[INPUT],)
    assert played.containers["block"] is played["block.1"]
    assert played.entries["block"] is played[INPUT]
    product = next(node for node in played.nodes.values() if _is_scaling(node))
    assert [source.is_from_picture for source in product.sources] == [True, False]
    assert torch.equal(product.sources[1].output, model.scale)
    assert product.sources[1].kind is Kind.INPUT
    assert played[INPUT].is_from_picture


def _is_scaling(node) -> bool:
    return node.kind is Kind.PRODUCT and len(node.sources) == 2


def test_pieces_are_told_apart(model, batch):
    played = tape(model, batch)
    total = next(node for node in played.nodes.values() if node.kind is Kind.SUM)
    first, second = total.sources
    assert (first.piece, second.piece) == (0, 1)
    halves = (2 * model.block(batch)).chunk(2, dim=1)
    assert torch.equal(first.output, halves[0])
    assert torch.equal(second.output, halves[1])
    assert torch.equal(total.output, halves[0] + 0.5 * halves[1])


def test_a_pass_ends_with_the_last_layer_that_is_asked_for(model, batch):
    played = tape(model, batch, last="block.0")
    assert played.names == [INPUT, "block.0"]
    assert torch.equal(played.scores, model.block[0](batch))


def test_a_name_that_is_not_there_is_answered_with_the_nearest(model, batch):
    with pytest.raises(ValueError, match=r"no layer 'block\.O'; it has, .* 'block\.0'"):
        tape(model, batch)["block.O"]
    with pytest.raises(ValueError, match=r"for example, \['input', 'block\.0', 'block\.1'\]"):
        tape(model, batch)["äöü"]


class Beside(nn.Module):
    """The way around goes first, through a layer that changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.around, self.conv = nn.Identity(), nn.Conv2d(1, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        y = self.around(x)
        return self.conv(x) + y


def test_a_layer_that_changes_nothing_is_no_way_to_what_reads_beside_it(batch):
    played = tape(Beside().eval(), batch)
    assert played["conv"].sources == (played[INPUT],)
    total = played.nodes[played.names[-1]]
    assert total.sources == (played["conv"], played["around"])


class Written(nn.Module):
    """A sum is made, then maps are written over, and the sum is the score."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 2, 1)

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv(x)
        scores = y.sum(dim=(2, 3))
        y.abs()
        y[:, 0] = 7
        return scores


def test_what_is_written_at_the_end_changes_nothing_and_scores_need_not_come_last(batch):
    model = Written().eval().requires_grad_(False)
    played = tape(model, batch)
    assert torch.equal(played["conv"].output, model.conv(batch))
    assert torch.equal(played.scores, model(batch))
    assert played.scores.shape == (1, 2)


def test_kinds_are_said_in_words() -> None:
    assert [str(kind) for kind in Kind] == [
        "input", "convolution", "transposed convolution", "linear", "normalisation", "activation",
        "pooling", "sum", "product", "concatenation", "rearrangement", "other",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "function",
    [
        Tensor.view, Tensor.reshape, torch.permute, torch.transpose, Tensor.contiguous,
        torch.squeeze, torch.unsqueeze, torch.chunk, torch.split, torch.clone, torch.detach,
        F.pixel_shuffle, F.pixel_unshuffle, F.channel_shuffle, Tensor.unflatten,
    ],
)  # fmt: skip
def test_what_only_moves_numbers_is_a_rearrangement(function):
    assert kind_of(function) is Kind.MOVE


@pytest.mark.parametrize(
    ("operation", "kind"),
    [
        (None, Kind.INPUT), (nn.Conv2d(1, 1, 1), Kind.CONV), (nn.Linear(1, 1), Kind.LINEAR),
        (nn.ConvTranspose2d(1, 1, 1), Kind.CONV_TRANSPOSE), (nn.BatchNorm2d(1), Kind.NORM),
        (nn.ReLU(), Kind.ACTIVATION), (nn.Hardtanh(), Kind.ACTIVATION), (nn.Softmax(1), Kind.OTHER),
        (nn.GLU(), Kind.OTHER), (nn.MaxPool2d(2), Kind.POOL), (nn.Flatten(), Kind.MOVE),
        (nn.Dropout().eval(), Kind.MOVE), (nn.PixelShuffle(2), Kind.MOVE),
        (nn.Upsample(), Kind.OTHER),
        (torch.add, Kind.SUM), (Tensor.__iadd__, Kind.SUM), (torch.mul, Kind.PRODUCT),
        (Tensor.__rmul__, Kind.PRODUCT), (torch.cat, Kind.CONCAT), (torch.mean, Kind.POOL),
        (torch.flatten, Kind.MOVE), (Tensor.__getitem__, Kind.MOVE), (F.interpolate, Kind.OTHER),
        (torch.sub, Kind.OTHER),
    ],
)  # fmt: skip
def test_an_operation_is_of_its_kind(operation, kind):
    assert kind_of(operation) is kind
