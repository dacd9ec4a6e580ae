"""A visitor's own networks: known by their weights, and gone where there is no room."""

from __future__ import annotations

from datetime import date

import pytest

from cnnviz.builder.modules import build
from cnnviz.models.networks import lenet
from cnnviz.models.trained import Pretrained
from cnnviz.training.apart import Job
from cnnviz.training.export import taken
from cnnviz.training.material import material
from cnnviz.training.moments import moment
from cnnviz.training.plan import Plan
from cnnviz.training.snapshots import snapshot
from cnnviz.ui.weights.own import Shelf, in_script, is_own, shelf
from tests.support.opening import open_page, page_text


def trained(seed: int) -> Pretrained:
    digits, network = material("digits"), lenet(1)
    shot = snapshot(build(network, seed=seed), 5)
    now = moment(network, shot, digits)
    return taken(Job(network, digits, Plan(seed=seed)), shot, now, date(2026, 1, 2))


@pytest.fixture(scope="module")
def pair() -> tuple[Pretrained, Pretrained]:
    return trained(0), trained(1)


def test_a_name_follows_from_the_weights(pair):
    made = Shelf()
    first, second = (made.put(network) for network in pair)
    assert first != second
    assert is_own(first)
    assert made.put(trained(0)) == first
    assert made.get(second) is pair[1]


def test_the_one_that_was_not_asked_for_longest_leaves(pair):
    made = Shelf(most_bytes=pair[0].card.size_bytes)
    first, second = (made.put(network) for network in pair)
    assert made.get(first) is None
    assert made.get(second) is pair[1]


def test_a_script_opens_the_file():
    script = (
        'from cnnviz.models import pretrained\n\nnetwork = pretrained("own-0123456789abcdef")\n'
    )
    said = in_script(script, "own-0123456789abcdef")
    assert "from cnnviz.training.export import opened" in said
    assert 'network = opened("network.zip")' in said
    assert in_script(script, "lenet-mnist") == script


@pytest.mark.parametrize("page", ["feature_maps", "heatmaps"])
def test_a_page_looks_into_ones_own_network(page, pair):
    name = shelf().put(pair[0])
    app = open_page(page, f"model={name}")
    assert any("My LeNet" in option for box in app.selectbox for option in box.options)
    assert 'opened("network.zip")' in app.code[0].value


def test_a_network_of_a_visit_that_is_over_is_another_one():
    app = open_page("heatmaps", "model=own-ffffffffffffffff")
    assert app.selectbox(key="heatmaps-model").value != "own-ffffffffffffffff"
    assert not app.exception


def test_another_name_is_told():
    assert "not possible" in page_text(open_page("heatmaps", "model=own-mine"))
