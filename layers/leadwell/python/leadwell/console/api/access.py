"""What every route of the API shares: who may call it, and what it is given."""

from collections.abc import Mapping
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import ApiGatewayResolver, Depends, Request, Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.event_handler.openapi.params import Header, Query

from leadwell.clock import Moment
from leadwell.console import auditing
from leadwell.console.problems import NotThere
from leadwell.console.roles import ROLES, Caller, Forbidden, NotSignedIn, caller_of
from leadwell.contacts.contact import Contact
from leadwell.contacts.reading import read_contact
from leadwell.ids import fingerprint
from leadwell.tracking.keys import KeyKind, WriteKey, key_ring, presented_key
from leadwell.wiring import Services, services

BEARER = "bearer"
SERVER_KEY = "server_key"

BY_PROGRAMS = "/api/messages"
"""API Gateway lets everybody through to it: the key is looked at before anything else is."""

LONGEST_ID = 200
"""Characters; ours are far shorter, and what is longer cannot be part of a key."""


def routes() -> Router:
    """A collection of routes; ``app`` puts them together."""
    return Router()  # type: ignore[no-untyped-call]


def least(role: str, tag: str, operation: str, summary: str, *, status: int = 200) -> dict[str, Any]:
    """What a route says about itself; callers need at least this role."""
    if role not in ROLES:
        raise ValueError(f"there is no role {role}")

    def check(app: ApiGatewayResolver, next_middleware: NextMiddleware) -> Response[Any]:
        caller_of(app.current_event.raw_event).require(role)
        return next_middleware(app)

    return {
        "middlewares": [check],
        "tags": [tag],
        "operation_id": operation,
        "summary": summary,
        "security": [{BEARER: []}],
        "openapi_extensions": {"x-least-role": role},
        "status_code": status,
        "response_description": "Done." if status != 200 else "What was asked for.",
    }


def with_server_key(tag: str, operation: str, summary: str, *, status: int = 200) -> dict[str, Any]:
    """What the route ``BY_PROGRAMS`` says about itself: nobody signs in, and a server key was looked at before."""

    return {
        "tags": [tag],
        "operation_id": operation,
        "summary": summary,
        "security": [{SERVER_KEY: []}],
        "openapi_extensions": {"x-key": "server"},
        "status_code": status,
        "response_description": "Done.",
    }


def admit_program(event: Mapping[str, Any]) -> WriteKey:
    """Raises ``NotSignedIn`` and ``Forbidden``."""
    given = services()
    presented = presented_key(event.get("headers", {}).get("authorization", ""))
    key = key_ring(given.table).find(presented, given.clock.now()) if presented else None
    if key is None:
        raise NotSignedIn("send a server key, as a bearer token or as the user name of HTTP Basic")
    if key.kind is not KeyKind.SERVER:
        raise Forbidden("this takes a server key; a public one stands in every page and proves nothing")
    return key


class Work:
    """One request's work: the parts it needs, the moment it happens at, and who wants it."""

    def __init__(self, given: Services, caller: Caller, request: str) -> None:
        self.given = given
        self.caller = caller
        self.request = request
        self.now: Moment = given.clock.now()

    def contact(self, contact: str) -> Contact:
        """Raises ``NotThere``."""
        found = read_contact(self.given.table, contact)
        if found is None:
            raise NotThere("there is no such contact, or it was erased: find it by e-mail address, phone number or id")
        return found

    def note(self, what: str, which: str, **details: Any) -> None:
        """Into the audit log, before it is done. Nothing personal belongs into ``details``."""
        auditing.note(
            self.given.table, request=self.request, at=self.now, who=self.caller.id, what=what, which=which, **details
        )

    def derived_id(self, what: str, idempotency_key: str | None) -> str:
        """The id of an event: the same for every repetition of a request under one idempotency key."""
        if idempotency_key:
            return "a" + fingerprint("api", what, self.caller.id, idempotency_key)
        return "a" + fingerprint("api", what, "request", self.request)


def _work(request: Request) -> Work:
    event = request.resolved_event.raw_event
    return Work(services(), caller_of(event), str(event.get("requestContext", {}).get("requestId", "")))


def _work_of_program(request: Request) -> Work:
    event = request.resolved_event.raw_event
    caller = Caller(f"key:{admit_program(event).name}")
    return Work(services(), caller, str(event.get("requestContext", {}).get("requestId", "")))


Asked = Annotated[Work, Depends(_work)]
AskedByProgram = Annotated[Work, Depends(_work_of_program)]
"""``caller`` is a server key."""
Cursor = Annotated[str | None, Query(description="Where the former page ended, as its answer said.")]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        max_length=200,
        description="Any text of your own. Repeating a request with the same key, within seven days, changes nothing.",
    ),
]
