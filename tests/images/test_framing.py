"""What of a picture a network gets: by the pixels, and by the script's own lines."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from cnnviz.images import FRAMES, Frame, frame_code, framed
from cnnviz.images.framing import MOST_ZOOM, cut, kept_share
from cnnviz.models import pretrained

SIDES = st.integers(1, 60)
FRAME = st.builds(
    Frame,
    st.sampled_from(list(FRAMES)),
    st.floats(1, MOST_ZOOM),
    st.integers(0, 100),
    st.integers(0, 100),
    st.sampled_from([1.0, 0.875]),
)


def noise(width, height):
    pixels = np.random.default_rng(0).integers(0, 255, (height, width, 3), np.uint8)
    return Image.fromarray(pixels)


@given(SIDES, SIDES, FRAME)
def test_the_lines_of_a_script_do_what_the_page_does(width, height, frame):
    found = {"picture": noise(width, height), "Image": Image}
    exec(frame_code((width, height), frame), found)
    assert np.array_equal(found["picture"], framed(noise(width, height), frame))


@given(SIDES, SIDES, FRAME)
def test_a_square_by_hand_lies_in_the_picture(width, height, frame):
    left, top, right, bottom = cut((width, height), frame)
    assert 0 <= left < right <= width and 0 <= top < bottom <= height
    assert right - left == bottom - top <= min(width, height)


@pytest.mark.parametrize("name", ["resnet18-cifar10", "efficientnet-lite0"])
def test_the_whole_picture_is_seen_to_its_edges(name):
    transform = pretrained(name).transform
    picture = Image.new("RGB", (300, 100), "red")
    whole = Frame("whole", kept_share=kept_share(transform.crop))
    seen = np.asarray(transform.crop(framed(picture, whole)))
    is_red = (seen == (255, 0, 0)).all(axis=2)
    assert is_red.sum() == 300 * 100 and abs(len(seen) - 300) <= 2


def test_frames_that_show_the_same_have_the_same_text():
    assert Frame("whole", zoom=3).text == Frame("whole").text != Frame("hand").text
    assert Frame("hand", 2).text != Frame("hand", 2, 10).text
