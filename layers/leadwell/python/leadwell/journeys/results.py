"""How the arms of a journey's splits do, and whether the journey does any good: what has been counted, with how certain
it is."""

from collections.abc import Sequence
from dataclasses import dataclass

from leadwell.clock import Moment
from leadwell.journeys.counting import Verdict, read_verdict, standings
from leadwell.journeys.plans import HOLDOUT, Plan, splits_of
from leadwell.journeys.program import Program
from leadwell.journeys.statistics import Tally
from leadwell.store.table import Table

_MOST_READ = 20_000
"""Contacts of one comparison; from so many on, a sample says the same."""


@dataclass(frozen=True, slots=True)
class Arm:
    """``entered`` are all who were counted, ``tally`` counts those of them whose time is over."""

    entered: int
    tally: Tally


@dataclass(frozen=True, slots=True)
class Comparison:
    """``verdict`` is None as long as a split is not decided, and where nothing is to be decided. ``part`` of all
    contacts was looked at."""

    step: str
    plan: Plan
    arms: Sequence[Arm]
    verdict: Verdict | None
    part: float


@dataclass(frozen=True, slots=True)
class Results:
    splits: Sequence[Comparison]
    holdout: Comparison | None


def read_results(table: Table, program: Program, now: Moment) -> Results:
    holdout = program.plans.get(HOLDOUT)
    return Results(
        splits=[_read(table, step, plan, now) for step, plan in splits_of(program)],
        holdout=_read(table, HOLDOUT, holdout, now) if holdout else None,
    )


def _read(table: Table, step: str, plan: Plan, now: Moment) -> Comparison:
    verdict = read_verdict(table, plan) if step != HOLDOUT else None
    if verdict is not None:
        return Comparison(step, plan, [Arm(tally.entered, tally) for tally in verdict.tallies], verdict, 1)
    found = standings(table, plan, now, most=_MOST_READ)
    return Comparison(step, plan, [Arm(found.entered[tally.name], tally) for tally in found.tallies], None, found.part)
