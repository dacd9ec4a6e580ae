"""What the bytes of an upload are, and what of them a decoder may see.

Pillow reads all metadata of a file when it opens it, and metadata can be made to cost far more than
the picture (measured: 320 MB and 3 s for a JPEG of 10 MB that shows 64 × 64 pixels). So only the
parts that draw the picture go on, and the one thing of value in the rest, which way is up, is read
here.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

MAX_BYTES = 10 * 1024**2  # as in .streamlit/config.toml
MAX_PIECES = 50_000  # segments or chunks of a file; a large PNG has a few thousand
MAX_SCANS = 50  # of a JPEG: each costs a walk over all pixels; a progressive photo has about ten
MAX_RLE_BYTES = 1024**2  # of a compressed BMP: Pillow unpacks it in Python, 0.4 s for a megabyte

READABLE = "JPEG, PNG, WebP, GIF or BMP"

PROGRESSIVE = 0xC2
END = b"\xff\xd9"
OTHER_BYTES = bytes(1 + 37 * place % 251 for place in range(512))
JPEG_MARKER = re.compile(rb"[\0\xff]*\xff([^\0\xff])")  # after fill bytes or junk zeros

SIGNATURES = (
    (re.compile(rb"\xff\xd8\xff"), "JPEG"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "PNG"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "WEBP"),
    (re.compile(rb"GIF8[79]a"), "GIF"),
    (re.compile(rb"BM"), "BMP"),
)

EXPORT = "Export it as JPEG or PNG"
OTHERS = (  # what else people upload: how it begins, what it is, what to do
    (rb"....ftyp(hei|hev|mif1|msf1)", "a HEIC photo", EXPORT),
    (rb"....ftypavi[fs]", "an AVIF picture", EXPORT),
    (rb"....ftyp", "a video", "Save one of its frames as a picture"),
    (rb"\x1aE\xdf\xa3|RIFF....AVI ", "a video", "Save one of its frames as a picture"),
    (rb"II\*\0|MM\0\*", "a TIFF picture or a camera's raw file", EXPORT),
    (rb"\xff\x0a|\0\0\0\x0cJXL ", "a JPEG XL picture", EXPORT),
    (rb"\0\0\0\x0cjP  ", "a JPEG 2000 picture", EXPORT),
    (rb"8BPS", "a Photoshop file", EXPORT),
    (rb"\0\0\x01\0", "an icon file", EXPORT),
    (rb"[^%]{0,1000}%PDF", "a PDF document", "Save the page or the figure as PNG"),
    (rb"%!PS|\xc5\xd0\xd3\xc6", "a PostScript drawing", "Export it as PNG"),
    (rb"PK\x03\x04", "a ZIP archive or an office document", "Take the picture out of it first"),
    (rb"\x93NUMPY", "a NumPy array", "Save it with PIL.Image.fromarray(array).save('picture.png')"),
    (
        rb"\W*<(!doctype html|html|head|body)",
        "a web page",
        "Save the picture itself, not the page around it",
    ),
    (
        rb"\W*<(\?xml|!--|!doctype svg|svg).{0,1000}<svg|\W*<svg",
        "an SVG drawing",
        "Export it as PNG",
    ),
)


class ImageError(ValueError):
    """The bytes are not a picture that is read here; says why, and what would be right."""


@dataclass(frozen=True)
class PictureFile:
    """A file that begins as a picture.

    Attributes:
        format: its format's name in Pillow.
        data: what draws it.
        exif: its EXIF.
        other_end: of a file without an end, `data` with other bytes where it breaks off.
    """

    format: str
    data: bytes
    exif: bytes = b""
    other_end: bytes = b""


def picture_file(data: bytes) -> PictureFile:
    """The file without its metadata.

    Raises:
        ImageError: empty, too large, not one of the five formats, or its parts make no sense.
    """
    if not data:
        raise ImageError(f"The file is empty. Choose a {READABLE} picture.")
    if len(data) > MAX_BYTES:
        raise ImageError(
            f"The file has {len(data) / 1024**2:.1f} MB, and at most {MAX_BYTES // 1024**2} MB are "
            "read. A smaller copy will do: pictures are shown with at most 1024 pixels a side."
        )
    format_name = _format(data)
    try:
        bare, exif = BARE[format_name](data)
    except (struct.error, IndexError):
        raise damaged(format_name) from None
    return PictureFile(format_name, bare, exif, _other_end(data, bare, format_name))


def damaged(format_name: str) -> ImageError:
    """The error for a file that begins well and cannot be read to its end."""
    shown = "WebP" if format_name == "WEBP" else format_name
    return ImageError(
        f"The file begins as a {shown} picture but is damaged or incomplete. "
        "Save or download it once more, or choose another one."
    )


def orientation(exif: bytes) -> int:
    """The way up, 1 to 8 as in EXIF's tag 0x0112; 1 (as it is) where none can be read.

    Source: Exif 2.32, 4.6.2 and 4.6.4 A.
    """
    tiff = exif.removeprefix(b"Exif\0\0")
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return 1
    try:
        (directory,) = struct.unpack_from(order + "I", tiff, 4)
        (entries,) = struct.unpack_from(order + "H", tiff, directory)
        for entry in range(directory + 2, directory + 2 + 12 * entries, 12):
            tag, _, _, value = struct.unpack_from(order + "HHIH", tiff, entry)
            if tag == 0x0112:
                return value if 1 <= value <= 8 else 1
    except struct.error:
        pass  # it ends before it should
    return 1


def _format(data: bytes) -> str:
    """Pillow's name of the format that `data` begins as."""
    for signature, format_name in SIGNATURES:
        if signature.match(data):
            return format_name
    for beginning, what, advice in OTHERS:
        if re.match(beginning, data[:2000], re.DOTALL | re.IGNORECASE):
            raise ImageError(f"This is {what}, which is not read here. {advice}.")
    raise ImageError(f"This is not a picture that is read here. Choose a {READABLE} picture.")


