"""What the tracking API says back: Segment's ``{"success": true}``, or a problem (RFC 9457)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from leadwell.errors import Refused


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)

    def to_gateway(self) -> dict[str, Any]:
        """As API Gateway's payload version 2.0 wants it."""
        kind = "application/json" if self.status < 400 else "application/problem+json"
        return {
            "statusCode": self.status,
            "headers": {"content-type": kind, **self.headers},
            "body": json.dumps(self.body, ensure_ascii=False),
        }


class CallRefused(Refused):
    """A refusal of the request as a whole, with its HTTP status."""

    def __init__(self, status: int, message: str, field: str = "", headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message, field)
        self.status = status
        self.headers = dict(headers or {})


@dataclass(frozen=True, slots=True)
class RefusedEntry:
    """One entry of a batch that was not stored; ``index`` counts from 0."""

    index: int
    message_id: str | None
    field: str
    message: str

    def to_json(self) -> dict[str, Any]:
        return {"index": self.index, "messageId": self.message_id, "field": self.field, "message": self.message}


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None, **extensions: Any) -> Answer:
    title = HTTPStatus(status).phrase
    return Answer(
        status, {"type": "about:blank", "title": title, "status": status, "detail": detail, **extensions}, headers or {}
    )


def refusal(refused: Refused) -> Answer:
    """One call, or a whole request, that cannot be accepted."""
    named: dict[str, Any] = {"field": refused.field} if refused.field else {}
    if isinstance(refused, CallRefused):
        return problem(refused.status, str(refused), refused.headers, **named)
    return problem(400, str(refused), **named)


def batch_answer(stored: int, refused: list[RefusedEntry]) -> Answer:
    """200 as soon as something was stored: the clients never send a batch again that got a 400, and should not, but a
    2xx says truly that the rest is durable. Nothing stored although something was sent: 400."""
    if not refused:
        return SUCCESS
    listed = [entry.to_json() for entry in refused]
    if stored:
        return Answer(200, {"success": False, "stored": stored, "refused": listed})
    first = refused[0]
    return problem(400, f"{first.field}: {first.message}", field=first.field, stored=0, refused=listed)


SUCCESS = Answer(200, {"success": True})
