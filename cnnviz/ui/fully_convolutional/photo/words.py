"""What a photo's view costs, why it works, and the same in torch."""

from __future__ import annotations

from cnnviz.figures.formulas import formula, term
from cnnviz.fully_conv.photographs import CROP_SIDE
from cnnviz.snippets import OWN_PICTURE
from cnnviz.ui import page
from cnnviz.ui.fully_convolutional.address import Values
from cnnviz.ui.fully_convolutional.cost import show_cost
from cnnviz.ui.fully_convolutional.photo.seen import Seen
from cnnviz.ui.page import Number
from cnnviz.ui.pictures import sample_file

WHY = (
    "Networks for photos end in a **mean over whole maps**, and a mean does not ask how many cells "
    "there are: they take a photo of any size and shape. Undo that mean and a **map of classes** "
    "appears: every cell has a score for each of the thousand classes, and the network’s answer is "
    "nothing but their mean. In SqueezeNet the map is its last layer. EfficientNet takes the mean "
    "first and a Linear layer after it; both are sums, so they may change places, and the Linear "
    "layer becomes a convolution of 1 × 1 with the same weights. A single cell was never asked to "
    "be right, though: only the mean was trained. Cells beside the thing name something all the "
    "same, often with confidence, and a cell can see far more of the photo than the square that it "
    "is drawn as. (Lin, Chen and Yan, 2014, put the mean there; Zhou et al., 2016, read maps off "
    "it: for a mean with a Linear layer, CAM is this map without its bias.)"
)


def show_numbers(seen: Seen) -> None:
    """The map's shape, and what one pass costs against a crop round every cell, by their parts."""
    cost, found = seen.cost, seen.found
    height, width = seen.size
    crop = f"{min(CROP_SIDE, height)} × {min(CROP_SIDE, width)}"
    page.numbers(
        [
            Number("Input", f"{height} × {width}", "Height and width in pixels"),
            Number(
                "Map",
                f"(1, {len(seen.classes)}, {found.rows}, {found.columns})",
                "(pictures, classes, rows, columns)",
            ),
            Number("One pass", f"{cost.one_pass:,}", "Multiply-adds of the network over the photo"),
            Number(
                f"{cost.crops:,} crops",
                f"{cost.all_crops:,}",
                f"Multiply-adds of the network on {crop} round every cell, one by one",
            ),
            Number("Saving", f"{cost.saving:,.0f} ×", "How many times fewer multiply-adds"),
        ],
        [
            formula(
                "cells",
                f"{term(found.rows, 'rows')} · {term(found.columns, 'columns')}",
                cost.crops,
            ),
            formula(
                "by crops",
                f"{term(f'{cost.crops:,}', 'crops')} · "
                f"{term(f'{cost.one_crop:,}', 'multiply-adds of each')}",
                cost.all_crops,
            ),
        ],
        _reach(seen),
    )
    show_cost(cost, seen.title)


def _reach(seen: Seen) -> str:
    cells = seen.cells
    words = f"one cell per {cells.stride} pixels, each able to see {cells.window} × {cells.window}"
    offset = cells.start
    if not offset:
        return words
    return f"{words}; the first is drawn where the middle of its window lies, {offset:g} pixels in"


def script(values: Values, seen: Seen) -> str:
    """The map, its mean against the network's own answer, and the classes that win most cells."""
    file = sample_file(seen.picture)
    opened = f'picture = Image.open("{file}").convert("RGB")' if file else OWN_PICTURE.rstrip()
    class_idx = values.class_idx if values.class_idx >= 0 else -1
    return (
        SCRIPT.replace("OPENED", opened)
        .replace("NAME", seen.name)
        .replace("SIZE", f"{seen.size[0]}, {seen.size[1]}")
        .replace("PARTS", LINEAR if seen.parts.was_linear else CONVOLUTION)
        .replace("CLASS", str(class_idx))
    )


CONVOLUTION = """\
maps = model.features(x)
    scores = model.classifier[:3](maps)  # dropout (off), Conv2d(512, 1000, 1), ReLU: no surgery"""
LINEAR = """\
maps = model.head(model.blocks(model.stem(x)))
    linear = model.classifier  # behind the mean; before it the same weights are a convolution
    scores = F.conv2d(maps, linear.weight[:, :, None, None], linear.bias)"""
SCRIPT = """from collections import Counter

import torch
from PIL import Image
from torch.nn import functional as F

from cnnviz.images import fit
from cnnviz.models import pretrained
from cnnviz.models.transforms import normalised, picture_tensor

OPENED
network = pretrained("NAME")
model = network.model
x = normalised(picture_tensor(fit(picture, (SIZE)), channels=3), network.transform.spec)
with torch.no_grad():
    PARTS
    own = model(x)[0]
print("map:", tuple(scores.shape))
print("largest difference:", float((scores.mean((2, 3))[0] - own).abs().max()))

best = own.softmax(0).topk(5)
for share, index in zip(best.values, best.indices):
    print(f"{network.classes[index]}: {share:.4f}")
winners = Counter(scores[0].argmax(0).flatten().tolist())
print("win most cells:", [(network.classes[k], cells) for k, cells in winners.most_common(5)])

chosen = CLASS if CLASS >= 0 else int(own.argmax())  # a class as a map
share = scores[0].softmax(0)[chosen]
print(f"{network.classes[chosen]}: at most {share.max():.4f} in a cell")
"""
