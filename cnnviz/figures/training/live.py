"""All that the live view of a training draws, for the component `training_live`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torch import Tensor

from cnnviz.figures.pictures import encode_photo, photo
from cnnviz.figures.training.course import Course
from cnnviz.figures.training.curves import curves
from cnnviz.figures.training.filters import filters, heatmaps, maps, palettes
from cnnviz.figures.training.seen import Seen
from cnnviz.figures.training.words import moments, percent, scores
from cnnviz.models.transforms import InputSpec
from cnnviz.training.material import Material


def live(
    seen: Sequence[Seen],
    course: Course,
    num_steps: int,
    material: Material,
    picture: int,
) -> dict[str, Any]:
    """Curves, filters, maps, confusion matrix and one picture, at every snapshot so far.

    Args:
        seen: the snapshots, at least the first.
        course: of the run so far.
        num_steps: of the whole run.
        material: that is learnt.
        picture: the number of the validation picture that is looked at.
    """
    found, now = filters(seen), seen[-1]
    pixels, label = material.validation.pictures[picture], int(material.validation.labels[picture])
    return {
        "curves": curves(course, [one.moment for one in seen], num_steps, len(material.classes)),
        "moments": moments(seen, material.classes),
        "filters": found,
        "maps": maps([now], found["count"]) if found else None,
        "heat": heatmaps(seen),
        "scores": scores(seen, material.classes),
        "picture": {
            "url": picture_url(pixels, material.input),
            "name": f"validation picture {picture + 1:,}",
            "true": material.classes[label],
        },
        "classes": list(material.classes),
        "asked": f"{len(material.validation):,} validation pictures",
        "palettes": palettes(),
        "right": _right(course, seen),
        "alt": alt(seen, num_steps, material),
    }


def picture_url(pixels: Tensor, spec: InputSpec) -> str:
    """A picture (channels, H, W) of uint8 with the black that is put around it."""
    edge = spec.padding
    whole = pixels.new_zeros((len(pixels), spec.padded_size, spec.padded_size))
    whole[:, edge : edge + pixels.shape[1], edge : edge + pixels.shape[2]] = pixels
    return encode_photo(photo(whole.float() / 255)).data_url


def alt(seen: Sequence[Seen], num_steps: int, material: Material) -> str:
    """The charts in a sentence."""
    now = seen[-1].moment
    return (
        f"Loss and share right of a training on {material.title}: at step {now.step:,} of "
        f"{num_steps:,} the validation loss is {now.loss:.2f} and {percent(now.accuracy)} of "
        f"{len(material.validation):,} validation pictures are right."
    )


def _right(course: Course, seen: Sequence[Seen]) -> list[str]:
    """The last means of both kinds, as they are written beside the chart."""
    last = course.columns[1][-20:]
    training = f"{100 * last.mean():.1f}" if len(last) else "–"
    return [training, f"{100 * seen[-1].moment.accuracy:.1f}"]
