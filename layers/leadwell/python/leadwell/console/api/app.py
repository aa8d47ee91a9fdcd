"""The management API put together, and its description."""

import json
import re
from traceback import extract_tb
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestUnsupportedContentType, RequestValidationError

from leadwell.console.api import (
    calls,
    changing_contacts,
    companies,
    consents,
    contacts,
    definitions,
    emails,
    journeys,
    keys,
    lists,
    member_tables,
    messages,
    overview,
    plans,
    previews,
    products,
    reputation,
    rights,
    segments,
    sending,
    tasks,
    vouchers,
)
from leadwell.console.api.access import BEARER, SERVER_KEY
from leadwell.console.problems import CONTENT_TYPE, SCHEMA, of_error, of_invalid, problem
from leadwell.console.roles import Forbidden
from leadwell.errors import LeadwellError

VERSION = "1"
_TAGS = {
    contacts.TAG: "Who they are, what they did, and why they stand where they stand.",
    consents.TAG: "What they agreed to, with its proof, and addresses that nothing is sent to.",
    rights.TAG: "A copy of everything, restriction, and receipts of erasures.",
    companies.TAG: "Whom they belong to, and what their members make of it.",
    segments.TAG: "Who belongs together at this moment.",
    member_tables.TAG: "Contacts as CSV, for spreadsheets: no cell of it is a formula.",
    definitions.TAG: "Journeys, segments, scoring and messages, in versions that never change.",
    definitions.JOURNEYS: "What runs by itself, with the parameters that marketers fill in.",
    emails.TAG: "What a mail looks like to a contact, and what is noticed about it.",
    messages.TAG: "What was sent to whom, or why it was not.",
    keys.TAG: "Who may send events.",
    tasks.TAG: "What people have to do about contacts, and what they made of leads.",
    products.TAG: "The catalog that journeys recommend from.",
    vouchers.TAG: "Codes that journeys hand out, each of them once.",
    reputation.TAG: "Bounces and complaints, and whether marketing pauses because of them.",
    overview.TAG: "Numbers, people and the audit log.",
}

logger = Logger(service="manage")


def make_app() -> APIGatewayHttpResolver:
    app = APIGatewayHttpResolver(enable_validation=True)
    app.exception_handler(LeadwellError)(of_error)
    app.exception_handler(Forbidden)(_forbidden)
    app.exception_handler(RequestValidationError)(of_invalid)
    app.exception_handler(RequestUnsupportedContentType)(_no_json)
    app.exception_handler(Exception)(_broken)
    app.not_found(_not_found)
    for part in (
        member_tables,
        contacts,
        changing_contacts,
        consents,
        rights,
        companies,
        segments,
        lists,
        definitions,
        calls,
        journeys,
        plans,
        previews,
        messages,
        sending,
        keys,
        vouchers,
        products,
        tasks,
        reputation,
        emails,
        overview,
    ):
        app.include_router(part.router)
    return app


def describe(app: APIGatewayHttpResolver) -> str:
    """The OpenAPI description, made from the routes and models; errors are described once, as they are answered."""
    # A hundred milliseconds of models, which only the description is made of.
    from aws_lambda_powertools.event_handler.openapi.models import HTTPBearer, Tag

    document: dict[str, Any] = json.loads(
        app.get_openapi_json_schema(
            title="Leadwell management API",
            version=VERSION,
            description="Sign in with a bearer token. Each operation names the least role it takes (`x-least-role`): "
            "viewer, sales, marketer or admin. All moments are UTC.",
            tags=[Tag(name=name, description=words) for name, words in _TAGS.items()],
            security_schemes={
                BEARER: HTTPBearer(bearerFormat="JWT"),
                SERVER_KEY: HTTPBearer(description="A server key, as `leadwell keys add --kind server` makes it."),
            },
        )
    )
    components = document["components"]
    for unused in ("HTTPValidationError", "ValidationError", "ResponseValidationError"):
        components["schemas"].pop(unused, None)
    components["schemas"]["Problem"] = SCHEMA
    components["responses"] = {
        "Problem": {
            "description": "What went wrong, and the remedy.",
            "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    }
    for path in document["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)
            operation["responses"] |= {code: {"$ref": "#/components/responses/Problem"} for code in ("4XX", "5XX")}
    return json.dumps(document, ensure_ascii=False)


def _forbidden(error: Forbidden) -> Response[str]:
    return problem(403, str(error))


def _no_json(error: RequestUnsupportedContentType) -> Response[str]:
    return problem(415, "send JSON, with the content type application/json")


def _not_found(error: NotFoundError) -> Response[str]:
    return problem(404, "there is no such path or method; /openapi.json lists what there is")


def _broken(error: Exception) -> Response[str]:
    # An error's own words may quote personal data: its kind and places do not.
    places = [f"{re.sub('.*/', '', frame.filename)}:{frame.lineno}" for frame in extract_tb(error.__traceback__)[-6:]]
    logger.error("request failed", error=type(error).__name__, places=places)
    return problem(500, "something went wrong on our side: repeat it, and tell an administrator if it stays so")
