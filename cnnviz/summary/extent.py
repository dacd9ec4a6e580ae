"""Which input pixels a position along one axis depends on, in exact integers.

For a stack of convolutions and poolings the first and the last input pixel that position `i` sees
are straight lines in `i`: `first + step * i`. A transposed convolution, an upsampling or an
adaptive pooling bends the lines, but with a period: after `period` positions the same pattern
comes again, `step` pixels further. An `Extent` stores one period, so it answers for every
position, also for those that lie in the padding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import gcd, lcm

from cnnviz.arithmetic import whole_number

MAX_PERIOD = 4096  # a chain of large upsamplings multiplies periods; beyond this nothing is tracked

Interval = tuple[int, int]  # first and last pixel, both included
NOTHING: Interval = (1 << 62, -(1 << 62))  # the hull of no pixels at all; any hull swallows it


def windows(extents: Sequence[Extent], position: Sequence[int]) -> tuple[range, ...]:
    """The input pixels that a position sees, one range for each axis; an empty one sees nothing.

    Raises:
        ValueError: there are not as many numbers as axes, or one is no whole number.
    """
    if len(position) != len(extents):
        raise ValueError(f"a place here has {len(extents)} numbers, and not {len(position)}")
    ends = (e.at(whole_number("position", i)) for e, i in zip(extents, position, strict=True))
    return tuple(range(first, last + 1) if first <= last else range(0) for first, last in ends)


def hull(intervals: Iterable[Interval]) -> Interval:
    """The shortest interval that covers all of them."""
    firsts, lasts = zip(NOTHING, *intervals, strict=True)
    return min(firsts), max(lasts)


@dataclass(frozen=True)
class Extent:
    """The input pixels seen along one axis by every position of a feature map.

    Attributes:
        axis: the axis of the network's input that is meant, 2 for rows and 3 for columns.
        length: pixels of the input along this axis.
        phases: what positions 0, 1, ... of one period see.
        step: how many pixels further everything lies one period later.
        is_whole: every position sees the axis from end to end, however long it is.
    """

    axis: int
    length: int
    phases: tuple[Interval, ...]
    step: int
    is_whole: bool = False

    @classmethod
    def pixels(cls, axis: int, length: int) -> Extent:
        """The input itself: position `i` sees pixel `i`."""
        return cls(axis, length, ((0, 0),), step=1)

    @property
    def axes(self) -> frozenset[int]:
        """The axis that it walks along, as a set."""
        return frozenset({self.axis})

    @property
    def whole_axes(self) -> frozenset[int]:
        """That axis where every position sees it from end to end."""
        return self.axes if self.is_whole else frozenset()

    def everything(self) -> Extent:
        """The extent of positions that see all of this axis, as a global pooling does."""
        return Extent(self.axis, self.length, ((0, self.length - 1),), self.length, is_whole=True)

    @property
    def period(self) -> int:
        """Positions after which the pattern repeats."""
        return len(self.phases)

    @property
    def size(self) -> int:
        """The receptive field: the most pixels from first to last that any position sees."""
        return max(0, *(last - first + 1 for first, last in self.phases))

    @property
    def jump(self) -> int | Fraction:
        """Input pixels between neighbouring positions; a fraction after upsampling."""
        jump = Fraction(self.step, self.period)
        return jump.numerator if jump.denominator == 1 else jump

    def at(self, position: int) -> Interval:
        """First and last pixel that `position` sees; it may lie before the picture or after it."""
        if self.is_whole:
            return self.phases[0]
        periods, phase = divmod(position, self.period)
        first, last = self.phases[phase]
        return first + periods * self.step, last + periods * self.step

    def gathered(
        self, taps: Callable[[int], Sequence[int]], period: int = 1, shift: int = 1
    ) -> Extent | None:
        """The extent of a layer whose output `i` reads the positions `taps(i)` of this one.

        Args:
            taps: positions read by output `i`, in rising order; it must hold that
                `taps(i + period)` are `taps(i)` moved on by `shift`.
            period: see taps.
            shift: see taps; more than 0.

        Returns:
            The new extent, or None where its period would pass `MAX_PERIOD`.
        """
        if self.is_whole:
            return self
        repeats = self.period // gcd(self.period, shift)
        if period * repeats > MAX_PERIOD:
            return None
        phases = tuple(self._seen_through(taps(i)) for i in range(period * repeats))
        step = self.step * (shift * repeats // self.period)
        return replace(self, phases=phases, step=step)._shortest()

    def union(self, other: Extent, size: int) -> Extent | None:
        """What a sum of two maps of `size` positions sees: the hull, position by position.

        Raises:
            ValueError: one of the two is whole, or they follow different axes.
        """
        if self.is_whole or other.is_whole or self.axis != other.axis:
            raise ValueError("only two bounded extents of the same axis have a union")
        if self == other:
            return self
        period = lcm(self.period, other.period)
        if self.step * other.period != other.step * self.period:
            period = size  # different jumps have no common pattern: every position is listed
        if period > MAX_PERIOD:
            return None
        phases = tuple(hull((self.at(i), other.at(i))) for i in range(period))
        step = round(period * max(self.jump, other.jump))
        return replace(self, phases=phases, step=step)._shortest()

    def picked(self, positions: Sequence[int]) -> Extent | None:
        """The extent of a map whose output `i` is the position `positions[i]` of this one.

        None where there are more than `MAX_PERIOD`.
        """
        if self.is_whole or not positions:
            return self
        if len(positions) > MAX_PERIOD:
            return None
        step = round(len(positions) * self.jump)
        return replace(self, phases=tuple(self.at(i) for i in positions), step=step)._shortest()

    def followed_by(self, other: Extent, size: int, other_size: int) -> Extent | None:
        """The extent of this map's `size` positions with another map's joined on after them."""
        total = size + other_size
        if self.is_whole or other.is_whole or total > MAX_PERIOD:
            return None
        phases = [self.at(i) for i in range(size)] + [other.at(i) for i in range(other_size)]
        step = round(total * self.jump)
        return replace(self, phases=tuple(phases), step=step)._shortest()

    def _seen_through(self, taps: Sequence[int]) -> Interval:
        """The hull of what several positions see."""
        if self.period == 1 and len(taps) > 2:  # straight lines: the outermost positions decide
            taps = (taps[0], taps[-1])
        return hull(self.at(tap) for tap in taps)

    def _shortest(self) -> Extent:
        """The same extent with the shortest period that describes it."""
        for period in range(1, self.period):
            if self.period % period == 0 and self.step * period % self.period == 0:
                step = self.step * period // self.period
                short = replace(self, phases=self.phases[:period], step=step)
                if all(short.at(i) == phase for i, phase in enumerate(self.phases)):
                    return short
        return self
