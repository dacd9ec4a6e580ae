"""Networks whose paths join: against hand-written modules of torch with the same weights."""

from __future__ import annotations

import ast
import random
from collections.abc import Callable
from itertools import pairwise

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnnviz.builder import edits
from cnnviz.builder.codec import decode, encode
from cnnviz.builder.entries import entries_of, layers_from
from cnnviz.builder.export_code import to_python
from cnnviz.builder.fitting import fit_network
from cnnviz.builder.modules import build
from cnnviz.builder.network_file import from_json, to_json
from cnnviz.builder.shapes import failure, forward_shapes, outcome, output_shape
from cnnviz.models.joined_networks import densenet, inception, unet
from cnnviz.models.specs import (
    Conv2d,
    ConvTranspose2d,
    Identity,
    Join,
    Layer,
    MaxPool2d,
    NetworkSpec,
    ReLU,
    Residual,
    Upsample,
)
from cnnviz.summary import summarize

PRESETS = {"unet": unet, "inception": inception, "densenet": densenet}


class UNet(nn.Module):
    """A U-Net as people write it, with the parts of `build(unet(...))` in their order."""

    def __init__(self, parts: list[nn.Module]) -> None:
        super().__init__()
        self.parts = nn.ModuleList(parts)

    def forward(self, x: Tensor) -> Tensor:
        """Scores of every pixel."""
        c1, c2, c3, c4, c5, c6, up2, c7, c8, up1, c9, c10, head = self.parts
        e1 = F.relu(c2(F.relu(c1(x))))
        e2 = F.relu(c4(F.relu(c3(F.max_pool2d(e1, 2)))))
        mid = F.relu(c6(F.relu(c5(F.max_pool2d(e2, 2)))))
        d2 = F.relu(c8(F.relu(c7(torch.cat([e2, up2(mid)], 1)))))
        d1 = F.relu(c10(F.relu(c9(torch.cat([e1, up1(d2)], 1)))))
        return head(d1)


class Inception(nn.Module):
    """Four paths from the same maps."""

    def __init__(self, parts: list[nn.Module]) -> None:
        super().__init__()
        self.parts = nn.ModuleList(parts)

    def forward(self, x: Tensor) -> Tensor:
        """Scores of a batch."""
        stem, one, three_a, three_b, five_a, five_b, pooled, head = self.parts
        x = F.max_pool2d(F.relu(stem(x)), 2)
        paths = [
            F.relu(one(x)),
            F.relu(three_b(F.relu(three_a(x)))),
            F.relu(five_b(F.relu(five_a(x)))),
            F.relu(pooled(F.max_pool2d(x, 3, stride=1, padding=1))),
        ]
        return head(torch.cat(paths, 1).mean((2, 3)))


class DenseNet(nn.Module):
    """Each convolution of a block reads all maps before it."""

    def __init__(self, parts: list[nn.Module]) -> None:
        super().__init__()
        self.parts = nn.ModuleList(parts)

    def forward(self, x: Tensor) -> Tensor:
        """Scores of a batch."""
        first, *rest, norm, head = self.parts
        x, pairs = first(x), list(zip(rest[::2], rest[1::2], strict=True))
        for place, (bn, conv) in enumerate(pairs):
            new = conv(F.relu(bn(x)))
            x = F.avg_pool2d(new, 2) if place == 4 else torch.cat([x, new], 1)
        return head(F.relu(norm(x)).mean((2, 3)))


def with_weights(model: nn.Module) -> list[nn.Module]:
    return [module for module in model.children() if list(module.parameters())]


