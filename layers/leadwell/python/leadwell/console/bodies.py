"""The bodies that the API takes: JSON in UTF-8, and not more of it than can be stored."""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any, NoReturn

from leadwell.console.problems import problem
from leadwell.errors import LeadwellError

LIMIT = 1024 * 1024
"""Bytes of a request; the longest definition is shorter."""

_WITH_BODY = ("POST", "PUT", "PATCH")


class Unreadable(LeadwellError):
    """There is no telling what a request wants."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status

    def to_gateway(self) -> dict[str, Any]:
        answer = problem(self.status, str(self))
        headers = {"content-type": answer.content_type}
        return {"statusCode": self.status, "headers": headers, "body": answer.body, "isBase64Encoded": False}


def with_plain_body(event: Mapping[str, Any]) -> dict[str, Any]:
    """The event with its body as text that is sound JSON. Raises ``Unreadable`` (400, 413, 415)."""
    body = event.get("body") or ""
    if not body or event["requestContext"]["http"]["method"] not in _WITH_BODY:
        return {**event, "body": None, "isBase64Encoded": False}
    if len(body) > (LIMIT * 4 // 3 + 4 if event.get("isBase64Encoded") else LIMIT):
        raise Unreadable(413, f"a request may have at most {LIMIT // 1024} KB")
    kinds = [value for name, value in (event.get("headers") or {}).items() if name.lower() == "content-type"]
    if kinds and kinds[0].partition(";")[0].strip().lower() not in ("application/json", ""):
        raise Unreadable(415, "send JSON, with the content type application/json")
    text = _text(body) if event.get("isBase64Encoded") else body
    _check(text)
    return {**event, "headers": _as_json(event.get("headers") or {}), "body": text, "isBase64Encoded": False}


def _as_json(headers: Mapping[str, str]) -> dict[str, str]:
    """The content type spelled as the resolver looks for it."""
    others = {name: value for name, value in headers.items() if name.lower() != "content-type"}
    return {**others, "content-type": "application/json"}


def _text(body: str) -> str:
    try:
        return base64.b64decode(body, validate=True).decode()
    except (binascii.Error, ValueError):
        raise Unreadable(400, "the body must be JSON in UTF-8") from None


def _check(text: str) -> None:
    try:
        document = json.loads(text, parse_constant=_no_number)
        # Half a character, as a careless cut leaves it, cannot be stored.
        json.dumps(document, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise Unreadable(400, f"the body must be JSON: {error.msg} at character {error.pos}") from None
    except UnicodeEncodeError:
        raise Unreadable(400, "the body must be valid Unicode: it holds half a character") from None
    except RecursionError:
        raise Unreadable(400, "the body is nested too deeply") from None
    except ValueError:
        raise Unreadable(400, "the body must be JSON, with numbers of at most 38 digits") from None


def _no_number(constant: str) -> NoReturn:
    raise ValueError(constant)
