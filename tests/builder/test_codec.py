import base64
import json
import random
import string
import time
import tracemalloc
import zlib

import pytest

from cnnviz.builder import codec
from cnnviz.builder.codec import CodecError, decode, encode, fits_address
from cnnviz.builder.entries import entries_of
from cnnviz.builder.network_file import from_json, to_json
from cnnviz.models import joined_networks, networks
from cnnviz.models.specs import (
    MAX_LAYERS,
    BatchNorm2d,
    Conv2d,
    Dropout,
    MaxPool2d,
    NetworkSpec,
    ReLU,
    Residual,
)
from tests.support.random_networks import random_layer, random_network

MANY = NetworkSpec(
    "été: 4 × 4",
    (1, 8, 9),
    (
        Residual(
            (Conv2d(1, 1, 3, padding="same", padding_mode="reflect", bias=False),),
            "GELU",
            "conv",
            in_channels=1,
            out_channels=2,
            stride=(2, 1),
            batch_norm=False,
        ),
        MaxPool2d(2, None, 1, ceil_mode=True),
        Dropout(0.25),
        BatchNorm2d(2, eps=0.001),
    ),
)
# Links that are out in the world, and the dictionary that they were made with.
CRC, YOUNGER_CRC = 2690672307, 3566290186
SHARED = {
    "2nNO6G43bYRu3AA": networks.lenet(),
    "2ahIaG22XjLZLRtslw6hdAgA": networks.NETWORKS["AlexNet"](),
    "2_w3E7dmxAAAAAMAgf-tJ7CyN1J-9Un_qT_2pP_Wn_tSf-lN_6u-pvwA": networks.resnet(),
    "2tq1yi1Y6vLLk8EorBROFw9MVTMDJ2ULHEjmGcU2nQucTMQfF0OouREUTbaRjGItl1pSEoV4sk7M460X"
    "YzCm-lTKwuViU8RHc6QDvehHcc-FGpsQOPkKn2g30DAxAhQwA": MANY,
    "36ovdGz2YafRgptGDmUYPZho9mGn0YKbRg5mG4MFMAA": joined_networks.unet(),
}
NAMES = ["a_b.c~d-e", "été: 4 × 4", "(x) 1/2 & more", "網路", "%41", "a+b c"]


def deflated(text: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, zdict=codec.COMMON)
    return packer.compress(text) + packer.flush()


def sealed(packed: bytes) -> str:
    """A string whose check is right, whatever it holds."""
    data = codec._check(packed) + packed
    return "2" + base64.urlsafe_b64encode(data).decode().rstrip("=")


@pytest.mark.parametrize("seed", range(200))
def test_a_random_network_comes_back_from_its_address_and_its_file(seed: int) -> None:
    spec = random_network(seed)
    assert decode(encode(spec)) == spec
    assert from_json(to_json(spec)) == spec
    assert from_json(to_json(spec).encode()) == spec


@pytest.mark.parametrize("name", NAMES)
def test_any_name_comes_back(name: str) -> None:
    spec = NetworkSpec(name, (3, 32, 32), (ReLU(),))
    assert decode(encode(spec)) == spec
    assert from_json(to_json(spec)) == spec


@pytest.mark.parametrize("make", networks.NETWORKS.values(), ids=networks.NETWORKS)
def test_the_ready_made_networks_come_back(make) -> None:
    assert decode(encode(make())) == make()
    assert from_json(to_json(make())) == make()


def test_addresses_are_short_and_need_no_escaping() -> None:
    lengths = {name: len(encode(make())) for name, make in networks.NETWORKS.items()}
    assert lengths["LeNet"] <= 20
    assert lengths["AlexNet"] <= 30
    assert lengths["ResNet18"] <= 60
    assert len(encode(networks.resnet((3, 4, 6, 3)))) <= 90  # ResNet34
    codes = [encode(random_network(seed)) for seed in range(60)]
    assert set("".join(codes)) <= set(string.ascii_letters + string.digits + "-_")
    assert max(map(len, codes)) <= 250


