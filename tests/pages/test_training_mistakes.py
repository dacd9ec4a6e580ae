"""The view of mistakes: what it shows is counted from the latest snapshot, and links name it."""

from __future__ import annotations

import contextlib
import io
import re
import time
from collections import Counter
from uuid import uuid4
from weakref import WeakKeyDictionary

import pytest
import torch

from cnnviz.changing import Stroke
from cnnviz.training.export import beside
from cnnviz.training.mistakes import drawn_over
from cnnviz.training.moments import moment, network_of
from cnnviz.ui.brush.painting import Painting
from cnnviz.ui.training.address import Values
from cnnviz.ui.training.drawing import HINT
from cnnviz.ui.training.job import asked_of, job_of, title_of
from cnnviz.ui.training.mistakes import UNTRAINED
from cnnviz.ui.training.runs import Entry, runs
from tests.support.opening import component, html_text, open_page, press_on

VISITOR = "b" * 32
WITHIN = 240  # seconds; long, for a machine that does much else


def trained(visitor: str, values: Values) -> Entry:
    """A visitor's run, over; it waits in the line where other tests' runs go on."""
    job = job_of(values)
    made = runs().ask(visitor, "", title_of(job), asked_of(values), job)
    begun = time.monotonic()
    while made.run is None and time.monotonic() - begun < WITHIN:
        time.sleep(0.05)
        runs().tend()
    assert made.run is not None
    assert made.run.wait()
    return made


@pytest.fixture(scope="module")
def entry():
    """A visitor's run of 78 steps, over."""
    made = trained(VISITOR, Values(epochs=1))
    yield made
    runs().stop(made)


def shown(query: str = "", visitor: str = VISITOR):
    app = open_page("training", f"view=mistakes&{query}")
    app.session_state["_training_visitor"] = visitor
    return component(app.run(), "training_mistakes")


def test_before_a_run_stand_the_mistakes_of_the_first_weights():
    told = shown("network=mlp", visitor="c" * 32)
    assert told["note"] == UNTRAINED
    assert len(told["gallery"]["pictures"]) == 60
    assert told["opened"]["layer"] == "input × gradient"


def test_of_two_runs_the_mistakes_of_either_are_shown_and_drawn_over():
    visitor = uuid4().hex  # other tests' visitors have runs of their own
    for seed in (0, 1):
        trained(visitor, Values(network="mlp", epochs=1, seed=seed))
    for run, one in enumerate(runs().entries(visitor)):
        material, job = one.job.material, one.job
        now = moment(job.network, one.track.snapshots[-1], material)
        app = open_page("training", f"view=mistakes&drawing=true&run={run}")
        app.session_state["_training_visitor"] = visitor
        told = component(app.run(), "training_mistakes")
        assert told["confusion"] == now.confusion.tolist()
        assert told["note"].startswith(one.title) and one.title.endswith(f"seed {1 - run}")
        opened = told["opened"]["index"]
        model = network_of(job.network, one.track.snapshots[-1].weights)
        with torch.inference_mode():
            shares = model(material.batch(material.validation.pictures[opened][None])).softmax(1)
        (first,) = component(app, "training_drawing")["steps"]
        true = int(material.validation.labels[opened])
        assert first["share"] == pytest.approx(float(shares[0, true]), abs=1e-4)
        assert f"seed {1 - run}" in app.code[0].value
    assert next(box.label for box in app.selectbox) == "Run"


def test_the_matrix_the_pairs_and_the_gallery_count_the_same(entry):
    told = shown()
    now = moment(entry.job.network, entry.track.snapshots[-1], entry.job.material)
    assert told["confusion"] == now.confusion.tolist()
    count = 500 - int(now.confusion.trace())
    assert told["title"] == [f"{count} of 500 are wrong", "step 78"]
    wrong = (now.answers != entry.job.material.validation.labels).nonzero()[:, 0].tolist()
    assert {one["index"] for one in told["gallery"]["pictures"]} <= set(wrong)
    assert len(told["gallery"]["pictures"]) == min(60, count)
    first = told["pairs"][0]
    counts = Counter(
        (int(entry.job.material.validation.labels[index]), int(now.answers[index]))
        for index in wrong
    )
    assert (tuple(first["cell"]), int(first["count"])) in counts.items()
    assert int(first["count"]) == max(counts.values())


