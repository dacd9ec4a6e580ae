"""Undo and redo: every state of a network that was looked at, as one immutable value."""

from __future__ import annotations

from dataclasses import dataclass

from cnnviz.models.specs import NetworkSpec

MAX_STEPS = 100  # older states are forgotten, so that a session's memory is bounded


@dataclass(frozen=True)
class History:
    """A network with the ones before it and the ones that were undone.

    Attributes:
        present: the network as it is.
        past: earlier networks, the latest last.
        future: undone networks, the next one first.
    """

    present: NetworkSpec
    past: tuple[NetworkSpec, ...] = ()
    future: tuple[NetworkSpec, ...] = ()

    def push(self, spec: NetworkSpec) -> History:
        """The history after an edit: what was undone is forgotten; no change is no step."""
        if spec == self.present:
            return self
        return History(spec, (*self.past, self.present)[-MAX_STEPS:])

    def undo(self) -> History:
        """The history one step back; the same where there is nothing to undo."""
        if not self.past:
            return self
        return History(self.past[-1], self.past[:-1], (self.present, *self.future))

    def redo(self) -> History:
        """The history one step forward; the same where nothing was undone."""
        if not self.future:
            return self
        return History(self.future[0], (*self.past, self.present), self.future[1:])

    @property
    def can_undo(self) -> bool:
        """Whether there is a state before this one."""
        return bool(self.past)

    @property
    def can_redo(self) -> bool:
        """Whether a state was undone."""
        return bool(self.future)
