"""Weights of a file in a network: matched by name and shape, or told what does not match."""

import io
import json
import struct
import sys
import zipfile
from collections import Counter
from pathlib import Path

import pytest
import torch
from safetensors.torch import save
from torch import nn

from cnnviz.builder.import_code import from_code
from cnnviz.builder.modules import build
from cnnviz.models import LeNet
from cnnviz.models.weights_file import are_named_alike, load_weights
from cnnviz.torchvision_compat import torchvision

EVIL = Path("cnnviz-evil")  # a file that nobody may make


class _Evil:
    def __reduce__(self):
        return Path.touch, (EVIL,)


def saved(state: object) -> bytes:
    file = io.BytesIO()
    torch.save(state, file)
    return file.getvalue()


def renamed(net: nn.Module, prefix: str) -> dict[str, torch.Tensor]:
    return {prefix + name: tensor.clone() for name, tensor in net.state_dict().items()}


@pytest.mark.parametrize("prefix", ["", "module.", "_orig_mod.module.", "model."])
@pytest.mark.parametrize("write", [save, saved])
def test_weights_come_into_the_network_with_or_without_prefixes(prefix, write):
    trained, empty = LeNet(1), LeNet(1)
    load_weights(empty, write(renamed(trained, prefix)))
    batch = torch.rand(1, 1, 32, 32)
    assert torch.equal(trained(batch), empty(batch))


def test_other_names_in_the_same_order_are_taken_where_shapes_say_so():
    trained, empty = LeNet(1), LeNet(1)
    others = {f"layer{at}": t.clone() for at, t in enumerate(trained.state_dict().values())}
    load_weights(empty, saved(others))
    assert torch.equal(trained(torch.ones(1, 1, 32, 32)), empty(torch.ones(1, 1, 32, 32)))


@pytest.mark.parametrize("write", [save, saved])
def test_weights_of_a_pasted_network_come_into_the_one_that_was_read(write):
    code = """nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Conv2d(4, 4, 3),
    nn.ReLU(), nn.Conv2d(4, 4, 3), nn.ReLU(), nn.Conv2d(4, 4, 3), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(4, 4, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 4))"""
    trained = eval(code, {"nn": nn}).eval()
    read = build(from_code(code)).eval()
    assert not are_named_alike(read, write(renamed(trained, "module.")))
    load_weights(read, write(renamed(trained, "module.")))
    batch = torch.rand(1, 1, 32, 32)
    assert torch.equal(trained(batch), read(batch))


def test_weights_of_torchvisions_resnet18_come_into_the_pasted_one():
    trained = torchvision.models.resnet18(num_classes=3).eval()
    code = "from torchvision.models import resnet18\nnet = resnet18(num_classes=3)"
    read = build(from_code(code)).eval()
    load_weights(read, saved(trained.state_dict()))
    batch = torch.rand(1, 3, 40, 40)
    assert torch.allclose(trained(batch), read(batch), atol=1e-5)


def test_the_first_tensor_that_differs_is_named_where_no_name_is_the_same():
    others = {f"features.{at}.weight": torch.zeros(t.shape)
              for at, t in enumerate(LeNet(3).state_dict().values())}  # fmt: skip
    own = next(iter(LeNet(1).state_dict()))
    with pytest.raises(ValueError, match="no name is the same") as refused:
        load_weights(LeNet(1), save(others))
    assert f"is features.0.weight (6, 3, 5, 5), where {own} is (6, 1, 5, 5)" in str(refused.value)


def test_half_precision_becomes_float32_and_checkpoints_are_looked_into():
    trained, empty = LeNet(1), LeNet(1)
    halves = {name: tensor.half() for name, tensor in trained.state_dict().items()}
    load_weights(empty, saved({"epoch": 3, "state_dict": halves}))
    assert all(parameter.dtype == torch.float32 for parameter in empty.parameters())


def test_what_does_not_match_is_listed_by_name_and_shape_and_changes_nothing():
    net = LeNet(1)
    before = renamed(net, "")
    state = renamed(LeNet(3), "")
    name = next(iter(state))
    state.pop("classifier.4.bias", None)
    state["extra.weight"] = torch.zeros(2)
    with pytest.raises(ValueError, match="do not fit") as refused:
        load_weights(net, save(state))
    assert f"{name} is (6, 3, 5, 5) in the file and (6, 1, 5, 5) in the network" in str(
        refused.value
    )
    assert "extra.weight (2,) is not in the network" in str(refused.value)
    assert all(torch.equal(before[name], tensor) for name, tensor in net.state_dict().items())


@pytest.mark.parametrize("data", [b"", b"nothing", saved([1, 2]), saved({"a": 1})])
def test_what_is_no_state_dict_is_refused(data):
    with pytest.raises(ValueError, match="state"):
        load_weights(LeNet(1), data)


def test_what_a_pickle_would_run_is_not_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match="state"):
        load_weights(LeNet(1), saved({"weight": _Evil()}))
    assert not EVIL.exists()


