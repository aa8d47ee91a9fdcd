"""All public pages: which address is answered by what."""

import logging
from collections.abc import Callable
from typing import Protocol

from leadwell.clock import Clock
from leadwell.errors import Refused, Retryable
from leadwell.pages import confirm, snippet_file, unsubscribe
from leadwell.pages.exchange import Request, Response
from leadwell.pages.links import CONFIRM_PATH, QUIET_PATH, UNSUBSCRIBE_PATH
from leadwell.pages.showing import Visit, show
from leadwell.pages.tokens import Purpose, Token, read
from leadwell.settings import Settings
from leadwell.store.secrets import Secrets
from leadwell.store.table import Table

_log = logging.getLogger(__name__)

Answer = Callable[[Visit, Token], Response]

_LINKS: dict[str, tuple[Purpose, Answer, Answer]] = {
    UNSUBSCRIBE_PATH: (Purpose.UNSUBSCRIBE, unsubscribe.ask, unsubscribe.accept),
    CONFIRM_PATH: (Purpose.CONFIRM, confirm.ask, confirm.accept),
}
"""Path → what its tokens are for, what a look at it shows, what pressing the button does."""

_LOOKS = ("GET", "HEAD")


class House(Protocol):
    """What the pages stand on; ``wiring.Services`` is one. Nothing is made before it is needed."""

    @property
    def settings(self) -> Settings: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def table(self) -> Table: ...
    @property
    def secrets(self) -> Secrets: ...


def answer(request: Request, house: House) -> Response:
    """Looking (GET, HEAD) never changes anything: mail scanners follow every link. Only POST does.

    A 200 after a POST means that what was asked for is durable.
    """
    response = _routed(request, house)
    if request.method == "HEAD":
        return Response(status=response.status, headers=response.headers)
    return response


def _routed(request: Request, house: House) -> Response:
    if request.path == snippet_file.PATH:
        return snippet_file.answer(request) if request.method in _LOOKS else _wrong_method("GET, HEAD")
    if request.path == QUIET_PATH:
        return Response(status=204, headers={"cache-control": "no-store"})
    visit = Visit(request=request, settings=house.settings, table_source=lambda: house.table, now=house.clock.now())
    for path, (purpose, look, press) in _LINKS.items():
        if request.path.startswith(path):
            if request.method not in (*_LOOKS, "POST"):
                return _wrong_method("GET, HEAD, POST")
            try:
                token = read(house.secrets.signing_key, purpose, request.path.removeprefix(path), visit.now)
                return (press if request.method == "POST" else look)(visit, token)
            except Refused:
                _log.info("a link to %s was refused", purpose)
                break
            except Retryable as error:
                _log.warning("a page could not be served: %s", error)
                return _busy()
    return show(visit, "link-invalid", status=404)


def _wrong_method(allowed: str) -> Response:
    return Response(status=405, headers={"allow": allowed, "cache-control": "no-store"})


def _busy() -> Response:
    headers = {"content-type": "text/plain; charset=utf-8", "retry-after": "5", "cache-control": "no-store"}
    text = "Please try again in a few seconds. / Bitte versuchen Sie es in wenigen Sekunden noch einmal."
    return Response(status=503, body=text, headers=headers)
