"""A zip of pictures: read as it should be, and whatever else it is, refused in one sentence."""

import io
import random
import re
import stat
import struct
import warnings
import zipfile
from collections import Counter
from collections.abc import Mapping

import pytest
import torch
from PIL import Image

from cnnviz.progress import StoppedError
from cnnviz.training.apart import Job
from cnnviz.training.limits import refusal
from cnnviz.training.material import MaterialError, zipped
from cnnviz.training.material import files as files_module
from cnnviz.training.networks import NETWORKS, adapted
from cnnviz.training.plan import Plan


def picture(colour=(200, 30, 30), size=(20, 30), kind="PNG") -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, colour).save(written, kind)
    return written.getvalue()


def zip_of(files: Mapping[str, bytes], way: int = zipfile.ZIP_DEFLATED) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", way) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return written.getvalue()


def good(count: int = 6, **changes: bytes) -> dict[str, bytes]:
    red, blue = picture(), picture((10, 10, 250))
    files = {f"all/cats/{number}.png": red for number in range(count)}
    files |= {f"all/dogs/{number}.png": blue for number in range(count)}
    return files | changes


def test_pictures_in_folders_become_a_material():
    files = good() | {
        "__MACOSX/all/cats/._0.png": b"junk",
        "all/.DS_Store": b"junk",
        "all/cats/": b"",
    }
    given = zipped(zip_of(files))
    assert given.classes == ("cats", "dogs")
    assert (len(given.training), len(given.validation)) == (10, 2)
    assert given.validation.labels.tolist() == [0, 1]
    assert given.training.pictures.shape == (10, 3, 32, 32)
    assert given.training.pictures[0, :, 5, 5].tolist() == [200, 30, 30]
    assert given.training.pictures[-1, :, 5, 5].tolist() == [10, 10, 250]
    assert given.note.endswith("10 to learn from and 2 to be asked.")
    network = adapted(NETWORKS["LeNet"](), given.input, 2)
    assert refusal(network, given, Plan()) is None
    assert Job(network, given, Plan()).material is given


def test_grey_pictures_stay_grey():
    files = {f"{label}/{n}.png": picture((n, n, n)) for label in "ab" for n in range(10)}
    given = zipped(zip_of(files))
    assert given.training.pictures.shape == (16, 1, 32, 32)
    assert given.training.pictures[:8, 0, 0, 0].tolist() == [0, 1, 2, 3, 5, 6, 7, 8]


def test_reading_can_be_watched_and_stopped():
    told = []
    zipped(zip_of(good()), lambda share: told.append(share) or True)
    assert told == sorted(told)
    assert len(told) == 12
    with pytest.raises(StoppedError):
        zipped(zip_of(good()), lambda share: share < 0.5)


def encrypted() -> bytes:
    data = bytearray(zip_of(good()))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(mark)
        data[place + offset] |= 1
    return bytes(data)


def linked() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, data in good().items():
            archive.writestr(name, data)
        link = zipfile.ZipInfo("all/cats/link.png")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    return written.getvalue()


def twice() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile's, of just that
        for name, data in [*good().items(), ("all/cats/0.png", picture())]:
            archive.writestr(name, data)
    return written.getvalue()


def bomb() -> bytes:
    """Eleven files of 10 MB of zeros each: 100 kB."""
    return zip_of(good() | {f"all/cats/z{n}.png": bytes(10_000_000) for n in range(11)})


def lying_bomb() -> bytes:
    """A file of 30 MB that says it has 1,000 bytes."""
    data = bytearray(zip_of(good() | {"all/cats/z.png": bytes(30_000_000)}))
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<L", data, data.rfind(mark) + offset, 1_000)
    return bytes(data)


def crowded() -> bytes:
    return zip_of({f"all/cats/{number}/": b"" for number in range(10_001)})


def large_form() -> bytes:
    data = zip_of(good())
    place = data.rfind(b"PK\x05\x06")
    return data[:place] + b"PK\x06\x07" + bytes(16) + data[place:]


def damaged() -> bytes:
    data = bytearray(zip_of(good()))
    place = data.find(b"PK\x03\x04") + 60
    data[place : place + 20] = bytes(20)
    return bytes(data)


def named(name: bytes) -> bytes:
    """A zip with a file of this name, which zipfile itself would not write."""
    as_long = "z" * len(name)
    return zip_of(good() | {as_long: picture()}).replace(as_long.encode(), name)


def before_its_start() -> bytes:
    """A file that begins before the zip does, by where the list of files is said to be."""
    data = bytearray(zip_of(good()))
    place = data.rfind(b"PK\x05\x06") + 16
    struct.pack_into("<L", data, place, struct.unpack_from("<L", data, place)[0] + 9)
    return bytes(data)


