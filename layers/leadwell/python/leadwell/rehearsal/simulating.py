"""Many invented contacts go through a journey in virtual time, and do what contacts do at stated rates.

Everything is decided by one seed: the same question has the same answer.
"""

import heapq
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import Any

from leadwell.clock import DAY, HOUR, MINUTE, Moment
from leadwell.contacts.membership import list_key
from leadwell.ids import contact_id
from leadwell.journeys.calling import STANDING, Call, read_calls
from leadwell.journeys.program import Program
from leadwell.journeys.triggers.event import EventTrigger
from leadwell.journeys.triggers.schedule import ScheduleTrigger
from leadwell.rehearsal.repertoire import Shelf
from leadwell.rehearsal.stage import SETTINGS, Left, Stage
from leadwell.rehearsal.tallying import Tally
from leadwell.tracking.events import LINK, Event, Identity, Name, Standing

_READS_AFTER = 5 * HOUR
"""On average: half of those who open a mail do so within three and a half hours."""
_CLICKS_AFTER = 2 * MINUTE
_MORNING = 9 * HOUR
_LINK = "https://shop.example.com/"
AGREED: Mapping[str, float] = {"marketing/email": 1.0, "tracking/email": 1.0}
_LIST = list_key("")


@dataclass(frozen=True, slots=True)
class Habit:
    """An event that a share of the contacts makes happen once, at some moment within a time after they entered."""

    event: str
    share: float
    within: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Behavior:
    """Shares between 0 and 1. ``agree`` are topics such as ``marketing/email`` and the share that has consented;
    ``unsubscribes`` is the share of mails that are answered so."""

    agree: Mapping[str, float] = field(default_factory=lambda: dict(AGREED))
    opens: float = 0.4
    clicks: float = 0.1
    unsubscribes: float = 0.0
    habits: Sequence[Habit] = ()
    traits: Mapping[str, Any] = field(default_factory=dict)
    properties: Mapping[str, Any] = field(default_factory=dict)
    """Of the event that starts the journey, and of what happens afterwards."""
    broadcast: str = ""
    """The member list that is called into the journey on the second morning: a segment, ``list:`` and a list, ``*`` for
    everybody. Without it contacts come in one by one, unless the journey has a schedule of its own."""


def simulate(
    shelf: Shelf, program: Program, behavior: Behavior, *, contacts: int, start: Moment, days: int, seed: int
) -> Tally:
    """``contacts`` enter within the first day, or become known by then if they are called together; after ``days`` days
    it is over. A journey with a schedule of its own begins on the day before that comes due for the first time."""
    chance = random.Random(f"{seed}/{program.name}")  # noqa: S311 (to be repeated, not to be secret)
    call = _call(program, behavior, start)
    if call is not None:
        start = call.at - call.at % DAY - DAY
    crowd = _Crowd(Stage(shelf, start, words=False), program, behavior, chance, call)
    for number in range(contacts):
        crowd.invite(number)
    crowd.live(start + days * DAY)
    tally = Tally(contacts=contacts)
    if call is not None:
        tally.called = sum(one.called for one in read_calls(crowd.stage.table, program.name))
    tally.add(crowd.stage, program.name, start)
    return tally


def _call(program: Program, behavior: Behavior, start: Moment) -> Call | None:
    """The first by which all are called together; None where they come in one by one."""
    trigger = program.trigger
    if behavior.broadcast:
        at = start + DAY + _MORNING
        return Call(journey=program.name, id="simulated", members_of=behavior.broadcast, at=at, by="simulation")
    if isinstance(trigger, ScheduleTrigger):
        at = trigger.schedule.next(0, SETTINGS.default_timezone)
        return Call(journey=program.name, id=STANDING, members_of=trigger.members_of, at=at, by="simulation")
    return None


