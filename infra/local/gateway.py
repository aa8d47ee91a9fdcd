"""What API Gateway does between the client and a function: CORS, routing, the JWT authorizer.

Everything is read from the deployed API. The authorizer is emulated: the bearer token ``local-secret`` stands for a
signed-in administrator, because the emulated Cognito has no sign-in page.
"""

import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from infra.local.functions import Answer
from infra.local.payload import INTERNAL_ERROR, NOT_FOUND, UNAUTHORIZED, Match, Request, Response, from_answer, to_event

Invoke = Callable[[str, Any, str], Answer]

TOKEN = "local-secret"  # noqa: S105 - for this machine only, and printed
_CLAIMS = {
    "sub": "local",
    "username": "local",
    "email": "admin@example.com",
    "cognito:groups": "[admin]",
    "token_use": "access",
    "scope": "openid",
}


@dataclass(frozen=True)
class _Route:
    key: str
    method: str
    pattern: re.Pattern[str]
    rank: tuple[int, ...]
    function: str
    guarded: bool


class Gateway:
    def __init__(self, *, client: Any, api_id: str, cors: Mapping[str, Any], invoke: Invoke) -> None:
        """``client`` is an ``apigatewayv2`` client."""
        self._api_id = api_id
        self._cors = cors
        self._invoke = invoke
        integrations = {
            found["IntegrationId"]: found["IntegrationUri"].split(":function:")[1].split("/")[0]
            for found in _all(client, "get_integrations", api_id)
            if ":function:" in found.get("IntegrationUri", "")
        }
        routes = [_route(found, integrations) for found in _all(client, "get_routes", api_id)]
        self._routes = sorted(routes, key=lambda route: route.rank)

    def handles(self, method: str, path: str) -> bool:
        """Whether the API has a route for it, CORS preflights aside."""
        return self._find(method, path) is not None

    def answer(self, request: Request) -> Response:
        origin = request.header("origin")
        if self._cors and request.method == "OPTIONS" and origin and request.header("access-control-request-method"):
            return Response(204, tuple(self._preflight(origin)))
        found = self._find(request.method, request.path)
        if found is None:
            return self._with_cors(NOT_FOUND, origin)
        route, parameters = found
        claims: dict[str, str] | None = None
        if route.guarded:
            if not _is_signed_in(request.header("authorization")):
                return self._with_cors(UNAUTHORIZED, origin)
            claims = {**_CLAIMS, "iat": str(request.at // 1000), "exp": str(request.at // 1000 + 3600)}
        event = to_event(request, Match(route.key, route.function, parameters, claims), self._api_id)
        outcome = self._invoke(route.function, event, request.id)
        response = INTERNAL_ERROR if outcome.failed else from_answer(outcome.payload)
        if request.method == "HEAD":
            response = Response(response.status, response.headers)
        return self._with_cors(response, origin)

    def _find(self, method: str, path: str) -> tuple[_Route, dict[str, str]] | None:
        for route in self._routes:
            if route.method in (method, "ANY") and (match := route.pattern.fullmatch(path)):
                return route, {name.rstrip("_"): unquote(value) for name, value in match.groupdict().items()}
        return None

    def _with_cors(self, response: Response, origin: str) -> Response:
        """With CORS configured, API Gateway ignores CORS headers that a function sends."""
        if not self._cors:
            return response
        kept = [(name, value) for name, value in response.headers if not name.startswith("access-control-")]
        return Response(response.status, (*kept, *self._allowed(origin)), response.body)

    def _preflight(self, origin: str) -> list[tuple[str, str]]:
        allowed = self._allowed(origin)
        if allowed:
            for key, name in (("AllowMethods", "methods"), ("AllowHeaders", "headers")):
                if self._cors.get(key):
                    allowed.append((f"access-control-allow-{name}", ",".join(self._cors[key])))
            if "MaxAge" in self._cors:
                allowed.append(("access-control-max-age", str(self._cors["MaxAge"])))
        return allowed

    def _allowed(self, origin: str) -> list[tuple[str, str]]:
        origins = [allowed.lower() for allowed in self._cors.get("AllowOrigins", [])]
        if not origin or ("*" not in origins and origin.lower() not in origins):
            return []
        headers = [("access-control-allow-origin", "*" if "*" in origins else origin)]
        if self._cors.get("AllowCredentials"):
            headers.append(("access-control-allow-credentials", "true"))
        if self._cors.get("ExposeHeaders"):
            headers.append(("access-control-expose-headers", ",".join(self._cors["ExposeHeaders"])))
        return headers


def _is_signed_in(authorization: str) -> bool:
    scheme, _, token = authorization.partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(token.strip().encode(), TOKEN.encode())


def _all(client: Any, operation: str, api_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    token: dict[str, str] = {}
    while True:
        answer = getattr(client, operation)(ApiId=api_id, **token)
        found += answer["Items"]
        if not answer.get("NextToken"):
            return found
        token = {"NextToken": answer["NextToken"]}


def _route(found: Mapping[str, Any], integrations: Mapping[str, str]) -> _Route:
    """A full match wins over a parameter, a parameter over a greedy one, a method over ANY, all over ``$default``."""
    key: str = found["RouteKey"]
    method, _, path = ("ANY", "", "/{proxy+}") if key == "$default" else key.partition(" ")
    pattern = ""
    rank: list[int] = []
    for part in path.strip("/").split("/"):
        name = part.strip("{}+")
        if part.endswith("+}"):
            pattern += f"/(?P<{name}>.+)" if key != "$default" else f"(?:/(?P<{name}>.*))?"
            rank.append(2)
        elif part.startswith("{"):
            pattern += f"/(?P<{name}>[^/]+)"
            rank.append(1)
        else:
            pattern += f"/{re.escape(part)}"
            rank.append(0)
    rank.append(int(method == "ANY"))
    return _Route(
        key=key,
        method=method,
        pattern=re.compile(pattern + "/?" if not pattern.endswith(")") else pattern),
        rank=(int(key == "$default"), *rank),
        function=integrations[found["Target"].removeprefix("integrations/")],
        guarded=found.get("AuthorizationType", "NONE") == "JWT",
    )
