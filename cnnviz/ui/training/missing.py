"""What the address asks for and the run that is looked at does not have: a sentence for each."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from cnnviz.training.apart import Job
from cnnviz.ui.address import no_number
from cnnviz.ui.training.address import ADDRESS, Values
from cnnviz.ui.training.job import job_of
from cnnviz.ui.training.live import of_the_visitor
from cnnviz.ui.training.mistakes import looked_at
from cnnviz.ui.training.rewind import begun, chosen
from cnnviz.ui.training.runs import Entry
from cnnviz.ui.visit import own

ASKED = "_training_asked"  # in the session: what of a run the address asked for
OF_A_RUN = ("picture", "a", "b", "run", "true", "answer", "mistake")  # parameters


def say_what_is_missing(values: Values) -> None:
    """Say what is asked for and is not here; before a run, what the one to come will not have."""
    if not ADDRESS.is_just_read:
        return
    st.session_state.setdefault(ASKED, {name: getattr(values, name) for name in OF_A_RUN})
    try:
        first, last = _jobs(values)
    except ValueError:  # said in the picture's place
        return
    count = len(of_the_visitor())
    ADDRESS.only(run=no_number(values.run, count, "run") if count else None)
    ADDRESS.only(
        picture=no_number(values.picture, len(last.material.validation), "picture"),
        a=_no_step(values.a, first),
        b=_no_step(values.b, last),
        mistake=no_number(values.mistake, _num_asked(last, values), "picture"),
        **_no_cell(values.true, values.answer, last.material.classes),
    )


def ask_again() -> None:
    """The visitor is known again: what was asked for was asked of their run, not of one to come."""
    ADDRESS.set(**st.session_state.pop(ASKED, {}))
    ADDRESS.dismiss()


def say_what_is_gone() -> None:
    """Nothing of the visitor is here: say it where the address speaks of a run."""
    for sentence in own.gone_after_all():
        ADDRESS.note(sentence)


def _jobs(values: Values) -> tuple[Job, Job]:
    """What was trained, or will be, where the moments A and B are.

    Raises:
        ValueError: nothing can be, with a sentence.
    """
    entries = _looked_at(values)
    jobs = [entry.job for entry in entries] or [job_of(values)]
    return jobs[0], jobs[-1]


def _looked_at(values: Values) -> Sequence[Entry]:
    if values.view == "rewind":
        return chosen(begun(), values.compare)
    entry = looked_at(values)
    return [entry] if entry else []


def _no_step(step: int, job: Job) -> str | None:
    num_steps = job.plan.num_steps(len(job.material.training))
    return f"the steps 0 to {num_steps:,}" if step > num_steps else None


def _num_asked(job: Job, values: Values) -> int:
    material = job.material
    return len(material.training if values.asked == "training" else material.validation)


def _no_cell(true: int, answer: int, classes: Sequence[str]) -> dict[str, str | None]:
    """What there is instead of the cell of these classes, for each that is not its part."""
    count = len(classes)
    wrong = {
        "true": no_number(true, count, "class", "classes"),
        "answer": no_number(answer, count, "class", "classes"),
    }
    if any(wrong.values()) or (true < 0 and answer < 0):
        return wrong
    if true == answer:
        return dict.fromkeys(wrong, "mistakes only, whose answer is not the true class")
    if true < 0 or answer < 0:
        alone = "answer" if true < 0 else "true"
        return wrong | {alone: "cells, which a true class and an answer name together"}
    return wrong
