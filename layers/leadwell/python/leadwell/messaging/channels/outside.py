"""One POST to a server that somebody named in a definition: nothing inside can be reached with it.

The name is resolved once, every address it has must be public, and the connection goes to an address that was looked
at: a name that means something else a moment later changes nothing. No redirects, no proxies, no credentials;
certificate and host name are verified; time and size of the answer are bounded.
"""

import logging
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection, HTTPException
from ipaddress import ip_address
from threading import Thread, Timer

from leadwell.clock import SECOND
from leadwell.messaging.outgoing import CannotSend, NotTaken
from leadwell.messaging.targets import Target, is_public, target_of

LOOKUP = 2.0
CONNECT = 2.0
ANSWER = 5.0
"""Seconds to find the address, to reach one of them, and from then on to the answer's first lines."""
MOST_ADDRESSES = 2

Resolve = Callable[[str, int], Sequence[str]]
Connect = Callable[[str, int], socket.socket]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """``wait`` is what the server asked for (Retry-After), in milliseconds."""

    status: int
    wait: int = 0


def resolve(host: str, port: int) -> Sequence[str]:
    """All addresses of a name; an address resolves to itself. Raises OSError."""
    found: list[str] = []

    def look_up() -> None:
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return
        found.extend(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in answers))

    # The resolver of the system has no timeout that could be set.
    thread = Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(LOOKUP)
    if not found:
        raise OSError("no address")
    return list(found)


def connect(address: str, port: int) -> socket.socket:
    return socket.create_connection((address, port), timeout=CONNECT)


def post_outside(
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    resolve: Resolve = resolve,
    connect: Connect = connect,
    context: Callable[[], ssl.SSLContext] | None = None,
) -> Answer:
    """Raises ``CannotSend`` where it must not go, ``NotTaken`` where it certainly did not arrive; any other error means
    that nobody knows."""
    target = _allowed(url)
    line = _connected(target, _public_addresses(target, resolve), connect)
    # The name that is verified is the one that was given, whatever the address.
    secured = (context or _context)().wrap_socket(line, server_hostname=target.host, do_handshake_on_connect=False)
    with secured, _for_a_while(secured):
        try:
            secured.do_handshake()
        except (OSError, ValueError) as error:
            raise NotTaken("the receiver has no certificate that could be trusted, or does not speak TLS") from error
        return _exchange(target, secured, headers, body)


def post_here(url: str, headers: Mapping[str, str], body: bytes, *, connect: Connect = connect) -> Answer:
    """To a server on this machine, for the local run: no deployed function has a use for it."""
    target = target_of(url)
    if target.secure or not target.is_this_machine:
        raise CannotSend("this is not the local run's own machine")
    line = _connected(target, [target.host], connect)
    with line, _for_a_while(line):
        return _exchange(target, line, headers, body)


@contextmanager
def _for_a_while(line: socket.socket) -> Iterator[None]:
    """Whoever sends an answer letter by letter does not hold us longer."""
    line.settimeout(ANSWER)
    end = Timer(ANSWER, _shut, [line])
    end.daemon = True
    end.start()
    try:
        yield
    finally:
        end.cancel()


def _exchange(target: Target, line: socket.socket, headers: Mapping[str, str], body: bytes) -> Answer:
    """Only the first lines of the answer are read."""
    connection = HTTPConnection(target.host, target.port)
    connection.auto_open = 0  # never to any other address
    connection.sock = line
    try:
        connection.putrequest("POST", target.path, skip_host=True, skip_accept_encoding=True)
        for name, value in {"Host": target.authority, **headers, "Content-Length": str(len(body))}.items():
            connection.putheader(name, value)
        connection.putheader("Connection", "close")
        connection.endheaders(body)
        with connection.getresponse() as answer:
            if 300 <= answer.status < 400:
                _log.warning("a webhook was answered with a redirect, which is not followed")
            return Answer(answer.status, _wait(answer.getheader("Retry-After")))
    except HTTPException as error:
        raise OSError("no answer in HTTP") from error
    finally:
        connection.close()


def _allowed(url: str) -> Target:
    try:
        target = target_of(url)
    except ValueError as error:
        _log.warning("a webhook was refused: its address is none of the public internet")
        raise CannotSend(f"the address of the webhook is refused: {error}") from None
    if not target.secure:
        _log.warning("a webhook was refused: its address does not begin with https://")
        raise CannotSend("the address of the webhook is refused: it must begin with https://")
    return target


def _public_addresses(target: Target, resolve: Resolve) -> Sequence[str]:
    try:
        addresses = resolve(target.host, target.port)
    except OSError as error:
        raise NotTaken("the receiver's name has no address") from error
    # One bad address among good ones is an attempt, or a mistake that will hit sooner or later.
    if not addresses or not all(is_public(ip_address(one)) for one in addresses):
        _log.warning("a webhook was refused: its name leads to a private address")
        raise CannotSend("the webhook's name leads to a private address: it goes to the public internet alone")
    return addresses


def _connected(target: Target, addresses: Sequence[str], connect: Connect) -> socket.socket:
    error: OSError | None = None
    for address in addresses[:MOST_ADDRESSES]:
        try:
            return connect(address, target.port)
        except OSError as refused:
            error = refused
    raise NotTaken("no connection to the receiver") from error


@cache
def _context() -> ssl.SSLContext:
    return ssl.create_default_context()


def _shut(line: socket.socket) -> None:
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it is over already


def _wait(header: str | None) -> int:
    given = (header or "").strip()
    return int(given) * SECOND if given.isascii() and given.isdigit() and len(given) < 8 else 0
