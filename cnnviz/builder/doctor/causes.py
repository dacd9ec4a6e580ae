"""Why a wrong number arrives: the second half of the doctor's sentence."""

from __future__ import annotations

from math import isqrt

from cnnviz.builder.doctor.case import Case, Leaping, has_channels_last, title
from cnnviz.builder.doctor.input_sizes import (
    COMMON_SIZES,
    channels_expected,
    fitting_sizes,
    halved_maps,
)
from cnnviz.builder.doctor.words import many, size_text
from cnnviz.builder.names import number_of
from cnnviz.builder.shapes import shape_after
from cnnviz.counting import size_words
from cnnviz.models.specs import (
    Conv2d,
    ConvTranspose2d,
    Flatten,
    Linear,
    Residual,
)

FORWARD = (
    "a printout does not show forward, where a layer may be used twice or two paths be joined, so "
    "that this row of layers is a guess"
)
ABOUT_WHAT_ARRIVES = ("features", "not_flat", "flat", "channels", "slopes", "kernel", "norm")


def sentence_of(case: Case, known_cause: str | None = None) -> str:
    """What the layer expects, what arrives, and why, as one sentence."""
    cause = _cause(case) if known_cause is None else known_cause
    if known_cause is None and case.spec.guessed:
        cause = _guess(case)
    text = _counted(case) + (f", {cause}" if cause else "")
    if "forward" in case.spec.guessed:
        text = f"{FORWARD}: in it {text}"
    is_plain = text.startswith(("this ", "the ", "a printout"))  # and not the name of an argument
    return (text[0].upper() + text[1:] if is_plain else text) + "."


def _guess(case: Case) -> str:
    """What a guess has to do with the mistake; a guess is no cause of anything."""
    if "size" not in case.spec.guessed:
        return ""
    return f"if the pictures are {size_words(case.spec.input_shape)}, which is a guess"


def _counted(case: Case) -> str:
    """The sentence of the symptom, with the volume written out that a Flatten laid in a row."""
    flatten, arrived = case.flatten, case.symptom.arrived
    if case.symptom.kind != "features" or flatten is None or arrived is None:
        return case.symptom.sentence
    volume = flatten.input_shape
    if len(volume) == 1:
        return case.symptom.sentence
    expects = many(case.symptom.expected or 0, "number")
    return f"this Linear expects {expects}; {size_words(volume)} = {arrived:,} arrive"


def _cause(case: Case) -> str:
    if case.symptom.kind == "sum":
        return _loses_rows(case)
    if case.symptom.kind not in ABOUT_WHAT_ARRIVES:
        return ""
    if has_channels_last(case):
        count = many(case.spec.input_shape[2], "channel")
        verb = "comes" if case.spec.input_shape[2] == 1 else "come"
        return (
            f"because {count} {verb} last in {size_words(case.spec.input_shape)}: torch wants "
            "channels × height × width, so permute(0, 3, 1, 2)"
        )
    if (maps := _not_averaged(case)) is not None:
        return maps
    if (leap := _leap(case)) is not None:
        return leap
    channels, height, width = case.spec.input_shape
    sizes = fitting_sizes(case)
    if sizes is None:
        return _producer_cause(case)
    if sizes.best not in COMMON_SIZES and (maps := _other_maps(case)) is not None:
        return maps
    here, there = f"{height} × {width}", f"{sizes.best} × {sizes.best}"
    if sizes.channels != channels:
        here, there = f"{channels} × {here}", f"{sizes.channels} × {there}"
    if case.symptom.kind == "kernel":
        return f"because the input of {here} is too small: {there} would do"
    return f"because the input is {here} and not {there}"


def _loses_rows(case: Case) -> str:
    """Which convolution of a block gives back a smaller map at stride 1; "" where none does."""
    if not isinstance(case.layer, Residual) or len(case.arriving) != 3:
        return ""
    shape = case.arriving
    for place, layer in enumerate(case.layer.layers):
        made = shape_after((layer,), shape)
        if made is None or len(made) != 3:
            return ""
        lost = [before - after for before, after in zip(shape[1:], made[1:], strict=True)]
        is_full = isinstance(layer, Conv2d) and layer.stride in (1, (1, 1))
        if is_full and not isinstance(layer.padding, str) and max(lost) > 0:
            return (
                f"because layer {number_of((*case.path, place))}, Conv2d, takes away "
                f"{many(lost[0], 'row')} and {many(lost[1], 'column')}: its kernel is "
                f"{size_text(layer.kernel_size)} and its padding {size_text(layer.padding)}"
            )
        shape = made
    return ""


def _leap(case: Case) -> str | None:
    """The layer on the way whose stride leaps over most of its map; None where none does."""
    row = case.leap if case.symptom.kind in ("features", "kernel") else None
    if row is None or not isinstance(row.layer, Leaping):
        return None
    return (
        f"because {title(row)} goes on by {size_text(row.layer.stride or 0)} at a time (its "
        f"stride) and sees {size_text(row.layer.kernel_size)}"
    )


def _not_averaged(case: Case) -> str | None:
    """A Linear layer that expects one number of each map; None for any other."""
    flatten = case.flatten
    if case.symptom.kind != "features" or flatten is None or len(flatten.input_shape) != 3:
        return None
    maps, height, width = flatten.input_shape
    if case.symptom.expected != maps or (height, width) == (1, 1):
        return None
    return f"because each of the {many(maps, 'map')} has {height} × {width} numbers and not one"


def _other_maps(case: Case) -> str | None:
    """Square maps of another size than a Linear layer was made for; None where it is none."""
    flatten, expected = case.flatten, case.symptom.expected
    if flatten is None or expected is None or len(flatten.input_shape) != 3:
        return None
    maps, *arrived = flatten.input_shape
    edge = isqrt(expected // maps)
    if not edge or maps * edge * edge != expected:
        return None
    missing = ": a pooling may be missing" if halved_maps(case) == (edge, edge) else ""
    return f"because the maps are {size_words(arrived)} and not {edge} × {edge}{missing}"


def _producer_cause(case: Case) -> str:
    producer = case.producer
    if producer is None:
        if case.symptom.kind in ("channels", "slopes"):
            return f"because the input has {many(case.spec.input_shape[0], 'channel')}"
        return ""
    name = title(producer)
    match producer.layer:
        case Conv2d() | ConvTranspose2d() if case.symptom.kind in ("channels", "slopes"):
            return f"because {name} makes {many(producer.layer.out_channels, 'channel')}"
        case Linear() if case.symptom.kind in ("features", "channels", "slopes"):
            return f"because {name} makes {many(producer.layer.out_features, 'number')}"
        case Flatten() if case.symptom.kind == "features":
            return _maker_cause(case)
        case Flatten() if case.symptom.kind in ("flat", "norm"):
            return f"because {name} laid {size_words(producer.input_shape)} in a row"
    return ""


def _maker_cause(case: Case) -> str:
    """Which layer makes other channels than a Linear layer behind a Flatten was made for."""
    expected_channels, maker = channels_expected(case), case.maker_of_channels
    if expected_channels is None or maker is None or maker.output_shape is None:
        return ""
    made = many(maker.output_shape[0], "channel")
    return f"because {title(maker)} makes {made} and not {expected_channels:,}"
