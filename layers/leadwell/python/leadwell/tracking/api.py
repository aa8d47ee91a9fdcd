"""The tracking API: from a request to stored events and an answer."""

from dataclasses import dataclass

from leadwell.errors import Refused, Retryable, Throttled
from leadwell.tracking.answers import SUCCESS, Answer, CallRefused, batch_answer, problem, refusal
from leadwell.tracking.calls import CALLS
from leadwell.tracking.deliveries import Delivery, admitted, opened, store
from leadwell.tracking.keys import KeyKind
from leadwell.tracking.requests import Request
from leadwell.tracking.sdk_settings import sdk_settings
from leadwell.wiring import Services

_SINGLE = {name: name for name in CALLS} | {
    "i": "identify",
    "t": "track",
    "p": "page",
    "s": "screen",
    "g": "group",
    "a": "alias",
}
_BATCH = frozenset(("batch", "b", "import"))
_METRICS = "m"
"""Where the browser SDK reports about itself; we take no interest."""

_CACHE_SECONDS = 300


@dataclass(slots=True)
class Account:
    """What became of a request, for the log; holds nothing personal."""

    key: str = ""
    stored: int = 0
    refused: int = 0


def answer(services: Services, request: Request, account: Account) -> Answer:
    """Answers a request and fills in ``account``. Errors that are our own fault pass through, for the door to log."""
    try:
        return _route(services, request, account)
    except Refused as refused:
        return refusal(refused)
    except Retryable as busy:
        seconds = busy.retry_after if isinstance(busy, Throttled) else 1
        return problem(503, "the store is busy: send the same again later", {"retry-after": str(seconds)})


def _route(services: Services, request: Request, account: Account) -> Answer:
    match request.path.strip("/").split("/"):
        case ["v1", "projects", secret, "settings"]:
            _require(request, "GET")
            return _settings(services, request, secret, account)
        case ["v1", name] if name in _SINGLE:
            return _single(services, request, _SINGLE[name], account)
        case ["v1", name] if name in _BATCH:
            return _batch(services, request, account)
        case ["v1", name] if name == _METRICS:
            _require(request, "POST")
            return SUCCESS
    raise CallRefused(404, "no such path: calls go to /v1/track, identify, page, screen, group, alias or batch")


def _single(services: Services, request: Request, kind: str, account: Account) -> Answer:
    delivery = _opened(services, request, account)
    account.refused = 1
    statement = delivery.single(kind)
    account.refused = 0
    store(services.table, [statement], delivery.key.name, request.received)
    account.stored = 1
    return SUCCESS


def _batch(services: Services, request: Request, account: Account) -> Answer:
    delivery = _opened(services, request, account)
    statements, refused = delivery.batch()
    account.refused = len(refused)
    store(services.table, statements, delivery.key.name, request.received)
    account.stored = len(statements)
    return batch_answer(len(statements), refused)


def _settings(services: Services, request: Request, secret: str, account: Account) -> Answer:
    key = admitted(request, secret, services.table, services.clock.now())
    account.key = key.name
    if key.kind is not KeyKind.PUBLIC:
        raise CallRefused(403, "this is a server key, which a page must not show: replace it, and use a public one")
    body = sdk_settings(secret, services.settings.public_url, request)
    return Answer(200, body, {"cache-control": f"public, max-age={_CACHE_SECONDS}"})


def _opened(services: Services, request: Request, account: Account) -> Delivery:
    _require(request, "POST")
    delivery = opened(request, services.table, lambda: services.secrets.signing_key, services.clock.now())
    account.key = delivery.key.name
    return delivery


def _require(request: Request, method: str) -> None:
    if request.method != method:
        raise CallRefused(405, f"use {method}", headers={"allow": method})
