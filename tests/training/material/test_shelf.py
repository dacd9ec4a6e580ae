"""Torchvision's data sets: read where they are, fetched where they are not; and the own folder."""

import gzip
import hashlib
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from cnnviz.models.download import WeightsError
from cnnviz.torchvision_compat import torchvision
from cnnviz.training.material import MATERIALS, MaterialError, fetch, material, shelf
from cnnviz.training.material import files as files_module
from cnnviz.training.material.folder import folder_material


def idx(values: np.ndarray) -> bytes:
    """The format of MNIST's files: a magic number, the sizes, the bytes."""
    head = struct.pack(">BBBB", 0, 0, 8, values.ndim) + struct.pack(
        f">{values.ndim}i", *values.shape
    )
    return gzip.compress(head + values.astype(np.uint8).tobytes())


def made_files() -> dict[str, bytes]:
    files = {}
    for part, count in (("train", 30), ("t10k", 20)):
        labels = np.arange(count) % 10
        pictures = np.zeros((count, 28, 28)) + labels[:, None, None]
        files[f"{part}-images-idx3-ubyte.gz"] = idx(pictures)
        files[f"{part}-labels-idx1-ubyte.gz"] = idx(labels)
    return files


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A server that has small files of MNIST's form; what torchvision expects is theirs."""
    files = made_files()
    monkeypatch.setenv("CNNVIZ_DATA", str(tmp_path))
    names = [name for name, _ in torchvision.datasets.MNIST.resources]
    monkeypatch.setattr(
        torchvision.datasets.MNIST,
        "resources",
        [(name, hashlib.md5(files[name], usedforsecurity=False).hexdigest()) for name in names],
    )

    def download(url: str, target: Path, _hash: str, on_progress) -> None:
        data = files[url.rpartition("/")[2]]
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        on_progress(len(data), len(data))

    monkeypatch.setattr(shelf, "download", download)
    return files


@pytest.mark.parametrize("name", shelf.SHELVES)
def test_what_is_not_there_is_said_with_its_size(name, tmp_path, monkeypatch):
    monkeypatch.setenv("CNNVIZ_DATA", str(tmp_path))
    with pytest.raises(MaterialError, match=r"is not on this machine: it has \d+ MB and can be"):
        material(name)
    offered = MATERIALS[name].shelf
    assert offered is not None
    assert offered.host


def test_it_is_fetched_with_progress_and_then_read(server):
    told = []
    offered = shelf.SHELVES["mnist"]
    fetch(offered, lambda arrived, expected: told.append((arrived, expected)))
    sizes = [len(server[name]) for name, _ in torchvision.datasets.MNIST.resources]
    assert told == [(sum(sizes[: n + 1]), offered.size_bytes) for n in range(4)]
    given = material("mnist")
    assert material("mnist") is given
    assert (len(given.training), len(given.validation)) == (30, 20)
    assert (given.training.pictures[7] == 7).all()
    assert given.training.labels.tolist() == [n % 10 for n in range(30)]


def test_what_is_another_file_is_thrown_away(server):
    server["train-labels-idx1-ubyte.gz"] = b"something else"
    with pytest.raises(MaterialError, match=r"not train-labels-idx1-ubyte\.gz: it has been thrown"):
        fetch(shelf.SHELVES["mnist"])
    assert not list(shelf.data_folder().rglob("train-labels*"))


def test_why_it_cannot_be_fetched_is_passed_on(server, monkeypatch):
    def fails(*_: object) -> None:
        raise WeightsError("example.org cannot be reached from here.")

    monkeypatch.setattr(shelf, "download", fails)
    with pytest.raises(MaterialError, match=r"^example\.org cannot be reached"):
        fetch(shelf.SHELVES["mnist"])


def test_the_operators_folder_is_read_and_its_path_not_said(tmp_path, monkeypatch):
    monkeypatch.delenv("CNNVIZ_PICTURES", raising=False)
    with pytest.raises(MaterialError, match="can name one in CNNVIZ_PICTURES"):
        folder_material()
    monkeypatch.setenv("CNNVIZ_PICTURES", str(tmp_path))
    with pytest.raises(MaterialError, match="There are no pictures") as refused:
        folder_material()
    assert str(tmp_path) not in str(refused.value)
    for label in ("ants", "bees"):
        (tmp_path / label).mkdir()
        for number in range(5):
            Image.new("L", (8, 8), 10 * number).save(tmp_path / label / f"{number}.png")
    given = folder_material()
    assert given.classes == ("ants", "bees")
    assert given.validation.pictures[:, 0, 0, 0].tolist() == [40, 40]
    assert "cannot be read" not in given.note


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Of two classes with five pictures each, which the operator names."""
    monkeypatch.setenv("CNNVIZ_PICTURES", str(tmp_path))
    for label in ("ants", "bees"):
        (tmp_path / label).mkdir()
        for number in range(5):
            Image.new("L", (8, 8), 10 * number).save(tmp_path / label / f"{number}.png")
    return tmp_path


def test_large_pictures_of_the_operators_folder_are_refused_before_any_is_decoded(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    for number in range(8):
        Image.new("1", (6_000, 6_000)).save(folder / "bees" / f"large{number}.png")
    monkeypatch.setattr(files_module, "load_image", None)
    with pytest.raises(MaterialError, match=r"252 million pixels .* 250 million .* smaller"):
        folder_material()


def test_what_cannot_be_read_in_the_operators_folder_is_said_without_its_path(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    (folder / "ants" / "locked.png").touch()
    opened = Path.open

    def refuse(path: Path, *options: Any) -> Any:
        if path.name == "locked.png":
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *options)

    monkeypatch.setattr(Path, "open", refuse)
    assert "without 1 file that cannot be read as pictures" in folder_material().note

    def no_list(path: Path) -> Any:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "iterdir", no_list)
    with pytest.raises(MaterialError, match="folder of pictures cannot be read") as refused:
        folder_material()
    assert str(folder) not in str(refused.value)


def test_what_is_no_picture_in_the_operators_folder_is_passed_over_and_said(folder: Path):
    for label in ("none", "wasps"):
        (folder / label).mkdir()
    (folder / "ants" / "notes.txt").write_text("which ants are which")
    (folder / "ants" / "cut.png").write_bytes((folder / "ants" / "0.png").read_bytes()[:40])
    with (folder / "bees" / "film.png").open("wb") as film:
        film.truncate(20 * 2**30)  # takes no place on the disk: read whole, it would end the server
    Image.new("L", (8, 8)).save(folder / "wasps" / "alone.png")
    (folder / "wasps" / "broken.png").write_bytes(b"no picture")
    given = folder_material()
    assert given.classes == ("ants", "bees")
    assert len(given.training) + len(given.validation) == 10
    assert "without 4 files that cannot be read as pictures" in given.note
    assert "without wasps of fewer than 5 pictures" in given.note
