import random
from dataclasses import replace

import pytest
import torch
from torch import nn

from cnnviz.builder.convolutional import without_linear
from cnnviz.builder.counts import count_params
from cnnviz.builder.doctor import diagnose
from cnnviz.builder.doctor.symptoms import symptom_of
from cnnviz.builder.doctor.torch_words import torch_words
from cnnviz.builder.edits import (
    add_layer,
    change_arguments,
    change_input_shape,
    duplicate_layer,
    move_layer,
    remove_layer,
)
from cnnviz.builder.modules import build, module_of
from cnnviz.builder.names import layer_names
from cnnviz.builder.shapes import outcome, output_shape
from cnnviz.models import networks
from cnnviz.models.specs import (
    BatchNorm2d,
    Conv2d,
    ConvTranspose2d,
    Flatten,
    Layer,
    Linear,
    MaxPool2d,
    NetworkSpec,
    ReLU,
    Residual,
    Softmax,
    walk,
)
from tests.support.planted_mistakes import MISTAKES
from tests.support.random_networks import LAYER_CLASSES, random_layer, random_network

pytestmark = pytest.mark.filterwarnings(
    "ignore:dropout2d", "ignore:Using padding='same'", "ignore:input's size at dim=1"
)

# torch lets these pass, and gives numbers that make no sense.
WITHOUT_ERROR = ("a mean after the Flatten", "a block that flattens")
WITHOUT_NUMBERS = ("a pooling", "padding", "a mean", "the Flatten came", "BatchNorm", "batch stat",
                   "a transposed convolution cut")  # fmt: skip


def run(spec: NetworkSpec) -> tuple[int, ...]:
    """The shape that two real pictures come out with, without the batch."""
    with torch.inference_mode():
        batch = build(spec).eval()(torch.zeros(2, *spec.input_shape))
    assert batch.shape[0] == 2
    return tuple(batch.shape[1:])


LENET = networks.lenet()


def test_there_are_at_least_thirty_planted_mistakes() -> None:
    assert len(MISTAKES) >= 30


@pytest.mark.parametrize("spec", MISTAKES.values(), ids=MISTAKES)
def test_every_mend_of_a_planted_mistake_makes_the_whole_network_run(spec: NetworkSpec) -> None:
    diagnosis = diagnose(spec)
    assert diagnosis is not None
    assert len(diagnosis.mends) >= 2
    assert len({mend.label for mend in diagnosis.mends}) == len(diagnosis.mends)
    for mend in diagnosis.mends:
        assert mend.why.endswith(".")
        assert run(mend.spec) == output_shape(mend.spec)


@pytest.mark.parametrize("name", MISTAKES)
def test_torchs_own_message_is_the_one_that_a_script_would_show(name: str) -> None:
    spec = MISTAKES[name]
    if name in WITHOUT_ERROR:
        assert "no error" in diagnose(spec).torch_message
        return
    with pytest.raises((RuntimeError, ValueError, IndexError)) as caught, torch.inference_mode():
        build(spec).eval()(torch.zeros(1, *spec.input_shape))
    assert diagnose(spec).torch_message == str(caught.value)


@pytest.mark.parametrize("name", MISTAKES)
def test_the_sentence_names_both_numbers_in_place(name: str) -> None:
    diagnosis = diagnose(MISTAKES[name])
    if diagnosis.expected is None:
        assert name.startswith(WITHOUT_NUMBERS)
        return
    assert f"{diagnosis.expected:,}" in diagnosis.sentence
    assert f"{diagnosis.arrived:,}" in diagnosis.sentence
    assert diagnosis.sentence.endswith(".")


def labels(spec: NetworkSpec) -> list[str]:
    return [mend.label for mend in diagnose(spec).mends]


def test_lenet_at_64_is_explained_and_mended_as_in_the_tutorial() -> None:
    diagnosis = diagnose(change_input_shape(networks.lenet(), (3, 64, 64)))
    assert diagnosis.path == (7,)
    assert diagnosis.title == "layer 8, fc1"
    assert diagnosis.arriving == (2704,)
    assert diagnosis.sentence == (
        "This Linear expects 400 numbers; 16 × 13 × 13 = 2,704 arrive, because the input is "
        "64 × 64 and not 32 × 32."
    )
    assert diagnosis.torch_message == (
        "mat1 and mat2 shapes cannot be multiplied (1x2704 and 400x120)"
    )
    mended = {mend.label: output_shape(mend.spec) for mend in diagnosis.mends}
    assert mended["Set in_features = 2704 in fc1"] == (10,)
    assert mended["Resize the input to 32 × 32"] == (10,)
    assert mended["Add AdaptiveAvgPool2d(5) before the Flatten"] == (10,)
    assert mended["Turn the Linear layers into convolutions"] == (10, 9, 9)


