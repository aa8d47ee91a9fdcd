"""Puts a plan into effect, for the console and the command line."""

from collections.abc import Iterator

from leadwell.console import auditing
from leadwell.planning.draft import Draft
from leadwell.planning.plan import CHANGED, NEW, PRUNED, STATED, Change, Plan
from leadwell.wiring import Services

DOING = (NEW, CHANGED, STATED, PRUNED)
"""What changes something."""


def doing(plan: Plan) -> list[Change]:
    return [one for one in plan.changes if one.what in DOING]


def put_live(services: Services, plan: Plan, draft: Draft, by: str, request: str) -> None:
    """Does exactly what the plan says; having contacts recounted is left to who calls.

    Raises ``Conflict`` when something else was published at the same time; then nothing more is done.
    """
    now = services.clock.now()
    for what, name in _noted(plan):
        auditing.note(services.table, request=request, at=now, who=by, what=what, which=name, plan=plan.fingerprint)
    draft.put_live()
    services.caller.keep_schedules(services.library.catalog(), now)


def _noted(plan: Plan) -> Iterator[tuple[str, str]]:
    for one in doing(plan):
        yield "journey.paused" if one.what == PRUNED else f"{one.kind}.published", one.name