class _Crowd:
    def __init__(
        self, stage: Stage, program: Program, behavior: Behavior, chance: random.Random, call: Call | None
    ) -> None:
        self.stage, self._program, self._behavior, self._chance = stage, program, behavior, chance
        self._called = call
        self._plans: list[tuple[Moment, int, Callable[[], None]]] = []
        self._numbers = count()
        self._noticed = 0
        stage.keep_schedules()
        if call is not None and call.id != STANDING:
            self._plan(call.at, partial(stage.call, call))

    def invite(self, number: int) -> None:
        """Plans everything that a contact does by itself."""
        at = self.stage.now + self._chance.randrange(DAY)
        self._plan(at, partial(self._enter, number, at))
        begins = at if self._called is None else self._called.at
        for habit in self._behavior.habits:
            if self._chance.random() < habit.share:
                moment = begins + 1 + self._chance.randrange(habit.within)
                self._plan(moment, partial(self._does, number, habit.event, moment))

    def live(self, end: Moment) -> None:
        """Lets everything happen in the order of time."""
        while True:
            planned = self._plans[0][0] if self._plans else end + 1
            due = self.stage.next_due()
            if min(planned, due if due is not None else end + 1) > end:
                break
            if due is not None and due <= planned:
                self.stage.step(due)
            else:
                self.stage.advance(planned)
                heapq.heappop(self._plans)[2]()
            self._read()
        self.stage.advance(end)

    def _plan(self, at: Moment, act: Callable[[], None]) -> None:
        heapq.heappush(self._plans, (at, next(self._numbers), act))

    def _enter(self, number: int, at: Moment) -> None:
        user, behavior = f"u{number}", self._behavior
        address, phone = f"{user}@example.com", f"+1202555{number % 10000:04}"
        traits = {"locale": self._chance.choice(["de", "en"]), "timezone": "Europe/Berlin", **behavior.traits}
        known = (Identity("user_id", user), Identity("email", address), Identity("phone", phone))
        events = [self._event(number, at, 0, Name.IDENTIFIED, {}, traits=traits, identities=known)]
        for place, (topic, share) in enumerate(sorted(behavior.agree.items()), 1):
            if self._chance.random() < share:
                purpose, _, channel = topic.partition("/")
                said = {"purpose": purpose, "channel": channel}
                # Who agrees has confirmed it where the policy asks for that.
                events.append(self._event(number, at, place, Name.CONSENT_GRANTED, said, source=LINK))
        if self._called is None:
            asked = {**self._said(number), "journey": self._program.name, "key": self._key(number)}
            events.append(self._event(number, at, 99, Name.JOURNEY_REQUESTED, asked))
        elif self._called.members_of.startswith(_LIST):
            on = {"list": self._called.members_of.removeprefix(_LIST)}
            events.append(self._event(number, at, 99, Name.ADDED_TO_LIST, on))
        self.stage.record(*events)

    def _does(self, number: int, name: str, at: Moment) -> None:
        self.stage.record(self._event(number, at, 0, name, self._said(number)))

    def _read(self) -> None:
        """Who opens, clicks or unsubscribes by what has left meanwhile."""
        opens = self._behavior.opens
        for left in self.stage.left[self._noticed :]:
            if left.message.channel == "email" and self._chance.random() < opens:
                counted = left.outgoing.is_counted  # who is not is still free to unsubscribe
                at = left.at + round(self._chance.expovariate(1 / _READS_AFTER)) + MINUTE
                if counted:
                    self._plan(at, partial(self.stage.opened, left))
                if self._chance.random() < self._behavior.clicks / opens:
                    if counted:
                        self._plan(at + _CLICKS_AFTER, partial(self.stage.clicked, left, _LINK))
                elif self._chance.random() < self._behavior.unsubscribes / opens:
                    self._plan(at + _CLICKS_AFTER, partial(self._withdraw, left))
        self._noticed = len(self.stage.left)

    def _withdraw(self, left: Left) -> None:
        said = {"purpose": left.message.asked_for, "channel": left.message.channel}
        no = _event(left.message.contact, self.stage.now, f"no-{left.message.id}", Name.CONSENT_WITHDRAWN, said)
        self.stage.record(no)

    def _said(self, number: int) -> dict[str, Any]:
        trigger = self._program.trigger
        key = {trigger.key: self._key(number)} if isinstance(trigger, EventTrigger) and trigger.key else {}
        return {**self._behavior.properties, **key}

    def _key(self, number: int) -> str:
        trigger = self._program.trigger
        return f"k{number}" if isinstance(trigger, EventTrigger) and trigger.key else ""

    def _event(self, number: int, at: Moment, place: int, name: str, said: Mapping[str, Any], **more: Any) -> Event:
        return _event(contact_id("user_id", f"u{number}"), at, f"{name}-{place}-{at}", name, said, **more)


def _event(contact: str, at: Moment, event_id: str, name: str, properties: Mapping[str, Any], **more: Any) -> Event:
    return Event(
        contact=contact,
        id=event_id,
        at=at,
        type="identify" if "traits" in more else "track",
        name=name,
        standing=Standing.PROVEN,
        properties=properties,
        **{"source": "simulation", **more},
    )