def test_a_forgotten_pooling_is_not_blamed_on_the_input() -> None:
    lenet = networks.lenet()
    found = diagnose(remove_layer(lenet, (5,)))
    assert found is not None
    assert "the maps are 10 × 10 and not 5 × 5: a pooling may be missing" in found.sentence
    assert found.mends[0].label == "Add MaxPool2d(2) before the Flatten"
    assert found.mends[0].spec.layers[5] == lenet.layers[5]
    wide = diagnose(change_arguments(lenet, (3,), padding=(7, 7)))
    assert wide is not None
    assert wide.sentence.endswith("because the maps are 12 × 12 and not 5 × 5.")
    small = diagnose(change_input_shape(lenet, (3, 64, 64)))  # of another usual size
    assert small is not None
    assert "the input is 64 × 64 and not 32 × 32" in small.sentence


@pytest.mark.parametrize("index", [0, 3])
def test_a_stride_of_a_hundred_is_not_blamed_on_the_input(index: int) -> None:
    found = diagnose(change_arguments(networks.lenet(), (index,), stride=(100, 100)))
    assert found is not None
    assert f"because layer {index + 1}, conv" in found.sentence
    assert "goes on by 100 × 100 at a time (its stride) and sees 5 × 5" in found.sentence
    assert "input" not in found.sentence


def test_a_block_names_the_layer_that_lost_its_padding() -> None:
    layers = (Conv2d(8, 8, 3, padding=1), ReLU(), Conv2d(8, 8, 3))
    found = diagnose(NetworkSpec("Mine", (8, 16, 16), (ReLU(), Residual(layers))))
    assert found is not None
    assert found.sentence.endswith(
        "only equal shapes can be added, because layer 2.3, Conv2d, takes away 2 rows and 2 "
        "columns: its kernel is 3 × 3 and its padding 0 × 0."
    )
    strided = replace(layers[0], stride=2)  # is no loss of padding: the shortcut is to follow it
    found = diagnose(NetworkSpec("Mine", (8, 16, 16), (Residual((strided,)),)))
    assert found is not None
    assert "takes away" not in found.sentence


def test_swapped_numbers_of_a_linear_layer_are_recognised() -> None:
    found = diagnose(NetworkSpec("net", (3, 32, 32), (Flatten(), Linear(10, 3072))))
    assert found is not None
    assert found.mends[0].label == "Swap the two numbers: Linear(3072, 10)"
    assert output_shape(found.mends[0].spec) == (10,)
    other = diagnose(NetworkSpec("net", (3, 32, 32), (Flatten(), Linear(10, 3000))))
    assert other is not None
    assert not any("Swap" in mend.label for mend in other.mends)


def test_lenet_on_mnist_can_be_padded_to_32() -> None:
    spec = change_input_shape(networks.lenet(1), (1, 28, 28))
    diagnosis = diagnose(spec)
    assert "16 × 4 × 4 = 256 arrive" in diagnosis.sentence
    padded = next(mend for mend in diagnosis.mends if mend.label.startswith("Pad"))
    assert padded.label == "Pad the picture: padding = 2 in the first layer"
    assert padded.spec.layers[0] == Conv2d(1, 6, 5, padding=2)
    resize = next(mend for mend in diagnosis.mends if mend.label.startswith("Resize"))
    assert resize.why == "Every size from 32 × 32 to 35 × 35 fits."


def test_an_mlp_for_mnist_asks_for_grey_pictures_again() -> None:
    diagnosis = diagnose(MISTAKES["an MLP for MNIST given CIFAR-10"])
    assert diagnosis.sentence == (
        "This Linear expects 784 numbers; 3 × 32 × 32 = 3,072 arrive, because the input is "
        "3 × 32 × 32 and not 1 × 28 × 28."
    )
    assert "Resize the input to 1 × 28 × 28" in labels(MISTAKES["an MLP for MNIST given CIFAR-10"])


