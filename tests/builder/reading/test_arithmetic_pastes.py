"""What is computed with numbers, learnt ones and parts of the channels is what torch computes."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from cnnviz.builder.codec import decode, encode
from cnnviz.builder.export_code import to_python
from cnnviz.builder.import_code import from_code, read_code
from cnnviz.builder.modules import build
from cnnviz.builder.reading.errors import CodeError
from cnnviz.builder.reading.torch_names import WHERE, not_there
from cnnviz.builder.reading.vocabulary import FUNCTIONS
from cnnviz.builder.shapes import output_shape
from cnnviz.models.specs import Hardsigmoid, Hardswish
from tests.builder.reading.test_pastes import computed, is_seen, mutants
from tests.support.arithmetic_pastes import ARITHMETIC, HEAD
from tests.support.pasted_truth import seeded, truth_of

MUTANTS = 1  # of each paste: all were tried once
LAID_OUT = ("view", "reshape", "unsqueeze", "__getitem__")


class Uses(TorchFunctionMode):
    """The tensors of a network in the order in which a pass computes with them."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.known = {id(t): t for t in model.state_dict(keep_vars=True).values()}
        self.views: dict[int, tuple[int, Tensor]] = {}
        self.order: dict[int, Tensor] = {}

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        made = func(*args, **(kwargs or {}))
        given = [*args, *(kwargs or {}).values()]
        for each in (value for value in given if isinstance(value, Tensor)):
            own, _ = self.views.get(id(each), (id(each), each))
            if own in self.known and func.__name__ in LAID_OUT:
                self.views[id(made)] = own, made
            elif own in self.known and func.__name__ not in ("__get__", "dim"):
                self.order[own] = self.known[own]
        return made


def used_in_order(model: nn.Module, shape: tuple[int, ...]) -> list[Tensor]:
    uses = Uses(model)
    with torch.no_grad(), uses:
        model(torch.zeros(1, *shape))
    return list(uses.order.values())


def assert_same(code: str) -> None:
    """The network that is read computes what torch computes, and comes back from link and code."""
    spec = read_code(code).spec
    ours, truth = build(spec).eval(), seeded(truth_of(code))
    pairs = zip(*(used_in_order(model, spec.input_shape) for model in (ours, truth)), strict=True)
    batch = torch.rand(2, *spec.input_shape, generator=torch.Generator().manual_seed(3))
    with torch.no_grad():
        for own, other in pairs:
            own.copy_(other.reshape(own.shape))
        expected = truth(batch)
        assert torch.allclose(ours(batch), expected, rtol=1e-4, atol=1e-4)
    assert sum(p.numel() for p in ours.parameters()) == sum(p.numel() for p in truth.parameters())
    assert decode(encode(spec)) == spec
    written = to_python(spec)
    assert from_code(written).layers == spec.layers
    names: dict[str, Any] = {"__name__": "exported"}
    exec(compile(written, "exported", "exec"), names)
    made = [value for value in names.values() if isinstance(value, type)][-1]()
    made.load_state_dict(ours.state_dict())
    with torch.inference_mode():
        assert torch.equal(made.eval()(batch), ours(batch))


@pytest.mark.parametrize("name", ARITHMETIC)
def test_a_paste_computes_what_torch_computes_and_survives_link_and_code(name: str) -> None:
    assert_same(ARITHMETIC[name])


@pytest.mark.parametrize("name", ARITHMETIC)
def test_a_literal_that_changes_what_torch_computes_changes_what_is_read(name: str) -> None:
    code = ARITHMETIC[name]
    plain = read_code(code)
    truth = computed(code, plain.spec.input_shape)
    tried = random.Random(name).sample(mutants(code, (int, float, str)), MUTANTS)
    assert [mutant for mutant in tried if not is_seen(mutant, plain, truth)] == []


def paste(line: str) -> str:
    return f"""{HEAD}
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(1, 4, 3, padding=1)
        self.w = nn.Parameter(torch.full((4, 1, 1), 0.5))
        self.one = nn.Parameter(torch.tensor(2.0))
        self.row = nn.Parameter(torch.zeros(4))
        self.fc = nn.Linear(4, 4)
    def forward(self, x):
        a = self.a(x)
        b = torch.tanh(a)
        return {line}
net = Net()
net(torch.rand(1, 1, 8, 8))
"""


