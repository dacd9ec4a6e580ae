"""A network that is asked gives what it gave, and gives nothing else away."""

import copy

import torch

from cnnviz.models import ResNet18
from cnnviz.models.frozen import frozen
from cnnviz.models.seeded import build_seeded


def test_a_frozen_network_computes_the_same_and_asks_for_no_gradient():
    plain = build_seeded(lambda: ResNet18(10), 0).eval()
    asked = frozen(copy.deepcopy(plain).train())
    batch = torch.randn(1, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        torch.testing.assert_close(asked(batch), plain(batch))
    assert not any(module.training for module in asked.modules())
    assert not any(parameter.requires_grad for parameter in asked.parameters())
    for name, weight in asked.state_dict().items():
        assert torch.equal(weight, plain.state_dict()[name])
