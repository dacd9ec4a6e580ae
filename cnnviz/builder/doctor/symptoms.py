"""What is wrong where a layer does not fit, in one sentence with the two numbers that clash."""

from __future__ import annotations

from math import prod

from cnnviz.builder.doctor.layout_symptoms import LayoutLayer, layout_symptom
from cnnviz.builder.doctor.window_symptoms import VolumeLayer, window_symptom
from cnnviz.builder.doctor.words import (
    Symptom,
    channels_arrive,
    many,
    what_arrives,
)
from cnnviz.builder.shapes import Shape, shape_after
from cnnviz.counting import size_words
from cnnviz.models.specs import (
    BatchNorm1d,
    BatchNorm2d,
    Flatten,
    GroupNorm,
    InstanceNorm2d,
    Layer,
    Linear,
    LogSoftmax,
    PReLU,
    Residual,
    Scale,
    Shift,
    Softmax,
    Upsample,
)


def symptom_of(layer: Layer, arriving: Shape, problem: str) -> Symptom:
    """What is wrong with a layer that does not take what arrives.

    Args:
        layer: a layer that does not fit.
        arriving: the shape that arrives, without the batch.
        problem: torch's words, for a mistake that has no sentence here.
    """
    found: Symptom | None = None
    match layer:
        case Linear():
            found = _linear(layer, arriving)
        case Upsample() if len(arriving) == 1:
            found = Symptom("flat", f"this Upsample expects a volume; {what_arrives(arriving)}")
        case Residual():
            found = _block(layer, arriving)
        case Softmax() | LogSoftmax():
            found = _softmax(layer, arriving)
        case Flatten() if layer.numbers:
            found = _view(layer, arriving)
        case PReLU() | Scale() | Shift():
            noun = "slope" if isinstance(layer, PReLU) else "number"
            expects = f"this {layer.kind} has {many(layer.num_parameters, noun)}, one per channel"
            sentence = f"{expects}; {channels_arrive(arriving[0])}"
            found = Symptom("slopes", sentence, layer.num_parameters, arriving[0])
        case BatchNorm1d() | BatchNorm2d() | InstanceNorm2d():
            found = _batch_norm(layer, arriving)
        case GroupNorm():
            found = _group_norm(layer, arriving)
        case _ if isinstance(layer, VolumeLayer) and len(arriving) == 1:
            found = window_symptom(layer, arriving)
        case _ if isinstance(layer, LayoutLayer):
            found = layout_symptom(layer, arriving)
        case _ if isinstance(layer, VolumeLayer):
            found = window_symptom(layer, arriving)
    return found or Symptom(
        "other", f"this {layer.kind} does not take {what_comes(arriving, problem)}"
    )


def what_comes(arriving: Shape, problem: str) -> str:
    """What arrives with torch's own reason, for a mistake that has no sentence of its own."""
    return f"the {size_words(arriving)} that arrive: {problem}"


def _linear(layer: Linear, arriving: Shape) -> Symptom:
    count = prod(arriving)
    expects = f"this Linear expects {many(layer.in_features, 'number')}"
    if len(arriving) == 1:
        sentence = f"{expects}; {channels_arrive(count)}"
        return Symptom("features", sentence, layer.in_features, count)
    volume = size_words(arriving)
    if count != layer.in_features:
        volume += f" = {count:,}"
    return Symptom(
        "not_flat",
        f"{expects} in a row; {volume} arrive in a volume that nothing has flattened",
        layer.in_features,
        count,
    )


def _view(layer: Flatten, arriving: Shape) -> Symptom:
    """A view with another number than arrives; one that divides it cuts pictures into rows."""
    count = prod(arriving)
    volume = f"{size_words(arriving)} = {count:,}" if len(arriving) > 1 else f"{count:,}"
    asks = f"view(-1, {layer.numbers}) asks for rows of {many(layer.numbers, 'number')}"
    sentence = f"{asks}; {volume} arrive for each picture"
    if count % layer.numbers == 0:
        sentence += (
            f": each picture is cut into {count // layer.numbers} rows, and the batch grows, which "
            "torch lets pass until the loss"
        )
    return Symptom("view", sentence, layer.numbers, count)


def _block(block: Residual, arriving: Shape) -> Symptom | None:
    main = shape_after(block.layers, arriving)
    shortcut = shape_after(block.shortcut_layers, arriving)
    if shortcut is None:
        expects = f"the 1×1 shortcut of this block expects {many(block.in_channels, 'channel')}"
        comes = channels_arrive(arriving[0]) if len(arriving) == 3 else what_arrives(arriving)
        return Symptom("shortcut", f"{expects}; {comes}", block.in_channels, arriving[0])
    if main is None:
        return None
    pairs = zip(main, shortcut, strict=False)
    made, added = next((pair for pair in pairs if pair[0] != pair[1]), (main[0], shortcut[0]))
    return Symptom(
        "sum",
        f"the layers of this block make {size_words(main)}, and {size_words(shortcut)} come by "
        "the shortcut: only equal shapes can be added",
        added,
        made,
    )


def _softmax(layer: Softmax | LogSoftmax, arriving: Shape) -> Symptom:
    return Symptom(
        "dim",
        f"this {layer.kind} works along dimension {layer.dim}; the last dimension that arrives "
        f"is {len(arriving)}",
        layer.dim,
        len(arriving),
    )


def _batch_norm(layer: BatchNorm1d | BatchNorm2d | InstanceNorm2d, arriving: Shape) -> Symptom:
    if isinstance(layer, BatchNorm1d) == (len(arriving) == 3):
        wants = "numbers in a row" if isinstance(layer, BatchNorm1d) else "a volume"
        return Symptom("norm", f"this {layer.kind} expects {wants}; {what_arrives(arriving)}")
    return _norm_channels(layer.num_features, layer, arriving)


def _group_norm(layer: GroupNorm, arriving: Shape) -> Symptom:
    if layer.num_channels % layer.num_groups:
        return Symptom(
            "norm_groups",
            f"this GroupNorm splits {layer.num_channels:,} channels into "
            f"{many(layer.num_groups, 'group')} of equal size, which leaves a rest",
            layer.num_groups,
            layer.num_channels,
        )
    return _norm_channels(layer.num_channels, layer, arriving)


def _norm_channels(expected: int, layer: Layer, arriving: Shape) -> Symptom:
    if expected == arriving[0] or (isinstance(layer, InstanceNorm2d) and not layer.affine):
        return Symptom(
            "one_value",
            f"this {layer.kind} compares the numbers of one picture with their mean; of "
            f"{size_words(arriving)} it has only one number for each mean",
        )
    sentence = (
        f"this {layer.kind} expects {many(expected, 'channel')}; {channels_arrive(arriving[0])}"
    )
    return Symptom("channels", sentence, expected, arriving[0])
