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
from cnnviz.images.files import MAX_BYTES
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


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
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


def exif_bomb() -> bytes:
    """Five thousand entries that all point at the same 8 MB: 40 GB to one who reads them all."""
    entries = b"".join(
        struct.pack("<HHII", tag, 1, 8 * MEGABYTE, 8) for tag in range(0x0113, 0x0113 + 5_000)
    )
    return b"II*\0" + struct.pack("<IH", 8, 5_000) + entries + bytes(8 * MEGABYTE)


def in_gif(extra: bytes, size: tuple[int, int] = (8, 8)) -> bytes:
    data = file_of(Image.new("P", size), "GIF")
    screen = 13 + 3 * 2 ** (data[10] % 8 + 1)
    return data[:screen] + extra + data[screen:]


def in_jpeg(extra: bytes) -> bytes:
    data = file_of(noise(), "JPEG")
    return data[:2] + extra + data[2:]


def hostile_files() -> dict[str, bytes]:
    text = zlib.compress(bytes(MEGABYTE - 9), 9)
    profile = zlib.compress(bytes(50 * MEGABYTE), 1)
    exif = exif_bomb()
    with_exif = chunk(b"eXIf", exif)
    large = Image.new("RGB", (6300, 6300), (9, 99, 200))
    return {
        "40 million pixels with transparency, 16 bits deep": png(6300, 6300, 6, 16),
        "two gigapixels": claiming(45_000, 45_000),
        "60 texts of 1 MB": png(8, 8, extra=60 * chunk(b"zTXt", b"a\0\0" + text)),
        "a colour profile of 50 MB": png(8, 8, extra=chunk(b"iCCP", b"a\0\0" + profile)),
        "800,000 chunks": png(8, 8, extra=800_000 * chunk(b"prVt", b"")),
        "one column": claiming(1, 39_000_000),
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


@pytest.mark.slow
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