def _bare_jpeg(data: bytes) -> tuple[bytes, bytes]:
    """JPEG (ITU-T T.81, annex B): tables, frame, how colours are coded, and scans up to the end."""
    kept, exif, scans, frame = [data[:2]], b"", b"", b""
    for marker, start, end in _jpeg_segments(data):
        if marker == 0xDA:  # start of scan: the picture itself
            scans = data[start:].partition(END)[0].rstrip(b"\xff") + END
        elif marker == 0xE1 and data[start + 4 : start + 10] == b"Exif\0\0":
            exif = exif or data[start + 4 : end]
        elif marker in (0xE0, 0xEE) or not (marker == 0xFE or 0xE0 <= marker <= 0xEF):
            kept.append(data[start:end])  # of comments and APPn only JFIF's and Adobe's
            frame = data[start:end] if marker == PROGRESSIVE else frame
    if frame and not _has_end(data) and not _has_all_passes(frame, scans):
        raise damaged("JPEG")
    if scans.count(b"\xff\xda") > MAX_SCANS:
        raise ImageError(
            f"The JPEG is drawn in more than {MAX_SCANS} passes, and photos have about ten. "
            "Save it once more in a picture program."
        )
    return b"".join(kept) + scans, exif


def _other_end(data: bytes, bare: bytes, format_name: str) -> bytes:
    """A JPEG without an end, with what decodes to anything but grey where it breaks off."""
    if format_name != "JPEG" or _has_end(data):
        return b""
    return bare.removesuffix(END) + OTHER_BYTES + END


def _has_end(data: bytes) -> bool:
    """Whether a JPEG has its last marker; one in the metadata only ends a preview."""
    scans = (start for marker, start, _ in _jpeg_segments(data) if marker == 0xDA)
    return END in data[next(scans, len(data)) :]


