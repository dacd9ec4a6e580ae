import random

import pytest

from cnnviz.builder import edits
from cnnviz.builder.fitting import fill_shortcut, fit, fit_layers, new_layer
from cnnviz.builder.history import MAX_STEPS, History
from cnnviz.builder.shapes import output_shape, shape_after
from cnnviz.models import networks
from cnnviz.models.specs import (
    LAYER_CLASSES,
    MAX_LAYERS,
    BatchNorm2d,
    Conv2d,
    Flatten,
    GroupNorm,
    Linear,
    NetworkSpec,
    ReLU,
    Residual,
    Tanh,
    layer_at,
    walk,
)
from tests.support.random_networks import random_network

A, B, C = Conv2d(3, 3, 1), ReLU(), Tanh()
BLOCK = Residual((A, B))
SPEC = NetworkSpec("net", (3, 8, 8), (A, BLOCK, C))


def layers_of(spec: NetworkSpec) -> tuple:
    return spec.layers


@pytest.mark.parametrize(
    ("edited", "expected"),
    [
        (lambda: edits.add_layer(SPEC, (0,), B), (B, A, BLOCK, C)),
        (lambda: edits.add_layer(SPEC, (3,), B), (A, BLOCK, C, B)),
        (lambda: edits.add_layer(SPEC, (1, 0), C), (A, Residual((C, A, B)), C)),
        (lambda: edits.add_layer(SPEC, (1, 2), C), (A, Residual((A, B, C)), C)),
        (lambda: edits.remove_layer(SPEC, (1,)), (A, C)),
        (lambda: edits.remove_layer(SPEC, (1, 0)), (A, Residual((B,)), C)),
        (lambda: edits.duplicate_layer(SPEC, (0,)), (A, A, BLOCK, C)),
        (lambda: edits.duplicate_layer(SPEC, (1, 1)), (A, Residual((A, B, B)), C)),
        (lambda: edits.duplicate_layer(SPEC, (1,)), (A, BLOCK, BLOCK, C)),
        (lambda: edits.move_layer(SPEC, (0,), (2,)), (BLOCK, C, A)),
        (lambda: edits.move_layer(SPEC, (2,), (0,)), (C, A, BLOCK)),
        (lambda: edits.move_layer(SPEC, (0,), (0, 0)), (Residual((A, A, B)), C)),
        (lambda: edits.move_layer(SPEC, (2,), (1, 2)), (A, Residual((A, B, C)))),
        (lambda: edits.move_layer(SPEC, (1, 1), (0,)), (B, A, Residual((A,)), C)),
        (lambda: edits.move_layer(SPEC, (1, 0), (1, 1)), (A, Residual((B, A)), C)),
        (lambda: edits.replace_layer(SPEC, (1, 1), C), (A, Residual((A, C)), C)),
        (
            lambda: edits.change_arguments(SPEC, (1, 0), kernel_size=(3, 3), padding="same"),
            (A, Residual((Conv2d(3, 3, 3, padding="same"), B)), C),
        ),
        (lambda: edits.change_arguments(SPEC, (1,), activation="none"),
         (A, Residual((A, B), "none"), C)),
    ],
)  # fmt: skip
def test_an_edit_gives_the_expected_layers_and_leaves_the_old_network(edited, expected) -> None:
    assert edited().layers == expected
    assert SPEC.layers == (A, BLOCK, C)