@pytest.mark.parametrize(
    "line",
    [
        "a * 0.1", "0.1 * a - 2", "1 - a", "2 - b * 3", "a / 4 + b", "-1 * a", "F.relu6(a + 2) / 6",
        "F.relu6(a + 3)", "a * F.relu6(b + 3) / 6", "torch.cat([a, a + 3], 1)", "a.mul(2).add(b)",
        "torch.add(a, 0.5)", "a[:, 1:3] * b[:, :2]", "a[:, -1:]",
        "a[:, 1:, ...]", "torch.cat(a.chunk(2, 1)[::-1], 1)", "torch.split(a, 3, dim=1)[1]",
        "a.split([1, 3], 1)[1]", "a.permute(0, 2, 3, 1).permute(0, 3, 1, 2)",
        "self.fc(a.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)", "a.mean(1, keepdim=True) * b",
        "torch.max(a, dim=1, keepdim=True)[0]", "a.amax(dim=1, keepdim=True)",
        "F.interpolate(a, size=5)", "F.channel_shuffle(a, 2)", "x + 0.1 * (a - a.mean(1, True))",
        "(a + self.row.view(1, -1, 1, 1)) * self.w", "self.fc(a.mean((2, 3))) * self.row",
        "torch.clamp(a, 0, 1) + b.clamp(min=0)", "a * (a + 3).clamp(0, 6) / 6",
        "F.hardtanh(a, -2, 1)",
        "a * self.w[None] + self.one", "a * self.row[:, None, None]", "F.layer_norm(a, (4, 8, 8))",
        "self.w * (a.permute(0, 2, 3, 1) * self.row).permute(0, 3, 1, 2)",
        "self.fc(b.view(a.size(0), a.size(1), -1).mean(2))",
        "a * torch.sigmoid(self.fc(a.mean((2, 3)))).view(a.size(0), a.size(1), 1, 1)",
        "torch.cat([a, a], 1)", "torch.cat([a, b, a], 1)", "b - b", "a * a", "b + b", "b * b + a",
    ],
)  # fmt: skip
def test_a_line_is_read_as_torch_computes_it(line: str) -> None:
    used = [name for name in ("w", "one", "row", "fc") if f"self.{name}" not in line]
    code = paste(line)
    for name in used:  # torch would count what is never used
        code = "\n".join(each for each in code.split("\n") if f"self.{name} =" not in each)
    assert_same(code)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("2 / a", "computing so with a tensor and a number"),
        ("a ** 3", "computing so with a tensor and a number"),
        ("a * self.row", "learnt numbers of shape 4 are not read here"),
        ("a - self.w", "not behind another sign"),
        ("a * self.w + b * self.w", "used twice"),
        ("a * torch.sigmoid(self.w)", "sigmoid"),
        ("a.split(3)", "cuts the channels"),
        ("a.split([1, 2], 1)[0]", r"split takes 1 \+ 2 = 3 channels, and 4 arrive"),
        ("x.split(1, 1)[0]", "is not known here"),
        ("a[:, ::2]", "some of the channels"),
        ("a[:, 0]", "some of the channels"),
        ("a.view(x.size(0), x.size(1), -1).mean(2)", "no layer makes other shapes"),
        ("a.view(x.size(0), a.size(1), x.size(2) * 4).mean(2)", "view"),
        ("a * torch.sigmoid(a.mean((2, 3))).view(x.size(0), x.size(1), 1, 1)", "other shapes"),
        ("a.permute(0, 2, 3, 1)", "channels last"),
        (
            "F.max_pool2d(a.permute(0, 2, 3, 1), 2)",
            "a MaxPool2d is not read where channels come last",
        ),
        ("a.permute(0, 2, 3, 1) + b", "one map has its channels last"),
        ("a.permute(0, 3, 2, 1)", "turns the axes"),
        ("a.view(-1, 2, 2, 8, 8)", "no layer makes other shapes"),
        ("a.pow(2).mean(1, keepdim=True)", "pow is torch's"),
    ],
)
def test_what_only_looks_like_it_is_refused(line: str, reason: str) -> None:
    with pytest.raises(CodeError, match=reason):
        read_code(paste(line))