def _has_all_passes(frame: bytes, scans: bytes) -> bool:
    """Whether a progressive JPEG has passes for every bit of every number (T.81, annex G)."""
    missing = {component: set(range(64)) for component in frame[10::3]}
    for found in re.finditer(rb"\xff\xda..([\1-\4])", scans, re.DOTALL):
        names, end = scans[found.end() :][: 2 * found[1][0] : 2], found.end() + 2 * found[1][0]
        first, last, bits = scans[end : end + 3].ljust(3, b"\xff")
        if bits & 15 == 0:  # the last bit of the numbers from first to last
            for component in names:
                missing.get(component, set()).difference_update(range(first, last + 1))
    return not any(missing.values())


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, start and end of each segment up to the first scan."""
    position = 2
    for _ in range(MAX_PIECES):
        found = JPEG_MARKER.match(data, position)
        if found is None:
            raise damaged("JPEG")
        marker, start = found[1][0], found.end() - 2
        is_alone = marker == 0x01 or 0xD0 <= marker <= 0xD9
        length = 0 if is_alone else struct.unpack_from(">H", data, found.end())[0]
        position = found.end() + length
        yield marker, start, position
        if marker == 0xDA:
            return
    raise damaged("JPEG")


def _bare_png(data: bytes) -> tuple[bytes, bytes]:
    """PNG (ISO/IEC 15948): the critical chunks and transparency."""
    kept, exif = [data[:8]], b""
    for kind, start, end in _png_chunks(data):
        if kind in (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"):
            kept.append(data[start:end])
        elif kind == b"eXIf":
            exif = exif or data[start + 8 : end - 4]
    return b"".join(kept), exif


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and end of each chunk: its length, its kind, what it holds, a checksum."""
    position = 8
    for _ in range(MAX_PIECES):
        if position + 8 > len(data):
            return
        length, kind = struct.unpack_from(">I4s", data, position)
        yield kind, position, position + 12 + length
        if kind == b"IEND":
            return
        position += 12 + length
    raise damaged("PNG")


def _bare_webp(data: bytes) -> tuple[bytes, bytes]:
    """WebP (RFC 9649): as it is, for libwebp skips what it does not need."""
    chunks = _webp_chunks(data)
    found = [data[start + 8 : end] for kind, start, end in chunks if kind == b"EXIF"]
    return data, found[0] if found else b""


def _webp_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and end of each chunk: its kind, its length, what it holds, made even."""
    position = 12
    for _ in range(MAX_PIECES):
        if position + 8 > len(data):
            return
        kind, length = struct.unpack_from("<4sI", data, position)
        yield kind, position, position + 8 + length
        position += 8 + length + length % 2
    raise damaged("WEBP")


def _bare_gif(data: bytes) -> tuple[bytes, bytes]:
    """GIF (version 89a): screen, colours, and from the first frame on, with its transparency."""
    position = 13 + (3 * 2 ** (data[10] % 8 + 1) if data[10] >= 128 else 0)
    screen, control = data[:position], b""
    while data[position] == 0x21:  # an extension: label, then blocks that begin with their length
        start, position = position, position + 2
        while data[position]:
            position += 1 + data[position]
        position += 1
        if data[start + 1] == 0xF9:
            control = data[start:position]
    if data[position] != 0x2C:  # a frame
        raise damaged("GIF")
    return screen + control + data[position:], b""


def _bare_bmp(data: bytes) -> tuple[bytes, bytes]:
    """BMP: as it is, if it is not both compressed and large."""
    is_compressed = data[30:34] in (b"\1\0\0\0", b"\2\0\0\0")
    if is_compressed and len(data) > MAX_RLE_BYTES:
        raise ImageError(
            f"The BMP is compressed and has {len(data) / 1024**2:.1f} MB; such files are read up "
            f"to {MAX_RLE_BYTES // 1024**2} MB. Save it as PNG."
        )
    return data, b""


BARE: dict[str, Callable[[bytes], tuple[bytes, bytes]]] = {
    "JPEG": _bare_jpeg,
    "PNG": _bare_png,
    "WEBP": _bare_webp,
    "GIF": _bare_gif,
    "BMP": _bare_bmp,
}
