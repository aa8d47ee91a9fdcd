"""Woken by changed contacts in the table's stream and by due enrollments: moves contacts through their journeys."""

from typing import Any

from aws_lambda_powertools import Logger

from leadwell.observability import log_failures
from leadwell.store.records import new_images, queued_work
from leadwell.wiring import services

logger = Logger(service="run_journeys")


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """A failing stream batch raises, so that Lambda bisects and repeats it; queue records fail one by one."""
    given = services()
    now = given.clock.now()
    work = queued_work(event)
    if work is None:
        given.runner.react_to(new_images(event), now)
        return {}
    failed = given.runner.wake(work.by_key, now)
    log_failures(logger, failed)
    return work.failures(failed)
