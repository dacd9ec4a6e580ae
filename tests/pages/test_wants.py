"""The view “Wants” of feature_maps: recorded pictures at once, one made on asking, its script."""

from __future__ import annotations

import contextlib
import io
import re
import time

import pytest
import torch

from cnnviz.activations import record
from cnnviz.changing import Stroke, filled, mask, painted
from cnnviz.figures.pictures import nice_limit
from cnnviz.images import sample
from cnnviz.models import pretrained
from cnnviz.ui.brush.painting import Painting
from cnnviz.ui.feature_maps.guess import HINT, SILENT, STATE, words
from cnnviz.ui.feature_maps.wants import SWITCHES
from cnnviz.wants.guess import Chance
from tests.support.opening import component, open_page, page_text

CHANNEL = "view=wants&model=resnet18-cifar10&layer=input_group.2&map=4&steps=2"
WITHIN = 120  # seconds; long, for a machine that does much else


def test_every_channel_is_recorded_and_one_is_made_when_it_is_asked_for():
    app = open_page("feature_maps", CHANNEL)
    assert component(app, "feature_maps_wants_sheet")["count"] == 64
    assert "Recorded for **channel 4" in page_text(app)
    app.button(key="feature_maps_wants_start").click().run()
    deadline = time.monotonic() + WITHIN
    while "Moved and scaled" not in page_text(app):
        assert time.monotonic() < deadline
        time.sleep(0.05)
        app.run()
    assert not app.exception
    assert "Made from noise for **channel 4" in page_text(app)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(app.code[0].value, "page", "exec"), {"__name__": "pasted"})
    said = re.search(r"as it is: ([\d.e+-]+)", printed.getvalue())
    assert said is not None
    assert f"<b>{float(said[1]):,.4g}</b>" in "".join(e.proto.body for e in app.get("html"))


@pytest.mark.parametrize(
    "query",
    ["view=wants&unit=class&wish=999&steps=1", "view=wants&unit=cell&layer=nope&map=4000",
     "view=wants&model=lenet-mnist", "view=wants&network=nonsense", "view=wants&steps=0"],
)  # fmt: skip
def test_whatever_the_address_asks_for_there_is_a_page(query):
    assert "Waves" in [toggle.label for toggle in open_page("feature_maps", query).toggle] or (
        "network=" in query
    )


def test_the_switches_are_each_off_once_and_all_at_once():
    assert sorted(map(sum, SWITCHES.values())) == [0, 2, 2, 2, 3]


EYES = (Stroke(((200, 350), (330, 350)), 90), Stroke(((680, 350), (800, 350)), 90))


def test_a_guess_is_tested_by_blurring_and_told_from_chance():
    query = "view=wants&model=resnet18-cifar10&layer=group1.1&map=3&image=cat&steps=1"
    app = open_page("feature_maps", query)
    told = component(app, "feature_maps_guess")
    assert told["words"] == [HINT]
    app.session_state[STATE] = Painting("cat", EYES, 2)
    app.run()
    told = component(app, "feature_maps_guess")
    network = pretrained("resnet18-cifar10")
    batch = network.transform(sample("cat"))
    gone, fill = mask(EYES, *batch.shape[2:]), filled(batch, "blur")
    with torch.no_grad():
        maps = record(network.model, torch.cat([batch, painted(batch, fill, gone)]), ["group1.1"])
    before, now = maps["group1.1"][:, 3].flatten(1).amax(1).tolist()
    assert told["rows"][0]["before"][1] == nice_limit(before)
    assert told["rows"][0]["now"][1] == told["steps"][-1]["score"] == nice_limit(now)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(app.code[0].value, "page", "exec"), {"__name__": "pasted"})
    low, places = re.findall(r"as low at (\d+) of (\d+)", printed.getvalue())[0]
    assert f"at {places} other places" in " ".join(told["words"])
    assert f"your guess at {low} of them" in " ".join(told["words"])


def test_what_a_guess_says_depends_on_chance():
    chance = Chance(torch.tensor([5.0] * 90 + [1.0] * 9))
    assert "no more than chance" in words(7, [10.0, 4.0], chance)[-1]
    assert "more than chance: the channel needs" in words(7, [10.0, 0.5], chance)[-1]
    assert words(7, [0.0], None) == [SILENT]
    assert "does not fall" in words(7, [10.0, 10.5], None)[0]
