"""Woken by changed contacts in the table's stream and by due enrollments: moves contacts through their journeys."""

from typing import Any

from leadwell.journeys.arriving import react_to_stream, work_off
from leadwell.observability import log_failures
from leadwell.store.records import new_images, queued_work
from leadwell.wiring import services


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """A stream batch that a retry may help raises, and Lambda repeats it; queue records fail one by one."""
    given = services()
    now = given.clock.now()
    work = queued_work(event)
    if work is None:
        log_failures("run_journeys", react_to_stream(given.runner, given.queues, new_images(event), now))
        return {}
    failed = work_off(given.runner, work, now)
    log_failures("run_journeys", failed)
    return work.failures(failed)
