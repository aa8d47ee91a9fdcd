"""What of a recount is news to journeys: what the stored contact did not know, and did not get by definitions alone."""

from collections.abc import Sequence

from leadwell.clock import Moment
from leadwell.companies.heralding import OF_COMPANIES, told_by
from leadwell.companies.passing_on import PAST
from leadwell.contacts.change import TOLD_BY, Happening
from leadwell.contacts.contact import Contact
from leadwell.contacts.folding import Folding
from leadwell.definitions.catalog import Catalog
from leadwell.tracking.events import Event


def _is_new(happening: Happening, since: Moment, arrived: set[str]) -> bool:
    if happening.kind == "event":
        return happening.id in arrived
    if happening.kind in OF_COMPANIES:
        return told_by(happening) in arrived
    if happening.kind in ("changed", "date") and TOLD_BY in happening.properties:
        return happening.properties[TOLD_BY] in arrived
    return happening.at >= since


def news_of_recount(
    stored: Contact, folding: Folding, events: Sequence[Event], catalog: Catalog, now: Moment
) -> list[Happening]:
    """What a recount found that the stored contact did not know.

    What differs only because definitions changed is none, unless their publisher said so: a new threshold must not
    start a thousand journeys. So what a new definition sees in the time between the last look at the contact and its
    own publication is none either, as long as nothing came and nothing was due.
    """
    arrived = {event.id for event in events if event.source != PAST}
    contact = folding.contact
    changed = (stored.plan != catalog.plan and stored.rev > 0) or any(event.source == PAST for event in events)
    since = stored.clock + 1
    if changed:
        since = max(since, min((catalog.published_at, *(event.at for event in events), *stored.untils.values())))
    news = [one for one in folding.happened if _is_new(one, since, arrived)]
    told = {(one.kind, one.name) for one in news}
    if contact.stage != stored.stage and ("stage", contact.stage) not in told and not changed:
        at = contact.stages.get(contact.stage, now)
        news.append(Happening("stage", f"stage:{contact.stage}@{at}", contact.stage, at, {"from": stored.stage}))
    for segment in sorted(contact.segments.keys() - stored.segments.keys()):
        if ("entered", segment) not in told and (not changed or segment in catalog.announced):
            at = contact.segments[segment]
            news.append(Happening("entered", f"entered:{segment}@{at}", segment, at, {}))
    for segment in sorted(stored.segments.keys() - contact.segments.keys()):
        if ("left", segment) not in told and (not changed or segment in catalog.announced):
            news.append(Happening("left", f"left:{segment}@{now}", segment, now, {}))
    for turn in sorted(contact.turns.keys() - stored.turns.keys()):
        if ("became", turn) not in told and not changed:
            at = contact.turns[turn]
            news.append(Happening("became", f"became:{turn}@{at}", turn, at, {}))
    return sorted(news, key=lambda one: one.at)


def silent_turns(stored: Contact, contact: Contact, news: Sequence[Happening], catalog: Catalog) -> frozenset[str]:
    """The turns that hold though nobody was told, because definitions changed and their publisher did not announce the
    segment by which they came true. They count again once they came true anew."""
    told = {one.name for one in news if one.kind == "became"}
    crossed = (contact.segments.keys() ^ stored.segments.keys()) & catalog.announced
    loud = {key for segment in crossed for key in catalog.dependents.by_segment.get(segment, ())}
    since = {turn for turn in contact.turns if turn in stored.silent or turn not in stored.turns}
    # Of a contact that was never stored everything is told.
    quiet = since - told if stored.rev else frozenset()
    return frozenset(turn for turn in quiet if f"turn:{turn}" not in loud)
