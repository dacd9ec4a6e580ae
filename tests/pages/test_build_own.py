"""The builder's door for a trained network of one's own: read, tried, checked, looked into."""

from __future__ import annotations

import gc
import re
from pathlib import Path
from threading import Event

import pytest
import torch
from safetensors.torch import save
from streamlit.testing.v1 import AppTest

from cnnviz.fully_conv.any_network import LargerMap, larger_map
from cnnviz.models import LeNet
from cnnviz.ui.build import any_size
from cnnviz.ui.weights import files, own
from tests.support.onnx_networks import TORCHVISION, exported, lively, picture
from tests.support.opening import open_page, page_text
from tests.support.waiting import until

FILES = Path(__file__).parents[1] / "support" / "onnx_files"


@pytest.fixture(scope="module")
def data() -> bytes:
    return exported(lively(TORCHVISION["mobilenet_v2"]()), picture())


def brought(data: bytes, name: str = "mine.onnx") -> AppTest:
    app = open_page("build", "inspect=file")
    app.file_uploader[0].upload(name, data, "application/octet-stream").run()
    assert not app.exception, app.exception[0].message
    return app


def html(app: AppTest) -> str:
    return "".join(element.proto.body for element in app.get("html"))


def test_the_two_lines_that_write_a_file_stand_there() -> None:
    app = open_page("build", "inspect=file")
    assert "torch.onnx.export(net.eval(), (x,)" in app.code[0].value
    assert "external_data=False" in app.code[0].value


def test_a_file_is_read_and_three_photos_are_tried(data: bytes) -> None:
    app = brought(data)
    assert "own-read" in html(app)
    assert "Conv2d" in html(app)
    assert html(app).count("<tr class=chosen>") == 1
    assert html(app).count("<img") == 3
    bars = html(app).count('<i style="width')
    assert bars == 4 * 3


def test_pixels_and_names_are_taken_and_what_is_wrong_is_said(data: bytes) -> None:
    app = brought(data)
    mean = next(one for one in app.text_input if one.label == "mean")
    mean.set_value("0.1, 0.2").run()
    assert "it has to be 3 numbers" in page_text(app)
    next(one for one in app.text_input if one.label == "mean").set_value("0.1, 0.2, 0.3").run()
    assert app.session_state[files.STATE].file.mean == (0.1, 0.2, 0.3)
    assert "your numbers" in html(app)
    names = next(one for one in app.text_area if one.label == "One a line")
    names.set_value("a\nb").run()
    assert "2 names for 10 scores" in page_text(app)
    fields = [*app.text_area, *app.text_input]
    assert not any(one.proto.max_chars for one in fields)  # which drops a longer paste silently
    next(one for one in app.text_area if one.label == "One a line").set_value("a\n" * 40_000).run()
    assert "have 80,000 characters; up to 60,000" in page_text(app)
    names = next(one for one in app.text_area if one.label == "One a line")
    names.set_value("\n".join("abcdefghij")).run()
    assert app.session_state[files.STATE].file.classes == tuple("abcdefghij")


@pytest.mark.parametrize(
    ("given", "words"),
    [(b"PK\x03\x04", "this is a zip"), (b"\x00\x01", "no ONNX file"), (b"", "empty")],
)
def test_what_is_no_network_is_refused_in_a_sentence(given: bytes, words: str) -> None:
    assert words in page_text(brought(given))


def test_other_pages_look_into_it_and_others_do_not(data: bytes) -> None:
    app = brought(data)
    name = app.session_state[files.STATE].file.offered_as
    app.query_params.clear()
    app.query_params["model"] = name
    app.switch_page("pages/heatmaps.py").run()
    assert not app.exception
    assert app.selectbox(key="heatmaps-model").value == name
    assert "own_network(" in app.code[0].value
    stranger = open_page("heatmaps", f"model={name}")
    assert stranger.selectbox(key="heatmaps-model").value != name
    assert "is gone" in page_text(stranger)


