"""What a changed definition would do to contacts, before it is published.

Every contact is recounted from its history under the definitions as they would be, and compared with what is stored;
nothing is written. Where a segment asks for no more than contacts remember anyway, the contact alone is enough. Where
companies would ask more of their members than they do, those are recounted, too.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from leadwell.clock import Moment
from leadwell.conditions.base import ConditionModel
from leadwell.conditions.compiling import compile_condition
from leadwell.conditions.facts import Facts
from leadwell.conditions.kinds.person import STAGES
from leadwell.conditions.models import Model
from leadwell.contacts.asked_of_members import asked_anew, asks_for_more
from leadwell.contacts.contact import LIVE, Contact
from leadwell.contacts.folding import Folding, facts_of, recount
from leadwell.contacts.looking_back import facts_at
from leadwell.contacts.membership import EVERY_COMPANY, EVERYONE
from leadwell.contacts.reasons import Reason, reason
from leadwell.definitions.about import COMPANIES, about_of
from leadwell.definitions.catalog import Catalog, Judgments, compile_catalog
from leadwell.definitions.resting import with_this
from leadwell.ids import shard_of
from leadwell.messaging.policy import PolicyDefinition
from leadwell.segments.listing import Place, list_members
from leadwell.segments.models import SegmentDefinition
from leadwell.store import keys
from leadwell.store.table import Table, query_all
from leadwell.tracking.events import Event

_MOST_ASKED = 2_000
"""Members of companies in one page: an answer has seconds, and the next page goes on."""


@dataclass(frozen=True, slots=True)
class Example:
    """``before`` and ``after`` are a stage, or ``in`` and ``out`` of a segment. ``reason`` is the segment's condition,
    or the rule of the stage that is reached or lost; None where the stage has no rule any more. ``since``: when the
    contact came to where it would be, by the changed definition. ``as_of``: of what moment the reason is, where that is
    not now: a stage that was reached is kept, though its rule may hold no more."""

    contact: str
    what: str
    before: str
    after: str
    reason: Reason | None
    since: Moment | None = None
    as_of: Moment | None = None


@dataclass(slots=True)
class Preview:
    """``entering`` and ``leaving`` count by segment, ``stages`` by (from, to); ``movers`` are those
    whom it concerns. ``cursor``: there are more contacts."""

    looked_at: int = 0
    entering: Counter[str] = field(default_factory=Counter)
    leaving: Counter[str] = field(default_factory=Counter)
    stages: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: list[Example] = field(default_factory=list)
    cursor: Place | None = None
    movers: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Previewer:
    """``live`` is the catalog as it is, ``judgments`` what it is made of. ``policy`` takes the place of the one that
    holds, which says what counts as a consent."""

    table: Table
    live: Catalog
    judgments: Judgments
    default_zone: str
    now: Moment
    policy: PolicyDefinition | None = None

    def page(
        self, changed: Model, *, limit: int, examples: int, cursor: Place | None = None, alone: bool = True
    ) -> Preview:
        """Up to ``limit`` contacts, with at most so many examples. Unless it changes ``alone``, the ``judgments`` hold
        what else does."""
        judgments = with_this(self.judgments, changed)
        whole = candidate = self._candidate(judgments, changed)
        about = about_of(changed)
        if about == COMPANIES:
            judgments, candidate = judgments.about(about), candidate.companies or candidate
        everybody = EVERY_COMPANY if about == COMPANIES else EVERYONE
        asking = whole if about == COMPANIES and asks_for_more(whole, self.live) else None
        members, last = list_members(self.table, everybody, limit=limit, cursor=cursor), cursor
        found = self.table.get_many(keys.contact(member.contact) for member in members.members)
        preview, asked = Preview(cursor=members.cursor), 0
        for member in members.members:
            if asked >= _MOST_ASKED:
                preview.cursor = last
                break
            last = Place(shard_of(member.contact, keys.SEGMENT_SHARDS), member.contact)
            item = found.get(keys.contact(member.contact))
            contact = Contact.from_item(item) if item else None
            if contact and contact.status == LIVE:
                preview.looked_at += 1
                after, more = self._judged(contact, changed if alone else None, candidate, asking)
                asked += more
                self._compare(contact, after, candidate, judgments, preview, examples, asking)
        return preview

    def _candidate(self, judgments: Judgments, changed: Model) -> Catalog:
        """What contacts would be judged by."""
        companies = self.live.companies
        programs = [*self.live.programs.values(), *(companies.programs.values() if companies else ())]
        live = {**self.live.live, **(companies.live if companies else {})}
        policy = changed if isinstance(changed, PolicyDefinition) else self.policy
        if policy is None and self.live.policy is not None:
            policy = self.live.policy.definition
        return compile_catalog(judgments, programs=programs, live=live, policy=policy)

    def _judged(
        self, contact: Contact, changed: Model | None, candidate: Catalog, asking: Catalog | None
    ) -> tuple[Contact, int]:
        """The contact as it would be, and how many members were asked for it."""
        live = self.live.for_(contact.id)
        if asking is None and isinstance(changed, SegmentDefinition) and self._is_remembered(contact, changed):
            present = Folding(contact, live, self.default_zone).settle(self.now)
            facts = facts_of(present, live, self.default_zone)
            if compile_condition(changed.when).holds(facts, self.now):
                present.segments.setdefault(changed.name, self.now)
            else:
                present.segments.pop(changed.name, None)
            return present, 0
        history, asked = self._history(contact, asking)
        return recount(contact.id, history, candidate, self.default_zone, self.now).settle(self.now), asked

    def _history(self, contact: Contact, asking: Catalog | None) -> tuple[list[Event], int]:
        pk = keys.contact(contact.id).pk
        history = [Event.from_item(item) for item in query_all(self.table, pk, begins=keys.EVENTS)]
        if asking is None:
            return history, 0
        return asked_anew(self.table, contact.id, history, asking, self.default_zone, self.now)

    def _is_remembered(self, contact: Contact, changed: SegmentDefinition) -> bool:
        """Whether the contact carries all that the segment asks about, and nothing else rests on the segment."""
        live = self.live.for_(contact.id)
        if contact.plan != live.plan or live.dependents.by_segment.get(changed.name):
            return False
        kept = {one.id: one.size for behaviors in live.behaviors.values() for one in behaviors}
        needs = compile_condition(changed.when).needs
        jumps = {model or live.main for model in needs.gains}
        remembered = needs.crossings <= live.crossings
        remembered = remembered and all(kept.get(one.id, -1) >= one.size for one in needs.behaviors.values())
        return remembered and all(live.scoring[one].keeps_gains for one in jumps if one in live.scoring)

    def _compare(
        self,
        before: Contact,
        after: Contact,
        candidate: Catalog,
        judgments: Judgments,
        preview: Preview,
        examples: int,
        asking: Catalog | None,
    ) -> None:
        entered = sorted(after.segments.keys() - before.segments.keys())
        left = sorted(before.segments.keys() - after.segments.keys())
        preview.entering.update(entered)
        preview.leaving.update(left)
        if entered or left or after.stage != before.stage:
            preview.movers.append(before.id)
        facts = facts_of(after, candidate, self.default_zone)
        if after.stage != before.stage:
            preview.stages[before.stage, after.stage] += 1
            if len(preview.examples) < examples:
                preview.examples.append(self._of_stage(before, after, facts, candidate, judgments, asking))
        conditions: Mapping[str, SegmentDefinition] = {one.name: one for one in judgments.segments}
        for segment in [*entered, *left]:
            if len(preview.examples) >= examples:
                return
            why = reason(conditions[segment].when, facts, self.now) if segment in conditions else None
            states = ("out", "in") if segment in entered else ("in", "out")
            preview.examples.append(Example(before.id, segment, *states, why, after.segments.get(segment)))

    def _of_stage(
        self,
        before: Contact,
        after: Contact,
        facts: Facts,
        candidate: Catalog,
        judgments: Judgments,
        asking: Catalog | None,
    ) -> Example:
        """Who rises does so by the rule of the new stage; who would not have come so far lacks that of the old one."""
        higher = max(before.stage, after.stage, key=STAGES.index)
        stages = judgments.lifecycle.stages if judgments.lifecycle else ()
        rules: Mapping[str, ConditionModel] = {rule.stage: rule.when for rule in stages}
        why = reason(rules[higher], facts, self.now) if higher in rules else None
        since = after.stages.get(after.stage)
        moved = Example(before.id, "stage", before.stage, after.stage, why, since)
        if why is None or why.truth or since is None or higher != after.stage:
            return moved
        history, _ = self._history(before, asking)
        then = facts_at(before.id, history, candidate, self.default_zone, [since])[since]
        held = reason(rules[higher], then, since)
        return replace(moved, reason=held, as_of=since) if held.truth else moved
