"""MiniStack in this process, reached without a socket.

botocore hands every request that is meant for the embedded AWS to MiniStack's ASGI application on a thread of its own
(0.5 ms per call instead of 1.0 ms through loopback TCP), so nothing listens but the front. Everything that is patched
inside MiniStack is patched from here or from ``timers.py``, and says why.
"""

import asyncio
import importlib
import io
import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol
from urllib.parse import urlsplit

from infra.local.clock import VirtualClock, VirtualTime
from infra.local.memory import size_of

HOST = "embedded-aws.localhost"
ENDPOINT = f"http://{HOST}"
ACCOUNT = "123456789012"
REGION = "eu-central-1"

Invoke = Callable[[str, Any, str], "Outcome"]
Instead = Callable[[str, str, str, bytes], tuple[int, list[tuple[bytes, bytes]], bytes]]
"""(method, path, query, body) → (status, headers, body)"""


class Outcome(Protocol):
    """What a function gave back: ``payload`` is its answer or, if ``failed``, Lambda's error object."""

    @property
    def payload(self) -> Any: ...
    @property
    def failed(self) -> bool: ...


@dataclass(frozen=True)
class Call:
    """One AWS request as it went over the wire, and its answer."""

    method: str
    path: str
    body: bytes
    status: int
    answer: bytes


class EmbeddedAws:
    """Holds the emulator. Make one per process: MiniStack keeps its state in module variables."""

    def __init__(self, *, clock: VirtualClock, scratch: Path) -> None:
        _prepare_environment(scratch)
        app: Any = importlib.import_module("ministack.app")
        functions: Any = importlib.import_module("ministack.services.lambda_svc")
        self._app, self._lambda = app, functions
        self._persistence: Any = importlib.import_module("ministack.core.persistence")
        self._loop = asyncio.new_event_loop()
        self._observers: list[Callable[[Call], None]] = []
        self._instead: dict[str, Instead] = {}
        threading.Thread(target=self._loop.run_forever, name="embedded-aws", daemon=True).start()
        # Set by MiniStack's ASGI lifespan, which is not run here: it would open SFTP and MQTT ports and start timers.
        app._MAIN_LOOP = self._loop
        # Our own pump reads the event sources, in an order that can be waited for.
        functions._poller_started = True
        # CloudWatch Logs of every invocation would only grow the saved state.
        functions._emit_lambda_logs = lambda *_args, **_options: None
        _follow_clock(clock)
        _forget_what_nobody_asks_for()
        _hook_botocore(self.ask)

    def observe(self, observer: Callable[[Call], None]) -> None:
        """Shows every answered AWS request to ``observer``, on the thread that made it."""
        self._observers.append(observer)

    def answer_instead(self, path: str, answer: Instead) -> None:
        """Requests to this path and below it never reach MiniStack, which does not know them."""
        self._instead[path] = answer

    def run_functions_with(self, invoke: Invoke) -> None:
        """Replaces MiniStack's subprocess workers: they ignore runtime and layers, and cost 50 ms per call."""

        def execute(func: Any, event: Any, request_id: str) -> dict[str, Any]:
            config = func.get("config") or func
            outcome = invoke(config["FunctionName"], event, request_id)
            return {"body": outcome.payload, **({"error": True} if outcome.failed else {})}

        self._lambda._execute_function_warm = execute

    def save(self, folder: Path, before: Path | None) -> None:
        """Writes the state of all services; call it when nothing is running. What was not loaded is taken over from
        ``before``, the folder it was saved in last. Raises OSError or ValueError when anything could not be written.

        MiniStack's ``save_all`` is not used: it swallows errors, so that a full disk would have lost a service's state,
        and takes ten times as long, by copying the tables and by an encoder in Python.
        """

        async def write() -> None:
            for service, state_of in self._app._build_persistence_save_dict().items():
                with _nothing_copied():
                    state = state_of()
                if state is not None:
                    version = self._persistence._state_format_version(service)
                    document = {"__ministack_format__": version, "payload": state}
                    text = json.dumps(document, default=self._persistence._json_default)
                    (folder / f"{service}.json").write_text(text)

        asyncio.run_coroutine_threadsafe(write(), self._loop).result()
        for file in before.glob("*.json") if before else ():
            if not (folder / file.name).exists():
                shutil.copyfile(file, folder / file.name)

    def load(self, folder: Path, *, only: str = "", without: str = "") -> None:
        """Reads what ``save`` wrote into services that have not been used yet: all, one, or all but one."""
        self._persistence.STATE_DIR = str(folder)

        async def read() -> None:
            for service, module in self._app._state_map.items():
                if service == without or (only and service != only):
                    continue
                if data := self._persistence.load_state(service):
                    self._app._get_module(module).load_persisted_state(data)

        asyncio.run_coroutine_threadsafe(read(), self._loop).result()

    def table_bytes(self) -> int:
        """How much of this process's memory is what the tables hold. Takes a second per 100 MB, and nothing else is
        answered meanwhile."""
        dynamodb: Any = importlib.import_module("ministack.services.dynamodb")

        async def measure() -> int:
            return size_of(table for _, table in dynamodb._tables.all_items())

        return asyncio.run_coroutine_threadsafe(measure(), self._loop).result()

    def ask(self, method: str, url: str, headers: list[tuple[bytes, bytes]], body: bytes) -> tuple[int, Any, bytes]:
        """Sends a request as it would go over the wire: (status, headers, body)."""
        parts = urlsplit(url)
        for path, instead in self._instead.items():
            if parts.path == path or parts.path.startswith(f"{path}/"):
                return instead(method, parts.path, parts.query, body)
        answer = asyncio.run_coroutine_threadsafe(self._ask(method, url, headers, body), self._loop).result()
        call = Call(method, parts.path, body, answer[0], answer[2])
        for observer in self._observers:
            observer(call)
        return answer

    async def _ask(
        self, method: str, url: str, headers: list[tuple[bytes, bytes]], body: bytes
    ) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        parts = urlsplit(url)
        path = parts.path or "/"
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": parts.query.encode(),
            "headers": headers,
            "client": ("127.0.0.1", 0),
            "server": (HOST, 80),
        }
        started: dict[str, Any] = {}
        pieces: list[bytes] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                started.update(message)
            elif message["type"] == "http.response.body":
                pieces.append(message.get("body", b""))

        await self._app.app(scope, receive, send)
        return started["status"], started.get("headers", []), b"".join(pieces)


