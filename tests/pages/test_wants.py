"""The view “Wants” of feature_maps: recorded pictures at once, one made on asking, its script."""

from __future__ import annotations

import contextlib
import io
import re
import time

import pytest

from cnnviz.ui.feature_maps.wants import SWITCHES
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
    assert f"<b>{float(said[1]):.4g}</b>" in "".join(e.proto.body for e in app.get("html"))


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
