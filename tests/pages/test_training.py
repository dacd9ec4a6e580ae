"""The page training: it opens before, during and after a run, and says what cannot be."""

from __future__ import annotations

import contextlib
import io
import re
import zipfile
from dataclasses import asdict

import pytest
import torch
from PIL import Image

from benchmarks.training import LEARNING
from cnnviz.training.export import beside
from cnnviz.training.moments import network_of
from cnnviz.ui.fully_convolutional.networks import load_pair
from cnnviz.ui.training.address import ADDRESS, Values
from cnnviz.ui.training.board import read_act
from cnnviz.ui.training.job import asked_of, job_of, title_of
from cnnviz.ui.training.runs import runs
from cnnviz.ui.training.views import PRESETS
from tests.support.opening import component, drawn_as, open_page, page_text, press_on, say


@pytest.fixture(scope="module")
def finished():
    """The token of a visitor whose run of 78 steps is over."""
    values = Values(epochs=1)
    job = job_of(values)
    entry = runs().ask("a" * 32, "", title_of(job), asked_of(values), job)
    assert entry.run.wait()
    yield "a" * 32
    runs().stop(entry)


def shown_to(visitor: str, query: str):
    app = open_page("training", query)
    app.session_state["_training_visitor"] = visitor
    key = "training_rewind" if "view=rewind" in query else "training_board"
    while component(app.run(), key)["is_busy"]:
        pass  # a frame works out what it has time for
    return app


def test_before_a_run_stand_the_first_weights():
    board = component(open_page("training"), "training_board")
    assert board["bar"]["title"] == "Ready"
    assert [button[0] for button in board["bar"]["buttons"]] == ["start"]
    assert len(board["moments"]) == 1
    assert board["filters"]["count"] == 6
    assert not board["is_busy"]


@pytest.mark.parametrize(
    ("query", "filters"),
    [("network=mlp", True), ("network=small-resnet", True), ("data=planted", True),
     ("network=lenet-fully-convolutional&dropout=0.5", True)],
)  # fmt: skip
def test_every_network_shows_its_filters(query, filters):
    board = component(open_page("training", query), "training_board")
    assert bool(board["filters"]) == filters
    assert board["moments"][0]["confusion"]


def test_a_run_that_is_over_shows_all_of_its_snapshots(finished):
    board = component(shown_to(finished, "epochs=1"), "training_board")
    assert board["bar"]["title"] == "Done"
    assert board["bar"]["share"] == 1
    assert len(board["moments"]) > 20
    assert len(board["moments"]) == len(board["curves"]["at"])
    assert float(board["right"][1]) > 50
    assert not board["is_busy"]


def test_other_settings_than_the_runs_are_told(finished):
    board = component(shown_to(finished, "seed=5"), "training_board")
    assert "seed 0" in board["bar"]["note"]
    assert board["bar"]["buttons"][0][1] == "▶ Train with these settings"


def test_a_missing_network_of_ones_own_gets_a_sentence():
    assert "build one on the page Build a network" in page_text(
        open_page("training", "network=own")
    )


def test_nonsense_in_the_address_is_told():
    assert "learning_rate" in page_text(open_page("training", "learning_rate=fast"))


def test_the_script_gives_the_losses_of_the_run(finished, tmp_path):
    entry = runs().entries(finished)[0]
    for name, data in beside(entry.job.material).items():
        (tmp_path / name).write_bytes(data)
    script = open_page("training", "epochs=1").code[0].value
    printed = io.StringIO()
    with contextlib.chdir(tmp_path), contextlib.redirect_stdout(printed):
        exec(compile(script, "page", "exec"), {"__name__": "pasted"})
    losses = [float(loss) for loss in re.findall(r"loss ([\d.]+)", printed.getvalue())]
    assert losses == pytest.approx([step.loss for step in entry.run.steps], abs=2e-4)


def test_without_a_run_there_is_nothing_to_look_back_on_and_a_button_begins_one(monkeypatch):
    asked = []
    monkeypatch.setattr(type(runs()), "ask", lambda _, *given: asked.append(given))
    app = open_page("training", "view=rewind&seed=3")
    assert "Nothing has been trained yet" in app.info[0].value
    app.button(key="training_begin").click().run()
    assert component(app, "training_board")["bar"]["title"] == "Ready"  # in the view Live now
    assert asked[0][-1].plan.seed == 3


def test_looking_back_shows_the_moments_of_the_address(finished):
    board = component(shown_to(finished, "view=rewind&epochs=1&a=5"), "training_rewind")
    steps = board["tracks"][0]["steps"]
    assert steps[board["places"][0]] == min(steps, key=lambda step: abs(step - 5))
    assert board["places"][1] == len(steps) - 1


def test_a_snapshot_goes_into_the_page_that_makes_it_fully_convolutional(finished, monkeypatch):
    app = shown_to(finished, "view=rewind&epochs=1")
    app = press_on(app, "training_to_fully_convolutional", monkeypatch)
    (network,) = [box for box in app.selectbox if box.label == "Network"]
    assert network.options[-1] == "My LeNet, Drawn digits"
    entry, pair = runs().entries(finished)[0], load_pair(network.value)
    batch = entry.job.material.batch(entry.job.material.validation.pictures[:8])
    model = network_of(entry.job.network, entry.track.snapshots[-1].weights)
    assert torch.allclose(pair.fully_conv(batch).flatten(1), model(batch), atol=1e-5)


