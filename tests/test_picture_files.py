"""Damaged, odd and hostile files: a picture or an ImageError, nothing else, in little memory."""

import gzip
import io
import json
import random
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator

import pytest
from PIL import Image

from cnnviz.images import MAX_SIDE, ImageError, load_image
from cnnviz.picture_files import MAX_BYTES, MAX_SCANS, orientation, picture_file

MEGABYTE = 1024**2


def file_of(image: Image.Image, format_name: str, **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format_name, **options)
    return buffer.getvalue()


def chunk(kind: bytes, payload: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(kind + payload))
    return struct.pack(">I", len(payload)) + kind + payload + checksum


def png(width: int, height: int, colour_type: int = 0, depth: int = 8, extra: bytes = b"") -> bytes:
    """An all-zero PNG, its rows compressed one by one so that making it takes no memory."""
    channels = {0: 1, 2: 3, 4: 2, 6: 4}[colour_type]
    row = bytes(1 + (width * channels * depth + 7) // 8)
    deflate = zlib.compressobj(1)
    body = b"".join(deflate.compress(row) for _ in range(height)) + deflate.flush()
    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0)
    rest = extra + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + rest


def noise(mode: str = "RGB", size: tuple[int, int] = (37, 23)) -> Image.Image:
    return Image.effect_noise(size, 70).convert(mode)


def good_files() -> list[bytes]:
    """One or more small files of every format and mode."""
    clear = noise("RGBA")
    clear.putalpha(noise("L"))
    frames = {"save_all": True, "append_images": [noise("P"), noise("P")]}
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "cnnviz"
    return [
        file_of(noise(), "JPEG", exif=exif, comment=b"hello"),
        file_of(noise(), "JPEG", progressive=True, icc_profile=bytes(300)),
        file_of(noise("L"), "JPEG"),
        file_of(noise("CMYK"), "JPEG"),
        file_of(noise(), "PNG", exif=exif),
        file_of(clear, "PNG"),
        file_of(noise("P"), "PNG", transparency=3),
        file_of(noise("1"), "PNG"),
        file_of(noise("I;16"), "PNG"),
        file_of(noise("P"), "GIF", comment=b"hello"),
        file_of(noise("P"), "GIF", transparency=3, **frames),
        file_of(noise(), "WEBP", quality=60, exif=exif),
        file_of(clear, "WEBP", lossless=True),
        file_of(noise(), "WEBP", save_all=True, append_images=[noise(), noise()]),
        file_of(noise(), "BMP"),
        file_of(noise("P"), "BMP"),
        file_of(clear, "BMP"),
    ]


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The file after one of seven accidents."""
    accident, place = chance.randrange(7), chance.randrange(len(data))
    if accident == 0:
        return data[:place]
    if accident == 1:
        return data[:place] + data[place + chance.randrange(1, 40) :]
    if accident == 2:
        return data[:place] + chance.randbytes(chance.randrange(1, 200)) + data[place:]
    if accident == 3:  # a number of the file becomes enormous
        return data[:place] + b"\xff\xff\xff\x7f" + data[place + 4 :]
    if accident == 4:
        return data[:place] + data[place // 2 :]
    flipped = bytearray(data)
    for _ in range(1 if accident == 5 else 12):
        flipped[chance.randrange(min(len(data), 64 if accident == 5 else len(data)))] ^= (
            1 << chance.randrange(8)
        )
    return bytes(flipped)


def strangers(chance: random.Random) -> Iterator[bytes]:
    """Things that are no picture, alone and behind the first bytes of one."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("cat.png", good_files()[4])
    things = [
        archive.getvalue(),
        b"<svg xmlns='http://www.w3.org/2000/svg'><rect width='9' height='9'/></svg>",
        b"<!doctype html><title>cat.jpg</title>",
        b"%PDF-1.7\n",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        json.dumps({"picture": "cat"}).encode(),
        gzip.compress(good_files()[0]),
        file_of(noise(), "TIFF"),
        file_of(noise(), "ICO"),
        file_of(noise(), "PPM"),
        "ein Bild".encode("utf-16"),
        b"\0" * 500,
        b"\xff" * 500,
    ]
    signatures = [data[:length] for data in good_files() for length in (2, 4, 12, 26, 40)]
    for thing in things:
        yield thing
        yield from (signature + thing for signature in chance.sample(signatures, 12))
    for _ in range(120):
        yield chance.choice(signatures) + chance.randbytes(chance.randrange(400))
        yield chance.randbytes(chance.randrange(1, 400))


