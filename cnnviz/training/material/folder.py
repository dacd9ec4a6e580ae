"""A folder of pictures by class on the server's disk, which its operator names."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

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
    files = [
        NamedFile(PurePosixPath(*file.relative_to(path).parts), file.read_bytes)
        for class_folder in sorted(path.iterdir())
        if class_folder.is_dir()
        for file in sorted(class_folder.iterdir())
        if file.is_file() and not file.name.startswith(".")
    ]
    if len(files) > MOST_PICTURES:
        files = files[:: -(-len(files) // MOST_PICTURES)]
    return material_of_files("folder", "The server's folder", files, "From this server's folder")
