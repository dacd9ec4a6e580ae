"""Picture files in folders by class, wherever they lie, as a material."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import torch
from PIL import Image, ImageChops

from cnnviz.counting import counted
from cnnviz.images import ImageError, fit, load_image, pixels_to_decode
from cnnviz.models.transforms import picture_tensor
from cnnviz.progress import Progress, go_on, report
from cnnviz.training.data import LabelledPictures
from cnnviz.training.material.kind import Material, MaterialError, input_of

SIDE = 32  # pixels; what LeNet takes
MOST_PICTURES = 5_000
CLASSES = (2, 20)
LEAST_OF_A_CLASS = 5  # one of them is asked, the others are learnt
MOST_SECONDS = 90.0
MOST_PIXELS = 250_000_000  # to decode, of all pictures together: some five seconds of a processor
MOST_NAME = 40  # characters of a class's name
LAYOUT = "put the pictures into folders, one for each class: cats/1.jpg, dogs/2.jpg"


@dataclass(frozen=True)
class NamedFile:
    """A file that has not been read yet."""

    path: PurePosixPath
    read: Callable[[], bytes]

    @property
    def class_name(self) -> str:
        """The folder that it lies in."""
        return plain_name(self.path.parent.name)


def plain_name(name: str) -> str:
    """A name from a file without invisible characters, at most `MOST_NAME` long."""
    return "".join(mark for mark in name if mark.isprintable()).strip()[:MOST_NAME]


def material_of_files(
    name: str,
    title: str,
    files: Sequence[NamedFile],
    note: str,
    progress: Progress = go_on,
    is_theirs: bool = True,
) -> Material:
    """A material of pictures in folders by class, each fitted to 32×32.

    Every fifth picture of a class is kept to be asked. Grey if all of them are.

    Args:
        note: where they come from; how many there are is said behind it.
        progress: told how far it is, may stop it.
        is_theirs: whether the files are the visitor's, who can mend them: what is no picture is
            refused then, and so is a class of too few. Else both are passed over, and it is said.

    Raises:
        MaterialError: with the sentence of what would be right.
        StoppedError: `progress` said so.
    """
    if is_theirs:
        _check_layout(files)
    ordered = sorted(files, key=lambda file: (file.class_name, str(file.path)))
    read = _pictures(ordered, progress, is_theirs)
    if broken := len(files) - len(read):
        note += f", without {counted(broken, 'file')} that cannot be read as pictures"
    if not is_theirs:
        counts = Counter(file.class_name for file, _ in read)
        read = [one for one in read if counts[one[0].class_name] >= LEAST_OF_A_CLASS]
        if few := [name for name in counts if counts[name] < LEAST_OF_A_CLASS]:
            note += f", without {', '.join(few)} of fewer than {LEAST_OF_A_CLASS} pictures"
    classes = _check_layout([file for file, _ in read])
    is_grey = all(_is_grey(picture) for _, picture in read)
    pictures = torch.cat([picture_tensor(picture, 1 if is_grey else 3) for _, picture in read])
    labels = torch.tensor([classes.index(file.class_name) for file, _ in read])
    training, validation = _parts(LabelledPictures(pictures, labels))
    counts = f"{len(training):,} to learn from and {len(validation):,} to be asked"
    spec = input_of(training.pictures)
    return Material(name, title, classes, spec, training, validation, f"{note}: {counts}.")


def _check_layout(files: Sequence[NamedFile]) -> tuple[str, ...]:
    """The names of the folders, in order, where files and folders are as they should be."""
    if not files:
        raise MaterialError(f"There are no pictures: {LAYOUT}.")
    if len(files) > MOST_PICTURES:
        raise MaterialError(
            f"There are {len(files):,} files; up to {MOST_PICTURES:,} pictures are taken."
        )
    loose = next((file for file in files if not file.class_name), None)
    if loose is not None:
        raise MaterialError(f"{plain_name(loose.path.name)!r} lies in no folder: {LAYOUT}.")
    if len({len(file.path.parts) for file in files}) > 1:
        raise MaterialError(f"Some pictures lie deeper in folders than others: {LAYOUT}.")
    counts = Counter(file.class_name for file in files)
    low, high = CLASSES
    if len(counts) < low:
        raise MaterialError(f"There is one class, {next(iter(counts))!r}: at least two are needed.")
    if len(counts) > high:
        raise MaterialError(f"There are {len(counts)} classes; up to {high} are taken.")
    name, least = min(counts.items(), key=lambda item: item[1])
    if least < LEAST_OF_A_CLASS:
        raise MaterialError(
            f"The class {name!r} has {counted(least, 'picture')}: each needs at least "
            f"{LEAST_OF_A_CLASS}."
        )
    return tuple(sorted(counts))


def _pictures(
    files: Sequence[NamedFile], progress: Progress, is_theirs: bool
) -> list[tuple[NamedFile, Image.Image]]:
    """Each file with its picture of 32×32."""
    deadline, read = time.monotonic() + MOST_SECONDS, []
    _check_pixels(files, deadline)
    for number, file in enumerate(files):
        report(progress, number / len(files))
        _check_time(deadline, number, len(files))
        try:
            read.append((file, fit(load_image(file.read()), SIDE)))
        except ImageError as error:
            if is_theirs:
                raise MaterialError(f"{shown_path(file.path)}: {error}") from error
    return read


def _check_pixels(files: Sequence[NamedFile], deadline: float) -> None:
    """Refuse what would be costly to decode, by the heads of the files."""
    pixels = 0
    for number, file in enumerate(files):
        _check_time(deadline, number, len(files))
        pixels += pixels_to_decode(file.read())
        if pixels > MOST_PIXELS:
            raise MaterialError(
                f"The first {number + 1:,} of {len(files):,} pictures have {pixels / 1e6:,.0f} "
                f"million pixels to decode, and all together may have {MOST_PIXELS / 1e6:.0f} "
                "million (eight times as many as JPEG): make them smaller, 32 × 32 pixels are "
                "enough."
            )


def _check_time(deadline: float, number: int, count: int) -> None:
    if time.monotonic() > deadline:
        raise MaterialError(
            f"After {MOST_SECONDS:.0f} seconds {number:,} of {count:,} pictures were read: make "
            "them smaller, 32 × 32 pixels are enough."
        )


def _is_grey(picture: Image.Image) -> bool:
    red, green, blue = picture.split()
    differences = (ImageChops.difference(red, other).getbbox() for other in (green, blue))
    return not any(differences)


def _parts(data: LabelledPictures) -> tuple[LabelledPictures, LabelledPictures]:
    """Four of five pictures of each class, and every fifth; the labels are in order."""
    starts = torch.searchsorted(data.labels, data.labels)  # where each one's class begins
    is_asked = (torch.arange(len(data)) - starts) % LEAST_OF_A_CLASS == LEAST_OF_A_CLASS - 1
    learnt, asked = (
        LabelledPictures(data.pictures[chosen], data.labels[chosen])
        for chosen in (~is_asked, is_asked)
    )
    return learnt, asked


def shown_path(path: PurePosixPath) -> str:
    """The last two parts of a path, as words of a sentence."""
    return repr("/".join(map(plain_name, path.parts[-2:])))
