"""Everything that ``manage`` answers: the API, its description, the console."""

from typing import Any

from leadwell.console import shell
from leadwell.pages.exchange import Response, from_gateway, to_gateway
from leadwell.wiring import Services

_SAFE = {"cache-control": "no-store", "x-content-type-options": "nosniff"}


def answer(event: dict[str, Any], context: Any, services: Services) -> dict[str, Any]:
    """API Gateway HTTP API, payload version 2.0, in and out."""
    path = event["rawPath"]
    if path == shell.PATH or path.startswith(f"{shell.PATH}/"):
        return to_gateway(shell.answer(from_gateway(event), services.settings))
    # Half a second when a function starts; the console's pages do without.
    from leadwell.console.api import serving

    if path == "/openapi.json":
        headers = {"content-type": "application/json", "cache-control": "public, max-age=300"}
        return to_gateway(Response(status=200, body=serving.description(), headers=headers))
    answered = serving.answer(event, context)
    answered["headers"] = {**answered.get("headers", {}), **_SAFE}
    return answered
