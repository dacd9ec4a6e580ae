"""A zip of one's own pictures in folders by class: read with care, for a stranger made it."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from pathlib import PurePosixPath

from cnnviz.images import MAX_BYTES as MOST_PICTURE_BYTES
from cnnviz.progress import Progress, go_on
from cnnviz.training.material.files import (
    LAYOUT,
    MOST_PICTURES,
    NamedFile,
    material_of_files,
    shown_path,
)
from cnnviz.training.material.kind import Material, MaterialError

MOST_BYTES = 10 * 1024**2  # of the zip; as in .streamlit/config.toml
MOST_UNPACKED = 100_000_000  # of all files in it together
MOST_ENTRIES = 2 * MOST_PICTURES  # folders and what is passed over counted
ENTRY_BYTES = 300  # of one entry in the list at the end, at most on average
PASSED_OVER = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")  # what systems leave behind
PLAIN_WAYS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others may ask for gigabytes
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)
END = struct.Struct("<4s4H2LH")  # end of central directory record, APPNOTE 4.3.16
END_MARK, LARGE_MARK = b"PK\x05\x06", b"PK\x06\x07"
LARGE_LOCATOR_BYTES = 20
AGAIN = "make it anew by compressing the folder that holds the classes"


def zipped(data: bytes, progress: Progress = go_on) -> Material:
    """The pictures of a zip, in folders by class.

    Nothing is written to disk, nothing is read but what a picture needs, and each file goes
    through `load_image`.

    Args:
        data: of the whole file.
        progress: told how far it is, may stop it.

    Raises:
        MaterialError: with one sentence that names what is wrong and what would be right.
        StoppedError: `progress` said so.
    """
    _check_list(data)
    with _damage_told():
        archive = zipfile.ZipFile(io.BytesIO(data))
    with archive:
        files = _files(archive)
        note = "Your own pictures, gone with your visit"
        return material_of_files("zip", "Your pictures", files, note, progress)


@contextmanager
def _damage_told() -> Generator[None]:
    """Say in a sentence what Python's reader raises for a zip that is damaged or lies."""
    try:
        yield
    except DAMAGED as error:
        raise MaterialError(f"The zip is damaged: {AGAIN}.") from error


def _check_list(data: bytes) -> None:
    """Refuse what would be costly to open: the list of entries is read whole."""
    if len(data) > MOST_BYTES:
        raise MaterialError(
            f"The zip has {len(data) / 1e6:,.1f} MB and up to {MOST_BYTES / 1e6:.1f} are taken: "
            "make the pictures smaller, 32 × 32 pixels are enough."
        )
    place = data.rfind(END_MARK, max(0, len(data) - 65_535 - END.size))
    if not data.startswith(b"PK") or place < 0 or place + END.size > len(data):
        raise MaterialError(f"This is no zip file: {LAYOUT}, and compress the folders.")
    _, _, _, _, count, list_bytes, _, _ = END.unpack_from(data, place)
    before = data[max(0, place - LARGE_LOCATOR_BYTES) : place]
    if before.startswith(LARGE_MARK) or max(count, list_bytes // ENTRY_BYTES) > MOST_ENTRIES:
        raise MaterialError(
            f"The zip holds too many entries; up to {MOST_PICTURES:,} pictures are taken."
        )


def _files(archive: zipfile.ZipFile) -> list[NamedFile]:
    entries = [entry for entry in archive.infolist() if not _is_passed_over(entry)]
    for entry in entries:
        _check_entry(entry)
    names = [entry.filename for entry in entries]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise MaterialError(f"{shown_path(PurePosixPath(twice))} is there twice: {AGAIN}.")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MOST_UNPACKED:
        raise MaterialError(
            f"Unpacked, the zip has {unpacked / 1e6:,.0f} MB and up to {MOST_UNPACKED / 1e6:.0f} "
            "are taken: make the pictures smaller, 32 × 32 pixels are enough."
        )
    return [
        NamedFile(PurePosixPath(entry.filename), partial(_read, archive, entry))
        for entry in entries
    ]


def _is_passed_over(entry: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(entry.filename).parts
    is_folder = entry.filename.endswith("/")  # `is_dir` raises where there is no name
    return is_folder or any(part in PASSED_OVER or part.startswith("._") for part in parts)


def _check_entry(entry: zipfile.ZipInfo) -> None:
    path = PurePosixPath(entry.filename)
    shown = shown_path(path)
    if not path.parts:
        raise MaterialError(f"A file in the zip has no name: {AGAIN}.")
    if path.is_absolute() or ".." in path.parts or "\\" in entry.filename or ":" in path.parts[0]:
        raise MaterialError(f"{shown} has a path that leads out of the zip: {AGAIN}.")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise MaterialError(f"{shown} is a link and no picture: put the picture itself there.")
    if entry.flag_bits & 1:
        raise MaterialError(f"{shown} is encrypted: make the zip without a password.")
    if entry.compress_type not in PLAIN_WAYS:
        raise MaterialError(f"{shown} is packed in an unusual way: {AGAIN}.")


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """A file's bytes, one more at most than a picture may have: `load_image` then says so."""
    with _damage_told(), archive.open(entry) as file:
        return file.read(MOST_PICTURE_BYTES + 1)
