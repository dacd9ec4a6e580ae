"""Networks of torchvision in pasted code: read as torchvision builds them, with any head."""

from __future__ import annotations

import pytest
import torch

from cnnviz.builder.import_code import read_code
from cnnviz.builder.modules import build
from cnnviz.builder.reading.elsewhere.torchvision_networks import definitions_at
from cnnviz.builder.reading.errors import CodeError
from cnnviz.builder.shapes import forward_shapes, output_shape
from cnnviz.models.specs import Linear
from cnnviz.torchvision_compat import torchvision
from cnnviz.zoo.on_meta import build_on_meta
from tests.support.further_pastes import HEAD, NEW_HEAD, TRANSFER
from tests.support.pasted_truth import copy_in_order_of_use, seeded, truth_of

NAMES = [name for node in definitions_at(1) if hasattr(torchvision.models, name := node.name)
         and name.islower() and name != "shortcut"]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_it_has_the_weights_and_the_sizes_of_torchvisions(name: str) -> None:
    spec = read_code(f"from torchvision import models\nnet = models.{name}()").spec
    truth, ours = build_on_meta(name), build(spec, device="meta")
    assert spec.input_shape == (3, 224, 224)
    assert output_shape(spec) == (1000,)
    shapes = sorted(tuple(values.shape) for values in truth.state_dict().values())
    assert sorted(tuple(values.shape) for values in ours.state_dict().values()) == shapes
    convolutions = [module for module in truth.modules() if isinstance(module, torch.nn.Conv2d)]
    mine = [module for module in ours.modules() if isinstance(module, torch.nn.Conv2d)]
    told = [sorted((c.kernel_size, c.stride, c.padding, c.groups) for c in row)
            for row in (convolutions, mine)]  # fmt: skip
    assert told[0] == told[1]


@pytest.mark.parametrize("name", TRANSFER)
def test_what_is_replaced_in_it_computes_what_torch_computes(name: str) -> None:
    spec = read_code(TRANSFER[name]).spec
    small = (spec.input_shape[0], 64, 64)
    ours, truth = build(spec).eval(), seeded(truth_of(TRANSFER[name]))
    copy_in_order_of_use(truth, ours, small)
    batch = torch.rand(1, *small, generator=torch.Generator().manual_seed(3))
    with torch.inference_mode():
        assert torch.allclose(ours(batch), truth(batch), atol=1e-4)


def test_transfer_learning_is_a_network_with_its_new_head() -> None:
    reading = read_code(NEW_HEAD)
    assert reading.spec.name == "resnet18"
    assert reading.spec.layers[-1] == Linear(512, 2)
    assert output_shape(reading.spec) == (2,)
    assert any("Run says which ones it has" in note for note in reading.notes)
    rows = forward_shapes(reading.spec)
    assert sum(row.num_params for row in rows) == 11_689_512 - 513_000 + 1_026


def test_a_head_under_another_name_is_told_as_never_called() -> None:
    code = "from torchvision import models\nnet = models.resnet18()\n"
    reading = read_code(f"{HEAD}{code}net.classifier = nn.Linear(512, 10)")
    assert output_shape(reading.spec) == (1000,)
    assert "classifier is never called: torch counts its 5,130 parameters." in reading.notes
    with pytest.raises(CodeError, match="resnet18 has no argument classes"):
        read_code(f"{HEAD}{code.replace('()', '(classes=10)')}")


def test_a_whole_part_that_is_never_called_is_told_once() -> None:
    body = "net = nn.Sequential(*list(models.resnet18().children())[:-4])"
    wrapped = f"""{HEAD}from torchvision import models
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.base = models.resnet18()
        self.used = {body.removeprefix("net = ").replace("models.resnet18()", "self.base")}
    def forward(self, x):
        return self.used(x)
"""
    notes = [note for note in read_code(wrapped).notes if "never called" in note]
    assert [note.split(" is ")[0] for note in notes] == ["base.layer3", "base.layer4", "base.fc"]
