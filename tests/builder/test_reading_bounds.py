"""Whatever is pasted is answered within bounds, and reading is done where it can be ended."""

import inspect
import json
import logging
import subprocess
import sys
import threading
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import nn

from cnnviz.builder.codec import CodecError
from cnnviz.builder.export_code import to_python
from cnnviz.builder.import_code import read_code
from cnnviz.builder.network_file import from_json, to_json
from cnnviz.builder.reading import apart
from cnnviz.builder.reading.errors import CodeError, UnreadError
from cnnviz.builder.reading.found import found_in
from cnnviz.builder.reading.vocabulary import (
    BY_NAME_ONLY,
    KINDS,
    NOT_BUILT,
    NOT_BUILT_DEFAULTS,
    positional,
)
from cnnviz.models import networks
from cnnviz.models.spec_arguments import shown
from tests.support.hostile_code import HOSTILE
from tests.support.pasted_code import PRINTED_TUTORIAL_LENET, TUTORIAL_RESNET
from tests.support.random_networks import random_network

PAIRS = HOSTILE["pairs of pairs"][0]


# -- arguments of torch's layers, known without torch --


@pytest.mark.parametrize("kind", KINDS)
def test_the_arguments_of_torchs_layers_are_known_without_torch(kind: str) -> None:
    parameters = inspect.signature(getattr(nn, kind).__init__).parameters
    named = [p for p in parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD][1:]
    assert list(positional(kind)) == [parameter.name for parameter in named]
    by_name = [p.name for p in parameters.values() if p.kind is p.KEYWORD_ONLY]
    assert list(BY_NAME_ONLY.get(kind, ())) == by_name
    for name in (*NOT_BUILT.get(kind, ()), *by_name):
        assert parameters[name].default == NOT_BUILT_DEFAULTS.get(name, True), name


# -- the process --


@pytest.mark.parametrize("seed", range(5))
def test_the_process_reads_what_is_read_here(seed: int) -> None:
    spec = random_network(seed)
    code = to_python(spec)
    assert apart.code_apart(code) == read_code(code)
    assert apart.file_apart(to_json(spec).encode()) == spec


def test_the_process_says_what_had_to_be_guessed() -> None:
    for text in (PRINTED_TUTORIAL_LENET, TUTORIAL_RESNET, "nn.ReLU()"):
        assert apart.code_apart(text) == read_code(text)


@pytest.mark.parametrize("name", ["pairs of pairs", "exec", "copies of copies of nothing"])
def test_the_process_refuses_with_the_same_line_and_words(name: str) -> None:
    text, line = HOSTILE[name]
    with pytest.raises(CodeError) as here:
        read_code(text)
    with pytest.raises(CodeError) as there:
        apart.code_apart(text)
    assert (there.value.reason, there.value.line) == (here.value.reason, line)


def test_the_process_loads_no_torch() -> None:
    loads = "import sys, cnnviz.builder.reading.__main__ as m; print('torch' in sys.modules)"
    command = [sys.executable, "-S", "-E", "-c", loads]
    done = subprocess.run(command, capture_output=True, text=True, cwd=apart.HOME, check=True)
    assert done.stdout == "False\n"


ENDLESS = "import time\nwhile True:\n    pass\n"
GREEDY = "x = []\nwhile True:\n    x.append(bytearray(10_000_000))\n"
WRITING = "with open(__file__ + '.written', 'w') as file:\n    file.write('x' * 100)\n"


@pytest.mark.parametrize("body", [ENDLESS, GREEDY, WRITING], ids=["time", "memory", "disk"])
def test_what_takes_too_much_is_ended_with_a_sentence(body, tmp_path, monkeypatch, caplog) -> None:
    """A bound of the machine is taken to be missing: the process runs into its own."""
    home = tmp_path / "reading"
    home.mkdir()
    (home / "__init__.py").touch()
    limits = (
        f"import sys\nsys.path.insert(0, {str(apart.HOME)!r})\n"
        "from cnnviz.builder.reading import __main__ as process\n"
        "process.MAX_SECONDS = 1\nprocess.limit_itself()\n"
    )
    (home / "__main__.py").write_text(limits + body)
    monkeypatch.setattr(apart, "HOME", tmp_path)
    monkeypatch.setattr(apart, "PROCESS", "reading")
    with caplog.at_level(logging.WARNING), pytest.raises(UnreadError, match="was stopped"):
        apart.code_apart("nn.ReLU()")
    assert "a text was not read" in caplog.text
    written = home / "__main__.py.written"
    assert not written.exists() or written.stat().st_size == 0


def test_a_process_that_only_waits_is_ended_by_the_clock(monkeypatch) -> None:
    monkeypatch.setattr(apart, "MAX_SECONDS", 0.001)
    with pytest.raises(UnreadError, match="was stopped"):
        apart.code_apart("nn.ReLU()")


def test_two_are_read_at_once_and_the_next_waits_for_a_turn_or_is_told(monkeypatch) -> None:
    monkeypatch.setattr(apart, "PATIENCE", 0.01)
    monkeypatch.setattr(apart, "_places", threading.BoundedSemaphore(1))
    with apart._places, pytest.raises(UnreadError, match="try again"):
        apart.code_apart("nn.ReLU()")
    assert apart.code_apart("nn.ReLU()").spec.layers


