"""Write keys: who may send us events. A key is shown once; only its fingerprint is kept."""

import secrets
from typing import Annotated

from pydantic import Field, field_validator

from leadwell.console.api.access import Asked, least, routes
from leadwell.console.api.shapes.basics import Given, Shape
from leadwell.ids import fingerprint
from leadwell.tracking.keys import KeyKind, add_key, remove_key

router = routes()

TAG = "Write keys"


class KeyGiven(Given):
    """A public key may stand in a web page and proves nothing; a server key proves what it says: keep it secret."""

    kind: KeyKind
    name: Annotated[str, Field(min_length=1, max_length=100, description="Shown as the source of events.")]
    origins: Annotated[list[str], Field(max_length=50)] = Field(
        default_factory=list, description="Limits a public key to these websites, e.g. `https://shop.example.com`."
    )

    @field_validator("origins")
    @classmethod
    def _whole(cls, origins: list[str]) -> list[str]:
        for origin in origins:
            scheme, _, host = origin.partition("://")
            if scheme not in ("http", "https") or not host or "/" in host:
                raise ValueError(f"{origin!r} must be an origin such as https://shop.example.com, without a path")
        return origins


class KeyAdded(Shape):
    name: str
    kind: KeyKind
    origins: list[str]
    key: str = Field(description="Store it now: it cannot be shown again.")


class KeyWithdrawn(Given):
    key: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[\x21-\x7e]+$")]


class Withdrawn(Shape):
    withdrawn: bool = True


@router.post("/api/keys", **least("admin", TAG, "add_key", "Make a write key", status=201))
def add(work: Asked, key: KeyGiven) -> KeyAdded:
    secret = f"lw_{key.kind.value}_{secrets.token_urlsafe(24)}"
    work.note("key.added", fingerprint("key in audit", secret), kind=key.kind.value, name=key.name)
    add_key(work.given.table, secret, key.kind, key.name, tuple(key.origins))
    return KeyAdded(name=key.name, kind=key.kind, origins=key.origins, key=secret)


@router.post(
    "/api/keys/withdraw", **least("admin", TAG, "withdraw_key", "Make a write key stop working within a minute")
)
def withdraw(work: Asked, key: KeyWithdrawn) -> Withdrawn:
    work.note("key.withdrawn", fingerprint("key in audit", key.key))
    remove_key(work.given.table, key.key)
    return Withdrawn()
