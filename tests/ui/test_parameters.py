"""The kinds of terms: what they read, what they take from a browser, and what they write."""

import importlib
from dataclasses import dataclass, fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.builder.codec import encode
from cnnviz.models.networks import lenet
from cnnviz.ui import parameters
from cnnviz.ui.address import Address
from cnnviz.ui.network_parameter import network
from cnnviz.ui.parameters import Parameter, parameter_of
from tests.support.client_input import JSON

PAGES = sorted(Path(parameters.__file__).parent.glob("*/address.py"))


def small(text: str) -> str:
    """A text of few small letters, in one form."""
    if not text.isascii() or len(text) > 5:
        raise ValueError("a few letters")
    return text.lower()


@dataclass(frozen=True)
class Kinds:
    """A parameter of each kind."""

    stride: tuple[int, int] = parameters.pair((1, 1), 1, 8)
    padding: tuple[int, int] | str = parameters.pair_or_word((1, 1), 0, 8, ("same", "valid"))
    count: int = parameters.whole(1, -9, 9)
    share: float = parameters.number(0.5, 0, 1)
    relu: bool = parameters.flag(False)
    view: str = parameters.choice("a", ("a", "b"))
    most: int = parameters.one_of(5, (2, 5, 10))
    names: tuple[str, ...] = parameters.some_of((), ("a", "b", "c"), "letters", 2)
    years: tuple[int, int] = parameters.span((2012, 2022), 2012, 2022)
    word: str = parameters.text("", small)


def every_parameter() -> dict[str, Parameter]:
    """Those of each kind, and those of every page."""
    found = {field.name: parameter_of(field) for field in fields(Kinds)}
    for path in PAGES:
        address: Address = importlib.import_module(f"cnnviz.ui.{path.parent.name}.address").ADDRESS
        found |= {address.key(name): one for name, one in address.parameters.items()}
    return found


EVERY = every_parameter()
PARAMETERS = st.sampled_from(list(EVERY.values()))
WORDS = st.one_of(
    st.sampled_from(["same", "a", "A", "a,b", "2016,2012", "3,5", "0.25", "true", "5", "cat", "-1",
                     "group3.1", "1,0;2,1", "7:8:8:28", "resnet18", "grid", "auto", "3,17", ""]),
    st.text(max_size=12),
    st.from_regex(r"-?[0-9]{1,3}([,.;:][0-9]{1,3}){0,3}", fullmatch=True),
)  # fmt: skip


def attempt(call, *given):
    """What a parameter gives, or None where it refuses in words."""
    try:
        return call(*given)
    except ValueError as error:
        assert str(error)
        return None


@pytest.mark.parametrize(
    ("text", "value"), [("3", (3, 3)), ("3,5", (3, 5)), ("5,5", (5, 5)), ("8", (8, 8))]
)
def test_one_number_stands_for_both_axes(text, value):
    assert EVERY["stride"].read(text) == value


@pytest.mark.parametrize(
    "text", ["0", "9", "3,9", "1,2,3", "", ",", "a", "3.5", "٣", "1e3", "-1", "1," * 5000]
)
def test_a_pair_refuses_what_is_no_pair_and_says_what_would_be(text):
    with pytest.raises(ValueError, match="a whole number from 1 to 8, or two as height,width"):
        EVERY["stride"].read(text)


def test_words_are_values_where_they_are_allowed():
    assert EVERY["padding"].read("same") == "same"
    with pytest.raises(ValueError, match="or same, or valid"):
        EVERY["padding"].read("full")


@dataclass(frozen=True)
class Refusing:
    letter: str = parameters.choice("a", "abcdefghijklmnop")
    few: str = parameters.choice("a", "ab")
    net: str = network(encode(lenet()), "“Copy link”")


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("letter", "A", "one of a, b, c, d, e, f, g, h, i, j, k, l and 4 more"),
        ("few", "A", "one of a, b"),
        ("net", "13u18.80n1zzz", r"a network as “Copy link” writes it \([^()]+[^.]\)"),
    ],
)
def test_what_is_refused_can_stand_within_a_sentence(name, text, sentence):
    parameter = next(parameter_of(one) for one in fields(Refusing) if one.name == name)
    with pytest.raises(ValueError, match=f"^{sentence}$"):
        parameter.read(text)


def test_years_the_wrong_way_round_are_turned():
    assert EVERY["years"].read("2016,2012") == (2012, 2016)
    assert EVERY["years"].check([2016, 2012]) == (2012, 2016)


@pytest.mark.parametrize(
    ("name", "sent"),
    [("count", True), ("count", 3.0), ("count", "3"), ("count", 10), ("count", None),
     ("share", float("nan")), ("share", 1.1), ("share", "0.5"), ("relu", 1), ("view", "c"),
     ("view", ["a"]), ("most", 3), ("most", "5"), ("most", 5.0), ("names", ["a", "b", "c"]),
     ("names", "ab"), ("names", ["d"]), ("years", [2012]), ("years", [2012, 2023]), ("word", 3),
     ("word", "x" * 300_000), ("stride", [1, 9]), ("stride", "1,2"), ("stride", {0: 1, 1: 2})],
)  # fmt: skip
def test_a_browser_is_not_believed(name, sent):
    with pytest.raises(ValueError, match=r"\w"):
        EVERY[name].check(sent)


def test_a_small_number_is_written_as_on_the_page():
    assert [EVERY["share"].write(value) for value in (1e-5, 0.25, 0.0)] == ["0.00001", "0.25", "0"]
    assert EVERY["share"].read("1e-05") == 1e-5  # as older links say it


@given(PARAMETERS, WORDS)
def test_what_is_read_is_taken_and_written_back(parameter, text):
    value = attempt(parameter.read, text)
    if value is None:
        return
    assert parameter.check(value) == value
    assert parameter.read(parameter.write(value)) == value


@given(PARAMETERS, JSON | WORDS)
def test_what_is_taken_from_a_browser_could_have_been_read_too(parameter, sent):
    value = attempt(parameter.check, sent)
    if value is None:
        return
    read = parameter.read(parameter.write(value))
    assert (type(read), read) == (type(value), value)


@given(st.sampled_from(["stride", "padding", "count", "share", "years"]), st.data())
def test_every_number_within_the_limits_is_taken(name, data):
    whole = {"stride": (1, 8), "padding": (0, 8), "count": (-9, 9), "years": (2012, 2022)}
    if name == "share":
        value = data.draw(st.integers(0, 10_000)) / 10_000
    elif name == "count":
        value = data.draw(st.integers(*whole[name]))
    else:
        value = tuple(sorted(data.draw(st.tuples(*[st.integers(*whole[name])] * 2))))
    assert EVERY[name].check(value) == value
    assert EVERY[name].read(EVERY[name].write(value)) == value
