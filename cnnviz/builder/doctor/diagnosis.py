"""The diagnosis of a network that does not fit, with mends that were all tried."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from cnnviz.builder.doctor.block_ideas import block_ideas
from cnnviz.builder.doctor.case import Case, Idea, called_as_in, case_of, progress, title
from cnnviz.builder.doctor.causes import sentence_of
from cnnviz.builder.doctor.channel_ideas import (
    channels_ideas,
    groups_ideas,
    norm_groups_ideas,
    norm_ideas,
    one_value_ideas,
    slopes_ideas,
)
from cnnviz.builder.doctor.flat_ideas import (
    features_ideas,
    flat_ideas,
    not_flat_ideas,
    view_ideas,
)
from cnnviz.builder.doctor.join_ideas import channels_of_join_ideas, join_ideas
from cnnviz.builder.doctor.last_change import Change, cause_of
from cnnviz.builder.doctor.space_ideas import (
    dim_ideas,
    kernel_ideas,
    mirror_ideas,
    nothing_left_ideas,
    output_padding_ideas,
    pool_padding_ideas,
    same_stride_ideas,
)
from cnnviz.builder.doctor.torch_words import join_words, torch_words
from cnnviz.builder.doctor.words import SymptomKind
from cnnviz.builder.edits import remove_layer
from cnnviz.builder.fitting import fit_network
from cnnviz.builder.shapes import Shape, output_shape
from cnnviz.models.specs import Join, NetworkSpec, Path

MAX_MENDS = 7
FEW_MENDS = 2  # below this, taking out all that does not fit is offered as well
MAX_FURTHER_STEPS = 3  # mends of later layers that one mend may need to make the whole network fit

IDEAS: dict[SymptomKind, Callable[[Case], Iterator[Idea]]] = {
    "features": features_ideas,
    "view": view_ideas,
    "not_flat": not_flat_ideas,
    "flat": flat_ideas,
    "channels": channels_ideas,
    "groups": groups_ideas,
    "norm": norm_ideas,
    "norm_groups": norm_groups_ideas,
    "slopes": slopes_ideas,
    "kernel": kernel_ideas,
    "pool_padding": pool_padding_ideas,
    "same_stride": same_stride_ideas,
    "mirror": mirror_ideas,
    "output_padding": output_padding_ideas,
    "nothing_left": nothing_left_ideas,
    "dim": dim_ideas,
    "one_value": one_value_ideas,
    "sum": block_ideas,
    "shortcut": block_ideas,
    "join_sizes": join_ideas,
    "join_channels": channels_of_join_ideas,
}


@dataclass(frozen=True)
class Mend:
    """One click that makes the whole network fit.

    Attributes:
        label: what the button says.
        why: what it means, in a sentence.
        spec: the mended network.
    """

    label: str
    why: str
    spec: NetworkSpec


@dataclass(frozen=True)
class Diagnosis:
    """What is wrong with a network.

    Attributes:
        path: the layer that does not fit.
        title: what a reader calls it: "layer 8, fc1".
        arriving: the shape that arrives there, without the batch.
        expected: the number that the layer expects, where one number says it.
        arrived: the number that arrives in its place.
        sentence: what is wrong and why.
        torch_message: what torch says about it.
        mends: changes that make the whole network fit, the most fitting first.
    """

    path: Path
    title: str
    arriving: Shape
    expected: int | None
    arrived: int | None
    sentence: str
    torch_message: str
    mends: tuple[Mend, ...]


def diagnose(spec: NetworkSpec, change: Change | None = None) -> Diagnosis | None:
    """What is wrong with a network and what would mend it; None where everything fits.

    Every mend was tried: a picture of the input shape passes through the whole mended network.

    Args:
        spec: the network.
        change: the last network that fitted and what it became, where that is known. It is the
            first suspect then, and taking it back the first mend.
    """
    return _diagnosis(spec, change, spec.guessed)


@lru_cache(maxsize=256)
def _diagnosis(
    spec: NetworkSpec, change: Change | None, guessed: tuple[str, ...]
) -> Diagnosis | None:
    """The diagnosis of a network of which this was guessed: equal networks may differ in that."""
    spec = replace(spec, guessed=guessed)
    case = case_of(spec)
    if case is None:
        return None
    return Diagnosis(
        path=case.path,
        title=title(case.row),
        arriving=case.arriving,
        expected=case.symptom.expected,
        arrived=case.symptom.arrived,
        sentence=sentence_of(case, cause_of(change) if change else None),
        torch_message=_torch_words(case),
        mends=(*_taken_back(change, spec), *_mends(case))[:MAX_MENDS],
    )


def _torch_words(case: Case) -> str:
    problem = case.row.problem or ""
    if isinstance(case.layer, Join):
        return join_words(case.layer, case.row.read_shapes, problem)
    return torch_words(case.layer, case.arriving, problem)


def _taken_back(change: Change | None, spec: NetworkSpec) -> tuple[Mend, ...]:
    if change is None:
        return ()
    before, after = change
    label = "Undo the last change" if after == spec else "Back to the last network that fitted"
    return (Mend(label, "The network as it was when it fitted.", before),)


def _mends(case: Case) -> tuple[Mend, ...]:
    found: dict[NetworkSpec, Mend] = {}
    for idea in _ideas(case):
        mend = _carried_out(idea, case, MAX_FURTHER_STEPS)
        if mend is not None and mend.spec not in found and mend.spec != case.spec:
            found[mend.spec] = mend
        if len(found) == MAX_MENDS:
            break
    if len(found) < FEW_MENDS:
        mend = _without_misfits(case)
        found.setdefault(mend.spec, mend)
    return tuple(found.values())


def _without_misfits(case: Case) -> Mend:
    """The network without any layer that does not fit: this mend always exists."""
    spec, removed = fit_network(case.spec), list[str]()
    while (misfit := case_of(spec)) is not None:
        removed.append(misfit.row.name)
        spec = fit_network(remove_layer(spec, misfit.path))
    count = f"{len(removed)} layers" if len(removed) > 1 else "".join(removed)
    why = f"Takes {', '.join(removed)} out, each in its turn." if removed else "Sets their sizes."
    return Mend(f"Remove {count} and fit the rest" if removed else "Fit all layers", why, spec)


def _ideas(case: Case) -> Iterator[Idea]:
    if case.symptom.kind in IDEAS:
        yield from IDEAS[case.symptom.kind](case)
    yield Idea(
        f"Remove {case.row.name}",
        f"The network without {title(case.row)}.",
        lambda: remove_layer(case.spec, case.path),
        stands_alone=True,
    )


def _carried_out(idea: Idea, case: Case, steps: int) -> Mend | None:
    """The mend that an idea is, finished by what later layers need; None where it is none."""
    try:
        spec = idea.make()
    except ValueError:  # a size beyond what a layer may have, or nothing to do it to
        return None
    if output_shape(spec) is not None:
        return Mend(idea.label, idea.why, spec)
    fitted = fit_network(spec)
    if output_shape(fitted) is not None:
        return Mend(f"{idea.label}, and fit the layers after it", idea.why, fitted)
    following = case_of(spec)
    following = following and called_as_in(following, case)
    if following is None or steps == 0 or progress(spec) <= progress(case.spec):
        return None
    return _with_next_mend(idea, following, steps - 1)


def _with_next_mend(idea: Idea, following: Case, steps: int) -> Mend | None:
    for further in _ideas(following):
        mend = None if further.stands_alone else _carried_out(further, following, steps)
        if mend is not None:
            label = f"{idea.label}; at {following.row.name}: {mend.label}"
            return Mend(label, f"{idea.why} {mend.why}", mend.spec)
    return None
