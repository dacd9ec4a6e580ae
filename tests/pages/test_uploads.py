"""A picture of one's own on every page with a network: who reads it, and who has the last word."""

import ast
import contextlib
import io
import re
from pathlib import Path

import pytest
import torch
from PIL import Image, ImageOps
from streamlit.testing.v1 import AppTest

from cnnviz.images import sample
from cnnviz.images.ten_digits import digit
from cnnviz.models import pretrained
from cnnviz.models.photographs import PHOTOGRAPHS
from cnnviz.shift.digits import digit_of
from tests.support.opening import open_page, page_text, say

# Page -> a view with the photo in it, and the term that says which network reads it.
PAGES = {
    "heatmaps": ("", "model"),
    "feature_maps": ("", "model"),
    "fully_convolutional": ("source=picture", "model"),
    "pooling": ("view=field", "network"),
}
LITE0, SQUEEZENET = PHOTOGRAPHS
FOR_PHOTOS = "which knows a thousand kinds"


def png(picture: Image.Image) -> bytes:
    data = io.BytesIO()
    picture.save(data, "PNG")
    return data.getvalue()


PHOTO, OTHER = png(sample("raccoon")), png(sample("coffee").resize((300, 150)))
ON_PAPER = png(ImageOps.invert(ImageOps.expand(Image.fromarray(digit("4")), (40, 8, 60, 8))))


def give(app: AppTest, page: str, data: bytes) -> AppTest:
    app.session_state[f"{page}_image_own"] = True
    app.run()
    app.get("file_uploader")[0].set_value(("mine.png", data, "image/png")).run()
    assert not app.exception, app.exception[0].message
    return app


def network(app: AppTest, page: str) -> str:
    return app.session_state[f"{page}-{PAGES[page][1]}"]


def choose(app: AppTest, page: str, name: str) -> None:
    app.selectbox(key=f"{page}-{PAGES[page][1]}").set_value(name).run()
    assert not app.exception, app.exception[0].message


def test_no_uploader_leaves_it_to_streamlit_to_refuse_a_file():
    """Its limit and its list of suffixes refuse in the browser with a mark; we have a sentence."""
    calls = [
        (path.name, getattr(call.func, "attr", getattr(call.func, "id", "")), call)
        for path in Path("cnnviz/ui").rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
    ]
    assert [path for path, name, _ in calls if name == "file_uploader"] == ["uploader.py"]
    ours = [(path, call) for path, name, call in calls if name == "uploader"]
    assert len(ours) >= 8
    for path, call in ours:
        assert len(call.args) == 1 and "type" not in {given.arg for given in call.keywords}, path


@pytest.mark.parametrize("page", PAGES)
def test_a_photo_goes_to_a_network_for_photos_until_a_hand_chooses(page):
    app = give(open_page(page, PAGES[page][0]), page, PHOTO)
    assert network(app, page) == LITE0 and FOR_PHOTOS in page_text(app)
    assert FOR_PHOTOS in page_text(give(app, page, png(sample("rocket"))))
    choose(app, page, "lenet-cifar10")
    assert network(app, page) == "lenet-cifar10" and FOR_PHOTOS not in page_text(app)
    assert network(give(app, page, OTHER), page) == "lenet-cifar10"


@pytest.mark.parametrize("page", ["heatmaps", "feature_maps"])
def test_after_reset_a_photo_chooses_again(page):
    app = give(open_page(page, PAGES[page][0]), page, PHOTO)
    choose(app, page, "lenet-cifar10")
    say(app, f"{page}_toolbar", "said", [[1, ""]])
    assert network(app, page) == LITE0 and FOR_PHOTOS in page_text(app)
    choose(app, page, "lenet-cifar10")
    assert network(give(app, page, OTHER), page) == "lenet-cifar10"


def test_a_network_that_knows_photos_stays():
    app = give(open_page("heatmaps", f"model={SQUEEZENET}"), "heatmaps", PHOTO)
    assert network(app, "heatmaps") == SQUEEZENET and FOR_PHOTOS not in page_text(app)


def test_another_page_has_it_too_unless_a_link_asks_for_something():
    app = give(open_page("heatmaps"), "heatmaps", PHOTO)
    app.switch_page("pages/feature_maps.py").run()
    assert network(app, "feature_maps") == LITE0
    app.query_params["model"] = "resnet18-cifar10"
    app.query_params["class_idx"] = "3"
    app.switch_page("pages/heatmaps.py").run()
    assert network(app, "heatmaps") == "resnet18-cifar10"
    app.query_params.clear()
    app.query_params["items"] = "cat:4:4:40"
    app.switch_page("pages/fully_convolutional.py").run()
    assert network(app, "fully_convolutional") == "lenet-mnist"


@pytest.mark.parametrize("page", ["heatmaps", "fully_convolutional"])
def test_a_digit_on_paper_goes_to_lenet(page):
    query, _ = PAGES[page]
    app = give(open_page(page, f"{query}&model={LITE0}"), page, ON_PAPER)
    assert network(app, page) == "lenet-mnist" and "LeNet reads it" in page_text(app)


def test_lenet_gets_the_ink_of_a_digit_as_mnist_has_it(tmp_path, monkeypatch):
    app = give(open_page("heatmaps", f"model={LITE0}"), "heatmaps", ON_PAPER)
    script = next(code.value for code in app.code if "my_picture" in code.value)
    lenet = pretrained("lenet-mnist")
    (tmp_path / "my_picture.jpg").write_bytes(ON_PAPER)
    monkeypatch.chdir(tmp_path)
    variables: dict[str, object] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(script, "page", "exec"), variables)
    batch = variables["batch"]
    assert isinstance(batch, torch.Tensor)
    assert int(lenet.model(batch).argmax()) == 4
    centred = (batch[0, 0, 2:30, 2:30] * 0.3081 + 0.1307) * 255
    ink = digit_of(Image.open(io.BytesIO(ON_PAPER)))
    assert (centred - ink).abs().max() < 1
    assert re.search(r"class_idx = 4\b", script)
