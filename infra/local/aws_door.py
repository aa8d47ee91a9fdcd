"""``/_local/aws``: the embedded AWS for other processes on this machine, so that the command line works on a local run.

Services that speak JSON with a target in a header, as DynamoDB, SQS, Step Functions and Secrets Manager do, and SES's
suppression list: all that the command line asks for.
"""

from collections.abc import Callable, Mapping

from infra.local import ses_list
from infra.local.clock import VirtualClock
from infra.local.embedded_aws import ACCOUNT, ENDPOINT, REGION
from infra.local.payload import Request, Response, json_response

PATH = "/_local/aws"
_TARGET = "x-amz-target"
_READING = ("Get", "BatchGet", "TransactGet", "Query", "Scan", "Describe", "List")
_NOT_PASSED_ON = ("host", "content-length", "transfer-encoding", "connection")

Ask = Callable[[str, str, list[tuple[bytes, bytes]], bytes], tuple[int, list[tuple[bytes, bytes]], bytes]]
"""(method, address, headers, body) → (status, headers, body)"""


class AwsDoor:
    """``environment`` is what the stack gives its functions."""

    def __init__(self, ask: Ask, clock: VirtualClock, environment: Mapping[str, str]) -> None:
        self._ask = ask
        self._clock = clock
        self._environment = environment

    def answer(self, request: Request) -> Response:
        path = request.path.removeprefix(PATH)
        if not (request.header(_TARGET) and path in ("", "/")) and not path.startswith(ses_list.PATH):
            known = f"only services with the header {_TARGET} and SES's suppression list are to be had in a local run"
            return json_response(400, {"message": f"{request.method} {path or '/'}: {known}"})
        headers = [(name.encode(), value.encode()) for name, value in request.headers if name not in _NOT_PASSED_ON]
        headers.append((b"host", ENDPOINT.partition("://")[2].encode()))
        status, answered, body = self._ask(request.method, _address(path, request.query), headers, request.body)
        kept = tuple((name.decode(), value.decode("latin-1")) for name, value in answered)
        return Response(status, tuple(one for one in kept if one[0].lower() not in _NOT_PASSED_ON), body)

    def environment(self, request: Request) -> Response:
        """What a process needs in order to work on this run: its environment, and how far its clock is ahead."""
        address = f"http://{request.header('host')}{PATH}"
        aws = {
            "AWS_ENDPOINT_URL": address,
            "AWS_ACCESS_KEY_ID": ACCOUNT,
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
        }
        given = {**self._environment, **aws, "LEADWELL_PUBLIC_URL": f"http://{request.header('host')}"}
        return json_response(200, {"environment": given, "clock_offset": self._clock.offset})


def concerns(path: str) -> bool:
    """Whether a request to this path of the front is one for the door."""
    return path == PATH or path.startswith(f"{PATH}/")


def _address(path: str, query: str) -> str:
    return f"{ENDPOINT}{path or '/'}" + (f"?{query}" if query else "")


def changes(request: Request) -> bool:
    """Whether the request may change something."""
    if not request.header(_TARGET):
        return request.method != "GET"
    _, _, operation = request.header(_TARGET).rpartition(".")
    return not operation.startswith(_READING)
