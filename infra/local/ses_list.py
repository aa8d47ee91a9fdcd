"""The suppression list that SES keeps for an account, which MiniStack does not have.

As in AWS, an address comes onto it when a mail came back for good or its owner complained, and mails to it bounce
without being delivered. It is kept in a file: adding and removing twice is the same as once, so that a replay of the
journal leads to the same list. Source: the operations on suppressed destinations in the SES API v2 reference.
"""

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote

PATH = "/v2/email/suppression/addresses"
_MOST = 1000

Answer = tuple[int, list[tuple[bytes, bytes]], bytes]


class SesList:
    """``now`` is virtual time in milliseconds."""

    def __init__(self, path: Path, now: Callable[[], int]) -> None:
        self._path = path
        self._now = now
        self._lock = threading.Lock()
        self._listed: dict[str, list[Any]] = json.loads(path.read_text("utf-8")) if path.exists() else {}

    def reason(self, address: str) -> str:
        """``BOUNCE`` or ``COMPLAINT``; empty for an address that is not on it. Addresses are compared as written.
        While a journal is replayed, what comes onto the list later is not there yet."""
        with self._lock:
            reason, at = self._listed.get(address, ["", 0])
        return str(reason) if at <= self._now() else ""

    def add(self, address: str, reason: str) -> None:
        with self._lock:
            self._listed[address] = [reason, self._now()]
            self._save()

    def answer(self, method: str, path: str, query: str, body: bytes) -> Answer:
        """What SES answers to a request below ``PATH``."""
        address = unquote(path.removeprefix(PATH).lstrip("/"))
        if method == "GET":
            return self._shown(address) if address else self._page(query)
        if method == "PUT" and not address:
            given = json.loads(body)
            self.add(given["EmailAddress"], given["Reason"])
            return _json(200, {})
        if method == "DELETE" and address:
            return self._removed(address)
        return _error(400, "BadRequestException", "There is no such operation.")

    def _shown(self, address: str) -> Answer:
        with self._lock:
            found = self._listed.get(address)
        return _json(200, {"SuppressedDestination": _entry(address, *found)}) if found else _missing(address)

    def _removed(self, address: str) -> Answer:
        with self._lock:
            if self._listed.pop(address, None) is None:
                return _missing(address)
            self._save()
        return _json(200, {})

    def _page(self, query: str) -> Answer:
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        size, start = min(int(asked.get("PageSize", _MOST)), _MOST), int(asked.get("NextToken", 0))
        with self._lock:
            everything = sorted(self._listed.items())
        shown = {"SuppressedDestinationSummaries": [_entry(one, *what) for one, what in everything[start:][:size]]}
        return _json(200, shown | ({"NextToken": str(start + size)} if start + size < len(everything) else {}))

    def _save(self) -> None:
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps(self._listed), "utf-8")
        fresh.replace(self._path)


def _entry(address: str, reason: str, at: int) -> dict[str, Any]:
    return {"EmailAddress": address, "Reason": reason, "LastUpdateTime": at / 1000}


def _missing(address: str) -> Answer:
    return _error(404, "NotFoundException", f"Email address {address} does not exist on your suppression list.")


def _error(status: int, kind: str, message: str) -> Answer:
    answered, headers, body = _json(status, {"message": message})
    return answered, [*headers, (b"x-amzn-errortype", kind.encode())], body


def _json(status: int, document: dict[str, Any]) -> Answer:
    return status, [(b"content-type", b"application/json")], json.dumps(document).encode()
