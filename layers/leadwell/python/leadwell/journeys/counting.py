"""Counts what is compared, and decides splits.

Who is counted stands in lists, one item each, as members of segments do: written with the move that begins it, and
once more when what is looked for comes. Writing an item twice changes nothing, so nothing is counted twice.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from leadwell.clock import DAY, FOREVER, HOUR, MINUTE, Moment, from_iso
from leadwell.errors import Conflict
from leadwell.journeys.enrollment import Enrollment, Trial
from leadwell.journeys.plans import Plan, splits_of
from leadwell.journeys.program import Program
from leadwell.journeys.statistics import Tally, winner
from leadwell.segments.listing import count_members
from leadwell.store import keys
from leadwell.store.table import ABSENT, Item, Key, Put, Table, query_all

KEPT_FOR = 400 * DAY
NEWS_TAKE = 5 * MINUTE
"""What happened in time may be heard of so much later."""
_OFTEN, _SELDOM = 5 * MINUTE, HOUR


def entries(program: Program, before: Enrollment | None, after: Enrollment) -> list[Put]:
    """Into the lists of those comparisons that a move begins."""
    known = before.trials if before else {}
    return [
        _listed(program.plans[step], trial, succeeded=False)
        for step, trial in after.trials.items()
        if step not in known and step in program.plans
    ]


def success(plan: Plan, trial: Trial) -> Put:
    return _listed(plan, trial, succeeded=True)


@dataclass(frozen=True, slots=True)
class Standings:
    """``tallies`` count those whose time is over, ``entered`` everybody, by arm. ``part`` of all was looked at: a part
    that was chosen by chance."""

    entered: Mapping[str, int]
    tallies: tuple[Tally, ...]
    part: float


def standings(table: Table, plan: Plan, now: Moment, *, most: int) -> Standings:
    """Looks at ``most`` contacts or somewhat more; a list's shards are samples by chance."""
    arms, shards = plan.contest.arms, 0
    everybody: dict[str, dict[str, Moment]] = {arm: {} for arm in arms}
    succeeded: dict[str, set[str]] = {arm: set() for arm in arms}
    for shard in range(keys.SEGMENT_SHARDS):
        if sum(map(len, everybody.values())) >= most:
            break
        shards += 1
        for arm in arms:
            everybody[arm] |= dict(_units(table, plan, arm, shard, succeeded=False))
            succeeded[arm] |= dict(_units(table, plan, arm, shard, succeeded=True)).keys()
    return Standings(
        entered={arm: len(found) for arm, found in everybody.items()},
        tallies=_tallies(everybody, succeeded, now - plan.contest.within),
        part=shards / keys.SEGMENT_SHARDS,
    )


@dataclass(frozen=True, slots=True)
class Verdict:
    """``winner`` is empty where none was certain enough. ``tallies`` are what it rests on."""

    winner: str
    at: Moment
    tallies: tuple[Tally, ...]

    def to_item(self, plan: Plan) -> Item:
        key = keys.verdict(plan.id)
        arms = [{"name": one.name, "entered": one.entered, "succeeded": one.succeeded} for one in self.tallies]
        return {
            "pk": key.pk,
            "sk": key.sk,
            "kind": "VERDICT",
            "rev": 1,
            "winner": self.winner,
            "at": self.at,
            "arms": arms,
        }

    @classmethod
    def from_item(cls, item: Item) -> "Verdict":
        return cls(item["winner"], item["at"], tuple(Tally(**arm) for arm in item["arms"]))


def read_verdict(table: Table, plan: Plan) -> Verdict | None:
    item = table.get(keys.verdict(plan.id))
    return Verdict.from_item(item) if item else None


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen of a split: its winner (None: it still needs contacts), and when to look again."""

    winner: str | None
    again: Moment


@dataclass(frozen=True, slots=True)
class Referee:
    """Decides splits when their time has come; ``seen`` remembers what it saw of each."""

    table: Table
    seen: dict[str, Look]

    def winners(self, program: Program, now: Moment) -> dict[str, str]:
        """By the ids of plans; an empty one where nobody needs to be counted any more."""
        found = ((plan.id, self._look(plan, now).winner) for _, plan in splits_of(program))
        return {plan: winner for plan, winner in found if winner is not None}

    def _look(self, plan: Plan, now: Moment) -> Look:
        seen = self.seen.get(plan.id)
        if seen is None or now >= seen.again:
            seen = self.seen[plan.id] = self._look_closely(plan, now)
        return seen

    def _look_closely(self, plan: Plan, now: Moment) -> Look:
        verdict = read_verdict(self.table, plan)
        if verdict is not None:
            return Look(verdict.winner, FOREVER)
        contest = plan.contest
        if any(self._has(plan, arm) < contest.each for arm in contest.arms):
            return Look(None, now + min(_SELDOM, max(_OFTEN, contest.within // 20)))
        everybody = {arm: dict(self._all(plan, arm, succeeded=False)) for arm in contest.arms}
        # Who comes after the last arm is full is not waited for, and not looked at: so the moment of the decision, and
        # whom it rests on, do not depend on how things stand.
        full = max(sorted(found.values())[contest.each - 1] for found in everybody.values())
        if now < full + contest.within + NEWS_TAKE:
            return Look("", full + contest.within + NEWS_TAKE)
        succeeded = {arm: {unit for unit, _ in self._all(plan, arm, succeeded=True)} for arm in contest.arms}
        tallies = _tallies(everybody, succeeded, full)
        return Look(self._decide(plan, Verdict(winner(tallies, contest.confidence), now, tallies)).winner, FOREVER)

    def _decide(self, plan: Plan, verdict: Verdict) -> Verdict:
        """The first who decides has decided."""
        try:
            self.table.write(Put(verdict.to_item(plan), ABSENT))
        except Conflict:
            return read_verdict(self.table, plan) or verdict
        return verdict

    def _has(self, plan: Plan, arm: str) -> int:
        return count_members(self.table, _list(plan, arm, succeeded=False), most=plan.contest.each).count

    def _all(self, plan: Plan, arm: str, *, succeeded: bool) -> Iterator[tuple[str, Moment]]:
        for shard in range(keys.SEGMENT_SHARDS):
            yield from _units(self.table, plan, arm, shard, succeeded=succeeded)


def _tallies(
    everybody: Mapping[str, Mapping[str, Moment]], succeeded: Mapping[str, Iterable[str]], until: Moment
) -> tuple[Tally, ...]:
    """Of those who were in their arm by then."""
    among = {arm: {unit for unit, since in found.items() if since <= until} for arm, found in everybody.items()}
    return tuple(Tally(arm, len(units), len(units & set(succeeded[arm]))) for arm, units in among.items())


def _list(plan: Plan, arm: str, *, succeeded: bool) -> str:
    return f"trial:{plan.id}/{arm}{'/won' if succeeded else ''}"


def _listed(plan: Plan, trial: Trial, *, succeeded: bool) -> Put:
    key: Key = keys.counted(_list(plan, trial.arm, succeeded=succeeded), trial.since, trial.unit)
    expires_at = (trial.since + KEPT_FOR) // 1000
    return Put({"pk": key.pk, "sk": key.sk, "kind": "TRIAL", "expires_at": expires_at})


def _units(table: Table, plan: Plan, arm: str, shard: int, *, succeeded: bool) -> Iterator[tuple[str, Moment]]:
    for item in query_all(table, keys.members(_list(plan, arm, succeeded=succeeded), shard), page=1000):
        since, _, unit = item["sk"].partition("#")
        yield unit, from_iso(since)