def test_a_link_names_a_cell_and_a_picture(entry):
    true, answer = shown()["pairs"][0]["cell"]
    cell = shown(f"true={true}&answer={answer}")
    assert cell["cell"] == [true, answer]
    assert cell["gallery"]["title"] == f"{true} taken for {answer}"
    labels = entry.job.material.validation.labels
    assert {int(labels[one["index"]]) for one in cell["gallery"]["pictures"]} == {true}
    assert len(cell["shared"]["tips"]) == 28
    assert f" of these {len(cell['gallery']['pictures'])} right." in cell["gallery"]["trial"]
    last = cell["gallery"]["pictures"][-1]["index"]
    again = shown(f"true={true}&answer={answer}&mistake={last}")
    assert again["opened"]["index"] == last
    assert again["opened"]["title"].startswith(f"It is {true}. The network says {answer}, ")


def test_the_opened_one_is_explained_and_followed_along_the_run(entry):
    told = shown()
    opened = told["opened"]
    assert opened["layer"] == "Grad-CAM at relu1"
    assert len(opened["along"]["at"]) == len(entry.track.snapshots)
    last = [values[-1] for _, values in opened["along"]["lines"]]
    assert last == pytest.approx([share for _, share, _ in opened["before"][1]], abs=1e-3)
    assert opened["sentences"][0].startswith("Without the ")
    assert opened["along"]["tips"][-1].startswith("step 78: ")


def test_the_moment_is_that_of_rewind(entry):
    first, tenth = shown("b=0"), shown(f"b={entry.track.snapshots[9].step}")
    assert first["title"][1] == "step 0"
    assert tenth["title"][1] == f"step {entry.track.snapshots[9].step}"
    assert len(first["opened"]["along"]["at"]) == len(entry.track.snapshots)


@pytest.mark.parametrize(
    "query", ["true=3&answer=3", "true=19&answer=2", "true=x", "mistake=99999"]
)
def test_what_names_no_mistake_shows_all(entry, query):
    told = shown(query)
    assert told["cell"] is None
    assert told["gallery"]["title"] == "All mistakes"
    assert told["shared"] is None
    assert told["gallery"]["trial"] == ""


def test_a_mistake_is_taken_to_the_heatmaps_with_its_network_and_both_classes(entry, monkeypatch):
    app = open_page("training", "view=mistakes")
    app.session_state["_training_visitor"] = VISITOR
    opened = component(app.run(), "training_mistakes")["opened"]
    now = moment(entry.job.network, entry.track.snapshots[-1], entry.job.material)
    app = press_on(app, "training_ask_heatmaps", monkeypatch)
    answer = int(now.answers[opened["index"]])
    true = int(entry.job.material.validation.labels[opened["index"]])
    text = html_text(app)
    assert f"Class explained{answer} − {true}" in text
    assert f"Its probability{float(now.confidences[opened['index']]):.4f}" in text


def test_a_network_that_makes_no_mistake_is_shown_without_any(entry, monkeypatch):
    job = entry.job
    perfect = moment(job.network, entry.track.snapshots[-1], job.material)
    labels = job.material.validation.labels
    right = type(perfect)(
        78, 1.0, 0.0, 1.0, torch.eye(10).long() * 50, labels, torch.ones(500), torch.ones(500)
    )
    monkeypatch.setattr("cnnviz.ui.training.found.moment", lambda *_: right)
    monkeypatch.setattr("cnnviz.ui.training.found._results", WeakKeyDictionary())
    told = shown("drawing=true")  # there is none to draw over
    assert told["title"][0] == "0 of 500 are wrong"
    assert not told["is_short"]
    assert (told["opened"], told["pairs"], told["gallery"]["note"]) == (None, [], "none")


