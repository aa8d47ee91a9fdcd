"""All public pages: which address is answered by what."""

import logging
from collections.abc import Callable
from importlib import import_module

from leadwell.errors import Refused, Retryable
from leadwell.pages import confirm, script_files, unsubscribe
from leadwell.pages.exchange import Request, Response
from leadwell.pages.house import House, Visit
from leadwell.pages.links import FORM_PATH, PAGE_PATH, PATHS, QUIET_PATH
from leadwell.pages.showing import show
from leadwell.pages.tokens import Purpose, Token, read

_log = logging.getLogger(__name__)

Answer = Callable[[Visit, Token], Response]
Named = Callable[[Visit, str], Response | None]

SHORT_PATH = "/s/"
WIDGETS_PATH, COOKIE_PATH = "/p/w", "/p/k"
_LOOKS = ("GET", "HEAD")


def _later(module: str, name: str) -> Callable[..., Response]:
    """What needs definitions is imported when somebody asks for it: most who come want to confirm or to leave."""

    def answer(*given: object) -> Response:
        made: Response = getattr(import_module(f"leadwell.pages.{module}"), name)(*given)
        return made

    return answer


_LINKS: dict[Purpose, tuple[Answer, Answer]] = {
    Purpose.UNSUBSCRIBE: (unsubscribe.ask, unsubscribe.accept),
    Purpose.CONFIRM: (confirm.ask, confirm.accept),
    Purpose.PREFERENCES: (_later("preferences", "ask"), _later("preferences", "accept")),
    Purpose.DOWNLOAD: (_later("downloads", "ask"), _later("downloads", "accept")),
    Purpose.REFERRAL: (_later("landing", "look_shared"), _later("landing", "count_visit")),
}
"""What a token is for → what a look at its link shows, what pressing the button does."""

_TOO_LATE: dict[Purpose, Named] = {Purpose.CONFIRM: confirm.lapsed, Purpose.DOWNLOAD: _later("downloads", "lapsed")}
"""What a link says that was good once: the way to a new one. None for a link that never was."""

_NAMED: dict[str, tuple[Named, Named | None]] = {
    FORM_PATH: (_later("forms", "look"), _later("forms", "receive")),
    PAGE_PATH: (_later("landing", "look"), None),
}
"""Path before a definition's name → what a look shows, what a POST does."""


def answer(request: Request, house: House) -> Response:
    """Looking (GET, HEAD) never changes anything: mail scanners follow every link. Only POST does.

    A 200 after a POST means that what was asked for is durable.
    """
    response = _routed(request, house)
    if request.method == "HEAD":
        return Response(status=response.status, headers=response.headers)
    return response


def _routed(request: Request, house: House) -> Response:
    if script := script_files.named(request.path):
        return script_files.answer(request, script) if request.method in _LOOKS else _wrong_method("GET, HEAD")
    if request.path == QUIET_PATH:
        return Response(status=204, headers={"cache-control": "no-store"})
    if request.path.startswith(SHORT_PATH) and request.method not in _LOOKS:
        return _wrong_method("GET, HEAD")
    visit = Visit(request=request, house=house, now=house.clock.now())
    try:
        response = _by_link(visit) or _by_name(visit) or _short(visit) or _for_scripts(visit)
    except Retryable as error:
        _log.warning("a page could not be served: %s", error)
        return _busy()
    return response or show(visit, "link-invalid", status=404)


def _by_link(visit: Visit) -> Response | None:
    request = visit.request
    purpose = next((one for one, path in PATHS.items() if request.path.startswith(path)), None)
    if purpose is None:
        return None
    if request.method not in (*_LOOKS, "POST"):
        return _wrong_method("GET, HEAD, POST")
    look, press = _LINKS[purpose]
    try:
        token = read(visit.secret, purpose, request.path.removeprefix(PATHS[purpose]), visit.now)
        return (press if request.method == "POST" else look)(visit, token)
    except Refused:
        _log.info("a link to %s was refused", purpose)
        too_late = _TOO_LATE.get(purpose)
        return too_late(visit, request.path.removeprefix(PATHS[purpose])) if too_late else None


def _by_name(visit: Visit) -> Response | None:
    request = visit.request
    path = next((one for one in _NAMED if request.path.startswith(one)), None)
    if path is None:
        return None
    look, press = _NAMED[path]
    if request.method not in _LOOKS and (request.method != "POST" or press is None):
        return _wrong_method("GET, HEAD, POST" if press else "GET, HEAD")
    try:
        return (press if request.method == "POST" and press else look)(visit, request.path.removeprefix(path))
    except Refused:
        _log.info("a page under %s was refused", path)
        return None


def _short(visit: Visit) -> Response | None:
    if not visit.request.path.startswith(SHORT_PATH):
        return None
    from leadwell.pages.short import look

    return look(visit, visit.request.path.removeprefix(SHORT_PATH))


def _for_scripts(visit: Visit) -> Response | None:
    request = visit.request
    if request.path == WIDGETS_PATH:
        return _later("popins", "answer")(visit) if request.method in _LOOKS else _wrong_method("GET, HEAD")
    if request.path == COOKIE_PATH:
        return _later("cookies", "answer")(visit) if request.method == "POST" else _wrong_method("POST")
    return None


def _wrong_method(allowed: str) -> Response:
    return Response(status=405, headers={"allow": allowed, "cache-control": "no-store"})


def _busy() -> Response:
    headers = {"content-type": "text/plain; charset=utf-8", "retry-after": "5", "cache-control": "no-store"}
    text = "Please try again in a few seconds. / Bitte versuchen Sie es in wenigen Sekunden noch einmal."
    return Response(status=503, body=text, headers=headers)
