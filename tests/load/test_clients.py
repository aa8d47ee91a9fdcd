"""The client repeats what was not acknowledged, the same calls, and waits as long as it is asked to."""

import json
import random
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.load.clients import Client, NotTaken, written
from tests.load.people import SERVER, Person, Posting


class Server(ThreadingHTTPServer):
    """Answers with what it is told to, one after the other: (status, headers, body), or nothing at all."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[tuple[int, dict[str, str], str] | None] = []
        self.seen: list[tuple[str, dict[str, Any]]] = []


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.seen.append((self.path, json.loads(body)))
        answer = self.server.answers.pop(0)
        if answer is None:
            self.close_connection = True
            return
        status, headers, text = answer
        self.send_response(status)
        for name, value in {**headers, "content-length": str(len(text))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_arguments: Any) -> None:
        """Nobody reads it."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as made:
        thread = threading.Thread(target=made.serve_forever, args=(0.01,))
        thread.start()
        yield made
        made.shutdown()
        thread.join()


TAKEN: tuple[int, dict[str, str], str] = (200, {}, '{"success": true}')


class Waiting:
    """A client whose clock goes on by a minute with every look, and whose pauses are only noted."""

    def __init__(self, port: int) -> None:
        self.pauses: list[float] = []
        self._minute = 0
        self.client = Client(port, self.now, random.Random(1), self.pauses.append)

    def now(self) -> int:
        self._minute += 1
        return self._minute * 60_000


def posting(calls: int = 1) -> Posting:
    person = Person("run", 1, 1)
    return Posting(SERVER, tuple(person._open(str(n)) for n in range(calls)))


def test_what_was_not_acknowledged_is_sent_again_to_the_letter(server: Server) -> None:
    server.answers = [None, (503, {"retry-after": "7"}, "{}"), (429, {}, "{}"), TAKEN]
    waiting = Waiting(server.server_address[1])
    waiting.client.post(written(posting(), 0))
    waiting.client.close()
    assert [path for path, _ in server.seen] == ["/v1/track"] * 4
    sent = [body.pop("sentAt") for _, body in server.seen]
    assert len(set(sent)) == 4, "the time of sending is new each time"
    assert all(body == server.seen[0][1] for _, body in server.seen)
    assert server.seen[0][1]["messageId"] == "run-1-1"
    cut_off, asked, turned_away = waiting.pauses
    assert cut_off <= 0.1 and asked == 7.0 and turned_away <= 0.4
    assert (waiting.client.attempts, waiting.client.cut_off, waiting.client.turned_away) == (4, 1, 2)


def test_several_calls_go_as_a_batch(server: Server) -> None:
    server.answers = [TAKEN]
    waiting = Waiting(server.server_address[1])
    waiting.client.post(written(posting(3), 0))
    waiting.client.close()
    ((path, body),) = server.seen
    assert path == "/v1/batch"
    assert [call["messageId"] for call in body["batch"]] == ["run-1-1", "run-1-2", "run-1-3"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((400, {}, '{"detail": "no"}'), "answered with 400"),
        ((200, {}, '{"success": false, "stored": 1, "refused": [{"index": 0}]}'), "a part of /v1/track was refused"),
    ],
)
def test_a_refusal_is_no_acknowledgment(server: Server, answer: tuple[int, dict[str, str], str], said: str) -> None:
    server.answers = [answer]
    waiting = Waiting(server.server_address[1])
    with pytest.raises(NotTaken, match=said):
        waiting.client.post(written(posting(), 0))
    waiting.client.close()