def _prepare_environment(scratch: Path) -> None:
    os.environ.update(
        # MiniStack takes a 12-digit access key for the account number.
        AWS_ACCESS_KEY_ID=ACCOUNT,
        AWS_SECRET_ACCESS_KEY="local",  # noqa: S106 - nobody checks it
        AWS_DEFAULT_REGION=REGION,
        AWS_REGION=REGION,
        AWS_ENDPOINT_URL=ENDPOINT,
        AWS_EC2_METADATA_DISABLED="true",
        MINISTACK_ACCOUNT_ID=ACCOUNT,
        MINISTACK_REGION=REGION,
        # Part of every queue's address, which must not depend on the port of this run.
        MINISTACK_HOST=HOST,
        GATEWAY_PORT="80",
        PERSIST_STATE="1",
        STATE_DIR=str(scratch / "state"),
        S3_DATA_DIR=str(scratch / "s3"),
        LOG_LEVEL="ERROR",
    )
    for name in ("AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
        os.environ.pop(name, None)


def _follow_clock(clock: VirtualClock) -> None:
    """Queue delays, visibility, record ages and notification times follow the virtual clock."""
    for name in ("sqs", "dynamodb", "sns"):
        module: Any = importlib.import_module(f"ministack.services.{name}")
        module.time = VirtualTime(clock)


def _forget_what_nobody_asks_for() -> None:
    """What MiniStack would keep in memory of every request for as long as it runs, or for ten minutes."""
    dynamodb: Any = importlib.import_module("ministack.services.dynamodb")
    # The whole request, for the case that the client repeats it; without a network no answer gets lost.
    dynamodb._txn_token_store = lambda _token, _entry: None
    for name in ("ses", "ses_v2"):
        # Every mail, for an inspection page of MiniStack. The outbox has them.
        importlib.import_module(f"ministack.services.{name}").__dict__["_sent_emails_list"] = list
    sns: Any = importlib.import_module("ministack.services.sns")
    sns._sms_log_for = lambda _number: []


class _Uncopied(ModuleType):
    """``copy`` for services that copy their tables only to have them written down at once."""

    def __init__(self) -> None:
        super().__init__("copy")

    @staticmethod
    def deepcopy(value: Any) -> Any:
        return value


@contextmanager
def _nothing_copied() -> Iterator[None]:
    dynamodb: Any = importlib.import_module("ministack.services.dynamodb")
    before, dynamodb.copy = dynamodb.copy, _Uncopied()
    try:
        yield
    finally:
        dynamodb.copy = before


class _Raw(io.BytesIO):
    """The part of urllib3's response that botocore reads."""

    def stream(self, *_args: Any, **_options: Any) -> Iterator[bytes]:
        while piece := self.read(65536):
            yield piece


def _hook_botocore(send: Callable[[str, str, list[tuple[bytes, bytes]], bytes], tuple[int, Any, bytes]]) -> None:
    """Registers with every botocore session made from now on (the way moto does it)."""
    from botocore.awsrequest import AWSResponse, HeadersDict
    from botocore.handlers import BUILTIN_HANDLERS

    def before_send(request: Any, **_options: Any) -> Any:
        host = urlsplit(request.url).hostname or ""
        if host != HOST and not host.endswith(f".{HOST}"):
            return None
        headers = [(name.lower().encode(), _bytes(value)) for name, value in request.headers.items()]
        headers.append((b"host", urlsplit(request.url).netloc.encode()))
        status, answered, content = send(request.method, request.url, headers, _bytes(request.body or b""))
        fields: Any = HeadersDict({name.decode(): value.decode("latin-1") for name, value in answered})
        raw: Any = _Raw(content)
        return AWSResponse(request.url, status, fields, raw)

    BUILTIN_HANDLERS.append(("before-send", before_send))


def _bytes(value: Any) -> bytes:
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, bytes | bytearray):
        return bytes(value)
    return bytes(value.read())


def plain(value: Any) -> Any:
    """A value as it looks after a trip through JSON, which is how Lambda passes events and answers."""
    return json.loads(json.dumps(value))