@pytest.mark.filterwarnings("ignore:torch.quantize_per_tensor", "ignore:TypedStorage")
@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (lambda tensor: tensor.to_sparse(), "0.weight is sparse"),
        (lambda tensor: tensor.to("meta"), "without numbers"),
        (lambda tensor: tensor.to(torch.complex64), "complex"),
        (lambda tensor: torch.quantize_per_tensor(tensor, 0.1, 0, torch.qint8), "quantised"),
        (lambda tensor: tensor.double() * 1e300, "0.weight has numbers that are too large"),
        (lambda tensor: tensor * torch.nan, "0.weight has numbers that are infinite or none"),
        (lambda tensor: tensor / 0, "0.weight has numbers that are infinite or none"),
        (
            lambda tensor: (tensor * torch.nan).to(torch.float8_e4m3fn),
            "0.weight has numbers that are infinite or none",
        ),
    ],
)
def test_tensors_that_are_no_plain_numbers_are_named(changed, words):
    model = nn.Sequential(nn.Conv2d(1, 2, 3))
    state = {name: changed(tensor) for name, tensor in model.state_dict().items()}
    with pytest.raises(ValueError, match=words):
        load_weights(model, saved(state))


def test_a_variance_below_zero_is_refused_and_nothing_is_changed():
    model = nn.Sequential(nn.BatchNorm2d(2))
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    for variances in ([1.0, -0.5], [-1e-9, 0.0]):
        state = {**before, "0.bias": torch.ones(2), "0.running_var": torch.tensor(variances)}
        with pytest.raises(ValueError, match=r"0\.running_var has variances below 0"):
            load_weights(model, saved(state))
    assert all(torch.equal(before[name], now) for name, now in model.state_dict().items())


def with_pickle(pickled: bytes) -> bytes:
    """What torch.save wrote, with another pickle in it."""
    return rewritten(saved({"a": torch.zeros(3)}), zipfile.ZIP_STORED, pickled)


def rewritten(data: bytes, way: int, pickled: bytes | None = None) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as given, zipfile.ZipFile(file, "w", way) as copy:
        for name in given.namelist():
            is_other = pickled is not None and name.endswith("data.pkl")
            copy.writestr(name, pickled if is_other else given.read(name))
    return file.getvalue()


def listed(count: int) -> bytes:
    """A safetensors file of so many tensors without numbers."""
    empty = {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]}
    header = json.dumps({f"a{number}": empty for number in range(count)}).encode()
    return struct.pack("<Q", len(header)) + header


def bytes_of(count: int) -> bytes:
    """A pickle that asks for so many bytes of zeros."""
    return b"\x80\x02cbuiltins\nbytearray\n\x8a\x08" + struct.pack("<Q", count) + b"\x85R."


def wide(name: str, count: int) -> dict[str, torch.Tensor]:
    """A state dict with one tensor that is one number, seen so many times."""
    return NORMED.state_dict() | {name: torch.zeros(1, dtype=torch.half).expand(count)}


NORMED = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2))
GREEDY = {
    "a row of bytes": lambda: with_pickle(bytes_of(300_000_000)),
    "a wide weight": lambda: saved(wide("0.weight", 100_000_000)),
    "a wide count of batches": lambda: saved(wide("1.num_batches_tracked", 100_000_000)),
    "packed": lambda: rewritten(saved({"a": torch.zeros(20_000_000)}), zipfile.ZIP_DEFLATED),
    "many tensors": lambda: listed(100_000),
}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.parametrize("what", GREEDY)
def test_a_small_file_takes_little_memory_and_is_refused(what):
    data, model = GREEDY[what](), nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2))
    Path("/proc/self/clear_refs").write_text("5")  # the peak is counted from here
    before = peak_mb()
    with pytest.raises(ValueError, match="weights"):
        load_weights(model, data)
    assert peak_mb() - before < 20


def peak_mb() -> float:
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if "VmHWM" in line) / 1024


def test_checkpoints_with_counts_and_parameters_are_read():
    optimizer = torch.optim.Adam(NORMED.parameters()).state_dict()
    more = {"milestones": Counter([3, 5]), "optimizer": optimizer, "dtype": torch.half}
    checkpoint = {"state_dict": NORMED.state_dict(), "epoch": 3, "args": more}
    parameters = dict(NORMED.named_parameters()) | dict(NORMED.named_buffers())
    for state in (checkpoint, parameters):
        model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2))
        load_weights(model, saved(state))
        assert torch.equal(model[0].weight, NORMED[0].weight)


def test_numbers_in_names_are_in_order_however_many_digits_they_have():
    small, large = nn.Linear(3, 3, bias=False), nn.Linear(3, 3, bias=False)
    names = ("a.9.weight", f"a.{'1' * 5000}.weight")
    given = {names[1]: large.weight.data, names[0]: small.weight.data, "²": torch.zeros(1)}
    model = nn.Sequential(nn.Linear(3, 3, bias=False), nn.Linear(3, 3, bias=False))
    with pytest.raises(ValueError, match="no name is the same"):
        load_weights(model, save(given))
    del given["²"]
    load_weights(model, save(given))
    assert torch.equal(model[0].weight, small.weight)
    assert torch.equal(model[1].weight, large.weight)
