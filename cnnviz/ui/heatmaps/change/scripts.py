"""The scripts of the view `change`, behind the lines that make `network`, `batch`, `class_idx`."""

from __future__ import annotations

from collections.abc import Sequence

from cnnviz.changing import Stroke
from cnnviz.ui.heatmaps.address import Values

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


def painted_script(values: Values, strokes: Sequence[Stroke]) -> str:
    """What the network says after each stroke."""
    lines = "".join(f"    {stroke!r},\n" for stroke in strokes)
    return PAINTED.replace("{fill}", values.fill).replace("{strokes}", lines)
