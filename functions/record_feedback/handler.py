"""Woken by the queue ``feedback``: what SES reports about mails, and what people answer."""

from typing import Any

from leadwell.feedback.notifications import record_all
from leadwell.wiring import services


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    given = services()
    outcome = record_all(given.table, event["Records"], given.feedback_means())
    return {"batchItemFailures": [{"itemIdentifier": record} for record in outcome.failed]}
