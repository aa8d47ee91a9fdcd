"""Public pages (``/p/…``) and the tracking snippet (``/leadwell.js``)."""

from typing import Any

from leadwell.pages.exchange import from_gateway, to_gateway
from leadwell.pages.site import answer
from leadwell.wiring import services


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return to_gateway(answer(from_gateway(event), services()))
