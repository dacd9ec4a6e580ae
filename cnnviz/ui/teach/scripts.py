"""The script of the page: the same features, the same head, left-one-out, in plain torch."""

from __future__ import annotations

from collections.abc import Sequence

from cnnviz.images import SAMPLES
from cnnviz.ui.teach.address import Values
from cnnviz.ui.teach.given import Given, Lesson

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
for name, share in zip(names, taught(features, labels)(seen([asked]))[0]):
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


def scripts(values: Values, given: Lesson, asked: Given) -> dict[str, str]:
    """The script of the view, by its title; to run in the project's folder."""
    if not given.is_enough:
        return {}
    begin = (
        BEGIN.replace("{seed}", str(10_000 * values.seed))
        .replace("{model}", values.model)
        .replace("{size}", values.size)
    )
    teach = TEACH.replace("{decay}", values.decay)
    ask = ASK.format(asked=_call(asked, "my_picture"))
    return {"The head": begin + _classes(given) + teach + ask + LEAVE}


def _classes(given: Lesson) -> str:
    lines = ["classes = {"]
    for place, name in enumerate(given.names):
        pictures = [p for p, label in zip(given.pictures, given.labels, strict=True)
                    if label == place]  # fmt: skip
        lines += [f"    {name!r}: [", *_calls(pictures, f"class_{place + 1}"), "    ],"]
    return "\n".join([*lines, "}", ""])


def _calls(pictures: Sequence[Given], folder: str) -> list[str]:
    return [
        f"        {_call(picture, f'{folder}/picture_{number}')},"
        for number, picture in enumerate(pictures, 1)
    ]


def _call(picture: Given, own: str) -> str:
    """What opens a picture; one's own is a file of yours."""
    if picture.is_own:
        return f'photo("{own}.jpg")'
    if picture.key in SAMPLES:
        return f'photo("assets/pictures/{SAMPLES[picture.key].file.name}")'
    digit, hand = picture.key.split(".")
    return f"digit({digit}, {hand})"
