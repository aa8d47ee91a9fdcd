"""The API as the stack deploys it: its routes and its authorizer, in front of an installation in memory."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from infra.local.functions import Answer
from infra.local.gateway import Gateway
from infra.local.payload import Request, Response, json_response
from tests.infra.synthesized import Synthesized
from tests.security.installation import Installation


class _Routes:
    """As much of an ``apigatewayv2`` client as the gateway asks, answered from the template."""

    def __init__(self, stack: Synthesized) -> None:
        self._stack = stack

    def get_routes(self, ApiId: str) -> dict[str, Any]:
        routes = self._stack.of_type("ApiGatewayV2::Route").values()
        return {"Items": [{**route, "Target": self._stack.read(route["Target"])} for route in routes]}

    def get_integrations(self, ApiId: str) -> dict[str, Any]:
        functions = {self._stack.read({"Ref": key}): key for key in self._stack.of_type("Lambda::Function")}
        found = []
        for key, integration in self._stack.of_type("ApiGatewayV2::Integration").items():
            function = functions[self._stack.read(integration["IntegrationUri"])]
            name = self._stack.resources[function]["Properties"]["FunctionName"].removeprefix(f"{self._stack.name}-")
            uri = f"arn:aws:lambda:us-east-1:123456789012:function:{name}/invocations"
            found.append({"IntegrationId": self._stack.read({"Ref": key}), "IntegrationUri": uri})
        return {"Items": found}


class DeployedApi:
    """``calls`` are the functions that were called, in order, ``answers`` what was answered: method, path and status.
    Each request meets the installation as it began.
    """

    def __init__(self, stack: Synthesized, house: Installation) -> None:
        self.house = house
        self.calls: list[str] = []
        self.answers: list[tuple[str, str, int]] = []
        self._gateway = Gateway(client=_Routes(stack), api_id="api", cors={}, invoke=self._invoke)

    def request(
        self, method: str, target: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Response:
        """``target``: path and query, percent-encoded."""
        address = urlsplit(target)
        given = tuple((name.lower(), value) for name, value in (headers or {}).items())
        number = f"request-{len(self.calls)}"
        now = self.house.world.clock.now()
        answer = self._gateway.answer(
            Request(method, address.path, address.query, given, body, "203.0.113.9", number, now)
        )
        self.answers.append((method, address.path, answer.status))
        return answer

    def _invoke(self, function: str, event: Any, request_id: str) -> Answer:
        self.calls.append(function)
        self.house.rewind()
        return Answer(self.house.call(function, event))


@contextmanager
def served(api: DeployedApi, files: Mapping[str, Any]) -> Iterator[str]:
    """The API at an address of this machine; ``files``: JSON documents beside it, by path."""
    lock = threading.Lock()

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # one packet per answer: two make each request 40 ms slower
        disable_nagle_algorithm = True

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            with lock:
                if self.path in files:
                    answer = json_response(200, files[self.path])
                else:
                    answer = api.request(self.command, self.path, dict(self.headers.items()), body)
            self.send_response(answer.status)
            for name, value in answer.headers:
                self.send_header(name, value)
            self.send_header("content-length", str(len(answer.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)

        def __getattr__(self, name: str) -> Any:
            if name.startswith("do_"):
                return self._serve
            raise AttributeError(name)

        def log_message(self, format: str, *args: Any) -> None:
            """Not wanted."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def described(api: DeployedApi) -> dict[str, Any]:
    """What ``/openapi.json`` says."""
    document: dict[str, Any] = json.loads(api.request("GET", "/openapi.json").body)
    return document
