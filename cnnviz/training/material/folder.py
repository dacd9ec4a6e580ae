"""A folder of pictures by class on the server's disk, which its operator names."""

from __future__ import annotations

from functools import partial
from pathlib import Path, PurePosixPath

from cnnviz.images import MAX_BYTES as MOST_PICTURE_BYTES
from cnnviz.operator_settings import operator_settings, variable
from cnnviz.training.material.files import MOST_PICTURES, NamedFile, material_of_files
from cnnviz.training.material.kind import Material, MaterialError


def folder_path() -> Path | None:
    """The folder that the operator names in the environment; None where none is named."""
    return operator_settings().pictures


def folder_material() -> Material:
    """The pictures of the operator's folder: a folder in it for each class.

    Raises:
        MaterialError: none is named, or it holds no such pictures; the path itself is not said.
    """
    path = folder_path()
    if path is None or not path.is_dir():
        raise MaterialError(
            f"This server has no folder of pictures: its operator can name one in "
            f"{variable('pictures')}."
        )
    try:
        files = _files(path)
    except OSError as error:
        raise MaterialError("This server’s folder of pictures cannot be read.") from error
    if len(files) > MOST_PICTURES:
        files = files[:: -(-len(files) // MOST_PICTURES)]
    note = "From this server’s folder"
    return material_of_files("folder", "Server’s folder", files, note, is_theirs=False)


def _files(path: Path) -> list[NamedFile]:
    return [
        NamedFile(PurePosixPath(*file.relative_to(path).parts), partial(_read, file))
        for class_folder in sorted(path.iterdir())
        if class_folder.is_dir()
        for file in sorted(class_folder.iterdir())
        if file.is_file() and not file.name.startswith(".")
    ]


def _read(file: Path) -> bytes:
    """A file's bytes, at most one more than a picture may have; none where it cannot be opened."""
    try:
        with file.open("rb") as opened:
            return opened.read(MOST_PICTURE_BYTES + 1)
    except OSError:
        return b""