def batch(spec: NetworkSpec, count: int = 2) -> Tensor:
    return torch.rand(count, *spec.input_shape, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize(
    ("spec", "by_hand"),
    [
        (unet(3, 20, 4, 2, 5), UNet), (unet(1, 32, 2, 2), UNet),
        (inception(7), Inception), (densenet(6), DenseNet),
    ],
)  # fmt: skip
def test_a_preset_gives_what_a_hand_written_module_gives(
    spec: NetworkSpec, by_hand: Callable[[list[nn.Module]], nn.Module]
) -> None:
    model = build(spec).eval()
    truth = by_hand(with_weights(model)).eval()
    with torch.inference_mode():
        assert torch.allclose(model(batch(spec)), truth(batch(spec)), atol=1e-6)


def test_the_small_unet_has_the_numbers_that_torch_counts() -> None:
    model = build(unet(), device="meta")
    assert sum(p.numel() for p in model.parameters()) == 481_762
    assert sum(row.num_params for row in forward_shapes(unet())) == 481_762
    assert output_shape(unet()) == (2, 64, 64)


@pytest.mark.parametrize("name", PRESETS)
def test_exported_code_gives_the_same_numbers_with_the_same_names_of_weights(name: str) -> None:
    spec = PRESETS[name]()
    names: dict[str, object] = {"__name__": "exported"}
    exec(compile(to_python(spec), "exported", "exec"), names)
    (made,) = (m for m in names.values() if isinstance(m, type) and issubclass(m, nn.Module))
    theirs, ours = made().eval(), build(spec).eval()
    theirs.load_state_dict(ours.state_dict())
    with torch.inference_mode():
        assert torch.equal(theirs(batch(spec)), ours(batch(spec)))


@pytest.mark.parametrize("name", PRESETS)
def test_links_files_and_entries_bring_the_network_back(name: str) -> None:
    spec = PRESETS[name]()
    assert decode(encode(spec)) == spec
    assert from_json(to_json(spec)) == spec
    assert layers_from(entries_of(spec.layers)) == spec.layers


def reached(model: nn.Module, shape: tuple[int, ...]) -> tuple[int, int]:
    """Rows and columns of the input that the middle of the output has a gradient for."""
    x = torch.rand(1, *shape, dtype=torch.float64, requires_grad=True)
    y = model(x)
    (gradient,) = torch.autograd.grad(y[0, :, y.shape[2] // 2, y.shape[3] // 2].sum(), x)
    rows, columns = gradient[0].abs().sum(0).nonzero(as_tuple=True)
    return tuple(int(axis.max() - axis.min()) + 1 for axis in (rows, columns))


@pytest.mark.parametrize(
    "layers",
    [
        (Conv2d(1, 2, 3, padding=1, mark="a"), Conv2d(2, 2, 5, padding=2), Join(("a", "")),
         Conv2d(4, 2, 3, padding=1)),
        (Conv2d(1, 2, 3, padding=1, mark="a"), Conv2d(2, 2, 7, padding=3, mark="b"), Join(("a",)),
         Conv2d(2, 2, 3, padding=1), Join(("b", ""), how="sum")),
        (Conv2d(1, 2, 3, padding=1, mark="a"), Join(("input",)), Conv2d(1, 2, 1),
         Join(("a", "", "a"), how="sum")),
    ],
)  # fmt: skip
def test_what_a_join_sees_is_what_the_gradient_sees(layers: tuple[Layer, ...]) -> None:
    spec = NetworkSpec("n", (1, 41, 41), layers)
    model = build(spec).double().eval()
    for parameter in model.parameters():
        parameter.data.abs_().add_(0.1)
    row = summarize(model, (1, 1, 41, 41)).rows[-1]
    assert reached(model, spec.input_shape) == (row.receptive_field,) * 2


@pytest.mark.parametrize("seed", range(40))
def test_shapes_of_joins_are_those_of_real_tensors(seed: int) -> None:
    rng = random.Random(seed)
    sides = [(rng.choice((2, 3)), rng.randint(4, 7), rng.randint(4, 7)) for _ in range(2)]
    maps = [Conv2d(1, channels, (12 - height, 12 - width), mark=f"m{place}")
            for place, (channels, height, width) in enumerate(sides)]  # fmt: skip
    join = Join(
        ("m0", "m1"), rng.choice(("cat", "sum")), rng.choice(("equal", "crop", "pad", "resize"))
    )
    spec = NetworkSpec("n", (1, 11, 11), (maps[0], Join(("input",)), maps[1], join))
    try:
        with torch.inference_mode():
            truth = tuple(build(spec).eval()(batch(spec)).shape[1:])
    except RuntimeError:
        failed = failure(forward_shapes(spec))
        assert failed is not None
        assert failed.path == (3,)
    else:
        assert output_shape(spec) == truth


@pytest.mark.parametrize("layer", [
    Upsample(2.0), Upsample(1.5, "bilinear"), Upsample(2.0, "bicubic", align_corners=True),
    Upsample(0.5), Upsample(3.0, "bilinear", like="a"),
    ConvTranspose2d(2, 3, 2, stride=2, like="a"),
])  # fmt: skip
def test_what_makes_maps_larger_has_the_shape_of_real_tensors(layer: Layer) -> None:
    start = (Conv2d(1, 2, 1, mark="a"), MaxPool2d(2))
    for size in (9, 12):
        spec = NetworkSpec("n", (1, size, size + 1), (*start, layer))
        with torch.inference_mode():
            assert output_shape(spec) == tuple(build(spec).eval()(batch(spec)).shape[1:])


def test_output_size_is_that_of_the_place_and_what_torch_refuses_is_refused() -> None:
    start = (Conv2d(1, 2, 1, mark="a"), MaxPool2d(3))
    wrong = NetworkSpec("n", (1, 20, 20), (*start, ConvTranspose2d(2, 2, 2, stride=2, like="a")))
    assert outcome(wrong.layers[-1], (2, 6, 6)).output_shape == (2, 12, 12)
    assert output_shape(wrong) is None
    with pytest.raises(ValueError, match="requested an output size"):
        build(wrong)(batch(wrong))


@pytest.mark.parametrize(
    ("layers", "sentence"),
    [
        ((Join(("a", "")),), "no place before it"),
        ((Join(("a",)), ReLU(mark="a")), "no place before it"),
        ((ReLU(mark="a"), ReLU(mark="a")), "two places"),
        ((Residual((ReLU(mark="a"),)),), "inside a block"),
        ((Residual((Join(("input",)),)),), "inside a block"),
        ((ConvTranspose2d(1, 1, 2, like="a"),), "no place before it"),
    ],
)
def test_a_place_that_is_not_there_is_refused(layers: tuple[Layer, ...], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        NetworkSpec("n", (1, 8, 8), layers)


@pytest.mark.parametrize("mark", ["a b", "class", "x", "input", "1a", "_a", "é", "a" * 21, 7, None])
def test_a_name_that_no_variable_could_have_is_refused(mark: object) -> None:
    with pytest.raises(ValueError, match="place"):
        ReLU(mark=mark)  # ty: ignore[invalid-argument-type]


@pytest.mark.parametrize("how", ["cat", "sum", "product", "difference"])
@pytest.mark.parametrize("sizes", ["equal", "crop", "pad", "resize"])
def test_no_place_has_a_name_that_the_exported_forward_uses_itself(how: str, sizes: str) -> None:
    small, back = MaxPool2d(1, mark="small"), Join(("small", ""), how=how, sizes=sizes)
    code = to_python(NetworkSpec("n", (2, 8, 8), (small, ReLU(), back)))
    (forward,) = (
        node for node in ast.walk(ast.parse(code)) if getattr(node, "name", "") == "forward"
    )
    names = {node.id for node in ast.walk(forward) if isinstance(node, ast.Name)}
    for name in names - {"small"}:
        with pytest.raises(ValueError, match="place"):
            ReLU(mark=name)


@pytest.mark.parametrize("entry", [
    {"kind": "Join"}, {"kind": "Join", "reads": []}, {"kind": "Join", "reads": "ab"},
    {"kind": "Join", "reads": [["a"]]}, {"kind": "Join", "reads": [""] * 33},
    {"kind": "Upsample", "scale_factor": 2, "like": []}, {"kind": "ReLU", "mark": {}},
    {"kind": "Conv2d", "in_channels": 1, "out_channels": 1, "kernel_size": 1, "like": "a"},
])  # fmt: skip
def test_a_link_that_says_something_else_is_refused(entry: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        layers_from([entry])


def test_a_place_that_is_removed_hands_its_name_to_the_one_before() -> None:
    layers = (Conv2d(1, 2, 3), ReLU(mark="a"), Identity(), Join(("a", "")))
    spec = NetworkSpec("n", (1, 8, 8), layers)
    assert edits.remove_layer(spec, (1,)).layers[0].mark == "a"
    without = edits.remove_layer(NetworkSpec("n", (1, 8, 8), layers[1:]), (0,))
    assert without.layers[-1] == Join(("input", ""))
    two = NetworkSpec("n", (1, 8, 8), (ReLU(mark="b"), ReLU(mark="a"), Join(("a", "b"))))
    assert edits.remove_layer(two, (1,)).layers[-1] == Join(("b", "b"))


def test_places_stay_named_when_layers_move_are_copied_or_changed() -> None:
    spec = NetworkSpec("n", (1, 8, 8), (Identity(), ReLU(mark="a"), ReLU(), Join(("a", ""))))
    assert edits.move_layer(spec, (1,), (0,)).layers[0].mark == "a"
    with pytest.raises(ValueError, match="no place before it"):
        edits.move_layer(spec, (1,), (3,))
    assert edits.duplicate_layer(spec, (1,)).layers[2] == ReLU()
    assert edits.replace_layer(spec, (1,), Identity()).layers[1] == Identity(mark="a")


def test_what_comes_behind_a_join_is_fitted_to_all_its_channels() -> None:
    spec = edits.change_arguments(unet(), (3 - 1,), out_channels=20)
    assert output_shape(spec) is None
    assert output_shape(fit_network(spec)) == (2, 64, 64)


def test_rows_of_the_densenet_grow_by_the_same_number() -> None:
    joins = [row.output_shape for row in forward_shapes(densenet()) if row.name.startswith("cat")]
    channels = [shape[0] for shape in joins if shape]
    assert {after - before for before, after in pairwise(channels)} == {12, -24}
