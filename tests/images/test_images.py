"""Exact pictures made with Pillow go in; their pixels, worked out by hand, must come back."""

import io
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageDraw

from cnnviz import images
from cnnviz.images import ImageError, fit, load_image, to_rgb, to_tensor
from tests.support.picture_makers import chunk, file_of

COLOURS = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (0, 0, 0), (200, 100, 50)]
LOSSLESS = {"PNG": {}, "BMP": {}, "GIF": {}, "WEBP": {"lossless": True}}
ORIENTATION = 0x0112


def mosaic(side: int = 1) -> Image.Image:
    """Six colours in two rows of three, each `side` pixels wide and high."""
    array = np.array(COLOURS, np.uint8).reshape(2, 3, 3)
    return Image.fromarray(array.repeat(side, axis=0).repeat(side, axis=1))


def pixels(image: Image.Image) -> np.ndarray:
    assert image.mode == "RGB"
    return np.asarray(image).astype(int)


@pytest.mark.parametrize("format_name", LOSSLESS)
def test_a_lossless_file_comes_back_pixel_for_pixel(format_name):
    data = file_of(mosaic(), format_name, **LOSSLESS[format_name])
    assert (pixels(load_image(data)) == pixels(mosaic())).all()


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"subsampling": 0}])
def test_a_jpeg_comes_back_nearly_as_it_was(options):
    data = file_of(mosaic(16), "JPEG", quality=95, **options)
    middles = pixels(load_image(data))[8::16, 8::16]
    assert abs(middles - np.array(COLOURS).reshape(2, 3, 3)).max() <= 6


@pytest.mark.parametrize("format_name", ["PNG", "GIF", "BMP"])
def test_a_palette_is_looked_up(format_name):
    palette = mosaic().quantize(6)
    assert palette.mode == "P"
    assert (pixels(load_image(file_of(palette, format_name))) == pixels(mosaic())).all()


def test_sixteen_bits_are_scaled_not_clipped():
    values = np.array([[0, 128, 129, 257, 32768, 65535]], np.uint16)
    data = file_of(Image.fromarray(values), "PNG")
    expected = [0, 0, 1, 1, 128, 255]  # value / 257, rounded
    assert pixels(load_image(data))[0, :, 0].tolist() == expected
    assert pixels(load_image(data))[0, :, 2].tolist() == expected


def test_sixteen_bit_colour_is_read():
    """Two pixels of 16-bit RGB, written by hand: Pillow cannot save them."""
    row = struct.pack(">6H", 65535, 0, 32896, 256, 514, 0)
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 2, 1, 16, 2, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(b"\0" + row))
    data = b"\x89PNG\r\n\x1a\n" + header + body + chunk(b"IEND", b"")
    assert pixels(load_image(data)).tolist() == [[[255, 0, 128], [1, 2, 0]]]


def test_grey_and_black_and_white_become_three_equal_channels():
    grey = Image.fromarray(np.array([[0, 77, 255]], np.uint8))
    assert pixels(load_image(file_of(grey, "PNG"))).tolist() == [[[0] * 3, [77] * 3, [255] * 3]]
    bits = grey.point(lambda value: 255 * (value > 100)).convert("1")
    for format_name in ("PNG", "BMP", "GIF"):
        assert pixels(load_image(file_of(bits, format_name)))[0, :, 1].tolist() == [0, 0, 255]


def test_cmyk_is_converted():
    inks = Image.new("CMYK", (16, 16), (0, 255, 255, 0))  # no cyan, all magenta and yellow: red
    red = pixels(load_image(file_of(inks, "JPEG", quality=95)))
    assert abs(red - np.array([255, 0, 0])).max() <= 6


@pytest.mark.parametrize("format_name", ["PNG", "WEBP"])
def test_transparency_is_seen_over_white(format_name):
    image = Image.new("RGBA", (3, 1))
    image.putdata([(255, 0, 0, 0), (255, 0, 0, 128), (255, 0, 0, 255)])
    options = {"lossless": True, "exact": True} if format_name == "WEBP" else {}
    came_back = pixels(load_image(file_of(image, format_name, **options)))
    assert came_back[0, 0].tolist() == [255, 255, 255]
    assert abs(came_back[0, 1] - [255, 127, 127]).max() <= 1  # 255 * (1 - 128 / 255) = 127
    assert came_back[0, 2].tolist() == [255, 0, 0]


