"""Files of the app that are missing or damaged: a sentence names them, and the rest goes on."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cnnviz.figures import thumbnails
from cnnviz.images import samples
from cnnviz.models import photographs, pretrained, trained
from cnnviz.places import ASSETS, AssetError
from cnnviz.residual import recording
from cnnviz.shift import recorded as shift
from cnnviz.training import digits
from cnnviz.ui import components, kept, models
from cnnviz.ui.overview import at_once
from cnnviz.ui.serving import document
from tests.support.opening import html_text, open_page

NETWORK = "resnet18-cifar10"


@pytest.fixture
def weights(tmp_path, monkeypatch):
    """A copy of the weights, where a test may do harm."""
    folder = tmp_path / "weights"
    shutil.copytree(trained.WEIGHTS, folder)
    monkeypatch.setattr(trained, "WEIGHTS", folder)
    monkeypatch.setattr(kept, "_account", kept.Account())
    return folder


HARM = {
    "missing": lambda path: path.unlink(),
    "cut short": lambda path: path.write_bytes(path.read_bytes()[:5_000]),
    "zeros": lambda path: path.write_bytes(bytes(50_000)),
    "of another network": lambda path: shutil.copy(path.with_name("lenet-mnist.safetensors"), path),
    "empty": lambda path: path.write_bytes(b""),
}


@pytest.mark.parametrize("harm", HARM.values(), ids=HARM)
def test_weights_that_cannot_be_used_are_named(weights, harm):
    harm(weights / f"{NETWORK}.safetensors")
    with pytest.raises(AssetError, match=rf"{NETWORK}\.safetensors .* missing or damaged"):
        pretrained(NETWORK)
    assert pretrained("lenet-mnist").classes[7] == "7"


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"name": "x"}'])
def test_a_card_that_cannot_be_read_takes_its_network_off_the_list(weights, text):
    (weights / f"{NETWORK}.json").write_text(text)
    assert NETWORK not in trained.shipped_names()
    assert "lenet-mnist" in trained.shipped_names()
    with pytest.raises(AssetError, match=f"{NETWORK}.json"):
        pretrained(NETWORK)


READERS: dict[str, tuple[Callable[[], object], Any, str, Path]] = {
    "digits.png": (digits.shipped_digits, digits, "FOLDER", digits.FOLDER),
    "digits.json": (digits.digits_card, digits, "FOLDER", digits.FOLDER),
    "accuracy.json": (shift.recorded, shift, "FILE", shift.FILE),
    "home_digit.json": (at_once.at_once, at_once, "FILE", at_once.FILE),
    "residual.json": (lambda: recording.recording(recording.RECORDED), recording, "RECORDED",
                      recording.RECORDED),
    "imagenet-classes.txt": (photographs.imagenet_class_names, photographs, "ASSETS", ASSETS),
    "thumbnails.css": (lambda: thumbnails.thumbnail("zoo"), thumbnails, "STYLE", thumbnails.STYLE),
    "shared/roles.css": (lambda: components.style(()), components, "COMPONENTS",
                         components.COMPONENTS),
}  # fmt: skip


@pytest.mark.parametrize("harm", ["missing", "cut short"])
@pytest.mark.parametrize("name", READERS)
def test_every_other_file_of_the_app_is_named(tmp_path, monkeypatch, name, harm):
    read, module, place, path = READERS[name]
    own = tmp_path / path.name
    (shutil.copytree if path.is_dir() else shutil.copy)(path, own)
    monkeypatch.setattr(module, place, own)
    file = next(own.rglob(Path(name).name)) if own.is_dir() else own
    before = read_anew(read, module)
    assert before()
    HARM[harm](file)
    if harm == "cut short":
        file.write_bytes(file.read_bytes()[:60] + b"\xff{")  # a small file is cut shorter
    with pytest.raises(AssetError, match=re.escape(f"{file.name} (in {file.parent.name}) is")):
        before()


def read_anew(read: Callable[[], object], module: Any) -> Callable[[], object]:
    """The reader, without what it and its module have read before."""

    def anew() -> object:
        for kept_by in (*vars(module).values(), read):
            getattr(kept_by, "cache_clear", lambda: None)()
        return read()

    return anew


def test_whoever_reads_an_asset_says_its_name():
    readers = [
        path
        for path in Path("cnnviz").rglob("*.py")
        if re.search(r"^from cnnviz.places import .*ASSETS", path.read_text(encoding="utf-8"), re.M)
    ]
    assert len(readers) > 10
    for path in readers:
        assert re.search(r"\b(read_from|text_of)\b", path.read_text(encoding="utf-8")), path


def test_the_document_goes_without_a_sheet_or_script_that_is_missing(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(document, "ASSETS", tmp_path)
    monkeypatch.setattr(document, "SCRIPTS", ("find/nothing.js",))
    for make in (document.style_element, document.script_elements):
        monkeypatch.setattr(document, make.__name__, make.__wrapped__)
    assert document.style_element() == b"<style></style>"
    assert document.script_elements() == b"<script>%s</script>" % document.WHERE
    for name in (*document.SHEETS, "nothing.js"):
        assert f"{name} (in " in caplog.text


@pytest.mark.parametrize("page", ["heatmaps", "feature_maps"])
def test_a_page_says_it_and_goes_on_with_another_network(weights, page):
    (weights / f"{NETWORK}.safetensors").write_bytes(bytes(5_000))
    app = open_page(page, f"model={NETWORK}")
    assert [f"{NETWORK}.safetensors" in warning.value for warning in app.warning] == [True]
    assert html_text(app)


@pytest.mark.parametrize("name", ["squeezenet1.1", NETWORK])
@pytest.mark.parametrize("page", ["heatmaps", "feature_maps"])
def test_a_link_to_a_network_whose_card_is_damaged_says_so(weights, page, name):
    (weights / f"{name}.json").write_text("{")
    models.choices.clear()
    app = open_page(page, f"model={name}")
    said = f"{name}.json (in weights) is missing or damaged"
    assert [said in warning.value for warning in app.warning] == [True]
    assert html_text(app)
    models.choices.clear()


@pytest.mark.parametrize("page", ["convolution", "feature_maps"])
def test_a_sample_that_cannot_be_opened_is_replaced_by_another(monkeypatch, page):
    monkeypatch.setattr(samples, "_decoded", _without_the_cat(samples._decoded))
    app = open_page(page, "view=picture&image=cat" if page == "convolution" else "image=cat")
    assert [("cat.jpg" in warning.value) for warning in app.warning] == [True]


def _without_the_cat(decoded):
    def open_sample(name: str):
        if name == "cat":
            raise AssetError(samples.SAMPLES[name].file)
        return decoded(name)

    return open_sample
