"""ImageNet weights that are not on this machine are offered for download."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlparse

import streamlit as st

from cnnviz.models import ImageNetStatus, WeightsError, download_weights
from cnnviz.ui.weights.fetching import Fetched, offer_to_fetch


def offer_download(page: str, status: ImageNetStatus, instead: str) -> None:
    """What is fetched, from where and how large it is, and the button that fetches it.

    Args:
        page: where the button stands, for its key.
        status: of the weights that are not on this machine.
        instead: title of the network that the page shows until they are.
    """
    what = Fetched(
        "weights",
        status.name,
        status.size_bytes,
        partial(download_weights, status.name),
        WeightsError,
    )
    host = urlparse(status.url).hostname
    st.caption(
        f"The ImageNet weights of {status.name} are not on this machine: {what.size} "
        f"from {host}, once. Until then: {instead}."
    )
    offer_to_fetch(what, f"{page}_download")