def test_a_wider_convolution_is_named_as_the_cause() -> None:
    spec = change_arguments(networks.lenet(), (3,), out_channels=32)
    diagnosis = diagnose(spec)
    assert diagnosis.sentence == (
        "This Linear expects 400 numbers; 32 × 5 × 5 = 800 arrive, because layer 4, conv2 makes "
        "32 channels and not 16."
    )
    assert "Let conv2 make 16 channels" in labels(spec)


@pytest.mark.parametrize(
    ("edit", "cause", "undone"),
    [
        (lambda spec: change_arguments(spec, (3,), stride=100),
         "because stride of layer 4, conv2 became 100 (it was 1)", ": stride = 1 in conv2"),
        (lambda spec: change_arguments(spec, (7,), in_features=300),
         "because in_features of layer 8, fc1 became 300 (it was 400)",
         ": in_features = 400 in fc1"),
        (lambda spec: remove_layer(spec, (2,)), "because layer 3, pool1 is gone", ""),
        (lambda spec: duplicate_layer(spec, (2,)), "was added", ""),
        (lambda spec: change_input_shape(spec, (3, 64, 64)),
         "because the input became 3 × 64 × 64 (it was 3 × 32 × 32)", ""),
    ],
)  # fmt: skip
def test_the_last_change_is_the_first_suspect_and_taking_it_back_the_first_mend(
    edit, cause, undone
):
    broken = edit(LENET)
    found = diagnose(broken, (LENET, broken))
    assert found is not None
    assert cause in found.sentence
    first = found.mends[0]
    assert (first.label, first.spec) == (f"Undo the last change{undone}", LENET)
    assert first.spec not in [mend.spec for mend in found.mends[1:]]
    later = diagnose(change_arguments(broken, (0,), bias=False), (LENET, broken))
    assert later is not None
    assert later.mends[0].label == "Back to the last network that fitted"
    if undone:  # what was changed since stays
        assert later.mends[1].label == f"Set{undone.removeprefix(':')}"
        assert later.mends[1].spec == change_arguments(LENET, (0,), bias=False)


BLOCK = Residual((Conv2d(8, 8, 3, padding=1), ReLU(), Conv2d(8, 8, 3, padding=1)))
WIDER = Residual(
    (Conv2d(8, 16, 3, stride=2, padding=1),),
    shortcut="conv",
    in_channels=8,
    out_channels=16,
    stride=2,
)
BLOCKS = NetworkSpec("n", (3, 16, 16), (Conv2d(3, 8, 3), BLOCK, WIDER))


@pytest.mark.parametrize(
    ("before", "edit", "cause", "undone"),
    [
        (LENET, lambda spec: move_layer(spec, (5,), (7,)),
         "because layer 8, pool2 was moved from place 6.", ""),
        (BLOCKS, lambda spec: move_layer(spec, (0,), (2,)),
         "because layer 3, conv was moved from place 1.", ""),
        (BLOCKS, lambda spec: add_layer(spec, (1, 1), MaxPool2d(2)),
         "because layer 2.2, MaxPool2d was added.", ""),
        (BLOCKS, lambda spec: remove_layer(spec, (2, 0)),
         "because layer 3.1, Conv2d is gone.", ""),
        (BLOCKS, lambda spec: change_arguments(spec, (1, 2), padding=0),
         "because padding of layer 2.3, Conv2d became 0 (it was 1).", ": padding = 1 in layer 2.3"),
        (BLOCKS, lambda spec: change_arguments(spec, (2,), shortcut="identity"),
         "because shortcut of block 3, block2 became 'identity' (it was 'conv').",
         ": shortcut = 'conv' in block2"),
    ],
)  # fmt: skip
def test_the_last_change_is_named_in_blocks_and_by_what_the_hand_did(before, edit, cause, undone):
    broken = edit(before)
    found = diagnose(broken, (before, broken))
    assert found is not None
    assert found.sentence.endswith(cause)
    assert (found.mends[0].label, found.mends[0].spec) == (f"Undo the last change{undone}", before)


@pytest.mark.parametrize(
    ("place", "changed", "label"),
    [
        (0, {"padding": 0}, "Set padding = 1 in layer 2.1"),
        (2, {"stride": 2}, "Set stride = 1 in layer 2.3"),
        (2, {"out_channels": 4}, "Set out_channels = 8 in layer 2.3"),
    ],
)
def test_a_mend_inside_of_a_block_says_whose_argument_it_sets(place, changed, label):
    spec = change_arguments(BLOCKS, (1, place), **changed)
    (mend,) = [mend for mend in diagnose(spec).mends if mend.label == label]
    assert output_shape(mend.spec) == output_shape(BLOCKS)


