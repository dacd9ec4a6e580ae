"""What a convolution's settings do to a picture, in words."""

from collections import Counter

from cnnviz import arithmetic
from cnnviz.convolution.settings import Axis, ConvSettings

LINES = ("row", "column")  # what the height and the width are counted in


def in_words(settings: ConvSettings) -> str:
    """One line on what the layer does: "halves it, and never reads the last column".

    Raises:
        ValueError: the settings give no output.
    """
    rows, columns = (_output_size(settings, axis) for axis in settings.axes)
    sizes = [_size_words(settings, axis) for axis in settings.axes]
    same = sizes[0] == sizes[1]
    line = sizes[0] if same else f"height: {sizes[0]}; width: {sizes[1]}"
    passed_over = _written_words(settings) if settings.transposed else _unread_words(settings)
    if passed_over:
        line += f", and {passed_over}" if same else f"; {passed_over}"
    return "; ".join([line, *_notes(settings, (rows, columns))])


def _output_size(settings: ConvSettings, axis: Axis) -> int:
    if not settings.transposed:
        return arithmetic.positions(axis.padded_size, axis.kernel_size, axis.stride, axis.dilation)
    return arithmetic.conv_transpose_output_size(
        axis.size,
        axis.kernel_size,
        axis.stride,
        axis.padding[0],
        axis.output_padding,
        axis.dilation,
    )


def _size_words(settings: ConvSettings, axis: Axis) -> str:
    before, after = axis.size, _output_size(settings, axis)
    if before == after:
        return "keeps the size"
    if after == 2 * before:
        return "doubles it"
    if before == 2 * after:
        return "halves it"
    if axis.stride == 2 and not settings.transposed and after in (before // 2, before // 2 + 1):
        return f"halves {before} to {after}"
    if axis.stride > 2 and before == axis.stride * after:
        return f"divides it by {axis.stride}"
    if axis.stride > 2 and after == axis.stride * before:
        return f"multiplies it by {axis.stride}"
    verb = "shrinks" if after < before else "grows"
    return f"{verb} {before} to {after}" + _side_words(axis, after - before)


def _side_words(axis: Axis, gain: int) -> str:
    """What each side gains or loses; with a stride the sides are not what changes the size."""
    if axis.stride > 1 or gain % 2 or axis.padding[0] != axis.padding[1]:
        return ""
    return f": each side {'gains' if gain > 0 else 'loses'} {abs(gain) // 2}"


def _unread_words(settings: ConvSettings) -> str:
    """The rows and columns of the input that no output reads, at its end and in between."""
    ends, padding, gaps = [], [], []
    for word, axis in zip(LINES, settings.axes, strict=True):
        count = arithmetic.unread_at_end(
            axis.padded_size, axis.kernel_size, axis.stride, axis.dilation
        )
        if count > axis.padding[1]:
            ends.append(_counted(count - axis.padding[1], word))
        elif count:
            padding.append(_counted(count, word))
        if _output_size(settings, axis) > 1 and (gap := _visits(axis).count(0)):
            gaps.append(f"{gap} of every {axis.stride} {word}s")
    lasts = [f"the last {' and '.join(ends)}"] if ends else []
    lasts += [f"the last {' and '.join(padding)} of padding"] if padding else []
    parts = [f"never reads {' and '.join(lasts)}"] if lasts else []
    parts += [f"skips {' and '.join(gaps)}"] if gaps else []
    return ", and ".join(parts)


def _written_words(settings: ConvSettings) -> str:
    """The rows and columns of a transposed convolution's output that the inputs write unevenly."""
    bare, uneven = [], []
    for word, axis in zip(LINES, settings.axes, strict=True):
        visits = _visits(axis)
        if gap := visits.count(0):
            bare.append(f"{gap} of every {axis.stride} {word}s")
        elif len(set(visits)) > 1:
            uneven.append(f"{word}s")
        if (end := axis.output_padding - axis.padding[1]) > 0:
            bare.append(f"the last {_counted(end, word)}")
    parts = [f"writes nothing but the bias to {' and '.join(bare)}"] if bare else []
    parts += [f"writes some {' and '.join(uneven)} more often than others"] if uneven else []
    return " and ".join(parts)


def _visits(axis: Axis) -> list[int]:
    """For each of `stride` neighbouring pixels: how many weights of the kernel fall on it.

    The pattern repeats with every step. Where it is uneven, a transposed convolution leaves a
    checkerboard: A. Odena, V. Dumoulin, C. Olah, "Deconvolution and Checkerboard Artifacts"
    (2016), doi:10.23915/distill.00003.
    """
    hits = Counter(tap * axis.dilation % axis.stride for tap in range(axis.kernel_size))
    return [hits[pixel] for pixel in range(axis.stride)]


def _notes(settings: ConvSettings, output_size: tuple[int, int]) -> list[str]:
    notes = []
    if settings.groups == settings.in_channels > 1:
        notes.append("depthwise: every channel has kernels of its own, channels do not mix")
    elif settings.groups > 1:
        notes.append(f"{settings.groups} groups of channels that do not mix")
    if settings.kernel_size == (1, 1):
        notes.append("pointwise: each pixel is read alone, without its neighbours")
    elif output_size == (1, 1) and not settings.transposed:
        notes.append("every output channel is a single number")
    return notes


def _counted(count: int, word: str) -> str:
    return word if count == 1 else f"{count} {word}s"
