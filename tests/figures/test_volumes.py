import xml.etree.ElementTree as ET
from math import sqrt

import pytest

from cnnviz.builder.edits import change_input_shape
from cnnviz.builder.names import number_of
from cnnviz.builder.shapes import forward_shapes
from cnnviz.figures.volumes import CAPTION, PAGE_STYLE, TALL_PX, Volume, volumes_of, volumes_svg
from cnnviz.models import networks
from cnnviz.models.specs import Conv2d, NetworkSpec, ReLU, Tanh
from tests.support.random_networks import random_network

SVG = "{http://www.w3.org/2000/svg}"


def groups(svg: str) -> list[ET.Element]:
    return list(ET.fromstring(svg).iter(f"{SVG}g"))


def front(group: ET.Element) -> tuple[float, float]:
    """Width and height of the front face of a volume, in pixels."""
    for face in group.iter(f"{SVG}polygon"):
        if face.get("class") == "front":
            corners = [tuple(map(float, xy.split(","))) for xy in face.get("points").split()]
            xs, ys = zip(*corners, strict=True)
            return max(xs) - min(xs), max(ys) - min(ys)
    bar = next(group.iter(f"{SVG}rect"))
    return float(bar.get("width")), float(bar.get("height"))


def test_lenet_is_nine_volumes_with_its_shapes_below() -> None:
    volumes = volumes_of(networks.lenet())
    assert [volume.shape for volume in volumes] == [
        (3, 32, 32), (6, 28, 28), (6, 14, 14), (16, 10, 10), (16, 5, 5), (400,), (120,), (84,),
        (10,),
    ]  # fmt: skip
    assert [volume.role for volume in volumes] == ["input"] + ["output"] * 4 + ["flat"] * 4
    svg = volumes_svg(volumes, standalone=True)
    texts = ["".join(text.itertext()) for text in ET.fromstring(svg).iter(f"{SVG}text")]
    assert texts[:4] == ["3 × 32 × 32", "input", "6 × 28 × 28", "conv1"]
    assert texts[-1] == CAPTION


def test_heights_are_to_scale_and_channels_by_their_square_root() -> None:
    boxes = [front(group) for group in groups(volumes_svg(volumes_of(networks.lenet())))]
    assert boxes[0][1] == pytest.approx(TALL_PX, abs=0.2)
    assert boxes[1][1] / boxes[0][1] == pytest.approx(28 / 32, rel=0.01)
    assert boxes[4][1] / boxes[1][1] == pytest.approx(5 / 28, rel=0.02)
    assert boxes[3][0] / boxes[1][0] == pytest.approx(sqrt(16 / 6), rel=0.02)
    assert boxes[6][1] / boxes[5][1] == pytest.approx(sqrt(120 / 400), rel=0.01)


@pytest.mark.parametrize("seed", range(30))
def test_every_layer_belongs_to_one_volume_that_has_its_shape(seed: int) -> None:
    spec = random_network(seed)
    volumes = volumes_of(spec)
    svg = groups(volumes_svg(volumes))
    assert len(svg) == len(volumes)
    for row in forward_shapes(spec):
        number = number_of(row.path)
        holders = [group for group in svg if number in group.get("data-layer").split()]
        assert len(holders) == 1
        if len(row.path) == 1:
            assert volumes[svg.index(holders[0])].shape == row.output_shape


def test_layers_that_keep_the_shape_share_a_volume() -> None:
    same = Conv2d(3, 3, 3, padding=1)
    spec = NetworkSpec("net", (3, 8, 8), (ReLU(), same, Tanh(), same, ReLU()))
    _, shared = volumes_of(spec)
    assert shared == Volume(("1", "2", "3", "4", "5"), "relu1 – conv2", (3, 8, 8), "output")
    wider = NetworkSpec("net", (3, 8, 8), (same, ReLU(), Conv2d(3, 4, 1), ReLU()))
    assert [volume.layers for volume in volumes_of(wider)[1:]] == [("1", "2"), ("3", "4")]


def test_the_selected_layer_is_framed_and_so_is_the_block_of_an_inner_layer() -> None:
    volumes = volumes_of(networks.resnet())
    for number, label in (("1", "conv"), ("5.2", "block1"), ("input", "input")):
        framed = [
            group for group in groups(volumes_svg(volumes, number))
            if "selected" in group.get("class").split()
        ]  # fmt: skip
        assert len(framed) == 1
        assert framed[0].find(f"{SVG}title").text.startswith(f"{label}: ")
    assert not any("selected" in group.get("class") for group in groups(volumes_svg(volumes)))


def test_a_block_has_an_arc_over_it() -> None:
    volumes = volumes_of(networks.resnet((1, 2)))
    arcs = [len(list(group.iter(f"{SVG}path"))) for group in groups(volumes_svg(volumes))]
    assert arcs == [int(volume.has_skip) for volume in volumes]
    assert sum(arcs) == 3


def test_a_network_that_does_not_fit_ends_with_a_gap() -> None:
    volumes = volumes_of(change_input_shape(networks.lenet(), (3, 64, 64)))
    assert volumes[-1] == Volume(("8",), "fc1", (), "output")
    svg = volumes_svg(volumes)
    assert "does not fit" in svg
    assert "stroke-dasharray" in svg


def test_a_file_of_its_own_has_plain_colours_only() -> None:
    volumes = volumes_of(networks.lenet())
    file, page = volumes_svg(volumes, "1", standalone=True), volumes_svg(volumes, "1")
    assert "var(" not in file
    assert "color-mix" not in file
    assert "var(--out,#" in page
    assert ET.fromstring(file).get("viewBox").startswith("0 0 ")


def test_a_network_of_forty_layers_stays_below_three_screens() -> None:
    vgg = volumes_svg(volumes_of(networks.vgg16()))
    assert len(volumes_of(networks.vgg16())) <= 16
    assert float(ET.fromstring(vgg).get("width")) < 1600
    deep = networks.resnet((3, 4, 6, 3))
    assert float(ET.fromstring(volumes_svg(volumes_of(deep))).get("width")) < 3000


def test_labels_do_not_run_into_each_other() -> None:
    for make in networks.NETWORKS.values():
        right = 0.0
        for group in groups(volumes_svg(volumes_of(make()))):
            texts = list(group.iter(f"{SVG}text"))
            left = min(float(t.get("x")) - 3 * len("".join(t.itertext())) for t in texts)
            assert left > right
            right = max(float(t.get("x")) + 3 * len("".join(t.itertext())) for t in texts)


def test_names_are_escaped() -> None:
    volume = Volume(("1",), '<b>"&', (3, 4, 4), "output")
    group = groups(volumes_svg([volume]))[0]
    assert group.find(f"{SVG}title").text == '<b>"&: 3 × 4 × 4'


def test_one_by_one_maps_and_single_numbers_are_still_seen() -> None:
    volumes = [
        Volume(("1",), "a", (1, 1, 1), "output"),
        Volume(("2",), "b", (1, 512, 512), "output"),
    ]
    width, height = front(groups(volumes_svg(volumes))[0])
    assert width >= 4
    assert height >= 4


def test_a_page_has_the_style_once_for_many_pictures() -> None:
    volumes = volumes_of(networks.lenet())
    bare = volumes_svg(volumes, has_style=False)
    assert "<style>" not in bare
    assert bare.replace("><g", f"><style>{PAGE_STYLE}</style><g", 1) == volumes_svg(volumes)
