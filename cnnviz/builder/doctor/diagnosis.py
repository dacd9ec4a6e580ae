"""The diagnosis of a network that does not fit, with mends that were all tried."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from cnnviz.builder.doctor.block_ideas import block_ideas
from cnnviz.builder.doctor.case import (
    Case,
    Idea,
    Scope,
    called_as_in,
    case_of,
    progress,
    title,
)
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
from cnnviz.builder.doctor.last_change import Change, Typed, cause_of, typed
from cnnviz.builder.doctor.layout_ideas import layout_ideas
from cnnviz.builder.doctor.lost_rows import Loss, losses_of
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
from cnnviz.builder.edits import change_arguments, remove_layer
from cnnviz.builder.fitting import fit_network
from cnnviz.builder.shapes import Shape, output_shape
from cnnviz.counting import size_words
from cnnviz.models.specs import Join, NetworkSpec, Path, walk

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
    "layout": layout_ideas,
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
        scope: where it is done: "here", at one join of several; "everywhere", at all of them; ""
            where that is no question.
        is_undo: whether it only takes back what was changed.
        further: the layers that are mended after it, each with what is done there.
        is_fitted: whether the numbers of layers after all of these are set to what arrives.
    """

    label: str
    why: str
    spec: NetworkSpec
    scope: Scope = ""
    is_undo: bool = False
    further: tuple[tuple[str, str], ...] = ()
    is_fitted: bool = False


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
        no_mend: what is often tried and does not help here, in a sentence; "" for nothing.
        losses: where a map on the way to a join lost rows, from the place that is joined on.
    """

    path: Path
    title: str
    arriving: Shape
    expected: int | None
    arrived: int | None
    sentence: str
    torch_message: str
    mends: tuple[Mend, ...]
    no_mend: str = ""
    losses: tuple[Loss, ...] = ()


def diagnose(spec: NetworkSpec, change: Change | None = None) -> Diagnosis | None:
    """What is wrong with a network and what would mend it; None where everything fits.

    Every mend was tried: a picture of the input shape passes through the whole mended network.

    Args:
        spec: the network.
        change: the last network that fitted and what it became, where that is known. It is the
            first suspect then, and taking it back the first mend.
    """
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
        mends=_at_most(_different((*_taken_back(change, spec), *_mends(case)))),
        no_mend=" ".join(_told_failures(case)),
        losses=losses_of(case),
    )


def _torch_words(case: Case) -> str:
    problem = case.row.problem or ""
    if isinstance(case.layer, Join):
        return join_words(case.layer, case.row.read_shapes, problem)
    return torch_words(case.layer, case.arriving, problem)


def _taken_back(change: Change | None, spec: NetworkSpec) -> tuple[Mend, ...]:
    if change is None:
        return ()
    (before, after), step, why = change, typed(change), "The network as it was when it fitted."
    if after == spec:
        what = f": {step.text}" if step else ""
        return (Mend(f"Undo the last change{what}", why, before, is_undo=True),)
    back = Mend("Back to the last network that fitted", why, before, is_undo=True)
    alone = _set_back(step, after, spec) if step else None
    return (back, alone) if alone else (back,)


def _set_back(step: Typed, after: NetworkSpec, spec: NetworkSpec) -> Mend | None:
    """Only what was typed is taken back; what was changed since stays. None where that is none."""
    is_there = dict(walk(spec.layers)).get(step.path) == dict(walk(after.layers))[step.path]
    case = case_of(spec) if is_there else None
    why = "What it was when the network fitted; what was changed since stays."
    idea = Idea(f"Set {step.text}", why, lambda: change_arguments(spec, step.path, **step.was))
    return _carried_out(idea, case, 0) if case else None


def _mends(case: Case) -> tuple[Mend, ...]:
    found: dict[tuple[Scope, NetworkSpec], Mend] = {}
    for idea in _ideas(case):
        if len(_offered(found.values(), idea.scope)) == MAX_MENDS:
            continue
        mend = _carried_out(idea, case, 0 if idea.scope == "here" else MAX_FURTHER_STEPS)
        if mend is not None and mend.spec != case.spec:
            found.setdefault((mend.scope, mend.spec), mend)
    if len({mend.spec for mend in found.values()}) < FEW_MENDS:
        mend = _without_misfits(case)
        found.setdefault((mend.scope, mend.spec), mend)
    return tuple(found.values())


def _offered(mends: Iterable[Mend], scope: Scope) -> list[Mend]:
    """The mends that are offered together: those of one scope, and those that know none."""
    return [mend for mend in mends if mend.scope in ("", scope)]


def _different(mends: tuple[Mend, ...]) -> tuple[Mend, ...]:
    """Of mends of one scope that come to the same network, the first."""
    found: dict[tuple[Scope, NetworkSpec], Mend] = {}
    for mend in mends:
        found.setdefault((mend.scope, mend.spec), mend)
    return tuple(found.values())


def _at_most(mends: tuple[Mend, ...]) -> tuple[Mend, ...]:
    """The first mends of each scope."""
    return tuple(
        mend for place, mend in enumerate(mends)
        if len(_offered(mends[:place], mend.scope)) < MAX_MENDS
    )  # fmt: skip


def _told_failures(case: Case) -> Iterator[str]:
    """What is often tried and does not help here, with the place where it stops then."""
    for idea in IDEAS.get(case.symptom.kind, _no_ideas)(case):
        if idea.is_told and (after := case_of(idea.make())) is not None:
            stops = called_as_in(after, case).row.name
            sizes = " against ".join(size_words(shape[1:]) for shape in after.row.read_shapes)
            yield f"No mend: {idea.label}. It stops at {stops} then{sizes and ', '}{sizes}."


def _no_ideas(case: Case) -> Iterator[Idea]:
    return iter(())


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
        return Mend(idea.label, idea.why, spec, idea.scope)
    if idea.is_told:
        return None
    fitted = fit_network(spec)
    if output_shape(fitted) is not None:
        label = _label(idea, (), is_fitted=True)
        return Mend(label, idea.why, fitted, idea.scope, is_fitted=True)
    following = case_of(spec)
    following = following and called_as_in(following, case)
    if following is None or steps == 0 or progress(spec) <= progress(case.spec):
        return None
    return _with_next_mend(idea, following, steps - 1)


def _with_next_mend(idea: Idea, following: Case, steps: int) -> Mend | None:
    for next_idea in _ideas(following):
        is_no_step = next_idea.stands_alone or next_idea.scope == "here"
        mend = None if is_no_step else _carried_out(next_idea, following, steps)
        if mend is not None:
            name = following.row.name
            further = ((name, next_idea.label), *mend.further)
            why = f"{idea.why} Then at {name}: {next_idea.label}. {mend.why}"
            label = _label(idea, further, mend.is_fitted)
            return replace(mend, label=label, why=why, scope=idea.scope, further=further)
    return None


def _label(idea: Idea, further: Sequence[tuple[str, str]], is_fitted: bool) -> str:
    """What a button says of an idea with what is done after it: a few words, `why` says it all."""
    names = list(dict.fromkeys(name for name, _ in further))
    mended = names[0] if len(names) == 1 else f"{len(names)} more layers"
    then = [f"mend {mended}"] * bool(names) + ["fit the rest"] * is_fitted
    return "; ".join([idea.label, *filter(None, [" and ".join(then)])])
