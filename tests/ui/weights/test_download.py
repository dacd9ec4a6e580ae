"""Weights are fetched in the background: other clicks do not end it, Stop and failure do."""

from __future__ import annotations

import threading
import time
from contextlib import nullcontext

import pytest
from streamlit.testing.v1 import AppTest

from cnnviz.models import WeightsError
from cnnviz.ui.jobs import Jobs
from cnnviz.ui.weights import download as module
from cnnviz.ui.weights import fetching

WITHIN = 30  # seconds


@pytest.fixture(autouse=True)
def jobs(monkeypatch) -> None:
    board = Jobs(nullcontext)
    monkeypatch.setattr(fetching, "downloads", lambda: board)


def page() -> None:
    from pathlib import Path

    import streamlit as st

    from cnnviz.models import ImageNetStatus
    from cnnviz.ui.weights.download import offer_download

    status = ImageNetStatus(
        "net", "https://weights.example/net-abc.pth", Path("none"), "abc", 5_000_000, False
    )
    st.button("Something else", key="else")
    offer_download("page", status, "LeNet")


class Slow:
    """A download that goes on until it is stopped or let go."""

    def __init__(self) -> None:
        self.go, self.ended = threading.Event(), threading.Event()
        self.is_stopped = False

    def __call__(self, name, on_progress) -> None:
        try:
            while not self.go.wait(0.01):
                on_progress(1, 4)
        except Exception:
            self.is_stopped = True
            raise
        finally:
            self.ended.set()


@pytest.fixture
def slow(monkeypatch):
    download = Slow()
    monkeypatch.setattr(module, "download_weights", download)
    yield download
    download.go.set()


def keys(app: AppTest) -> set[str | None]:
    return {button.key for button in app.button}


def test_the_button_says_how_much_comes_from_where() -> None:
    app = AppTest.from_function(page).run(timeout=WITHIN)
    assert "5\u00a0MB from weights.example" in app.caption[0].value
    assert app.button(key="page_download_start").label == "Download 5 MB"


def test_another_click_does_not_end_it_and_stop_does(slow) -> None:
    app = AppTest.from_function(page, default_timeout=WITHIN).run()
    app.button(key="page_download_start").click().run()
    app.button(key="else").click().run()
    assert "page_download_stop" in keys(app)
    assert not slow.ended.is_set()
    app.button(key="page_download_stop").click().run()
    assert slow.ended.wait(WITHIN)
    assert slow.is_stopped
    app.run()
    assert "page_download_start" in keys(app)
    assert not app.warning


def test_why_it_failed_is_one_sentence_and_it_can_be_tried_again(monkeypatch) -> None:
    def fail(name, on_progress) -> None:
        raise WeightsError("weights.example cannot be reached.")

    monkeypatch.setattr(module, "download_weights", fail)
    app = AppTest.from_function(page, default_timeout=WITHIN).run()
    app.button(key="page_download_start").click().run()
    deadline = time.monotonic() + WITHIN
    while not app.warning and time.monotonic() < deadline:
        time.sleep(0.05)
        app.run()
    assert [warning.value for warning in app.warning] == ["weights.example cannot be reached."]
    assert "page_download_start" in keys(app)
