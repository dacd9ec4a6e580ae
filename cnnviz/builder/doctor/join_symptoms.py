"""What is wrong where earlier places cannot be joined."""

from __future__ import annotations

from cnnviz.builder.doctor.words import Symptom
from cnnviz.builder.shapes import LayerShape, Shape
from cnnviz.counting import size_words
from cnnviz.models.specs import Join

DOES = {"sum": "added", "product": "multiplied", "difference": "subtracted"}


def join_symptom(row: LayerShape, join: Join) -> Symptom:
    """What is wrong with a join: rows against maps, other sizes, turned axes, other channels."""
    named = list(zip(join.reads, row.read_shapes, strict=True))
    first, other = named[0], next((one for one in named if not _go(join, named[0], one)), named[-1])
    clash = f"{_called(first)} against {_called(other)}"
    if join.how == "product" and sorted((len(first[1]), len(other[1]))) == [1, 3]:
        sentence = f"the product has {clash}: one number for each map is needed to weigh it"
        return Symptom("join_ranks", sentence)
    if len(first[1]) != len(other[1]):
        return Symptom("join_ranks", f"the join has {clash}: a volume and a row do not go together")
    if join.how != "cat" and first[1][0] != other[1][0] and first[1][1:] == other[1][1:]:
        does = DOES[join.how]
        sentence = f"the {join.how} has {clash}: only equal numbers of channels are {does}"
        return Symptom("join_channels", sentence, first[1][0], other[1][0])
    if len(first[1]) == 3 and first[1][1:] == other[1][:0:-1]:
        return Symptom(
            "join_sizes", f"the join has {clash}: height and width are turned in one of them"
        )
    rule = "differ in channels, not in height and width" if join.how == "cat" else "not differ"
    return Symptom("join_sizes", f"the join has {clash}: joined maps may {rule}")


def _go(join: Join, one: tuple[str, Shape], other: tuple[str, Shape]) -> bool:
    """Whether two places go together."""
    same_rank = len(one[1]) == len(other[1])
    if join.how == "cat":
        return same_rank and one[1][1:] == other[1][1:]
    if join.how == "product" and not same_rank:
        return one[1][0] == other[1][0]
    # torch stretches what is 1
    return same_rank and all(a == b or 1 in (a, b) for a, b in zip(one[1], other[1], strict=True))


def _called(place: tuple[str, Shape]) -> str:
    return f"{size_words(place[1])} {f'of {place[0]}' if place[0] else 'that arrive'}"
