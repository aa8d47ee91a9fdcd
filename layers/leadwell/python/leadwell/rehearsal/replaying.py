"""What a journey would have done: it goes over histories that really happened, in memory; nothing is sent.

What contacts did stays as it was, whatever the journey would have sent: nobody reads a mail that never came.
"""

from collections.abc import Iterable

from leadwell.clock import Moment
from leadwell.journeys.program import Program
from leadwell.rehearsal.repertoire import Shelf
from leadwell.rehearsal.simulating import Tally
from leadwell.rehearsal.stage import Stage
from leadwell.scoring.replay.moments import History
from leadwell.tracking.events import Event


def replay(shelf: Shelf, program: Program, histories: Iterable[History], since: Moment, until: Moment) -> Tally:
    """Of everything from ``since`` to ``until``; what happened before is remembered, and starts nothing."""
    tally = Tally()
    for history in histories:
        tally.contacts += 1
        events = sorted((one for one in history.events if _happened_by_itself(one)), key=lambda one: one.order)
        events = [one for one in events if one.at <= until]
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
        for event in events[len(before) :]:
            stage.advance(event.at)
            stage.record(event)
        stage.advance(until)
        tally.add(
            (one for one in stage.enrollments() if one.journey == program.name),
            (one for one in stage.messages() if one.journey == program.name),
            since,
        )
    return tally


def _happened_by_itself(event: Event) -> bool:
    """Not because of a journey or of one of its messages."""
    return not event.source.startswith("journey:") and event.source not in ("ses", "sns")
