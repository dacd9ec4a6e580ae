"""The loading of networks that all pages share."""

from contextlib import suppress

import pytest

from cnnviz.models import WeightsError
from cnnviz.ui import kept, models


@pytest.mark.parametrize(("name", "numbers"), [("lenet-mnist", 61_706), ("alexnet", 61_100_840)])
def test_a_network_says_what_it_takes_before_it_is_loaded(monkeypatch, name: str, numbers: int):
    told: list[int] = []
    monkeypatch.setattr(kept, "_account", kept.Account())  # what is "loaded" here is nobody's
    monkeypatch.setattr(models, "make_room", told.append)
    monkeypatch.setattr(models, "pretrained", lambda name: told.append(0))
    with suppress(WeightsError):
        models.load(name)
    assert told[0] == 4 * numbers
