"""The parts as the stack's environment puts them together."""

import logging
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from leadwell import wiring
from leadwell.clock import SystemClock
from leadwell.messaging.outgoing import Outgoing
from leadwell.settings import Settings
from leadwell.wiring import Services

SETTINGS = Settings(table="leadwell", from_address="hello@example.com", configuration_set="leadwell")


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> Services:
    for name, value in {
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
    }.items():
        monkeypatch.setenv(name, value)
    return Services(SETTINGS, SystemClock())


def _client(channel: Any) -> Any:
    return channel._client


@pytest.mark.parametrize(("level", "is_read"), [("", True), ("INFO", True), ("ERROR", False)])
def test_what_is_refused_can_be_read_where_lambda_logs_warnings_only(
    monkeypatch: pytest.MonkeyPatch, level: str, is_read: bool
) -> None:
    ours = logging.getLogger("leadwell")
    monkeypatch.setattr(ours, "level", ours.level)
    monkeypatch.setattr(logging.getLogger(), "level", logging.WARNING)
    monkeypatch.setenv("LEADWELL_TABLE", "leadwell")
    monkeypatch.setenv("LEADWELL_LOG_LEVEL", level)
    wiring.use(None)
    try:
        wiring.services()
        assert (logging.getLogger("leadwell.pages.site").getEffectiveLevel() <= logging.INFO) == is_read
    finally:
        wiring.use(None)
        ours.setLevel(logging.NOTSET)


@pytest.mark.parametrize("name", ["email", "sms"])
def test_no_client_sends_a_second_time(services: Services, name: str) -> None:
    """boto3 would repeat a call whose answer is late, and the provider would deliver both."""
    config = _client(services.channels[name]).meta.config
    assert config.retries["total_max_attempts"] == 1
    assert config.read_timeout <= 10
    assert config.connect_timeout <= 5


@pytest.fixture
def broken_provider() -> Iterator[tuple[str, list[bytes]]]:
    """A server that reads a request and answers with an inner error, counting requests."""
    server = socket.create_server(("127.0.0.1", 0))
    requests: list[bytes] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                requests.append(connection.recv(65_536))
                connection.sendall(b"HTTP/1.1 500 Oops\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}", requests
    server.close()


@pytest.mark.parametrize("name", ["email", "sms"])
def test_an_inner_error_is_not_tried_again(
    services: Services, name: str, broken_provider: tuple[str, list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, requests = broken_provider
    monkeypatch.setenv("AWS_ENDPOINT_URL", url)
    with pytest.raises((ClientError, ResponseParserError)):
        services.channels[name].send(Outgoing(to="ann@example.com", text="Hello", subject="Hello", html="Hello"))
    assert len(requests) == 1


def test_reads_and_writes_of_the_table_are_tried_again(services: Services) -> None:
    config = services.table._client.meta.config  # type: ignore[attr-defined]
    assert config.retries["total_max_attempts"] == 4


def test_services_are_made_once_and_replaced_at_will(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADWELL_TABLE", "elsewhere")
    wiring.use(None)
    try:
        assert wiring.services() is wiring.services()
        assert wiring.services().settings.table == "elsewhere"
        other = Services(SETTINGS, SystemClock())
        wiring.use(other)
        assert wiring.services() is other
    finally:
        wiring.use(None)


def test_without_the_stack_s_environment_it_says_so() -> None:
    with pytest.raises(RuntimeError, match="LEADWELL_TABLE"):
        Settings.from_environment({})
    found = Settings.from_environment(
        {"LEADWELL_TABLE": "t", "LEADWELL_DEFAULT_LOCALE": "", "LEADWELL_IMPRINT": "Here"}
    )
    assert (found.table, found.default_locale, found.imprint) == ("t", "en", "Here")
    assert Settings(table="t", sign_in='{"kind": "cognito"}').console_sign_in() == {"kind": "cognito"}
