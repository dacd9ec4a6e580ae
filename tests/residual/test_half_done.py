"""A recording that was stopped goes on from its own files, and from no others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from cnnviz.models.deep import DeepNet
from cnnviz.residual.half_done import TOLD, check_digits, finished, write_json
from cnnviz.residual.race import RaceRecipe, new_net
from cnnviz.residual.small_digits import pen


def net(depth: int = 4) -> DeepNet:
    return new_net(depth, residual=True, recipe=RaceRecipe(steps=1))


def test_a_folder_is_of_the_digits_that_it_was_begun_with(tmp_path: Path) -> None:
    check_digits(tmp_path, [pen(8, seed=0)])
    check_digits(tmp_path, [pen(8, seed=0)])
    with pytest.raises(ValueError, match="is of other digits: name another folder"):
        check_digits(tmp_path, [pen(8, seed=1)])
    (tmp_path / "digits.json").unlink()
    write_json(tmp_path / "4-1-plain.json", {})
    with pytest.raises(ValueError, match="does not say of which digits it is"):
        check_digits(tmp_path, [pen(8, seed=0)])


def test_a_network_that_is_trained_comes_back(tmp_path: Path) -> None:
    path, trained, told = tmp_path / "run", net(), dict.fromkeys(TOLD, 0.5)
    assert finished(net(), path) is None
    with torch.no_grad():
        next(trained.parameters()).fill_(0.25)
    torch.save(trained.state_dict(), tmp_path / "run.pt")
    write_json(tmp_path / "run.json", told)
    again = net()
    assert finished(again, path) == told
    assert torch.equal(next(again.parameters()), next(trained.parameters()))


@pytest.mark.parametrize(
    ("harm", "name"),
    [
        (lambda folder: (folder / "run.json").write_text("{"), "run.json"),
        (lambda folder: (folder / "run.json").write_text("[]"), "run.json"),
        (lambda folder: (folder / "run.pt").write_bytes(b"no weights"), "run.pt"),
        (lambda folder: (folder / "run.pt").unlink(), "run.pt"),
        (lambda folder: torch.save(net(8).state_dict(), folder / "run.pt"), "run.pt"),
        (lambda folder: torch.save([1], folder / "run.pt"), "run.pt"),
        (
            lambda folder: torch.save(
                {name: weight * torch.nan for name, weight in net().state_dict().items()},
                folder / "run.pt",
            ),
            "run.pt",
        ),
    ],
)
def test_what_is_broken_is_named(tmp_path: Path, harm: Callable[[Path], object], name: str) -> None:
    torch.save(net().state_dict(), tmp_path / "run.pt")
    write_json(tmp_path / "run.json", dict.fromkeys(TOLD, 0.5))
    harm(tmp_path)
    with pytest.raises(ValueError, match=f"{name} is nothing to go on from"):
        finished(net(), tmp_path / "run")
