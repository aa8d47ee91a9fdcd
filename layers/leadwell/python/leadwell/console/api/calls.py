"""Calling people into a journey by hand: single contacts, a segment, a list, or everybody, now or later."""

from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import Field, model_validator

from leadwell.clock import from_iso, to_iso
from leadwell.console.api.access import LONGEST_ID, Asked, IdempotencyKey, Work, least, routes
from leadwell.console.api.definitions import JOURNEYS, Name
from leadwell.console.api.segments import find_segment_of_contacts
from leadwell.console.api.shapes.basics import Given, Shape
from leadwell.console.problems import Already, NotThere
from leadwell.console.publishing import find_entry
from leadwell.contacts.membership import EVERYONE, list_key
from leadwell.contacts.reading import read_contacts
from leadwell.definitions.library import LIVE
from leadwell.errors import Refused
from leadwell.journeys.calling import DONE, STOPPED, Call, read_calls, requested
from leadwell.store import keys
from leadwell.tracking.once import record_all_once
from leadwell.tracking.values import mended

router = routes()

_MOST = 100
_LONGEST_KEY = 60
CallId = Annotated[str, Path(max_length=LONGEST_ID, description="The id of the call.")]


_At = Annotated[str | None, Field(description="When, as ISO 8601; now without it.", max_length=40, examples=[None])]
_Key = Annotated[
    str,
    Field(
        max_length=_LONGEST_KEY,
        description="Tells this time from others: under another key who was inside enters again.",
    ),
]


class CallGiven(Given):
    """Whom to call: up to 100 `contacts`, or all of a `segment`, of a `list`, or `everyone`. Whether they enter is
    decided by the journey: whom it is for, its re-entry rule, its holdout."""

    contacts: Annotated[list[Annotated[str, Field(min_length=1, max_length=LONGEST_ID)]], Field(max_length=_MOST)] = (
        Field(default_factory=list, examples=[[]])
    )
    segment: Annotated[str, Field(max_length=100, examples=["newsletter"])] = ""
    list: Annotated[str, Field(max_length=100, examples=[""])] = ""
    everyone: Annotated[bool, Field(strict=True)] = False
    at: _At = None
    key: _Key = ""

    @model_validator(mode="after")
    def _somebody(self) -> "CallGiven":
        if sum(map(bool, (self.contacts, self.segment, self.list, self.everyone))) != 1:
            raise ValueError("whom? give one of contacts, segment, list, everyone: true")
        if self.contacts and self.at is not None:
            raise ValueError("single contacts are called at once: leave out at, or put them on a list")
        return self


class CallShape(Shape):
    """`called` counts those who were called so far."""

    id: str
    of: str = Field(description="A segment, `list:` and a list, `*` for everybody; empty for single contacts.")
    at: str
    key: str
    status: Literal["waiting", "running", "done", "stopped"]
    called: int
    unknown: list[str] = Field(default_factory=list, description="Ids that no contact has.")


class CallList(Shape):
    calls: list[CallShape]


@router.post(
    "/api/journeys/<name>/calls", **least("marketer", JOURNEYS, "call_into_journey", "Call people in", status=202)
)
def call(work: Asked, name: Name, given: CallGiven, idempotency_key: IdempotencyKey = None) -> CallShape:
    if find_entry(work.given, "journey", name).status != LIVE:
        raise Already(f"the journey {name} is paused and lets nobody in; resume it first")
    request = work.derived_id(f"call {name}", idempotency_key)
    if given.contacts:
        return _call_each(work, name, given, request)
    of = _members_of(work, given)
    at = _moment(work, given)
    work.note("journey.called", name, of=of, begins=to_iso(at))
    wanted = Call(
        journey=name, id=f"{to_iso(at)}-{request}", members_of=of, at=at, by=work.caller.id, key=mended(given.key)
    )
    work.given.caller.place(wanted, work.now)
    return _shape(wanted)


@router.get(
    "/api/journeys/<name>/calls", **least("viewer", JOURNEYS, "list_calls", "Who was called into a journey, and when")
)
def calls(work: Asked, name: Name) -> CallList:
    find_entry(work.given, "journey", name)
    return CallList(calls=[_shape(one) for one in read_calls(work.given.table, name)])


@router.post(
    "/api/journeys/<name>/calls/<call_id>/stop",
    **least("marketer", JOURNEYS, "stop_call", "Call nobody else; who was called stays in the journey"),
)
def stop(work: Asked, name: Name, call_id: CallId) -> CallShape:
    find_entry(work.given, "journey", name)
    item = work.given.table.get(keys.call(name, mended(call_id)))
    if item is None:
        raise NotThere("there is no such call; /api/journeys/{name}/calls lists them")
    present = Call.from_item(item)
    if present.status in (DONE, STOPPED):
        raise Already(f"the call is {present.status}")
    work.note("journey.call_stopped", name, call=present.id)
    return _shape(work.given.caller.stop(present, work.now))


def _call_each(work: Work, name: str, given: CallGiven, request: str) -> CallShape:
    wanted = list(dict.fromkeys(given.contacts))
    known = {one.id for one in read_contacts(work.given.table, wanted)}
    work.note("journey.called", name, contacts=len(known))
    present = [one for one in wanted if one in known]
    events = requested(present, name, mended(given.key), request, work.caller.id, work.now)
    record_all_once(work.given.table, events, work.now)
    return CallShape(
        id=request,
        of="",
        at=to_iso(work.now),
        key=given.key,
        status=DONE,
        called=len(present),
        unknown=[one for one in wanted if one not in known],
    )


def _members_of(work: Work, given: CallGiven) -> str:
    if given.segment:
        find_segment_of_contacts(work, given.segment)
        return given.segment
    if given.list:
        find_entry(work.given, "list", given.list)
        return list_key(given.list)
    return EVERYONE


def _moment(work: Work, given: CallGiven) -> int:
    if given.at is None:
        return work.now
    try:
        at = from_iso(given.at)
    except ValueError as error:
        raise Refused("must be a moment such as 2026-12-01T09:00:00Z", "at") from error
    if at < work.now:
        raise Refused("lies in the past; leave it out to call now", "at")
    return at


def _shape(one: Call) -> CallShape:
    return CallShape(id=one.id, of=one.members_of, at=to_iso(one.at), key=one.key, status=one.status, called=one.called)
