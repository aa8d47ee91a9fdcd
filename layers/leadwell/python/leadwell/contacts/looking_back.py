"""What a contact was at moments long past: a stage that was reached once stays, whatever becomes of its rule."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from leadwell.clock import Moment
from leadwell.conditions.base import ConditionModel
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
    rules = judgments.lifecycle.stages if judgments.lifecycle else ()
    conditions: Mapping[str, ConditionModel] = {rule.stage: rule.when for rule in rules}
    return [_with_reason_then(one, conditions[one.name], facts) for one in stages]


def _with_reason_then(stage: StageExplained, rule: ConditionModel, facts: Mapping[Moment, Facts]) -> StageExplained:
    if stage.reached_at is None or stage.reason.truth:
        return stage
    then = reason(rule, facts[stage.reached_at], stage.reached_at)
    # Somebody may have set it, or a way back have led there.
    return replace(stage, then=then) if then.truth else stage
