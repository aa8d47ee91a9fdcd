"""The "no" of a contact, kept apart from the contact so that it counts the moment it is acknowledged."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from leadwell.clock import Moment, from_iso
from leadwell.store.table import Item, Key

if TYPE_CHECKING:
    from leadwell.tracking.events import Event

ANY = "*"
ONLY = "only"
"""A property of a withdrawal of marketing that says: not of the topics, which were left on beside it."""
_MARKETING = "marketing"
_MARKETING_ALONE = "marketing!"
"""As which such a withdrawal is kept; no topic can be called so."""
_NO_TOPICS = frozenset({_MARKETING, "transactional", "confirmation", "internal", "tracking", ANY, _MARKETING_ALONE})
_WITHDRAWN = "Consent Withdrawn"
_RESTRICTED, _LIFTED = "Processing Restricted", "Restriction Lifted"
_MARKS = {_RESTRICTED: "restricted", _LIFTED: "lifted"}
_PAUSED, _RESUMED = "Messages Paused", "Messages Resumed"
_PAUSE, _PAUSE_END = "pause", "pause_end"
"""When something was last said about a pause, and when it is over. Like marks they are kept among the topics, whose
names have a slash."""


def topic(purpose: str, channel: str) -> str:
    """How a permission is named: ``marketing/email``; ``*`` stands for every purpose or channel."""
    return f"{purpose}/{channel}"


def is_topic(purpose: str) -> bool:
    """Whether it is a part of marketing that people subscribe to by itself: ``events``."""
    return bool(purpose) and purpose not in _NO_TOPICS


def is_advertising(purpose: str) -> bool:
    """Whether it is marketing as a whole, or a topic."""
    return purpose == _MARKETING or is_topic(purpose)


def covers(withdrawn: str, purpose: str, *, only: bool = False) -> bool:
    """Whether the "no" to one purpose is one to the other: that to marketing is one to every topic, unless it was said
    of marketing ``only``."""
    return withdrawn in (ANY, purpose) or (withdrawn == _MARKETING and not only and is_topic(purpose))


def is_withdrawal(event: "Event") -> bool:
    """Whether it must count from the moment it is acknowledged. So does the end of a restriction, which is kept beside
    its beginning."""
    return event.name in (_WITHDRAWN, _PAUSED, _RESUMED) or event.name in _MARKS


def withdrawn_topic(event: "Event") -> str:
    """What a withdrawal covers: a purpose or channel it does not name means all of them."""
    if event.name in _MARKS:
        return _MARKS[event.name]
    purpose = str(event.properties.get("purpose") or ANY)
    if purpose == _MARKETING and event.properties.get(ONLY) is True:
        purpose = _MARKETING_ALONE
    return topic(purpose, str(event.properties.get("channel") or ANY))


def pause_end(properties: Mapping[str, Any]) -> Moment | None:
    """Until when nothing is wanted; None where that cannot be read."""
    until = properties.get("until")
    try:
        return from_iso(until) if isinstance(until, str) else None
    except (ValueError, OverflowError):
        return None


@dataclass(frozen=True, slots=True)
class Withdrawals:
    """When each topic was last withdrawn, processing restricted, and messages paused.

    ``rev`` is 0 while nothing is stored."""

    rev: int = 0
    latest: dict[str, Moment] = field(default_factory=dict)

    def with_event(self, event: "Event") -> "Withdrawals":
        if event.name in (_PAUSED, _RESUMED):
            return self._paused(event)
        covered = withdrawn_topic(event)
        if self.latest.get(covered, -1) >= event.at:
            return self
        return Withdrawals(self.rev, {**self.latest, covered: event.at})

    def _paused(self, event: "Event") -> "Withdrawals":
        """What was said last holds; of two at one moment the pause."""
        said, end = self.latest.get(_PAUSE, -1), self.latest.get(_PAUSE_END, -1)
        wanted = event.at if event.name == _RESUMED else (pause_end(event.properties) or event.at)
        if said > event.at or (said == event.at and wanted <= end):
            return self
        return Withdrawals(self.rev, {**self.latest, _PAUSE: event.at, _PAUSE_END: wanted})

    def paused_until(self, now: Moment) -> Moment | None:
        """When the pause that the contact asked for is over; None if there is none now."""
        end = self.latest.get(_PAUSE_END)
        return end if end is not None and end > now else None

    @property
    def is_restricted(self) -> bool:
        """Whether nothing may be done with the contact. In doubt it is: the later of two at one moment is unknown."""
        since = self.latest.get(_MARKS[_RESTRICTED])
        return since is not None and since >= self.latest.get(_MARKS[_LIFTED], -1)

    def joined(self, other: "Withdrawals") -> "Withdrawals":
        """Both persons' "no": used when two contacts turn out to be one."""
        topics = self.latest.keys() | other.latest.keys()
        return Withdrawals(
            self.rev, {name: max(self.latest.get(name, -1), other.latest.get(name, -1)) for name in sorted(topics)}
        )

    def last(self, purpose: str, channel: str) -> Moment | None:
        """The latest "no" that covers this purpose and channel; of a topic also that to marketing as a whole."""
        purposes = [purpose, ANY]
        if purpose == _MARKETING:
            purposes.append(_MARKETING_ALONE)
        elif is_topic(purpose):
            purposes.append(_MARKETING)
        covering = (topic(p, c) for p in purposes for c in (channel, ANY))
        return max((self.latest[name] for name in covering if name in self.latest), default=None)

    def to_item(self, key: Key) -> Item:
        return {"pk": key.pk, "sk": key.sk, "kind": "NO", "rev": self.rev + 1, "latest": dict(self.latest)}

    @classmethod
    def from_item(cls, item: Item | None) -> "Withdrawals":
        return cls(item["rev"], item["latest"]) if item else cls()


NO_WITHDRAWALS = Withdrawals()
