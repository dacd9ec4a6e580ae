"""The recorded counts: what the file says, and a few places counted again where MNIST is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cnnviz.models import pretrained
from cnnviz.shift.__main__ import main, some_digits
from cnnviz.shift.answers import NETWORKS
from cnnviz.shift.recorded import FILE, SIDE, recorded, right_at, write

# The folder in which MNIST may be found; it is not part of the repository.
DATA = Path(os.environ.get("CNNVIZ_DATA", Path(__file__).parents[3] / "shared" / "data"))
PLACES = [(0, 0), (4, -4), (-10, 10), (7, 3)]


def test_the_file_has_a_count_for_every_place():
    found = recorded()
    assert set(found.right) == set(NETWORKS)
    for rows in found.right.values():
        assert [len(row) for row in rows] == [SIDE] * SIDE
        assert all(0 <= count <= found.digits for row in rows for count in row)
    assert f"python -m {main.__module__.removesuffix('.__main__')} " in found.recipe


def test_what_the_issue_of_shift_comes_to():
    found = recorded()
    assert found.share("mlp-mnist", 4, -4) == pytest.approx(0.626)
    assert found.share("lenet-mnist", 4, -4) == pytest.approx(0.926)
    assert [found.places_from(name, 0.9) for name in NETWORKS] == [49, 102]


def test_the_file_is_written_as_it_is_read(tmp_path):
    write(recorded(), tmp_path / "again.json")
    assert (tmp_path / "again.json").read_text() == FILE.read_text()


@pytest.mark.parametrize("name", NETWORKS)
def test_a_few_places_counted_again(name):
    path = DATA / "mnist.npz"
    if not path.exists():
        pytest.skip(f"no mnist.npz in {DATA}: name its folder in CNNVIZ_DATA")
    data, model = some_digits(path), pretrained(name).model
    for dx, dy in PLACES:
        counted = right_at(model, name, data, dx, dy)
        # a digit on the edge between two classes may fall either way on another processor
        assert counted == pytest.approx(recorded().count(name, dx, dy), abs=2)