def test_megabytes_are_refused_before_a_process_starts(monkeypatch) -> None:
    monkeypatch.setattr(apart.subprocess, "run", None)
    with pytest.raises(UnreadError, match="bytes"):
        apart.file_apart(b"[" * (apart.MAX_BYTES + 1))


# -- files --

NETWORK = json.loads(to_json(networks.lenet()))


def file_with(layer: object, **others: object) -> bytes:
    return json.dumps(NETWORK | {"layers": [layer]} | others).encode()


CONV = {"kind": "Conv2d", "in_channels": 1, "out_channels": 1, "kernel_size": 1}
DEEP: list = []
for _ in range(300):
    DEEP = [DEEP]
WIDE = {f"a{place}": [0] * 10 for place in range(5_000)}


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 200_000,
        b'{"a":' * 90_000,
        b"[" + b"9" * 400_000 + b"]",
        b"1e999999999",
        file_with({"kind": DEEP}),
        file_with({"kind": WIDE}),
        file_with(WIDE | {"kind": "Conv2d"}),
        file_with(CONV | {"in_channels": DEEP}),
        file_with(CONV | {"kernel_size": [0] * 9**5}),
        file_with({"kind": "Residual", "layers": DEEP}),
        file_with({"kind": "ReLU", "x" * 100_000: 1}),
        file_with({"kind": "ReLU"}, name="x" * 100_000),
        file_with({"kind": "ReLU"}, name=DEEP, input_shape=WIDE),
        file_with({"kind": "ReLU"}, input_shape=[10**4000] * 3),
        b"\xff\xfe" * 1_000,
    ],
    ids=range(15),
)  # fmt: skip
def test_a_hostile_file_is_refused_fast_with_a_short_sentence(data: bytes) -> None:
    started = time.process_time()
    with pytest.raises(CodecError) as caught:
        from_json(data)
    assert time.process_time() - started < 1
    assert len(str(caught.value)) < 300
    assert str(caught.value).isprintable()


def test_the_process_refuses_a_hostile_file_in_the_same_words() -> None:
    with pytest.raises(CodecError, match="has no argument"):
        apart.file_apart(file_with(WIDE | {"kind": "Conv2d"}))
    with pytest.raises(CodecError, match="no JSON"):
        apart.file_apart(b"[" * 200_000)


# -- values --


def test_a_value_is_shown_in_at_most_forty_characters() -> None:
    pairs: object = (1, 1)
    for _ in range(200):
        pairs = (pairs, pairs)
    module = nn.ReLU()
    for _ in range(40):
        module = nn.Sequential(module, module)
    started = time.process_time()
    values = [pairs, [pairs] * 9, {"a": pairs}, 10**5000, -(10**13), "x" * 10**7, module, object()]
    assert all(len(shown(value)) <= 40 for value in values)
    assert time.process_time() - started < 1
    known = {(3, 3): "(3, 3)", "same": "'same'", None: "None", True: "True", 0.5: "0.5", 7: "7"}
    assert {value: shown(value) for value in known} == known


# -- pastes by chance --

NAMES = st.sampled_from("abc")
ATOMS = st.one_of(
    NAMES, st.sampled_from(["0", "7", "999999999", "'x'", "True", "nn.ReLU()", "nn", "torch"])
)


def expressions(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.tuples(inner, inner)
    templates = [
        "({}, {})", "[{}, {}]", "{{'k': {}, 'l': {}}}", "{} + {}", "{} * {}", "{} == {}",
        "{} in {}", "list(zip({}, {}))", "nn.Sequential({}, {})", "nn.Conv2d({}, 3, {})",
        "nn.BatchNorm2d(3, bias={}, affine={})", "[{} for a in {}]", "dict({}, x={})",
        "nn.MaxPool2d({}, return_indices={})", "f'{{{}}}{{{}}}'", "{}.append({})",
        "max({}, {})", "isinstance({}, {})", "setattr({}, 'x', {})", "[*{}, *{}]",
    ]  # fmt: skip
    return st.builds(lambda template, two: template.format(*two), st.sampled_from(templates), pair)


LINES = st.one_of(
    st.builds("{} = {}".format, NAMES, st.recursive(ATOMS, expressions, max_leaves=4)),
    st.builds("{} += {}".format, NAMES, ATOMS),
    st.builds("{}.append({})".format, NAMES, NAMES),
)


@settings(
    max_examples=400, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip
@given(st.lists(LINES, min_size=1, max_size=4), st.lists(LINES, min_size=1, max_size=4))
def test_any_loop_of_any_statements_is_answered_soon_with_a_short_sentence(before, inside) -> None:
    loop = "".join(f"    {line}\n" for line in inside)
    text = "\n".join(["a = b = c = [0]", *before, "for i in range(60):"]) + "\n" + loop
    text += "nn.Sequential(nn.Conv2d(a, b, c), nn.Linear(b, a))\n"
    started = time.process_time()
    try:
        found_in(text)
    except CodeError as error:
        assert len(str(error)) < 400
        assert str(error).isprintable()
    assert time.process_time() - started < 3
