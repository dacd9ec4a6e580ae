import pytest
import torch
import torch.nn.functional as F

from cnnviz.gradients import Fate, fate, gradient_flow, mean_factor, unchanged
from cnnviz.models.deep import DeepNet, convolutions


def _first(**settings):
    return gradient_flow(56, **settings)[0].gradient_norm


def _torch_net(seed, **settings):
    """The same network made as anybody makes one, with the global seed."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        net = DeepNet(**settings)
        pictures, labels = torch.randn(8, 3, 16, 16), torch.randint(10, (8,))
    return net, pictures, labels


@pytest.mark.parametrize("residual", [False, True])
@pytest.mark.parametrize("batch_norm", [False, True])
def test_rows_are_those_of_backward_and_hooks(residual, batch_norm):
    rows = gradient_flow(10, 4, residual, batch_norm, seed=3)
    net, pictures, labels = _torch_net(
        3, depth=10, width=4, residual=residual, batch_norm=batch_norm
    )
    F.cross_entropy(net(pictures), labels).backward()
    layers = convolutions(net)
    assert [row.name for row in rows] == list(layers)
    assert len(rows) == 9
    for row, layer in zip(rows, layers.values(), strict=True):
        assert layer.weight.grad is not None
        assert row.gradient_norm == pytest.approx(
            layer.weight.grad.double().norm().item(), rel=1e-4
        )
    last = net.activations(pictures)[-1].double()
    assert rows[-1].activation_std == pytest.approx(last.std().item(), rel=1e-4)
    spread = last.std(0).square().mean().sqrt().item()
    assert rows[-1].between_pictures == pytest.approx(spread, rel=1e-4)


def test_forward_goes_the_way_of_the_activations():
    net, pictures, _ = _torch_net(0, depth=8, width=4)
    assert net(pictures).equal(net.scores(net.activations(pictures)[-1]))


def test_without_norm_the_plain_gradient_dies_below_what_float32_squares():
    plain, residual = gradient_flow(56, residual=False), gradient_flow(56, residual=True)
    assert 1e-25 < plain[0].gradient_norm < 1e-22
    assert 0.02 < residual[0].gradient_norm < 0.5
    assert fate(plain) is Fate.DIES
    assert fate(residual) is Fate.STAYS
    assert mean_factor(plain) == pytest.approx(0.394, abs=0.002)
    assert 34 <= unchanged(plain) <= 38
    assert unchanged(residual) == 0
    assert plain[-1].activation_std == pytest.approx(0.028, abs=0.001)
    assert plain[-1].between_pictures < 1e-8


@pytest.mark.parametrize("seed", range(8))
def test_with_norm_the_plain_gradient_explodes(seed):
    assert 450 < _first(residual=False, batch_norm=True, seed=seed) < 2_000
    assert 2.1 < _first(residual=True, batch_norm=True, seed=seed) < 3.4


def test_with_he_and_no_norm_the_residual_one_explodes():
    rows = gradient_flow(56, initialisation="he")
    assert rows[0].gradient_norm == pytest.approx(19_000, rel=0.05)
    assert fate(rows) is Fate.EXPLODES


def test_tanh_with_norm_does_neither():
    plain, residual = (
        gradient_flow(56, residual=residual, batch_norm=True, activation="tanh")
        for residual in (False, True)
    )
    assert plain[0].gradient_norm == pytest.approx(7.1, abs=0.15)
    assert residual[0].gradient_norm == pytest.approx(9.6, abs=0.15)
    assert fate(plain) is fate(residual) is Fate.STAYS


def test_the_mean_factor_leads_from_last_to_first():
    rows = gradient_flow(12, 16, residual=False)
    way = mean_factor(rows) ** 10
    assert rows[0].gradient_norm == pytest.approx(way * rows[-1].gradient_norm)


def test_changed_counts_the_weights_that_a_step_moves():
    rows = gradient_flow(6, 4, seed=1)
    net, pictures, labels = _torch_net(1, depth=6, width=4, batch_norm=False)
    before = [layer.weight.detach().clone() for layer in convolutions(net).values()]
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    F.cross_entropy(net(pictures), labels).backward()
    optimizer.step()
    for row, old, layer in zip(rows, before, convolutions(net).values(), strict=True):
        moved = (layer.weight != old).double().mean().item()
        assert row.changed == pytest.approx(moved, abs=0.02)


def test_the_global_seed_is_left_alone():
    state = torch.get_rng_state()
    first = gradient_flow(6, 4)
    assert torch.get_rng_state().equal(state)
    torch.manual_seed(9)
    assert gradient_flow(6, 4) == first


def test_he_keeps_the_size_of_activations_in_a_plain_net():
    he = gradient_flow(20, 64, initialisation="he", residual=False)
    pytorch = gradient_flow(20, 64, residual=False)
    assert he[-1].activation_std > 0.2 * he[0].activation_std
    assert pytorch[-1].between_pictures < 1e-3 * pytorch[0].between_pictures


@pytest.mark.parametrize("wrong", [{"depth": 5}, {"depth": 2}])
def test_a_wrong_depth_is_refused_by_name(wrong):
    with pytest.raises(ValueError, match="depth is an even number"):
        gradient_flow(**wrong)


@pytest.mark.parametrize("name", ["activation", "initialisation"])
def test_an_unknown_word_is_refused_by_name(name):
    with pytest.raises(ValueError, match=name):
        gradient_flow(6, **{name: "swish"})
