"""Errors as callers see them: problem documents (RFC 9457) that name the field and the remedy."""

import json
import logging
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

from leadwell.errors import Broken, Conflict, LeadwellError, Refused, Throttled
from leadwell.messaging.requesting import Otherwise
from leadwell.tracking.values import mended

CONTENT_TYPE = "application/problem+json"

SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "What went wrong and what to do about it (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "const": "about:blank"},
        "title": {"type": "string", "description": "The HTTP status in words."},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong, and the remedy."},
        "line": {"type": "integer", "description": "The line of a definition's text."},
        "field": {"type": "string", "description": "The field concerned, e.g. `traits.birthday`."},
    },
}


_log = logging.getLogger(__name__)
_FIELD = re.compile(r"[^a-z_.\[\]0-9]+|\d{4,}|.*@.*", re.DOTALL)
"""What is no name of a field of ours: keys may come from whoever asks."""


class NotThere(LeadwellError):
    """What the request is about does not exist."""


class Already(LeadwellError):
    """The request does not fit the state that things are in."""


def problem(
    status: int, detail: str, field: str = "", headers: Mapping[str, str] | None = None, line: int | None = None
) -> Response[str]:
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if field:
        body["field"] = field
    if line:
        body["line"] = line
    # What was asked for may be quoted, and may be no Unicode; Lambda could not hand that on.
    text = mended(json.dumps(body, ensure_ascii=False))
    return Response(status, CONTENT_TYPE, text, headers=dict(headers or {}))


def of_error(error: LeadwellError) -> Response[str]:
    """Our own errors, by who should act."""
    if isinstance(error, Refused):
        _log.info("a request was refused because of the field %s", _FIELD.sub("…", error.field) or "…")
        return problem(400, error.message, error.field, line=error.line)
    if isinstance(error, Conflict):
        return problem(409, f"{error}: read it again and repeat your change")
    if isinstance(error, Throttled):
        return problem(503, "too much at once: repeat it later", headers={"retry-after": str(error.retry_after)})
    if isinstance(error, NotThere):
        return problem(404, str(error))
    if isinstance(error, Already | Broken | Otherwise):
        return problem(409, str(error))
    return problem(503, "busy: repeat it later", headers={"retry-after": "1"})


def of_invalid(error: RequestValidationError) -> Response[str]:
    """What pydantic found; only the first place is named, the others may follow from it."""
    first = error.errors()[0]
    field = _path(first["loc"])
    _log.info("a request was refused because of the field %s", _FIELD.sub("…", field) or "…")
    return problem(400, _worded(first), field)


def _path(location: Sequence[int | str]) -> str:
    """``("body", "steps", 2, "wait")`` → ``steps[2].wait``."""
    path = ""
    for part in location[1:]:
        path += f"[{part}]" if isinstance(part, int) else f".{part}"
    return path.lstrip(".")


_WORDS = {
    "missing": "is missing",
    "extra_forbidden": "is not known here; check the spelling",
    "json_invalid": "the body must be valid JSON",
}


def _worded(error: Mapping[str, Any]) -> str:
    message = _WORDS.get(error["type"]) or str(error.get("msg", "is not valid")).removeprefix("Value error, ")
    return message[0].lower() + message[1:] if message else "is not valid"
