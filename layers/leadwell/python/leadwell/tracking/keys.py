"""Write keys: who may send us events.

A public key stands in every page of a website and proves nothing; a server key is a secret and proves what it says.
"""

import base64
import binascii
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from leadwell.clock import SECOND, Moment
from leadwell.store import keys
from leadwell.store.table import Delete, Put, Table

_REMEMBERED = 60 * SECOND
"""How long a withdrawn key may still work."""
_UNKNOWN_REMEMBERED = 5 * SECOND
_MOST_REMEMBERED = 1_000
_LONGEST = 200


class KeyKind(StrEnum):
    PUBLIC = "public"
    SERVER = "server"


@dataclass(frozen=True, slots=True)
class WriteKey:
    """``name`` appears as the source of events.

    ``origins`` (``https://shop.example.com``) limit a public key to these websites; empty: any.
    """

    name: str
    kind: KeyKind
    origins: tuple[str, ...] = ()


def add_key(table: Table, secret: str, kind: KeyKind, name: str, origins: tuple[str, ...] = ()) -> None:
    """Makes a key known within seconds; the same secret again changes its name, kind and origins within a minute."""
    key = keys.write_key(secret)
    table.write(
        Put(
            {
                "pk": key.pk,
                "sk": key.sk,
                "kind": "WRITE_KEY",
                "key_kind": kind.value,
                "name": name,
                "origins": list(origins),
            }
        )
    )


def remove_key(table: Table, secret: str) -> None:
    """The key stops working within a minute."""
    table.write(Delete(keys.write_key(secret)))


class KeyRing:
    """Looks keys up and remembers the answers in this process: 60 s, unknown keys 5 s."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._remembered: dict[str, tuple[Moment, WriteKey | None]] = {}

    def find(self, secret: str, now: Moment) -> WriteKey | None:
        if not secret or len(secret) > _LONGEST or not secret.isascii():
            return None
        remembered = self._remembered.get(secret)
        if remembered and remembered[0] > now:
            return remembered[1]
        item = self.table.get(keys.write_key(secret))
        found = WriteKey(item["name"], KeyKind(item["key_kind"]), tuple(item["origins"])) if item else None
        if len(self._remembered) >= _MOST_REMEMBERED:
            self._remembered.clear()
        self._remembered[secret] = (now + (_REMEMBERED if found else _UNKNOWN_REMEMBERED), found)
        return found


_ring: KeyRing | None = None


def key_ring(table: Table) -> KeyRing:
    """The key ring of this process."""
    global _ring
    if _ring is None or _ring.table is not table:
        _ring = KeyRing(table)
    return _ring


def presented_key(authorization: str) -> str | None:
    """The key in an Authorization header: HTTP Basic (user name) or Bearer; None when there is none to be read."""
    scheme, _, value = authorization.strip().partition(" ")
    match scheme.lower():
        case "bearer":
            return value.strip() or None
        case "basic":
            try:
                decoded = base64.b64decode(value.strip(), validate=True).decode()
            except (binascii.Error, ValueError):
                return None
            return decoded.partition(":")[0] or None
    return None


def key_in_body(document: dict[str, Any]) -> str | None:
    value = document.get("writeKey")
    return value if isinstance(value, str) and value else None
