"""Woken by the ``rebuild`` state machine: has every contact looked at again, page by page."""

from typing import Any

from leadwell.contacts.rebuilding import Progress, note_progress, rebuild_page
from leadwell.wiring import services


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    given = services()
    now, reason = given.clock.now(), event.get("reason", "")
    started_at = event.get("started_at", now)
    page = rebuild_page(given.table, given.queues, event.get("cursor"))
    touched = event.get("touched", 0) + page.touched
    note_progress(given.table, Progress(reason, started_at, touched, None if page.more else now))
    return {
        "cursor": page.cursor,
        "more": page.more,
        "reason": reason,
        "started_at": started_at,
        "touched": touched,
    }
