"""The one picture chooser of all pages: samples, an upload, the camera.

A sample's name is the parameter `image` of the page. An upload stays with its
visitor: one picture, the same on every page, gone when the visitor leaves, never in a link.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from html import escape

import streamlit as st
from PIL import Image

from cnnviz.counting import listed
from cnnviz.figures.pictures import Encoded
from cnnviz.figures.shown import shown
from cnnviz.images import (
    FRAMES,
    MAX_BYTES,
    SAMPLES,
    Frame,
    ImageError,
    fit,
    frame_code,
    framed,
    load_image,
    photographed,
    sample,
)
from cnnviz.images.framing import MOST_ZOOM
from cnnviz.places import AssetError
from cnnviz.ui.address import Address
from cnnviz.ui.insides.files import received
from cnnviz.ui.kept import kept
from cnnviz.ui.uploader import uploader
from cnnviz.ui.visit import own
from cnnviz.ui.visit.camera import camera
from cnnviz.ui.weights import suited

MNIST_SIDE = 28  # pixels
THUMBNAIL = 88  # pixels; shown at half of it, crisp on fine screens
STATE = "_pictures"
ABOUT = "The picture that this page works on. All samples are free to use."
ZOOM = "How many times smaller the square is than the largest one that fits."
PLACE = "Where the square lies between the picture's two edges."


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
    cut: str = ""  # lines of a script that cut `picture`, as this one is, from what is opened

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


def picture_chooser(
    address: Address,
    names: Sequence[str] | None = None,
    *,
    kept_share: float = 0.0,
    is_for_digits: bool = False,
) -> Picture:
    """The controls to choose a picture, and the picture that is chosen.

    Args:
        address: the page's, whose parameter `image` holds the name of a sample.
        names: the samples to offer, all of them by default.
        kept_share: of a square's side that the network's own cut leaves; where it is not 0, what
            the network gets can be chosen, and the page has the parameters `frame`, `zoom`,
            `crop_x` and `crop_y`.
        is_for_digits: the network reads digits: of the visitor's own it gets the ink, as MNIST has
            it.
    """
    names = tuple(names or SAMPLES)
    visitor = _visitor()
    chosen = address.values().image
    address.only(image=None if chosen in names else f"the pictures {', '.join(names)}")
    address.stand_in(**({} if address.defaults.image in names else {"image": names[0]}))
    if chosen not in names:
        chosen = names[0]
        address.fall_back(image=chosen)
    place = f"{address.page}_image"
    own.note(address.page, "picture", bool(visitor.png))
    with st.container(key=f"{place}_chooser", gap="xsmall"):
        if visitor.png:
            picture = _uploaded(visitor)
            picture = _as_digit(picture) if is_for_digits else picture
        else:
            picture = _first_that_opens(list(dict.fromkeys([chosen, *names])))
        if kept_share:
            picture = _framed(picture, address, kept_share)
        if visitor.png:
            _show_upload(picture, place, suited.words(address))
        else:
            _select_sample(picture, address.key("image"), names)
        if kept_share:
            _framing(address)
        _upload_or_camera(address.page, place)
    return picture


def _framed(picture: Picture, address: Address, kept_share: float) -> Picture:
    """The part of a picture that the address says."""
    values = address.values()
    frame = Frame(values.frame, values.zoom, values.crop_x, values.crop_y, kept_share)
    if frame.kind == "square":
        return picture
    load = picture.load
    return replace(
        picture,
        load=lambda: framed(load(), frame),
        digest=f"{picture.digest}-{frame.text}",
        cut=frame_code(picture.image.size, frame),
    )


def _framing(address: Address) -> None:
    """The controls for what of the picture a network gets."""
    kind = address.values().frame
    with st.expander("Crop and zoom", key=f"{address.page}_framing", expanded=kind != "square"):
        st.segmented_control(
            "What the network gets",
            list(FRAMES),
            key=address.key("frame"),
            format_func=FRAMES.__getitem__,
            required=True,
            help="Networks read squares. The middle square of a wide picture can miss what it is "
            "about; the whole picture has white beside it and everything in it is smaller.",
        )
        if kind == "hand":
            st.slider("Zoom", 1.0, MOST_ZOOM, step=0.1, key=address.key("zoom"), help=ZOOM)
            st.slider("Across", 0, 100, key=address.key("crop_x"), format="%d %%", help=PLACE)
            st.slider("Down", 0, 100, key=address.key("crop_y"), format="%d %%", help=PLACE)


def _visitor() -> _Visitor:
    return st.session_state.setdefault(STATE, _Visitor())


def sampled(name: str) -> Picture:
    """A sample picture.

    Raises:
        AssetError: its file is missing or damaged.
    """
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
            return sampled(name)
        except AssetError as error:
            if name == names[0]:
                st.warning(str(error), icon=":material/broken_image:")
    return sampled(names[-1])


def _uploaded(visitor: _Visitor) -> Picture:
    load = partial(_decoded, visitor.digest, visitor.png)
    image = load()
    alt = f"A picture of your own, {image.width} × {image.height} pixels"
    return Picture(load, "upload", "Your picture", alt, is_upload=True, digest=visitor.digest)


def _as_digit(picture: Picture) -> Picture:
    """The digit that lies on a picture, as MNIST has it; the picture where it shows none.

    One of MNIST's own size is taken as it is.
    """
    image = picture.image
    if image.size == (MNIST_SIDE, MNIST_SIDE) or not _is_digit(image):
        return picture
    load = picture.load
    return replace(
        picture,
        load=lambda: _digit_form(load()),
        alt=f"A digit of your own, from a picture of {image.width} × {image.height} pixels",
        digest=f"{picture.digest}-digit",
        cut="from cnnviz.images.mnist_form import as_picture\n"
        "from cnnviz.shift.digits import digit_of\n\n"
        'picture = as_picture(digit_of(picture)).convert("RGB")\n',
    )


# What follows needs torch, which a page that shows no digit does not wait for.


def _digit_form(image: Image.Image) -> Image.Image:
    from cnnviz.images.mnist_form import as_picture
    from cnnviz.shift.digits import digit_of

    return as_picture(digit_of(image)).convert("RGB")


def _is_digit(image: Image.Image) -> bool:
    from cnnviz.shift.digits import is_digit

    return is_digit(image)


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
            help=_about_samples() if len(names) == len(SAMPLES) else ABOUT,
            persist_state="session",  # or it is forgotten while an upload hides the select box
        )


@cache
def _about_samples() -> str:
    """What the samples are, and of which classes that the networks know none is a photograph."""
    from cnnviz.models.photographs import NUM_CLASSES  # here: they bring torch
    from cnnviz.models.shipped import CIFAR10_CLASSES

    seen = photographed()
    missing = [name for name in CIFAR10_CLASSES if name not in seen]
    of_cifar, of_imagenet = (
        [name for name in seen if (name in CIFAR10_CLASSES) == is_wanted]
        for is_wanted in (True, False)
    )
    return (
        f"{ABOUT} Of CIFAR-10’s ten classes there are photographs of {listed(of_cifar)} alone: no "
        f"free one was found of {listed(missing)}, which are drawn. Of ImageNet’s {NUM_CLASSES:,} "
        f"there are photographs of {listed(of_imagenet)}, and of the other "
        f"{NUM_CLASSES - len(of_imagenet):,} none."
    )


def _show_upload(picture: Picture, place: str, words: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
        _thumbnail(picture)
        st.markdown(f"**{picture.title}**  \n:small[not part of the link]")
    if words:
        st.caption(words)
    st.button(
        "Back to the samples",
        icon=":material/undo:",
        key=f"{place}_samples",
        on_click=_forget_upload,
        width="stretch",
    )


def _thumbnail(picture: Picture) -> None:
    """The picture cut to a small square, beside the controls."""
    source = _thumbnail_url(picture.digest, picture)
    style = "display:block; width:44px; height:44px; border-radius:8px"
    st.html(f'<img src="{source}" alt="{escape(picture.alt)}" style="{style}">', width=44)


@kept(is_quick=True)
def _thumbnail_url(digest: str, _picture: Picture) -> str:
    buffer = io.BytesIO()
    fit(_picture.image, THUMBNAIL).save(buffer, "WEBP", quality=80)
    return Encoded(buffer.getvalue(), "image/webp").data_url


def _upload_or_camera(page: str, place: str) -> None:
    """The uploader behind one line that opens; the camera is asked for only when it is wanted."""
    visitor = _visitor()
    opened = f"{place}_own"
    label = "Another picture" if visitor.png else "Upload or camera"
    # Not a popover: its content comes last on the page for the keyboard and for screen readers.
    opener = st.expander(label, key=opened, on_change=_dismiss_problem)
    if not opener.open:
        return
    keys = {what: f"{place}_{what}_{visitor.attempts}" for what in ("file", "camera", "shot")}
    with opener:
        uploader(
            "A picture from your device",
            most_mb=MAX_BYTES // 1024**2,
            key=keys["file"],
            refused=_refuse,
            on_change=_take,
            args=(page, keys["file"], opened),
        )
        if visitor.problem:
            st.error(shown(visitor.problem), icon=":material/broken_image:")
        if st.toggle("Use the camera", key=keys["camera"]):
            camera(place, key=keys["shot"], on_change=_take, args=(page, keys["shot"], opened))
        st.caption("It stays with you and is not part of the link to this view.")


def _refuse(sentence: str) -> None:
    _visitor().problem = sentence


def _take(page: str, widget: str, opened: str) -> None:
    """Make what the visitor gave the picture, or say why not and keep the one before."""
    given = received(st.session_state.get(widget))
    if given is None:  # taken back before it was used
        return
    visitor = _visitor()
    visitor.attempts += 1
    try:
        image = load_image(given)
    except ImageError as error:
        visitor.problem = str(error)
        return
    give(page, image)
    suited.came(page, visitor.digest, _is_digit(image))
    st.session_state[opened] = False


def give(page: str, image: Image.Image) -> None:
    """Make a picture the visitor's own, as if it had been uploaded on this page."""
    visitor, buffer = _visitor(), io.BytesIO()
    image.save(buffer, "PNG", compress_level=1)
    visitor.png, visitor.problem = buffer.getvalue(), ""
    visitor.digest = hashlib.blake2b(visitor.png, digest_size=16).hexdigest()
    own.note(page, "picture", True)


def _dismiss_problem() -> None:
    _visitor().problem = ""


def _forget_upload() -> None:
    visitor = _visitor()
    visitor.png, visitor.digest, visitor.problem = b"", "", ""
    own.forget("picture")