HOSTILE = {
    "nothing": (lambda: b"", "This is no zip file"),
    "no zip": (lambda: b"PK" + bytes(100), "This is no zip file"),
    "a picture": (picture, "This is no zip file"),
    "empty": (lambda: zip_of({}), r"There are no pictures: put .* cats/1\.jpg"),
    "only folders": (lambda: zip_of({"cats/": b"", "dogs/": b""}), "There are no pictures"),
    "one class": (
        lambda: zip_of({f"cats/{n}.png": picture() for n in range(6)}),
        "one class, 'cats': at least two are needed",
    ),
    "too many classes": (
        lambda: zip_of({f"{n}/{m}.png": b"" for n in range(21) for m in range(5)}),
        "21 classes; up to 20",
    ),
    "a small class": (
        lambda: zip_of(good() | {"all/cows/1.png": picture()}),
        "'cows' has 1 picture: each needs at least 5",
    ),
    "a loose picture": (lambda: zip_of({"1.png": picture()}), r"'1\.png' lies in no folder"),
    "mixed depths": (lambda: zip_of(good() | {"cows/1.png": b""}), "deeper in folders"),
    "no pictures": (lambda: zip_of(good() | {"all/cats/0.png": b"hello"}), "'cats/0.png': "),
    "a nested zip": (
        lambda: zip_of(good() | {"all/cats/0.png": zip_of(good())}),
        "'cats/0.png': .*ZIP archive",
    ),
    "an absolute path": (lambda: zip_of({"/etc/cats/1.png": b""}), "leads out of the zip"),
    "a way up": (lambda: zip_of({"../cats/1.png": b""}), "leads out of the zip"),
    "a drive": (lambda: zip_of({"C:/cats/1.png": b""}), "leads out of the zip"),
    "encrypted": (encrypted, "encrypted: make the zip without a password"),
    "a link": (linked, r"link\.png' is a link and no picture"),
    "the same twice": (twice, r"'cats/0\.png' is there twice"),
    "a bomb": (bomb, "Unpacked, the zip has 110 MB and up to 100 are taken"),
    "a bomb that lies": (lying_bomb, "damaged|z.png"),
    "a large picture": (
        lambda: zip_of(good() | {"all/cats/z.png": picture()[:8] + bytes(20_000_000)}),
        r"'cats/z\.png': ",
    ),
    "too many entries": (crowded, "too many entries; up to 5,000"),
    "the large form": (large_form, "too many entries"),
    "packed by lzma": (lambda: zip_of(good(), zipfile.ZIP_LZMA), "packed in an unusual way"),
    "damaged": (damaged, "damaged|'cats/0.png'"),
    "a file without a name": (lambda: named(b"\0a"), "A file in the zip has no name"),
    "a file named as a folder": (lambda: named(b"./."), "A file in the zip has no name"),
    "files before its start": (before_its_start, "The zip is damaged: make it anew"),
    "too large": (lambda: b"PK" + bytes(10 * 1024**2), "The zip has 10.5 MB and up to 10.5"),
    "names that mean harm": (
        lambda: zip_of({"<b>\x1b[31m\n/**x**.png": b""}),
        r"one class, '<b>\[31m': at least two",
    ),
}


@pytest.mark.parametrize(("make", "words"), HOSTILE.values(), ids=HOSTILE)
def test_whatever_else_it_is_is_refused_in_one_sentence(make, words):
    with pytest.raises(MaterialError) as refused:
        zipped(make())
    said = str(refused.value)
    assert re.search(words, said)
    assert said.endswith(".")
    assert said.isprintable()
    assert len(said) < 300


def test_zips_with_some_bytes_changed_are_read_or_refused_in_one_sentence():
    outcomes = Counter(
        outcome(damaged_by(seed, way))
        for seed in range(200)
        for way in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    )
    assert outcomes["read"] > 20
    assert outcomes["refused"] > 200


def damaged_by(seed: int, way: int) -> bytes:
    """A zip after some accidents, most of them in its list of files."""
    draw, data = random.Random(seed), bytearray(zip_of(good(), way))
    for _ in range(draw.choice((1, 2, 5, 30))):
        at = draw.randrange(len(data) - 1_200 if draw.random() < 0.6 else 0, len(data))
        match draw.randrange(4):
            case 0:
                data[at] ^= 1 << draw.randrange(8)
            case 1:
                data[at] = draw.choice((0, 46, 47, 127, 255))
            case 2:
                del data[at : at + draw.randrange(1, 9)]
            case 3:
                data[at : at + 4] = b"\xff\xff\xff\xff"
    return bytes(data)


def outcome(data: bytes) -> str:
    try:
        zipped(data)
    except MaterialError as error:
        assert str(error).endswith(".") and str(error).isprintable()
        return "refused"
    return "read"


def test_too_many_pictures_and_too_slow_ones_are_refused(monkeypatch):
    monkeypatch.setattr(files_module, "MOST_PICTURES", 11)
    with pytest.raises(MaterialError, match="There are 12 files; up to 11"):
        zipped(zip_of(good()))
    monkeypatch.setattr(files_module, "MOST_PICTURES", 100)
    monkeypatch.setattr(files_module, "MOST_SECONDS", -1.0)
    with pytest.raises(MaterialError, match=r"0 of 12 pictures were read: make them smaller"):
        zipped(zip_of(good()))


def test_pixels_are_counted_before_any_is_decoded(monkeypatch):
    """A hundred and twenty PNGs of 6000 × 6000 are refused by their heads alone."""
    large = picture(size=(6_000, 6_000))
    files = {f"{label}/{n}.png": large for label in "ab" for n in range(60)}
    monkeypatch.setattr(files_module, "load_image", None)
    with pytest.raises(
        MaterialError, match=r"first 7 of 120 .* 252 million .* have 250 million .* smaller"
    ):
        zipped(zip_of(files))


def test_thirty_photos_of_a_phone_are_taken_for_each_class(monkeypatch):
    photos = [picture(colour, (4_032, 3_024), "JPEG") for colour in ((200, 30, 30), (10, 10, 250))]
    files = {
        f"{label}/{n}.jpg": photo for label, photo in zip("ab", photos, strict=True)
        for n in range(30)
    }  # fmt: skip
    small = dict.fromkeys(photos, Image.new("RGB", (1024, 768)))
    monkeypatch.setattr(files_module, "load_image", small.__getitem__)  # it has tests of its own
    assert len(zipped(zip_of(files)).training) == 48


def test_a_class_is_told_by_its_name_whatever_the_order_in_the_zip():
    files = dict(reversed(good().items()))
    given, again = zipped(zip_of(files)), zipped(zip_of(good()))
    assert torch.equal(given.training.pictures, again.training.pictures)
