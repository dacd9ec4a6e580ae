"""A visitor's own network is elsewhere what it is on the page, and nothing else gets in."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from cnnviz.builder.modules import build
from cnnviz.cluster import works
from cnnviz.cluster.brought import MOST_BYTES, Brought, brought, restored
from cnnviz.cluster.plain import packed, unpacked
from cnnviz.cluster.works import WORKS
from cnnviz.heatmaps import METHODS
from cnnviz.models.cards import unknown_card
from cnnviz.models.frozen import frozen
from cnnviz.models.networks import lenet
from cnnviz.models.onnx.check import FAILED, Scores
from cnnviz.models.onnx.opened import as_pretrained, open_file, transform_of
from cnnviz.models.shipped import SHIPPED
from cnnviz.models.trained import Pretrained
from cnnviz.models.transforms import PictureTransform
from cnnviz.progress import go_on
from tests.support.same import same

FILES = Path(__file__).parents[1] / "support" / "onnx_files"
CLASSES = tuple("0123456789")


def trained() -> Pretrained:
    """As the pages Training and Build offer one."""
    spec = lenet(1)
    card = unknown_card("LeNet", "digits", 61_706, 32, 10)
    transform = PictureTransform(SHIPPED["lenet-mnist"].input)
    return Pretrained(frozen(build(spec, seed=3)), transform, CLASSES, card, spec)


def from_a_file() -> Pretrained:
    data = (FILES / "lenet_keras.onnx").read_bytes()
    opened = open_file(data)
    named = as_pretrained(opened, "mine", transform_of(opened.shape, (0.1,), (0.3,)), CLASSES)
    return replace(named, source=data)


class Nobody:
    """Waits for an order, and looks at nothing."""

    def __call__(self, part: float) -> bool:
        return True

    def show(self, found: object) -> None:
        pass


@pytest.mark.parametrize("network", [trained(), from_a_file()], ids=["layers", "file"])
def test_a_work_finds_of_a_network_that_was_sent_what_is_found_here(network: Pretrained):
    side = network.card.input_size
    batch = torch.rand(1, 1, side, side, generator=torch.Generator().manual_seed(0))
    given = {"model": brought(network), "batch": batch, "target": 3, "method": "occlusion"}
    asked = unpacked(packed(given | {"layer": None}))
    there = WORKS["heatmap"](Nobody(), **asked)
    assert same(there, METHODS["occlusion"](network.model, batch, 3, None, go_on))
    again = restored(asked["model"])
    assert again.transform == network.transform
    assert again.classes == network.classes


@pytest.mark.parametrize(
    ("sent", "refusal"),
    [
        (Brought("2no layers", {}, None, CLASSES), "The link is damaged"),
        (Brought(b"no file", {}, None, CLASSES), "no ONNX file"),
    ],
)
def test_what_is_no_network_is_refused_there_as_on_the_page(sent: Brought, refusal: str):
    with pytest.raises(ValueError, match=refusal):
        restored(sent)


def test_weights_of_other_layers_are_refused():
    sent = brought(trained())
    assert sent
    other = dict(build(lenet(3), seed=0).state_dict())
    with pytest.raises(RuntimeError, match="size mismatch"):
        restored(replace(sent, weights=other))


def test_what_is_too_large_or_has_no_source_stays():
    network = trained()
    assert brought(replace(network, source=None)) is None
    assert brought(replace(network, source=bytes(MOST_BYTES + 1))) is None
    large = replace(network, card=replace(network.card, size_bytes=MOST_BYTES + 1))
    assert brought(large) is None


def test_a_file_and_pictures_come_to_onnxs_reference_as_they_are(monkeypatch: pytest.MonkeyPatch):
    def reference(data: bytes, given: Sequence[Scores]) -> Iterator[Scores]:
        assert data == file
        yield from (batch.sum((1, 2, 3)) for batch in given)
        if len(given) > 2:
            raise ValueError(FAILED)

    monkeypatch.setattr(works, "reference_scores", reference)  # a process, tried in test_opened
    file = (FILES / "lenet_keras.onnx").read_bytes()
    pictures = [torch.rand(1, 28, 28, 1).numpy() for _ in range(2)]
    asked = unpacked(packed({"file": file, "pictures": pictures}))
    assert same(WORKS["reference"](Nobody(), **asked), [p.sum((1, 2, 3)) for p in pictures])
    assert WORKS["reference"](Nobody(), file, pictures * 2) == f"{FAILED}."
