"""The loading of networks that all pages share."""

from contextlib import suppress

import pytest

from cnnviz.models import WeightsError
from cnnviz.ui import kept, models
from tests.support.opening import open_page


@pytest.mark.parametrize(("name", "numbers"), [("lenet-mnist", 61_706), ("alexnet", 61_100_840)])
def test_a_network_says_what_it_takes_before_it_is_loaded(monkeypatch, name: str, numbers: int):
    told: list[int] = []

    def not_here(name: str) -> None:
        told.append(0)
        raise WeightsError(name)

    monkeypatch.setattr(kept, "_account", kept.Account())  # what is "loaded" here is nobody's
    monkeypatch.setattr(models, "make_room", told.append)
    monkeypatch.setattr(models, "pretrained", not_here)
    with suppress(WeightsError):
        models.load(name)
    assert told[0] == 4 * numbers


def test_a_network_that_a_page_still_holds_is_not_loaded_beside_itself(monkeypatch):
    account = kept.Account(total=300_000)
    monkeypatch.setattr(kept, "_account", account)
    first = models.load("lenet-mnist")
    held, others = first.model, (first.transform, first.classes, first.card)
    del first
    account.put("another", kept.Result(bytes(290_000)))
    assert account.get("another") is not None  # so the network has left
    again = models.load("lenet-mnist")
    assert again.model is held
    assert (again.transform, again.classes, again.card) == others


def test_no_line_of_the_chooser_is_too_long_for_it_and_short_ones_say_how_good_it_is():
    app = open_page("heatmaps")
    lines = app.selectbox(key="heatmaps-model").options
    assert [line for line in lines if len(line) > models.LINE] == []
    assert any(line.startswith("ResNet18 · CIFAR-10 · 8") and line.endswith("%") for line in lines)
    assert "EfficientNet-Lite0 · ImageNet" in lines