@pytest.mark.parametrize("name", ["unet", "inception", "densenet"])
def test_joined_networks_have_short_links_and_their_older_ones_are_read(name: str) -> None:
    spec = getattr(joined_networks, name)()
    assert len(encode(spec)) <= 50
    text = json.dumps([spec.name, spec.input_shape, entries_of(spec.layers)])
    older = codec._packed(text, "2")
    assert len(older) > 3 * len(encode(spec))
    assert decode(older) == spec


def test_the_longest_network_still_is_read_and_says_that_it_needs_a_file() -> None:
    rng = random.Random(0)
    layers = tuple(
        Conv2d(rng.randint(1, 65536), rng.randint(1, 65536), (rng.randint(1, 1024), 3),
               stride=(rng.randint(1, 1024), 7), padding=(5, rng.randint(0, 1024)),
               dilation=(rng.randint(2, 1024), 3), groups=rng.randint(2, 65536), bias=False,
               padding_mode="circular")
        for _ in range(MAX_LAYERS)
    )  # fmt: skip
    spec = NetworkSpec("a" * 40, (3, 4096, 4095), layers)
    code = encode(spec)
    assert not fits_address(code)
    assert len(code) > codec.MAX_CODE or decode(code) == spec
    assert from_json(to_json(spec)) == spec
    assert fits_address(encode(networks.resnet((3, 4, 6, 3))))


def test_all_arguments_that_a_link_may_hold_are_inflated() -> None:
    """A network of the largest number of layers, written out: what is packed is never cut off."""
    layers = tuple(random_layer(random.Random(seed), Conv2d, (3, 9, 9)) for seed in range(40)) * 8
    assert len(layers) == MAX_LAYERS
    assert decode(encode(NetworkSpec("net", (3, 9, 9), layers))).layers == layers


def test_links_that_are_out_stay_readable() -> None:
    """Written out here once and for all: a change that breaks them breaks what people have sent."""
    assert zlib.crc32(codec.COMMON) == CRC
    assert zlib.crc32(codec.YOUNGER) == YOUNGER_CRC
    for code, spec in SHARED.items():
        assert decode(code) == spec


def test_links_of_version_1_are_refused_with_a_sentence() -> None:
    with pytest.raises(CodecError, match="this version of the app"):
        decode("13u18.80n1")


@pytest.mark.parametrize("spec", [networks.lenet(), networks.resnet()], ids=["LeNet", "ResNet18"])
def test_a_damaged_address_is_refused_and_never_another_network(spec: NetworkSpec) -> None:
    code = encode(spec)
    rng = random.Random(1)
    for place in range(len(code)):
        damaged = [code[:place], code[:place] + code[place + 1 :]]
        damaged += [
            code[:place] + letter + code[place + 1 :] for letter in rng.sample("aZ09._-~ é", 5)
        ]
        for text in damaged:
            if text != code:
                with pytest.raises(CodecError, match=r"link.*\.$"):
                    decode(text)


def held(*content: object) -> bytes:
    return deflated(json.dumps(content).encode())


SHAPE = [3, 32, 32]