def outcome(data: bytes) -> str:
    """ "picture" or "refused"; anything else fails the test."""
    try:
        picture = load_image(data)
    except ImageError as error:
        assert str(error).endswith(".") and len(str(error)) > 30
        return "refused"
    assert picture.mode == "RGB" and 1 <= min(picture.size) <= max(picture.size) <= MAX_SIDE
    return "picture"


def test_five_thousand_damaged_files_are_a_picture_or_an_image_error():
    chance = random.Random(2)
    files = [mutated(data, chance) for data in good_files() for _ in range(300)]
    files += strangers(chance)
    outcomes = [outcome(data) for data in files]
    assert len(outcomes) >= 5_000
    # The test would say nothing if every file were refused at the door, or none.
    assert outcomes.count("picture") > 500 and outcomes.count("refused") > 2_500


def test_the_files_that_are_damaged_here_were_good():
    assert {outcome(data) for data in good_files()} == {"picture"}


# Files that mean harm. Each is small to send and dear to open, had one only trusted it.


def scan_bomb(scans: int) -> bytes:
    """A progressive JPEG whose last scan is repeated."""
    data = file_of(noise(size=(64, 64)), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    table = data.rindex(b"\xff\xc4", 0, last)
    return data[:-2] + data[table:-2] * scans + data[-2:]


def exif_bomb() -> bytes:
    """Five thousand entries that all point at the same 8 MB: 40 GB to one who reads them all."""
    entries = b"".join(
        struct.pack("<HHII", tag, 1, 8 * MEGABYTE, 8) for tag in range(0x0113, 0x0113 + 5_000)
    )
    return b"II*\0" + struct.pack("<IH", 8, 5_000) + entries + bytes(8 * MEGABYTE)


def webp_canvas(side: int) -> bytes:
    """An animated WebP of `side` × `side` with a first frame of 8 × 8."""
    frame = file_of(Image.new("RGB", (8, 8)), "WEBP", lossless=True)[12:]
    frame = bytes(6) + (7).to_bytes(3, "little") * 2 + (100).to_bytes(3, "little") + b"\0" + frame
    canvas = b"\x12\0\0\0" + (side - 1).to_bytes(3, "little") * 2
    parts = [(b"VP8X", canvas), (b"ANIM", bytes(6)), *[(b"ANMF", frame)] * 40]
    body = b"".join(kind + struct.pack("<I", len(part)) + part for kind, part in parts)
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


def in_gif(extra: bytes, size: tuple[int, int] = (8, 8)) -> bytes:
    data = file_of(Image.new("P", size), "GIF")
    screen = 13 + 3 * 2 ** (data[10] % 8 + 1)
    return data[:screen] + extra + data[screen:]


def in_jpeg(extra: bytes) -> bytes:
    data = file_of(noise(), "JPEG")
    return data[:2] + extra + data[2:]


def compressed_bmp(side: int, body: bytes) -> bytes:
    header = struct.pack("<IiiHHIIiiII", 40, side, side, 1, 8, 1, len(body), 0, 0, 256, 0)
    start = 14 + 40 + 1024
    return (
        b"BM" + struct.pack("<IHHI", start + len(body), 0, 0, start) + header + bytes(1024) + body
    )


def hostile_files() -> dict[str, bytes]:
    text = zlib.compress(bytes(MEGABYTE - 9), 9)
    profile = zlib.compress(bytes(200 * MEGABYTE), 1)
    exif = exif_bomb()
    with_exif = chunk(b"eXIf", exif)
    large = Image.new("RGB", (6300, 6300), (9, 99, 200))
    return {
        "40 million pixels with transparency, 16 bits deep": png(6300, 6300, 6, 16),
        "two gigapixels": png(8, 8)[:16] + struct.pack(">II", 45_000, 45_000) + png(8, 8)[24:],
        "60 texts of 1 MB": png(8, 8, extra=60 * chunk(b"zTXt", b"a\0\0" + text)),
        "a colour profile of 200 MB": png(8, 8, extra=chunk(b"iCCP", b"a\0\0" + profile)),
        "800,000 chunks": png(8, 8, extra=800_000 * chunk(b"prVt", b"")),
        "one column": png(1, 3_000_000),
        "EXIF in a PNG": png(8, 8, extra=with_exif),
        "EXIF in a WebP": webp_with_exif(exif),
        "EXIF in parts in a JPEG": in_jpeg(
            b"".join(
                b"\xff\xe1" + struct.pack(">H", 65_008) + b"Exif\0\0" + exif[at : at + 65_000]
                for at in range(0, 8_000_000, 65_000)
            )
        ),
        "2 million comments in a JPEG": in_jpeg(b"\xff\xfe\0\2" * 2_000_000),
        "2 million segments in a JPEG": in_jpeg(b"\xff\xe5\0\2" * 2_000_000),
        "2 million tables in a JPEG": in_jpeg(b"\xff\xdb\0\2" * 2_000_000),
        "9 MB of fill in a JPEG": in_jpeg(b"\xff" * 9_000_000),
        "a JPEG in thousands of passes": scan_bomb(10_000),
        "40 million pixels, progressive": file_of(
            large, "JPEG", progressive=True, subsampling=0, quality=95
        ),
        "a WebP canvas of 268 million pixels": webp_canvas(16_383),
        "a WebP canvas of 12 million pixels": webp_canvas(3_500),
        "a GIF of 40 million pixels": in_gif(b"", (6300, 6300)),
        "2 million comments in a GIF": in_gif(b"!\xfe\1a\0" * 2_000_000),
        "comments after junk in a GIF": in_gif(b"\0" + b"!\xfe\1a\0" * 2_000_000),
        "a compressed BMP of 5 MB": compressed_bmp(6300, b"\1\5" * 2_500_000),
        "a compressed BMP of 40 million pixels": compressed_bmp(
            6300, (b"\xff\5" * 24 + b"\xb4\5\0\0") * 6300
        ),
    }


def webp_with_exif(exif: bytes) -> bytes:
    data = webp_canvas(64)
    extra = b"EXIF" + struct.pack("<I", len(exif)) + exif
    flags = data[:20] + b"\x1a" + data[21:] + extra
    return flags[:4] + struct.pack("<I", len(flags) - 8) + flags[8:]


ONE_FILE = """
import resource, sys, time
from PIL import Image
from cnnviz.images import ImageError, load_image
Image.init()

def peak():  # of this process since `reset`, in MB
    line, = [line for line in open("/proc/self/status") if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024

def reset():
    open("/proc/self/clear_refs", "w").write("5")

for length in map(int, sys.argv[1:]):
    data = sys.stdin.buffer.read(length)
    reset()
    before, start = peak(), time.process_time()
    try:
        result = "x".join(map(str, load_image(data).size))
    except ImageError as error:
        result = "refused"
    print(f"{peak() - before:.0f} {time.process_time() - start:.2f} {result}", flush=True)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_no_file_takes_300_megabytes_or_10_seconds():
    """All in one fresh process; what a file takes is the growth of its peak."""
    files = hostile_files()
    assert max(map(len, files.values())) <= MAX_BYTES  # none is turned away for its size alone
    lengths = [str(len(data)) for data in files.values()]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ONE_FILE, *lengths],
        input=b"".join(files.values()),
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr.decode()
    rows = [line.split() for line in done.stdout.decode().splitlines()]
    assert len(rows) == len(files)
    taken = {name: (float(mb), float(s)) for name, (mb, s, _) in zip(files, rows, strict=True)}
    results = {name: result for name, (_, _, result) in zip(files, rows, strict=True)}
    assert {name: cost for name, cost in taken.items() if cost[0] > 300 or cost[1] > 10} == {}
    assert results["40 million pixels, progressive"] == "1024x1024"
    assert results["a WebP canvas of 12 million pixels"] == "1024x1024"
    assert results["60 texts of 1 MB"] == results["EXIF in a PNG"] == "8x8"


# The sentences.


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
        (png(7000, 6000)[:200], r"7000 × 6000 = 42\.0 million pixels, and at most 40 million"),
        (png(1, 66_000), "1 × 66000 pixels, and no side may have more than 65535"),
        (webp_canvas(3_600), r"3600 × 3600 = 13\.0 million .* at most 12\.5 million .* WebP"),
        (webp_canvas(16_383), "too many pixels"),
        (scan_bomb(MAX_SCANS), "more than 50 passes"),
        (compressed_bmp(2_000, bytes(2 * MEGABYTE)), r"compressed and has 2\.0 MB"),
    ],
)
def test_the_error_says_what_the_file_is_and_what_would_be_right(data, says):
    with pytest.raises(ImageError, match=says):
        load_image(data)


def test_pixels_are_counted_before_they_are_decoded():
    """The header says 42 million pixels, and there are none: the size is what is complained of."""
    with pytest.raises(ImageError, match="million pixels"):
        load_image(png(7000, 6000)[:100])


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
