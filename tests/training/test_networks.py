"""Networks are made to fit the pictures, or it is said why they cannot."""

import pytest
import torch

from cnnviz.builder.modules import build
from cnnviz.builder.shapes import output_shape
from cnnviz.models import networks as builders
from cnnviz.models.specs import Conv2d, Flatten, Linear, MaxPool2d, NetworkSpec, ReLU, Softmax
from cnnviz.models.transforms import InputSpec
from cnnviz.training.networks import NETWORKS, adapted, with_dropout

COLOUR = InputSpec(3, 48, 0, (0.5,) * 3, (0.2,) * 3)
GREY = InputSpec(1, 28, 2, (0.1,), (0.3,))


@pytest.mark.parametrize("spec", [COLOUR, GREY], ids=["colour", "grey"])
@pytest.mark.parametrize("name", NETWORKS)
def test_every_network_takes_every_picture(name, spec):
    network = adapted(NETWORKS[name](), spec, 4)
    batch = torch.rand(2, spec.channels, spec.padded_size, spec.padded_size)
    assert build(network)(batch).shape[:2] == (2, 4)


def test_a_network_of_the_builder_is_fitted_too():
    network = adapted(builders.resnet(), GREY, 10)
    assert network.input_shape == (1, 32, 32)
    assert output_shape(network) == (10,)


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        ((ReLU(),), "no Linear layer and no convolution"),
        ((Conv2d(3, 4, 64), Flatten(), Linear(4, 10)), "do not go through layer 1, conv"),
        ((Linear(48, 10), ReLU()), "end it with a Flatten"),
        ((MaxPool2d(2),) * 6 + (Flatten(), Linear(1, 10)), "do not go through layer 6, pool6"),
    ],
)
def test_what_cannot_be_fitted_is_said_with_its_mend(layers, words):
    with pytest.raises(ValueError, match=words):
        adapted(NetworkSpec("Mine", (3, 32, 32), layers), COLOUR, 10)


def test_dropout_stands_before_the_last_layer_and_leaves_the_names_of_weights():
    plain = builders.lenet(1)
    dropped = with_dropout(plain, 0.3)
    assert [layer.kind for layer in dropped.layers[-2:]] == ["Dropout", "Linear"]
    assert build(plain).state_dict().keys() == build(dropped).state_dict().keys()
    assert with_dropout(plain, 0.0) is plain
    ends_in_softmax = NetworkSpec("Mine", (1, 8, 8), (Flatten(), Linear(64, 10), Softmax(1)))
    assert with_dropout(ends_in_softmax, 0.3).layers[1].kind == "Dropout"
