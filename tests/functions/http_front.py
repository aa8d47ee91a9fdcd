"""A small HTTP server in front of the tracking function, so that other people's clients can be pointed at it."""

import base64
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any

from leadwell.clock import SystemClock

_CORS = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET,POST,OPTIONS",
    "access-control-allow-headers": "authorization,content-type,x-retry-count",
}


class HttpFront:
    """Serves ``/v1/*`` from a handler as API Gateway would (payload 2.0, CORS), and single files for browser tests."""

    def __init__(self, handler: Callable[[dict[str, Any], Any], dict[str, Any]]) -> None:
        self.files: dict[str, tuple[str, Path | str]] = {}
        """Path → content type, and a file or a text."""
        self.seen: list[str] = []
        self._handler = handler
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._door())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "HttpFront":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _answer(
        self, method: str, target: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        path, _, query = target.partition("?")
        if method == "OPTIONS":
            return 204, dict(_CORS), b""
        if path in self.files:
            kind, content = self.files[path]
            return 200, {"content-type": kind}, content.encode() if isinstance(content, str) else content.read_bytes()
        event = {
            "version": "2.0",
            "rawPath": path,
            "rawQueryString": query,
            "headers": {**headers, "x-forwarded-proto": "http"},
            "requestContext": {
                "requestId": f"request-{len(self.seen)}",
                "http": {"method": method, "path": path},
                "timeEpoch": SystemClock().now(),
            },
            "body": base64.b64encode(body).decode(),
            "isBase64Encoded": True,
        }
        answer = self._handler(event, None)
        return answer["statusCode"], {**answer["headers"], **_CORS}, answer["body"].encode()

    def _door(self) -> type[BaseHTTPRequestHandler]:
        front = self

        class Door(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _serve(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                given = {name.lower(): value for name, value in self.headers.items()}
                with front._lock:
                    front.seen.append(f"{self.command} {self.path}")
                    status, headers, content = front._answer(self.command, self.path, given, body)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_OPTIONS = _serve

            def log_message(self, format: str, *args: Any) -> None:
                """Tests read ``seen`` instead."""

        return Door
