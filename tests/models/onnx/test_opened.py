"""A file as a network for pictures, and the proof of it by onnx's own reference."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from torch import nn

from cnnviz.images import sample
from cnnviz.models import LeNet
from cnnviz.models.onnx.check import reference_scores
from cnnviz.models.onnx.opened import FileTransform, as_pretrained, open_file
from tests.support.onnx_networks import TORCHVISION, UNet, exported, lively, picture

FILES = Path(__file__).parents[2] / "support" / "onnx_files"


def test_lenet_of_keras_takes_channels_first_and_gives_scores_before_its_softmax() -> None:
    data = (FILES / "lenet_keras.onnx").read_bytes()
    opened = open_file(data)
    assert opened.shape == (1, 28, 28)
    assert opened.num_scores == 10
    assert opened.is_channels_last
    assert opened.has_softmax
    batch = picture(28, 1)
    session = onnxruntime.InferenceSession(data)
    given = {session.get_inputs()[0].name: batch.permute(0, 2, 3, 1).numpy()}
    wanted = session.run(None, given)[0]
    with torch.inference_mode():
        found = opened.model(batch).softmax(dim=1).numpy()
    np.testing.assert_allclose(found, wanted, atol=1e-6)


def test_what_became_of_each_operator_is_told() -> None:
    opened = open_file((FILES / "efficientnet_v2_dynamo.onnx").read_bytes())
    assert dict(opened.operators)["Conv"] == sum(
        isinstance(module, nn.Conv2d) for module in opened.model.modules()
    )
    assert opened.kinds["Conv"] == ("Conv2d",)
    assert opened.kinds["ReduceMean"] == ("AdaptiveAvgPool2d",)
    assert opened.kinds["Reshape"] == ("Flatten",)
    assert set(opened.kinds["Mul"]) == {"SiLU", "Mul"}
    assert opened.num_params == sum(p.numel() for p in opened.model.parameters())


def test_onnxs_reference_says_what_the_network_says() -> None:
    data = exported(LeNet(1).eval(), picture(32, 1))
    batches = [picture(32, 1), picture(32, 1) * 2 - 1]
    model = open_file(data).model
    reference = reference_scores(data, [batch.numpy() for batch in batches])
    for batch, wanted in zip(batches, reference, strict=True):
        with torch.inference_mode():
            np.testing.assert_allclose(model(batch).numpy(), wanted, atol=1e-5)


@pytest.mark.parametrize(
    ("kind", "name", "opset", "is_dynamo"),
    [
        (torch.float16, "float16", 17, False),
        (torch.float16, "float16", 11, False),
        (torch.float16, "float16", 21, True),
    ],
)
def test_weights_of_another_precision_are_computed_with_in_float32_and_named(
    kind: torch.dtype, name: str, opset: int, is_dynamo: bool
) -> None:
    net = nn.Sequential(nn.Conv2d(1, 8, 3), nn.BatchNorm2d(8), nn.GELU(), nn.Flatten())
    net.append(nn.Linear(8 * 6 * 6, 5)).eval().to(kind)
    batch = picture(8, 1)
    data = exported(net, batch.to(kind), is_dynamo, opset_version=opset)
    opened = open_file(data)
    assert opened.kept_as == name
    assert {values.dtype for values in opened.model.parameters()} == {torch.float32}
    with torch.inference_mode():
        ours = opened.model(batch).numpy()
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    asked = {session.get_inputs()[0].name: batch.to(kind).numpy()}
    np.testing.assert_allclose(ours, session.run(None, asked)[0], atol=3e-3)
    (said,) = reference_scores(data, [batch.numpy()])
    np.testing.assert_allclose(ours, said, atol=3e-3)


def test_long_answers_and_many_pictures_do_not_wait_for_each_other() -> None:
    """An answer fills a pipe (64 kB), and so do the pictures that are still to come."""
    net = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(3, 6000)).eval()
    data = exported(net, picture())
    batches = [picture().numpy() + place for place in range(5)]
    found = [len(scores.reshape(-1)) for scores in reference_scores(data, batches)]
    assert found == [6000] * 5


def test_a_reference_that_fails_says_so() -> None:
    with pytest.raises(ValueError, match="does not come to an end"):
        next(reference_scores(b"nothing", [np.zeros((1, 1, 8, 8), np.float32)]))


def test_values_of_pixels_are_what_mean_and_std_make_of_them() -> None:
    cat = sample("cat")
    plain = FileTransform((3, 64, 48), (0.0,) * 3, (1.0,) * 3)(cat)
    assert plain.shape == (1, 3, 64, 48)
    assert 0 <= float(plain.min()) < float(plain.max()) <= 1
    bytes_ = FileTransform((3, 64, 48), (0.0,) * 3, (1 / 255,) * 3)(cat)
    torch.testing.assert_close(bytes_, plain * 255)
    signed = FileTransform((3, 64, 48), (0.5,) * 3, (0.5,) * 3)(cat)
    torch.testing.assert_close(signed, plain * 2 - 1)
    assert FileTransform((1, 8, 8), (0.0,), (1.0,))(cat).shape == (1, 1, 8, 8)


def test_an_opened_network_can_be_asked_as_others_are() -> None:
    opened = open_file(exported(lively(TORCHVISION["mobilenet_v2"]()), picture()))
    transform = FileTransform(opened.shape, (0.5,) * 3, (0.5,) * 3)
    network = as_pretrained(opened, "mine.onnx", transform, tuple(map(str, range(10))))
    scores = network.model(network.transform(sample("cat")))
    assert scores.shape == (1, len(network.classes))
    assert network.card.size_bytes == 4 * opened.num_params
    assert not scores.requires_grad


def test_what_gives_no_scores_of_classes_is_refused_or_read_as_maps_of_them() -> None:
    assert open_file(exported(lively(UNet()), picture())).num_scores == 2
    with pytest.raises(ValueError, match="one or three channels"):
        open_file(exported(nn.Conv2d(5, 4, 3).eval(), picture(16, 5)))
    with pytest.raises(ValueError, match="two scores or more"):
        open_file(exported(nn.Conv2d(3, 1, 3).eval(), picture(16, 3)))
