"""The scripts of the view `change`, behind the lines that make `network`, `batch`, `class_idx`."""

from __future__ import annotations

from collections.abc import Sequence

from cnnviz.changing import Stroke
from cnnviz.heatmaps import Method
from cnnviz.ui.brush.painting import painting
from cnnviz.ui.heatmaps.address import Values
from cnnviz.ui.heatmaps.change.compare import beside, method_of
from cnnviz.ui.heatmaps.subject import Subject
from cnnviz.ui.pictures import sample_file

PAINTED = """\
from cnnviz.changing import Stroke, filled, mask, painted
from cnnviz.heatmaps.scores import class_scores

grey = network.transform(Image.new("RGB", (64, 64), (128, 128, 128)))
middle = grey.shape[2] // 2
fill = filled(batch, "{fill}", grey[0, :, middle : middle + 1, middle : middle + 1])
strokes = [  # points and radius in thousandths of the side
{strokes}]
with torch.no_grad():
    for count in range(len(strokes) + 1):
        gone = mask(strokes[:count], *batch.shape[2:])
        scores = class_scores(network.model(painted(batch, fill, gone)))[0]
        winner = int(scores.argmax())
        print(f"stroke {count}: {float(gone.double().mean()):.4f} gone,", end=" ")
        print(f"{network.classes[winner]}, score {float(scores[class_idx]):.3f},", end=" ")
        print(f"probability {float(scores.softmax(0)[class_idx]):.4f}")
"""


ADVERSARIAL = """\
import torch.nn.functional as F
from cnnviz.heatmaps.scores import class_scores

black, white = (
    network.transform(Image.new("RGB", picture.size, colour){size}) for colour in ("black", "white")
)
batch.requires_grad_()
scores = class_scores(network.model(batch))
loss = {loss}
sign = torch.autograd.grad(loss, batch)[0].sign()  # along it the class becomes less likely
with torch.no_grad():
    for epsilon in {epsilons}:
        moved = batch {along} epsilon / 255 * (white - black) * sign
        moved = torch.minimum(torch.maximum(moved, black), white)
        shares = class_scores(network.model(moved)).softmax(1)[0]
        winner = int(shares.argmax())
        print(f"{epsilon} of 255: {network.classes[winner]}, {float(shares[winner]):.4f};", end=" ")
        print(f"{network.classes[class_idx]}, {float(shares[class_idx]):.4f}")
"""


def change_script(values: Values, subject: Subject) -> tuple[str, str]:
    """The title and the script of today's way to change the picture."""
    if values.change == "adversarial":
        return "The changed picture", adversarial_script(values, subject)
    if values.change == "compare":
        return "Both maps", compared_script(values, subject)
    return "The painted picture", painted_script(values, painting(subject.picture.digest).done)


def adversarial_script(values: Values, subject: Subject) -> str:
    """What the network says after a step along the sign of the gradient."""
    size = f", size={subject.size}" if subject.size else ""
    along = "+" if values.direction == "away" else "-"
    epsilons = f"(0, {values.epsilon:g})"
    loss = (
        "F.cross_entropy(scores, torch.tensor([class_idx]))"
        if subject.against is None
        else "scores[0, against] - scores[0, class_idx]  # their cross-entropies' difference"
    )
    return (
        ADVERSARIAL.replace("{size}", size).replace("{along}", along)
        .replace("{epsilons}", epsilons).replace("{loss}", loss)
    )  # fmt: skip


def compared_script(values: Values, subject: Subject) -> str:
    """The map of the picture and the one beside it, by the same method."""
    first, other = subject, beside(values, subject)
    method = method_of(values, first, other)
    lines = ["from cnnviz.heatmaps import METHODS, Difference", ""]
    if values.beside == "picture":
        lines += [f'other_picture = Image.open("{sample_file(other.picture)}").convert("RGB")',
                  f"other_batch = network.transform(other_picture, {other.size})"]  # fmt: skip
    elif values.beside == "network":
        lines += [
            f'other = pretrained("{other.model_name}")',
            "other_batch = other.transform(picture)",
        ]
    network = "other" if values.beside == "network" else "network"
    batch = "batch" if values.beside == "layer" else "other_batch"
    lines += _shown("picture", "network", "batch", first, method)
    lines += _shown("beside it", network, batch, other, method)
    return "\n".join([*lines, ""])


def _shown(title: str, network: str, batch: str, subject: Subject, method: Method) -> list[str]:
    """Lines that make a map and print its size and its strongest cell."""
    layer = f', "{subject.layer}"' if method.needs_layer else ""
    asked = f"{network}.model, {batch}, {subject.target!r}{layer}"
    return [
        f'heatmap = METHODS["{method.name}"]({asked})',
        f'print("{title}:", tuple(heatmap.shape), float(heatmap.abs().max()))',
    ]


def painted_script(values: Values, strokes: Sequence[Stroke]) -> str:
    """What the network says after each stroke."""
    lines = "".join(f"    {stroke!r},\n" for stroke in strokes)
    return PAINTED.replace("{fill}", values.fill).replace("{strokes}", lines)
