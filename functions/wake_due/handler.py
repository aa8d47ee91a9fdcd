"""Woken by the ``delay`` state machine when a minute has come, and every five minutes to sweep what was missed."""

from dataclasses import asdict
from typing import Any

from leadwell.due.waking import Progress, drain, sweep
from leadwell.wiring import services


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """``{"minute": …}`` wakes what is due in it and answers with ``more`` while there is more; ``{"sweep": true}``
    looks at everything overdue."""
    given = services()
    now = given.clock.now()
    if event.get("sweep"):
        return asdict(sweep(given.table, given.queues, given.starter, now))
    return drain(given.table, given.queues, Progress.from_json(event), now).to_json()
