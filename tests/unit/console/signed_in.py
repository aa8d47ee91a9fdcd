"""The management API as somebody who is signed in calls it, in front of a whole installation in memory."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from leadwell.ids import contact_id
from tests.fakes.world import World


@dataclass(frozen=True)
class Reply:
    status: int
    body: Any
    headers: dict[str, str]


class SignedIn:
    def __init__(self, world: World | None = None, role: str = "admin", person: str = "person-1") -> None:
        self.world = world or World()
        self.role = role
        self.person = person
        self.requests = 0

    def get(self, path: str, **query: Any) -> Reply:
        return self.call("GET", path, query=query)

    def post(self, path: str, body: object = None, **headers: str) -> Reply:
        return self.call("POST", path, body, headers=headers)

    def put(self, path: str, body: object = None, **headers: str) -> Reply:
        return self.call("PUT", path, body, headers=headers)

    def delete(self, path: str) -> Reply:
        return self.call("DELETE", path)

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        query: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        text: str | None = None,
    ) -> Reply:
        """``text`` is a body as it is; header names are given with underscores."""
        self.requests += 1
        event = gateway_event(
            method,
            path,
            query={name: str(value) for name, value in (query or {}).items()},
            headers={name.replace("_", "-"): value for name, value in (headers or {}).items()},
            body=text if text is not None else None if body is None else json.dumps(body),
            claims={"sub": self.person, "cognito:groups": f"[{self.role}]"} if self.role else {"sub": self.person},
            request=f"request-{self.requests}",
        )
        answer = self.world.call("manage", event)
        content = answer["body"]
        is_json = "json" in answer["headers"].get("content-type", answer["headers"].get("Content-Type", ""))
        return Reply(
            answer["statusCode"],
            json.loads(content) if content and is_json else content,
            {name.lower(): value for name, value in answer["headers"].items()},
        )


def gateway_event(
    method: str,
    path: str,
    *,
    query: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
    body: str | None = None,
    claims: dict[str, str] | None = None,
    request: str = "request-1",
) -> dict[str, Any]:
    """Payload format 2.0, as the HTTP API sends it behind its JWT authorizer."""
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "ANY /api/{proxy+}",
        "rawPath": path,
        "rawQueryString": urlencode(query or {}),
        "headers": {"content-type": "application/json", **(headers or {})},
        "requestContext": {
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.7"},
            "requestId": request,
            "stage": "$default",
        },
        "isBase64Encoded": False,
    }
    if claims is not None:
        event["requestContext"]["authorizer"] = {"jwt": {"claims": claims, "scopes": None}}
    if query:
        event["queryStringParameters"] = query
    if body is not None:
        event["body"] = body
    return event


def user(name: str) -> str:
    """The id of the contact first met under a user id."""
    return contact_id("user_id", name)
