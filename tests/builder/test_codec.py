import base64
import json
import random
import string
import time
import zlib

import pytest

from cnnviz.builder import codec
from cnnviz.builder.codec import CodecError, decode, encode, fits_address
from cnnviz.builder.compact_text import ARGUMENT_LETTERS, LAYER_LETTERS, write_text
from cnnviz.builder.network_file import from_json, to_json
from cnnviz.models import networks
from cnnviz.models.specs import (
    LAYER_CLASSES,
    MAX_LAYERS,
    Conv2d,
    MaxPool2d,
    NetworkSpec,
    ReLU,
    Residual,
    arguments_of,
)
from tests.support.random_networks import random_network

NAMES = ["a_b.c~d-e", "été: 4 × 4", "(x) 1/2 & more", "網路", "%41", "a+b c"]


def sealed(body: str) -> str:
    """A string whose check is right, whatever it holds."""
    return codec.VERSION + codec._check(body) + body


def bomb(size: int) -> str:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packed(packer.compress(b"_" * size) + packer.flush())


def packed(data: bytes) -> str:
    return "." + base64.urlsafe_b64encode(data).decode().rstrip("=")


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
    assert lengths["LeNet"] <= 40
    assert lengths["ResNet18"] <= 80
    assert lengths["VGG-16"] <= 120
    allowed = set(string.ascii_letters + string.digits + "-._~")
    for seed in range(60):
        assert set(encode(random_network(seed))) <= allowed


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
    assert len(write_text(spec)) < codec.MAX_TEXT
    assert not fits_address(encode(spec))
    assert from_json(to_json(spec)) == spec
    assert fits_address(encode(networks.resnet((3, 4, 6, 3))))


def test_letters_are_given_to_one_layer_and_one_argument_each() -> None:
    assert set(LAYER_LETTERS) == set(LAYER_CLASSES)
    assert len(set(LAYER_LETTERS.values())) == len(LAYER_LETTERS)
    for layer_class in LAYER_CLASSES.values():
        letters = [
            ARGUMENT_LETTERS[name]
            for name, argument in arguments_of(layer_class).items()
            if not argument.is_required
        ]
        assert len(set(letters)) == len(letters)


def test_addresses_of_version_1_stay_readable() -> None:
    shared = "LeNet_3.32_c3.6.5_r_m2_c6.16.5_r_m2_f_l400.120_r_l120.84_r_l84.10"
    assert write_text(networks.lenet()) == shared
    assert decode(sealed(shared)) == networks.lenet()
    assert zlib.crc32(codec.COMMON_TEXT) == 3075757913
    block = "Net_1.8.9_bf1.h1.i3.o2.s2x1.b.n_c1.2.3.ps.m1_z_m2.s2.c_lp2.3_dp0~25_n2.e0~001_dd"
    assert write_text(decode(sealed(block))) == block


@pytest.mark.parametrize("spec", [networks.lenet(), networks.resnet()], ids=["plain", "deflated"])
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


@pytest.mark.parametrize(
    "body",
    [
        "", "LeNet", "_", "a_3", "a_3.32.32.32", "a_3.0", "a_3.9999", "a_-3.32", "a_3.32_",
        "a_3.32_q",
        "a_3.32_c", "a_3.32_c3.6", "a_3.32_c3.6.5.", "a_3.32_c3.6.5.s", "a_3.32_c3.6.5.s2.s2",
        "a_3.32_c3.6.5.y2", "a_3.32_c3.6.999999999", "a_3.32_c3.6.9999999999", "a_3.32_c3.6.0",
        "a_3.32_c3.6.5.m9", "a_3.32_c3.6.5x", "a_3.32_c3.6.5x5x5", "a_3.32_r5", "a_3.32_z",
        "a_3.32_b", "a_3.32_b_b_b_b_z_z_z_z", "a_3.32_b_z_z", "a_3.32_d9", "a_3.32_dp9",
        "a_3.32_dpnan", "a_3.32_dpinf", "a_3.32_dp1e999", "a_3.32_dp-1", "a_3.32_lrn٣",
        "a_3.32" + "_r" * (MAX_LAYERS + 1), "a_3.32" + "_" * 3000, "a" * 41 + "_3.32",
        "~ff_3.32", "~0a_3.32", "~2_3.32", "a b_3.32", "'_3.32", "a_٣.32", "a_3.32_c٣.6.5",
        ".", ".!", ".AAAA", ".A", "." + "A" * 7000, packed(b"\x00" * 50), bomb(10_000_000),
    ],
    ids=lambda body: ascii(body[:30]),
)  # fmt: skip
def test_a_hostile_address_with_a_right_check_is_refused_quickly(body: str) -> None:
    started = time.perf_counter()
    with pytest.raises(CodecError):
        decode(sealed(body))
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize("text", ["", "2abc", "x", "1", "1" * 9000, "\ud800", "1\x00\x00\x00\x00"])
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
