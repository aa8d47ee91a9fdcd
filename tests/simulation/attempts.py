"""A request as botocore makes it: tried again in standard mode after throttles, lost answers and broken connections."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from tests.simulation.engine import Crash, Engine
from tests.simulation.faults import RequestFault

_THROTTLES = {
    "dynamodb": "ProvisionedThroughputExceededException",
    "sqs": "RequestThrottled",
    "stepfunctions": "ThrottlingException",
    "sesv2": "TooManyRequestsException",
    "sns": "Throttled",
    "secretsmanager": "ThrottlingException",
}
_AGAIN = frozenset(_THROTTLES.values())
_PATIENCE = ("throttle", "lost for good")
"""These last longer than botocore is patient; shorter ones are only delays."""


class Client:
    """``attempts``: how often botocore tries, as the real client was configured by ``wiring``."""

    service = ""

    def __init__(self, engine: Engine, attempts: int) -> None:
        self.engine = engine
        self.attempts = attempts

    def request(self, operation: str, effect: Callable[[], Any], partly: Callable[[], Any] | None = None) -> Any:
        """``effect`` happens once per attempt that gets through; ``partly`` is a batch that is done in part."""
        engine = self.engine
        invocation = engine.current
        if invocation is None:
            return effect()
        engine.requests += 1
        for attempt in range(1, self.attempts + 1):
            invocation.requests += 1
            if invocation.requests in invocation.stops:
                engine.hold(invocation, invocation.stops[invocation.requests])
            fault = engine.faults.strike(invocation.function, operation) if engine.faults.requests else None
            if fault:
                invocation.disturbed = True
                engine.note(f"  {invocation} {operation}: {fault.kind}")
            try:
                return self._attempt(operation, effect, partly, fault)
            except (ClientError, EndpointConnectionError, ReadTimeoutError) as error:
                gives_up = attempt == self.attempts or (fault is not None and fault.kind in _PATIENCE)
                if gives_up or not _worth_another(error):
                    raise
        raise AssertionError("the last attempt answers or raises")

    def _attempt(
        self,
        operation: str,
        effect: Callable[[], Any],
        partly: Callable[[], Any] | None,
        fault: RequestFault | None,
    ) -> Any:
        if fault is None:
            return effect()
        invocation = self.engine.current
        assert invocation is not None
        match fault.kind:
            case "hold":
                self.engine.hold(invocation, fault.amount)
                return effect()
            case "crash":
                raise Crash(operation)
            case "throttle":
                raise error_of(operation, _THROTTLES[self.service], 429 if self.service == "sesv2" else 400)
            case "refused":
                raise error_of(operation, "MessageRejected", 400)
            case "unreachable":
                raise EndpointConnectionError(endpoint_url=f"https://{self.service}.example.com")
            case "timeout":
                raise ReadTimeoutError(endpoint_url=f"https://{self.service}.example.com")
            case "conflict":
                raise conflict_of(operation)
            case "part" if partly:
                return partly()
        answer = effect()
        match fault.kind:
            case "hold after":
                self.engine.hold(invocation, fault.amount)
            case "crash after":
                raise Crash(operation)
            case "lost" | "lost for good":
                raise ReadTimeoutError(endpoint_url=f"https://{self.service}.example.com")
        return answer


def error_of(operation: str, code: str, status: int = 400, **more: Any) -> ClientError:
    response: Any = {"Error": {"Code": code, "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": status}, **more}
    return ClientError(response, operation)


def conflict_of(operation: str) -> ClientError:
    if operation == "transact_write_items":
        reasons = [{"Code": "TransactionConflict"}]
        return error_of(operation, "TransactionCanceledException", CancellationReasons=reasons)
    return error_of(operation, "TransactionConflictException")


def _worth_another(error: Exception) -> bool:
    """botocore's standard mode: connection errors, 5xx and throttles."""
    if not isinstance(error, ClientError):
        return True
    code = error.response["Error"]["Code"]
    return code in _AGAIN or error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500
