"""Contacts and their timeline."""

from collections.abc import Iterable
from typing import Literal

from pydantic import Field

from leadwell.clock import Moment, to_iso
from leadwell.conditions.facts import Facts
from leadwell.consent.permission import Verdict
from leadwell.console.api.shapes.basics import Instant, JsonObject, Shape, Text, instant
from leadwell.contacts.contact import LOGGED_STAGES, RESTRICTED, Contact
from leadwell.journeys.enrollment import Enrollment
from leadwell.journeys.telling.conditions import told_trigger
from leadwell.journeys.telling.words import Words
from leadwell.journeys.triggers import TriggerModel
from leadwell.tracking.events import Event, Noted


class IdentityShape(Shape):
    kind: str = Field(description="user_id, anonymous_id, email or phone")
    value: str


class MembershipShape(Shape):
    name: str
    since: Instant
    until: Instant | None = Field(
        description="When membership ends if nothing happens; null where only an event ends it."
    )


class ConsentShape(Shape):
    purpose: str
    channel: str
    state: Literal["requested", "granted", "withdrawn"]
    at: Instant
    source: str
    wording: str


class PermissionShape(Shape):
    """Whether marketing may be sent to the contact by this channel now."""

    channel: str
    allowed: bool
    reason: str = Field(description="Why not; empty when it is allowed.")


class PathEntry(Shape):
    step: str
    at: Instant
    what: str


class EnrollmentShape(Shape):
    journey: str
    version: int
    key: str = Field(description="Tells two entries into the same journey apart, e.g. the cart.")
    status: Literal["active", "finished", "exited", "parked", "held out", "kept out"]
    step: str
    since: Instant = Field(description="When it came to this step.")
    wake_at: Instant | None = Field(description="When it goes on by itself, or was to.")
    held_until: Instant | None = Field(description="Looked at again then: it was due while its journey was held.")
    entered_at: Instant
    ended_at: Instant | None
    reason: str
    cause: str = Field(description="The event, segment or date that started it.")
    said: Text | None = Field(description="The cause in words, where its name is one for machines.")
    path: list[PathEntry]


class StageChange(Shape):
    at: Instant
    before: str
    after: str


class InterestShape(Shape):
    category: str
    weight: float


class ContactShape(Shape):
    id: str
    status: Literal["live", "restricted"] = Field(
        description="restricted: kept as it was, and nothing is done with it (Article 18 GDPR)."
    )
    standing: Literal["visitor", "known"] = Field(description="known: somebody proved who this is.")
    match: Literal["proven", "claimed"] | None = Field(
        None, description="In a search: whether the identity is proven for this contact, or merely claimed by it."
    )
    traits: JsonObject
    identities: list[IdentityShape]
    claims: dict[str, str] = Field(description="Identities that were said without proof.")
    score: float = Field(description="Of the main scoring model, as of score_as_of: it fades with time.")
    scores: dict[str, float] = Field(description="Of every scoring model.")
    score_as_of: Instant
    grade: str = Field(description="Fit A to D by interest 1 to 4; empty where none is defined.")
    persona: str = Field(description="The one that fits best; empty where none fits well enough.")
    interests: list[InterestShape] = Field(description="The strongest first.")
    company: JsonObject = Field(description="Attributes of the company it belongs to; `id` is the group id.")
    company_segments: list[str] = Field(description="Segments of companies that its company is in.")
    company_stage: str = Field(description="Of its company; empty for who belongs to none.")
    stage: str
    stages: dict[str, Instant] = Field(description="When each stage was reached last.")
    segments: list[MembershipShape]
    lists: dict[str, Instant] = Field(description="Lists kept by hand, and since when the contact is on them.")
    consents: list[ConsentShape]
    permissions: list[PermissionShape] = Field(description="Only where a single contact was asked for.")
    journeys: list[EnrollmentShape]
    events: int
    first_seen: Instant
    last_seen: Instant
    updated: Instant = Field(description="Up to when its state is worked out.")


class ContactList(Shape):
    contacts: list[ContactShape]
    cursor: str | None = None


class EventShape(Shape):
    id: str
    at: Instant
    type: str
    name: str
    properties: JsonObject
    traits: JsonObject
    standing: Literal["anonymous", "claimed", "proven"]
    source: str


class Timeline(Shape):
    events: list[EventShape]
    cursor: str | None


