"""Networks trained in the page, side by side: the work of a job, and how far it is."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import TypeVar

import torch

from cnnviz.cluster.order import Order
from cnnviz.heatmaps import Progress, StoppedError
from cnnviz.models.deep import DeepNet
from cnnviz.residual.landscape import surface
from cnnviz.residual.race import RaceRecipe, RaceStep, new_net, run_race
from cnnviz.residual.small_digits import SmallDigits, pen
from cnnviz.ui.jobs import Ordered, Task, jobs
from cnnviz.ui.kept import Result, account, kept

DEPTHS = (8, 32)
BATCH_SIZE = 64
DIGITS = NUM_DIGITS, DIGITS_SEED = 3_000, 0  # of our pen
CHUNK = 10  # steps of each network in one task: the page is drawn again after each
AROUND_DEPTH, AROUND_STEPS, AROUND_PICTURES = 20, 120, 256

Work = TypeVar("Work", "Race", "Around")
Runner = tuple[int, bool]  # depth, and whether its blocks add their input


@dataclass
class Race:
    """Networks of one recipe on their way; a race that was stopped goes on from where it is."""

    recipe: RaceRecipe
    nets: dict[Runner, DeepNet] = field(default_factory=dict)
    runs: dict[Runner, Iterator[RaceStep]] = field(default_factory=dict)
    told: dict[Runner, list[RaceStep]] = field(default_factory=dict)

    @property
    def key(self) -> Hashable:
        """What it depends on."""
        return "race", self.recipe.steps, self.recipe.seed

    @property
    def steps_done(self) -> int:
        """Steps that every network has done."""
        return min((len(steps) for steps in self.told.values()), default=0)

    @property
    def is_over(self) -> bool:
        """Whether every network has done all of its steps."""
        return self.steps_done >= self.recipe.steps

    def go_on(self, until: int, progress: Progress) -> None:
        """Train every network until it has done so many steps.

        Raises:
            StoppedError: nobody waits for it any more.
        """
        for number, runner in enumerate(self.told):
            while len(self.told[runner]) < until:
                if not progress(number / len(self.told)):
                    raise StoppedError
                self.told[runner].append(next(self.runs[runner]))


@dataclass
class Around:
    """Two networks of equal depth and, row by row, the loss around their weights."""

    race: Race
    seeds: tuple[int, int]
    points: int
    rows: dict[bool, list[list[float]]] = field(default_factory=lambda: {False: [], True: []})

    @property
    def key(self) -> Hashable:
        """What it depends on."""
        return "around", self.seeds, self.points, self.race.recipe.seed

    @property
    def is_over(self) -> bool:
        """Whether both surfaces are whole."""
        return all(len(rows) == self.points for rows in self.rows.values())


def race_recipe(steps: int, seed: int) -> RaceRecipe:
    """The recipe of the races in the page."""
    return RaceRecipe(steps=steps, batch_size=BATCH_SIZE, seed=seed)


def race(steps: int, seed: int) -> Race:
    """The race of a recipe, empty where nobody has asked for it yet."""
    return _begun_or(Race(race_recipe(steps, seed)))


def around(seeds: tuple[int, int], points: int, seed: int) -> Around:
    """The landscape of two directions, empty where nobody has asked for it yet."""
    return _begun_or(Around(Race(race_recipe(AROUND_STEPS, seed)), seeds, points))


def _begun_or(fresh: Work) -> Work:
    """What somebody has begun with the same settings, or else this."""
    begun = account().get(fresh.key)
    if begun is None:
        _keep(fresh)
        return fresh
    return begun.value


def _keep(work: Race | Around) -> None:
    """Keep it, counted as large as it is now."""
    account().put(work.key, Result(work))


def race_tasks(race: Race) -> list[Task]:
    """What is still to be done of a race, in pieces of `CHUNK` steps; elsewhere in one piece."""
    runners = list(product(DEPTHS, (False, True)))
    pieces = _training(race, race, runners, "Training four networks")
    if not jobs().is_elsewhere:
        return pieces

    def keep(told: list[list[RaceStep]]) -> None:
        race.told = dict(zip(runners, told, strict=True))
        _keep(race)

    given = {"runners": runners, "recipe": race.recipe, "digits": DIGITS, "chunk": CHUNK}
    order = Order("race", given, is_shared=True)
    return [_in_one(pieces, Ordered(lambda: order, keep, keep, is_repainted=True))]


def around_tasks(around: Around) -> list[Task]:
    """What is still to be done of a landscape: the training first, then row by row."""
    runners = [(AROUND_DEPTH, residual) for residual in (False, True)]
    rows = [
        _row_task(around, runner)
        for runner in runners
        for _ in range(around.points - len(around.rows[runner[1]]))
    ]
    pieces = [*_training(around, around.race, runners, "Training two networks"), *rows]
    if not jobs().is_elsewhere:
        return pieces

    def keep(surfaces: list[list[list[float]]]) -> None:
        around.rows = {runner[1]: rows for runner, rows in zip(runners, surfaces, strict=True)}
        _keep(around)

    given = {
        "runners": runners, "recipe": around.race.recipe, "digits": DIGITS, "seeds": around.seeds,
        "points": around.points, "pictures": AROUND_PICTURES,
    }  # fmt: skip
    order = Order("landscape", given, is_shared=True)
    return [_in_one(pieces, Ordered(lambda: order, keep))]


def _in_one(pieces: Sequence[Task], ordered: Ordered) -> Task:
    """Several tasks as one, as another machine does them."""

    def work(progress: Progress) -> None:
        for done, piece in enumerate(pieces):
            piece.work(lambda part, done=done: progress((done + part) / len(pieces)))

    return Task(pieces[0].label, work, ordered)


def _training(work: Race | Around, race: Race, runners: Sequence[Runner], label: str) -> list[Task]:
    begin = race.steps_done

    def piece(until: int) -> Task:
        def train(progress: Progress) -> None:
            _prepare(race, runners)
            race.go_on(until, progress)
            _keep(work)

        return Task(label, train)

    ends = range(begin + CHUNK, race.recipe.steps + CHUNK, CHUNK)
    return [piece(min(end, race.recipe.steps)) for end in ends]


def _prepare(race: Race, runners: Sequence[Runner]) -> None:
    """Make the networks, unless the race has begun."""
    if race.nets:
        return
    digits = live_digits()
    for runner in runners:
        race.nets[runner] = new_net(*runner, race.recipe)
        race.runs[runner] = run_race(race.nets[runner], digits, race.recipe)
    race.told.update({runner: [] for runner in runners})


def _row_task(around: Around, runner: Runner) -> Task:
    """The next row of one network's surface."""

    def work(progress: Progress) -> None:
        rows, net = around.rows[runner[1]], around.race.nets[runner]
        if not progress(0):
            raise StoppedError
        digits = live_digits().some(AROUND_PICTURES)
        rest = surface(net, digits, around.seeds, around.points, first_row=len(rows))
        rows.append(next(rest))
        _keep(around)

    return Task("Looking around their weights", work)


@kept
def live_digits() -> SmallDigits:
    """The digits that are trained on in the page, drawn by our own pen."""
    with torch.inference_mode(mode=False):
        return pen(*DIGITS)
