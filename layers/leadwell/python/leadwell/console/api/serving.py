"""Calls of the API, and its description, as the gateway hands them over."""

from functools import cache
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from leadwell.console.api.access import BY_PROGRAMS, admit_program
from leadwell.console.api.app import describe, make_app
from leadwell.console.bodies import Unreadable, with_plain_body
from leadwell.console.roles import Forbidden, NotSignedIn


def answer(event: dict[str, Any], context: Any) -> dict[str, Any]:
    try:
        if event["rawPath"] == BY_PROGRAMS:
            admit_program(event)
        answered: dict[str, Any] = _app().resolve(with_plain_body(event), context)
    except Unreadable as unreadable:
        answered = unreadable.to_gateway()
    except NotSignedIn as unknown:
        answered = Unreadable(401, str(unknown)).to_gateway()
    except Forbidden as forbidden:
        answered = Unreadable(403, str(forbidden)).to_gateway()
    return answered


@cache
def description() -> str:
    return describe(_app())


@cache
def _app() -> APIGatewayHttpResolver:
    return make_app()
