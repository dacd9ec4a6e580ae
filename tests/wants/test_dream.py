"""Pictures made for a unit excite it, can be made again, and are what the recorded files say."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from cnnviz.activations import record
from cnnviz.models import pretrained
from cnnviz.wants.dream import Recipe, dream, entered, held
from cnnviz.wants.paint import Paint
from cnnviz.wants.recorded import LAYERS, recorded, recorded_picture
from cnnviz.wants.unit import Unit

QUICK = Recipe(side=40, steps=10)
LENET = "lenet-cifar10"
CLASS = Unit("", 3, "class")


def test_the_score_is_the_networks_own_and_rises():
    network = pretrained(LENET)
    moments = list(dream(network, [CLASS], replace(QUICK, side=32, steps=12, is_moved=False)))
    for moment in (moments[0], moments[-1]):
        with torch.inference_mode():
            score = network.model(entered(network, moment.pictures))[0, 3]
        assert float(moment.scores[0]) == pytest.approx(float(score), abs=1e-4)
    assert moments[-1].scores[0] > moments[0].scores[0] + 1
    assert all(0 <= m.pictures.min() <= m.pictures.max() <= 1 for m in moments)


def test_a_channel_and_a_cell_are_read_where_they_are_recorded():
    network = pretrained("resnet18-cifar10")
    for what in ("channel", "cell"):
        unit = Unit("group0.1", 5, what)
        (moment,) = dream(network, [unit], replace(QUICK, steps=1, is_moved=False))
        maps = record(network.model, entered(network, moment.pictures), ["group0.1"])["group0.1"][
            0, 5
        ]
        middle = maps[maps.shape[0] // 2, maps.shape[1] // 2]
        number = maps.mean() if what == "channel" else middle
        assert float(moment.scores[0]) == pytest.approx(float(number), abs=1e-5)


def test_a_seed_gives_the_same_picture_and_another_one_another():
    network = pretrained("resnet18-cifar10")
    unit = Unit("input_group.2", 4)

    def last(seed: int) -> torch.Tensor:
        return list(dream(network, [unit], replace(QUICK, steps=3, seed=seed)))[-1].pictures

    assert torch.equal(last(0), last(0))
    assert not torch.equal(last(0), last(1))


def test_a_unit_that_is_dead_is_led_by_what_stands_before_its_relu():
    network = pretrained("squeezenet1.1")
    unit = next(
        Unit("features.11", index)
        for index in range(512)
        if float(next(iter(dream(network, [Unit("features.11", index)], QUICK))).scores[0]) == 0
    )
    first, *_, last = dream(network, [unit], replace(QUICK, side=64, steps=12))
    assert float(first.scores[0]) == 0
    assert not torch.equal(first.pictures, last.pictures)


@pytest.mark.parametrize("waves", [True, False])
def test_paint_begins_as_grey_noise(waves):
    generator = torch.Generator().manual_seed(0)
    pictures = Paint(2, 3, 16, waves, True, generator).pictures().detach()
    assert pictures.shape == (2, 3, 16, 16)
    assert float((pictures - 0.5).abs().mean()) < 0.2


def test_the_two_scores_of_a_picture():
    network = pretrained(LENET)
    flat = torch.full((3, 32, 32), 0.5)
    scores = held(network, Unit("feature_extractor.0", 2), flat)
    assert scores.as_it_is == pytest.approx(scores.moved, abs=1e-5)  # a flat picture does not move


@pytest.mark.parametrize(
    ("name", "layer"), [(n, one) for n, some in LAYERS.items() for one in some]
)
def test_what_is_recorded_excites_its_channel_as_it_says(name, layer):
    network, known = pretrained(name), recorded(name, layer)
    assert known is not None
    assert len(known.best) == len(known.scores)
    index = max(range(len(known.scores)), key=known.scores.__getitem__)
    picture = recorded_picture(known, index)
    found = held(network, Unit(layer, index), picture).as_it_is
    assert found > 0.65 * known.scores[index]  # compressed since, and moved when it was asked
    others = [
        recorded_picture(known, other) for other in (index - 1, (index + 1) % len(known.scores))
    ]
    assert found > max(held(network, Unit(layer, index), other).as_it_is for other in others)
    with pytest.raises(IndexError):
        recorded_picture(known, len(known.scores))
