"""Classes of one's own as a text of the address, and what one visitor may give."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from cnnviz.images import ImageError
from cnnviz.ui.teach.address import FIRST
from cnnviz.ui.teach.classes import (
    MOST_CLASSES,
    MOST_PICTURES,
    clean,
    one_more,
    parsed,
    read_classes,
    renamed,
    with_sample,
    without_sample,
    written,
)
from cnnviz.ui.teach.desk import SIDE, Desk, Own, kept_square

TWO = parsed("animal:cat,dog;seven:7.0,7.11")


def test_a_text_names_classes_and_their_samples():
    assert [(one.name, one.samples) for one in TWO] == [
        ("animal", ("cat", "dog")),
        ("seven", ("7.0", "7.11")),
    ]
    assert read_classes(FIRST) == FIRST == written(parsed(FIRST))


@pytest.mark.parametrize(
    "text",
    [
        "", "a", "a:cat", "a:cat;a:dog", "a:wolf;b:cat", "a:7.12;b:cat", "a:٧.1;b:cat",
        ":cat;b:dog", ";".join(f"c{n}:cat" for n in range(MOST_CLASSES + 1)), " a:cat;b:dog",
        f"a:{','.join(f'{n}.0' for n in range(10))},cat,dog,frog;b:truck",
    ],
)  # fmt: skip
def test_a_text_that_names_none_is_refused_with_what_would_be_right(text):
    with pytest.raises(ValueError, match="2 to 5 classes"):
        parsed(text)


@given(st.text(max_size=60))
def test_any_text_is_classes_or_refused_and_any_name_can_be_cleaned(text):
    name = clean(text)
    assert clean(name) == name and not set(":;,\n") & set(name)
    for changed in (renamed(TWO, 0, text), renamed(TWO, 1, text)):
        assert parsed(written(changed)) == changed
    try:
        assert read_classes(read_classes(text)) == read_classes(text)
    except ValueError as error:
        assert "classes with names" in str(error)


def test_a_sample_is_in_one_class_and_can_be_taken_away():
    moved = with_sample(TWO, 1, "cat")
    assert written(moved) == "animal:dog;seven:7.0,7.11,cat"
    assert written(without_sample(moved, 1, "cat")) == "animal:dog;seven:7.0,7.11"
    more = one_more(TWO)
    assert len(more) == 3 and not more[2].samples and parsed(written(more)) == more


def noisy(number: int):
    return kept_square(Image.effect_noise((40, 40), 80 + number), f"{number}")


def test_of_a_large_picture_the_middle_square_is_kept_small():
    kept = kept_square(Image.new("RGB", (900, 600), "red"), "red").image()
    assert kept.size == (SIDE, SIDE) and kept.getpixel((0, 0)) == (255, 0, 0)


def test_a_class_and_a_visit_take_only_so_much():
    desk = Desk()
    for number in range(MOST_PICTURES):
        desk.give(0, noisy(number), 0)
    with pytest.raises(ImageError, match="at most 12"):
        desk.give(0, noisy(99), 0)
    with pytest.raises(ImageError, match="at most 12"):
        desk.give(1, noisy(99), MOST_PICTURES)
    large = Desk()
    with pytest.raises(ImageError, match="12 MB"):
        for number in range(500):
            large.give(number // 10, Own(f"{number}", bytes(300_000), ""), 0)
    assert large.num_bytes <= 12_000_000


def test_the_same_picture_counts_once_and_a_class_takes_its_pictures_with_it():
    desk = Desk()
    first, second = noisy(1), noisy(2)
    desk.give(0, first, 0)
    desk.give(0, first, 0)
    desk.give(1, second, 0)
    assert len(desk.pictures[0]) == 1
    desk.take_class(0)
    assert desk.pictures == {0: [second]}
    desk.take_away(0, second.digest)
    assert desk.pictures == {0: []} and desk.num_bytes == 0
