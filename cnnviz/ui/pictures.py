"""The one picture chooser of all pages: samples, an upload, the camera.

A sample's name is the parameter `image` of the page. An upload stays with its
visitor: one picture, the same on every page, gone when the visitor leaves, never in a link.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from html import escape
from typing import TYPE_CHECKING

import streamlit as st
from PIL import Image

from cnnviz.figures.pictures import Encoded
from cnnviz.figures.shown import shown
from cnnviz.images import MAX_BYTES, SAMPLES, ImageError, fit, load_image, sample
from cnnviz.places import AssetError
from cnnviz.ui.address import Address
from cnnviz.ui.insides import release
from cnnviz.ui.kept import kept

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

SUFFIXES = ("jpg", "jpeg", "png", "webp", "gif", "bmp")
THUMBNAIL = 88  # pixels; shown at half of it, crisp on fine screens
STATE = "_pictures"


@dataclass(frozen=True)
class Picture:
    """The chosen picture, equal to another one if it shows the same.

    It outlives the run in fragments and callbacks, so it holds a way to the pixels, not the pixels.
    """

    load: Callable[[], Image.Image] = field(compare=False, repr=False)
    name: str  # of a sample, or "upload"
    title: str
    alt: str
    is_upload: bool
    digest: str  # what caches may know it by

    @property
    def image(self) -> Image.Image:
        """The pixels, RGB, and yours to change."""
        return self.load()


def sample_file(picture: Picture) -> str | None:
    """Where a script in this project's folder finds a sample; None for a picture of one's own."""
    found = SAMPLES.get(picture.name)
    return f"assets/pictures/{found.file.name}" if found else None


@dataclass
class _Visitor:
    """What one visitor has uploaded: a PNG (empty: nothing) and how the last attempt went."""

    png: bytes = b""
    digest: str = ""
    problem: str = ""
    attempts: int = 0  # part of the widgets' keys, so that each attempt starts with empty ones


def picture_chooser(address: Address, names: Sequence[str] | None = None) -> Picture:
    """The controls to choose a picture, and the picture that is chosen.

    Args:
        address: the page's, whose parameter `image` holds the name of a sample.
        names: the samples to offer, all of them by default.
    """
    names = tuple(names or SAMPLES)
    visitor = _visitor()
    chosen = address.values().image
    if chosen not in names:
        chosen = names[0]
        address.set(image=chosen)
    place = f"{address.page}_image"
    with st.container(key=f"{place}_chooser", gap="xsmall"):
        if visitor.png:
            picture = _uploaded(visitor)
            _show_upload(picture, place)
        else:
            picture = _first_that_opens(list(dict.fromkeys([chosen, *names])))
            _select_sample(picture, address.key("image"), names)
        _upload_or_camera(place)
    return picture


def _visitor() -> _Visitor:
    return st.session_state.setdefault(STATE, _Visitor())


def _sampled(name: str) -> Picture:
    entry = SAMPLES[name]
    sample(name)  # a file that is missing or damaged is noticed here
    load = partial(sample, name)
    return Picture(load, name, entry.title, entry.alt, is_upload=False, digest=name)


def _first_that_opens(names: Sequence[str]) -> Picture:
    """The first sample whose file is there and whole; that the chosen one is not is said.

    Raises:
        AssetError: there is none.
    """
    for name in names[:-1]:
        try:
            return _sampled(name)
        except AssetError as error:
            if name == names[0]:
                st.warning(str(error), icon=":material/broken_image:")
    return _sampled(names[-1])


def _uploaded(visitor: _Visitor) -> Picture:
    load = partial(_decoded, visitor.digest, visitor.png)
    image = load()
    alt = f"A picture of your own, {image.width} × {image.height} pixels"
    return Picture(load, "upload", "Your picture", alt, is_upload=True, digest=visitor.digest)


def _decoded(digest: str, png: bytes) -> Image.Image:
    return _kept_upload(digest, png).copy()


@kept(is_quick=True)
def _kept_upload(digest: str, _png: bytes) -> Image.Image:
    with Image.open(io.BytesIO(_png)) as image:
        return image.convert("RGB")


def _select_sample(picture: Picture, key: str, names: Sequence[str]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", wrap=False):
        _thumbnail(picture)
        st.selectbox(
            "Picture",
            names,
            key=key,
            format_func=lambda name: SAMPLES[name].title,
            help="The picture that this page works on. All samples are free to use.",
            persist_state="session",  # or it is forgotten while an upload hides the select box
        )


def _show_upload(picture: Picture, place: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
        _thumbnail(picture)
        st.markdown(f"**{picture.title}**  \n:small[not part of the link]")
    st.button(
        "Back to the samples",
        icon=":material/undo:",
        key=f"{place}_samples",
        on_click=_forget_upload,
        width="stretch",
    )


def _thumbnail(picture: Picture) -> None:
    """The picture cut to a small square, beside the controls."""
    source = _thumbnail_url(picture.digest, picture.image)
    style = "display:block; width:44px; height:44px; border-radius:8px"
    st.html(f'<img src="{source}" alt="{escape(picture.alt)}" style="{style}">', width=44)


@kept(is_quick=True)
def _thumbnail_url(digest: str, _image: Image.Image) -> str:
    buffer = io.BytesIO()
    fit(_image, THUMBNAIL).save(buffer, "WEBP", quality=80)
    return Encoded(buffer.getvalue(), "image/webp").data_url


def _upload_or_camera(place: str) -> None:
    """The uploader behind one line that opens; the camera is asked for only when it is wanted."""
    visitor = _visitor()
    opened = f"{place}_own"
    label = "Another picture" if visitor.png else "Upload or camera"
    # Not a popover: its content comes last on the page for the keyboard and for screen readers.
    own = st.expander(label, key=opened, on_change=_dismiss_problem)
    if not own.open:
        return
    keys = {what: f"{place}_{what}_{visitor.attempts}" for what in ("file", "camera", "shot")}
    with own:
        st.file_uploader(
            "A picture from your device",
            type=SUFFIXES,
            max_upload_size=MAX_BYTES // 1024**2,
            key=keys["file"],
            on_change=_take,
            args=(keys["file"], opened),
        )
        if visitor.problem:
            st.error(shown(visitor.problem), icon=":material/broken_image:")
        if st.toggle("Use the camera", key=keys["camera"]):
            st.camera_input(
                "Take a picture", key=keys["shot"], on_change=_take, args=(keys["shot"], opened)
            )
        st.caption("It stays with you and is not part of the link to this view.")


def _take(widget: str, opened: str) -> None:
    """Make what the visitor gave the picture, or say why not and keep the one before."""
    file: UploadedFile | None = st.session_state.get(widget)
    if file is None:  # taken back before it was used
        return
    visitor = _visitor()
    visitor.attempts += 1
    given = file.getvalue()
    release(file)
    try:
        image = load_image(given)
    except ImageError as error:
        visitor.problem = str(error)
        return
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=1)
    visitor.png = buffer.getvalue()
    visitor.digest = hashlib.blake2b(given, digest_size=16).hexdigest()
    visitor.problem = ""
    st.session_state[opened] = False


def _dismiss_problem() -> None:
    _visitor().problem = ""


def _forget_upload() -> None:
    visitor = _visitor()
    visitor.png, visitor.digest, visitor.problem = b"", "", ""
