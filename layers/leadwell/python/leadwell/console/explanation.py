"""Everything that is known about why a contact stands where it stands, put together."""

from collections.abc import Iterator, Sequence

from leadwell.clock import Moment, to_iso
from leadwell.conditions.facts import Facts
from leadwell.console.api.shapes.basics import instant
from leadwell.console.api.shapes.contacts import enrollment_shape, permission_shapes, stage_changes
from leadwell.console.api.shapes.explanations import (
    CompanyExplanation,
    DecisionShape,
    Explanation,
    NotEnteredShape,
    StageReason,
    persona_reason,
    score_shape,
    segment_reason,
    stage_reason,
)
from leadwell.console.api.shapes.messages import message_shape
from leadwell.contacts.contact import Contact
from leadwell.contacts.explaining import explain_personas, explain_scores, explain_segments, explain_stages
from leadwell.contacts.folding import facts_of
from leadwell.contacts.looking_back import with_reasons_then
from leadwell.contacts.reading import read_permissions, read_timeline
from leadwell.definitions.about import COMPANIES
from leadwell.definitions.catalog import Catalog, Judgments
from leadwell.journeys.deciding import Decision, decisions, never, not_again
from leadwell.journeys.enrollment import Enrollment
from leadwell.journeys.reading import NotEntered, TriggersSeen, read_enrollments
from leadwell.journeys.triggers import TriggerModel
from leadwell.messaging.message import Message
from leadwell.messaging.reading import read_messages
from leadwell.store.table import Table
from leadwell.tracking.events import Event
from leadwell.wiring import Services

_MOST_EVENTS = 20_000
"""How much of a history an explanation goes through."""
_PAGE = 1_000
_MOST_KEYS = 10


def explanation(given: Services, contact: Contact, now: Moment, newest: int) -> Explanation:
    """``newest``: how many score entries to list one by one."""
    catalog, used = given.library.catalog(), given.library.judgments()
    enrollments = read_enrollments(given.table, contact.id, catalog)
    history, notes = _told_apart(_history(given.table, contact.id))
    facts = facts_of(contact, catalog, given.settings.default_timezone)
    main, *others = explain_scores(facts, history, used, now, newest)
    triggers = TriggersSeen(catalog.for_(contact.id))
    for event in history:
        triggers.enter(event)
    messages, never_entered = read_messages(given.table, contact.id), triggers.not_entered(enrollments, facts, now)
    decided = [
        *(one for entry in _newest_entries(enrollments) for one in _decided(entry, catalog, messages, triggers)),
        *(decision for one in never_entered for decision in never(one)),
    ]
    return Explanation(
        contact=contact.id,
        up_to_date=contact.plan == catalog.plan,
        score=score_shape(main, to_iso(now)),
        other_scores=[score_shape(one, to_iso(now)) for one in others],
        grade=facts.ratings.grade(now)[0],
        personas=[persona_reason(one) for one in explain_personas(facts, used, now)],
        segments=[segment_reason(one) for one in explain_segments(contact, facts, used, now)],
        stage=contact.stage,
        stages=_stages(contact, facts, history, catalog, used, given, now),
        stage_changes=stage_changes(contact, notes),
        permissions=permission_shapes(read_permissions(given.table, contact, now)),
        messages=[message_shape(message) for message in messages],
        journeys=[enrollment_shape(one, _trigger(one, catalog)) for one in enrollments],
        not_entered=[_not_entered(one) for one in never_entered],
        decisions=[_decision(one) for one in decided],
    )


def company_explanation(given: Services, company: Contact, now: Moment, newest: int) -> CompanyExplanation:
    """``newest``: how many score entries to list one by one."""
    catalog, used = given.library.catalog().for_(company.id), given.library.judgments().about(COMPANIES)
    facts = facts_of(company, catalog, given.settings.default_timezone)
    history, notes = _told_apart(_history(given.table, company.id))
    main, *others = explain_scores(facts, history, used, now, newest)
    return CompanyExplanation(
        company=company.id,
        up_to_date=company.plan == catalog.plan,
        score=score_shape(main, to_iso(now)),
        other_scores=[score_shape(one, to_iso(now)) for one in others],
        segments=[segment_reason(one) for one in explain_segments(company, facts, used, now)],
        stage=company.stage,
        stages=_stages(company, facts, history, catalog, used, given, now),
        stage_changes=stage_changes(company, notes),
    )


def _stages(
    contact: Contact,
    facts: Facts,
    history: Sequence[Event],
    catalog: Catalog,
    used: Judgments,
    given: Services,
    now: Moment,
) -> list[StageReason]:
    stages = explain_stages(contact, facts, used, now)
    zone = given.settings.default_timezone
    return [stage_reason(one) for one in with_reasons_then(stages, contact.id, history, catalog, used, zone)]


def _trigger(entry: Enrollment, catalog: Catalog) -> TriggerModel | None:
    program = catalog.for_(entry.contact).programs.get((entry.journey, entry.version))
    return program.definition.trigger if program else None


def _newest_entries(enrollments: Sequence[Enrollment]) -> list[Enrollment]:
    """Into each journey under each key, the newest first; of each journey at most ``_MOST_KEYS``."""
    found: dict[str, dict[str, Enrollment]] = {}
    for one in sorted(enrollments, key=lambda one: one.entered_at, reverse=True):
        keys = found.setdefault(one.journey, {})
        if len(keys) < _MOST_KEYS:
            keys.setdefault(one.key, one)
    return [one for keys in found.values() for one in keys.values()]


def _decided(
    entry: Enrollment, catalog: Catalog, messages: Sequence[Message], triggers: TriggersSeen
) -> Iterator[Decision]:
    catalog = catalog.for_(entry.contact)
    program = catalog.programs.get((entry.journey, entry.version))
    if program is None:
        return
    yield from decisions(program, entry, messages, catalog.held.get(entry.journey))
    live = catalog.programs.get((entry.journey, catalog.live.get(entry.journey, entry.version)), program)
    again = triggers.refused_again(live, entry)
    if again is not None:
        yield from not_again(live, entry.key, again)


def _decision(one: Decision) -> DecisionShape:
    return DecisionShape(
        journey=one.journey,
        sender=one.sender,
        channel=one.channel,
        template=one.template,
        outcome=one.outcome.value,
        at=instant(one.at),
        reason=one.reason,
        step=one.step,
        key=one.key,
    )


def _not_entered(one: NotEntered) -> NotEnteredShape:
    return NotEnteredShape(
        journey=one.program.name,
        trigger=one.program.trigger.model_dump(mode="json", exclude_defaults=True),
        times=one.times,
        last=to_iso(one.last) if one.last is not None else None,
    )


def _told_apart(events: Sequence[Event]) -> tuple[list[Event], list[Event]]:
    """What happened, and what was noted of it."""
    return [one for one in events if not one.is_note], [one for one in events if one.is_note]


def _history(table: Table, contact: str) -> list[Event]:
    events: list[Event] = []
    after: str | None = None
    while len(events) < _MOST_EVENTS:
        page = read_timeline(table, contact, newest_first=False, limit=_PAGE, after=after)
        events += page.events
        if page.cursor is None:
            break
        after = page.cursor
    return events
