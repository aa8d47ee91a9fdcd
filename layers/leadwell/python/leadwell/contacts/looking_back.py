"""What a contact was at moments long past: a stage that was reached once stays, whatever becomes of its rule."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from leadwell.clock import Moment
from leadwell.conditions.facts import Facts
from leadwell.contacts.contact import Contact
from leadwell.contacts.explaining import StageExplained
from leadwell.contacts.folding import Folding, facts_of
from leadwell.contacts.reasons import reason
from leadwell.definitions.catalog import Catalog, Judgments
from leadwell.tracking.events import Event


def facts_at(
    contact: str, history: Iterable[Event], catalog: Catalog, default_zone: str, moments: Iterable[Moment]
) -> Mapping[Moment, Facts]:
    """The contact as conditions saw it at each moment, with all that happened up to it; by the given definitions."""
    folding, found = Folding(Contact(id=contact), catalog, default_zone), dict[Moment, Facts]()
    events = sorted((event for event in history if not event.is_note), key=lambda event: event.order)
    place = 0
    for moment in sorted(set(moments)):
        while place < len(events) and events[place].at <= moment:
            folding.apply(events[place])
            place += 1
        folding.walk_to(moment)
        found[moment] = facts_of(folding.contact.copied(), catalog, default_zone)
    return found


def with_reasons_then(
    stages: Sequence[StageExplained],
    contact: str,
    history: Sequence[Event],
    catalog: Catalog,
    judgments: Judgments,
    default_zone: str,
) -> list[StageExplained]:
    """Of stages that were reached and whose rule does not hold any more, also why it held then."""
    reached = [one.reached_at for one in stages if one.reached_at is not None and not one.reason.truth]
    if not reached:
        return list(stages)
    facts = facts_at(contact, history, catalog, default_zone, reached)
    rules = {rule.stage: rule.when for rule in judgments.lifecycle.stages} if judgments.lifecycle else {}
    explained = []
    for one in stages:
        if one.reached_at in facts and not one.reason.truth:
            then = reason(rules[one.name], facts[one.reached_at], one.reached_at)
            # Somebody may have set it, or a way back have led there.
            one = replace(one, then=then if then.truth else None)
        explained.append(one)
    return explained
