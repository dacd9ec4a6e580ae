"""Where a view puts what it shows."""

from __future__ import annotations

from typing import NamedTuple

from streamlit.delta_generator import DeltaGenerator


class Places(NamedTuple):
    """The places of the page.

    Attributes:
        main: the controls that stay within reach on a phone.
        more: the other controls, and words.
        bar: beside the choice of the view.
        right: the picture and its numbers.
    """

    main: DeltaGenerator
    more: DeltaGenerator
    bar: DeltaGenerator
    right: DeltaGenerator
