"""The tracking API: from a request to stored events and an answer."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from leadwell.errors import Refused, Retryable, Throttled
from leadwell.tracking.answers import SUCCESS, Answer, CallRefused, batch_answer, problem, refusal
from leadwell.tracking.calls import CALLS
from leadwell.tracking.deliveries import Delivery, admitted, opened, store
from leadwell.tracking.keys import KeyKind
from leadwell.tracking.requests import Request
from leadwell.tracking.sdk_settings import sdk_settings
from leadwell.tracking.standing import Statement
from leadwell.wiring import Services

_log = logging.getLogger(__name__)

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
_MOST_REASONS = 5


@dataclass(slots=True)
class Account:
    """What became of a request, for the log; holds nothing personal. A request refused as a whole counts as one.
    ``reasons`` are our own words, never the caller's; ``unproven`` calls named somebody whom we know, without proof."""

    key: str = ""
    stored: int = 0
    refused: int = 0
    unproven: int = 0
    reasons: tuple[str, ...] = ()


def answer(services: Services, request: Request, account: Account) -> Answer:
    """Answers a request and fills in ``account``. Errors that are our own fault pass through, for the door to log."""
    try:
        return _route(services, request, account)
    except Refused as refused:
        account.refused, account.reasons = account.refused or 1, (refused.message,)
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
    statement = delivery.single(kind)
    _store(services, request, delivery, [statement], account)
    return SUCCESS


def _batch(services: Services, request: Request, account: Account) -> Answer:
    delivery = _opened(services, request, account)
    statements, refused = delivery.batch()
    account.refused = len(refused)
    account.reasons = tuple(dict.fromkeys(one.message for one in refused))[:_MOST_REASONS]
    _store(services, request, delivery, statements, account)
    return batch_answer(len(statements), refused)


def _store(
    services: Services, request: Request, delivery: Delivery, statements: Sequence[Statement], account: Account
) -> None:
    account.unproven = store(services.table, statements, delivery.key.name, request.received)
    account.stored = len(statements)
    if account.unproven:
        # The answer is that of every other call: it tells nobody whom we know.
        _log.info("a call named somebody whom we know, without proof: it is kept as a claim and joins nobody")


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
