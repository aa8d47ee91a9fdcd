"""A request for a page and its answer, without HTTP's ballast.

The gateway's shapes: "payload format version 2.0",
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from leadwell.ids import fingerprint

MOST_BYTES = 32 * 1024
"""Of a body; what forms ask for is far less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """``headers`` have lower-case names. ``body`` is None where it is too large or no text. ``id`` is unique."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: Mapping[str, str] = field(default_factory=dict)
    body: str | None = ""
    source_ip: str = ""
    id: str = ""

    @property
    def is_look(self) -> bool:
        return self.method in ("GET", "HEAD")


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    status: int
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: tuple[str, ...] = ()


def from_gateway(event: Mapping[str, Any]) -> Request:
    context = event["requestContext"]
    http = context["http"]
    body = event.get("body") or ""
    return Request(
        method=http["method"].upper(),
        path=event["rawPath"],
        query=event.get("queryStringParameters") or {},
        headers={name.lower(): value for name, value in (event.get("headers") or {}).items()},
        cookies=_cookies(event.get("cookies") or ()),
        body=_text(body, bool(event.get("isBase64Encoded"))),
        source_ip=http.get("sourceIp", ""),
        id=str(context.get("requestId") or fingerprint("request", str(context.get("timeEpoch")), body)),
    )


def to_gateway(response: Response) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "statusCode": response.status,
        "headers": dict(response.headers),
        "body": response.body,
        "isBase64Encoded": False,
    }
    if response.cookies:
        answer["cookies"] = list(response.cookies)
    return answer


def _text(body: str, is_base64: bool) -> str | None:
    if len(body) > 2 * MOST_BYTES:
        return None
    try:
        raw = base64.b64decode(body) if is_base64 else body.encode()
        return raw.decode() if len(raw) <= MOST_BYTES else None
    except (binascii.Error, ValueError):
        return None


def _cookies(given: object) -> dict[str, str]:
    """``["a=1", "b=2"]`` by name; of two of one name the first, as browsers send the more specific one first."""
    found: dict[str, str] = {}
    for one in given if isinstance(given, list | tuple) else ():
        name, _, value = str(one).partition("=")
        found.setdefault(name.strip(), value.strip())
    return found
