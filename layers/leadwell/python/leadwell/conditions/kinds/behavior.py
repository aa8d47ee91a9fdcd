"""What people did: how often, how much, first and last.

event: Product Viewed    where: {category: sofas}    at_least: 3    within: P7D
event: Order Completed   sum: total                  at_least: 500  within: P90D
event: Product Viewed    by: product_id              at_least: 3                     (the same product)
event: Product Added     since: Order Completed
event: Order Completed   last: {at: {before: today - P90D}, total: {more_than: 100}}
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field, FiniteFloat, model_validator

from leadwell.clock import FOREVER, Moment
from leadwell.conditions.answer import ALWAYS, NEVER, Answer, Evaluate, all_of, steady
from leadwell.conditions.base import ConditionModel
from leadwell.conditions.dates import TIMED
from leadwell.conditions.facts import Facts
from leadwell.conditions.filters import ANY
from leadwell.conditions.kinds.counting import (
    AGGREGATES,
    COMPARED,
    as_expected,
    compares,
    different,
    for_some_value,
    happened,
    newest_moment,
)
from leadwell.conditions.kinds.occurrences import AnyOfThose, FixedMoment, behavior_id, fits_of, newest
from leadwell.conditions.needs import Needs
from leadwell.conditions.remembering import MOST_AMOUNTS, MOST_VALUES, Amounts, Fits, Newest, One, PerValue, Total
from leadwell.conditions.written import Comparison, Duration, OneOrMore, Where

_MOST_COUNTED = 100
_NEWEST = 5


class EventCondition(ConditionModel):
    """How often something happened; ``*`` is any activity of the person. Without numbers: at least once. ``at_most:
    0`` means it did not.

    ``sum``, ``average``, ``minimum``, ``maximum`` and ``distinct`` name a property: then its numbers (or how many
    different values it had) are compared instead. ``by`` counts for each value of a property alone, and the one that
    came most often decides. ``since``: only what happened after another event last did; if it never did, everything.
    """

    event: OneOrMore
    where: Where = Field(default_factory=dict)
    at_least: FiniteFloat | None = None
    at_most: FiniteFloat | None = None
    more_than: FiniteFloat | None = None
    less_than: FiniteFloat | None = None
    exactly: FiniteFloat | None = None
    within: Duration | None = None
    since: AnyOfThose | None = None
    from_: Annotated[FixedMoment | None, Field(alias="from")] = None
    to: FixedMoment | None = None
    by: str | None = None
    sum: str | None = None
    average: str | None = None
    minimum: str | None = None
    maximum: str | None = None
    distinct: str | None = None
    first: dict[str, Comparison] | None = None
    last: dict[str, Comparison] | None = None

    @model_validator(mode="after")
    def _makes_sense(self) -> "EventCondition":
        wanted = [name for name in (*AGGREGATES, "distinct", "by", "first", "last") if getattr(self, name) is not None]
        if len(wanted) > 1:
            raise ValueError(f"give only one of {', '.join(wanted)}")
        compared = [name for name in COMPARED if getattr(self, name) is not None]
        if self.first is not None or self.last is not None:
            unfit = [*compared, *(name for name in ("within", "since") if getattr(self, name) is not None)]
            if unfit:
                raise ValueError(f"{wanted[0]} does not go with {unfit[0]}; compare `at` instead")
            if not (self.first or self.last):
                raise ValueError(f"{wanted[0]} needs something to compare: {wanted[0]}: {{at: {{within_last: P7D}}}}")
            if any("some" in words for words in (self.first or self.last or {}).values()):
                raise ValueError(f"entries of a list are not remembered: write `some` in `where`, not in {wanted[0]}")
            return self
        if wanted and wanted[0] != "by" and not compared:
            raise ValueError(f"{wanted[0]} needs a number to compare: {', '.join(COMPARED)}")
        if wanted and wanted[0] in AGGREGATES:
            return self
        for name in compared:
            number = getattr(self, name)
            if number != int(number) or not 0 <= number <= _MOST_COUNTED:
                raise ValueError(f"{name} must be a whole number from 0 to {_MOST_COUNTED}")
        if self.at_least == 0 or self.less_than == 0:
            raise ValueError("at_least: 0 always holds, less_than: 0 never; write at_most: 0 for what did not happen")
        if self.exactly is not None and self.by is not None:
            raise ValueError("`by` goes with at_least, more_than, at_most and less_than")
        if self.since is not None and self.within is not None and self.by is not None:
            raise ValueError("`by` goes with either since or within")
        return self

    def compiled(self, needs: Needs) -> Evaluate:
        if self.last is not None or self.first is not None:
            return self._of_one(needs)
        name = next((name for name in AGGREGATES if getattr(self, name) is not None), None)
        return self._of_amounts(needs, name) if name else self._of_counts(needs)

    def found(self, facts: Facts, now: Moment) -> Mapping[str, Any]:
        needs = Needs()
        self.compiled(needs)
        if self.last is not None or self.first is not None:
            kept = facts.memory.get(self._one().id)
            return {"at": kept["at"], **kept["brought"]} if kept else {"at": None}
        name = next((name for name in AGGREGATES if getattr(self, name) is not None), None)
        if name:
            amount = AGGREGATES[name](self._entries(facts, now))
            return {name: round(amount, 6) if amount is not None else None}
        after = self._after(facts)
        start = after if self.within is None else max(after, now - self.within)
        if self.by or self.distinct:
            kept = facts.memory.get(self._per_value(1, 1).id) or ()
            values = {str(value): sum(at > start for at in moments) for value, moments in kept if moments[0] > start}
            return {"values": dict(list(values.items())[:_NEWEST]), "different": len(values)}
        moments = [moment for moment in facts.memory.get(self._newest(1).id) or () if moment > start]
        # Only as many moments are remembered as some condition asks about.
        return {"times": len(moments), "newest": moments[:_NEWEST]}

    # How often

    def _of_counts(self, needs: Needs) -> Evaluate:
        lowest, highest = self._bounds()
        parts: list[Evaluate] = []
        if lowest is not None:
            parts.append(self._happened(needs, lowest))
        if highest is not None:
            parts.append(self._happened(needs, highest + 1, expected=False))
        return parts[0] if len(parts) == 1 else all_of(parts)

    def _bounds(self) -> tuple[int | None, int | None]:
        """At least so often, at most so often."""
        lowest = max((int(one) for one in (
            self.at_least,
            self.exactly,
            None if self.more_than is None else self.more_than + 1,
        ) if one is not None), default=None)  # fmt: skip
        highest = min((int(one) for one in (
            self.at_most,
            self.exactly,
            None if self.less_than is None else self.less_than - 1,
        ) if one is not None), default=None)  # fmt: skip
        if lowest is None and highest is None:
            return 1, None
        return lowest or None, highest

    def _happened(self, needs: Needs, times: int, expected: bool = True) -> Evaluate:
        """As ``expected`` until the ``times``-newest occurrence leaves the window."""
        other = self._remember_since(needs)
        within = self.within
        if self.by is not None:
            counted = self._per_value(times, MOST_VALUES)
            needs.remember(counted)
            return as_expected(expected, for_some_value(counted.id, times, within, other))
        if self.distinct is not None:
            values = self._per_value(1, times)
            needs.remember(values)
            return as_expected(expected, different(values.id, times, within, other))
        behavior = self._newest(times)
        needs.remember(behavior)
        return happened(behavior.id, times, within, other, expected)

    def _newest(self, size: int) -> Newest:
        return newest(self.event, self.where, size, (self.from_, self.to))

    def _per_value(self, size: int, values: int) -> PerValue:
        path = self.by or self.distinct or ""
        kind = "by" if self.by else "distinct"
        return PerValue(self._id(kind, path), self.event, self._fits(), path, size, values)

    # How much

    def _of_amounts(self, needs: Needs, name: str) -> Evaluate:
        self._remember_since(needs)
        needs.remember(self._total() if self._of_all_times else self._amounts())
        amount, within = AGGREGATES[name], self.within
        tests = [(COMPARED[word], getattr(self, word)) for word in COMPARED if getattr(self, word) is not None]

        def holds(entries: Sequence[Sequence[float]]) -> bool:
            value = amount(entries)
            return value is not None and all(test(value, limit) for test, limit in tests)

        def evaluate(facts: Facts, now: Moment) -> Answer:
            entries = self._entries(facts, now)
            truth = holds(entries)
            if within is None:
                return steady(truth)
            while entries:
                # The oldest leaves first, and with it all of the same moment.
                leaves = entries[-1][0] + within
                entries = [entry for entry in entries if entry[0] + within > leaves]
                if holds(entries) != truth:
                    return truth, leaves
            return ALWAYS if truth else NEVER

        return evaluate

    @property
    def _of_all_times(self) -> bool:
        return self.within is None and self.since is None

    def _entries(self, facts: Facts, now: Moment) -> list[Any]:
        """``[moment, count, sum, lowest, highest]``, newest first."""
        if self._of_all_times:
            total = facts.memory.get(self._total().id)
            return [[now, *total]] if total else []
        after = self._after(facts)
        return [
            entry
            for entry in facts.memory.get(self._amounts().id) or ()
            if entry[0] > after and (self.within is None or now < entry[0] + self.within)
        ]

    def _amounts(self) -> Amounts:
        path = self._path()
        return Amounts(self._id("amounts", path), self.event, self._fits(), path, MOST_AMOUNTS)

    def _total(self) -> Total:
        path = self._path()
        return Total(self._id("total", path), self.event, self._fits(), path)

    def _path(self) -> str:
        return str(next(getattr(self, name) for name in AGGREGATES if getattr(self, name) is not None))

    # First and last

    def _of_one(self, needs: Needs) -> Evaluate:
        one = self._one()
        needs.remember(one)
        compared = self.last or self.first or {}
        parts = [compares(one.id, path, words) for path, words in compared.items()]
        if any(word in TIMED for words in compared.values() for word in words):
            needs.traits.add("timezone")
        return parts[0] if len(parts) == 1 else all_of(parts)

    def _one(self) -> One:
        compared = self.last or self.first or {}
        kind = "last" if self.last is not None else "first"
        paths = frozenset(compared) - {"at"}
        # Other paths are another memory: a contact that kept too little must be recounted.
        name = self._id(kind, repr(sorted(paths)))
        return One(name, self.event, self._fits(), self.last is not None, paths)

    # What they all share

    def _id(self, kind: str, path: str = "") -> str:
        return behavior_id(kind, self.event, self.where, (self.from_, self.to), path)

    def _fits(self) -> Fits:
        return fits_of(self.where, (self.from_, self.to))

    def _remember_since(self, needs: Needs) -> str:
        if self.since is None:
            return ""
        other = newest(self.since.event, self.since.where, 1)
        needs.remember(other)
        return other.id

    def _after(self, facts: Facts) -> Moment:
        """The moment after which events count."""
        if self.since is None:
            return -FOREVER
        return newest_moment(facts, newest(self.since.event, self.since.where, 1).id)


class ActiveCondition(ConditionModel):
    """``{active: P30D}``: did anything at all so recently."""

    active: Duration

    def compiled(self, needs: Needs) -> Evaluate:
        return self._meaning().compiled(needs)

    def found(self, facts: Facts, now: Moment) -> Mapping[str, Any]:
        return self._meaning().found(facts, now)

    def _meaning(self) -> EventCondition:
        return EventCondition(event=(ANY,), within=self.active)
