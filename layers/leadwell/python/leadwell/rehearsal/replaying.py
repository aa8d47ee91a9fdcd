"""What a journey would have done: it goes over histories that really happened, in memory; nothing is sent.

What contacts did stays as it was, whatever the journey would have sent: nobody reads a mail that never came. What other
journeys really sent them counts against caps, as it would have then.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from leadwell.clock import SECOND, Moment
from leadwell.consent.permission import MARKETING
from leadwell.journeys.program import Program
from leadwell.messaging.message import WEBHOOK, Message
from leadwell.rehearsal.repertoire import Shelf
from leadwell.rehearsal.stage import Stage
from leadwell.rehearsal.tallying import Tally
from leadwell.scoring.replay.moments import History
from leadwell.store import keys
from leadwell.store.table import Table, query_all
from leadwell.tracking.events import Event

Sent = Callable[[str], Iterable[Message]]
"""The messages of a contact."""


def replay(
    shelf: Shelf,
    program: Program,
    histories: Iterable[History],
    since: Moment,
    until: Moment,
    sent: Sent = lambda contact: (),
) -> Tally:
    """Of everything from ``since`` to ``until``; what happened before is remembered, and starts nothing. ``sent`` is
    what contacts really got."""
    tally = Tally()
    for history in histories:
        tally.contacts += 1
        events = [one for one in history.events if one.at <= until and _happened_by_itself(one)]
        if not events:
            continue
        stage = Stage(shelf, min(events[0].at, since), words=False)
        shelf.pause()
        before = [one for one in events if one.at < since]
        if before:
            stage.clock.moment = since
            stage.record(*before)
        stage.advance(since)
        shelf.resume()
        stage.keep_schedules()
        happened = [(group[-1].at, partial(stage.record, *group)) for group in _arrived(events[len(before) :])]
        got = [
            (at, partial(stage.count_sent, history.contact, at, *what)) for at, *what in _got(program, history, sent)
        ]
        for at, happen in sorted([*got, *happened], key=lambda pair: pair[0]):
            if at <= until:
                stage.advance(at)
                happen()
        stage.advance(until)
        tally.add(stage, program.name, since)
    return tally


def _arrived(events: Iterable[Event]) -> Iterator[list[Event]]:
    """What came together, or within a second, was applied before a message could leave: an order and the consent that
    was given with it."""
    group: list[Event] = []
    for event in events:
        if group and event.at >= group[0].at + SECOND:
            yield group
            group = []
        group.append(event)
    if group:
        yield group


def stored_messages(table: Table) -> Sent:
    """As the table has them."""
    return lambda contact: (
        Message.from_item(item) for item in query_all(table, keys.contact(contact).pk, begins=keys.MESSAGES)
    )


def _got(program: Program, history: History, sent: Sent) -> Iterator[tuple[Moment, str, str]]:
    """The marketing of other journeys that really left for a contact: (moment, channel, id)."""
    for one in sent(history.contact):
        counts = one.purpose == MARKETING and one.channel != WEBHOOK and one.journey != program.name
        if counts and one.sent_at is not None:
            yield one.sent_at, one.channel, one.id


def _happened_by_itself(event: Event) -> bool:
    """Not because of a journey or of one of its messages, and not because of a schedule, which comes due again."""
    if event.source == "call" and str(event.properties.get("by", "")).startswith("journey:"):
        return False
    return not event.source.startswith("journey:") and event.source not in ("ses", "sns")
