"""Woken by events in the table's stream and by due contacts: profile, score, stage and segments in one write."""

from typing import Any

from aws_lambda_powertools import Logger

from leadwell.observability import log_failures
from leadwell.store.records import new_images, queued_work
from leadwell.tracking.events import Event
from leadwell.wiring import services

logger = Logger(service="score_and_segment")


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """A failing stream batch raises, so that Lambda bisects and repeats it; queue records fail one by one."""
    given = services()
    now, catalog = given.clock.now(), given.library.catalog()
    work = queued_work(event)
    if work is None:
        given.updater.apply([Event.from_item(image) for image in new_images(event)], catalog, now)
        return {}
    failed = given.updater.touch(work.by_key, catalog, now)
    log_failures(logger, failed)
    return work.failures(failed)
