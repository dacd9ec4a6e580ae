"""A head on a frozen network, against torch's own layers, and against sums worked out by hand."""

import json
import struct

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save

from cnnviz.activations import record
from cnnviz.heatmaps import grad_cam
from cnnviz.images import sample
from cnnviz.teaching import (
    BACKBONES,
    Head,
    HeadError,
    SavedHead,
    alike_by_chance,
    backbone,
    features,
    left_out,
    load_head,
    nearest,
    num_alike,
    on_maps,
    save_head,
    taught,
    with_head,
)

NAMES = ("cat", "coffee", "rocket", "horse")


def clouds(count: int, seed: int = 0):
    """Points of three classes in eight dimensions, around places of their own."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.arange(count) % 3
    places = 3 * torch.randn(3, 8, generator=generator)
    return places[labels] + torch.randn(count, 8, generator=generator), labels


@pytest.fixture(scope="module", params=BACKBONES)
def standing(request):
    return backbone(request.param)


def batch_of(standing, size=64):
    return torch.cat([standing.network.transform(sample(name), size) for name in NAMES])


def test_the_trunk_gives_the_maps_that_the_network_computes(standing):
    batch, last = batch_of(standing), standing.layers[-1]
    with torch.inference_mode():
        maps = standing.trunk(batch)
    assert torch.equal(maps, record(standing.network.model, batch, [last])[last])


def test_features_are_averages_of_maps_whoever_else_is_asked(standing):
    batch = batch_of(standing)
    seen = features(standing, batch)
    assert list(seen) == list(standing.layers)
    alone = features(standing, batch[2:3])
    for layer, found in seen.items():
        maps = record(standing.network.model, batch, [layer])[layer]
        assert torch.allclose(found, maps.flatten(2).mean(2), atol=1e-5)
        assert torch.allclose(found[2:3], alone[layer], atol=1e-4)


def test_the_network_with_a_head_says_what_the_head_says_of_the_features(standing):
    batch = batch_of(standing)
    seen = features(standing, batch)[standing.layers[-1]]
    head = taught(seen, torch.tensor([0, 1, 1, 0]), 2)
    model = with_head(standing, head)
    with torch.inference_mode():
        assert torch.allclose(model(batch), head(seen), atol=1e-3)
    heatmap = grad_cam(model, batch[:1], 0, "trunk")
    maps = model.trunk(batch[:1])[0]
    by_hand = F.relu((head.weight[0][:, None, None] * maps).sum(0) / maps[0].numel())
    assert torch.allclose(heatmap, by_hand, atol=1e-4)
    assert torch.equal(grad_cam(on_maps(head), maps[None], 0, "trunk"), heatmap)


def test_a_head_on_squeezenet_learns_as_many_numbers_as_it_says():
    standing = backbone("squeezenet1.1")
    seen = torch.randn(10, 512, generator=torch.Generator().manual_seed(0))
    assert taught(seen, torch.arange(10) % 5, 5).num_params == 5 * 512 + 5 == 2565
    assert standing.num_params == 722_496


def test_a_head_cannot_stand_on_a_network_of_no_maps():
    with pytest.raises(ValueError, match="stands on one of squeezenet"):
        backbone("lenet-mnist")


@pytest.mark.parametrize("decay", [0.03, 1.0])
def test_a_head_is_where_no_step_of_a_linear_layer_gets_better(decay):
    """The function is convex: where torch's gradient of a Linear layer is zero, it is lowest."""
    seen, labels = clouds(30)
    head = taught(seen, labels, 3, decay)
    mean, spread = seen.mean(0), (seen - seen.mean(0)).square().mean().sqrt()
    layer = torch.nn.Linear(8, 3)
    layer.load_state_dict({"weight": head.weight * spread, "bias": head(mean)})
    fit = F.cross_entropy(layer((seen - mean) / spread), labels)
    (fit + decay / 2 * layer.weight.square().sum()).backward()
    assert layer.weight.grad is not None and layer.bias.grad is not None
    assert layer.weight.grad.abs().max() < 1e-6 and layer.bias.grad.abs().max() < 1e-6


@settings(max_examples=10)
@given(st.floats(1e-3, 1e3), st.floats(-100, 100))
def test_a_head_says_the_same_whatever_unit_the_features_have(unit, shift):
    seen, labels = clouds(12)
    same = taught(unit * seen + shift, labels, 3)(unit * seen + shift).softmax(1)
    assert torch.allclose(same, taught(seen, labels, 3)(seen).softmax(1), atol=2e-3)


@pytest.mark.parametrize("decay", [0.01, 1.0])
@pytest.mark.parametrize(
    "labels",
    [
        torch.arange(23) % 3,
        torch.tensor([0] * 8 + [1] * 6 + [2]),  # of the last nothing is known when it is left out
        torch.tensor([0, 1]),
    ],
)
def test_who_is_left_out_is_asked_of_a_head_that_has_not_seen_it(labels, decay):
    """All heads are fitted together: each is the one that `taught` fits to the others alone."""
    seen, _ = clouds(len(labels))
    found = left_out(seen, labels, 3, decay)
    for place in range(len(labels)):
        others = torch.arange(len(labels)) != place
        alone = taught(seen[others], labels[others], 3, decay)
        said = alone(seen[place : place + 1]).softmax(1)
        assert torch.allclose(found.probabilities[place : place + 1], said, atol=1e-6)
    assert found.num_right == int((found.answers == labels).sum())


def test_who_is_of_another_kind_is_told_wrong_when_it_is_left_out():
    seen, labels = clouds(9)
    strange = labels.clone()
    strange[4] = (labels[4] + 1) % 3
    assert not left_out(seen, strange, 3).is_right[4]


