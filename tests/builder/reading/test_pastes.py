"""Networks as people write them, against torch: what it runs, and what a changed number changes."""

from __future__ import annotations

import ast
import random
import re
from typing import Any

import pytest
import torch

from cnnviz.builder.counts import count_params
from cnnviz.builder.import_code import CodeError, Reading, read_code
from cnnviz.builder.shapes import output_shape
from tests.builder.reading.test_joined_pastes import PASTES as JOINED
from tests.support.everyday_pastes import AROUND, BEHIND, HEAD, PASTES
from tests.support.pasted_truth import seeded, truth_of

MUTANTS = 4  # of each paste: all of them (some 350) were tried once
JOINED_MUTANTS = 2  # of some 900


def run(code: str, shape: tuple[int, ...]) -> tuple[Any, ...]:
    """What torch makes of the code: its modules, their number of weights, the output's shape."""
    names: dict[str, Any] = {}
    exec(HEAD + code, names)
    net = names["net"].eval()
    count = sum(parameter.numel() for parameter in net.parameters())
    with torch.inference_mode():
        after = tuple(net(torch.zeros(shape)).shape)
    plain = re.sub(r",? ?inplace=\w+|\(\w+\): ", "", str(net))  # names are the builder's own
    return plain, count, after


def read(code: str, shape: tuple[int, ...]) -> Reading:
    return read_code(f"{HEAD}{code}\nout = net(torch.randn{shape})\n")


def num_params(reading: Reading) -> int:
    return sum(map(count_params, reading.spec.layers))


@pytest.mark.parametrize("name", PASTES)
def test_a_paste_has_the_parameters_and_the_output_that_torch_gives_it(name: str) -> None:
    code, shape = PASTES[name]
    _, count, after = run(code, shape)
    reading = read(code, shape)
    notes = [note for note in reading.notes if not note.startswith("How weights begin")]
    assert (reading.spec.input_shape, notes) == (shape[1:], [])
    assert (notes == [*reading.notes]) == ("init." not in code and ".apply(" not in code)
    assert (num_params(reading), output_shape(reading.spec)) == (count, after[1:])


@pytest.mark.parametrize("name", PASTES)
def test_a_training_script_around_it_is_left_out_and_named(name: str) -> None:
    code, shape = PASTES[name]
    reading = read_code(HEAD + AROUND + code + BEHIND)
    assert num_params(reading) == num_params(read(code, shape))
    assert any("make no layer of the network and were left out" in note for note in reading.notes)


def mutants(code: str, kinds: type | tuple[type, ...] = (int, float)) -> list[str]:
    """The code with one number, truth value or text changed, each in its turn."""
    found: list[str] = []
    lines = code.split("\n")
    inside = {id(part) for node in ast.walk(ast.parse(code)) if isinstance(node, ast.JoinedStr)
              for part in ast.walk(node)}  # fmt: skip
    for node in ast.walk(ast.parse(code)):
        is_one = isinstance(node, ast.Constant) and isinstance(node.value, kinds)
        value = changed(node.value) if is_one else None
        if is_one and value is not None and id(node) not in inside:
            line = lines[node.lineno - 1]
            new = f"{line[: node.col_offset]}{value!r}{line[node.end_col_offset :]}"
            found.append("\n".join([*lines[: node.lineno - 1], new, *lines[node.lineno :]]))
    return found


def changed(value: object) -> object:
    """Another value of the same kind; None of one that is none of these kinds."""
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case float():
            return value * 2 + 0.25
        case str() if "\n" not in value:
            return value + "x"
    return None


def agrees(mutant: str, shape: tuple[int, ...], plain: tuple[Any, ...], spec: object) -> bool:
    """Whether a change that torch sees is read, refused or named."""
    try:
        truth = run(mutant, shape)
    except Exception:  # whatever torch says of it
        truth = None
    try:
        reading = read(mutant, shape)
    except CodeError:
        return True
    if truth is None:
        return output_shape(reading.spec) is None or reading.spec != spec or bool(reading.notes)
    if truth == plain:
        return True
    return reading.spec != spec or bool(reading.notes)


@pytest.mark.parametrize("name", PASTES)
def test_a_number_that_changes_what_torch_makes_changes_what_is_read(name: str) -> None:
    code, shape = PASTES[name]
    plain, spec = run(code, shape), read(code, shape).spec
    tried = random.Random(name).sample(mutants(code), MUTANTS)
    assert [mutant for mutant in tried if not agrees(mutant, shape, plain, spec)] == []


def computed(code: str, shape: tuple[int, ...]) -> torch.Tensor:
    """What the last network of the code makes of one batch, its weights drawn in their order."""
    net = seeded(truth_of(code))
    batch = torch.rand(2, *shape, generator=torch.Generator().manual_seed(5))
    with torch.inference_mode():
        return net(batch)


def is_seen(mutant: str, plain: Reading, truth: torch.Tensor) -> bool:
    """Whether a change that changes what torch computes is read, refused or named."""
    try:
        reading = read_code(mutant)
    except CodeError:
        return True
    if reading.spec != plain.spec or reading.notes != plain.notes:
        return True
    try:
        after = computed(mutant, plain.spec.input_shape)
    except Exception:  # whatever torch says of it
        return False
    return torch.equal(after, truth)


@pytest.mark.parametrize("name", JOINED)
def test_a_literal_that_changes_what_torch_computes_changes_what_is_read(name: str) -> None:
    code = JOINED[name]
    plain = read_code(code)
    truth = computed(code, plain.spec.input_shape)
    tried = random.Random(name).sample(mutants(code, (int, float, str)), JOINED_MUTANTS)
    assert [mutant for mutant in tried if not is_seen(mutant, plain, truth)] == []