def test_grey_with_transparency_is_seen_over_white():
    image = Image.new("LA", (2, 1))
    image.putdata([(0, 0), (40, 255)])
    assert pixels(load_image(file_of(image, "PNG"))).tolist() == [[[255] * 3, [40] * 3]]


@pytest.mark.parametrize(
    ("mode", "format_name"),
    [("P", "PNG"), ("P", "GIF"), ("L", "PNG"), ("L", "GIF"), ("RGB", "PNG")],
)
def test_a_transparent_colour_is_seen_as_white(mode, format_name):
    image = Image.new("L", (2, 1))
    image.putdata([0, 90])
    image = image.convert(mode)
    clear = (0, 0, 0) if mode == "RGB" else 0
    came_back = pixels(load_image(file_of(image, format_name, transparency=clear)))
    assert came_back.tolist() == [[[255] * 3, [90] * 3]]


def test_a_transparent_grey_of_sixteen_bits_is_seen_as_white():
    values = np.array([[7, 8], [7, 65535]], np.uint16)
    seen = load_image(file_of(Image.fromarray(values), "PNG", transparency=7))
    assert np.asarray(seen)[..., 0].tolist() == [[255, 0], [255, 255]]


def test_integers_and_floats_are_scaled_by_their_range():
    integers = Image.fromarray(np.array([[-5, 0, 32768, 70000]], np.int32))
    assert (integers.mode, pixels(to_rgb(integers))[0, :, 0].tolist()) == ("I", [0, 0, 128, 255])
    floats = Image.fromarray(np.array([[-1, 0, 0.5, 1, 9, np.nan]], np.float32))
    assert floats.mode == "F"
    assert pixels(to_rgb(floats))[0, :, 0].tolist() == [0, 0, 128, 255, 255, 0]


UPRIGHT: dict[int, Callable[[np.ndarray], np.ndarray]] = {
    1: lambda seen: seen,
    2: lambda seen: seen[:, ::-1],
    3: lambda seen: seen[::-1, ::-1],
    4: lambda seen: seen[::-1],
    5: lambda seen: seen.transpose(1, 0, 2),
    6: lambda seen: np.rot90(seen, 1),
    7: lambda seen: seen[::-1, ::-1].transpose(1, 0, 2),
    8: lambda seen: np.rot90(seen, -1),
}


@pytest.mark.parametrize("orientation", UPRIGHT)
@pytest.mark.parametrize("format_name", ["PNG", "WEBP", "JPEG"])
@pytest.mark.parametrize("order", ["<", ">"])
def test_a_picture_stands_upright(orientation, format_name, order):
    """What was seen is stored turned, and the EXIF tag says how to turn it back."""
    stored = Image.fromarray(np.ascontiguousarray(UPRIGHT[orientation](np.asarray(mosaic(16)))))
    exif = tiff(order, [(ORIENTATION, 3, 1, orientation)])
    options = {"lossless": True} if format_name == "WEBP" else {"quality": 95, "subsampling": 0}
    came_back = pixels(load_image(file_of(stored, format_name, exif=exif, **options)))
    assert came_back.shape == (32, 48, 3)
    assert abs(came_back - pixels(mosaic(16)))[8::16, 8::16].max() <= (
        6 if format_name == "JPEG" else 0
    )


def tiff(order: str, entries: list[tuple[int, int, int, int]]) -> bytes:
    """An EXIF block with these entries: tag, type (3 is SHORT), count, value."""
    start = {"<": b"II*\0", ">": b"MM\0*"}[order] + struct.pack(order + "I", 8)
    body = b"".join(struct.pack(order + "HHIHH", *entry, 0) for entry in entries)
    return b"Exif\0\0" + start + struct.pack(order + "H", len(entries)) + body + bytes(4)


@pytest.mark.parametrize("order", ["<", ">"])
def test_the_orientation_agrees_with_pillow(order):
    """Our own encoder of EXIF is checked against Pillow's decoder."""
    exif = tiff(order, [(0x010F, 3, 1, 5), (ORIENTATION, 3, 1, 6)])
    with Image.open(io.BytesIO(file_of(mosaic(8), "JPEG", exif=exif))) as image:
        assert image.getexif()[ORIENTATION] == 6


