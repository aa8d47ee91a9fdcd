"""A request for a page and its answer, without HTTP's ballast.

The gateway's shapes: "payload format version 2.0",
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """``headers`` have lower-case names. The body is not kept: for our pages the address says everything."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    source_ip: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    status: int
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


def from_gateway(event: Mapping[str, Any]) -> Request:
    http = event["requestContext"]["http"]
    return Request(
        method=http["method"].upper(),
        path=event["rawPath"],
        query=event.get("queryStringParameters") or {},
        headers={name.lower(): value for name, value in (event.get("headers") or {}).items()},
        source_ip=http.get("sourceIp", ""),
    )


def to_gateway(response: Response) -> dict[str, Any]:
    return {
        "statusCode": response.status,
        "headers": dict(response.headers),
        "body": response.body,
        "isBase64Encoded": False,
    }
