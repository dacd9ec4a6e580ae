"""A network as a graph that folds, and as volumes; pointing lights a layer in all views of it."""

from __future__ import annotations

from collections.abc import Sequence

from cnnviz.builder.doctor import Diagnosis
from cnnviz.builder.doctor.preview import shapes_with
from cnnviz.figures.boxes import Box
from cnnviz.figures.by_size.picture import CAPTION as BY_SIZE
from cnnviz.figures.by_size.picture import STYLE, sizes_svg
from cnnviz.figures.by_size.stations import merged, plan_of
from cnnviz.figures.volumes import CAPTION, PAGE_STYLE, Volume, volumes_svg
from cnnviz.models.specs import NetworkSpec
from cnnviz.ui.build.folds import Folds
from cnnviz.ui.components import register

MOST_VOLUMES = 60

_mount_graph, _mount_volumes = register("graph"), register("volumes")


def show_graph(box: Box, folds: Folds, *, name: str, selected: str | None, is_edited: bool) -> None:
    """The graph of a network.

    Args:
        box: the network, as boxes in boxes.
        folds: the groups that are unfolded.
        name: of the network, which its groups are folded under in all its views.
        selected: number of the selected layer, "" for the input, None for none.
        is_edited: a layer that is clicked is selected.
    """
    _mount_graph(
        data={
            "name": name,
            "box": box.told(),
            "open": folds.opened,
            "word": folds.word,
            "selected": selected,
            "read_only": not is_edited,
            "alt": f"The graph of {box.title}: {len(box.inside)} boxes from top to bottom, those "
            f"that hold others fold",
        },
        key="build_graph",
        height="content",
    )


def show_volumes(
    volumes: Sequence[Volume], *, name: str, selected: str | None, is_edited: bool
) -> None:
    """The volumes of a network, the first `MOST_VOLUMES` of them; arguments as for the graph."""
    caption = CAPTION
    if len(volumes) > MOST_VOLUMES:
        caption += f" The first {MOST_VOLUMES} of {len(volumes)} volumes: fold groups to see more."
    shown = volumes[:MOST_VOLUMES]
    _mount_volumes(
        data={
            "volumes": volumes_svg(shown, has_style=False),
            "style": PAGE_STYLE,
            "caption": caption,
            "selected": selected,
            "read_only": not is_edited,
            "alt": f"{name} as {len(shown)} volumes from the input to the output",
        },
        key="build_volumes",
        height="content",
    )


def show_sizes(spec: NetworkSpec, found: Diagnosis | None, *, selected: str | None) -> None:
    """A network that is edited, one row for each size of its maps.

    Behind a layer that does not fit stands what the first mend of the diagnosis `found` would give.
    """
    mends = (
        [mend for mend in found.mends if mend.spec.input_shape == spec.input_shape] if found else []
    )
    plan = merged(plan_of(spec, shapes_with(spec, mends[0].spec) if mends else None))
    _mount_volumes(
        data={
            "volumes": sizes_svg(plan),
            "style": STYLE,
            "caption": BY_SIZE,
            "selected": selected,
            "read_only": False,
            "alt": f"{spec.name}: {len(plan.stations)} maps in {len(plan.rows)} rows, one for each "
            "size",
        },
        key="build_sizes",
        height="content",
    )
