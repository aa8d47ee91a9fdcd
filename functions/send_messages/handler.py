"""Woken by the queue of messages: sends each at most once, if it may be sent at all."""

from typing import Any

from aws_lambda_powertools import Logger

from leadwell.observability import log_failures
from leadwell.store.records import queued_work
from leadwell.wiring import services

logger = Logger(service="send_messages")


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    given = services()
    work = queued_work(event)
    if work is None:
        return {}
    failed = given.post.send_all(work.by_key, given.clock.now())
    log_failures(logger, failed)
    return work.failures(failed)
