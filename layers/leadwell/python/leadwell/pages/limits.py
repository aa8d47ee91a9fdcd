"""How often a source or an address may do something: counters in the table that disappear by themselves.

They are named by keyed fingerprints, so nobody who reads the table learns who was counted.
"""

import hmac
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from leadwell.clock import DAY, MINUTE, Moment
from leadwell.errors import Conflict
from leadwell.store import keys
from leadwell.store.table import Put, Table

_ATTEMPTS = 4
_HOME = 64
"""Bits of an IPv6 address that name a household; the rest is the device's to choose."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``most`` within each stretch of ``per`` milliseconds."""

    name: str
    most: int
    per: Moment


FORMS_BY_SOURCE = Limit("forms/source", 30, 10 * MINUTE)
"""An office behind one address may be busy; a machine is busier."""
FORMS_BY_ADDRESS = Limit("forms/address", 5, DAY)
"""One e-mail address or phone number, one form."""
BEACONS_BY_SOURCE = Limit("beacons/source", 120, 10 * MINUTE)


def within(table: Table, secret: bytes, limit: Limit, who: str, now: Moment) -> bool:
    """Counts once more; False when it was too often, or when so many count at once that it surely is."""
    window = now // limit.per
    key = keys.guard(f"limit#{keyed(secret, limit.name, who)}#{window}")
    for _ in range(_ATTEMPTS):
        counted = (table.get(key) or {"rev": 0})["rev"]
        if counted >= limit.most:
            return False
        item = {
            "pk": key.pk,
            "sk": key.sk,
            "kind": "GUARD",
            "rev": counted + 1,
            "expires_at": ((window + 2) * limit.per) // 1000,
        }
        try:
            table.write(Put(item, counted))
            return True
        except Conflict:
            continue
    return False


def keyed(secret: bytes, *parts: str) -> str:
    """A name that tells nobody what it stands for."""
    return hmac.digest(secret, "\n".join(("leadwell limit", *parts)).encode(), "sha256").hex()[:32]


def source_of(address: str) -> str:
    """Whom a network address stands for: an IPv6 address for its network, whatever is no address for everybody."""
    try:
        found = ip_address(address)
    except ValueError:
        return "unknown"
    return str(ip_network((found, _HOME), strict=False)) if found.version == 6 else str(found)
