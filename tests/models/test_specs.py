import dataclasses
import inspect
import random

import pytest
from torch import nn

from cnnviz.builder.modules import module_of
from cnnviz.models import networks
from cnnviz.models.joins import OPERATIONS
from cnnviz.models.specs import (
    LAYER_CLASSES,
    MAX_LAYERS,
    AdaptiveAvgPool2d,
    Conv2d,
    Flatten,
    GroupNorm,
    Linear,
    MaxPool2d,
    NetworkSpec,
    ReLU,
    Residual,
    arguments_of,
    count_layers,
    layer_at,
    walk,
)

VALUES = {"number": 2.0, "volume": (2, 3, 4)}
TORCH_LAYERS = [kind for kind in LAYER_CLASSES if kind not in ("Residual", "Join")]


def module_class(kind: str) -> type[nn.Module]:
    return OPERATIONS.get(kind) or getattr(nn, kind)


@pytest.mark.parametrize("kind", TORCH_LAYERS)
def test_arguments_have_torchs_names_order_and_defaults(kind: str) -> None:
    ours = arguments_of(LAYER_CLASSES[kind])
    theirs = inspect.signature(module_class(kind)).parameters
    assert list(ours) == [name for name in theirs if name in ours]
    for name, argument in ours.items():
        if name in ("dim", "scale_factor"):  # torch guesses it, or wants it in its place
            assert argument.is_required
        elif argument.is_required:
            assert theirs[name].default is inspect.Parameter.empty
        else:
            assert (theirs[name].default or False) == (argument.default or False)


@pytest.mark.parametrize("kind", LAYER_CLASSES)
def test_every_layer_and_argument_is_explained_in_a_sentence(kind: str) -> None:
    assert LAYER_CLASSES[kind].__doc__.strip().split("\n")[0].endswith(".")
    for argument in arguments_of(LAYER_CLASSES[kind]).values():
        assert argument.help.endswith(".")


def test_positional_arguments_come_first_in_torch_so_that_written_code_is_read_right() -> None:
    for kind in TORCH_LAYERS:
        arguments = arguments_of(LAYER_CLASSES[kind])
        flags = [argument.is_positional for argument in arguments.values()]
        assert flags == sorted(flags, reverse=True)
        theirs = list(inspect.signature(module_class(kind)).parameters)
        count = sum(flags)
        assert theirs[:count] == list(arguments)[:count]


def test_a_pair_of_equal_numbers_is_one_number() -> None:
    assert Conv2d(3, 6, (5, 5)) == Conv2d(3, 6, 5)
    assert Conv2d(3, 6, [5, 3]).kernel_size == (5, 3)
    assert hash(Conv2d(3, 6, (5, 5))) == hash(Conv2d(3, 6, 5))


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda: Conv2d(0, 6, 5), "in_channels is 0"),
        (lambda: Conv2d(3, 6, 5.0), "kernel_size is 5.0"),
        (lambda: Conv2d(3, True, 5), "out_channels is True"),
        (lambda: Conv2d(3, 6, (1, 2, 3)), "kernel_size has 3 numbers"),
        (lambda: Conv2d(3, 6, 5, padding="big"), "padding is 'big'"),
        (lambda: Conv2d(3, 6, 5, padding=-1), "padding is -1"),
        (lambda: Conv2d(3, 6, 5, bias=1), "bias is 1"),
        (lambda: Conv2d(3, 10**5000, 5), "more than 12 digits"),
        (lambda: LAYER_CLASSES["Dropout"](float("nan")), "p is nan"),
        (lambda: LAYER_CLASSES["Dropout"](1.5), "p is 1.5"),
        (lambda: LAYER_CLASSES["GELU"]("exact"), "approximate is 'exact'"),
        (lambda: LAYER_CLASSES["Softmax"](0), "dim is 0"),
        (lambda: Residual(activation="Softmax"), "activation is 'Softmax'"),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_name_and_value(make, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        make()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("", (3, 32, 32)), "needs a name"),
        (("a" * 41, (3, 32, 32)), "41 characters"),
        (('"""', (3, 32, 32)), "quotes"),
        (("a\u202eb", (3, 32, 32)), "invisible"),
        (("LeNet", (32, 32)), "three numbers"),
        (("LeNet", (3, 32, 0)), "input width is 0"),
        (("LeNet", (3, 5000, 32)), "input height is 5000"),
        (("LeNet", (3, 32, 32), (ReLU(),) * (MAX_LAYERS + 1)), "321 layers"),
        (("LeNet", (3, 32, 32), (Residual((Residual((Residual((Residual(),)),)),)),)), "4 deep"),
    ],
)
def test_a_network_that_cannot_be_is_refused_with_a_sentence(arguments, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        NetworkSpec(*arguments)


def test_an_identity_shortcut_has_one_form_only() -> None:
    plain = Residual((ReLU(),))
    assert Residual((ReLU(),), in_channels=7, out_channels=9, stride=2, bias=True) == plain
    assert plain.shortcut_layers == ()


def test_a_convolutional_shortcut_holds_a_strided_1x1_convolution_and_batch_norm() -> None:
    block = Residual((), shortcut="conv", in_channels=3, out_channels=8, stride=2)
    convolution, norm = block.shortcut_layers
    assert convolution == Conv2d(3, 8, 1, stride=2, bias=False)
    assert norm.num_features == 8
    bare = dataclasses.replace(block, batch_norm=False, bias=True)
    assert bare.shortcut_layers == (Conv2d(3, 8, 1, stride=2),)


def test_walk_counts_and_finds_layers_in_blocks() -> None:
    block = Residual((Conv2d(3, 3, 3), ReLU()))
    spec = NetworkSpec("net", (3, 8, 8), (ReLU(), block, Flatten()))
    assert [path for path, _ in walk(spec.layers)] == [(0,), (1,), (1, 0), (1, 1), (2,)]
    assert count_layers(spec.layers) == 5
    assert layer_at(spec, (1, 1)) == ReLU()
    for path in ((3,), (1, 2), (0, 0), (), (-1,)):
        with pytest.raises(ValueError, match="no layer"):
            layer_at(spec, path)


@pytest.mark.parametrize("kind", TORCH_LAYERS)
def test_every_layer_makes_the_torch_module_of_its_name(kind: str) -> None:
    rng = random.Random(0)
    values = {
        name: VALUES.get(argument.kind) or rng.choice((2, 3))
        for name, argument in arguments_of(LAYER_CLASSES[kind]).items()
        if argument.is_required
    } | ({"dim": 1} if kind == "Unflatten" else {})
    module = module_of(LAYER_CLASSES[kind](**values))
    assert type(module) is module_class(kind)
    for name, value in values.items():
        set_to = getattr(module, name)
        assert set_to in (value, (value,), (value, value), (value,) * 4)


def test_the_layers_of_the_networks_are_what_the_papers_say() -> None:
    first = networks.alexnet().layers[0]
    assert first == Conv2d(3, 64, 11, stride=4, padding=2)
    assert count_layers(networks.resnet().layers) == 55
    assert [type(layer) for layer in networks.mlp().layers] == [
        Flatten, Linear, ReLU, Linear, ReLU, Linear,
    ]  # fmt: skip
    assert networks.tiny().layers[3] == AdaptiveAvgPool2d(1)
    assert MaxPool2d(2) in networks.lenet().layers
    assert GroupNorm(2, 4).num_channels == 4
