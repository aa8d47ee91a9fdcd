"""What is asked of a history: who converted, when a contact is judged, and who cannot be."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from leadwell.clock import Moment
from leadwell.ids import shard_of
from leadwell.tracking.events import Event


@dataclass(frozen=True, slots=True)
class History:
    """All that happened to one contact, in the order of time."""

    contact: str
    events: list[Event]

    @classmethod
    def of(cls, contact: str, events: Iterable[Event]) -> "History":
        """From events in any order, some of them twice."""
        return cls(contact, sorted({event.order: event for event in events}.values(), key=lambda event: event.order))


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """``converted`` names the event that makes somebody a success, ``horizon`` (milliseconds) is how long it may take.
    Contacts are judged from ``since`` on; the history is known up to ``until``."""

    converted: str
    horizon: int
    since: Moment
    until: Moment

    @property
    def latest(self) -> Moment:
        """The last moment whose horizon is over."""
        return self.until - self.horizon


class LeftOut(StrEnum):
    """Why a contact cannot be judged."""

    BEFORE = "converted_before"
    AT_ONCE = "converted_at_once"
    QUIET = "did_nothing"
    UNFINISHED = "horizon_not_over"


@dataclass(frozen=True, slots=True)
class Prospect:
    """A contact as it was before it converted for the first time. ``events`` end there, at the latest at ``known``, the
    last moment that may be looked at. ``judged_at`` is None for who is left out."""

    contact: str
    events: list[Event]
    known: Moment
    converted_at: Moment | None
    judged_at: Moment | None
    left_out: LeftOut | None
    converted: bool


def prospect(history: History, question: Question) -> Prospect:
    events = [event for event in history.events if event.at <= question.until]
    converted_at = next((event.at for event in events if event.name == question.converted), None)
    if converted_at is not None:
        events = [event for event in events if event.at < converted_at]
    known = question.until if converted_at is None else converted_at - 1
    moments = sorted({event.at for event in events if event.is_activity and event.at >= question.since})
    finished = [moment for moment in moments if moment <= question.latest]
    left_out = None
    if converted_at is not None and converted_at <= question.since:
        left_out = LeftOut.BEFORE
    elif converted_at is not None and not events:
        left_out = LeftOut.AT_ONCE
    elif not finished:
        left_out = LeftOut.UNFINISHED if moments else LeftOut.QUIET
    judged_at = None if left_out else finished[shard_of(f"judged/{history.contact}", len(finished))]
    converted = judged_at is not None and converted_at is not None and converted_at <= judged_at + question.horizon
    return Prospect(history.contact, events, known, converted_at, judged_at, left_out, converted)
