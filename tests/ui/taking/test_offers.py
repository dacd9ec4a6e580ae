"""The numbers that pages offer to "Save" are torch's, with their scale and address."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from io import BytesIO, StringIO
from typing import Any

import numpy as np
import pytest
import torch
from starlette.applications import Starlette
from starlette.testclient import TestClient
from torch import Tensor, nn
from torch.nn import functional as F

from cnnviz.activations import record
from cnnviz.figures.npz import npz
from cnnviz.images.samples import sample
from cnnviz.models import pretrained
from cnnviz.torchvision_compat import torchvision
from cnnviz.ui.taking import offers
from cnnviz.ui.taking.offers import (
    STATE,
    NumbersOffer,
    Offer,
    Offered,
    arrays_of,
    columns_of,
)
from cnnviz.ui.taking.route import GONE, ROUTES
from tests.support.opening import open_page

SOBEL_X = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
DIGIT = "model=lenet-mnist&image=digit_7"


def offered(name: str, query: str = "") -> dict[str, Offer]:
    """What the page offers, by place."""
    return open_page(name, query).session_state[STATE].by_place


def opened(offer: Offer) -> Any:
    """The file as NumPy reads it."""
    return np.load(BytesIO(offer.file()), allow_pickle=False)


def same(ours: Any, theirs: Tensor) -> None:
    np.testing.assert_allclose(ours, theirs.numpy(), atol=1e-5)


def lenet(name: str) -> Tensor:
    network = pretrained("lenet-mnist")
    with torch.inference_mode():
        return record(network.model, network.transform(sample("digit_7")), [name])[name][0]


def test_feature_maps_are_saved_as_torch_computes_them():
    query = f"{DIGIT}&layer=feature_extractor.0"
    offer = offered("feature_maps", query)["main"]
    numbers, maps = opened(offer), lenet("feature_extractor.0")
    assert offer.title == "maps of feature_extractor.0"
    same(numbers["maps"], maps)
    assert (float(numbers["low"]), float(numbers["high"])) == pytest.approx(
        (float(maps.min()), float(maps.max())), abs=1e-6
    )
    assert str(numbers["address"]) == f"feature_maps?{query}"


def test_heatmaps_are_saved_by_the_names_of_their_methods():
    numbers = opened(offered("heatmaps", DIGIT)["main"])
    network = pretrained("lenet-mnist")
    batch = network.transform(sample("digit_7"))
    expected = torch.autograd.functional.jacobian(lambda x: network.model(x)[0, 7], batch)
    assert numbers["saliency"].shape == tuple(batch.shape[2:])
    ours, theirs = torch.from_numpy(numbers["saliency"]), expected[0].abs().amax(0)
    assert float((ours - theirs).abs().mean()) < 0.02 * float(theirs.max())  # but for ties


def test_a_response_is_saved_with_its_kernel_and_its_picture():
    numbers = opened(offered("convolution", "view=picture&padding=valid")["main"])
    pixels = torch.from_numpy(np.asarray(sample("cat")).astype(np.float32) / 255)
    same(numbers["weight"][0], SOBEL_X)
    same(numbers["response"], F.conv2d(pixels.sum(2)[None, None], SOBEL_X[None, None])[0, 0])
    assert str(numbers["title"]) == "response of Sobel x to Cat"


def test_the_numbers_of_a_grid_are_those_of_its_layer():
    numbers = opened(offered("convolution", "stride=2")["main"])
    layer = (torch.from_numpy(numbers[name]) for name in ("padded_input", "weight", "output"))
    padded, weight, output = (one.double() for one in layer)
    same(output, F.conv2d(padded[None], weight[None], stride=2)[0, 0])
    pooled = opened(offered("pooling", "kernel_size=2")["main"])
    input_ = torch.from_numpy(pooled["input"])
    same(pooled["output"], F.max_pool2d(input_[None, None], 2)[0, 0])


def test_a_matrix_times_the_picture_is_the_convolution():
    numbers = opened(offered("mlp", "view=matrix")["main"])
    picture, kernel = (torch.from_numpy(numbers[name]) for name in ("picture", "kernel"))
    same(numbers["product"].ravel(), F.conv2d(picture[None, None], kernel[None, None]).ravel())
    same(numbers["matrix"] @ picture.flatten().numpy(), torch.tensor(numbers["product"]).flatten())


def lines_of(offer: Offer) -> list[list[str]]:
    """The file as a spreadsheet reads it."""
    return list(csv.reader(StringIO(offer.file().decode())))


def test_tables_are_saved_with_every_row_their_name_and_their_address():
    address = "zoo?view=compare&compare=alexnet,vgg11"
    first, *rows = lines_of(offered("zoo", address.removeprefix("zoo?"))["alexnet"])
    assert first == [f"# layers of AlexNet; {address}".split(",")[0], "vgg11"]
    alexnet = torchvision.models.alexnet()
    layers = {n: m for n, m in alexnet.named_modules() if isinstance(m, nn.Conv2d | nn.Linear)}
    params = {n: sum(p.numel() for p in layer.parameters()) for n, layer in layers.items()}
    assert rows[0][:2] == ["layer", "kind"]
    assert {row[0]: int(row[3]) for row in rows[1:]} == params


def test_a_stage_of_resnet18_is_a_row_of_its_table():
    _, heads, *stages = lines_of(offered("residual", "view=whole")["table"])
    assert heads[3:5] == ["output", "parameters"]
    params = sum(int(row[4].replace(",", "")) for row in stages)
    assert params == sum(p.numel() for p in pretrained("resnet18-cifar10").model.parameters())


@pytest.mark.parametrize(
    ("name", "query", "array", "shape"),
    [
        ("fully_convolutional", "", "scores", 3),
        ("residual", "view=landscape", "residual", 2),
        ("residual", "view=gradients&depth=8", "residual_with_norm_gradient_norm", 1),
        ("mlp", "view=depth&points=20", "layer1", 2),
        ("mlp", "view=size&side=28", "dense", 1),
        ("pooling", "view=field&network=lenet-cifar10", "effect", 2),
        ("training", "", "filters_0", 4),
        ("teach", "", "features", 2),
        ("zoo", "", "num_params", 1),
    ],
)
def test_what_a_view_shows_is_offered(name, query, array, shape):
    numbers = opened(offered(name, query)["main"])
    assert numbers[array].ndim == shape
    assert np.isfinite(numbers[array]).all()
    assert str(numbers["address"]).startswith(name)


def test_the_digit_of_home_is_offered_as_lenet_sees_it():
    numbers = opened(offered("home")["main"])
    assert numbers["feature_extractor.0"].shape == (6, 28, 28)
    model = pretrained("lenet-mnist").model
    with torch.inference_mode():
        same(
            numbers["classifier.4"], model.classifier[4](torch.from_numpy(numbers["classifier.3"]))
        )


def test_fields_of_arrays_and_columns_of_rows():
    @dataclass(frozen=True)
    class Row:
        name: str
        size: int
        shape: tuple[int, ...]

    @dataclass(frozen=True)
    class Result:
        maps: Tensor
        layer: nn.Module

    columns = columns_of([Row("a", 1, (2,)), Row("b", 3, (2,))])
    assert (list(columns["name"]), list(columns["size"])) == (["a", "b"], [1, 3])
    assert list(arrays_of(Result(torch.ones(2), nn.ReLU()))) == ["maps"]
    assert columns_of([]) == {}


@dataclass(frozen=True)
class Asked:
    """A server with one visitor's offers."""

    client: TestClient
    book: Offered


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    book = Offered()
    monkeypatch.setitem(offers._of_sessions, "me", book)
    return Asked(TestClient(Starlette(routes=ROUTES)), book)


