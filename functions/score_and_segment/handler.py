"""Woken by events in the table's stream and by due contacts: profile, score, stage and segments in one write."""

from typing import Any

from leadwell.contacts.arriving import apply_stream, work_off
from leadwell.observability import log_failures
from leadwell.store.records import new_images, queued_work
from leadwell.wiring import services


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """A stream batch that a retry may help raises, and Lambda repeats it; queue records fail one by one."""
    given = services()
    now, catalog = given.clock.now(), given.library.catalog()
    work = queued_work(event)
    if work is None:
        log_failures("score_and_segment", apply_stream(given.updater, given.queues, new_images(event), catalog, now))
        return {}
    failed = work_off(given.updater, work, catalog, now)
    log_failures("score_and_segment", failed)
    return work.failures(failed)
