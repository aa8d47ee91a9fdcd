"""Woken by the ``rebuild`` state machine: has every contact looked at again, page by page."""

from typing import Any

from leadwell.contacts.rebuilding import rebuild_page
from leadwell.wiring import services


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    given = services()
    page = rebuild_page(given.table, given.queues, event.get("cursor"))
    touched = event.get("touched", 0) + page.touched
    return {"cursor": page.cursor, "more": page.more, "reason": event.get("reason", ""), "touched": touched}
