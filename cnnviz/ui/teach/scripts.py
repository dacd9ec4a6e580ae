"""The script of the page: the same features, the same head, left-one-out, in plain torch."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence

from cnnviz.images import SAMPLES
from cnnviz.ui.teach.address import Values
from cnnviz.ui.teach.given import Given, Lesson

FOLDER = "my_pictures"  # of a visitor's own, beside the script
NOT_IN_NAMES = re.compile(r"[^\w .-]+")  # the rest of a file's name may go into a path and a script

BEGIN = """\
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn

from cnnviz.images import load_image
from cnnviz.images.handwriting import write_digit
from cnnviz.teaching import backbone


def photo(file):
    with open(file, "rb") as opened:
        return load_image(opened.read())


def digit(which, hand):
    generator = torch.Generator().manual_seed({seed} + 100 * which + hand)
    return Image.fromarray(write_digit(which, generator).to(torch.uint8).numpy())


frozen = backbone("{model}")  # trunk: its layers up to the last maps, and no head


def seen(pictures):
    batch = torch.cat([frozen.network.transform(picture, {size}) for picture in pictures])
    with torch.no_grad():
        return frozen.trunk(batch).mean(dim=(2, 3))  # each map's average


"""
OPENED = """\
with open("head.safetensors", "rb") as opened:  # as it was saved on the page
    head = load_head(opened.read())

names = head.classes
"""
TEACH = """\

names = list(classes)
labels = torch.tensor([names.index(name) for name in names for _ in classes[name]])
features = seen([picture for name in names for picture in classes[name]])


def taught(features, labels):
    mean = features.mean(0)
    spread = (features - mean).square().mean().sqrt()
    x = ((features - mean) / spread).double()
    head = nn.Linear(x.shape[1], len(names)).double()
    nn.init.zeros_(head.weight)
    nn.init.zeros_(head.bias)
    search = torch.optim.LBFGS(
        head.parameters(), max_iter=300, line_search_fn="strong_wolfe", tolerance_grad=1e-8
    )

    def loss():
        search.zero_grad()
        value = F.cross_entropy(head(x), labels)
        value = value + {decay} / 2 * head.weight.square().sum()
        value.backward()
        return value

    search.step(loss)
    return lambda features: head(((features - mean) / spread).double()).softmax(dim=1).detach()


"""
ASK = """\
asked = {asked}
for name, share in zip(names, {shares}):
    print(f"{{name}}: {{float(share):.3f}}")
"""
LEAVE = """
right = 0
for place in range(len(labels)):
    others = torch.arange(len(labels)) != place
    answer = taught(features[others], labels[others])(features[place : place + 1]).argmax()
    right += int(answer == labels[place])
print(f"left out: {right} of {len(labels)} right")
"""


def scripts(values: Values, given: Lesson, asked: Given, *, is_opened: bool) -> dict[str, str]:
    """The script of the view, by its title; to run in the project's folder.

    Args:
        is_opened: a head from a file answers, not the one that is taught here.
    """
    if not given.is_enough and not is_opened:
        return {}
    begin = (
        BEGIN.replace("{seed}", str(10_000 * values.seed))
        .replace("{model}", values.model)
        .replace("{size}", values.size)
    )
    asked_call = _call(asked, asked_path(asked))
    if is_opened:
        begin = begin.replace("import backbone", "import backbone, load_head")
        shares = "head.head(seen([asked]))[0].softmax(0)"
        return {"The head that was opened": begin + OPENED
                + ASK.format(asked=asked_call, shares=shares)}  # fmt: skip
    teach = TEACH.replace("{decay}", values.decay)
    ask = ASK.format(asked=asked_call, shares="taught(features, labels)(seen([asked]))[0]")
    return {"The head": begin + _classes(given) + teach + ask + LEAVE}


def folder_of(given: Lesson, asked: Given) -> bytes:
    """The visitor's own pictures as the page reads them, in a zip, named as in the script."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for picture, path in [*zip(given.pictures, paths(given), strict=True),
                              (asked, asked_path(asked))]:  # fmt: skip
            if picture.is_own and path not in archive.namelist():
                png = io.BytesIO()
                picture.load().save(png, "PNG")
                archive.writestr(path, png.getvalue())
    return written.getvalue()


def paths(given: Lesson) -> list[str]:
    """Where the script finds each picture that is a visitor's own: by class, by its file's name."""
    found: list[str] = []
    for picture, label in zip(given.pictures, given.labels, strict=True):
        folder = f"{FOLDER}/{label + 1} {_tame(given.names[label])}".rstrip()
        found.append(_free(f"{folder}/{_stem(picture.title)}", found))
    return found


def asked_path(asked: Given) -> str:
    """Where the script finds the picture that is asked, if it is a visitor's own."""
    return f"{FOLDER}/{_stem(asked.title)}.png"


def _free(path: str, taken: Sequence[str]) -> str:
    """The path, numbered where another picture has it."""
    tries = (f"{path}{f' {number}' if number > 1 else ''}.png" for number in range(1, 99))
    return next(one for one in tries if one not in taken)


def _stem(title: str) -> str:
    return _tame(title.rpartition(".")[0] or title) or "picture"


def _tame(name: str) -> str:
    return NOT_IN_NAMES.sub("_", name).strip(" .")


def _classes(given: Lesson) -> str:
    lines, named = ["classes = {"], paths(given)
    for place, name in enumerate(given.names):
        calls = [f"        {_call(picture, path)},"
                 for picture, path, label in zip(given.pictures, named, given.labels, strict=True)
                 if label == place]  # fmt: skip
        lines += [f"    {name!r}: [", *calls, "    ],"]
    return "\n".join([*lines, "}", ""])


def _call(picture: Given, path: str) -> str:
    """What opens a picture; one's own lies in the folder that the page gives."""
    if picture.is_own:
        return f"photo({path!r})"
    if picture.key in SAMPLES:
        return f'photo("assets/pictures/{SAMPLES[picture.key].file.name}")'
    digit, hand = picture.key.split(".")
    return f"digit({digit}, {hand})"
