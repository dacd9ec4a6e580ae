"""What is shown of a loaded network is what is shown of the one that its file was made of."""

from functools import cache

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from cnnviz.activations import layers, record
from cnnviz.figures.boxes import Box
from cnnviz.figures.module_graph import SIGNS, module_box
from cnnviz.heatmaps import METHODS, grad_cam
from cnnviz.models import load_onnx
from cnnviz.models.frozen import frozen
from cnnviz.probes.microscope import explain_cell
from cnnviz.probes.tape import tape
from cnnviz.summary import summarize
from cnnviz.summary.graph import network_graph
from tests.support.onnx_networks import TORCHVISION, exported, lively, picture

NAMES = ("squeezenet1_1", "resnet18", "efficientnet_v2")  # concatenations, sums, products
SHAPE = (1, 3, 64, 64)


@cache
def both(name: str) -> tuple[nn.Module, nn.Module]:
    """A network and what comes of its file."""
    original = frozen(lively(TORCHVISION[name]()))
    return original, frozen(load_onnx(exported(original, picture())))


@pytest.mark.parametrize("name", NAMES)
def test_a_summary_says_the_same_of_both(name: str) -> None:
    original, loaded = (summarize(model, SHAPE) for model in both(name))
    assert loaded.macs == original.macs
    fields = [
        {row.receptive_field for row in summary.rows if row.kind.startswith("Conv")}
        for summary in (original, loaded)
    ]
    assert fields[0] == fields[1]


@pytest.mark.parametrize(("name", "kind"), [*zip(NAMES, ("Concat", "Add", "Mul"), strict=True)])
def test_the_graph_shows_where_paths_join(name: str, kind: str) -> None:
    summary = summarize(both(name)[1], SHAPE)
    box = module_box(summary, network_graph(summary), name)
    joins = [one for one in _boxes(box) if one.title == SIGNS[kind] and one.role == "sum"]
    assert len(joins) == sum(row.type == kind for row in summary.rows) > 0


def _boxes(box: Box) -> list[Box]:
    return [box, *(inner for one in box.inside for inner in _boxes(one))]


@pytest.mark.parametrize("name", NAMES)
def test_layers_have_the_maps_of_the_original(name: str) -> None:
    original, loaded = both(name)
    last = [n for n, module in loaded.named_modules() if isinstance(module, nn.ReLU | nn.SiLU)][-1]
    maps = [record(model, picture(), [last])[last] for model in (original, loaded)]
    torch.testing.assert_close(maps[0], maps[1], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_a_heatmap_is_that_of_the_original(name: str) -> None:
    original, loaded = both(name)
    layer = [n for n, module in loaded.named_modules() if isinstance(module, nn.Conv2d)][-3]
    maps = [grad_cam(model, picture(), 1, layer) for model in (original, loaded)]
    if name == "squeezenet1_1":  # no norm was put into a convolution: the same layers
        torch.testing.assert_close(maps[0], maps[1], rtol=1e-3, atol=1e-6)
    assert maps[0].shape == maps[1].shape


def test_every_method_explains_a_loaded_network() -> None:
    loaded = both("efficientnet_v2")[1]
    for method in METHODS.values():
        options = {"layer": "features.2"} if method.needs_layer else {}
        assert torch.isfinite(method(loaded, picture(), 1, **options)).all()


@pytest.mark.parametrize("name", NAMES)
def test_cells_are_written_out_and_their_line_of_torch_is_true(name: str) -> None:
    model, batch = both(name)[1], picture()
    played = tape(model, batch)
    for layer in layers(model, SHAPE)[:14]:
        found = explain_cell(model, batch, layer.name, 1, 0, 0, played)
        assert found.value == pytest.approx(found.activation, rel=1e-4, abs=1e-5)
        known = {"model": model, "x": batch, "torch": torch, "F": F, "record": record}
        value = eval(found.expression, known)
        assert float(value) == pytest.approx(found.activation, rel=1e-4, abs=1e-5)


def test_a_second_thread_may_read_a_loaded_network_while_it_is_watched() -> None:
    from concurrent.futures import ThreadPoolExecutor

    model, batch = both("squeezenet1_1")[1], picture()
    wanted = model(batch)
    with ThreadPoolExecutor(4) as pool:
        scores = list(pool.map(lambda _: tape(model, batch).scores, range(8)))
    assert all(torch.equal(one, wanted) for one in scores)