@pytest.mark.parametrize(
    ("edited", "sentence"),
    [
        (lambda: edits.add_layer(SPEC, (4,), B), "no place 5 among 3 layers"),
        (lambda: edits.add_layer(SPEC, (0, 0), B), "a Conv2d holds no layers"),
        (lambda: edits.add_layer(SPEC, (), B), "at least one number"),
        (lambda: edits.remove_layer(SPEC, (3,)), "no place 4"),
        (lambda: edits.remove_layer(SPEC, (-1,)), "no place"),
        (lambda: edits.remove_layer(SPEC, (1, 2)), "no place 3 among 2"),
        (lambda: edits.move_layer(SPEC, (1,), (1, 0)), "holds no layers"),
        (lambda: edits.change_arguments(SPEC, (0,), colour=1), "Conv2d has no argument colour"),
        (lambda: edits.change_arguments(SPEC, (0,), kernel_size=0), "kernel_size is 0"),
        (lambda: edits.change_input_shape(SPEC, (3, 0, 1)), "input height is 0"),
        (lambda: edits.rename(SPEC, "'"), "quotes"),
        (
            lambda: edits.add_layer(NetworkSpec("n", (3, 8, 8), (B,) * MAX_LAYERS), (0,), B),
            "321 layers",
        ),
    ],
)
def test_an_edit_that_cannot_be_is_refused_with_a_sentence(edited, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        edited()


def test_the_shape_that_arrives_is_known_everywhere_also_behind_the_last_layer() -> None:
    spec = networks.lenet()
    assert edits.arriving_shape(spec, (0,)) == (3, 32, 32)
    assert edits.arriving_shape(spec, (7,)) == (400,)
    assert edits.arriving_shape(spec, (12,)) == (10,)
    assert edits.arriving_shape(SPEC, (1, 1)) == (3, 8, 8)
    wrong = edits.change_input_shape(spec, (3, 64, 64))
    assert edits.arriving_shape(wrong, (7,)) == (2704,)
    assert edits.arriving_shape(wrong, (8,)) is None


@pytest.mark.parametrize("kind", LAYER_CLASSES)
def test_a_new_layer_fits_where_it_is_added_and_keeps_the_channels(kind: str) -> None:
    flat_only = ("Linear", "BatchNorm1d", "Unflatten")
    arriving = (24,) if kind in flat_only else (24, 8, 6)
    layer = new_layer(kind, arriving)
    after = shape_after((layer,), arriving)
    assert after is not None
    others = ("Linear", "Flatten", "PixelShuffle", "PixelUnshuffle", "Chunk", "ChannelPool", "GLU")
    if kind not in others:
        assert after[0] == 24


def test_a_last_convolution_makes_sixteen_channels() -> None:
    assert new_layer("Conv2d", (3, 8, 8), is_last=True) == Conv2d(3, 16, 3, padding=1)


def test_an_unknown_layer_is_refused() -> None:
    with pytest.raises(ValueError, match="no layer 'LSTM'"):
        new_layer("LSTM", (3, 8, 8))


def test_fitting_sets_what_arrives_and_nothing_else() -> None:
    assert fit(Conv2d(3, 8, 5, stride=2), (7, 9, 9)) == Conv2d(7, 8, 5, stride=2)
    assert fit(Linear(3, 8), (7,)) == Linear(7, 8)
    assert fit(BatchNorm2d(3), (7, 9, 9)) == BatchNorm2d(7)
    assert fit(GroupNorm(4, 8), (6, 9, 9)) == GroupNorm(2, 6)
    assert fit(Conv2d(8, 16, 3, groups=8), (6, 9, 9)) == Conv2d(6, 12, 3, groups=6)


def test_fitting_a_row_mends_every_size_behind_a_change() -> None:
    spec = edits.change_arguments(networks.lenet(), (0,), out_channels=9)
    assert output_shape(spec) is None
    fitted = fit_layers(spec.layers, (1, 28, 28))
    assert shape_after(fitted, (1, 28, 28)) == (10,)
    assert fitted[3] == Conv2d(9, 16, 5)
    assert fitted[7] == Linear(256, 120)


@pytest.mark.parametrize("seed", range(20))
def test_fitting_mends_random_networks_whose_sizes_were_spoilt(seed: int) -> None:
    spec = random_network(seed)
    assert fit_layers(spec.layers, spec.input_shape) == spec.layers
    rng = random.Random(seed)
    spoilt = spec
    for path, layer in walk(spec.layers):
        if isinstance(layer, Linear) and rng.random() < 0.5:
            spoilt = edits.change_arguments(spoilt, path, in_features=layer.in_features + 1)
        if isinstance(layer, Conv2d) and layer.groups == 1 and layer.in_channels > 1:
            more = layer.in_channels + 1
            spoilt = edits.change_arguments(spoilt, path, in_channels=more)
    assert fit_layers(spoilt.layers, spec.input_shape) == spec.layers


def test_a_block_set_to_a_convolutional_shortcut_gets_the_channels_and_stride_it_needs() -> None:
    block = Residual((Conv2d(3, 8, 3, stride=2, padding=1),))
    spec = NetworkSpec("net", (3, 9, 9), (block, Flatten()))
    assert output_shape(spec) is None
    mended = edits.change_arguments(spec, (0,), shortcut="conv")
    assert output_shape(mended) == (200,)
    shortcut = layer_at(mended, (0,)).shortcut_layers[0]
    assert shortcut == Conv2d(3, 8, 1, stride=2, bias=False)
    other = edits.change_arguments(spec, (0,), shortcut="conv", stride=3)
    assert layer_at(other, (0,)).stride == 3


def test_a_shortcut_is_left_alone_where_the_layers_do_not_fit() -> None:
    block = Residual((Conv2d(4, 8, 3),))
    assert fill_shortcut(block, (3, 9, 9)) == block


def test_undo_and_redo_walk_through_all_states() -> None:
    states = [edits.rename(SPEC, f"net {step}") for step in range(4)]
    history = History(states[0])
    assert not history.can_undo
    assert history.undo() is history
    for state in states[1:]:
        history = history.push(state)
    assert history.push(states[3]) is history
    back = history.undo().undo()
    assert back.present == states[1]
    assert back.redo().redo() == history
    assert history.redo() is history
    branch = back.push(SPEC)
    assert not branch.can_redo
    assert branch.undo().present == states[1]


def test_a_history_forgets_its_oldest_states() -> None:
    history = History(SPEC)
    for step in range(3 * MAX_STEPS):
        history = history.push(edits.rename(SPEC, f"net {step}"))
    assert len(history.past) == MAX_STEPS
