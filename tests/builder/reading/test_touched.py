"""What is done to a network once it stands: read as torch does it, or refused."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from cnnviz.builder.import_code import read_code
from cnnviz.builder.modules import build
from cnnviz.builder.reading.errors import CodeError
from cnnviz.builder.reading.torch_names import OF_MODULE, OF_MODULE_DICT, OF_SEQUENTIAL

PLAIN = """import torch
from torch import nn
net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Conv2d(8, 4, 3), nn.Dropout(), nn.Sigmoid())
"""
OWN = """import torch
from torch import nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.c = nn.Conv2d(3, 8, 3)
    def forward(self, x):
        return self.c(x)
net = Net()
"""
BATCH = torch.rand(2, 3, 16, 16, generator=torch.Generator().manual_seed(3))


@pytest.mark.parametrize(
    "code",
    [
        f"{PLAIN}del net[-1]",
        f"{PLAIN}del net[2:4], net[1]",
        f"{PLAIN}net[0].stride = (2, 2)",
        f"{PLAIN}net[0].bias = None",
        f"{PLAIN}net.title = 'mine'",
        f"{PLAIN}net.tail = nn.MaxPool2d(2)",
        f"{OWN}net.forward = lambda x: net.c(x).tanh()",
        f"{OWN}net.c = nn.Conv2d(3, 4, 1)",
        f"{OWN}y = net(torch.rand(1, 3, 16, 16))\ndel y",
    ],
)
def test_it_is_the_network_that_torch_has_then(code: str) -> None:
    names: dict[str, object] = {}
    exec(compile(code, "pasted", "exec"), names)
    truth, ours = names["net"], build(read_code(code).spec).eval()
    assert isinstance(truth, nn.Module)
    pairs = zip(ours.parameters(), truth.parameters(), strict=True)
    with torch.no_grad():
        for own, other in pairs:
            own.copy_(other)
        assert torch.allclose(ours(BATCH), truth.eval()(BATCH), atol=1e-6)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (f"{OWN}del net.c", "self has no c"),
        (f"{OWN}del net.d", "there is no d to delete"),
        (f"{OWN}net.forward = 3", "set to what is no function"),
        (f"{PLAIN}net.forward = 3", "Line 4: what setting forward of a finished nn.Sequential"),
        (f"{PLAIN}net[0].out_channels = 4", "Line 4: what setting out_channels of a finished"),
        (f"{PLAIN}net[0].weight = net[2].weight", "Line 4: what setting weight of a finished"),
        (f"{PLAIN}del net[9]", "Line 4: there is no 9 to delete"),
        (f"{PLAIN}net[2] = elsewhere(8)", "elsewhere is not defined"),
    ],
)
def test_what_changes_it_in_another_way_refuses_it(code: str, reason: str) -> None:
    with pytest.raises(CodeError, match=reason):
        read_code(code)


NAMED = """import torch
from collections import OrderedDict
from torch import nn
class Net(nn.Module):
    width = 3
    def __init__(self):
        super().__init__()
        self.c = nn.Conv2d(3, 4, 3)
        {line}
    def tail(self, x):
        return x
    def forward(self, x):
        return self.{name}(self.c(x))
net = Net()
net(torch.rand(1, 3, 9, 9))
"""
LINES = {
    "self.{name} = nn.ReLU()": ("half", "forward", "type", "width", "after", "relu"),
    "self.add_module('{name}', nn.ReLU())": ("half", "tail", "a.b", "", "after", "training"),
    "self.after = nn.Sequential(OrderedDict({name}=nn.ReLU()))": ("append", "to", "items", "one"),
    "self.after = nn.ModuleDict(dict({name}=nn.ReLU())).{name}": ("keys", "cpu", "pop", "insert"),
    "self.{name} = nn.Parameter(torch.ones(1)); self.after = nn.ReLU()": ("half", "tail", "one"),
    "self.register_buffer('{name}', torch.ones(1)); self.after = nn.ReLU()": ("float", "one"),
}


@pytest.mark.parametrize(("line", "name"), [(line, name) for line in LINES for name in LINES[line]])
def test_a_name_under_which_torch_keeps_no_layer_is_refused(line: str, name: str) -> None:
    called = "after" if "self.after" in line or not name.isidentifier() else name
    code = NAMED.format(line=line.format(name=name), name=called)
    try:
        exec(compile(code, "pasted", "exec"), {"__name__": "pasted"})
    except Exception:  # whatever torch says of it
        with pytest.raises(CodeError, match=r"choose another name|has no dot"):
            read_code(code)
    else:
        assert [layer.kind for layer in read_code(code).spec.layers] == ["Conv2d", "ReLU"]


def test_the_names_that_modules_have_of_their_own_are_torchs() -> None:
    own = {
        kind: {name for name in dir(kind()) if not name.startswith("_")}
        for kind in (nn.Module, nn.Sequential, nn.ModuleDict)
    }
    assert own[nn.Module] == {*OF_MODULE}
    assert own[nn.Sequential] == {*OF_MODULE, *OF_SEQUENTIAL}
    assert own[nn.ModuleDict] == {*OF_MODULE, *OF_MODULE_DICT}