@pytest.mark.parametrize(("path", "stride", "meant"), [((3,), 100, 1), ((0,), 30, 1), ((2,), 9, 2)])
def test_a_stride_that_leaps_is_set_back_first_where_nobody_knows_what_it_was(path, stride, meant):
    spec = change_arguments(LENET, path, stride=stride)
    assert diagnose(spec).mends[0].label.startswith(f"Set stride = {meant} in ")
    assert diagnose(spec).mends[0].spec == change_arguments(LENET, path, stride=meant)


def test_a_forgotten_flatten_is_the_first_mend() -> None:
    spec = remove_layer(networks.lenet(), (6,))
    first = diagnose(spec).mends[0]
    assert first.label == "Add a Flatten before fc1"
    assert first.spec == networks.lenet()


def test_a_block_that_changes_the_shape_is_offered_a_shortcut() -> None:
    first = diagnose(MISTAKES["a block that changes both"]).mends[0]
    assert first.label == "Add a 1×1 shortcut: 3 → 8 channels, stride 2"
    block = first.spec.layers[0]
    assert isinstance(block, Residual)
    assert block.shortcut_layers[0] == Conv2d(3, 8, 1, stride=2, bias=False)


def test_a_network_that_fits_has_no_diagnosis() -> None:
    for make in networks.NETWORKS.values():
        assert diagnose(make()) is None


@pytest.mark.parametrize("seed", range(60))
def test_every_mend_of_a_random_mistake_makes_the_whole_network_fit(seed: int) -> None:
    rng = random.Random(seed)
    spec = random_network(seed)
    paths = [path for path, _ in walk(spec.layers)]
    layers = list(spec.layers)
    place = rng.randrange(len(paths))
    wrong = random_layer(rng, rng.choice(LAYER_CLASSES), (rng.randint(1, 9), 7, 5))
    layers.insert(min(place, len(layers)), wrong)
    spoilt = replace(spec, layers=tuple(layers))
    diagnosis = diagnose(spoilt)
    assert (diagnosis is None) == (output_shape(spoilt) is not None)
    if diagnosis is not None:
        assert diagnosis.mends  # the wrong layer can always be taken out again
        for mend in diagnosis.mends:
            assert output_shape(mend.spec) is not None
        if sum(map(count_params, diagnosis.mends[0].spec.layers)) < 10**6:
            run(diagnosis.mends[0].spec)


def test_many_mistakes_at_once_still_have_a_mend() -> None:
    wrong = (Conv2d(3, 8, 3), Flatten(), MaxPool2d(9), Softmax(3), BatchNorm2d(5), Conv2d(9, 9, 9))
    diagnosis = diagnose(NetworkSpec("net", (1, 8, 8), wrong * 3))
    assert diagnosis.mends
    for mend in diagnosis.mends:
        assert run(mend.spec) == output_shape(mend.spec)


def test_every_refusal_of_a_random_layer_has_a_sentence_and_torchs_own_words() -> None:
    rng = random.Random(5)
    tried = 0
    while tried < 400:
        arriving = (rng.choice((1, 2, 3, 4, 6)), rng.randint(1, 9), rng.randint(1, 9))
        arriving = arriving if rng.random() < 0.8 else arriving[:1]
        layer = random_layer(rng, rng.choice(LAYER_CLASSES), (rng.choice((1, 2, 4)), 5))
        problem = outcome(layer, arriving).problem
        if problem is None:
            continue
        tried += 1
        assert symptom_of(layer, arriving, problem).kind != "other", (layer, arriving)
        try:
            with torch.inference_mode():
                module_of(layer).eval()(torch.zeros(1, *arriving))
        except (RuntimeError, ValueError, IndexError) as error:
            assert torch_words(layer, arriving, problem) == str(error)


def test_torchs_words_about_a_layer_of_billions_of_weights_cost_nothing() -> None:
    words = torch_words(Linear(16_777_216, 65_536), (2704,), "")
    assert words == ("mat1 and mat2 shapes cannot be multiplied (1x2704 and 16777216x65536)")