def test_the_gallery_stands_in_the_order_of_the_address(entry):
    labels = entry.job.material.validation.labels
    now = moment(entry.job.network, entry.track.snapshots[-1], entry.job.material)
    for sort, of_class in (("true", labels), ("answer", now.answers)):
        places = [one["index"] for one in shown(f"sort={sort}")["gallery"]["pictures"]]
        classes = [int(of_class[place]) for place in places]
        assert classes == sorted(classes)
        for one in set(classes):
            sure = [float(now.confidences[at]) for at in places if int(of_class[at]) == one]
            assert sure == sorted(sure, reverse=True)
    surest = [one["index"] for one in shown()["gallery"]["pictures"]]
    assert surest != places
    assert sorted(surest) == sorted(places)


def test_the_pictures_of_the_training_can_be_asked_too(entry):
    material = entry.job.material
    told = shown("asked=training")
    learnt = moment(entry.job.network, entry.track.snapshots[-1], material, material.training)
    assert told["confusion"] == learnt.confusion.tolist()
    opened = told["opened"]
    assert learnt.answers[opened["index"]] != material.training.labels[opened["index"]]


STROKES = (Stroke(((200, 200), (800, 200)), 60), Stroke(((500, 700),), 150, brings_back=True))


def drawn_page(query: str = ""):
    """The page with two strokes over the opened picture."""
    app = open_page("training", f"view=mistakes&drawing=true&{query}")
    app.session_state["_training_visitor"] = VISITOR
    app.run()
    index = component(app, "training_mistakes")["opened"]["index"]
    pictures = runs().entries(VISITOR)[0].job.material.validation.pictures
    digest = component(app, "training_drawing")["digest"]
    app.session_state["_training_drawing"] = Painting(digest, STROKES, 2)
    return app.run(), pictures[index]


def test_a_mistake_is_drawn_over_and_the_answers_follow(entry):
    app, picture = drawn_page()
    told, gallery = component(app, "training_drawing"), component(app, "training_mistakes")
    assert gallery["is_short"]
    shot, material = entry.track.snapshots[-1], entry.job.material
    model = network_of(entry.job.network, shot.weights)
    with torch.inference_mode():
        shares = model(material.batch(drawn_over(picture, STROKES))).softmax(1)
    true = int(material.validation.labels[gallery["opened"]["index"]])
    said = [step["share"] for step in told["steps"]]
    assert said == pytest.approx(shares[:, true].tolist(), abs=1e-4)
    assert [step["answer"] for step in told["steps"]] == [str(int(at)) for at in shares.argmax(1)]
    assert told["rows"][1]["name"] == str(true)
    assert told["rows"][1]["now"][0] == pytest.approx(float(shares[-1, true]), abs=1e-4)


def test_before_the_first_stroke_the_pad_says_what_the_gallery_says(entry):
    app = open_page("training", "view=mistakes&drawing=true")
    app.session_state["_training_visitor"] = VISITOR
    told, gallery = (
        component(app.run(), name) for name in ("training_drawing", "training_mistakes")
    )
    assert told["words"] == [gallery["opened"]["title"], HINT]
    assert [step["gone"] for step in told["steps"]] == ["0 %"]


def test_the_script_prints_the_mistakes_of_the_page_and_what_is_drawn_over_one(entry, tmp_path):
    app, _ = drawn_page("b=3&sort=answer")
    gallery, drawn = (component(app, f"training_{name}") for name in ("mistakes", "drawing"))
    for name, data in beside(entry.job.material).items():
        (tmp_path / name).write_bytes(data)
    printed = io.StringIO()
    with contextlib.chdir(tmp_path), contextlib.redirect_stdout(printed):
        exec(compile(app.code[0].value, "page", "exec"), {"__name__": "pasted"})
    listed = [int(at) - 1 for at in re.findall(r"^picture (\d+):", printed.getvalue(), re.M)]
    assert listed == [one["index"] for one in gallery["gallery"]["pictures"]][:24]
    strokes = re.findall(r"^stroke \d+: (\d+), ([\d.]+)%", printed.getvalue(), re.M)
    assert [answer for answer, _ in strokes] == [step["answer"] for step in drawn["steps"]]