def test_the_browser_is_told_titles_and_gets_the_file_that_it_asks_for(asked):
    asked.book.by_place["main"] = NumbersOffer(
        "maps", lambda: "zoo?pick=a", lambda: {"a": [1, 2.5]}
    )
    assert asked.client.get("/numbers/me").json() == {"main": {"title": "maps", "form": "npz"}}
    answer = asked.client.get("/numbers/me/main")
    found = np.load(BytesIO(answer.content), allow_pickle=False)
    assert (list(found["a"]), float(found["high"])) == ([1, 2.5], 2.5)
    assert (str(found["title"]), str(found["address"])) == ("maps", "zoo?pick=a")
    assert answer.headers["cache-control"] == "no-store"


def test_what_is_not_there_is_said_and_nobody_sees_anothers(asked):
    assert asked.client.get("/numbers/somebody").json() == {}
    gone = asked.client.get("/numbers/me/main")
    assert (gone.status_code, gone.text) == (404, GONE)
    asked.book.by_place["main"] = NumbersOffer(
        "none", lambda: "zoo", lambda: {"a": np.zeros((0, 3))}
    )
    refused = asked.client.get("/numbers/me/main")
    assert refused.status_code == 503
    assert "at least one number" in refused.text


def test_another_view_takes_back_what_the_one_before_has_offered():
    page = open_page("pooling", "view=grid")
    assert page.session_state[STATE].by_place
    page.session_state["pooling-view"] = "cost"
    page.run()
    assert not page.session_state[STATE].by_place


def test_words_may_stand_beside_numbers_and_have_no_scale():
    found = np.load(BytesIO(npz({"names": ["a", "b"], "share": [0.5, 2.0]}, "t", "zoo")))
    assert (float(found["low"]), float(found["high"])) == (0.5, 2.0)
    with pytest.raises(ValueError, match="at least one number"):
        npz({"a": np.zeros((0, 3))}, "nothing", "zoo")
