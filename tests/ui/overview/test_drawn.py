"""What a network answers while a hand draws: the page's own pictures, and nothing for strangers."""

from __future__ import annotations

import base64
import json
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest
import torch
from starlette.applications import Starlette
from starlette.testclient import TestClient

from cnnviz.activations import record
from cnnviz.models import pretrained
from cnnviz.ui.overview import digit
from cnnviz.ui.overview.at_once import DIGIT, at_once
from cnnviz.ui.overview.drawn import PATH, READERS, Drawn, live, read
from cnnviz.ui.overview.drawn_live import MOST_BYTES, ROUTE
from cnnviz.ui.pad import SIDE, drawn_picture, sample_digit

CLIENT = TestClient(Starlette(routes=[ROUTE]))


def test_what_home_is_painted_with_at_once_is_what_the_network_answers():
    recorded = at_once()
    now = json.loads(json.dumps(digit.answer(sample_digit(DIGIT), has_details=False)))
    for told, found in zip(recorded["scores"], now["scores"], strict=True):
        assert told["score"] == pytest.approx(found["score"], abs=1e-3)
        assert [told[name] for name in ("name", "share", "isFirst")] == [
            found[name] for name in ("name", "share", "isFirst")
        ]
    assert recorded.keys() == now.keys()
    for name in ("labels", "links", "alt"):
        assert recorded[name] == now[name]


def ink_of(rows: slice, columns: slice) -> bytes:
    """A pad with a filled rectangle."""
    sheet = np.zeros((SIDE, SIDE), np.uint8)
    sheet[rows, columns] = 255
    return sheet.tobytes()


ONE = ink_of(slice(8, 48), slice(26, 31))


def ask(asked: Drawn, ink: bytes = ONE):
    return CLIENT.post(asked.address, content=base64.b64encode(ink))


def test_the_answer_is_what_the_network_computes_for_the_drawing():
    told = ask(Drawn("lenet-mnist", scale="map", pinned=(6, 119))).json()
    picture, network = drawn_picture(ONE), pretrained("lenet-mnist")
    assert picture is not None
    batch = network.transform(picture.image)
    with torch.no_grad():
        scores = network.model(batch)[0]
    assert [one["score"] for one in told["scores"]] == pytest.approx(scores.tolist(), abs=1e-3)
    assert [one["name"] for one in told["scores"] if one["isFirst"]] == ["1"]
    maps = record(network.model, batch, ["feature_extractor.1"])["feature_extractor.1"][0]
    levels = np.frombuffer(base64.b64decode(told["columns"][1]["levels"]), np.uint8)
    brightest = maps[0].numpy().ravel().argmax()
    assert levels[brightest] == levels[: maps[0].numel()].max()
    assert told["photo"]["url"].startswith("data:image/")


def test_home_and_the_page_are_told_the_same_by_a_run_and_while_one_draws():
    picture = drawn_picture(ONE)
    assert picture is not None
    assert ask(Drawn()).json() == digit.moving(digit.answer(picture, has_details=False))


@pytest.mark.parametrize("asked", [Drawn(), Drawn("lenet-mnist")])
def test_a_sample_digit_is_asked_about_by_its_name(asked):
    told = CLIENT.post(asked.address, content=b"7").json()
    with torch.no_grad():
        network = pretrained("lenet-mnist")
        scores = network.model(network.transform(sample_digit(7).image))[0]
    assert [one["score"] for one in told["scores"]] == pytest.approx(scores.tolist(), abs=1e-3)
    assert [one["name"] for one in told["scores"] if one["isFirst"]] == ["7"]


@pytest.mark.parametrize("pinned", [(99, 0), (0, 6), (9999, 9999)])
def test_a_map_that_is_not_there_is_not_shown(pinned: tuple[int, int]):
    plain = ask(Drawn("lenet-mnist")).json()
    assert ask(Drawn("lenet-mnist", pinned=pinned)).json() == plain


def test_an_address_says_what_was_asked_and_reads_nothing_else():
    for model in READERS:
        asked = Drawn(model, "strength", "network", (3, 2))
        assert read(dict(parse_qsl(urlsplit(asked.address).query, True))) == asked
    good = {"model": "", "order": "variance", "scale": "layer"}
    assert read(good) == Drawn()
    for wrong in ({"model": "resnet152"}, {"order": "x"}, {"scale": ""}):
        assert read(good | wrong) is None
    assert read(good | {"column": "1", "map": "²"}) == Drawn()


def test_dust_has_no_answer_and_anything_else_than_ink_is_refused():
    assert ask(Drawn(), bytes([3] * SIDE * SIDE)).status_code == 204
    for body in (
        b"",
        b"no ink",
        b"10",
        b"-1",
        "²".encode(),
        b"A" * (MOST_BYTES + 1),
        bytes(range(256)),
    ):
        assert CLIENT.post(Drawn().address, content=body).status_code == 400
    assert CLIENT.post(f"{PATH}?model=../x", content=base64.b64encode(ONE)).status_code == 400
    assert CLIENT.get(Drawn().address).status_code == 405


def test_a_network_of_ones_own_is_answered_by_the_page_alone():
    assert live("pad", Drawn("own-1234")) is None
    assert live("pad", Drawn()) == {"pad": "pad", "address": Drawn().address}