@pytest.mark.parametrize(
    "packed",
    [
        b"", b"\x00" * 50, b"\xff" * 9, deflated(b""), deflated(b"{"), deflated(b"3"),
        deflated(b"{}"), deflated(b'{"a":1,"b":2,"c":3}'), deflated(b"[1,2,3]"), deflated(b"\xff"),
        deflated(b"[" * 99_000), deflated(b"9" * 99_000), deflated(b'["a",[3,32,32],[]]')[:-1],
        deflated(b"_" * 10_000_000), deflated(b" " * 50_000_000),
        deflated(b"[" * codec.MAX_TEXT * 2),
        held("a", SHAPE), held("a", SHAPE, [], []), held(3, SHAPE, []), held("'", SHAPE, []),
        held("a" * 41, SHAPE, []), held("\n", SHAPE, []), held("a", [3, 32], []),
        held("a", [3, 0, 32], []), held("a", [3, 9999, 32], []), held("a", [3.0, 32, 32], []),
        held("a", [True, 32, 32], []), held("a", "332", []), held("a", SHAPE, {}),
        held("a", SHAPE, [3]), held("a", SHAPE, [{"kind": "LSTM"}]),
        held("a", SHAPE, [{"kind": ["ReLU"]}]), held("a", SHAPE, [{"kind": "ReLU", "x": 1}]),
        held("a", SHAPE, [{"kind": "Dropout", "p": float("nan")}]),
        held("a", SHAPE, [{"kind": "Linear", "in_features": 10**30, "out_features": 1}]),
        held("a", SHAPE, [{"kind": "ReLU"}] * (MAX_LAYERS + 1)),
        held("a", SHAPE, json.loads('[{"kind":"Residual","layers":' * 9 + "[]" + "}]" * 9)),
    ],
    ids=range(37),
)  # fmt: skip
def test_a_hostile_address_with_a_right_check_is_refused_quickly(packed: bytes) -> None:
    started = time.process_time()
    with pytest.raises(CodecError, match=r"\.$"):
        decode(sealed(packed))
    assert time.process_time() - started < 1


def test_a_bomb_is_never_blown_up() -> None:
    """Of 200 megabytes that would come out of a link of full length only the first are made."""
    packed = deflated(b"_" * 5_000_000)
    assert len(sealed(packed)) < codec.MAX_CODE
    tracemalloc.start()
    try:
        with pytest.raises(CodecError, match="longer than"):
            decode(sealed(packed))
        assert tracemalloc.get_traced_memory()[1] < 10 * codec.MAX_TEXT
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "text",
    ["", "1abc", "x", "2", "2" * 9000, "\ud800", "2\ud800", "2é", "2\x00\x00", "2====", "2+/+/"],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(CodecError, match=r"\.$"):
        decode(text)


def file_with(**changes: object) -> str:
    return json.dumps(json.loads(to_json(networks.lenet())) | changes)


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", "null", "3", "[" * 100_000, "9" * 10_000, b"\xff\xfe", "a" * 600_000,
        file_with(format="other"), file_with(version=2), file_with(name=None), file_with(name="'"),
        file_with(input_shape="3x32x32"), file_with(input_shape=[3, 32]),
        file_with(input_shape=[3, 32, 1e9]), file_with(input_shape=[True, 32, 32]),
        file_with(layers=None), file_with(layers={}), file_with(layers=[3]),
        file_with(layers=[{"kind": "LSTM"}]), file_with(layers=[{"kind": []}]),
        file_with(layers=[{"kind": "Conv2d"}]),
        file_with(layers=[{"kind": "Flatten", "start": 1}]),
        file_with(layers=[{"kind": "Flatten", "__class__": 1}]),
        file_with(layers=[{"kind": "ReLU", "layers": []}]),
        file_with(layers=[{"kind": "ReLU"}] * (MAX_LAYERS + 1)),
        file_with(layers=[{"kind": "Dropout", "p": float("nan")}]),
        file_with(layers=[{"kind": "MaxPool2d", "kernel_size": [[2]]}]),
        file_with(layers=[{"kind": "MaxPool2d", "kernel_size": 2, "stride": "two"}]),
        file_with(layers=[json.loads('{"kind":"Residual","layers":[' * 9 + "]}" * 9)]),
    ],
    ids=lambda text: ascii(text[-40:]),
)  # fmt: skip
def test_a_damaged_or_hostile_file_is_refused(text: str) -> None:
    with pytest.raises(CodecError, match=r"^The file .*\.$"):
        from_json(text)


def test_a_file_is_readable_and_leaves_defaults_out() -> None:
    spec = NetworkSpec("net", (3, 8, 8), (MaxPool2d(2), Residual((ReLU(),), "none")))
    assert json.loads(to_json(spec))["layers"] == [
        {"kind": "MaxPool2d", "kernel_size": 2},
        {"kind": "Residual", "activation": "none", "layers": [{"kind": "ReLU"}]},
    ]
