"""The picture chooser in Streamlit's test runner; the pages' tests have it in a browser."""

import io
from dataclasses import dataclass

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from cnnviz.images import SAMPLES
from cnnviz.ui.address import Address
from cnnviz.ui.parameters import choice
from cnnviz.ui.pictures import Picture

OPEN = "demo_image_own"


@dataclass(frozen=True)
class Values:
    image: str = choice(next(iter(SAMPLES)), SAMPLES)


ADDRESS = Address("demo", Values)


def page(names=None):
    import streamlit as st

    from cnnviz.ui.pictures import picture_chooser
    from tests.ui.test_pictures import ADDRESS

    picture = picture_chooser(ADDRESS, names=names)
    st.session_state["picture"] = picture
    st.text(f"{picture.name} {picture.image.width}x{picture.image.height}")


def start(names=None, **state) -> AppTest:
    at = AppTest.from_function(page, default_timeout=30, kwargs={"names": names})
    for name, value in state.items():
        at.session_state[f"demo-{name}"] = value
    return ran(at)


def ran(at: AppTest) -> AppTest:
    at.run()
    assert not at.exception
    return at


def opened(at: AppTest) -> AppTest:
    at.session_state[OPEN] = True
    return ran(at)


def upload(at: AppTest, data: bytes, name: str = "mine.png") -> AppTest:
    at.get("file_uploader")[0].set_value((name, data, "image/png"))
    return ran(at)


def png(colour: str, size: tuple[int, int] = (30, 20)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, "PNG")
    return buffer.getvalue()


def shown(at: AppTest) -> Picture:
    return at.session_state["picture"]


def test_all_samples_are_offered_by_their_titles():
    at = start()
    assert at.selectbox(key="demo-image").options == [entry.title for entry in SAMPLES.values()]
    assert at.text[0].value == "cat 451x300"
    assert shown(at).alt == SAMPLES["cat"].alt and not shown(at).is_upload


def test_a_page_may_offer_a_few_samples_only():
    at = start(names=["digit_7", "digit_3"])
    assert at.selectbox(key="demo-image").options == ["Digit seven", "Digit three"]
    assert at.text[0].value == "digit_7 280x280"


def test_the_sample_of_the_address_is_shown():
    at = start(image="brick")
    assert at.text[0].value == "brick 512x512"
    at.selectbox(key="demo-image").set_value("horse").run()
    assert (shown(at).name, shown(at).digest) == ("horse", "horse")


@pytest.mark.parametrize("nonsense", ["wolf", "", None, 7, ["cat"], "upload"])
def test_an_unknown_name_falls_back_to_the_first_sample(nonsense):
    assert start(image=nonsense).text[0].value == "cat 451x300"


def test_no_camera_and_no_uploader_before_they_are_wanted():
    at = start()
    assert not at.get("camera_input") and not at.get("file_uploader")
    assert at.get("file_uploader") == [] and opened(at).get("file_uploader")
    assert not at.get("camera_input")
    at.toggle[0].set_value(True)
    assert ran(at).get("camera_input")


def test_an_upload_is_shown_and_the_way_back_leads_to_the_sample_before():
    at = start()
    at.selectbox(key="demo-image").set_value("coffee")
    at = upload(opened(ran(at)), png("red"))
    assert at.text[0].value == "upload 30x20"
    picture = shown(at)
    assert (np.asarray(picture.image) == [255, 0, 0]).all()
    assert picture.is_upload and "30 × 20" in picture.alt
    assert at.session_state[OPEN] is False  # it has done its work
    assert not at.selectbox
    ran(at)
    assert at.session_state["demo-image"] == "coffee"  # the link still names a sample
    at.button(key="demo_image_samples").click()
    assert ran(at).text[0].value == "coffee 512x341"
    box = at.selectbox(
        key="demo-image"
    ).proto  # the browser makes it anew and must be told its value
    assert (box.set_value, box.raw_value) == (True, "Cup of coffee")


def test_the_page_says_that_an_upload_is_not_in_the_link():
    at = opened(start())
    assert "not part of the link" in at.caption[0].value
    assert "not part of the link" in upload(at, png("red")).markdown[0].value


def test_a_broken_upload_says_why_and_keeps_the_picture_before():
    at = upload(opened(start(image="coffee")), b"not a picture")
    assert at.text[0].value == "coffee 512x341"
    assert "not a picture that is read here" in at.error[0].value
    assert "not a picture" in ran(at).error[0].value  # until the visitor does something
    upload(at, png("red"))
    assert not at.error and at.text[0].value == "upload 30x20"
    upload(opened(at), png("blue")[:40])
    assert "damaged" in at.error[0].value
    assert (np.asarray(shown(at).image) == [255, 0, 0]).all()


def test_a_second_upload_takes_the_place_of_the_first():
    at = upload(opened(start()), png("red"))
    first = shown(at)
    second = shown(upload(opened(at), png("blue", (8, 8))))
    assert (first.digest == second.digest, first == second) == (False, False)
    assert second.image.size == (8, 8)
    assert len(at.session_state["_pictures"].png) < 500  # one picture, not a history


def test_the_same_file_has_the_same_digest_for_every_visitor():
    one, other = (shown(upload(opened(start()), png("red"))) for _ in range(2))
    assert one == other and hash(one) == hash(other)
    assert one.image is not other.image


def test_a_visitor_does_not_see_the_upload_of_another():
    upload(opened(start()), png("red"))
    assert start().text[0].value == "cat 451x300"


def test_drawing_on_a_picture_leaves_the_next_one_clean():
    at = upload(opened(start()), png("red"))
    shown(at).image.paste("black", (0, 0, 30, 20))
    assert (np.asarray(shown(ran(at)).image) == [255, 0, 0]).all()
