"""Routing and answers without a process: what the deployed API might contain."""

from typing import Any

import pytest

from infra.local.functions import Answer
from infra.local.gateway import Gateway
from infra.local.payload import Request, from_answer


class Api:
    """An ``apigatewayv2`` client with these routes, in pages of one."""

    def __init__(self, *keys: str) -> None:
        self._keys = keys

    def get_routes(self, ApiId: str, NextToken: str = "0") -> dict[str, Any]:
        place = int(NextToken)
        key = self._keys[place]
        more = {"NextToken": str(place + 1)} if place + 1 < len(self._keys) else {}
        return {"Items": [{"RouteKey": key, "Target": f"integrations/{place}"}], **more}

    def get_integrations(self, ApiId: str) -> dict[str, Any]:
        uri = "arn:aws:lambda:eu-central-1:123456789012:function:"
        return {"Items": [{"IntegrationId": str(n), "IntegrationUri": uri + key} for n, key in enumerate(self._keys)]}


def request(method: str, path: str, **headers: str) -> Request:
    return Request(method, path, "", tuple(headers.items()), b"", "127.0.0.1", "id", 0)


KEYS = [
    "GET /console/{proxy+}",
    "ANY /p/{proxy+}",
    "GET /p/{page}",
    "GET /p/help",
    "POST /p/help",
    "GET /console",
    "$default",
]


@pytest.mark.parametrize(
    ("method", "path", "taken"),
    [
        ("GET", "/p/help", "GET /p/help"),
        ("POST", "/p/help", "POST /p/help"),
        ("DELETE", "/p/help", "ANY /p/{proxy+}"),
        ("GET", "/p/other", "GET /p/{page}"),
        ("GET", "/p/other/deep", "ANY /p/{proxy+}"),
        ("GET", "/console", "GET /console"),
        ("GET", "/console/app.js", "GET /console/{proxy+}"),
        ("GET", "/elsewhere", "$default"),
        ("GET", "/", "$default"),
    ],
)
def test_the_most_specific_route_wins(method: str, path: str, taken: str) -> None:
    seen: list[dict[str, Any]] = []

    def invoke(_function: str, event: Any, _request: str) -> Answer:
        seen.append(event)
        return Answer({"statusCode": 200})

    Gateway(client=Api(*KEYS), api_id="x", cors={}, invoke=invoke).answer(request(method, path))
    assert [event["routeKey"] for event in seen] == [taken]


def test_path_parameters_are_decoded() -> None:
    seen: list[dict[str, Any]] = []

    def invoke(_function: str, event: Any, _request: str) -> Answer:
        seen.append(event)
        return Answer({"statusCode": 200})

    Gateway(client=Api("GET /t/{name}"), api_id="x", cors={}, invoke=invoke).answer(request("GET", "/t/a%2Fb%20c"))
    assert seen[0]["pathParameters"] == {"name": "a/b c"}


def test_only_allowed_origins_get_cors_headers() -> None:
    gateway = Gateway(
        client=Api("GET /x"),
        api_id="x",
        cors={"AllowOrigins": ["https://shop.example.com"], "AllowCredentials": True},
        invoke=lambda *_: Answer({"statusCode": 200}),
    )
    good = dict(gateway.answer(request("GET", "/x", origin="https://shop.example.com")).headers)
    assert good["access-control-allow-origin"] == "https://shop.example.com"
    assert good["access-control-allow-credentials"] == "true"
    bad = dict(gateway.answer(request("GET", "/x", origin="https://evil.example.com")).headers)
    assert "access-control-allow-origin" not in bad


@pytest.mark.parametrize(
    ("answer", "status", "body"),
    [
        ({"ok": 1}, 200, b'{"ok": 1}'),
        ("text", 200, b"text"),
        ({"statusCode": 204}, 204, b""),
        ({"statusCode": "201", "body": "x"}, 201, b"x"),
        ({"statusCode": 200, "body": "aGk=", "isBase64Encoded": True}, 200, b"hi"),
        ({"statusCode": 200, "body": "???", "isBase64Encoded": True}, 500, b'{"message": "Internal Server Error"}'),
        ({"statusCode": "many"}, 500, b'{"message": "Internal Server Error"}'),
    ],
)
def test_answers_are_read_as_api_gateway_does(answer: Any, status: int, body: bytes) -> None:
    response = from_answer(answer)
    assert (response.status, response.body) == (status, body)
