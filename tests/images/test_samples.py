"""The pictures that come with the app, and whether their drawing programs still draw them."""

import runpy
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from cnnviz.images import load_image, to_rgb
from cnnviz.images.samples import FOLDER, SAMPLES, photographed, sample
from cnnviz.models import pretrained
from cnnviz.models.photographs import imagenet_class_names
from cnnviz.ui.pictures import _about_samples

ASSETS = FOLDER.parent
PHOTO_AND_DRAWING = {".jpg", ".png"}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_rgb_small_and_read_like_an_upload(name):
    picture = sample(name)
    assert picture.mode == "RGB"
    assert 256 <= max(picture.size) <= 512
    assert np.array_equal(
        np.asarray(picture), np.asarray(load_image(SAMPLES[name].file.read_bytes()))
    )


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_says_what_is_seen_and_where_it_is_from(name):
    entry = SAMPLES[name]
    assert (entry.name, entry.file.stem) == (name, name)
    assert len(entry.alt) > 20 and not entry.alt.endswith(".")
    assert "CC0" in entry.licence or entry.licence == "public domain"
    assert f"`pictures/{entry.file.name}`" in (ASSETS / "SOURCES.md").read_text(encoding="utf-8")


def test_every_picture_of_the_folder_is_a_sample():
    files = {path for path in FOLDER.iterdir() if path.suffix in PHOTO_AND_DRAWING}
    assert files == {entry.file for entry in SAMPLES.values()}
    assert sum(path.stat().st_size for path in files) < 1_500_000


KINDS = {
    "airplane": "airplane", "automobile": "automobile", "penguin": "bird", "cat": "cat",
    "fawn": "deer", "dog": "dog", "frog": "frog", "pony": "horse", "schooner": "ship",
    "truck": "truck",
}  # fmt: skip


def test_of_each_kind_that_the_networks_of_cifar_know_there_is_a_picture_they_recognise():
    network = pretrained("resnet18-cifar10")
    assert set(KINDS.values()) == set(network.classes)
    batch = torch.cat([network.transform(sample(name)) for name in KINDS])
    with torch.inference_mode():
        answers = network.model(batch).argmax(1)
    assert [network.classes[answer] for answer in answers] == list(KINDS.values())


def test_which_classes_no_photograph_shows_is_said_of_all_that_the_networks_know():
    drawn = [one for one in SAMPLES.values() if KINDS.get(one.name) and not one.is_photograph]
    assert all(KINDS[one.name] in one.shows for one in drawn)
    of_imagenet = {name for one in SAMPLES.values() for name in one.shows} - {*KINDS.values()}
    assert of_imagenet <= set(imagenet_class_names())
    sources = (ASSETS / "SOURCES.md").read_text(encoding="utf-8")
    photographs = sources.partition("## Drawings")[0]
    said = _about_samples()
    for kind in KINDS.values():
        has_one = f"| {kind}" in photographs or f"the {kind} |" in photographs
        assert has_one == (kind in photographed())
        assert (kind in said.partition("no free one")[0]) == has_one
    assert f"of the other {1000 - len(of_imagenet & set(photographed()))} none" in said


def test_changing_a_sample_does_not_change_the_next_one():
    before = np.asarray(sample("cat")).copy()
    sample("cat").paste("black", (0, 0, 100, 100))
    assert np.array_equal(np.asarray(sample("cat")), before)


def test_an_unknown_sample_is_named_with_those_that_exist():
    with pytest.raises(ValueError, match=r"'wolf'; there are cat, coffee"):
        sample("wolf")


@pytest.mark.parametrize("program", ["draw.py", "draw_chart.py"])
def test_our_drawings_are_what_their_programs_draw(program):
    module = runpy.run_path(str(FOLDER / program))
    drawings = module.get("PICTURES") or {module["PATH"]: module["chart"]}
    for path, draw in drawings.items():
        with Image.open(path) as kept:
            drawn, stored = (np.asarray(to_rgb(one)).astype(int) for one in (draw(), kept))
        assert abs(drawn - stored).mean() < 0.5, Path(path).name


def test_a_digit_is_made_as_those_of_mnist():
    """Blocks of 10 × 10 make it 28 × 28; the ink is 20 such blocks high, around its middle."""
    for name in ("digit_3", "digit_7"):
        ink = np.asarray(sample(name).convert("L"), float)
        assert ink.shape == (280, 280)
        rows, columns = np.nonzero(ink > 127)
        assert np.ptp(rows) + 1 == pytest.approx(200, abs=4) and np.ptp(columns) < 200
        row, column = np.indices(ink.shape)
        assert (ink * row).sum() / ink.sum() == pytest.approx(139.5, abs=1)
        assert (ink * column).sum() / ink.sum() == pytest.approx(139.5, abs=1)


def test_the_test_chart_has_the_impulses_that_draw_a_kernel():
    tile = np.asarray(sample("test_chart").convert("L"))[256:384, 384:512]
    around = tile[16 - 7 : 16 + 8, 16 - 7 : 16 + 8]
    assert around[7, 7] == 255 and around.sum() == 255  # alone, 7 dark pixels on every side
