"""``/api/*``, ``/openapi.json`` and ``/console``: the management API and the console's pages."""

from typing import Any

from leadwell.console.site import answer
from leadwell.wiring import services


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return answer(event, context, services())
