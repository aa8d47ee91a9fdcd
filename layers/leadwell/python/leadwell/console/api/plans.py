"""Plans: what publishing definitions would change, and doing exactly that."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, TypeAdapter, ValidationError

from leadwell.console.api.access import Asked, Work, least, routes
from leadwell.console.api.definitions import EXAMPLE, TAG, Policy
from leadwell.console.api.shapes.basics import Given, JsonObject
from leadwell.console.api.shapes.plans import AppliedShape, PlanShape, moved_shape, plan_shape
from leadwell.console.publishing import recount_if_changed
from leadwell.errors import Conflict, Refused

if TYPE_CHECKING:
    from leadwell.planning.draft import Draft
    from leadwell.planning.plan import Plan

router = routes()

_SAMPLE = 300
"""Of those inside each journey, and of contacts: what can be looked at while somebody waits for the answer."""
_NO_PLAN = "is no plan: send back the plan that the answer of /api/plans had"
_MOST = 50
_MOST_TEXT = 1_000_000
"""Characters of all definitions together."""


_OLD_PLAN = {
    "asked": {"files": ["berliners.yaml"], "folders": []},
    "made_at": "2026-11-22T08:00:00.000Z",
    "revision": 0,
    "fingerprint": "",
    "changes": [],
    "format": 4,
}
"""Does not hold any more."""


class Written(Given):
    """A definition as it would be published; ``name`` is that of its file, for what is said about it."""

    name: Annotated[str, Field(max_length=200)] = "definition"
    text: Annotated[str, Field(min_length=1, max_length=200_000, examples=[EXAMPLE])]
    parameters: JsonObject = Field(default_factory=dict, description="Values for its parameters.", examples=[{}])


class PlanAsked(Given):
    definitions: Annotated[list[Written], Field(min_length=1, max_length=_MOST)]
    in_flight: Policy = None
    announce: bool = Field(
        False, strict=True, description="Who comes in or leaves only because of this starts journeys, too."
    )
    region: Annotated[str, Field(max_length=40, description="Whose prices.")] = "eu-central-1"


class ApplyAsked(PlanAsked):
    plan: JsonObject = Field(description="`plan` of the answer that was looked at.", examples=[_OLD_PLAN])


@router.post("/api/plans", **least("viewer", TAG, "make_plan", "What publishing definitions would change"))
def make(work: Asked, asked: PlanAsked) -> PlanShape:
    plan, _ = _made(work, asked)
    return _shape(plan)


@router.post("/api/plans/apply", **least("marketer", TAG, "apply_plan", "Publish exactly what a plan says, or nothing"))
def apply(work: Asked, asked: ApplyAsked) -> AppliedShape:
    from leadwell.console.planned import put_live
    from leadwell.planning.moving import PUBLISHED, Moved, moved
    from leadwell.planning.plan import FORMAT, Plan

    # What is no plan, or one that somebody has changed, may lead to nothing but a refusal.
    try:
        planned = TypeAdapter(Plan).validate_python(asked.plan)
    except ValidationError as error:
        raise Refused(_NO_PLAN, "plan") from error
    if planned.format != FORMAT:
        raise Refused("was made by another version; make it again", "plan")
    now, draft = _made(work, asked)
    try:
        reasons = moved(planned, now)
    except (ArithmeticError, LookupError, ValueError) as error:
        raise Refused(_NO_PLAN, "plan") from error
    recounts = False
    if not reasons:
        before = work.given.library.catalog().plans
        try:
            put_live(work.given, now, draft, work.caller.id, work.request)
        except Conflict:
            reasons = [Moved(PUBLISHED)]
        else:
            recounts = recount_if_changed(work.given, before, f"plan {now.fingerprint}", repeated=False)
    return AppliedShape(
        applied=not reasons, recounts=recounts, moved=[moved_shape(one) for one in reasons], plan=_shape(now)
    )


def _made(work: Work, asked: PlanAsked) -> "tuple[Plan, Draft]":
    """Raises ``Refused`` naming the definition and the field."""
    from leadwell.definitions.files import as_file
    from leadwell.planning.plan import Asked as Files
    from leadwell.planning.planner import Planner
    from leadwell.reporting.cost import Prices

    _weighed(asked.definitions)
    Prices.read(asked.region)
    files = [as_file(one.name, one.text, one.parameters) for one in asked.definitions]
    wanted = Files(
        files=tuple(one.name for one in asked.definitions),
        folders=(),
        in_flight=asked.in_flight,
        announce=asked.announce,
        region=asked.region,
    )
    given = work.given
    return Planner(given.table, given.settings, work.now, work.caller.id, _SAMPLE).make(wanted, files)


def _weighed(definitions: Sequence[Written]) -> None:
    if sum(len(one.text) for one in definitions) > _MOST_TEXT:
        raise Refused("are too much at once: use `leadwell plan` on the command line", "definitions")


def _shape(plan: "Plan") -> PlanShape:
    from leadwell.console.planned import DOING

    return plan_shape(plan, json.loads(plan.to_json()), DOING)
