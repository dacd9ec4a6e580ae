"""The page teach: the head, what it says and what was left out, against its own script."""

from __future__ import annotations

import contextlib
import io
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from PIL import Image

from cnnviz.images import sample
from cnnviz.places import ASSETS
from cnnviz.teaching import Head, SavedHead, load_head, save_head
from cnnviz.ui.taking.offers import NumbersOffer
from cnnviz.ui.teach.address import Values
from cnnviz.ui.teach.controls import saved_head
from cnnviz.ui.teach.desk import Desk, kept_square
from cnnviz.ui.teach.given import asked_picture, lesson
from cnnviz.ui.teach.scripts import folder_of
from cnnviz.ui.teach.views import PRESETS
from tests.support.opening import component, drawn_as, offers, open_page, page_text

FEW = "classes=animal:cat,dog,frog;vehicle:truck,airplane,rocket&ask=pony"


def run(script: str) -> list[str]:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(script, "page", "exec"), {"__name__": "pasted"})
    return printed.getvalue().splitlines()


def test_the_script_gives_the_numbers_of_the_page():
    app = open_page("teach", FEW)
    rows = component(app, "teach_asked")["rows"]
    *said, left = run(app.code[0].value)
    assert [line.split(": ")[0] for line in said] == [row["name"] for row in rows]
    shares = [float(line.split(": ")[1]) for line in said]
    assert shares == pytest.approx([row["share"] for row in rows], abs=2e-3)
    judged = component(app, "teach_classes")["judged"]
    assert left == f"left out: {judged['head'].removesuffix(' right,')} right"


def test_every_class_has_its_pictures_and_mistakes_are_marked_on_them():
    shown = component(open_page("teach", FEW), "teach_classes")
    assert [row["name"] for row in shown["classes"]] == ["animal", "vehicle"]
    wrong = 0
    for place, row in enumerate(shown["classes"]):
        assert len(row["pictures"]) == 3
        for picture in row["pictures"]:
            assert sum(picture["shares"]) == pytest.approx(1, abs=1e-4)
            assert picture["is_wrong"] == (picture["answer"] != place)
            wrong += picture["is_wrong"]
    assert shown["judged"]["head"] == f"{6 - wrong} of 6 right,"


def test_what_is_nearest_is_shown_for_every_layer():
    asked = component(open_page("teach", FEW), "teach_asked")
    layers = [row["layer"] for row in asked["layers"]]
    assert layers == ["features.3", "features.6", "features.9", "features.12"]
    assert all(len(row["pictures"]) == 6 for row in asked["layers"])
    assert asked["note"] == "not among the 6" and asked["learned"] == "1,026 numbers"


@pytest.mark.parametrize(
    ("query", "sentence"),
    [("classes=a:wolf;b:cat", "2 to 5 classes"), ("ask=wolf", "a sample, such as")],
)
def test_an_address_that_asks_for_what_is_not_there_gets_a_sentence(query, sentence):
    app = open_page("teach", query)
    assert any(sentence in warning.value for warning in app.warning)
    assert component(app, "teach_asked")["rows"]


def test_a_class_without_pictures_is_told_what_it_needs():
    app = open_page("teach", "classes=a:;b:")
    assert "at least two classes a picture" in component(app, "teach_asked")["problem"]
    assert "stay in this visit" in page_text(app)
    assert not app.code


@pytest.mark.parametrize("view", PRESETS[::2], ids=lambda view: view.label)
def test_views_open_without_a_word_of_complaint(view):
    app = open_page("teach", view.query.lstrip("?"))
    assert not app.exception and not app.warning and not app.error


def shown_with(desk: Desk):
    app = open_page("teach", FEW)
    app.session_state["_teach"] = desk
    return app.run()


def test_the_script_reads_the_visitors_own_pictures_from_the_folder_that_is_saved(
    tmp_path, monkeypatch
):
    desk = Desk(asked=kept_square(sample("coffee").rotate(20), 'x/../"y".jpeg'))
    for turn, name in enumerate(("rex.jpg", "rex.png", "a'; 1/0 #.gif")):
        desk.give(0, kept_square(sample("dog").rotate(9 * turn), name), 3)
    app = shown_with(desk)
    monkeypatch.setattr("cnnviz.ui.teach.given.desk", lambda: desk)
    values = Values(classes=FEW.split("&")[0].removeprefix("classes="))
    given = lesson(values)
    with zipfile.ZipFile(io.BytesIO(folder_of(given, asked_picture(values)))) as archive:
        assert archive.namelist() == [
            "my_pictures/1 animal/rex.png", "my_pictures/1 animal/rex 2.png",
            "my_pictures/1 animal/a_ 1_0 _.png", "my_pictures/x_.._y_.png",
        ]  # fmt: skip
        archive.extractall(tmp_path)
    (tmp_path / "assets").symlink_to(ASSETS)
    with contextlib.chdir(tmp_path):
        *said, _ = run(app.code[0].value)
    rows = component(app, "teach_asked")["rows"]
    shares = [float(line.split(": ")[1]) for line in said]
    assert shares == pytest.approx([row["share"] for row in rows], abs=2e-3)