@pytest.mark.parametrize(
    ("seen", "labels", "decay"),
    [
        (torch.zeros(0, 4), torch.zeros(0, dtype=torch.long), 1.0),
        (torch.zeros(3, 4), torch.tensor([0, 1, 2]), 1.0),
        (torch.zeros(2, 4), torch.tensor([0, 1, 1]), 1.0),
        (torch.zeros(2, 4), torch.tensor([0, 1]), 0.0),
    ],
)
def test_what_no_head_can_learn_from_is_refused(seen, labels, decay):
    with pytest.raises(ValueError):
        taught(seen, labels, 2, decay)
    with pytest.raises(ValueError, match="cannot be left out"):
        left_out(torch.zeros(1, 4), torch.tensor([0]), 2)


def test_the_nearest_is_by_angle():
    seen = torch.tensor([[1.0, 0.0], [10.0, 1.0], [0.0, 2.0], [-1.0, 0.0]])
    found = nearest(torch.tensor([2.0, 0.0]), seen, most=3)
    assert found.places == [0, 1, 2] and found.alike[0] == pytest.approx(1)
    assert num_alike(seen, torch.tensor([0, 0, 1, 1])) == 3  # (0, 2) is nearest to (10, 1)


@pytest.mark.parametrize("counts", [(10, 10), (3, 5, 12), (1, 1), (2, 0, 2)])
def test_a_network_that_sees_nothing_finds_as_many_of_a_class_as_chance(counts):
    labels = torch.arange(len(counts)).repeat_interleave(torch.tensor(counts))
    num, draw = len(labels), torch.Generator().manual_seed(0)
    others = torch.randint(num - 1, (20_000, num), generator=draw)
    others += others >= torch.arange(num)  # any but itself
    found = (labels[others] == labels).sum(1).double()
    mean, low, high = alike_by_chance(counts)
    assert mean == pytest.approx(found.mean().item(), abs=0.06)
    assert (found < low).double().mean() <= 0.03 and (found > high).double().mean() <= 0.03
    assert low == 0 or (found <= low).double().mean() > 0.02
    assert high == num or (found >= high).double().mean() > 0.02


def saved() -> SavedHead:
    seen, labels = clouds(6)
    return SavedHead(taught(seen, labels, 3), ("a", "b <b>", "ç"), "squeezenet1.1", 128)


def test_a_head_comes_back_from_its_file():
    before, after = saved(), load_head(save_head(saved()))
    assert torch.equal(before.head.weight, after.head.weight)
    assert torch.equal(before.head.bias, after.head.bias)
    assert (after.classes, after.backbone, after.size) == (before.classes, "squeezenet1.1", 128)


def changed(**about: str) -> bytes:
    whole = {"kind": "cnnviz head", "classes": '["a", "b"]', "backbone": "squeezenet1.1"}
    tensors = {"weight": torch.zeros(2, 512), "bias": torch.zeros(2)}
    return save(tensors, metadata=whole | {"size": "128"} | about)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "no safetensors"),
        (b"PK\x03\x04" + bytes(100), "no safetensors"),
        (struct.pack("<Q", 2**60) + b"{}", "no safetensors"),
        (bytes(2_000_000), "less than 1 MB"),
        (save({"weight": torch.zeros(2, 2)}), "holds no head"),
        (changed(kind="other"), "holds no head"),
        (changed(backbone="../../x"), "not offered"),
        (changed(size="9" * 400), "which size"),
        (changed(size="9" * 5_000), "which size"),  # more digits than Python reads
        (changed(size="٣٢"), "which size"),
        (changed(size="032"), "which size"),
        (changed(classes="[" * 5000), "name its classes"),
        (changed(classes=json.dumps(["a"] * 9)), "name its classes"),
        (changed(classes='["a", "\\ud800"]'), "name its classes"),  # half of a letter
        (changed(classes='["a", "\\u202eb"]'), "name its classes"),
        (changed(classes='["a", "b", "c"]'), "another number of scores"),
    ],
)
def test_a_file_that_is_no_head_gets_a_sentence(data, sentence):
    with pytest.raises(HeadError, match=sentence):
        load_head(data)


@pytest.mark.parametrize(
    ("kind", "fold"), [("F8_E8M0", 4), ("F4", 8), ("F128", 1), ("", 1), ("__class__", 1)]
)
def test_numbers_of_a_kind_that_torch_has_not_get_a_sentence(kind, fold):
    """In as many bytes, of which each kind makes so many numbers for one of 32 bits."""
    whole = save_head(saved())
    (length,) = struct.unpack_from("<Q", whole)
    header = json.loads(whole[8 : 8 + length])
    for name in ("weight", "bias"):
        header[name]["dtype"] = kind
        header[name]["shape"][-1] *= fold
    text = json.dumps(header).encode()
    with pytest.raises(HeadError, match="no safetensors"):
        load_head(struct.pack("<Q", len(text)) + text + whole[8 + length :])


def test_a_head_with_numbers_that_are_none_is_refused():
    head = Head(torch.full((2, 512), float("nan")), torch.zeros(2))
    with pytest.raises(HeadError, match="NaN"):
        load_head(save_head(SavedHead(head, ("a", "b"), "squeezenet1.1", 128)))


@settings(max_examples=40)
@given(st.data())
def test_a_file_with_changed_bytes_gets_a_sentence_or_is_a_head(data):
    whole = bytearray(save_head(saved()))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(whole)))
    try:
        load_head(bytes(whole[:cut] if data.draw(st.booleans()) else whole))
    except HeadError as error:
        assert str(error).endswith(".")
