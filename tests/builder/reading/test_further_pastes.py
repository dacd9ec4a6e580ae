"""Layers that came later, sizes that code finds itself, and what is done to the picture itself."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from cnnviz.builder.codec import decode, encode
from cnnviz.builder.export_code import to_python
from cnnviz.builder.import_code import from_code, read_code
from cnnviz.builder.modules import build
from cnnviz.builder.reading.errors import CodeError
from cnnviz.builder.reading.vocabulary import layer_named
from cnnviz.builder.shapes import output_shape
from tests.support.further_pastes import FURTHER, HEAD, NAMED, PREPARED
from tests.support.pasted_truth import copy_in_order_of_use, seeded, truth_of


@pytest.mark.parametrize("name", FURTHER)
def test_it_computes_what_torch_computes_and_survives_a_link_and_its_code(name: str) -> None:
    spec = read_code(FURTHER[name]).spec
    ours, truth = build(spec).eval(), seeded(truth_of(FURTHER[name]))
    copy_in_order_of_use(truth, ours, spec.input_shape)
    batch = torch.rand(2, *spec.input_shape, generator=torch.Generator().manual_seed(3))
    if spec.input_shape[1] == 1:  # numbers in a row
        batch = batch.flatten(1)
    with torch.inference_mode():
        expected = truth(batch)
        assert torch.allclose(ours(batch.view(2, *spec.input_shape)), expected, atol=1e-5)
    assert sum(p.numel() for p in ours.parameters()) == sum(p.numel() for p in truth.parameters())
    assert decode(encode(spec)) == spec
    assert output_shape(from_code(to_python(spec))) == tuple(expected.shape[1:])


@pytest.mark.parametrize("name", PREPARED)
def test_what_is_done_to_the_picture_itself_is_named_and_stands_before_the_network(
    name: str,
) -> None:
    reading = read_code(PREPARED[name])
    ours, truth = build(reading.spec).eval(), seeded(truth_of(PREPARED[name]))
    copy_in_order_of_use(truth, ours, reading.spec.input_shape)
    batch = torch.rand(2, *reading.spec.input_shape, generator=torch.Generator().manual_seed(3))
    change, words = {
        "a division": (lambda x: x / 256, "x.float() / 256"),
        "a scale to −1 … 1": (lambda x: 2 * x - 1, "2 * x - 1"),
        "a mean and a deviation": (
            lambda x: (x - truth.mean) / truth.std, "by [0.229, 0.224, 0.225]",
        ),
    }[name]  # fmt: skip
    assert [words in note for note in reading.notes if "picture itself" in note][-1]
    with torch.inference_mode():
        assert torch.allclose(ours(change(batch)), truth(batch), atol=1e-5)


@pytest.mark.parametrize("name", NAMED)
def test_what_is_not_quite_what_torch_gives_is_named(name: str) -> None:
    code, words = NAMED[name]
    reading = read_code(code)
    assert any(words in note for note in reading.notes)
    assert output_shape(reading.spec) == {"random numbers": (1, 28, 28)}.get(name, (1,))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("y = x / 255; return self.c(y) + x", "the picture is used beside it"),
        ("return F.pad(x, (1, 1, 1, 1), value=2)", "with zeros, and not with 2"),
        ("return F.pad(x, (1, 1, 1, 1), mode='circular')", "mode 'circular' is not read"),
        ("return F.pad(self.c(x), (-1, -1))", "padding is -1"),
        ("return self.c(x).view(-1, 0, 2, 2)", "no layer makes other shapes"),
        ("return F.relu(self.c(x).exp())", "exp is torch's, but no layer"),
        ("return self.c(x) * torch.randn_like(x)", "forward has to return tensors"),
        ("y = [x]; y.extend(self.c(y[-1]) for _ in range(2)); return y[-1]", "is used twice"),
    ],
)
def test_what_no_layer_does_is_refused_with_the_reason(line: str, reason: str) -> None:
    code = f"""{HEAD}
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.c = nn.Conv2d(1, 1, 3, padding=1)
    def forward(self, x):
        {line}
"""
    with pytest.raises(CodeError, match=reason):
        read_code(code)


def test_a_size_that_does_not_come_out_is_told_at_the_line_that_asks_for_it() -> None:
    code = FURTHER["a size found by numel"].replace("nn.Conv2d(8,", "nn.Conv2d(9,")
    with pytest.raises(CodeError, match="this Conv2d does not take a tensor of shape"):
        read_code(code)


def test_no_module_of_torch_is_said_not_to_be_torchs() -> None:
    modules = [each for each in vars(nn).values() if isinstance(each, type)]
    for module in modules:
        if not issubclass(module, nn.Module):
            continue
        try:
            layer_named(module.__name__, [], {})
        except ValueError as error:
            assert not str(error).startswith("torch.nn has no"), module.__name__
