"""Everything that ``manage`` answers: the API, its description, the console."""

from functools import cache
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from leadwell.console import shell
from leadwell.console.api.access import BY_PROGRAMS, admit_program
from leadwell.console.api.app import describe, make_app
from leadwell.console.bodies import Unreadable, with_plain_body
from leadwell.console.roles import Forbidden, NotSignedIn
from leadwell.pages.exchange import Response, from_gateway, to_gateway
from leadwell.wiring import Services

_SAFE = {"cache-control": "no-store", "x-content-type-options": "nosniff"}


def answer(event: dict[str, Any], context: Any, services: Services) -> dict[str, Any]:
    """API Gateway HTTP API, payload version 2.0, in and out."""
    path = event["rawPath"]
    if path == shell.PATH or path.startswith(f"{shell.PATH}/"):
        return to_gateway(shell.answer(from_gateway(event), services.settings))
    if path == "/openapi.json":
        headers = {"content-type": "application/json", "cache-control": "public, max-age=300"}
        return to_gateway(Response(status=200, body=_description(), headers=headers))
    try:
        if path == BY_PROGRAMS:
            admit_program(event)
        answered: dict[str, Any] = _app().resolve(with_plain_body(event), context)
    except Unreadable as unreadable:
        answered = unreadable.to_gateway()
    except NotSignedIn as unknown:
        answered = Unreadable(401, str(unknown)).to_gateway()
    except Forbidden as forbidden:
        answered = Unreadable(403, str(forbidden)).to_gateway()
    answered["headers"] = {**answered.get("headers", {}), **_SAFE}
    return answered


@cache
def _app() -> APIGatewayHttpResolver:
    return make_app()


@cache
def _description() -> str:
    return describe(_app())
