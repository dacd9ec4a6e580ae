"""What a file is told to be, what is wrong with it, and what of it goes on to the decoder."""

import random
import struct

import pytest
from PIL import Image

from cnnviz.images import ImageError, load_image
from cnnviz.images.files import MAX_BYTES, MAX_SCANS, orientation, picture_file
from tests.support.picture_makers import (
    MEGABYTE,
    chunk,
    claiming,
    compressed_bmp,
    file_of,
    noise,
    png,
    scan_bomb,
    webp_canvas,
)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (bytes(MAX_BYTES + 1), "has 10.0 MB, and at most 10 MB"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC photo.*JPEG"),
        (b"\0\0\0\x1cftypavif\0\0\0\0", "AVIF"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0", "video.*frames"),
        (b"%PDF-1.7\n%\xe2\xe3", "PDF document.*PNG"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<svg width='9'>", "SVG drawing"),
        (b"  <!DOCTYPE html><html>", "web page"),
        (b"PK\3\4\x14\0", "ZIP"),
        (b"II*\0\x08\0\0\0", "TIFF"),
        (b"\x93NUMPY\1\0v\0{'descr'", "NumPy array.*fromarray"),
        (b"8BPS\0\1", "Photoshop"),
        (b"hello world", "not a picture.*JPEG, PNG, WebP, GIF or BMP"),
        (b"\x89PNG\r\n\x1a\n" + bytes(20), "begins as a PNG picture but is damaged"),
        (png(9, 9)[:45], "begins as a PNG picture but is damaged"),
        (claiming(7000, 6000), r"7000 × 6000 = 42\.0 million pixels, and at most 40 million"),
        (claiming(1, 66_000), "1 × 66000 pixels, and no side may have more than 65535"),
        (webp_canvas(3_600), r"3600 × 3600 = 13\.0 million .* at most 12\.5 million .* WebP"),
        (webp_canvas(16_383), "too many pixels"),
        (scan_bomb(MAX_SCANS), "more than 50 passes"),
        (compressed_bmp(2_000, bytes(2 * MEGABYTE)), r"compressed and has 2\.0 MB"),
    ],
)
def test_the_error_says_what_the_file_is_and_what_would_be_right(data, says):
    with pytest.raises(ImageError, match=says):
        load_image(data)


def test_a_photo_with_a_video_behind_it_is_a_photo():
    video = random.Random(3).randbytes(MEGABYTE).replace(b"\xff\xd9", b"") + b"\xff\xda" * 90
    assert load_image(file_of(noise(), "JPEG") + video).size == (37, 23)


def test_only_what_draws_the_picture_goes_to_the_decoder():
    exif = Image.Exif()
    exif[0x0112] = 8
    jpeg = picture_file(
        file_of(noise(), "JPEG", exif=exif, icc_profile=b"p" * 99, comment=b"secret")
    )
    assert (jpeg.format, orientation(jpeg.exif)) == ("JPEG", 8)
    assert not any(word in jpeg.data for word in (b"Exif", b"ICC_PROFILE", b"secret"))
    text = chunk(b"tEXt", b"Author\0secret")
    assert picture_file(png(9, 9, extra=text)) == picture_file(png(9, 9))


def test_an_orientation_beyond_the_end_is_as_it_is():
    for cut in range(40):
        assert orientation((b"II*\0" + struct.pack("<IH", 8, 9) + bytes(90))[:cut]) == 1


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_jpeg_that_ends_too_early_is_damaged_and_one_without_its_last_marker_is_not(
    mode, progressive
):
    whole = file_of(noise().convert(mode), "JPEG", progressive=progressive, quality=90)
    preview = b"\xff\xe1\x00\x1aExif\0\0" + b"a preview ends\xff\xd9"
    for cut in (0, 1, 2):
        assert load_image(whole[: len(whole) - cut]).size == (37, 23)
    for share in (0.5, 0.8, 0.95):
        kept = whole[: int(len(whole) * share)]
        for data in (kept, kept[:2] + preview + kept[2:]):
            with pytest.raises(ImageError, match="begins as a JPEG picture but is damaged"):
                load_image(data)


def test_a_progressive_jpeg_without_its_last_passes_is_damaged():
    whole = file_of(noise(), "JPEG", progressive=True)
    passes = [place for place in range(len(whole)) if whole[place : place + 2] == b"\xff\xda"]
    for place in passes[1:]:
        with pytest.raises(ImageError, match="damaged"):
            load_image(whole[:place])
