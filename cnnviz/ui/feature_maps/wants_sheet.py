"""Recorded pictures of every channel of a layer, to choose one."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cnnviz.figures.pictures import nice_limit
from cnnviz.images import SAMPLES
from cnnviz.ui import media
from cnnviz.ui.components import register
from cnnviz.ui.sent import index, word
from cnnviz.wants.recorded import ACROSS, Recorded, sheet

_mount = register("wants_sheet")


def wants_sheet(
    known: Recorded,
    *,
    key: str,
    selected: int,
    on_select: Callable[[int], None],
    says: Mapping[str, str],
) -> None:
    """Show them; `on_select` is told the channel that was chosen.

    The address says it at the press, as the parameter `map`, and what it `says` besides.
    """
    count = len(known.scores)

    def chosen() -> None:
        channel = word(key, "choose", index(count))
        if channel is not None:
            on_select(channel)

    _mount(
        data={
            "url": media.url(sheet(known.network, known.layer), "image/webp", key),
            "across": ACROSS,
            "count": count,
            "selected": selected,
            "says": dict(says),
            "labels": [_label(known, channel) for channel in range(count)],
            "alt": f"What each of the {count} channels of {known.layer} wants to see, recorded.",
        },
        key=key,
        on_choose_change=chosen,
        height="content",
    )


def _label(known: Recorded, channel: int) -> str:
    best = ", ".join(
        f"{SAMPLES[name].title} {nice_limit(round(value, 2))}"
        for name, value in known.best[channel]
        if name in SAMPLES
    )
    return f"channel {channel} · of our pictures most by: {best}"
