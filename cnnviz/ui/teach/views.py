"""Views of the page worth a link, and why."""

from __future__ import annotations

from functools import partial

from cnnviz.ui.links import view_of
from cnnviz.ui.teach.address import ADDRESS

_view = partial(view_of, ADDRESS)


def _hands(digit: int, count: int = 8) -> str:
    return ",".join(f"{digit}.{hand}" for hand in range(count))


ONE_AND_SEVEN = f"one:{_hands(1)};seven:{_hands(7)}"
FIVE_DIGITS = ";".join(
    f"{name}:{_hands(digit, 6)}"
    for digit, name in [(0, "zero"), (1, "one"), (2, "two"), (4, "four"), (7, "seven")]
)
ANIMALS = (
    "animal:cat,dog,frog,pony,penguin,fawn;vehicle:airplane,automobile,truck,rocket,schooner,boat"
)

PRESETS = [
    _view("Animals, vehicles, digits", "four classes of five"),
    _view("One or seven?", "digits of eight hands each", classes=ONE_AND_SEVEN, ask="1.9"),
    _view("Five digits", "by a network that knows photographs", classes=FIVE_DIGITS, ask="4.8"),
    _view("Animal or vehicle", "drawn ones, and asked about a photo", classes=ANIMALS),
    _view("A larger network", "EfficientNet-Lite0", model="efficientnet-lite0"),
]

TRY = [
    _view("One picture each", "how far does that go?", classes="animal:cat;vehicle:truck"),
    _view("Draw what is asked", "live answers", classes=ONE_AND_SEVEN, ask="7.9", source="pad"),
    _view("Coffee, of no class", "it has to say something", ask="coffee"),
    _view("Why not vehicle?", "where it would look", class_idx=1),
    _view("Other hands", "another seed", seed=1),
    _view("No weight decay to speak of", "learned by heart", decay="0.01"),
    _view("Too much of it", "all classes alike", decay="10"),
    _view("A network for small pictures", "at 64 pixels", model="resnet18-cifar10", size="64"),
]

WHY = (
    "A network that has learned a thousand kinds of photographs has learned to *see*: its last "
    "maps answer to fur, wheels, strokes. Their averages are a few hundred numbers a picture, and "
    "a **linear head** on these needs few examples to tell kinds apart that the network was never "
    "taught. Nothing in the network changes. With so few pictures a number says little, so each is "
    "**left out** once and asked about: that is what the head does with a picture that it has not "
    "seen, and the bar says how much of it may be chance. It can only answer with a class that it "
    "was given: show it something else, and it is sure of the wrong thing."
)
