"""What the algebra of fields says and what footprints say of one cell is the same, up to holes."""

import pytest
import torch

from cnnviz.probes import receptive_field
from cnnviz.probes.receptive import Box, box_of
from cnnviz.probes.tape import Kind, tape
from tests.support.footprints import SHAPE, SIZE, random_network


def hull(boxes: list[Box]) -> tuple[range, range]:
    """Rows and columns from the first to the last of what several boxes hold."""
    seen = [box for box in boxes if box.area]
    if not seen:
        return range(0), range(0)
    rows = range(min(box.top for box in seen), max(box.bottom for box in seen))
    return rows, range(min(box.left for box in seen), max(box.right for box in seen))


def on_the_picture(window: range) -> range:
    """The part of a window that lies on the picture."""
    return range(max(window.start, 0), min(window.stop, SIZE))


def is_inside(part: tuple[range, ...], whole: tuple[range, ...]) -> bool:
    return not all(part) or all(set(a) <= set(b) for a, b in zip(part, whole, strict=True))


@pytest.mark.filterwarnings("ignore:Using padding='same'")
@pytest.mark.parametrize("seed", range(16))
def test_the_hull_of_the_footprints_of_all_maps_is_the_window_of_the_algebra(seed: int) -> None:
    network = random_network(seed)
    last = str(len(network) - 1)
    field = receptive_field(network, last, SHAPE)
    played = tape(network, torch.rand(SHAPE, dtype=torch.double))
    end, kinds = played[last], {node.kind for node in played.nodes.values()}
    height, width = end.output.shape[2:]
    middle = (height // 2, width // 2)
    for cell in {(0, 0), middle, (height - 1, width - 1)}:
        maps = [box_of(played, end, (k, *cell)) for k in range(end.output.shape[1])]
        window = field.window(*cell)
        assert window is not None
        found, expected = hull(maps), tuple(on_the_picture(side) for side in window)
        # Near a border the algebra goes on beyond it, where a footprint finds padding.
        assert Kind.OTHER in kinds or is_inside(found, expected), cell
        assert cell != middle or is_inside(expected, found), cell
