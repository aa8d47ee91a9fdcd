"""What a company knows of its members' scores.

Whoever writes a member tells its company when the course of a score has become another, in the same transaction, as
far as definitions about companies ask for it. What merely fades needs no telling; where points end or a condition turns
by itself, the member is due at that moment. A company keeps the courses of ``MOST`` members under a model: with more,
those that are furthest down when another comes are forgotten, and count as 0 until they tell something new.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from leadwell.clock import Moment
from leadwell.conditions.courses import Course
from leadwell.ids import company_id, fingerprint
from leadwell.store.table import Change, Put
from leadwell.tracking.events import Event, Name, Standing

if TYPE_CHECKING:
    from leadwell.contacts.contact import Contact

MOST = 1_000
"""Some 60 bytes each; an item may have 400 KB."""
AT, SCORES = "at", "scores"
NOTHING = Course(0.0)


def told_now(courses: Mapping[str, Course], at: Moment) -> dict[str, Any]:
    """What a contact keeps of it; nothing is said of scores that are and stay 0."""
    scores = {model: list(course) for model, course in courses.items() if course != NOTHING}
    return {AT: at, SCORES: scores} if scores else {}


def told_since(stored: "Contact", contact: "Contact") -> dict[str, Any]:
    """The same beside what was told before: what is told later has a later moment, whatever became known late."""
    before, now = stored.courses, contact.courses
    if not before or (before.get(SCORES) == now.get(SCORES) and stored.company.get("id") == contact.company.get("id")):
        return before or now
    return {AT: max(contact.clock, before[AT] + 1), SCORES: now.get(SCORES, {})}


def scores_told(before: "Contact", after: "Contact | None") -> list[Change]:
    """The events for companies that a write of ``after`` over ``before`` brings; without ``after`` the contact goes."""
    was, now = _known(before) if before.rev else ("", {}), _known(after) if after else ("", {})
    if was == now:
        return []
    at = after.courses.get(AT, after.clock) if after else max(before.clock, before.courses.get(AT, 0) + 1)
    changes: list[Change] = []
    if was[1] and was[0] != now[0]:
        changes.append(_told(before, was[0], {}, at))
    if now[0] and (now[1] or (was[1] and was[0] == now[0])):
        changes.append(_told(before, now[0], now[1], at))
    return changes


def scores_for(company: str, contact: "Contact") -> list[Event]:
    """The event by which the company would learn what a member is worth; none where that is nothing."""
    group, scores = _known(contact)
    return [_event(contact, group, scores, contact.courses[AT])] if scores and company_id(group) == company else []


def heard_from(company: "Contact", event: Event) -> frozenset[str]:
    """A member tells of its scores: changes the company in place, and answers the models under which one changed."""
    member, told = event.properties.get("member"), event.properties.get(SCORES)
    if not isinstance(member, str) or not isinstance(told, Mapping):
        return frozenset()
    changed = set()
    courses = dict(company.courses)
    for model in sorted({*courses, *told}):
        known = dict(courses.get(model, {}))
        before = known.pop(member, None)
        if model in told:
            known[member] = [event.at, *told[model]]
            if len(known) > MOST:
                del known[_least(known, event.at)]
        if before is not None or model in told:
            changed.add(model)
        courses[model] = known
    company.courses = {model: known for model, known in courses.items() if known}
    return frozenset(changed)


def _least(known: Mapping[str, Any], at: Moment) -> str:
    """The member whose score is nearest to nothing: the sum misses least by it, and the best and those above a
    threshold nothing."""
    return min(known, key=lambda one: (abs(Course.from_list(known[one][1:]).at(at)), known[one][0], one))


def _known(contact: "Contact") -> tuple[str, Any]:
    """The company's group id, and what it is told of the scores; empty for who belongs nowhere."""
    return (contact.company["id"], contact.courses.get(SCORES, {})) if contact.belonging else ("", {})


def _told(contact: "Contact", group: str, scores: Mapping[str, Any], at: Moment) -> Put:
    return Put(_event(contact, group, scores, at).to_item())


def _event(contact: "Contact", group: str, scores: Mapping[str, Any], at: Moment) -> Event:
    company = company_id(group)
    return Event(
        contact=company,
        id="s" + fingerprint(Name.MEMBER_SCORED, group, contact.id, str(contact.rev + 1)),
        at=at,
        type="track",
        name=Name.MEMBER_SCORED,
        standing=Standing.PROVEN,
        properties={
            "group_id": group,
            "member": fingerprint("member", company, contact.id, length=12),
            SCORES: dict(scores),
        },
        source="member",
    )
