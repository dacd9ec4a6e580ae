"""How a script reads the pictures of a material."""

from __future__ import annotations

from dataclasses import dataclass

from cnnviz.training.material.kind import Material
from cnnviz.training.material.shelf import SHELVES

DIGITS, ARRAYS = "digits.png", "pictures.npz"


@dataclass(frozen=True)
class Reading:
    """The part of a script that reads the pictures.

    Attributes:
        said: what is read, a sentence.
        imports: lines.
        code: gives pictures, labels, asked and asked_labels.
        file: that must lie beside the script; "" for none.
    """

    said: str
    imports: str
    code: str
    file: str = ""


FROM_SHEET = """
sheet = torch.from_numpy(np.array(Image.open("digits.png")))  # rows of 60 digits, 28 × 28 each
pictures = sheet.view(-1, 28, 60, 28).transpose(1, 2).reshape(-1, 1, 28, 28)
labels = torch.arange(len(pictures)) % 10
pictures, asked = pictures[:{cut}], pictures[{cut}:]
labels, asked_labels = labels[:{cut}], labels[{cut}:]
"""
FROM_ARRAYS = """
arrays = np.load("pictures.npz")
pictures, labels, asked, asked_labels = (
    torch.from_numpy(arrays[name]) for name in ("pictures", "labels", "asked", "asked_labels")
)
"""
FROM_TORCHVISION = '''
def evenly(data, count: int, whole: int) -> tuple[torch.Tensor, torch.Tensor]:
    """`count` pictures (N, channels, height, width) of the first `whole`, and their labels."""
    chosen = torch.arange(count) * whole // count
    found = torch.as_tensor(data.data)[chosen]
    found = found.permute(0, 3, 1, 2).contiguous() if found.ndim == 4 else found.unsqueeze(1)
    return found, torch.as_tensor(data.targets)[chosen]


learnt, test = (
    torchvision.datasets.{kind}("data", train=is_training, download=True)
    for is_training in (True, False)
)
pictures, labels = evenly(learnt, {num_learnt}, {whole})
asked, asked_labels = evenly(test, {num_asked}, len(test))
'''


def reading(material: Material) -> Reading:
    """How a script gets the pictures of a material."""
    if material.name == "digits":
        return Reading(
            "Reads digits.png, the app's own drawn digits, which must lie beside this script.",
            "import numpy as np\nfrom PIL import Image",
            FROM_SHEET.format(cut=len(material.training)),
            DIGITS,
        )
    if material.name in SHELVES:
        return _from_torchvision(material)
    return Reading(
        "Reads pictures.npz, which must lie beside this script: the pictures as the app used them.",
        "import numpy as np",
        FROM_ARRAYS,
        ARRAYS,
    )


def _from_torchvision(material: Material) -> Reading:
    shelf, count = SHELVES[material.name], len(material.training)
    code = FROM_TORCHVISION.format(
        kind=shelf.kind,
        num_learnt=count,
        whole=count if shelf.kind == "CIFAR10" else "len(learnt)",
        num_asked=len(material.validation),
    )
    said = f"Torchvision fetches {shelf.title} into the folder data, {shelf.size_mb:.0f} MB."
    return Reading(said, "import torchvision", code)
