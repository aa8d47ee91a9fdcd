"""The reputation breaker: marketing pauses itself before SES would pause everything.

SES puts an account under review from a bounce rate of 5 % or a complaint rate of 0.1 % on, and stops it at 10 % or
0.5 % ("Reputation metrics messages", https://docs.aws.amazon.com/ses/latest/dg/reputationdashboardmessages.html), its
receipts and password mails with it. So marketing waits from four fifths of the review limits on, while the rest goes
out, until the rates are below half of that or a person lets it go on: two thresholds, so that it does not swing.

What is counted are messages, once each, when the provider first says what became of them. The counters of a day are
spread over a few items, so that many at once rarely meet; they are kept by ``record_feedback``. Whether marketing
pauses is decided by who wants to send, and by a person.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace

from leadwell.clock import DAY, HOUR, MINUTE, Moment, from_iso, to_iso
from leadwell.errors import Conflict
from leadwell.ids import shard_of
from leadwell.messaging.message import Message, Status
from leadwell.messaging.reputation_words import BY_PERSON, RECOVERED, bounced, complained
from leadwell.store import keys
from leadwell.store.table import Item, Put, Table

KIND, STATE_KIND = "REPUTATION", "REPUTATION_STATE"

BOUNCES_REVIEWED, COMPLAINTS_REVIEWED = 0.05, 0.001
"""Of the mails sent: from here on SES reviews the account."""
PAUSE_AT = 0.8
"""Of the review limit: what is on its way when marketing pauses still comes back."""
RESUME_BELOW = 0.4
"""Of the review limit."""
FEWEST_MAILS, FEWEST_BOUNCES = 200, 8
"""Less says nothing: 8 of 200 are the 4 % at which it pauses."""
FEWEST_MAILS_FOR_COMPLAINTS, FEWEST_COMPLAINTS = 2_000, 3
"""A single complaint in a thousand mails would be the limit; three in any number below 3,750 are beyond it."""
WINDOWS = (2, 7)
"""Days, today included: a bad list shows within hours, complaints about a newsletter come over days. SES looks at a
"representative volume" that it does not tell."""

SHARDS = 4
KEPT_FOR = 40 * DAY
HOLD = HOUR
"""Until a message that waits asks again; a pause lasts for hours at least."""
_LOOKS_EVERY = MINUTE
_SPREAD = 6
_ATTEMPTS = 12
_EXACT = 1e-12
"""By which products of fractions may be off."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Of messages: ``mails`` are those that were delivered or bounced for good."""

    mails: int = 0
    bounced: int = 0
    complained: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.mails + other.mails, self.bounced + other.bounced, self.complained + other.complained)

    def without(self, other: "Counts") -> "Counts":
        """Never below nothing: what is late may be counted for a day that was looked at."""
        return Counts(
            max(0, self.mails - other.mails),
            max(0, self.bounced - other.bounced),
            max(0, self.complained - other.complained),
        )

    @property
    def bounce_rate(self) -> float:
        return self.bounced / self.mails if self.mails else 0.0

    @property
    def complaint_rate(self) -> float:
        return self.complained / self.mails if self.mails else 0.0

    def too_much(self, share: float) -> str:
        """What is at that share of a review limit, in words; empty for nothing."""
        enough = self.mails >= FEWEST_MAILS and self.bounced >= FEWEST_BOUNCES
        if enough and self.bounce_rate >= share * BOUNCES_REVIEWED - _EXACT:
            return bounced(self.bounce_rate, self.mails, BOUNCES_REVIEWED)
        enough = self.mails >= FEWEST_MAILS_FOR_COMPLAINTS and self.complained >= FEWEST_COMPLAINTS
        if enough and self.complaint_rate >= share * COMPLAINTS_REVIEWED - _EXACT:
            return complained(self.complaint_rate, self.mails, COMPLAINTS_REVIEWED)
        return ""


NOTHING = Counts()


def news(before: Message, after: Message) -> Counts:
    """What a report added to the counts of a mail; nothing if it only says again what is known."""
    if after.channel != "email":
        return NOTHING
    bounced = after.status is Status.BOUNCED and before.status is not Status.BOUNCED
    delivered = after.delivered_at is not None and before.delivered_at is None
    known = before.delivered_at is not None or before.status in (Status.BOUNCED, Status.COMPLAINED)
    complained = after.status is Status.COMPLAINED and before.status is not Status.COMPLAINED
    return Counts(int((bounced or delivered or complained) and not known), int(bounced), int(complained))


class Tally:
    """Collects what a batch of reports adds, by day."""

    def __init__(self) -> None:
        self.days: dict[str, Counts] = {}

    def note(self, before: Message, after: Message, at: Moment) -> None:
        found = news(before, after)
        if found != NOTHING:
            day = _day(at)
            self.days[day] = self.days.get(day, NOTHING) + found

    def store(self, table: Table, batch: str) -> None:
        """Adds it to the counters. ``batch`` is an id by which batches spread over the shards."""
        for day, counts in self.days.items():
            _add(table, day, shard_of(batch, SHARDS), counts)


