"""What the convolution page filters: a picture, its numbers, and the layer that reads them."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
from PIL import Image
from torch import Tensor

from cnnviz.convolution.kernels import KERNELS
from cnnviz.convolution.responses import picture_settings
from cnnviz.convolution.settings import ConvSettings
from cnnviz.images import to_tensor
from cnnviz.ui.choices import segments
from cnnviz.ui.convolution.address import ADDRESS, COLOURS, OF_NUMBERS, Values
from cnnviz.ui.convolution.controls import settings_from
from cnnviz.ui.convolution.input_picture import InputPicture, input_picture
from cnnviz.ui.finding.terms import meaning
from cnnviz.ui.kept import kept
from cnnviz.ui.pictures import Picture, picture_chooser, sample_file

BANK_SIDE = 256  # pixels of the longer side when all filters are shown: each map is small anyway


@dataclass(frozen=True)
class PictureInput:
    """A picture ready to be filtered; it outlives the run, so it holds names and asks for numbers.

    Attributes:
        picture: as it was chosen.
        side: pixels of the longer side that it is brought to; None leaves it as it is.
    """

    picture: Picture
    side: int | None

    @property
    def tensor(self) -> Tensor:
        """Its numbers (3, H, W) in [0, 1], only to be read."""
        return _prepared(self.picture.digest, self.side, self.picture)[0]

    @property
    def prepared(self) -> InputPicture:
        """What a browser shows."""
        return _prepared(self.picture.digest, self.side, self.picture)[1]

    @property
    def file(self) -> str | None:
        """Where a script finds the picture in this project's folder; None for a visitor's own."""
        return sample_file(self.picture)


def choose_picture(values: Values) -> Picture | None:
    """The picture chooser, in the views that filter a picture; None in the grid's."""
    return None if values.view in OF_NUMBERS else picture_chooser(ADDRESS)


def prepared(values: Values, picture: Picture | None) -> PictureInput | None:
    """The chosen picture at the size today's view needs."""
    if picture is None:
        return None
    return PictureInput(picture, BANK_SIDE if values.view == "filters" else None)


@kept(is_quick=True)
def _prepared(digest: str, side: int | None, _picture: Picture) -> tuple[Tensor, InputPicture]:
    """Made once per picture and size, by its digest; both are only read."""
    image = _picture.image
    if side is not None:
        image.thumbnail((side, side), Image.Resampling.LANCZOS)
    tensor = to_tensor(image)
    return tensor, input_picture(tensor)


def layer_in_view(values: Values, shown: PictureInput | None) -> ConvSettings:
    """The layer whose numbers stand below the picture: the grid's, or the one that filters a photo.

    Of a photo, a kernel reads the sum of the three channels or each channel by itself; all filters
    together are one layer with as many kernels.
    """
    if shown is None:
        return settings_from(values)
    if values.view == "filters":
        return picture_settings(shown.tensor, settings_from(values), kernels=len(KERNELS))
    channels = "sum" if values.colour == "sum" else "each"
    return picture_settings(shown.tensor, settings_from(values), channels)


def picture_switches(values: Values) -> None:
    """Colours summed or one by one, and before or after ReLU; nothing beside numbers."""
    if values.view in OF_NUMBERS:
        return
    if values.view == "picture":
        segments(
            ADDRESS,
            "colour",
            "Colours",
            COLOURS,
            "Sum the responses of red, green and blue, as a layer does, or see one.",
            is_bare=True,
        )
    else:
        st.toggle(
            "Normalise kernels",
            key=ADDRESS.key("normalise"),
            help="Weights that sum to 0 are divided by half the sum of their sizes, so that the "
            "positive ones sum to 1: a response is then one mean minus another, from −1 to +1, "
            "whatever the size of the weights. Off: all as they are, on one scale.",
        )
    if values.view == "filters" and not values.normalise:
        st.toggle(
            "Each on its own scale",
            key=ADDRESS.key("per_map"),
            help="Blurs answer with large numbers, edge filters with small ones. On one scale that "
            "is true to see; on a scale of its own each map shows what it has.",
        )
    st.toggle("ReLU", key=ADDRESS.key("relu"), help=meaning("relu"))
