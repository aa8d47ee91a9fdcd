"""Plays a scenario: what it says happens, and what followed from it is written down."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from leadwell.calendar import zone_or
from leadwell.clock import DAY, Moment, to_iso
from leadwell.conditions.compiling import compile_condition
from leadwell.conditions.models import Model
from leadwell.consent.permission import CONFIRMATION
from leadwell.contacts.folding import facts_of
from leadwell.errors import Refused
from leadwell.ids import contact_id
from leadwell.journeys.calling import Call
from leadwell.journeys.engine import MERGED
from leadwell.journeys.enrollment import Enrollment
from leadwell.journeys.scenarios import (
    Bounced,
    Broadcast,
    Clicked,
    Complained,
    Confirmed,
    Consented,
    Identified,
    Joined,
    Opened,
    Received,
    Replied,
    Scenario,
    Tracked,
    Unsubscribed,
    Withdrew,
)
from leadwell.messaging.message import Message
from leadwell.products.given import products_of
from leadwell.rehearsal.repertoire import Shelf
from leadwell.rehearsal.stage import SETTINGS, Left, Stage
from leadwell.sales.task import KIND as TASK
from leadwell.sales.task import Task
from leadwell.tracking.events import LINK, Event, Identity, Name, Standing

USER, BROWSER = "somebody", "browser-1"
"""The contact of a scenario, as its server and its browser call it."""

_LONGEST = 400 * DAY
"""How long a scenario that does not say ``until`` waits for the journey to end."""


@dataclass(frozen=True, slots=True)
class Played:
    """What happened on the ``stage``. The messages that were ``sent``, those that were asked for, sent or not, and the
    ``tasks`` are those of the ``journey`` and of the others that were played together with it, the enrollments its own.
    ``holds`` is None where nothing was asked; ``impossible`` is what was to happen and could not."""

    stage: Stage
    journey: str
    zone: str
    sent: Sequence[Left]
    messages: Sequence[Message]
    tasks: Sequence[Task]
    enrollments: Sequence[Enrollment]
    holds: bool | None
    impossible: Sequence[str] = ()


@dataclass(slots=True)
class _Play:
    stage: Stage
    journey: str
    moment: Callable[[str], Moment]
    impossible: list[str] = field(default_factory=list)

    def happen(self, what: Model) -> None:
        try:
            _HAPPEN[type(what)](self, what)
        except Refused as refused:
            self.impossible.append(str(refused))

    def newest(self, name: str) -> Left:
        """The newest message of a step or template."""
        for left in reversed(self.stage.left):
            if name in (left.message.step, left.message.template):
                return left
        raise Refused(f"nothing called {name} had been sent by then")


def play(shelf: Shelf, journey: str, scenario: Scenario) -> Played:
    """Raises ``Broken``, or what else the product raises, when something fails that should not."""
    zone = zone_or(str(scenario.given.traits.get("timezone") or ""), SETTINGS.default_timezone)
    begins = scenario.begins(zone)

    def moment(when: str) -> Moment:
        return scenario.moment(when, zone)

    happenings = sorted(((moment(one.at), one) for one in scenario.events), key=lambda pair: pair[0])
    first = min([begins, *(at for at, _ in happenings)])
    stage = Stage(shelf, first - DAY)
    playing = _Play(stage, journey, moment)
    compared = {journey, *scenario.together}
    shelf.pause()
    try:
        _introduce(stage, scenario)
        _pass(playing, [pair for pair in happenings if pair[0] < begins])
        stage.advance(begins)
    finally:
        shelf.resume()
    stage.keep_schedules()
    _pass(playing, [pair for pair in happenings if pair[0] >= begins])
    if scenario.until:
        stage.advance(moment(scenario.until))
    else:
        named = [moment(one.at) for one in (*scenario.events, *scenario.expect)]
        _see_through(stage, compared, max([begins, *named]) + DAY)
    return Played(
        stage=stage,
        journey=journey,
        zone=zone,
        sent=[left for left in stage.left if left.message.journey in compared],
        messages=[message for message in stage.messages() if message.journey in compared],
        tasks=_tasks(stage, compared),
        enrollments=_enrollments(stage, {journey}),
        holds=_holds(stage, scenario),
        impossible=playing.impossible,
    )


def _introduce(stage: Stage, scenario: Scenario) -> None:
    given = scenario.given
    for pool, codes in given.vouchers.items():
        stage.fill_pool(pool, codes)
    stage.fill_catalog(products_of(given.products, "given.products"))
    if given.traits or given.consents:
        stage.say(_identify({**given.traits}))
    for topic in given.consents:
        _allow(stage, topic)
    for name in given.lists:
        _tell(stage, Name.ADDED_TO_LIST, f"given-list-{name}", {"list": name}, "given")


def _allow(stage: Stage, topic: str) -> None:
    """What a contact is given to have allowed is allowed, also where the policy wants it confirmed."""
    said, policy = _consent("Consent Granted", topic), stage.library.policy()
    purpose, _, channel = topic.partition("/")
    if policy is None or not policy.definition.confirms_all(purpose, channel):
        stage.say(said)
        return
    _tell(stage, Name.CONSENT_GRANTED, f"given-{topic}", said["properties"], LINK)


def _tell(stage: Stage, name: str, event_id: str, properties: Mapping[str, Any], source: str) -> None:
    """What Leadwell itself reports about the contact."""
    stage.record(
        Event(
            contact=_present(stage),
            id=event_id,
            at=stage.now,
            type="track",
            name=name,
            standing=Standing.PROVEN,
            properties=properties,
            identities=(Identity("user_id", USER),),
            source=source,
        )
    )


def _present(stage: Stage) -> str:
    contact = stage.contact(USER) or stage.contact(BROWSER, "anonymous_id")
    return contact.id if contact is not None else contact_id("user_id", USER)


def _pass(playing: _Play, happenings: Sequence[tuple[Moment, Any]]) -> None:
    for at, what in happenings:
        playing.stage.advance(at)
        playing.happen(what)


def _see_through(stage: Stage, journeys: Collection[str], at_least: Moment) -> None:
    """Goes on until nobody is in the journeys any more."""
    stage.advance(at_least)
    while any(one.is_active for one in _enrollments(stage, journeys)):
        due = stage.next_due()
        if due is None or due > at_least + _LONGEST:
            return
        stage.step(due)


def _enrollments(stage: Stage, journeys: Collection[str]) -> list[Enrollment]:
    """Without those that went on under another contact."""
    return [one for one in stage.enrollments() if one.journey in journeys and one.reason != MERGED]


def _tasks(stage: Stage, journeys: Collection[str]) -> list[Task]:
    """In the order in which they were given out."""
    found = [Task.from_item(item) for item in stage.table.items(TASK)]
    return sorted((one for one in found if one.journey in journeys), key=lambda one: (one.created_at, one.id))


def _holds(stage: Stage, scenario: Scenario) -> bool | None:
    if scenario.holds is None:
        return None
    contact = stage.contact(USER) or stage.contact(BROWSER, "anonymous_id")
    if contact is None:
        return False
    facts = facts_of(contact, stage.library.catalog(), stage.settings.default_timezone)
    return compile_condition(scenario.holds).holds(facts, stage.now)


def _identify(traits: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "identify", "userId": USER, "anonymousId": BROWSER, "traits": traits}


def _consent(name: str, topic: str) -> dict[str, Any]:
    purpose, _, channel = topic.partition("/")
    said = {"purpose": purpose, "channel": channel, "source": "scenario"}
    return {"type": "track", "userId": USER, "event": name, "properties": said}


def _tracked(play: _Play, what: Tracked) -> None:
    who = {"anonymousId": BROWSER} if what.key == "public" else {"userId": USER}
    call = {"type": "track", "event": what.event, "properties": what.properties, "context": what.context}
    when = {"timestamp": to_iso(play.moment(what.happened))} if what.happened else {}
    play.stage.say({**who, **call, **when}, key=what.key)


def _identified(play: _Play, what: Identified) -> None:
    call = _identify(what.traits)
    if what.key == "public":
        del call["userId"]
    play.stage.say(call, key=what.key)


def _broadcast(play: _Play, what: Broadcast) -> None:
    journey, of, now = what.journey or play.journey, what.broadcast.members_of, play.stage.now
    if what.broadcast.segment and of not in play.stage.library.catalog().segments:
        raise Refused(f"there is no segment {of}")
    call = Call(journey=journey, id=f"{to_iso(now)}-{of}", members_of=of, at=now, by="scenario", key=what.key)
    play.stage.call(call)


def _joined(play: _Play, what: Joined) -> None:
    play.stage.say({"type": "group", "userId": USER, "groupId": what.company, "traits": what.traits})


def _pressed(play: _Play, name: str, *, asks: bool) -> None:
    """The message's own link: it confirms where the message asks for that, and unsubscribes elsewhere."""
    left = play.newest(name)
    if asks != (left.message.purpose == CONFIRMATION):
        raise Refused(f"{left.message.template} has no link to {'confirm' if asks else 'unsubscribe'}")
    play.stage.press(left)


_HAPPEN: Mapping[type, Callable[[_Play, Any], None]] = {
    Tracked: _tracked,
    Broadcast: _broadcast,
    Received: lambda play, what: play.stage.count_sent(_present(play.stage), play.moment(what.at), what.received),
    Identified: _identified,
    Joined: _joined,
    Consented: lambda play, what: play.stage.say(_consent("Consent Granted", what.consent)),
    Withdrew: lambda play, what: play.stage.say(_consent("Consent Withdrawn", what.withdrawn)),
    Opened: lambda play, what: play.stage.opened(play.newest(what.opened)),
    Clicked: lambda play, what: play.stage.clicked(play.newest(what.clicked), what.link),
    Replied: lambda play, what: play.stage.replied(play.newest(what.replied), what.text),
    Bounced: lambda play, what: play.stage.bounced(play.newest(what.bounced)),
    Complained: lambda play, what: play.stage.complained(play.newest(what.complained)),
    Confirmed: lambda play, what: _pressed(play, what.confirmed, asks=True),
    Unsubscribed: lambda play, what: _pressed(play, what.unsubscribed, asks=False),
}
