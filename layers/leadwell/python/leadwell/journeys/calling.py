"""Calls many into a journey at once: a segment, a list, or everybody, page by page, now or at a stated time.

A call is an item that stays due until everybody has been called. Each page records one event for every member
("Journey Requested"), which does what it does for a single contact: the journey's own rules decide who enters. The
events of a call have ids and times of their own, so a page that is called twice calls nobody twice.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

from leadwell.clock import FOREVER, MINUTE, Moment, to_iso
from leadwell.definitions.catalog import Catalog
from leadwell.due.buckets import Armory, due_attributes
from leadwell.errors import Conflict
from leadwell.ids import fingerprint
from leadwell.journeys.triggers.schedule import ScheduleTrigger
from leadwell.segments.listing import Place, list_members
from leadwell.store import keys
from leadwell.store.table import ABSENT, Item, Key, Put, Table
from leadwell.tracking.events import Event, Name, Standing
from leadwell.tracking.recording import record

KIND = "CALL"
Status = Literal["waiting", "running", "done", "stopped"]
WAITING: Status = "waiting"
RUNNING: Status = "running"
DONE: Status = "done"
STOPPED: Status = "stopped"
STANDING = "schedule"
"""The id of the call that a journey's own schedule keeps."""

PAGE = 200
PAGES_AT_ONCE = 25
"""Within one invocation: 5,000 contacts a minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """``members_of`` names a member list, ``at`` is the moment for which it calls, ``key`` tells entries apart.
    ``cursor`` is how far it has come, ``called`` how many; ``due_at`` when it goes on."""

    journey: str
    id: str
    members_of: str
    at: Moment
    by: str
    key: str = ""
    status: Status = WAITING
    due_at: Moment | None = None
    cursor: Place | None = None
    called: int = 0
    rev: int = 0

    @property
    def item_key(self) -> Key:
        return keys.call(self.journey, self.id)

    def to_item(self) -> Item:
        item: Item = {
            "pk": self.item_key.pk,
            "sk": self.item_key.sk,
            "kind": KIND,
            "rev": self.rev + 1,
            "journey": self.journey,
            "members_of": self.members_of,
            "at": self.at,
            "by": self.by,
            "key": self.key,
            "status": self.status,
            "called": self.called,
        }
        if self.cursor is not None:
            item["cursor"] = list(self.cursor)
        if self.due_at is not None:
            item |= due_attributes(self.item_key.pk, self.due_at)
            item["due"] = self.due_at
        return item

    @classmethod
    def from_item(cls, item: Item) -> "Call":
        return cls(
            journey=item["journey"],
            id=item["sk"].removeprefix(keys.CALLS),
            members_of=item["members_of"],
            at=item["at"],
            by=item["by"],
            key=item["key"],
            status=item["status"],
            due_at=item.get("due"),
            cursor=Place(*item["cursor"]) if "cursor" in item else None,
            called=item["called"],
            rev=item["rev"],
        )


@dataclass(frozen=True, slots=True)
class Caller:
    table: Table
    armory: Armory
    default_zone: str

    def place(self, call: Call, now: Moment) -> bool:
        """Has a call begin at its time; answers False if there is one of this id already."""
        due = replace(call, due_at=max(call.at, now))
        self.armory.arm([due.due_at], now)
        try:
            self.table.write(Put(due.to_item(), ABSENT))
        except Conflict:
            return False
        return True

    def stop(self, call: Call, now: Moment) -> Call:
        """Calls nobody else. Raises ``Conflict`` when it is just going on."""
        return self._put(replace(call, status=STOPPED, due_at=None), now)

    def keep_schedules(self, catalog: Catalog, now: Moment) -> None:
        """Sees to it that every live journey with a schedule of its own is called next at the right time."""
        for program in catalog.live_programs():
            if isinstance(program.trigger, ScheduleTrigger):
                self._keep(program.name, program.trigger, now)

    def work(self, item: Item, catalog: Catalog, now: Moment) -> None:
        """Calls the next pages of a due call."""
        call = Call.from_item(item)
        if call.status in (DONE, STOPPED) or call.due_at is None or call.due_at > now:
            return
        version = catalog.live.get(call.journey)
        if version is None:
            # Paused: nobody is called late, and a schedule goes on with its next time.
            self._end(call, catalog, now)
            return
        for _ in range(PAGES_AT_ONCE):
            page = list_members(self.table, call.members_of, limit=PAGE, cursor=call.cursor)
            record(self.table, (self._event(call, member.contact) for member in page.members))
            call = self._put(
                replace(
                    call,
                    status=RUNNING,
                    cursor=page.cursor,
                    called=call.called + len(page.members),
                    due_at=now + MINUTE if page.cursor else now,
                ),
                now,
            )
            if page.cursor is None:
                self._end(call, catalog, now)
                return

    def _keep(self, journey: str, trigger: ScheduleTrigger, now: Moment) -> None:
        item = self.table.get(keys.call(journey, STANDING))
        present = Call.from_item(item) if item else None
        if present is not None and present.status == RUNNING:
            return
        at = trigger.schedule.next(now, self.default_zone)
        if at == FOREVER:
            return
        call = self._standing(journey, trigger, at, present.rev if present else 0)
        if present is None or (present.at, present.members_of, present.status) != (at, call.members_of, WAITING):
            self._put(call, now)

    def _end(self, call: Call, catalog: Catalog, now: Moment) -> None:
        version = catalog.live.get(call.journey)
        program = catalog.programs.get((call.journey, version)) if version is not None else None
        trigger = program.trigger if program else None
        at = FOREVER
        if call.id == STANDING and isinstance(trigger, ScheduleTrigger):
            at = trigger.schedule.next(call.at + MINUTE, self.default_zone)
        if call.id == STANDING and isinstance(trigger, ScheduleTrigger) and at < FOREVER:
            self._put(replace(self._standing(call.journey, trigger, max(at, now), call.rev), called=call.called), now)
        else:
            self._put(replace(call, status=DONE, cursor=None, due_at=None), now)

    def _standing(self, journey: str, trigger: ScheduleTrigger, at: Moment, rev: int) -> Call:
        return Call(
            journey=journey,
            id=STANDING,
            members_of=trigger.members_of,
            at=at,
            by=f"journey:{journey}",
            key=to_iso(at)[:16],
            due_at=at,
            rev=rev,
        )

    def _put(self, call: Call, now: Moment) -> Call:
        self.armory.arm([call.due_at], now)
        self.table.write(Put(call.to_item(), call.rev))
        return replace(call, rev=call.rev + 1)

    def _event(self, call: Call, contact: str) -> Event:
        said: dict[str, Any] = {"journey": call.journey, "by": call.by} | ({"key": call.key} if call.key else {})
        return Event(
            contact=contact,
            id="r" + fingerprint("call", call.journey, call.id, str(call.at), contact),
            at=call.at,
            type="track",
            name=Name.JOURNEY_REQUESTED,
            standing=Standing.PROVEN,
            properties=said,
            source="call",
        )


def read_calls(table: Table, journey: str, limit: int = 50) -> list[Call]:
    """Of a journey, those of the last ids first."""
    page = table.query(keys.call(journey, "").pk, begins=keys.CALLS, newest_first=True, limit=limit)
    return [Call.from_item(item) for item in page.items]


def requested(contacts: Iterable[str], journey: str, key: str, request: str, by: str, now: Moment) -> list[Event]:
    """The events that call single contacts; the same ``request`` again is the same events."""
    said = {"journey": journey, "by": by} | ({"key": key} if key else {})
    return [
        Event(
            contact=contact,
            id="r" + fingerprint("request", request, journey, contact),
            at=now,
            type="track",
            name=Name.JOURNEY_REQUESTED,
            standing=Standing.PROVEN,
            properties=said,
            source="console",
        )
        for contact in contacts
    ]
