"""What a cell sees behind one operation, by footprints and by algebra, against gradients."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnnviz.probes.receptive import box_of, cell_of
from cnnviz.probes.tape import tape
from cnnviz.summary import summarize
from tests.support.random_rearrangements import Rearranged

SIDE, MAP, PICTURES = 14, 12, 24  # pixels, cells of the map that the operation reads
KIND = torch.float64
Operation = Callable[[Tensor], Tensor]
Span = tuple[int, int]

chance = torch.Generator().manual_seed(0)
KERNELS, FEW, MIX, ROWS = (
    torch.rand(shape, generator=chance, dtype=KIND)
    for shape in ((4, 4, 3, 3), (4, 1, 3, 3), (4, 4), (MAP, MAP))
)
HALF = torch.tensor([[[0.5, 0, 0], [0, 0.5, 0]]], dtype=KIND)
SOME, BACK = torch.tensor([0, 3, 5, 9, 1]), torch.arange(MAP).flip(0)


def zoomed(x: Tensor) -> Tensor:
    grid = F.affine_grid(HALF.expand(len(x), 2, 3), [len(x), 4, 6, 6], align_corners=False)
    return F.grid_sample(x, grid, align_corners=False)


def by_itself(x: Tensor) -> Tensor:
    return F.grid_sample(x, x[:, :2].permute(0, 2, 3, 1).tanh(), align_corners=False)


def blocks_to_channels(x: Tensor) -> Tensor:
    parts = x.unflatten(3, (-1, 2)).unflatten(2, (-1, 2))  # (N, C, rows, 2, columns, 2)
    return parts.permute(0, 1, 3, 5, 2, 4).flatten(1, 3)[:, ::5]


def in_windows(x: Tensor) -> Tensor:
    rows = x.unflatten(3, (-1, 4)).unflatten(2, (-1, 4)).permute(0, 2, 4, 3, 5, 1)
    tokens = rows.reshape(-1, 16, 4)
    mixed = (tokens @ tokens.mT).softmax(-1) @ tokens
    return mixed.view(rows.shape).permute(0, 5, 1, 3, 2, 4).reshape(x.shape)


def attended(x: Tensor) -> Tensor:
    return F.scaled_dot_product_attention(*[x.flatten(2).mT] * 3).mT.unflatten(2, (MAP, MAP))


def emptied(x: Tensor) -> Tensor:
    x = x.clone()
    x[:, :, :3] = 0
    return x


EXACT: dict[str, Operation] = {
    "convolution": lambda x: F.conv2d(x, KERNELS),
    "strided": lambda x: F.conv2d(x, KERNELS, None, 2, padding=1, dilation=2),
    "same": lambda x: torch.conv2d(x, KERNELS, padding="same"),
    "depthwise": lambda x: F.conv2d(x, FEW, groups=4),
    "transposed": lambda x: F.conv_transpose2d(x, KERNELS[..., :2, :2], stride=2),
    "linear": lambda x: F.linear(x.permute(0, 2, 3, 1), MIX).permute(0, 3, 1, 2),
    "einsum": lambda x: torch.einsum("bchw,dc->bdhw", x, MIX),
    "einsum of itself": lambda x: torch.einsum("bchw,bdhw->bchw", x, x),
    "einsum that turns": lambda x: torch.einsum("bchw->bcwh", x),
    "tensordot": lambda x: torch.tensordot(x, MIX, dims=([1], [0])).permute(0, 3, 1, 2),
    "stack": lambda x: torch.stack([x, x * 2], 2).flatten(1, 2)[:, ::2],
    "stack between": lambda x: torch.stack([x, x], 4).flatten(3),
    "unfold": lambda x: F.unfold(x, 2, stride=2).unflatten(2, (6, 6))[:, ::5],
    "windows": lambda x: x.unfold(2, 3, 1).unfold(3, 3, 1).sum((-1, -2)),
    "roll": lambda x: x.roll((2, -3), (2, 3)),
    "flip": lambda x: x.flip(2),
    "transpose": lambda x: x.mT,
    "pad": lambda x: F.pad(x, (1, 2, 3, 0)),
    "pad channels": lambda x: F.pad(x, (0, 0, 0, 0, 0, 1))[:, :4],
    "cut": lambda x: F.pad(x, (-1, -2, 0, -1)),
    "slices": lambda x: x[:, :, 1::2, ::3],
    "space to depth": lambda x: torch.cat([x[:, :2, ::2, ::2], x[:, 2:, 1::2, 1::2]], 1),
    "halves": lambda x: torch.cat(x.split(4, 2)[::-1], 2),
    "repeat": lambda x: x.repeat(1, 1, 2, 1),
    "repeat each": lambda x: x.repeat_interleave(2, 3),
    "blocks": blocks_to_channels,
    "there and back": lambda x: x.flatten(2).unflatten(2, (MAP, MAP)),
    "difference": lambda x: x.diff(dim=3),
    "norm of channels": lambda x: F.normalize(x, dim=1) * torch.rsqrt(1 + x.square()),
    "power pooling": lambda x: F.lp_pool2d(x.abs() + 0.1, 2, 2),
    "pooling with places": lambda x: F.max_pool2d(x, 2, return_indices=True)[0],
    "gated": lambda x: F.glu(x.repeat(1, 2, 1, 1), 1),
    "emptied": emptied,
    "softmax of all": lambda x: x.flatten(2).softmax(2).view_as(x),
    "minus its mean": lambda x: x - x.mean((2, 3), keepdim=True),
    "attention": attended,
}
# Their pattern hangs on numbers or on the place, or follows one axis only: the algebra says nothing
# of it, or too much, and footprints are exact.
EXACT_BY_FOOTPRINTS: dict[str, Operation] = {
    "rows mixed": lambda x: ROWS @ x,
    "columns mixed": lambda x: x @ ROWS,
    "grid_sample": zoomed,
    "grid from the picture": by_itself,
    "rows as channels": lambda x: F.conv1d(x[:, 0], ROWS[:, :, None])[:, None].repeat(1, 4, 1, 1),
    "index_select": lambda x: x.index_select(3, SOME),
    "a list": lambda x: x[:, :, [0, 3, 5, 9, 1]],
    "a tensor": lambda x: x[:, :, SOME],
    "gather": lambda x: x.gather(3, BACK.expand(len(x), 4, MAP, MAP)),
    "unbind": lambda x: torch.stack(x.unbind(2)[::-1], 2),
    "triangle": lambda x: x.tril(),
    "rot90": lambda x: x.rot90(1, (2, 3)),
    "running sum": lambda x: x.cumsum(3),
    "running maximum": lambda x: x.cummax(2).values,
    "softmax of rows": lambda x: x.softmax(3),
    "scatter": lambda x: x.new_zeros(len(x), 4, MAP, 24).scatter(3, 2 * BACK.expand_as(x), x),
}
# Never too little: what makes pictures of windows, and sums of overlapping ones.
WIDER: dict[str, Operation] = {
    "windows as pictures": in_windows,
    "fold": lambda x: F.fold(F.unfold(x, 3, padding=1), MAP, 3, padding=1),
    "mean of a stack": lambda x: torch.stack([x, x.roll(1, 3)]).mean(0),
    "fft": lambda x: torch.fft.ifft2(torch.fft.fft2(x) * ROWS).real,
    "sorted": lambda x: x.sort(1).values,
    "less one number": lambda x: x - x[0, 0, 0, 0],
}
OPERATIONS = EXACT | EXACT_BY_FOOTPRINTS | WIDER


class Between(nn.Module):
    """A convolution, an operation, and a second convolution that is asked."""

    def __init__(self, operation: Operation) -> None:
        super().__init__()
        self.first, self.operation = nn.Conv2d(1, 4, SIDE - MAP + 1), operation
        self.asked = nn.Conv2d(4, 1, 2)
        for conv in (self.first, self.asked):
            nn.init.uniform_(conv.weight, 0.1, 1, torch.Generator().manual_seed(0))

    def forward(self, x: Tensor) -> Tensor:
        return self.asked(self.operation(self.first(x)))


def spans_of(read: Tensor) -> tuple[Span, Span] | None:
    """Rows and columns from the first to behind the last that is read; None where none is."""
    lines = [read.any(dim).nonzero().flatten().tolist() for dim in (1, 0)]
    if not lines[0]:
        return None
    rows, columns = ((line[0], line[-1] + 1) for line in lines)
    return rows, columns


def holds(outer: tuple[Span, ...], inner: tuple[Span, ...]) -> bool:
    return all(a[0] <= b[0] and b[1] <= a[1] for a, b in zip(outer, inner, strict=True))


@pytest.mark.parametrize("name", OPERATIONS)
def test_nothing_that_is_read_is_left_out_and_what_is_known_is_exact(name: str) -> None:
    network = Between(OPERATIONS[name]).to(KIND).eval()
    shape = (PICTURES, 1, SIDE, SIDE)
    pictures = torch.randn(shape, generator=torch.Generator().manual_seed(1), dtype=KIND)
    answers = network(pictures.requires_grad_())
    played = tape(network, pictures[:1].detach())
    row = summarize(network, (1, 1, SIDE, SIDE)).rows[-1]
    assert name not in EXACT or row.sees_all or row.extents
    height, width = answers.shape[2:]
    for cell in {(0, 0), (1, width // 2), (height // 2, 1), (height - 1, width - 1)}:
        (pull,) = torch.autograd.grad(answers[:, 0, *cell].sum(), pictures, retain_graph=True)
        read = spans_of(pull.abs().amax((0, 1)) > 1e-9)
        if read is None:  # behind a border that was cut or emptied
            continue
        box = box_of(played, played["asked"], cell_of(played["asked"], 0, *cell))
        seen = (box.top, box.bottom), (box.left, box.right)
        assert holds(seen, read)
        assert name in WIDER or seen == read
        if row.sees_all:
            assert name in WIDER or read == ((0, SIDE), (0, SIDE))
        elif row.extents and row.map_dims and not row.has_global_context:
            place = dict(zip((2, 3), cell, strict=True))
            windows = row.input_window(*(place[dim] for dim in row.map_dims)) or ()
            said = tuple((max(one.start, 0), min(one.stop, SIDE)) for one in windows)
            assert holds(said, read)
            at_a_border = cell[0] in (0, height - 1) or cell[1] in (0, width - 1)
            assert said == read or name in WIDER or (name == "strided" and at_a_border)


@pytest.mark.parametrize("seed", range(0, 240, 20))
def test_what_is_taken_apart_and_put_together_at_random_leaves_nothing_out(seed: int) -> None:
    said = [window for number in range(seed, seed + 20) for window in windows_of(number)]
    assert len(said) >= 5
    assert all(holds(seen, read) for seen, read in said)


def windows_of(seed: int) -> list[tuple[tuple[Span, ...], tuple[Span, Span]]]:
    """What is said of some cells of a random network, and what has a gradient."""
    network, found = Rearranged(seed).to(KIND).eval(), []
    side = network.side
    pictures = torch.randn(
        (PICTURES, 1, side, side), generator=torch.Generator().manual_seed(seed), dtype=KIND
    )
    answers = network(pictures.requires_grad_())
    played = tape(network, pictures[:1].detach())
    row = summarize(network, (1, 1, side, side)).rows[-1]
    chance = Random(seed)
    for _ in range(3):
        cell = tuple(chance.randrange(size) for size in answers.shape[1:])
        (pull,) = torch.autograd.grad(answers[:, *cell].sum(), pictures, retain_graph=True)
        read = spans_of(pull.abs().amax((0, 1)) > 1e-11)
        if read is None:
            continue
        box = box_of(played, played["end"], cell)
        found.append((((box.top, box.bottom), (box.left, box.right)), read))
        if row.extents and row.map_dims and not (row.sees_all or row.has_global_context):
            windows = row.input_window(*(cell[dim - 1] for dim in row.map_dims)) or ()
            found.append((tuple((max(w.start, 0), min(w.stop, side)) for w in windows), read))
    return found
