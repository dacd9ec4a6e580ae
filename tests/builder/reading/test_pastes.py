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
from tests.support.everyday_pastes import AROUND, BEHIND, HEAD, PASTES

MUTANTS = 4  # of each paste: all of them (some 250) were tried once


def run(code: str, shape: tuple[int, ...]) -> tuple[Any, ...]:
    """What torch makes of the code: its modules, their number of weights, the output's shape."""
    names: dict[str, Any] = {}
    exec(HEAD + code, names)
    net = names["net"].eval()
    count = sum(parameter.numel() for parameter in net.parameters())
    with torch.inference_mode():
        after = tuple(net(torch.zeros(shape)).shape)
    return re.sub(r",? ?inplace=\w+", "", str(net)), count, after


def read(code: str, shape: tuple[int, ...]) -> Reading:
    return read_code(f"{HEAD}{code}\nout = net(torch.randn{shape})\n")


def num_params(reading: Reading) -> int:
    return sum(map(count_params, reading.spec.layers))


@pytest.mark.parametrize("name", PASTES)
def test_a_paste_has_the_parameters_and_the_output_that_torch_gives_it(name: str) -> None:
    code, shape = PASTES[name]
    _, count, after = run(code, shape)
    reading = read(code, shape)
    assert (reading.spec.input_shape, reading.notes) == (shape[1:], ())
    assert (num_params(reading), output_shape(reading.spec)) == (count, after[1:])


@pytest.mark.parametrize("name", PASTES)
def test_a_training_script_around_it_is_left_out_and_named(name: str) -> None:
    code, shape = PASTES[name]
    reading = read_code(HEAD + AROUND + code + BEHIND)
    assert num_params(reading) == num_params(read(code, shape))
    assert any("make no layer of the network and were left out" in note for note in reading.notes)


def mutants(code: str) -> list[str]:
    """The code with one number or truth value changed, each in its turn."""
    found: list[str] = []
    lines = code.split("\n")
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Constant) and isinstance(node.value, bool | int):
            line = lines[node.lineno - 1]
            value = not node.value if isinstance(node.value, bool) else node.value + 1
            changed = f"{line[: node.col_offset]}{value}{line[node.end_col_offset :]}"
            found.append("\n".join([*lines[: node.lineno - 1], changed, *lines[node.lineno :]]))
    return found


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