def test_a_larger_photo_gives_a_map_of_classes(data: bytes) -> None:
    app = brought(data)
    chosen = next(one for one in app.get("button_group") if one.label.startswith("Any size"))
    chosen.set_value("coffee").run()
    assert not app.exception
    found = re.search(r"in (\d+) × (\d+) cells, probability up to", html(app))
    assert found is not None
    assert min(map(int, found.groups())) > 8  # so many are in a picture of its own size
    assert "the mean of all cells" in page_text(app)


def test_the_map_of_a_larger_photo_that_takes_long_is_a_job_that_begins_by_itself(
    data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = Event()

    def held(*given) -> LargerMap:
        assert go.wait(60)
        return larger_map(*given)

    monkeypatch.setattr(any_size, "QUICK_MACS", 0)
    monkeypatch.setattr(any_size, "larger_map", held)
    app = brought(data)
    chosen = next(one for one in app.get("button_group") if one.label.startswith("Any size"))
    chosen.set_value("coffee").run()
    app.button(key="build_own_larger_stop").click().run()
    app.run()
    assert "cells, probability up to" not in html(app)
    app.button(key="build_own_larger_start").click().run()  # who has stopped it gets the button
    assert app.button(key="build_own_larger_stop")
    go.set()
    until(lambda: "cells, probability up to" in html(app.run()))
    assert not app.exception


def test_its_graph_and_table_stand_on_the_builders_page(data: bytes) -> None:
    app = brought(data)
    app.query_params["inspect"] = app.session_state[files.STATE].file.offered_as
    app.switch_page("pages/build.py").run()
    assert not app.exception
    assert "mine.onnx" in html(app)
    assert "gone" in page_text(open_page("build", "inspect=file-0123456789abcdef"))


def test_a_network_ends_with_the_visit() -> None:
    desk = files.Desk()
    opened = files.open_file(exported(LeNet(1).eval(), torch.rand(1, 1, 32, 32)))
    kept = own.Shelf()
    file = files.OwnFile("a.onnx", 1, opened, b"x", (0.0,), (1.0,), files.numbered(10))
    desk.file = file
    network = files.as_pretrained(opened, "a", file.transform, file.classes)
    kept.lend("file-0123456789abcdef", network)
    assert kept.get("file-0123456789abcdef") is network
    del network, file, desk, opened
    gc.collect()
    assert kept.get("file-0123456789abcdef") is None


def test_the_files_that_came_first_are_let_go_where_there_is_no_room() -> None:
    opened = files.open_file((FILES / "lenet_keras.onnx").read_bytes())
    bound = files.Desks(most_bytes=3 * opened.num_params * 4)
    visitors = [files.Desk() for _ in range(4)]
    for visitor in visitors:
        visitor.file = files.OwnFile("a", 0, opened, b"", (0.0,), (1.0,), files.numbered(10))
        bound.note(visitor)
    assert [visitor.file is not None for visitor in visitors] == [False, True, True, True]
    assert "make room" in visitors[0].problem


def test_a_file_that_holds_no_weights_gets_a_sentence() -> None:
    app = open_page("build")
    uploader = next(one for one in app.file_uploader if "state dict" in one.label)
    uploader.upload("photo.png", b"\x89PNG", "image/png").run()
    assert "This is no file of weights: save net.state_dict()" in page_text(app)


def test_trained_weights_come_into_the_network_that_is_built() -> None:
    trained = LeNet(3).eval()
    app = open_page("build")
    uploader = next(one for one in app.file_uploader if "state dict" in one.label)
    uploader.upload("lenet.safetensors", save(trained.state_dict()), "x/y").run()
    assert not app.exception
    name = app.session_state["_build_weights_name"]
    network = own.shelf().get(name)
    assert network is not None
    batch = torch.rand(1, 3, 32, 32)
    torch.testing.assert_close(network.model(batch), trained(batch))
    uploader = next(one for one in app.file_uploader if "state dict" in one.label)
    uploader.upload(
        "lenet.safetensors", save({"conv1.weight": torch.zeros(6, 1, 5, 5)}), "x/y"
    ).run()
    assert "(6, 1, 5, 5) in the file and (6, 3, 5, 5) in the network" in page_text(app)