@pytest.mark.parametrize("value", [0, 9, 77])
def test_an_orientation_that_does_not_exist_changes_nothing(value):
    data = file_of(mosaic(), "PNG", exif=tiff("<", [(ORIENTATION, 3, 1, value)]))
    assert (pixels(load_image(data)) == pixels(mosaic())).all()


def test_only_the_first_frame_of_an_animation_is_shown():
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "lime", "blue")]
    for format_name in ("GIF", "WEBP", "PNG"):
        options = {"lossless": True} if format_name == "WEBP" else {}
        data = file_of(frames[0], format_name, save_all=True, append_images=frames[1:], **options)
        assert (pixels(load_image(data)) == [255, 0, 0]).all(), format_name


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((1024, 1024), (1024, 1024)),
        ((2048, 1024), (1024, 512)),
        ((1500, 3000), (512, 1024)),
        ((5000, 10), (1024, 2)),
        ((4097, 1), (1024, 1)),
        ((7, 5), (7, 5)),
    ],
)
@pytest.mark.parametrize("format_name", ["PNG", "JPEG"])
def test_the_longer_side_is_at_most_1024(size, expected, format_name):
    assert load_image(file_of(Image.new("L", size), format_name)).size == expected


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L"])
def test_shrinking_piece_by_piece_equals_shrinking_the_whole(mode):
    """A picture of 4101 × 1301: pieces of 1024 pixels, the last ones smaller, averaged 2 × 2."""
    image = Image.new("RGB", (4101, 1301), "white")
    canvas = ImageDraw.Draw(image)
    for step in range(0, 4101, 61):
        canvas.ellipse(
            (step, step // 4, step + 700, step // 4 + 300), outline=COLOURS[step % 6], width=9
        )
    if mode == "P":
        image = image.quantize(6)
    image = image.convert(mode)
    if mode == "RGBA":
        image.putalpha(image.getchannel("G"))
    came_back = pixels(load_image(file_of(image, "PNG", compress_level=1)))
    expected = to_rgb(image).reduce(2).resize((1024, 325), Image.Resampling.LANCZOS)
    assert abs(came_back - pixels(expected)).max() <= 1


def test_a_phone_photo_is_decoded_quickly_and_small():
    photo = Image.effect_noise((4032, 3024), 60).convert("RGB")
    came_back = load_image(file_of(photo, "JPEG", quality=60))
    assert came_back.size == (1024, 768)
    assert abs(pixels(came_back).mean() - 128) < 4  # noise around the middle stays in the middle


def test_a_colour_profile_does_no_harm():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for format_name, options in (*LOSSLESS.items(), ("JPEG", {"quality": 95})):
        data = file_of(mosaic(16), format_name, icc_profile=profile, **options)
        middles = pixels(load_image(data))[8::16, 8::16].reshape(6, 3)
        assert abs(middles - np.array(COLOURS)).max() <= 6


def test_fit_takes_the_middle_and_scales_it():
    stripes = Image.fromarray(
        np.array([[[9] * 3, [50] * 3, [60] * 3, [250] * 3]] * 2, np.uint8)
    )  # 4 wide, 2 high
    assert pixels(fit(stripes, 2))[:, :, 0].tolist() == [[50, 60], [50, 60]]
    assert fit(stripes, (7, 5)).size == (5, 7)
    with pytest.raises(ValueError, match="0 × 5 pixels"):
        fit(stripes, (0, 5))


def test_a_tensor_holds_channel_height_width_from_0_to_1():
    tensor = to_tensor(mosaic())
    assert (tuple(tensor.shape), str(tensor.dtype)) == ((3, 2, 3), "torch.float32")
    assert tensor[0].tolist() == [[1, 0, 0], [1, 0, pytest.approx(200 / 255)]]
    assert tensor[2, 0].tolist() == [0, 0, 1]
    assert tensor.is_contiguous()


def test_pictures_do_not_import_torch():
    script = "import sys, cnnviz.images; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == "False", done.stderr


def test_a_picture_waits_for_others_and_not_for_ever(monkeypatch):
    monkeypatch.setattr(images, "LIMIT_S", 0.01)
    data = file_of(mosaic(), "PNG")
    with images._one_at_a_time, pytest.raises(ImageError, match="in a minute"):
        load_image(data)
    assert load_image(data).size == mosaic().size