def test_the_script_of_an_opened_head_reads_its_file(tmp_path):
    weight = torch.randn(2, 512, generator=torch.Generator().manual_seed(1)) / 20
    opened = SavedHead(Head(weight, torch.zeros(2)), ("yes", "no"), "squeezenet1.1", 128)
    app = shown_with(Desk(opened=opened))
    (tmp_path / "head.safetensors").write_bytes(save_head(opened))
    (tmp_path / "assets").symlink_to(ASSETS)
    with contextlib.chdir(tmp_path):
        said = run(app.code[0].value)
    rows = component(app, "teach_asked")["rows"]
    assert [line.split(": ")[0] for line in said] == ["yes", "no"]
    shares = [float(line.split(": ")[1]) for line in said]
    assert shares == pytest.approx([row["share"] for row in rows], abs=2e-3)


def test_a_picture_of_ones_own_is_asked_where_the_hand_is():
    desk = Desk(asked=kept_square(Image.new("RGB", (90, 90), "teal"), "Teal"))
    app = shown_with(desk)
    asked = component(app, "teach_asked")
    assert asked["alt"] == "Teal, a picture of your own"
    (box,) = [box for box in app.selectbox if box.label == "A sample to ask about"]
    assert box.value is None and "Teal" in box.placeholder
    box.set_value("cat").run()
    assert component(app, "teach_asked")["alt"] != asked["alt"]


def test_an_answer_that_was_given_before_is_not_computed_again(monkeypatch):
    app = open_page("teach", f"{FEW}&class_idx=1")
    before = component(app, "teach_asked")
    decay = app.selectbox(key="teach-decay")
    decay.set_value("10").run()
    other = component(app, "teach_asked")
    assert other["rows"] != before["rows"] and other["top"] != before["top"]
    assert other["layers"] == before["layers"]  # what is alike is no question of the head
    for name in ("grad_cam", "nearest", "taught", "features"):
        monkeypatch.delattr(f"cnnviz.ui.teach.learning.{name}")
    decay.set_value("1").run()
    assert component(app, "teach_asked") == before
    assert not app.exception


def test_another_head_reads_no_picture_anew(monkeypatch):
    app = open_page("teach", f"{FEW}&decay=3&seed=7")
    before = component(app, "teach_asked")
    monkeypatch.delattr("cnnviz.ui.teach.learning.batch_of")
    app.selectbox(key="teach-decay").set_value("0.03").run()
    asked = component(app, "teach_asked")
    assert not app.exception and asked["heat"] != before["heat"]


def test_what_is_saved_is_what_answers():
    """Files are made in a thread that knows no visitor: no other's head, nor the one taught."""
    weight = torch.randn(2, 512, generator=torch.Generator().manual_seed(3)) / 20
    opened = SavedHead(Head(weight, torch.zeros(2)), ("yes", "no"), "squeezenet1.1", 128)
    app = shown_with(Desk(opened=opened))
    rows = component(app, "teach_asked")["rows"]
    (offer,) = (one for one in offers(app) if isinstance(one, NumbersOffer))
    with ThreadPoolExecutor(1) as elsewhere:
        saved = elsewhere.submit(saved_head, app.session_state["_teach"]).result()
        numbers = elsewhere.submit(offer.arrays).result()
    assert load_head(saved).classes == tuple(numbers["names"]) == ("yes", "no")
    assert list(numbers["shares"]) == [row["share"] for row in rows]


def test_an_opened_head_answers_anew_where_another_is_opened():
    shown = []
    for seed in (1, 2):
        weight = torch.randn(2, 512, generator=torch.Generator().manual_seed(seed)) / 20
        opened = SavedHead(Head(weight, torch.zeros(2)), ("yes", "no"), "squeezenet1.1", 128)
        shown.append(component(shown_with(Desk(opened=opened)), "teach_asked"))
    assert shown[0]["rows"] != shown[1]["rows"] and shown[0]["top"] != shown[1]["top"]


def test_a_weight_decay_draws_what_it_changes_and_nothing_else():
    app, fresh = open_page("teach", FEW), open_page("teach", f"{FEW}&decay=10")
    app.selectbox(key="teach-decay").set_value("10").run()
    assert drawn_as(app, fresh, "teach_classes", "teach_asked", "teach_explained")
    assert "decay=10" in component(app, "teach_explained")["query"].split("&")


def test_a_weight_decay_that_comes_with_another_size_makes_the_page_anew():
    app, fresh = open_page("teach", FEW), open_page("teach", f"{FEW}&decay=10&size=64")
    app.selectbox(key="teach-size").set_value("64")
    app.selectbox(key="teach-decay").set_value("10").run()
    assert not drawn_as(app, fresh, "teach_classes", "teach_asked", "teach_explained")
