"""Attacks on the way out: what a name leads to, what a server answers, and how long it takes."""

import socket
import ssl
from collections.abc import Callable, Sequence
from threading import Thread
from typing import Any

import pytest

from leadwell.messaging.channels import outside
from leadwell.messaging.channels.outside import Answer, post_here, post_outside
from leadwell.messaging.outgoing import CannotSend, NotTaken

URL = "https://crm.example.com/hook?key=abc"
HEADERS = {"Content-Type": "application/json", "webhook-id": "m1"}
PUBLIC = "8.8.8.8"
HERE = "http://localhost:9000/hook"


class _Plain(socket.socket):
    def do_handshake(self) -> None:
        pass


class Server:
    """Answers one connection with these bytes; ``heard`` is what it was sent."""

    def __init__(self, answer: bytes = b"HTTP/1.1 204 No Content\r\n\r\n", *, closes: bool = True) -> None:
        self.heard = b""
        self.addresses: list[tuple[str, int]] = []
        self.verified: list[str] = []
        self._answer = answer
        self._closes = closes
        self._lines: list[socket.socket] = []

    def connect(self, address: str, port: int) -> socket.socket:
        self.addresses.append((address, port))
        ours, theirs = socket.socketpair()
        self._lines.append(theirs)
        Thread(target=self._serve, args=[theirs], daemon=True).start()
        return ours

    def _serve(self, line: socket.socket) -> None:
        while not self.heard.endswith(b"\r\n\r\n{}"):
            if not (part := line.recv(65536)):
                return
            self.heard += part
        line.sendall(self._answer)
        if self._closes:
            line.close()

    # In the place of an SSL context: what is to be verified is noted, and nothing encrypted.
    def wrap_socket(self, line: socket.socket, *, server_hostname: str, do_handshake_on_connect: bool) -> socket.socket:
        self.verified.append(server_hostname)
        return _Plain(fileno=line.detach())

    def close(self) -> None:
        for line in self._lines:
            line.close()


def post(server: Server, *addresses: str, url: str = URL) -> Answer:
    context: Any = lambda: server  # noqa: E731
    try:
        return post_outside(
            url, HEADERS, b"{}", resolve=lambda host, port: addresses or (PUBLIC,), connect=server.connect,
            context=context,
        )  # fmt: skip
    finally:
        server.close()


def test_it_is_posted_to_the_address_that_was_checked() -> None:
    server = Server()
    assert post(server) == Answer(204)
    assert server.addresses == [(PUBLIC, 443)]
    assert server.verified == ["crm.example.com"], "the certificate must be of the name, not of the address"
    head = server.heard.decode().split("\r\n")
    assert head[0] == "POST /hook?key=abc HTTP/1.1"
    assert "Host: crm.example.com" in head
    assert "webhook-id: m1" in head
    assert "Content-Length: 2" in head
    assert server.heard.endswith(b"\r\n\r\n{}")


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["10.0.0.1"],
        ["169.254.169.254"],
        ["169.254.170.2"],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["fd00:ec2::254"],
        ["fe80::1"],
        ["64:ff9b::a9fe:a9fe"],
        ["224.0.0.1"],
        ["0.0.0.0"],  # noqa: S104
        [PUBLIC, "10.0.0.1"],
        ["10.0.0.1", PUBLIC],
    ],
)
def test_a_name_that_leads_inside_is_refused(addresses: Sequence[str]) -> None:
    server = Server()
    with pytest.raises(CannotSend, match="private address"):
        post(server, *addresses)
    assert server.addresses == [], "nobody was called"


def test_a_name_that_means_something_else_a_moment_later_changes_nothing() -> None:
    """DNS rebinding: whoever checks and connects by name is sent inside by the second answer."""
    answers = [[PUBLIC], ["127.0.0.1"], ["169.254.169.254"]]
    server = Server()
    context: Any = lambda: server  # noqa: E731
    post_outside(
        URL, HEADERS, b"{}", resolve=lambda host, port: answers.pop(0), connect=server.connect, context=context
    )
    server.close()
    assert server.addresses == [(PUBLIC, 443)]
    assert len(answers) == 2, "the name was looked up once"


@pytest.mark.parametrize("url", ["http://localhost/", "http://127.0.0.1:9001/2018-06-01/runtime/invocation/next"])
def test_this_machine_is_refused(url: str) -> None:
    with pytest.raises(CannotSend):
        post(Server(), url=url)


