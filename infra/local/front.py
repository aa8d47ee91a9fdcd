"""The one port of the local run: HTTP in, the API's functions, the shop and ``/_local`` behind it."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from infra.local import aws_door, shop
from infra.local.aws_door import AwsDoor
from infra.local.clock import VirtualClock
from infra.local.control import Control
from infra.local.gateway import TOKEN, Gateway
from infra.local.journal import Journal
from infra.local.payload import INTERNAL_ERROR, TOO_LARGE, Request, Response, json_response

BODY_LIMIT = 10 * 1024 * 1024
"""Of API Gateway's HTTP APIs."""

_WORKERS = 16
_READING = ("GET", "HEAD", "OPTIONS")

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Gate:
    """Lets requests through side by side, and shuts for a moment when the state is saved."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._shut = False

    @contextmanager
    def passing(self) -> Iterator[None]:
        with self._changed:
            while self._shut:
                self._changed.wait()
            self._inside += 1
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    @contextmanager
    def shut(self) -> Iterator[None]:
        """Waits until everybody is out."""
        with self._changed:
            while self._shut:
                self._changed.wait()
            self._shut = True
            while self._inside:
                self._changed.wait()
        try:
            yield
        finally:
            with self._changed:
                self._shut = False
                self._changed.notify_all()


class Front:
    """Sends requests where they belong, and writes down those that must survive a crash."""

    def __init__(
        self, *, gateway: Gateway, control: Control, aws: AwsDoor, journal: Journal, clock: VirtualClock
    ) -> None:
        self._gateway = gateway
        self._aws = aws
        self._control = control
        self._journal = journal
        self._clock = clock
        self.gate = Gate()

    def answer(self, request: Request) -> Response:
        """Handles a request without writing it down."""
        path = request.path
        if aws_door.concerns(path):
            return self._aws.answer(request)
        if path == "/_local/environment":
            return self._aws.environment(request)
        if path == "/_local" or path.startswith("/_local/"):
            return self._control.answer(request)
        if path == "/shop" or path.startswith("/shop/"):
            return shop.serve(path)
        if path == "/":
            return Response(302, (("location", "/_local/"),))
        if path == "/console/config.json":
            return json_response(200, {"sign_in": "token", "token": TOKEN})
        with self._clock.pinned(request.at):
            return self._gateway.answer(request)

    def accept(self, request: Request) -> Response:
        """Writes a request down if it may change something, then handles it."""
        if not self._may_change(request):
            return self.answer(request)
        # Nothing else happens while the clock moves, so that the journal's order is the order of what happened.
        with self.gate.shut() if request.path == "/_local/clock" else self.gate.passing():
            self._journal.append(request, self._clock.offset).result()
            return self.answer(request)

    def _may_change(self, request: Request) -> bool:
        method, path = request.method, request.path
        if aws_door.concerns(path):
            return aws_door.changes(request)
        if path.startswith("/_local"):
            return method not in _READING
        # A link in a mail may record that it was followed, so reading a public page counts as a change.
        return (method not in _READING or path.startswith("/p/")) and self._gateway.handles(method, path)


class Server:
    """ASGI around a function that answers requests; each runs on a thread of its own."""

    def __init__(self, accept: Callable[[Request], Response], now: Callable[[], int]) -> None:
        self._accept = accept
        self._now = now
        self._workers = ThreadPoolExecutor(_WORKERS, thread_name_prefix="front")

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "http":
            body = await _read(receive)
            if body is None:
                await _write(send, TOO_LARGE)
                return
            request = Request(
                method=scope["method"],
                path=_text(scope["raw_path"]).partition("?")[0],
                query=_text(scope["query_string"]),
                headers=tuple((_text(name).lower(), _text(value)) for name, value in scope["headers"]),
                body=body,
                source=(scope.get("client") or ("127.0.0.1",))[0],
                id=str(uuid4()),
                at=self._now(),
            )
            loop = asyncio.get_running_loop()
            try:
                response = await loop.run_in_executor(self._workers, self._accept, request)
            except Exception:
                await _write(send, INTERNAL_ERROR)
                raise
            await _write(send, response)


def _text(raw: bytes) -> str:
    return raw.decode("latin-1")


async def _read(receive: Receive) -> bytes | None:
    """The whole body; None when it is too large."""
    pieces: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b"".join(pieces)
        piece = message.get("body", b"")
        size += len(piece)
        if size > BODY_LIMIT:
            return None
        pieces.append(piece)
        if not message.get("more_body"):
            return b"".join(pieces)


async def _write(send: Send, response: Response) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in response.headers]
    if response.status != 204:
        headers.append((b"content-length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
