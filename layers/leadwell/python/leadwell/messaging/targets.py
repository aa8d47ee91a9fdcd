"""Where webhooks may go: to the public internet, by HTTPS. What a name resolves to is looked at when it is called
(``channels/outside.py``); here only what the address itself says."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

LONGEST = 2000
_UNICAST = IPv6Network("2000::/3")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")


@dataclass(frozen=True, slots=True)
class Target:
    """``path`` includes the query; ``host`` is in lower case and ASCII, an IPv6 address without brackets."""

    secure: bool
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """For the header Host."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == (443 if self.secure else 80) else f"{name}:{self.port}"

    @property
    def is_this_machine(self) -> bool:
        return self.host in _LOOPBACK


def target_of(url: str) -> Target:
    """Raises ValueError that says what is wrong, without quoting the address: it may hold a secret."""
    if len(url) > LONGEST:
        raise ValueError(f"an address may have at most {LONGEST} characters")
    if not url.isascii() or re.search(r"[\x00-\x20\x7f\\]", url):
        raise ValueError("an address has neither blanks, backslashes, control characters nor letters beyond ASCII")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError("this is no address of a web server") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be an address that begins with https://")
    if "@" in parts.netloc:
        raise ValueError("must hold no user name and password: receivers know us by the signature")
    if parts.fragment:
        raise ValueError("must not end with # and a fragment: servers never see it")
    secure = parts.scheme == "https"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    found = Target(secure, parts.hostname.rstrip("."), port if port is not None else (443 if secure else 80), path)
    _check(found)
    return found


def _check(found: Target) -> None:
    if found.is_this_machine and not found.secure:
        return  # for trying it out: the local run delivers there, a deployed installation does not
    if not found.secure:
        raise ValueError("must begin with https://; http:// is for localhost in the local run alone")
    if found.port == 0:
        raise ValueError("there is no port 0")
    try:
        address = ip_address(found.host)
    except ValueError:
        labels = found.host.split(".")
        if len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
            raise ValueError("must name a server on the internet, such as crm.example.com") from None
        if labels[-1].isdigit() or labels[-1].startswith("0x"):
            raise ValueError("writes an IP address in an unusual way") from None
        return
    if not is_public(address):
        raise ValueError("is a private address: webhooks go to the public internet alone")


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address belongs to the public internet, and to a single machine there.

    Not private, shared, link-local (the metadata service), loopback, multicast or reserved ones (RFC 6890), nor IPv6
    addresses that carry an IPv4 one: mapped, 6to4, Teredo, NAT64.
    """
    if address.is_multicast or address.is_reserved or address.is_unspecified or not address.is_global:
        return False
    if isinstance(address, IPv4Address):
        return True
    return address in _UNICAST and address.sixtofour is None and address.teredo is None