def contact_shape(
    contact: Contact,
    facts: Facts,
    enrollments: list[Enrollment],
    now: Moment,
    models: Iterable[str],
    *,
    match: Literal["proven", "claimed"] | None = None,
    permissions: dict[str, Verdict] | None = None,
) -> ContactShape:
    return ContactShape(
        id=contact.id,
        status="restricted" if contact.status == RESTRICTED else "live",
        standing="known" if contact.is_known else "visitor",
        match=match,
        traits=contact.traits,
        identities=[IdentityShape(kind=kind, value=value) for kind, value in contact.identities],
        claims=contact.claims,
        score=round(facts.ratings.score("", now), 2),
        scores={model: round(facts.ratings.score(model, now), 2) for model in models},
        score_as_of=to_iso(now),
        grade=facts.ratings.grade(now)[0],
        persona=facts.ratings.best_persona(now),
        interests=_interests(contact, facts, now),
        company=contact.company,
        company_segments=sorted(facts.company_segments),
        company_stage=facts.company_stage if contact.company else "",
        stage=contact.stage,
        stages={stage: to_iso(at) for stage, at in contact.stages.items()},
        segments=[
            MembershipShape(name=name, since=to_iso(at), until=instant(contact.untils.get(f"segment:{name}")))
            for name, at in sorted(contact.segments.items())
        ],
        lists={name: to_iso(at) for name, at in sorted(contact.lists.items())},
        consents=consent_shapes(contact),
        permissions=permission_shapes(permissions or {}),
        journeys=[enrollment_shape(one) for one in enrollments],
        events=contact.events,
        first_seen=to_iso(contact.first_seen),
        last_seen=to_iso(contact.last[0]),
        updated=to_iso(contact.clock),
    )


def consent_shapes(contact: Contact) -> list[ConsentShape]:
    shapes = []
    for topic, consent in sorted(contact.consents.items()):
        purpose, _, channel = topic.partition("/")
        shapes.append(
            ConsentShape(
                purpose=purpose,
                channel=channel,
                state=consent.state,
                at=to_iso(consent.at),
                source=consent.source,
                wording=consent.wording,
            )
        )
    return shapes


def permission_shapes(verdicts: dict[str, Verdict]) -> list[PermissionShape]:
    return [
        PermissionShape(channel=channel, allowed=verdict.allowed, reason=verdict.reason)
        for channel, verdict in verdicts.items()
    ]


def enrollment_shape(enrollment: Enrollment, trigger: TriggerModel | None = None) -> EnrollmentShape:
    """``trigger`` is that of the version it entered."""
    return EnrollmentShape(
        journey=enrollment.journey,
        version=enrollment.version,
        key=enrollment.key,
        status=enrollment.status,
        step=enrollment.step,
        since=to_iso(enrollment.since),
        wake_at=instant(enrollment.wake_at),
        held_until=instant(enrollment.held_until),
        entered_at=to_iso(enrollment.entered_at),
        ended_at=instant(enrollment.ended_at),
        reason=enrollment.reason,
        cause=enrollment.cause.name,
        said=_said(enrollment, trigger),
        path=[PathEntry(step=step, at=to_iso(at), what=what) for step, at, what in enrollment.path],
    )


def _said(enrollment: Enrollment, trigger: TriggerModel | None) -> Text | None:
    if trigger is None or enrollment.cause.is_readable:
        return None
    return Text(en=told_trigger(trigger, Words("en")), de=told_trigger(trigger, Words("de")))


def event_shape(event: Event) -> EventShape:
    return EventShape(
        id=event.id,
        at=to_iso(event.at),
        type=event.type,
        name=event.name,
        properties=dict(event.properties),
        traits=dict(event.traits),
        standing=event.standing.value,
        source=event.source,
    )


def stage_changes(contact: Contact, notes: Iterable[Event] = ()) -> list[StageChange]:
    """All of them: those that the contact no longer keeps itself are taken from the notes in its history."""
    kept = [StageChange(at=to_iso(at), before=before, after=after) for at, before, after in contact.stage_log]
    if len(kept) < LOGGED_STAGES:
        return kept
    noted = [one for one in notes if one.name == Noted.STAGE_CHANGED and one.at < contact.stage_log[0][0]]
    said = [(to_iso(one.at), one.properties["from"], one.properties["to"]) for one in noted]
    return [*(StageChange(at=at, before=before, after=after) for at, before, after in said), *kept]


def _interests(contact: Contact, facts: Facts, now: Moment) -> list[InterestShape]:
    weights = {category: round(facts.ratings.interest(category, now), 2) for category in contact.interests}
    order = sorted(weights, key=lambda category: (-weights[category], category))
    return [InterestShape(category=category, weight=weights[category]) for category in order]
