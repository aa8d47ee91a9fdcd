"""HTTP ↔ the event and answer of API Gateway's HTTP API, payload version 2.0.

Source: "Create AWS Lambda proxy integrations for HTTP APIs in API Gateway" in the API Gateway developer guide.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, unquote

from infra.local.embedded_aws import ACCOUNT

_TEXT_TYPES = ("text/", "application/json", "application/javascript", "application/xml")


@dataclass(frozen=True)
class Request:
    """``path`` is still percent-encoded; ``at`` is virtual time in milliseconds."""

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    source: str
    id: str
    at: int

    def header(self, name: str) -> str:
        """All values of a header, joined by commas; empty if there is none."""
        return ",".join(value for key, value in self.headers if key == name)


@dataclass(frozen=True)
class Response:
    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@dataclass(frozen=True)
class Match:
    """The route that a request has taken."""

    route_key: str
    function: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    claims: Mapping[str, str] | None = None


def to_event(request: Request, match: Match, api_id: str) -> dict[str, Any]:
    headers: dict[str, str] = {}
    for name, value in request.headers:
        if name != "cookie":
            headers[name] = f"{headers[name]},{value}" if name in headers else value
    host = headers.get("host", "127.0.0.1")
    headers.setdefault("x-forwarded-for", request.source)
    headers.setdefault("x-forwarded-proto", "http")
    cookies = [part.strip() for part in request.header("cookie").replace(",", ";").split(";") if part.strip()]
    moment = datetime.fromtimestamp(request.at / 1000, UTC)
    path = unquote(request.path)
    context: dict[str, Any] = {
        "accountId": ACCOUNT,
        "apiId": api_id,
        "domainName": host.partition(":")[0],
        "domainPrefix": host.partition(".")[0],
        "http": {
            "method": request.method,
            "path": path,
            "protocol": "HTTP/1.1",
            "sourceIp": request.source,
            "userAgent": headers.get("user-agent", ""),
        },
        "requestId": request.id,
        "routeKey": match.route_key,
        "stage": "$default",
        "time": moment.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "timeEpoch": request.at,
    }
    if match.claims is not None:
        context["authorizer"] = {"jwt": {"claims": dict(match.claims), "scopes": None}}
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": match.route_key,
        "rawPath": path,
        "rawQueryString": request.query,
        "headers": headers,
        "requestContext": context,
        "isBase64Encoded": False,
    }
    if cookies:
        event["cookies"] = cookies
    if match.parameters:
        event["pathParameters"] = dict(match.parameters)
    if request.query:
        event["queryStringParameters"] = _joined(parse_qsl(request.query, keep_blank_values=True))
    if request.body:
        event["body"], event["isBase64Encoded"] = _encoded(request, headers)
    return event


def from_answer(answer: Any) -> Response:
    """What the client gets for a handler's answer; a malformed one is an Internal Server Error, as in AWS."""
    if not isinstance(answer, dict) or "statusCode" not in answer:
        # Without a statusCode the whole answer is the JSON body.
        text = answer if isinstance(answer, str) else json.dumps(answer)
        return Response(200, (("content-type", "application/json"),), text.encode())
    try:
        status = int(answer["statusCode"])
        body = answer.get("body") or ""
        raw = base64.b64decode(body, validate=True) if answer.get("isBase64Encoded") else str(body).encode()
        headers = [(str(name).lower(), _text(value)) for name, value in (answer.get("headers") or {}).items()]
        headers += [("set-cookie", str(cookie)) for cookie in answer.get("cookies") or []]
    except (TypeError, ValueError, AttributeError, binascii.Error):
        return INTERNAL_ERROR
    if raw and not any(name == "content-type" for name, _ in headers):
        headers.append(("content-type", "text/plain;charset=UTF-8"))
    return Response(status, tuple(headers), raw)


def json_response(status: int, value: Any) -> Response:
    body = json.dumps(value, ensure_ascii=False).encode()
    return Response(status, (("content-type", "application/json"),), body)


INTERNAL_ERROR = json_response(500, {"message": "Internal Server Error"})
NOT_FOUND = json_response(404, {"message": "Not Found"})
UNAUTHORIZED = Response(
    401, (("content-type", "application/json"), ("www-authenticate", "Bearer")), b'{"message":"Unauthorized"}'
)
TOO_LARGE = json_response(413, {"message": "Request Entity Too Large"})


def _encoded(request: Request, headers: Mapping[str, str]) -> tuple[str, bool]:
    """Text goes through as it is; everything else, forms and compressed text included, as base64."""
    kind = headers.get("content-type", "").lower()
    if kind.startswith(_TEXT_TYPES) and "content-encoding" not in headers:
        try:
            return request.body.decode(), False
        except UnicodeDecodeError:
            pass
    return base64.b64encode(request.body).decode(), True


def _joined(pairs: list[tuple[str, str]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in pairs:
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