def test_linear_layers_become_convolutions_with_as_many_parameters() -> None:
    converted = without_linear(networks.lenet())
    assert converted.layers == networks.lenet_fully_conv().layers
    assert sum(map(count_params, converted.layers)) == 62_006
    with pytest.raises(ValueError, match="no Linear"):
        without_linear(networks.lenet_fully_conv())


def test_convolutions_with_the_linear_layers_weights_give_the_same_scores() -> None:
    lenet, convolved = (
        build(networks.lenet()).eval(),
        build(without_linear(networks.lenet())).eval(),
    )
    targets = convolved.state_dict()
    weights = zip(targets, lenet.state_dict().values(), strict=True)
    convolved.load_state_dict({name: w.reshape(targets[name].shape) for name, w in weights})
    picture = torch.rand(1, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        difference = convolved(picture).flatten(1) - lenet(picture)
    assert difference.abs().max() < 1e-6


@pytest.mark.parametrize("dilation", [1, 2, 3])
@pytest.mark.parametrize("kernel_size", [2, 3, 4, 5])
def test_a_pooling_is_padded_by_half_its_window_without_the_holes(kernel_size, dilation) -> None:
    half = kernel_size // 2
    picture = torch.zeros(1, 3, 40, 40)
    nn.MaxPool2d(kernel_size, 1, half, dilation)(picture)
    with pytest.raises(RuntimeError, match="half of"):
        nn.MaxPool2d(kernel_size, 1, half + 1, dilation)(picture)
    pool = MaxPool2d(kernel_size, 1, half + 1, dilation)
    found = diagnose(NetworkSpec("net", (3, 40, 40), (pool,)))
    assert found is not None
    assert f"padding = {half + 1} is more than {half}, half of the window" in found.sentence
    assert any(output_shape(mend.spec) for mend in found.mends)


def net(*layers: Layer) -> NetworkSpec:
    return NetworkSpec("net", (3, 16, 16), layers)


@pytest.mark.parametrize(
    ("spec", "first"),
    [(net(Conv2d(3, 8, 3), Flatten(), Linear(10, 1568)), "Swap the two numbers: Linear(1568, 10)"),
     (net(Linear(10, 768)), "Add a Flatten before fc and swap its numbers: Linear(768, 10)"),
     (net(Conv2d(8, 3, 3)), "Swap the two numbers: Conv2d(3, 8, …)"),
     (net(Conv2d(3, 8, 3), Flatten(), Linear(8, 10)),
      "Add AdaptiveAvgPool2d(1) before the Flatten"),
     (net(Residual((Conv2d(3, 8, 3, stride=2, padding=1),
                    ConvTranspose2d(8, 3, 3, stride=2, padding=1)), "none")),
      "Set output_padding = 1 in layer 1.2")],
)  # fmt: skip
def test_the_likeliest_mend_comes_first(spec: NetworkSpec, first: str) -> None:
    mend = diagnose(spec).mends[0]
    assert mend.label == first
    assert run(mend.spec) == output_shape(mend.spec)


def test_of_maps_that_were_to_be_averaged_the_picture_is_not_blamed() -> None:
    spec = net(Conv2d(3, 8, 3), Flatten(), Linear(8, 10))
    assert "because each of the 8 maps has 14 × 14 numbers and not one" in diagnose(spec).sentence


@pytest.mark.parametrize("spec", MISTAKES.values(), ids=MISTAKES)
def test_no_label_calls_two_layers_alike(spec: NetworkSpec) -> None:
    """What is removed in the first step is no more the place of the second."""
    names = set(layer_names(spec.layers))
    for mend in diagnose(spec).mends:
        places = [place for place, _ in mend.further]
        assert all(place.startswith("the new ") or place.split(".")[0] in names for place in places)
        assert mend.label.partition(";")[0].removeprefix("Remove ") not in places


def test_a_mend_of_many_steps_says_them_all_beside_a_short_label() -> None:
    """Of networks with two mistakes at random: no label is longer than a button can show."""
    rng, most = random.Random(5), 0
    for _ in range(60):
        layers = [*LENET.layers]
        for place in rng.sample(range(len(layers)), 2):
            layers[place] = rng.choice(layers)
        found = diagnose(replace(LENET, layers=tuple(layers)))
        mends = found.mends if found else ()
        assert len({(mend.label, mend.scope) for mend in mends}) == len(mends)
        for mend in mends:
            assert len(mend.label) <= 95
            assert all(f"at {place}: {what}." in mend.why for place, what in mend.further)
            most = max(most, len(mend.further))
    assert most > 1