@pytest.mark.parametrize("url", ["https://10.0.0.1/", "https://[::ffff:10.0.0.1]/", "ftp://x.example.com/", ""])
def test_what_should_never_have_been_published_is_refused_again(url: str) -> None:
    with pytest.raises(CannotSend):
        post(Server(), url=url)


def test_a_redirect_is_not_followed() -> None:
    server = Server(b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/latest/\r\n\r\n")
    assert post(server).status == 302
    assert len(server.addresses) == 1


def test_a_server_says_when_to_come_again() -> None:
    assert post(Server(b"HTTP/1.1 503 Busy\r\nRetry-After: 120\r\n\r\n")) == Answer(503, 120_000)


@pytest.mark.parametrize("header", ["soon", "-5", "1e9", "99999999999", "Wed, 21 Oct 2026 07:28:00 GMT", "²"])
def test_what_is_no_number_of_seconds_is_nothing(header: str) -> None:
    answer = f"HTTP/1.1 503 Busy\r\nRetry-After: {header}\r\n\r\n".encode()
    assert post(Server(answer)) == Answer(503)


@pytest.mark.parametrize(
    "answer",
    [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 200 + b"\r\n"],
    ids=["nothing", "no HTTP", "no status", "too many headers"],
)
def test_what_is_no_answer_leaves_open_whether_it_arrived(answer: bytes) -> None:
    with pytest.raises(OSError) as unknown:
        post(Server(answer))
    assert not isinstance(unknown.value, NotTaken | CannotSend)


def test_the_body_of_an_answer_is_never_read() -> None:
    """However much there is of it: the answer counts when its first lines are there."""
    assert post(Server(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n" + b"x" * 1000)).status == 200


def test_a_server_that_does_not_answer_does_not_hold_us(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "ANSWER", 0.05)
    with pytest.raises(OSError):
        post(Server(b"", closes=False))


def test_nor_does_one_that_answers_letter_by_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "ANSWER", 0.05)
    ours, theirs = socket.socketpair()

    def drip() -> None:
        try:
            while True:
                theirs.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        except OSError:
            return

    Thread(target=drip, daemon=True).start()
    with pytest.raises(OSError):
        post_here(HERE, HEADERS, b"{}", connect=lambda address, port: ours)
    theirs.close()


def test_header_injection_is_refused_before_anything_is_sent() -> None:
    ours, theirs = socket.socketpair()
    with pytest.raises(ValueError):
        post_here(HERE, {"webhook-id": "m1\r\nX-Evil: yes"}, b"{}", connect=lambda address, port: ours)
    assert theirs.recv(10) == b""
    theirs.close()


def no_address(host: str, port: int) -> Sequence[str]:
    raise OSError("no address")


def no_connection(address: str, port: int) -> socket.socket:
    raise ConnectionRefusedError


def test_what_certainly_did_not_arrive_may_be_tried_again() -> None:
    with pytest.raises(NotTaken, match="no address"):
        post_outside(URL, HEADERS, b"{}", resolve=no_address)
    with pytest.raises(NotTaken, match="no connection"):
        post_outside(URL, HEADERS, b"{}", resolve=lambda host, port: [PUBLIC, "1.1.1.1"], connect=no_connection)


def test_a_certificate_that_is_not_to_be_trusted_is_the_end_of_it() -> None:
    server = Server()
    context: Any = _Distrustful
    with pytest.raises(NotTaken, match="certificate"):
        post_outside(URL, HEADERS, b"{}", resolve=lambda host, port: [PUBLIC], connect=server.connect, context=context)
    server.close()


class _Distrustful:
    def wrap_socket(self, line: socket.socket, *, server_hostname: str, do_handshake_on_connect: bool) -> socket.socket:
        return _Forged(fileno=line.detach())


class _Forged(socket.socket):
    def do_handshake(self) -> None:
        raise ssl.SSLCertVerificationError("self-signed certificate")


@pytest.mark.parametrize("url", [URL, "https://localhost/", "http://10.0.0.1/", "http://crm.example.com/"])
def test_the_way_to_this_machine_leads_nowhere_else(url: str) -> None:
    with pytest.raises((CannotSend, ValueError)):
        post_here(url, HEADERS, b"{}", connect=no_connection)


def test_certificates_and_names_are_verified() -> None:
    context = outside._context()
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


def test_numbers_need_no_name_server() -> None:
    look_up: Callable[[str, int], Sequence[str]] = outside.resolve
    assert look_up("8.8.8.8", 443) == ["8.8.8.8"]
    with pytest.raises(OSError):
        look_up("a..b", 443)
