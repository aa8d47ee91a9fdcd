"""The console in front of a whole installation in memory: HTTP to the real handler, as API Gateway would."""

import json
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl

from tests.fakes.world import World

TOKEN = "signed-in"


class ConsoleServer:
    """``calls`` are the requests so far as (method, path, status)."""

    def __init__(self, world: World, role: str = "admin") -> None:
        self.world = world
        self.role = role
        self.calls: list[tuple[str, str, int]] = []
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._door())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "ConsoleServer":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answer(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
        path, _, query = target.partition("?")
        if path == "/console/config.json":
            config = {"sign_in": "token", "token": TOKEN}
            return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": json.dumps(config)}
        if path.startswith("/api/") and headers.get("authorization") != f"Bearer {TOKEN}":
            return {
                "statusCode": 401,
                "headers": {"content-type": "application/json"},
                "body": '{"message":"Unauthorized"}',
            }
        with self._lock:
            answered: dict[str, Any] = self.world.call("manage", self._event(method, path, query, headers, body))
        return answered

    def _event(self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
        event: dict[str, Any] = {
            "version": "2.0",
            "rawPath": path,
            "rawQueryString": query,
            "headers": dict(headers),
            "queryStringParameters": dict(parse_qsl(query)),
            "requestContext": {
                "requestId": f"request-{len(self.calls)}",
                "stage": "$default",
                "http": {"method": method, "path": path, "sourceIp": "127.0.0.1"},
                "authorizer": {"jwt": {"claims": {"sub": "person-1", "cognito:groups": f"[{self.role}]"}}},
            },
            "isBase64Encoded": False,
        }
        if body:
            event["body"] = body.decode()
        return event

    def _door(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Door(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _serve(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                answered = server.answer(self.command, self.path, headers, body)
                content = answered.get("body", "").encode()
                server.calls.append((self.command, self.path, answered["statusCode"]))
                self.send_response(answered["statusCode"])
                for name, value in answered["headers"].items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PUT = do_DELETE = _serve

            def log_message(self, format: str, *args: Any) -> None:
                """Tests read ``calls`` instead."""

        return Door