HOMES = {"t": torch, "f": F, "m": Tensor}
WRITTEN = {"t": "torch.{}(a)", "f": "F.{}(a)", "m": "a.{}()"}
ASKED = [(name, asked) for name in FUNCTIONS for asked in HOMES if not_there(name, asked)]


def test_where_functions_of_tensors_are_is_torchs_own_word() -> None:
    for homes, names in WHERE.items():
        for name in names:
            has = "".join(each for each, home in HOMES.items() if hasattr(home, name))
            assert (name, has) == (name, homes)
    assert {*FUNCTIONS} <= {name for names in WHERE.values() for name in names}


@pytest.mark.parametrize(("name", "asked"), ASKED)
def test_a_function_where_torch_has_none_is_refused_with_where_it_is(name: str, asked: str) -> None:
    with pytest.raises(CodeError, match=rf"no .*{name}: write (F|torch)\.{name}"):
        read_code(paste(WRITTEN[asked].format(name)))


@pytest.mark.parametrize("name", ["elu_", "leaky_relu_", "hardtanh_", "selu_"])
def test_what_works_in_place_is_the_same_layer(name: str) -> None:
    in_place, plain = (read_code(paste(f"F.{one}(a)")) for one in (name, name.rstrip("_")))
    assert in_place.spec.layers == plain.spec.layers


def test_a_written_out_activation_is_one_layer() -> None:
    for line, layer in (
        ("F.relu6(a + 3) / 6", Hardsigmoid()),
        ("a * F.relu6(a + 3) / 6", Hardswish()),
    ):
        reading = read_code(paste(line))
        assert reading.spec.layers[1:] == (layer,)
        assert not [note for note in reading.notes if "line 18" in note]


def test_learnt_numbers_that_nothing_uses_are_named() -> None:
    notes = read_code(paste("a * self.one")).notes
    assert "w is never used: torch counts its 4 parameters." in notes
    assert output_shape(read_code(paste("a * self.one")).spec) == (4, 8, 8)


def body(lines: str) -> str:
    return f"""{HEAD}
class Net(nn.Module):
    def __init__(self, act="GELU", **more):
        super().__init__()
        self.act = getattr(nn, act)()
        self.c = nn.Conv2d(1, 4, more.pop("k", 3), **more)
        self.w = nn.Parameter(torch.FloatTensor([0.5]))
    def forward(self, x):
        {lines}
net = Net(k=5, padding=2)
"""


@pytest.mark.parametrize(
    "lines",
    [
        "return self.act(self.c(x.mean(dim=1, keepdim=True))) * self.w",
        "first, *rest = [self.c(x) * self.w, x, x]; return self.act(first) + rest[-1][:, :1]",
        "return torch.cat([y * 2 for z in [self.c(x) * self.w] for y in (z, self.act(z))], 1)",
    ],
)
def test_python_is_read_in_pythons_order(lines: str) -> None:
    assert_same(body(lines))


def test_a_grey_picture_that_code_makes_of_colours_is_not_taken_for_a_grey_input() -> None:
    spec = read_code(body("return self.act(self.c(x.mean(dim=1, keepdim=True))) * self.w")).spec
    assert spec.input_shape[0] == 3


def test_learnt_numbers_are_no_size_of_pictures() -> None:
    code = paste("torch.relu(a) * self.w").replace("net(torch.rand(1, 1, 8, 8))", "")
    ones = code.replace("torch.full((4, 1, 1), 0.5)", "torch.ones(1, 4, 1, 1)")
    assert read_code(ones).spec.input_shape == read_code(code).spec.input_shape
    noisy = body("y = self.c(x); return y + self.w * torch.randn_like(y)")
    assert [note for note in read_code(noisy).notes if "torch counts 1 parameters there" in note]
