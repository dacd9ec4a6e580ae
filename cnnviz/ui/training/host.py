"""How many trainings this machine has room for, beside the server and its visitors.

An operator may say so (0 for none at all). Otherwise it follows from the memory
that the machine or its container has: the server takes up to 690 MB, each training about 330 MB.
"""

from __future__ import annotations

from functools import cache

from cnnviz.machine_memory import SERVER_MB, TRAINING_MB, memory_mb, trainings_beside
from cnnviz.operator_settings import operator_settings


@cache
def at_once() -> int:
    """How many trainings this server does at once; 0: none."""
    return trainings_beside()


def places(there: int) -> int:
    """How many trainings go on at once where other machines do them.

    Args:
        there: works that the machines do at once; half of them are left for what is over sooner.
    """
    said = operator_settings().trainings
    return at_once() if said is not None or not there else max(1, there // 2)


def why_off() -> str:
    """The sentence where nothing is trained here."""
    if operator_settings().trainings is not None:
        return "Training is switched off on this server: the script below trains the same network."
    return (
        f"This server has {memory_mb():,.0f} MB of memory, and a training needs {TRAINING_MB} "
        f"beside the {SERVER_MB} of the pages: training is off here. The script below trains the "
        "same network."
    )