def test_a_network_without_lenets_form_is_not_offered_there():
    values = Values(epochs=1, network="mlp")
    job = job_of(values)
    entry = runs().ask("d" * 32, "", title_of(job), asked_of(values), job)
    assert entry.run.wait(steps=1)
    runs().stop(entry)
    app = shown_to("d" * 32, "view=rewind")
    assert [button.label for button in app.button if button.key.startswith("training_to")] == [
        "Feature maps", "Heatmaps",
    ]  # fmt: skip


@pytest.mark.parametrize("model", ["own-0123456789abcdef", "own-x", "vgg"])
def test_a_network_that_is_gone_gets_a_sentence_there(model):
    app = open_page("fully_convolutional", f"model={model}")
    assert ("is gone" in page_text(app)) == (model == "own-0123456789abcdef")
    assert not app.exception


def test_a_click_on_the_curve_looks_back_at_that_moment():
    assert [read_act(said) for said in ("pause", 0, 17)] == ["pause", 0, 17]
    assert not any(map(read_act, ("rewind", -1, True, 10**9, None, [3], 1.5)))


def test_two_runs_need_a_second_one(finished):
    app = shown_to(finished, "view=rewind&compare=runs")
    assert "one run so far" in app.info[0].value


def test_a_zip_of_ones_own_is_read_and_its_classes_are_answered(tmp_path):
    app = open_page("training", "data=zip")
    assert "give a zip of them above" in app.info[0].value
    assert not app.error
    app.file_uploader[0].set_value(("mine.zip", _zip(), "application/zip")).run()
    board = component(app, "training_board")
    assert board["classes"] == ["dark", "light"]
    assert board["asked"].startswith("4 ")
    assert "pictures.npz" in app.code[0].value


def test_what_is_no_zip_gets_a_sentence():
    app = open_page("training", "data=zip")
    app.file_uploader[0].set_value(("mine.zip", b"PK nothing", "application/zip")).run()
    assert "no zip file" in app.error[0].value
    assert len(app.error) == 1
    assert not app.info
    assert not app.exception


def test_a_file_of_any_name_is_heard_and_refused_in_a_sentence_of_ours():
    app = open_page("training", "data=zip")
    app.file_uploader[0].set_value(("notes.txt", b"cats and dogs", "text/plain")).run()
    assert "This is no zip file: put the pictures into folders" in app.error[0].value


def test_a_data_set_that_is_not_here_is_offered_with_its_size(monkeypatch, tmp_path):
    monkeypatch.setenv("CNNVIZ_DATA", str(tmp_path))
    app = open_page("training", "data=fashion")
    assert any("Download 31 MB" in button.label for button in app.button)
    assert page_text(app).count("is not on this machine") == 1
    assert not app.error  # nothing is wrong


def test_what_the_operators_folder_holds_beside_pictures_is_said(monkeypatch, tmp_path):
    monkeypatch.setenv("CNNVIZ_PICTURES", str(tmp_path))
    with zipfile.ZipFile(io.BytesIO(_zip())) as archive:
        archive.extractall(tmp_path)
    (tmp_path / "dark" / "notes.txt").write_text("where they are from")
    app = open_page("training", "data=folder")
    assert component(app, "training_board")["classes"] == ["dark", "light"]
    assert "without 1 file that cannot be read as pictures" in page_text(app)
    assert not app.error


def test_what_is_too_large_is_refused_in_a_sentence_before_it_is_a_run(monkeypatch):
    monkeypatch.setattr("cnnviz.training.limits.MOST_BYTES", 1_000_000)
    app = open_page("training", "view=rewind")
    board = component(app.button(key="training_begin").click().run(), "training_board")
    assert board["bar"]["state"] == "ready"
    assert re.match(r"This training would need about [\d,]+ MB and 1 are", board["bar"]["note"])


def _zip() -> bytes:
    """Ten dark and ten light pictures, in folders by class."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, grey in (("dark", 40), ("light", 210)):
            for number in range(10):
                picture = io.BytesIO()
                Image.new("L", (40, 40), grey + number).save(picture, "PNG")
                archive.writestr(f"{name}/{number}.png", picture.getvalue())
    return written.getvalue()


def test_the_best_recipe_is_what_the_benchmark_of_the_goal_trains_with():
    (view,) = (view for view in PRESETS if view.label == "The best recipe")
    assert view.query == ADDRESS.query(**asdict(LEARNING))


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [("selectbox", "optimizer", "adam"), ("selectbox", "schedule", "cosine"),
     ("slider", "dropout", 0.25)],
)  # fmt: skip
def test_how_to_train_draws_what_it_changes_and_nothing_else(kind, name, value):
    query = f"{name}={value}"
    app, fresh = open_page("training"), open_page("training", query)
    getattr(app, kind)(key=f"training-{name}").set_value(value).run()
    assert drawn_as(app, fresh, "training_board")
    assert component(app, "training_board")["query"] == query


def test_an_optimizer_that_comes_with_other_pictures_makes_the_page_anew():
    app = open_page("training")
    app.selectbox(key="training-data").set_value("planted")
    app.selectbox(key="training-optimizer").set_value("adam").run()
    assert not drawn_as(app, open_page("training", "data=planted&optimizer=adam"), "training_board")


def test_what_an_address_asks_of_a_run_is_asked_again_when_the_visitor_is_known(finished: str):
    app = open_page("training", "view=rewind&data=planted&epochs=2&a=70&b=100000")
    assert "b = “100000”, which is not in this view" in page_text(app)
    app = open_page("training", "view=rewind&data=planted&epochs=1&b=78&answer=8&true=3")
    assert "which is not in this view" in page_text(app)
    say(app, "training_token", "token", finished)
    assert "which is not in this view" not in page_text(app)
    told = component(app, "training_toolbar")["query"]
    assert {"b=78", "answer=8", "true=3"} <= set(told.split("&"))