def _add(table: Table, day: str, shard: int, counts: Counts) -> None:
    for attempt in range(_ATTEMPTS):
        key = keys.reputation(day, (shard + attempt) % SHARDS)
        item = table.get(key)
        rev = item["rev"] if item else 0
        together = _counts(item) + counts
        stored = {"pk": key.pk, "sk": key.sk, "kind": KIND, "rev": rev + 1, **asdict(together)}
        try:
            table.write(Put({**stored, "expires_at": (from_iso(day) + KEPT_FOR) // 1000}, rev))
            return
        except Conflict:
            continue
    raise Conflict("the counters of a day are being written by many at once")


@dataclass(frozen=True, slots=True)
class State:
    """``since`` when, and ``reason`` why marketing pauses; a ``person`` may have said so, and then no machine ends it.
    ``before`` are the counts by day up to the moment a person let marketing go on: they count no more."""

    paused: bool = False
    since: Moment = 0
    reason: str = ""
    person: bool = False
    before: Mapping[str, Counts] = field(default_factory=dict)
    rev: int = 0

    @classmethod
    def from_item(cls, item: Item | None) -> "State":
        if item is None:
            return cls()
        before = {day: Counts(*counts) for day, counts in item["before"].items()}
        return cls(item["paused"], item["since"], item["reason"], item["person"], before, item["rev"])

    def to_item(self) -> Item:
        return {
            "pk": keys.REPUTATION.pk,
            "sk": keys.REPUTATION.sk,
            "kind": STATE_KIND,
            "rev": self.rev + 1,
            "paused": self.paused,
            "since": self.since,
            "reason": self.reason,
            "person": self.person,
            "before": {day: [one.mails, one.bounced, one.complained] for day, one in self.before.items()},
        }


@dataclass(frozen=True, slots=True)
class Standing:
    """``days`` are the counts by day, today first; ``windows`` their sums by days, without what does not count."""

    state: State
    days: Mapping[str, Counts]
    windows: Mapping[int, Counts]


def read(table: Table, now: Moment) -> Standing:
    """One request."""
    days = [_day(now - back * DAY) for back in range(max(WINDOWS))]
    places = {keys.reputation(day, shard): day for day in days for shard in range(SHARDS)}
    found = table.get_many([*places, keys.REPUTATION])
    state = State.from_item(found.pop(keys.REPUTATION, None))
    counted = dict.fromkeys(days, NOTHING)
    for key, item in found.items():
        counted[places[key]] += _counts(item)
    fresh = {day: counts.without(state.before.get(day, NOTHING)) for day, counts in counted.items()}
    windows = {length: _sum(fresh[day] for day in days[:length]) for length in WINDOWS}
    return Standing(state, counted, windows)


def decided(standing: Standing, now: Moment) -> State:
    """What the counts say; the same state where nothing changes."""
    state = standing.state
    if not state.paused:
        reason = _worst(standing, PAUSE_AT)
        return replace(state, paused=True, since=now, reason=reason, person=False) if reason else state
    if state.person or _worst(standing, RESUME_BELOW):
        return state
    return replace(state, paused=False, since=now, reason=RECOVERED)


def pause(table: Table, reason: str, now: Moment) -> State:
    """A person stops marketing; only a person lets it go on."""
    return _change(table, now, lambda standing: State(True, now, reason, True, standing.state.before))


def resume(table: Table, now: Moment) -> State:
    """A person has found and removed the cause: what was counted so far counts no more."""
    return _change(table, now, lambda standing: State(False, now, BY_PERSON, True, dict(standing.days)))


@dataclass(slots=True)
class Breaker:
    """For senders: remembers for a minute what it saw. ``entry`` is what the audit log says of a change that no person
    made, written together with it."""

    table: Table
    entry: Callable[["State", Moment], Put] | None = None
    _looked_at: Moment = -_LOOKS_EVERY
    _reason: str = ""

    def holds(self, now: Moment) -> str:
        """Why marketing waits now; empty if it does not."""
        if not 0 <= now - self._looked_at < _LOOKS_EVERY:
            standing = read(self.table, now)
            state = decided(standing, now)
            if state != standing.state:
                state = self._settle(state, now)
            self._reason = f"marketing pauses: {state.reason}" if state.paused else ""
            self._looked_at = now
        return self._reason

    def _settle(self, state: State, now: Moment) -> State:
        entry = [self.entry(state, now)] if self.entry is not None else []
        try:
            self.table.write(Put(state.to_item(), state.rev), *entry)
        except Conflict:  # somebody else has decided
            return State.from_item(self.table.get(keys.REPUTATION))
        return state


def ask_again(message: str, now: Moment) -> Moment:
    """When a message that waits is looked at again: not all in the same minute."""
    return now + HOLD + shard_of(message, _SPREAD) * 5 * MINUTE


def _change(table: Table, now: Moment, change: Callable[[Standing], State]) -> State:
    for _ in range(_ATTEMPTS):
        standing = read(table, now)
        state = replace(change(standing), rev=standing.state.rev)
        try:
            table.write(Put(state.to_item(), state.rev))
            return state
        except Conflict:
            continue
    raise Conflict("whether marketing pauses is being decided by many at once")


def _worst(standing: Standing, share: float) -> str:
    return next((reason for window in standing.windows.values() if (reason := window.too_much(share))), "")


def _counts(item: Item | None) -> Counts:
    return Counts(item["mails"], item["bounced"], item["complained"]) if item else NOTHING


def _sum(counts: Iterable[Counts]) -> Counts:
    together = NOTHING
    for one in counts:
        together += one
    return together


def _day(at: Moment) -> str:
    return to_iso(at)[:10]
