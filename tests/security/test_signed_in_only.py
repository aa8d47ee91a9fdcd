"""Who is not signed in is turned away by the deployed API, before any function runs, but at the public routes."""

import base64
import json
import re

import pytest
from hypothesis import given

from infra.local.gateway import TOKEN
from tests.infra.synthesized import Synthesized
from tests.security.deployed import DeployedApi, described
from tests.security.effort import examples
from tests.security.strange import HEADER_VALUES

PUBLIC = {
    "POST /v1/{proxy+}": "websites and servers report here, with a write key that the function checks",
    "GET /v1/projects/{proxy+}": "what a page has to know before it reports",
    "ANY /p/{proxy+}": "people open links in mails, whose tokens the function checks",
    "ANY /s/{code}": "people open short links in SMS, which lead where our message meant them to",
    "GET /leadwell.js": "the snippet",
    "GET /console": "the console's empty page",
    "GET /console/{proxy+}": "the console's files",
    "GET /openapi.json": "the description",
    "POST /api/messages": "servers ask for receipts, with a server key that the function checks first of all",
}
"""All that may be asked without signing in, and why."""
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def test_only_the_public_routes_ask_for_no_token(stack: Synthesized) -> None:
    routes = stack.of_type("ApiGatewayV2::Route").values()
    open_ones = {route["RouteKey"] for route in routes if route.get("AuthorizationType", "NONE") == "NONE"}
    assert open_ones == set(PUBLIC)
    assert not [route for route in routes if route["RouteKey"] == "$default"]


def test_the_guarded_routes_ask_our_own_user_pool(stack: Synthesized) -> None:
    authorizer = stack.only("ApiGatewayV2::Authorizer")
    assert authorizer["AuthorizerType"] == "JWT"
    assert authorizer["IdentitySource"] == ["$request.header.Authorization"]
    (audience,) = authorizer["JwtConfiguration"]["Audience"]
    assert stack.resources[audience["Ref"]]["Type"] == "AWS::Cognito::UserPoolClient"
    issuer = stack.read(authorizer["JwtConfiguration"]["Issuer"])
    pools = [stack.read({"Ref": key}) for key in stack.of_type("Cognito::UserPool")]
    assert issuer == f"https://cognito-idp.us-east-1.amazonaws.com/{pools[0]}"
    (only,) = stack.of_type("ApiGatewayV2::Authorizer")
    for route in stack.of_type("ApiGatewayV2::Route").values():
        if route["RouteKey"] not in PUBLIC:
            assert (route["AuthorizationType"], route["AuthorizerId"]) == ("JWT", {"Ref": only})


def targets(api: DeployedApi) -> list[str]:
    house = api.house
    places = {
        "contact_id": house.ann,
        "company_id": house.company,
        "message_id": house.parked,
        "call_id": house.pending,
    }
    places |= {"kind": "journey", "name": "welcome", "pool": "summer", "task_id": house.task}
    return [re.sub(r"\{(\w+)\}", lambda found: places[found[1]], path) for path in described(api)["paths"]]


def unsigned() -> str:
    """A token that says of itself that nobody signed it."""
    parts = ({"alg": "none"}, {"sub": "x", "cognito:groups": "[admin]"})
    packed = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
    return ".".join((*packed, ""))


WITHOUT = [
    None,
    "",
    "Bearer",
    "Bearer ",
    f"Basic {TOKEN}",
    TOKEN,
    f"Bearer {TOKEN}x",
    f"Bearer {TOKEN[:-1]}",
    f"Bearer {TOKEN.upper()}",
    f"Bearer {TOKEN}, Bearer {TOKEN}",
    "Bearer null",
    "Bearer undefined",
    f"Bearer {unsigned()}",
]


@pytest.mark.parametrize("credential", WITHOUT)
def test_nobody_gets_to_an_operation_without_a_token(api: DeployedApi, credential: str | None) -> None:
    headers = {"content-type": "application/json"} | ({} if credential is None else {"authorization": credential})
    for target in targets(api):
        before = len(api.calls)
        for method in METHODS:
            assert api.request(method, target, headers, b"{}").status == 401, f"{method} {target}"
            assert api.request(method, f"{target}?email=ann@example.com", headers).status == 401
        looked_at_by_the_function = 2 * (target == "/api/messages")
        assert len(api.calls) == before + looked_at_by_the_function, "a function was called"


def test_with_the_token_they_are_there(api: DeployedApi) -> None:
    for target in targets(api):
        assert api.request("GET", target, {"authorization": f"Bearer {TOKEN}"}).status in (200, 400, 404)


@pytest.mark.parametrize(
    "path",
    [
        "/api",
        "/api/",
        "//api/contacts",
        "/API/contacts",
        "/api//contacts",
        "/%61pi/contacts",
        "/./api/contacts",
        "/console/../api/contacts",
        "/p/../api/contacts",
        "/v1/../api/contacts",
        "/openapi.json/../api/contacts",
        "/api/contacts;/openapi.json",
        "/api/contacts/../../openapi.json",
        "/console/%2e%2e/api/contacts",
        "/p/%2e%2e%2fapi%2fcontacts",
    ],
)
def test_no_spelling_of_a_path_leads_around_the_authorizer(api: DeployedApi, path: str) -> None:
    for method in ("GET", "POST", "PUT", "DELETE"):
        answer = api.request(method, path, {"content-type": "application/json"}, b"{}")
        assert answer.status in (401, 403, 404, 405) or b"<!doctype html>" in answer.body.lower(), f"{method} {path}"


@examples(200)
@given(HEADER_VALUES)
def test_no_strange_header_is_a_token(api: DeployedApi, value: str) -> None:
    for credential in (value, f"Bearer {value}"):
        assert api.request("GET", "/api/me", {"authorization": credential}).status == 401
