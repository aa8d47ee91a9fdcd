"""Woken by the queue of messages: sends each at most once, if it may be sent at all."""

from typing import Any

from leadwell.observability import log_failures
from leadwell.store.records import queued_work
from leadwell.wiring import services


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    given = services()
    work = queued_work(event)
    if work is None:
        return {}
    failed = given.post.send_all(work.by_key, given.clock.now())
    log_failures("send_messages", failed)
    return work.failures(failed)
